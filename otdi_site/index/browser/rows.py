"""Row pages of the index: titles, snippets and figures of datasets, as lists show them.

A page of rows, unpacked, is JSON: one array a field, one element a dataset::

    {"title": ["RepLiQA", …], "address": ["/datasets/servicenow/repliqa.html", …], "snippet": ["…", …],
     "values": {"license": [3, 0, …], "language": [[1], [2, ["ha", "Hausa"]], …], …},
     "more": {"language": [[7, 492]]},
     "downloads": [4051, 1, …], "likes": […], "changed": […], "added": […]}

A value is its code, or its id and title where the head does not list it; 0 or an empty list where none is stated.
`more` holds, for facets of which a row shows only the first `VALUES_SHOWN` values, the number of the row and of all its
values. Figures and days are those of the columns to sort by: one more than the figure, 0 where none is stated.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence

from otdi_site.index.browser.columns import Column, Order
from otdi_site.index.browser.encoding import IndexFile, pack
from otdi_site.index.browser.values import Reference, Values
from otdi_site.model.facets import FACETS

ROWS_IN_PAGE = 28
VALUES_SHOWN = 8
FIGURES = ("downloads", "likes", "changed", "added")


class RowTexts:
    """Titles, addresses and snippets of all datasets, kept in a temporary file until their pages can be made."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=1 << 20)  # noqa: SIM115  # closed with the index
        self._ends = array("Q", [0])

    def add(self, title: str, address: str, snippet: str) -> None:
        """The next dataset."""
        line = encode_json((title, address, snippet)) + b","
        self._file.write(line)
        self._ends.append(self._ends[-1] + len(line))

    def read(self, positions: Sequence[int]) -> list[tuple[str, str, str]]:
        """The texts of datasets at ascending `positions`."""
        if isinstance(positions, range):
            lines = [self._read(positions[0], positions[-1])]
        else:
            lines = [self._read(position, position) for position in positions]
        found: list[tuple[str, str, str]] = json.loads(b"[%b]" % b"".join(lines)[:-1])
        return found

    def _read(self, first: int, last: int) -> bytes:
        self._file.seek(self._ends[first])
        content: bytes = self._file.read(self._ends[last + 1] - self._ends[first])
        return content

    def close(self) -> None:
        self._file.close()


class Rows:
    """Makes pages of rows from texts and columns."""

    def __init__(
        self,
        texts: RowTexts,
        columns: Mapping[str, Column],
        values: Mapping[str, Values],
        orders: Mapping[str, Order],
    ) -> None:
        self._texts = texts
        self._columns = [(columns[facet.name], values[facet.name].references()) for facet in FACETS if facet.in_rows]
        self._figures = [(name, orders[name].keys) for name in FIGURES]

    def page(self, positions: Sequence[int]) -> dict[str, object]:
        """The rows of datasets at ascending `positions`."""
        titles, addresses, snippets = zip(*self._texts.read(positions), strict=True)
        page: dict[str, object] = {"title": titles, "address": addresses, "snippet": snippets}
        cells: dict[str, list[Reference] | list[list[Reference]]] = {}
        more: dict[str, list[tuple[int, int]]] = {}
        for column, references in self._columns:
            if not column.has_many:
                cells[column.name] = [references[column.code_at(position)] for position in positions]
                continue
            lists = [column.codes_at(position) for position in positions]
            cells[column.name] = [[references[code] for code in codes[:VALUES_SHOWN]] for codes in lists]
            if long := [(row, len(codes)) for row, codes in enumerate(lists) if len(codes) > VALUES_SHOWN]:
                more[column.name] = long
        page["values"] = cells
        if more:
            page["more"] = more
        for name, keys in self._figures:
            figures = [keys[position] for position in positions]
            if any(figures):
                page[name] = figures
        return page

    def files(self, count: int) -> Iterator[IndexFile]:
        """All pages of `count` datasets."""
        for start in range(0, count, ROWS_IN_PAGE):
            yield pack("rows", encode_json(self.page(range(start, min(start + ROWS_IN_PAGE, count)))))


def written(text: str) -> str:
    """A text as files have it: characters that no UTF-8 can have are question marks."""
    return text.encode("utf-8", "replace").decode()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_json(document: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _encode(document).encode("utf-8", "replace")
