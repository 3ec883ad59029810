from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from otdi_site.hub_metadata.values import DESCRIPTION_LIMIT, clean_text
from otdi_site.model.catalog import Catalog, cut_line, cut_text, flatten, summarise
from otdi_site.model.entry_schema import entry_schema
from otdi_site.model.facets import GENERAL_PURPOSE
from otdi_site.model.sourced import Origin, Sourced
from tests.samples import VOCABULARIES, make_entry, make_row, merge_dataset


def catalog_of(*rows: tuple[str, int | None, int | None]) -> list[str]:
    datasets = [
        merge_dataset(make_entry(name=name), make_row(f"sample/{name}", downloads=downloads, likes=likes))
        for name, downloads, likes in rows
    ]
    return [summary.title for summary in Catalog.of(datasets).summaries]


def test_the_most_downloaded_stand_first_then_the_most_liked_then_by_title() -> None:
    rows = [("b", 5, 1), ("a", 5, 1), ("c", 5, 2), ("d", 50, 0), ("e", None, None), ("f", 0, 0), ("g", None, 9)]
    assert catalog_of(*rows) == ["D", "C", "A", "B", "F", "G", "E"]
    assert catalog_of(*rows[::-1]) == ["D", "C", "A", "B", "F", "G", "E"]


def test_datasets_and_summaries_stand_in_one_order() -> None:
    datasets = [merge_dataset(make_entry(name=name), None) for name in "cab"]
    catalog = Catalog.of(datasets)
    assert [dataset.id for dataset in catalog.datasets] == [summary.id for summary in catalog.summaries]


def test_a_summary_holds_ids() -> None:
    entry = make_entry(domains=["Climate"], modalities=["text"], languages=["eng"], license="mit", size="1k<N<10k")
    summary = summarise(merge_dataset(entry, make_row(gated="auto", likes=3)))
    assert (summary.domains, summary.modalities, summary.languages) == (("climate",), ("text",), ("en",))
    assert (summary.license, summary.size, summary.access, summary.likes) == ("MIT", "1K<n<10K", "gated", 3)
    assert (summary.publisher, summary.publisher_title) == ("sample", "Sample & Sons")


def test_datasets_are_counted_by_domain_modality_and_region() -> None:
    datasets = [
        merge_dataset(
            make_entry(name="a", domains=["climate"], modalities=["text", "audio"], languages=["en", "de"]), None
        ),
        merge_dataset(make_entry(name="b", domains=["climate"], modalities=["text"], languages=["sw", "hi"]), None),
        merge_dataset(make_entry(name="c", domains=["climate"]), None),
        merge_dataset(make_entry(name="d", domains=[], modalities=["audio"]), None),
    ]
    assert Catalog.of(datasets).by_domain == {
        "climate": {"modality": {"text": 2, "audio": 1}, "region": {"Europe": 1, "Africa": 1, "Asia": 1}},
        GENERAL_PURPOSE: {"modality": {"audio": 1}, "region": {}},
    }


def test_general_purpose_is_not_the_same_as_not_stated() -> None:
    assert summarise(merge_dataset(make_entry(domains=[]), None)).domains == (GENERAL_PURPOSE,)
    assert summarise(merge_dataset(make_entry(), None)).domains == ()


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", ""),
        ("short", "short"),
        ("a  b\n\nc", "a b c"),
        ("one two three four", "one two…"),
        ("one, two, - three", "one, two…"),
        ("unbreakablewordthatgoeson", "unbreakablewo…"),
    ],
)
def test_text_is_cut_at_a_word(text: str, cut: str) -> None:
    assert cut_text(text, 13) == cut


@given(st.text(st.sampled_from("ab,. \t\n\r\u00a0\U0001f30a"), max_size=120), st.integers(1, 40))
def test_an_imported_description_is_cut_as_any_text(text: str, length: int) -> None:
    cleaned = clean_text(text, DESCRIPTION_LIMIT)
    assume(cleaned is not None)
    assert cleaned is not None
    flat = flatten(Sourced(cleaned, Origin("import", "rows.jsonl", "2025-10-24")), length + 1)
    assert cut_line(flat, length) == cut_text(cleaned, length)


def test_the_schema_of_an_entry_offers_editors_every_field_and_term() -> None:
    schema = json.loads(entry_schema(VOCABULARIES, "https://example.org/api/entry.schema.json"))
    assert schema["$id"] == "https://example.org/api/entry.schema.json"
    assert schema["required"] == ["title"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    choices = {name: str(properties[name]) for name in ("domains", "modalities", "tasks", "license", "size")}
    assert "'climate'" in choices["domains"]
    assert "'audio'" in choices["modalities"]
    assert "'summarization'" in choices["tasks"]
    assert "'CC-BY-4.0'" in choices["license"]
    assert "'n<1K'" in choices["size"]
    assert "'owner', 'alliance'" in str(properties["hosting"])
    assert properties["domains"]["anyOf"][0]["maxItems"] == 1
    assert "pattern" in str(properties["huggingface"])
    assert schema["$defs"]["EntrySource"]["required"] == ["url"]
