from __future__ import annotations

from dataclasses import replace

import pytest

from otdi_site.index import build_facets, build_listings, value_finder
from otdi_site.index.facets import value_address, values_of
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import GENERAL_PURPOSE, LISTED_FACETS
from otdi_site.model.listing import Facet
from tests.samples import VOCABULARIES, make_summary

SUMMARIES = [
    make_summary("a", domains=("marine",), modalities=("text",), languages=("en", "de"), license="MIT"),
    make_summary("b", domains=("marine",), modalities=("text", "audio"), license="CC-BY-SA-4.0"),
    make_summary("c", domains=("healthcare",), publisher="other", license="LicenseRef-own-terms"),
    make_summary("d", domains=("climate",), languages=("en",), license="CC0-1.0", tasks=("summarization",)),
    make_summary("e", domains=(GENERAL_PURPOSE,), license="MIT"),
    make_summary("f"),
]


def facet(name: str, summaries: list[Summary] = SUMMARIES) -> Facet:
    return next(each for each in build_facets(summaries, VOCABULARIES) if each.name == name)


def counts(name: str) -> dict[str, int]:
    return {value.id: value.count for value in facet(name).values}


def test_every_facet_of_the_addresses_is_there_even_for_an_empty_catalog() -> None:
    facets = build_facets([], VOCABULARIES)
    assert [each.name for each in facets] == [each.name for each in LISTED_FACETS]
    assert all(each.values == () and each.unstated_count == 0 for each in facets)
    assert list(build_listings(facets, [], 50)) == []


def test_values_are_counted_and_so_is_what_nobody_states() -> None:
    assert counts("modality") == {"text": 2, "audio": 1}
    assert facet("modality").unstated_count == 4
    assert counts("language") == {"en": 2, "de": 1}
    assert counts("publisher") == {"sample": 5, "other": 1}
    assert facet("publisher").unstated_count == 0
    assert counts("task") == {"summarization": 1}


def test_values_stand_by_group_then_by_count_then_by_title() -> None:
    shown = [(value.id, value.group, value.count) for value in facet("domain").values]
    assert shown == [
        ("marine", "Science", 2),
        ("climate", "Science", 1),
        ("healthcare", "Other", 1),
        (GENERAL_PURPOSE, None, 1),
    ]
    assert facet("domain").values[-1].title == "General purpose"


def test_the_largest_values_stand_by_count_alone() -> None:
    shown = [(value.id, value.count) for value in facet("domain").largest]
    assert shown == [("marine", 2), ("climate", 1), ("healthcare", 1), (GENERAL_PURPOSE, 1)]
    many = [replace(SUMMARIES[0], publisher=f"p{number}") for number in range(100)] + [
        replace(SUMMARIES[0], publisher="p99")
    ]
    assert [value.id for value in facet("publisher", many).largest][:2] == ["p99", "p0"]
    assert len(facet("publisher", many).largest) == 60


def test_licences_stand_by_what_they_permit_and_unknown_ones_last() -> None:
    shown = [(value.title, value.group, value.hint) for value in facet("license").values]
    assert shown == [
        ("CC0-1.0", "Public domain", "Zero"),
        ("MIT", "Permissive", "MIT License"),
        ("CC-BY-SA-4.0", "Share alike", "Share Alike 4.0"),
        ("own-terms", None, ""),
    ]


def test_languages_are_found_by_their_own_names() -> None:
    german = next(value for value in facet("language").values if value.id == "de")
    assert (german.title, german.hint) == ("German", "Deutsch")


def test_what_no_vocabulary_has_is_shown_as_it_stands() -> None:
    [value] = facet("task", [make_summary(tasks=("tide-guessing",))]).values
    assert (value.title, value.group) == ("tide-guessing", None)


def test_a_publisher_is_called_as_its_highest_dataset_calls_it() -> None:
    summaries = [make_summary("a", publisher_title="First"), make_summary("b", publisher_title="Second")]
    assert facet("publisher", summaries).values[0].title == "First"


@pytest.mark.parametrize(
    ("name", "value", "address"),
    [
        ("license", "CC-BY-4.0", "/catalog/license/cc-by-4.0/"),
        ("language", "zh-Hans", "/catalog/language/zh-hans/"),
        ("publisher", "_", "/catalog/publisher/_/"),
        ("task", "a task/of?many words", "/catalog/task/a-task-of-many-words/"),
    ],
)
def test_every_value_has_an_address(name: str, value: str, address: str) -> None:
    assert value_address(name, value) == address


def test_a_facet_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no facet 'colour'"):
        values_of(make_summary(), "colour")


def test_lists_are_cut_into_pages_in_the_catalog_s_order() -> None:
    summaries = [make_summary(f"d{number}") for number in range(5)]
    listings = list(build_listings(build_facets(summaries, VOCABULARIES), summaries, 2))
    assert [each.address for each in listings] == [
        "/catalog/publisher/sample/",
        "/catalog/publisher/sample/page-2/",
        "/catalog/publisher/sample/page-3/",
    ]
    assert [[summary.title for summary in each.summaries] for each in listings] == [["D0", "D1"], ["D2", "D3"], ["D4"]]
    assert {each.page_count for each in listings} == {3}
    assert listings[2].address_of(1) == "/catalog/publisher/sample/"


@pytest.mark.parametrize(("size", "pages"), [(4, 2), (5, 1), (50, 1)])
def test_a_full_page_is_followed_by_no_empty_one(size: int, pages: int) -> None:
    summaries = [make_summary(f"d{number}") for number in range(5)]
    assert len(list(build_listings(build_facets(summaries, VOCABULARIES), summaries, size))) == pages


def test_every_dataset_is_on_the_list_of_each_of_its_values() -> None:
    facets = build_facets(SUMMARIES, VOCABULARIES)
    listed = {(each.facet.name, each.value.id): each.summaries for each in build_listings(facets, SUMMARIES, 50)}
    assert {key: len(rows) for key, rows in listed.items()} == {
        (each.name, value.id): value.count for each in facets for value in each.values
    }
    assert [summary.title for summary in listed["language", "en"]] == ["A", "D"]


def test_a_value_is_found_whether_any_dataset_has_it_or_not_but_only_in_facets_with_lists() -> None:
    find = value_finder(VOCABULARIES)
    marine = find("domain", "marine")
    assert marine is not None
    assert (marine.title, marine.address) == ("Marine", "/catalog/domain/marine/")
    assert find("sensitive_information", "names") is None
