"""Facet previews: precomputed results for one selected value, its first rows and the counts of all other values.

A preview, unpacked, is JSON::

    {"count": 5120, "positions": [0, 7, 31, …], "rows": {…}, "counts": {"modality": [12, 4400, …], …}}

`positions` are those of the first datasets that have the value, and `rows` their page as in `rows`. `counts` tells for
each other facet how many of the value's datasets have each code from 0 to the last that the head lists; zeros at the
end are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from otdi_site.index.browser.columns import Column
from otdi_site.index.browser.encoding import IndexFile, pack
from otdi_site.index.browser.rows import Rows, encode_json
from otdi_site.index.browser.values import Values


class FacetPreviews:
    """Counts, for every pair of listed values, the datasets that have both, and finds the first of each value."""

    def __init__(self, columns: Sequence[Column], values: Mapping[str, Values], rows_shown: int) -> None:
        self._columns = columns
        self._values = values
        self._rows_shown = rows_shown
        self._starts: dict[str, int] = {}
        """Number of each facet's code 0 among the codes of all facets."""
        self._size = 0
        for column in columns:
            self._starts[column.name] = self._size
            self._size += values[column.name].listed + 1
        self._first: list[list[int]] = [[] for _ in range(self._size)]
        self._tail: dict[str, dict[int, list[int]]] = {}

    def collect(self) -> None:
        """Reads the columns once."""
        combinations: Counter[tuple[int, ...]] = Counter()
        parts = [self._numbers(column) for column in self._columns]
        for position, lists in enumerate(zip(*parts, strict=True)):
            combination = tuple(number for numbers in lists for number in numbers)
            combinations[combination] += 1
            for number in combination:
                first = self._first[number]
                if len(first) < self._rows_shown:
                    first.append(position)
        size = self._size
        self._pairs = [0] * (size * size)
        pairs = self._pairs
        for combination, weight in combinations.items():
            for one in combination:
                base = one * size
                for other in combination:
                    pairs[base + other] += weight

    def _numbers(self, column: Column) -> Iterator[tuple[int, ...]]:
        start, listed = self._starts[column.name], self._values[column.name].listed
        nothing = (start,)
        for codes in column.codes():
            yield tuple(start + code for code in codes if code <= listed) if codes else nothing

    def files(self, facet: str, rows: Rows) -> Iterator[IndexFile | None]:
        """The previews of a facet's listed codes from 0; `None` where no dataset has it."""
        values = self._values[facet]
        for code in range(values.listed + 1):
            positions = self._first[self._starts[facet] + code]
            yield self._file(facet, code, positions, rows) if positions else None

    def _file(self, facet: str, code: int, positions: Sequence[int], rows: Rows) -> IndexFile:
        base = (self._starts[facet] + code) * self._size
        counts = {}
        for column in self._columns:
            if column.name != facet:
                start = base + self._starts[column.name]
                counts[column.name] = _trim(self._pairs[start : start + self._values[column.name].listed + 1])
        preview = {
            "count": self._values[facet].counts[code],
            "positions": positions,
            "rows": rows.page(positions),
            "counts": counts,
        }
        return pack("previews", encode_json(preview))


def _trim(counts: list[int]) -> list[int]:
    while counts and counts[-1] == 0:
        counts.pop()
    return counts
