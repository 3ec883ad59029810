"""Lists the datasets of facet values, for searches that name one and for filters by one that the head does not list."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from otdi_site.index.browser.columns import Column
from otdi_site.index.browser.encoding import IndexFile, sort_key
from otdi_site.index.browser.shards import Key, Shards, encode_postings
from otdi_site.index.browser.terms import Directories, is_common, pack_directories
from otdi_site.index.browser.values import Values
from otdi_site.model.facets import FACETS_BY_NAME

FOLDER = "lists"


def write_value_lists(
    columns: Mapping[str, Column], values: Mapping[str, Values], dataset_count: int
) -> tuple[list[IndexFile], Directories]:
    """The files of the lists, each ``facet:id`` in lower case with its datasets, and their directories.

    They have every value that the head does not list, and those that can be searched for, but for common ones.
    """
    found: dict[str, array[int]] = {}
    for name, column in columns.items():
        is_named = FACETS_BY_NAME[name].is_named
        for value, positions in _positions(column, 0 if is_named else values[name].listed):
            if not is_common(len(positions), dataset_count):
                found.setdefault(f"{name}:{value.lower()}", array("I")).extend(positions)
    shards = Shards(FOLDER)
    keys = (Key(key.encode(), *encode_postings((), found[key])) for key in sorted(found, key=sort_key))
    files = [file for file in (*map(shards.add, keys), shards.finish()) if file]
    directories, directory_files = pack_directories(shards.keys, shards.names)
    return [*files, *directory_files], directories


def _positions(column: Column, least: int) -> Iterator[tuple[str, array[int]]]:
    """For each value whose code is above `least`: its id and the positions of its datasets."""
    found: dict[int, array[int]] = {}
    for position, codes in enumerate(column.codes()):
        for code in codes:
            if code > least:
                found.setdefault(code, array("I")).append(position)
    ids = column.ids
    for code, positions in found.items():
        yield ids[code - 1], positions
