"""Columns of the index: the values of each dataset in one facet, or a figure to sort by."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import accumulate

from otdi_site.index.browser.encoding import IndexFile, encode_column, pack, width_of
from otdi_site.model.facets import CHANGES, FACETS_BY_NAME

FIRST_DAY = date(1999, 12, 31).toordinal()
"""Days are counted from here, so that 1 is the first day of 2000; 0 is no date."""


@lru_cache(maxsize=65536)
def day_of(text: str | None) -> int:
    """The number of the day of an ISO 8601 date or time; days before the year 2000 are 1, no date is 0."""
    return max(1, date.fromisoformat(text[:10]).toordinal() - FIRST_DAY) if text else 0


class Column:
    """The values of one facet: codes of each dataset. Code 0 is "none stated"; codes follow the order of first use."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.has_many = FACETS_BY_NAME[name].has_many
        self._codes: dict[str, int] = {}
        self._values = array("I")
        self._counts = array("I")
        self._starts = array("I")

    def add(self, values: Sequence[str]) -> None:
        """The next dataset, in a facet of several values."""
        codes = self._codes
        found = [codes.setdefault(value, len(codes) + 1) for value in dict.fromkeys(values)] if values else ()
        self._counts.append(len(found))
        self._values.extend(found)

    def add_one(self, value: str | None) -> None:
        """The next dataset, in a facet of one value."""
        self._values.append(self._codes.setdefault(value, len(self._codes) + 1) if value else 0)

    @property
    def ids(self) -> list[str]:
        """Of the values, in the order of their codes, from 1."""
        return list(self._codes)

    def count(self) -> list[int]:
        """How many datasets have each code, from 0."""
        counts = [0] * (len(self._codes) + 1)
        for code in self._values:
            counts[code] += 1
        if self.has_many:
            counts[0] = self._counts.count(0)
        return counts

    def renumber(self, order: Sequence[int]) -> None:
        """Gives the value of code ``order[i]`` the code ``i + 1``."""
        ids = self.ids
        new_codes = [0] * (len(order) + 1)
        for position, code in enumerate(order):
            new_codes[code] = position + 1
        self._codes = {ids[code - 1]: position + 1 for position, code in enumerate(order)}
        self._values = array("I", map(new_codes.__getitem__, self._values))

    def codes(self) -> Iterator[Sequence[int]]:
        """The codes of each dataset; none at all for "none stated"."""
        values = self._values
        if not self.has_many:
            yield from ((code,) if code else () for code in values)
            return
        start = 0
        for count in self._counts:
            yield values[start : start + count]
            start += count

    def code_at(self, position: int) -> int:
        """The code of the dataset at `position`, in a facet of one value."""
        return self._values[position]

    def codes_at(self, position: int) -> Sequence[int]:
        """The codes of the dataset at `position`, in a facet of several values; none at all for "none stated"."""
        if not self._starts:
            self._starts = array("I", accumulate(self._counts, initial=0))
        return self._values[self._starts[position] : self._starts[position + 1]]

    @property
    def widths(self) -> tuple[int, int]:
        """Bytes of a code, and of a number of values; 0 where each dataset has exactly one code."""
        many = width_of(max(self._counts, default=0)) if self.has_many else 0
        return width_of(len(self._codes)), many

    def encode(self) -> bytes:
        """Numbers of values where there may be several, then codes."""
        width, many = self.widths
        counts = encode_column(self._counts, many) if many else b""
        return counts + encode_column(self._values, width)

    @property
    def value_count(self) -> int:
        """Codes in the encoded column."""
        return len(self._values)


def change_column(days: Sequence[int], today: int) -> Column:
    """The facet of the last change, from days as `day_of` counts them; `today` is the day they are seen from."""

    @cache
    def value_of(day: int) -> str | None:
        return next(value for value, (most, _) in CHANGES.items() if today - day <= most) if day else None

    column = Column("change")
    for day in days:
        column.add_one(value_of(day))
    return column


@dataclass(frozen=True, slots=True)
class Order:
    """Keys by which datasets are sorted: the largest key first, equals by rank, keys of 0 (nothing stated) last."""

    name: str
    keys: Sequence[int]

    @property
    def is_rank(self) -> bool:
        """Whether the datasets stand in this order already."""
        return all(first >= second for first, second in zip(self.keys, self.keys[1:], strict=False))

    def first(self, count: int) -> list[int]:
        """Positions of the first datasets in this order."""
        key: Callable[[int], int] = self.keys.__getitem__
        return sorted(range(len(self.keys)), key=key, reverse=True)[:count]

    def pack(self) -> tuple[IndexFile, dict[str, object]]:
        """The file, and how the head tells of it."""
        width = width_of(max(self.keys, default=0))
        file = pack("orders", encode_column(self.keys, width))
        return file, {"name": file.name, "width": width, "bytes": len(file.content)}
