"""Responses of the dataset viewer: what is kept is bounded and clean, and odd responses are refused."""

from __future__ import annotations

from typing import Any

import pytest

from otdi_site.hub.viewer_parsing import COLUMNS, CONFIGURATIONS, ROWS, SPLITS, read_configurations, read_rows
from otdi_site.model.preview import Configuration, Preview

TEXT = {"dtype": "string", "_type": "Value"}


def rows_of(value: Any, kind: Any) -> tuple[tuple[str, ...], ...]:
    return read_rows({"features": [{"name": "a", "type": kind}], "rows": [{"row": {"a": value}}]})[2]


@pytest.mark.parametrize("response", [None, [], {}, {"dataset_info": 3}, {"dataset_info": None}, "<html>"])
def test_a_response_without_configurations_is_refused(response: Any) -> None:
    with pytest.raises(ValueError, match="dataset_info"):
        read_configurations(response)


@pytest.mark.parametrize("response", [None, {}, {"features": []}, {"rows": []}, {"features": {}, "rows": 3}])
def test_a_response_without_rows_is_refused(response: Any) -> None:
    with pytest.raises(ValueError, match="features"):
        read_rows(response)


def test_numbers_and_lengths_are_bounded() -> None:
    splits = {f"s{n}" * 50: {"num_examples": n} for n in range(50)}
    found, count = read_configurations({"dataset_info": {f"c{n}": {"splits": splits} for n in range(500)}})
    assert (len(found), count, len(found[0].splits)) == (CONFIGURATIONS, 500, SPLITS)
    features = [{"name": f"n{n}" * 99, "type": TEXT} for n in range(400)]
    columns, every, rows = read_rows(
        {"features": features, "rows": [{"row": {f["name"]: "x" * 9999 for f in features}}] * 99}
    )
    assert (len(columns), every, len(rows)) == (COLUMNS, 400, ROWS)
    assert max(len(text) for text in (*columns[0], *rows[0])) == 120


@pytest.mark.parametrize("count", [-1, True, "7", 1.5, 10**20, None, [1]])
def test_a_number_of_rows_that_is_none_is_not_stated(count: Any) -> None:
    found, _ = read_configurations({"dataset_info": {"a": {"splits": {"train": {"num_examples": count}}}}})
    assert found == (Configuration("a", (("train", None),)),)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("a\nb\x00\u202e", TEXT, "a b"),
        (None, TEXT, ""),
        (2.5, {"dtype": "float64", "_type": "Value"}, "2.5"),
        ([1, 2], [{"dtype": "int64", "_type": "Value"}], "[1, 2]"),
        ({"en": "tide"}, {"en": TEXT}, '{"en": "tide"}'),
        ({"src": "https://signed.invalid"}, {"_type": "Image"}, "(image)"),
        ([{"src": "https://signed.invalid"}], {"_type": "Sequence", "feature": {"_type": "Audio"}}, "(list of audio)"),
        ({"x": {"src": "https://signed.invalid"}}, {"x": {"_type": "Image"}}, "(struct)"),
        ("anything", "no type", "(unknown)"),
        ("half \ud800 of a pair", TEXT, "half ? of a pair"),
    ],
)
def test_values_are_texts_and_files_are_named_by_their_kind(value: Any, kind: Any, shown: str) -> None:
    assert rows_of(value, kind) == ((shown,),)


def test_code_names_a_configuration_only_where_it_must() -> None:
    def preview(*names: str) -> Preview:
        return Preview("0", "", "", tuple(Configuration(name, ()) for name in names), configuration=names[0])

    assert [preview("a").needed_name, preview("a", "default").needed_name, preview("b", "a").needed_name] == [
        "",
        "",
        "b",
    ]
