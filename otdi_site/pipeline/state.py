"""The build state: records in the store that describe the published site's catalog, for the next build.

They are written in the transaction that says which files the site has, so that they always describe that site, and
count as long as they can be read. All of them are JSON::

    environment     {"templates": "0f3c…", "vocabularies": "1a2b…", …}
    catalog         {"datasets": 100000, "own": [[4711, …], …], …}
    facets          [["domain", "Domain", 17, 40, [["finance", "Finance", "Industry", 410, "/catalog/…", ""], …]], …]
    values/<facet>  [["finance", "Finance", "Industry", 410, "/catalog/…", ""], …]
    list/<path>     {"listing": ["domain", "Domain", ["finance", …], 3, 9, [0, 0, 0]],
                     "rows": ["<li>…", …], "own": {"/datasets/example-org/wells.html": 17}}

Of bulk datasets the catalog record holds those only that pages list. The summaries of all lie in the files of their
partitions (`spool`), and are read where more is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar, overload

from otdi_site.diagnostics import Diagnostic, from_json, to_json
from otdi_site.hub import to_object
from otdi_site.model.catalog import SUMMARY_FIELDS, DatasetLink, DomainCounts, Summary
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.pipeline.spool import read_row
from otdi_site.store import Store

ENVIRONMENT, CATALOG, FACETS = "environment", "catalog", "facets"
Element = TypeVar("Element")


class FullBuildRequired(NamedTuple):
    """Why nothing of the last build can be used; ``--format json`` and ``--verbose`` show it."""

    reason: str


def compare_environments(store: Store, parts: Mapping[str, bytes]) -> FullBuildRequired | None:
    """Whether pages of datasets and lists are made from the same as in the last build, besides the datasets."""
    content = store.record(ENVIRONMENT)
    if content is None:
        return FullBuildRequired("there is no state of an earlier build")
    try:
        known = json.loads(content)
        changed = [name for name, own in parts.items() if known.get(name) != own.hex()]
    except (ValueError, AttributeError):
        return FullBuildRequired("the state of the last build cannot be read")
    if not changed:
        return None
    *others, last = changed
    return FullBuildRequired(f"{', '.join(others)} and {last} changed" if others else f"{last} changed")


def encode_environment(parts: Mapping[str, bytes]) -> bytes:
    """The environment record."""
    return _encode({name: own.hex() for name, own in parts.items()})


@dataclass(frozen=True, slots=True)
class OwnDataset:
    """A dataset in the catalog of an entry or live metadata."""

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
    """A page of a list with a dataset of an entry or live metadata."""

    listing: Listing
    """Without values of its facet, and without datasets."""
    rows: list[bytes]
    """Its datasets as the list shows them."""
    own: dict[str, int]
    """Which of them, from 0, is which dataset of the site's own, by address."""

    def encode(self) -> bytes:
        """The bytes of the record."""
        facet, value, totals = self.listing.facet, self.listing.value, self.listing.totals
        sums = [totals.downloads, totals.likes, totals.counted]
        listing = [facet.name, facet.title, _value(value), self.listing.number, self.listing.page_count, sums]
        return _encode({"listing": listing, "rows": [row.decode() for row in self.rows], "own": self.own})

    @classmethod
    def decode(cls, content: bytes) -> OwnList | None:
        """Reads the record; `None` where it is damaged."""
        try:
            known = json.loads(content)
            facet, title, value, number, page_count, sums = known["listing"]
            listing = Listing(Facet(facet, title, (), 0), Value(*value), (), number, page_count, Totals(*sums))
            return cls(listing, [row.encode() for row in known["rows"]], dict(known["own"]))
        except (ValueError, LookupError, TypeError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """A catalog, as the last build left it."""

    hub_ids: tuple[str, ...]
    """Of datasets that entries or live metadata describe, in lower case: bulk rows about them are merged with these."""
    partitions: tuple[str, ...]
    """Names of the folders of the bulk files' partitions, in their order."""
    datasets: int
    """Number of all datasets in the catalog."""
    own: tuple[OwnDataset, ...]
    """In rank order."""
    shown: Mapping[int, Summary]
    """By position, those that pages list."""
    siblings: Mapping[str, str]
    """The common part of all lists of a facet, as HTML, by the facet's name."""
    newest: tuple[int, ...]
    """Positions of `Catalog.newest`."""
    coverage: Mapping[str, int]
    by_domain: DomainCounts
    described: tuple[SnapshotRow, ...]
    """Rows of bulk files that entries describe."""
    always: tuple[str, ...]
    """Paths of the files that are planned each time, without the sitemap."""
    addresses: tuple[tuple[str, str | None], ...]
    """Those of pages, with the date of their last change, as the sitemap has them."""
    index: str | None
    """Fingerprint of the bulk datasets in the browser's index; `None` where there is no index."""
    size: int
    """Bytes of the site."""
    sources: list[dict[str, object]] | None
    """The facts of ``--format json`` about bulk files; `None` where there are none."""
    refused: int
    """Rows of bulk files that became no datasets."""
    diagnostics: tuple[Diagnostic, ...]
    """Diagnostics of bulk files."""

    def encode(self) -> bytes:
        """The bytes of the record."""
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        document["own"] = [
            [each.position, _plain(each.summary), each.stated, each.text, each.related, each.lists] for each in self.own
        ]
        document["shown"] = [[position, _plain(summary)] for position, summary in self.shown.items()]
        document["described"] = [to_object(row) for row in self.described]
        document["diagnostics"] = [to_json(diagnostic) for diagnostic in self.diagnostics]
        return _encode(document)

    @classmethod
    def decode(cls, content: bytes) -> CatalogRecord | None:
        """Reads the record; `None` where it is damaged, or of another version of the program."""
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
                hub_ids=tuple(known["hub_ids"]),
                partitions=tuple(known["partitions"]),
                datasets=known["datasets"],
                own=own,
                shown={position: _summary(summary) for position, summary in known["shown"]},
                siblings=known["siblings"],
                newest=tuple(known["newest"]),
                coverage=known["coverage"],
                by_domain=known["by_domain"],
                described=tuple(map(read_row, known["described"])),
                always=tuple(known["always"]),
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


class Recalled(Sequence[Element]):
    """Elements of which some are known, and the others are loaded, all of them, when somebody asks for one."""

    def __init__(self, length: int, known: Mapping[int, Element], load: Callable[[], Sequence[Element]]) -> None:
        """`known` are elements by their place, from 0; `load` gives all."""
        self._places = range(length)
        self._known = known
        self._load = load
        self._all: Sequence[Element] | None = None

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Element: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Element, ...]: ...

    def __getitem__(self, index: int | slice) -> Element | tuple[Element, ...]:
        found = self._places[index]
        return self._find(found) if isinstance(found, int) else tuple(map(self._find, found))

    def _find(self, place: int) -> Element:
        if self._all is None:
            if place in self._known:
                return self._known[place]
            self._all = self._load()
        return self._all[place]


def encode_facets(facets: Iterable[Facet]) -> dict[str, bytes]:
    """The records of facets, by name."""
    kept = {_name_of_values(facet.name): _encode(list(map(_value, facet.values))) for facet in facets}
    parts = [
        [each.name, each.title, each.unstated_count, len(each.values), list(map(_value, each.largest))]
        for each in facets
    ]
    return {FACETS: _encode(parts), **kept}


def decode_facets(store: Store, remake: Callable[[str], Sequence[Value]]) -> tuple[Facet, ...] | None:
    """The facets again, whose values are read when somebody looks at one: publishers are many.

    `remake` gives the values of a facet whose record is damaged. `None` where all are.
    """

    def load(name: str, count: int) -> Sequence[Value]:
        try:
            values = [Value(*value) for value in json.loads(store.record(_name_of_values(name)) or b"")]
        except (ValueError, TypeError):
            values = []
        return values if len(values) == count else remake(name)

    try:
        return tuple(
            Facet(
                name,
                title,
                Recalled(count, {}, partial(load, name, count)),
                unstated,
                tuple([Value(*value) for value in largest]),
            )
            for name, title, unstated, count, largest in json.loads(store.record(FACETS) or b"")
        )
    except (ValueError, TypeError):
        return None


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
