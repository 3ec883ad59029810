"""Rows of files of many datasets, the parts that processes read, and the names of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from otdi_site.config import HUB_PROPERTIES

_SHOWN_COLUMNS = 200

CHUNK = 256
"""Rows that stand together in one part."""


class DumpRow(NamedTuple):
    """One row of a file."""

    number: int
    """From 1; in JSON lines, the line."""
    source: bytes
    """What tells it from its former self: the line; of Parquet, the row as JSON."""
    content: object | None
    """The row with the Hub's names; `None` for a line that is no JSON object."""


class Part(NamedTuple):
    """One share of `total` of a file's rows; together they are the file."""

    number: int = 0
    total: int = 1

    def has(self, position: int) -> bool:
        """Whether the row at a position, from 0, belongs to it."""
        return position // CHUNK % self.total == self.number


class ColumnNames:
    """The file's names for the Hub's properties, and which of them its rows have."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        """`columns` gives the file's name for a Hub's name where the two differ."""
        self.columns = columns
        self.missing = set(columns.values())
        """Names that no row had so far."""
        self.seen: dict[str, None] = {}
        """Names that rows had, until none was missing."""

    def rename(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of a row under the Hub's names."""
        if self.missing:
            self.notice(content)
        if not self.columns:
            return content
        return {name: content.get(self.columns.get(name, name)) for name in HUB_PROPERTIES}

    def notice(self, names: Iterable[str]) -> None:
        """Names that a row has."""
        self.missing.difference_update(names)
        if len(self.seen) < _SHOWN_COLUMNS:
            self.seen.update(dict.fromkeys(list(names)[:_SHOWN_COLUMNS]))

    def merge(self, other: ColumnNames) -> None:
        """Adds what another part of the file has."""
        self.missing &= other.missing
        self.seen.update(other.seen)
