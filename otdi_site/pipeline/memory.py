"""What a build remembers of a catalog, so that the next one need not read all of it again; it must not build.

It is kept in the store, in the transaction that says which files the site has: it always describes that site. All of
it is JSON::

    catalog         {"base": "1a2b…", "datasets": 100000, "own": [[4711, …], …], …}
    facets          [["domain", "Domain", 17, 40, [["finance", "Finance", "Industry", 410, "/catalog/…", ""], …]], …]
    values/<facet>  [["finance", "Finance", "Industry", 410, "/catalog/…", ""], …]
    list/<path>     {"listing": ["domain", "Domain", ["finance", …], 3, 9, [0, 0, 0]],
                     "rows": ["<li>…", …], "own": {"/datasets/example-org/wells.html": 17}}

Imported datasets are known there only by how they look in the lists that have a dataset of the site's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from typing import Any, TypeVar, overload

from otdi_site.diagnostics import Diagnostic, from_json, to_json
from otdi_site.hub import to_object
from otdi_site.model.catalog import SUMMARY_FIELDS, DatasetLink, Summary
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.pipeline.unfit import UnfitError

CATALOG, FACETS = "catalog", "facets"
Element = TypeVar("Element")


@dataclass(frozen=True, slots=True)
class OwnDataset:
    """A dataset in the catalog that is not imported."""

    position: int
    """Its place in rank order, from 0."""
    summary: Summary
    stated: int
    """Which facts it states, as bits."""
    text: str
    """The whole description."""
    related: tuple[DatasetLink, ...]
    lists: tuple[str, ...]
    """Paths of the lists it is in."""

    def is_alike(self, other: OwnDataset) -> bool:
        """Whether the two differ in nothing but text: no list, count or order changes with it."""
        return (self.stated, replace(self.summary, snippet="")) == (other.stated, replace(other.summary, snippet=""))


@dataclass(frozen=True, slots=True)
class OwnList:
    """A page of a list with a dataset that is not imported."""

    listing: Listing
    """Without values of its facet, and without datasets."""
    rows: list[bytes]
    """Its datasets as the list shows them."""
    own: dict[str, int]
    """Which of them, from 0, is which dataset of the site's own, by address."""

    def encode(self) -> bytes:
        """As it is kept."""
        facet, value, totals = self.listing.facet, self.listing.value, self.listing.totals
        sums = [totals.downloads, totals.likes, totals.counted]
        listing = [facet.name, facet.title, _value(value), self.listing.number, self.listing.page_count, sums]
        return _encode({"listing": listing, "rows": [row.decode() for row in self.rows], "own": self.own})

    @classmethod
    def decode(cls, content: bytes) -> OwnList | None:
        """The same again; `None` where it is damaged."""
        try:
            known = json.loads(content)
            facet, title, value, number, page_count, sums = known["listing"]
            listing = Listing(Facet(facet, title, (), 0), Value(*value), (), number, page_count, Totals(*sums))
            return cls(listing, [row.encode() for row in known["rows"]], dict(known["own"]))
        except (ValueError, LookupError, TypeError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Memory:
    """A catalog, as the last build left it."""

    base: str
    """Of what all pages of datasets and lists see."""
    hub_ids: tuple[str, ...]
    """Those that entries name, in lower case: which imported rows belong to entries depends on them."""
    datasets: int
    """Number of all datasets in the catalog."""
    own: tuple[OwnDataset, ...]
    """In rank order."""
    shown: Mapping[int, Summary]
    """By position, those that pages list."""
    siblings: Mapping[str, str]
    """What all lists of a facet have in common, as HTML, by the facet's name."""
    newest: tuple[int, ...]
    """Positions of `Catalog.newest`."""
    coverage: Mapping[str, int]
    described: tuple[SnapshotRow, ...]
    """Rows of imported files that entries describe."""
    few: tuple[str, ...]
    """Paths of the files that are made each time, without the sitemap."""
    addresses: tuple[tuple[str, str | None], ...]
    """Those of pages, with the date of their last change, as the sitemap has them."""
    index: str | None
    """Of the imported datasets in the browser's index; `None` where there is no index."""
    size: int
    """Bytes of the site."""
    sources: list[dict[str, object]] | None
    """What ``--format json`` says of imported files; `None` where there are none."""
    refused: int
    """Rows of imported files that became no datasets."""
    diagnostics: tuple[Diagnostic, ...]
    """What was found in imported files."""

    def encode(self) -> bytes:
        """As it is kept."""
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        document["own"] = [
            [each.position, _plain(each.summary), each.stated, each.text, each.related, each.lists] for each in self.own
        ]
        document["shown"] = [[position, _plain(summary)] for position, summary in self.shown.items()]
        document["described"] = [to_object(row) for row in self.described]
        document["diagnostics"] = [to_json(diagnostic) for diagnostic in self.diagnostics]
        return _encode(document)

    @classmethod
    def decode(cls, content: bytes) -> Memory | None:
        """The same again; `None` where it is damaged, or of another version of the program."""
        try:
            known = json.loads(content)
            own = tuple(
                OwnDataset(
                    position,
                    _summary(summary),
                    stated,
                    text,
                    tuple(DatasetLink(*link) for link in related),
                    tuple(lists),
                )
                for position, summary, stated, text, related, lists in known["own"]
            )
            return cls(
                base=known["base"],
                hub_ids=tuple(known["hub_ids"]),
                datasets=known["datasets"],
                own=own,
                shown={position: _summary(summary) for position, summary in known["shown"]},
                siblings=known["siblings"],
                newest=tuple(known["newest"]),
                coverage=known["coverage"],
                described=tuple(map(read_bulk_row, known["described"])),
                few=tuple(known["few"]),
                addresses=tuple((address, date) for address, date in known["addresses"]),
                index=known["index"],
                size=known["size"],
                sources=known["sources"],
                refused=known["refused"],
                diagnostics=tuple(map(from_json, known["diagnostics"])),
            )
        except (ValueError, LookupError, TypeError):
            return None


def name_of_list(path: str) -> str:
    """Under which name the list at a path is kept."""
    return f"list/{path}"


def read_bulk_row(source: dict[str, Any]) -> SnapshotRow:
    """The row of an imported file that `to_object` made plain: it has nothing but texts, figures and lists of texts."""
    values: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in source.items()}
    return SnapshotRow(**values)


class Remembered(Sequence[Element]):
    """Elements of which each is found when somebody looks at it."""

    def __init__(self, length: int, find: Callable[[int], Element]) -> None:
        """`find` gives the element at a place, from 0; it may raise `UnfitError`."""
        self._places = range(length)
        self._find = find

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Element: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Element, ...]: ...

    def __getitem__(self, index: int | slice) -> Element | tuple[Element, ...]:
        found = self._places[index]
        return self._find(found) if isinstance(found, int) else tuple(map(self._find, found))


def encode_facets(facets: Iterable[Facet]) -> dict[str, bytes]:
    """What is kept of facets, by name."""
    kept = {_name_of_values(facet.name): _encode(list(map(_value, facet.values))) for facet in facets}
    parts = [
        [each.name, each.title, each.unstated_count, len(each.values), list(map(_value, each.largest))]
        for each in facets
    ]
    return {FACETS: _encode(parts), **kept}


def decode_facets(recall: Callable[[str], bytes]) -> tuple[Facet, ...]:
    """The same again. Raises `UnfitError` where they are damaged, or later, where their values are."""
    try:
        return tuple(
            Facet(
                name,
                title,
                _remembered_values(count, partial(recall, _name_of_values(name))),
                unstated,
                tuple([Value(*value) for value in largest]),
            )
            for name, title, unstated, count, largest in json.loads(recall(FACETS))
        )
    except (ValueError, TypeError):
        raise UnfitError from None


def _remembered_values(count: int, read: Callable[[], bytes]) -> Sequence[Value]:
    """The values of a facet, read when somebody looks at one: publishers are many."""

    @cache
    def values() -> list[Value]:
        try:
            values = [Value(*value) for value in json.loads(read())]
        except (ValueError, TypeError):
            raise UnfitError from None
        if len(values) != count:
            raise UnfitError
        return values

    return Remembered(count, lambda place: values()[place])


def _name_of_values(facet: str) -> str:
    return f"values/{facet}"


def _encode(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _plain(summary: Summary) -> list[object]:
    return [getattr(summary, name) for name in SUMMARY_FIELDS]


def _summary(values: list[Any]) -> Summary:
    return Summary.of_values(tuple(value) if isinstance(value, list) else value for value in values)


def _value(value: Value) -> list[object]:
    return [value.id, value.title, value.group, value.count, value.address, value.hint]
