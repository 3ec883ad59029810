"""Responses of any shape are parsed without an exception, and what is kept can be written and read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from otdi_site.characters import find_unsafe
from otdi_site.hub.merge import renew
from otdi_site.hub.snapshot_rows import read_row, to_object
from otdi_site.hub_metadata.parsing import EXPANDED_PROPERTIES, ParsedDataset, parse_collection, parse_dataset
from otdi_site.tokens import TokenFinder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TIME = "2026-01-02T03:04:05Z"

TEXT = st.one_of(
    st.text(st.characters(), max_size=30),
    st.text(st.sampled_from("\ud800\udfff\u202e\u2028\x00\n\t ab:/<"), max_size=30),
    st.sampled_from(["license:mit", "modality:text", "2025-12-20T10:00:00Z", "javascript:x", "https://x.org", "auto"]),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.sampled_from([-1, 2**70, float("nan")])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=4,
)
PROPERTIES = [*EXPANDED_PROPERTIES, "datasetsServerInfo", "note", "position", "type", "_id"]


def objects() -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from([*PROPERTIES, "pretty_name", "license_link", "numRows", "text"])
    known = st.dictionaries(names, VALUES, max_size=6)
    nested = st.fixed_dictionaries({}, optional=dict.fromkeys(("cardData", "datasetsServerInfo", "note"), known))
    return st.builds(lambda outer, inner: {**outer, **inner}, known, nested)


def assert_keepable(parsed: ParsedDataset, listed: ParsedDataset | None = None) -> None:
    row = renew(None, parsed.id, listed, parsed, (), None, "https://huggingface.co", TIME)
    line = json.dumps(to_object(row), ensure_ascii=False, allow_nan=False)
    line.encode("utf-8")
    assert not find_unsafe(line)
    assert read_row(json.loads(line), []) == row


@given(objects(), st.one_of(st.just("example-org/tides"), VALUES))
@settings(max_examples=80, deadline=None)
def test_a_response_about_a_dataset_is_parsed_whatever_it_holds(response: dict[str, Any], hub_id: object) -> None:
    parsed = parse_dataset({**response, "id": hub_id}, NOW, None)
    if parsed is not None:
        assert_keepable(parsed)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_a_response_of_any_shape_is_parsed(response: object) -> None:
    parse_dataset(response, NOW, TokenFinder.of(["a-secret-token"]))
    parse_collection([response], NOW, "secret")


@given(st.lists(st.one_of(objects(), VALUES), max_size=3))
@settings(max_examples=50, deadline=None)
def test_entries_of_any_shape_cost_themselves_alone(items: list[Any]) -> None:
    odd = [
        {**item, "id": f"example-org/set-{index}"} if isinstance(item, dict) else item
        for index, item in enumerate(items)
    ]
    good = {"_id": "1", "id": "example-org/good", "type": "dataset", "position": 0, "downloads": 5}
    parsed = parse_collection([{"items": [*odd, good]}], NOW, None)
    assert parsed is not None
    assert parsed.datasets[-1].parsed.facts["downloads"] == 5
    for dataset in parsed.datasets:
        assert_keepable(dataset.parsed, dataset.parsed)


def test_a_card_states_the_licence_where_the_tags_do_not() -> None:
    response = {"id": "a/b", "tags": ["x"], "cardData": {"license": ["MIT", "A Licence of its own", 5]}}
    parsed = parse_dataset(response, NOW, None)
    assert parsed is not None
    assert parsed.facts["licenses"] == ("A Licence of its own", "mit"), "identifiers in lower case, names as they stand"
    assert parsed.unread == (("cardData.license", "5"),)


def test_a_link_that_is_none_is_absent() -> None:
    response = {"id": "a/b", "cardData": {"license_name": "x\ny", "license_link": "javascript:alert(1)"}}
    parsed = parse_dataset(response, NOW, None)
    assert parsed is not None
    assert (parsed.facts["license_name"], parsed.facts["license_link"]) == ("x y", None)
