"""Rows of a bulk file, and the share of rows that each process reads."""

from __future__ import annotations

from typing import NamedTuple

CHUNK = 256
"""Consecutive rows that belong to one partition."""


class BulkRow(NamedTuple):
    """One row of a bulk file, as it stands there."""

    number: int
    """From 1; in JSON lines, the line."""
    source: bytes
    """The bytes by which a changed row is recognised: the line; of Parquet, the row as JSON."""
    content: object | None
    """The row with the Hub's names; `None` for a line that is no JSON object."""


class Partition(NamedTuple):
    """One of `total` shares of the rows of every bulk file; `number` counts from 0."""

    number: int = 0
    total: int = 1

    def has(self, position: int) -> bool:
        """Whether the row at a position, from 0, belongs to it."""
        return position // CHUNK % self.total == self.number
