"""Descriptions of datasets for search engines."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.formats import (
    CatalogReference,
    describe_breadcrumbs,
    describe_catalog,
    describe_dataset,
    describe_for_machines,
    html_script,
)
from otdi_site.formats.description import LEAST_LENGTH
from otdi_site.model.dataset import Dataset
from otdi_site.model.sourced import Sourced
from tests.unit.render.sample_site import HUB, make_bare_dataset, make_dataset

CATALOG = CatalogReference("Sample catalogue", "https://data.example.org/catalog/")
PAGE = "https://data.example.org/datasets/sample/tides.html"
TERMS = Path(__file__).resolve().parents[4] / "shared/validators/schemaorg-all-https.jsonld"


def described(dataset: Dataset, *, is_short: bool = False) -> dict[str, Any]:
    return describe_dataset(dataset, PAGE, CATALOG, is_short=is_short)


def test_a_dataset_is_described_by_what_is_known() -> None:
    found = described(make_dataset())
    assert found["@type"] == "Dataset"
    assert found["name"] == "Tides of a made-up sea"
    assert found["url"] == PAGE
    assert found["sameAs"] == "https://huggingface.co/datasets/sample/tides"
    assert str(found["license"]).startswith("https://")
    assert found["version"] == "0123456789abcdef0123456789abcdef01234567"
    assert found["includedInDataCatalog"]["url"] == CATALOG.url


def test_a_bare_dataset_has_a_description_of_its_facts_and_nothing_invented() -> None:
    found = described(make_bare_dataset())
    assert found["description"] == "Bare, a dataset of Sample & Sons."
    assert set(found) == {"@context", "@type", "name", "description", "url", "creditText", "includedInDataCatalog"}


def test_a_short_text_is_followed_by_facts() -> None:
    dataset = make_dataset(description=Sourced("Tides", HUB))
    text = describe_for_machines(dataset, 500)
    assert text.startswith("Tides. Tides of a made-up sea, a dataset of Sample & Sons. Licence: ")
    assert len(text) >= LEAST_LENGTH


def test_a_short_description_leaves_out_and_changes_nothing_else() -> None:
    long, short = described(make_dataset()), described(make_dataset(), is_short=True)
    assert {"name", "description", "license", "sameAs"} <= set(short)
    assert all(short[name] == long[name] for name in set(short) - {"description"})


@given(st.text(min_size=1).filter(str.strip))
def test_no_text_ends_the_script_or_changes_on_the_way(text: str) -> None:
    hostile = make_dataset(title=Sourced(f"</script><!--{text}", HUB), tags=Sourced((text, "<!--<script>"), HUB))
    found = described(hostile)
    script = html_script(found)
    assert json.loads(script) == found
    assert not set("<>&") & set(script)


def test_a_page_reads_back_as_it_was_described() -> None:
    found = described(make_dataset(title=Sourced("</script><script>alert(1)</script>", HUB)))
    data: list[str] = []
    parser = HTMLParser()
    parser.handle_data = data.append  # type: ignore[method-assign]
    parser.feed(f'<script type="application/ld+json">{html_script(found)}</script>')
    assert json.loads("".join(data)) == found


@pytest.mark.skipif(not TERMS.exists(), reason="the terms of schema.org are beside the project's own checkout alone")
def test_every_property_is_one_of_its_type() -> None:
    graph = {node["@id"]: node for node in json.loads(TERMS.read_text("utf-8"))["@graph"]}

    def many(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value]

    def types_above(name: str) -> set[str]:
        node = graph[f"schema:{name}"]
        above = [each["@id"].partition(":")[2] for each in many(node.get("rdfs:subClassOf", []))]
        return {name}.union(*(types_above(each) for each in above if f"schema:{each}" in graph))

    def check(value: Any) -> None:
        for each in many(value):
            if not isinstance(each, dict):
                continue
            types = types_above(each["@type"])
            for name, inner in each.items():
                if name.startswith("@"):
                    continue
                domains = {
                    item["@id"].partition(":")[2] for item in many(graph[f"schema:{name}"]["schema:domainIncludes"])
                }
                assert domains & types, f"{name} is no property of {each['@type']}"
                check(inner)

    check(described(make_dataset()))
    check(described(make_dataset(), is_short=True))
    check(describe_catalog(CATALOG, "All of them", "Sample & Sons", "https://example.org/"))
    check(describe_breadcrumbs([("Home", "https://data.example.org/"), ("Tides", PAGE)]))
