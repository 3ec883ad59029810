"""Reads responses of the Hub's dataset viewer (``/info`` and ``/first-rows``, as documented in November 2026).

Texts are cut and cleaned, links to files are left out: they are signed, and expire.
"""

from __future__ import annotations

import json
from typing import Any

from otdi_site.characters import without_unsafe
from otdi_site.model.preview import Configuration

CONFIGURATIONS, SPLITS, COLUMNS, ROWS = 12, 8, 20, 4
"""Numbers of each that are kept."""
_NAME, _CELL = 60, 120
"""Characters that are kept."""
_PLAIN_TYPES = ("Value", "ClassLabel")
_LISTS = ("Sequence", "List", "LargeList")


def read_configurations(response: object) -> tuple[tuple[Configuration, ...], int]:
    """The first configurations of ``/info``, and how many there are. Raises `ValueError`."""
    stated = response.get("dataset_info") if isinstance(response, dict) else None
    if not isinstance(stated, dict):
        raise ValueError("no dataset_info")
    found = []
    for name, described in list(stated.items())[:CONFIGURATIONS]:
        splits = described.get("splits") if isinstance(described, dict) else None
        sizes = list(splits.items())[:SPLITS] if isinstance(splits, dict) else []
        found.append(
            Configuration(_cut(name, _NAME), tuple((_cut(each, _NAME), _count(facts)) for each, facts in sizes))
        )
    return tuple(found), len(stated)


def read_rows(response: object) -> tuple[tuple[tuple[str, str], ...], int, tuple[tuple[str, ...], ...]]:
    """The first columns of ``/first-rows``, how many there are, and the first rows. Raises `ValueError`."""
    features = response.get("features") if isinstance(response, dict) else None
    rows = response.get("rows") if isinstance(response, dict) else None
    if not isinstance(features, list) or not isinstance(rows, list):
        raise ValueError("no features or rows")
    columns = [
        (each["name"], each.get("type"))
        for each in features
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]
    shown = columns[:COLUMNS]
    values = [each["row"] for each in rows[:ROWS] if isinstance(each, dict) and isinstance(each.get("row"), dict)]
    return (
        tuple((_cut(name, _NAME), _cut(_type(kind), _NAME)) for name, kind in shown),
        len(columns),
        tuple(tuple(_cell(row.get(name), kind) for name, kind in shown) for row in values),
    )


def _type(feature: Any, depth: int = 0) -> str:
    if isinstance(feature, list) and len(feature) == 1 and depth < 3:
        return f"list of {_type(feature[0], depth + 1)}"
    if not isinstance(feature, dict):
        return "unknown"
    kind = feature.get("_type")
    if kind in _LISTS and depth < 3:
        return f"list of {_type(feature.get('feature'), depth + 1)}"
    if kind == "Value":
        return str(feature.get("dtype", "value"))
    if kind == "ClassLabel":
        return "class label"
    return kind.lower() if isinstance(kind, str) else "struct"


def _is_plain(feature: Any, depth: int = 0) -> bool:
    """Whether values are texts and numbers, and not files."""
    if depth > 3:
        return False
    if isinstance(feature, list):
        return len(feature) == 1 and _is_plain(feature[0], depth + 1)
    if not isinstance(feature, dict):
        return False
    kind = feature.get("_type")
    if kind in _LISTS:
        return _is_plain(feature.get("feature"), depth + 1)
    if isinstance(kind, str):
        return kind in _PLAIN_TYPES
    return all(_is_plain(each, depth + 1) for each in feature.values())


def _cell(value: Any, feature: Any) -> str:
    if value is None:
        return ""
    if not _is_plain(feature):
        return f"({_type(feature)})"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _cut(text, _CELL)


def _cut(text: str, length: int) -> str:
    # Characters that are cleaned away take no room: what is looked at is longer than what is kept.
    text = " ".join(without_unsafe(text[: 4 * length].encode("utf-8", "replace").decode()).split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _count(facts: Any) -> int | None:
    number = facts.get("num_examples") if isinstance(facts, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**15 else None
