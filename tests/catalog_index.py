"""Reads the datasets of a published catalog out of its index, as docs/index-format.md describes the files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

UNSTATED = "none-stated"
FIGURES = ("downloads", "likes", "changed", "added")


def index_folder(output: Path) -> Path:
    """Where a site's index is."""
    return output / "assets/catalog"


def read_head(output: Path) -> dict[str, Any]:
    """The head that the catalog's page names; another may stand beside it, which the site before named."""
    page = (output / "catalog/index.html").read_text(encoding="utf-8")
    (name,) = {file.name for file in index_folder(output).glob("head-*.json") if file.name in page}
    return dict(json.loads((index_folder(output) / name).read_bytes()))


def read_datasets(output: Path) -> list[dict[str, Any]]:
    """All datasets in rank order: title, address, snippet, figures, and for each facet the ids of its values."""
    folder, head = index_folder(output), read_head(output)
    datasets: list[dict[str, Any]] = []
    names = "".join(_unpack(folder, "directories", name).hex() for name in _names(head["directories"]["rows"]))
    for name in _names(names):
        page = json.loads(_unpack(folder, "rows", name))
        for row in range(len(page["title"])):
            fields = {field: page[field][row] for field in ("title", "address", "snippet")}
            datasets.append(fields | {name: page[name][row] if name in page else 0 for name in FIGURES})
    for facet in head["facets"]:
        for dataset, ids in zip(datasets, _read_column(folder, facet, head["count"]), strict=True):
            dataset[facet["name"]] = ids or [UNSTATED]
    return datasets


def _read_column(folder: Path, facet: dict[str, Any], count: int) -> list[list[str]]:
    ids = [UNSTATED, *facet["values"]["ids"]]
    if facet["files"]:
        parts = (json.loads(_unpack(folder, "values", name)) for name in _names(facet["files"]))
        ids = [UNSTATED, *(value for part in parts for value in part["ids"])]
    form = facet["column"]
    content = _unpack(folder, "columns", form["name"])
    counts = _planes(content, count, form["many"]) if form["many"] else [1] * count
    codes = iter(_planes(content[count * form["many"] :], form["codes"], form["width"]))
    return [[ids[code] for code in (next(codes) for _ in range(each)) if code] for each in counts]


def _planes(content: bytes, count: int, width: int) -> list[int]:
    return [sum(content[plane * count + index] << 8 * plane for plane in range(width)) for index in range(count)]


def _names(names: str) -> list[str]:
    return [names[start : start + 12] for start in range(0, len(names), 12)]


def _unpack(folder: Path, family: str, name: str) -> bytes:
    return gzip.decompress((folder / family / f"{name}.bin").read_bytes())
