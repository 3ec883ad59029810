"""The columns of a bulk file: their names, those that are missing, and the values that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from otdi_site.config import HUB_PROPERTIES

_SHOWN_COLUMNS = 200


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
        """Records the names that a row has."""
        self.missing.difference_update(names)
        if len(self.seen) < _SHOWN_COLUMNS:
            self.seen.update(dict.fromkeys(list(names)[:_SHOWN_COLUMNS]))

    def merge(self, other: ColumnNames) -> None:
        """Adds the columns of another partition."""
        self.missing &= other.missing
        self.seen.update(other.seen)


class UnreadValues(NamedTuple):
    """The values of one property of the Hub that could not be read."""

    total: int
    row: int
    """The first row that has one."""
    example: str
    """Its value, shortened."""


class ColumnReport:
    """The columns of a file, as found in the rows read so far."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.names = ColumnNames(columns)
        self.rows = 0
        self.broken = 0
        self.unread: dict[str, UnreadValues] = {}
        """By the Hub's name of the property."""

    def count(self, number: int, unread: Iterable[tuple[str, str]]) -> None:
        """Adds the values of a row that could not be read."""
        for name, value in unread:
            known = self.unread.get(name)
            self.unread[name] = known._replace(total=known.total + 1) if known else UnreadValues(1, number, value)

    def merge(self, other: ColumnReport) -> None:
        """Adds the findings of another partition."""
        self.names.merge(other.names)
        self.rows += other.rows
        self.broken += other.broken
        for name, values in other.unread.items():
            known = self.unread.get(name)
            if known is not None:
                first = min(known, values, key=lambda each: each.row)
                values = first._replace(total=known.total + values.total)
            self.unread[name] = values
