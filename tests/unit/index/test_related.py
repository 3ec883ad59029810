from __future__ import annotations

from collections import Counter

from otdi_site.index import RelatedIndex
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import GENERAL_PURPOSE
from tests.samples import make_summary


def related(summaries: list[Summary], position: int = 0) -> list[str]:
    return [summary.title for summary in RelatedIndex(summaries).find(position)]


def test_a_shared_domain_makes_datasets_alike_and_more_makes_them_more_alike() -> None:
    summaries = [
        make_summary("a", publisher="p1", domains=("marine",), tasks=("x",)),
        make_summary("b", publisher="p2", domains=("climate",)),
        make_summary("c", publisher="p3", domains=("marine",)),
        make_summary("d", publisher="p4", domains=("marine",), tasks=("x",)),
    ]
    assert related(summaries) == ["D", "C"]


def test_english_text_alone_makes_no_two_datasets_alike() -> None:
    summaries = [make_summary(name, publisher=name, modalities=("text",), languages=("en",)) for name in "ab"]
    assert related(summaries) == []


def test_having_no_specialty_is_nothing_in_common() -> None:
    summaries = [make_summary(name, publisher=name, domains=(GENERAL_PURPOSE,)) for name in "ab"]
    assert related(summaries) == []


def test_equally_alike_ones_stand_by_rank_at_most_five_without_itself() -> None:
    summaries = [make_summary(name, publisher=name, domains=("marine",)) for name in "abcdefgh"]
    assert related(summaries, 2) == ["A", "B", "D", "E", "F"]


def test_what_many_have_relates_none() -> None:
    many = [
        make_summary(f"d{number:03}", publisher=f"p{number}", domains=("marine",), words="harbour|heights bay gauge")
        for number in range(500)
    ]
    assert related(many, 499) == []


def test_a_rare_word_of_the_name_relates_those_of_one_publisher_or_task() -> None:
    summaries = [
        make_summary("a", publisher="p1", words="tides|", tasks=("x",)),
        make_summary("b", publisher="p1", words="tides|"),
        make_summary("c", publisher="p2", words="tides|", tasks=("x",)),
        make_summary("d", publisher="p3", words="tides|"),
        make_summary("e", publisher="p1", words="wells|"),
    ]
    assert related(summaries) == ["B", "C"]


def test_words_of_descriptions_relate_where_several_are_rare() -> None:
    summaries = [
        make_summary("a", publisher="p1", words="|heights harbour gauge bay"),
        make_summary("b", publisher="p2", words="|gauge heights bay harbour"),
        make_summary("c", publisher="p3", words="|gauge bay wells"),
        make_summary("d", publisher="p4", words="harbour|heights gauge bay"),
    ]
    assert related(summaries) == ["B", "D"]


def test_a_source_relates_what_was_made_from_it_and_the_source_itself() -> None:
    summaries = [
        make_summary("a", publisher="p1", sources=("p9/tides",)),
        make_summary("b", publisher="p2", sources=("p9/tides", "https://example.org/wells")),
        make_summary("tides", publisher="p9"),
        make_summary("c", publisher="p3", sources=("https://example.org/wells",)),
    ]
    assert related(summaries) == ["B", "Tides"]
    assert related(summaries, 2) == ["A", "B"]
    assert related(summaries, 3) == ["B"]


def test_links_spread_over_all_that_are_alike() -> None:
    summaries = [make_summary(f"d{number:04}", publisher="p", words="tides|heights") for number in range(8)]
    summaries += [make_summary(f"e{number:04}", publisher=f"q{number}", words="wells|") for number in range(3_200)]
    for number in range(8, 16):
        summaries[number] = make_summary(f"f{number}", publisher="p", words="tides|heights")
    index = RelatedIndex(summaries)
    taken = Counter(other for place in range(16) for other in index.find_positions(place))
    assert sum(taken.values()) == 80
    assert max(taken.values()) < 12


def test_the_order_of_values_makes_no_difference() -> None:
    one = [make_summary(name, publisher=name, words="tides bay|gauge heights") for name in "abc"]
    other = [make_summary(name, publisher=name, words="bay tides|heights gauge") for name in "abc"]
    assert related(one) == related(other) == ["B", "C"]
