"""The importing stage: rows of imported files to datasets and their pages; it must not choose among them.

Twice each worker is asked. First it reads its rows and says of each what lists and other datasets must know. When all
have, the catalog is complete, and each worker is told which of its datasets are in it and what they are related to.
It keeps its datasets meanwhile, so that only narrow things travel and nobody holds them all.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from otdi_site.config import ImportConfig
from otdi_site.diagnostics import Diagnostic
from otdi_site.hub import ColumnReport, ImportedRow, Part, RefusedRow, read_rows
from otdi_site.model.catalog import FACTS, DatasetLink, Summary, facts_stated, summarise
from otdi_site.model.dataset import Dataset
from otdi_site.model.facet import Facet, Listing, Totals, Value
from otdi_site.model.importing import Importer
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.texts import Spool
from otdi_site.publish import Staging
from otdi_site.render import DatasetRenderer, PreparedPage

DIGEST_SIZE = 8
_BATCH = 128
"""Results that a worker sends at a time."""
_DATASETS_IN_READING = 2_000
"""So many are told of at a time: what is told need not be kept."""

PLACE_BITS = 40
_PLACE = (1 << PLACE_BITS) - 1

Place = tuple[int, int]
"""Source, from 0, and row of it, from 1."""


class ImportedSummary(NamedTuple):
    """What everybody must know of an imported dataset, as a worker tells it."""

    place: Place
    values: tuple[object, ...]
    """The fields of its `Summary`: plain values travel between processes five times as fast."""
    row: bytes
    """Digest of how it looks in lists."""
    digest: bytes
    """Of all its page is made from, but for the site and related datasets."""


@dataclass(slots=True)
class Reading:
    """What some rows of the files hold."""

    summaries: list[ImportedSummary] = field(default_factory=list)
    """Those that are datasets of their own, in the order of their places."""
    described: list[tuple[Place, SnapshotRow]] = field(default_factory=list)
    """Rows of datasets that entries describe."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    """Source, what is wrong with it, and what helps."""
    reports: list[tuple[int, ColumnReport]] = field(default_factory=list)
    """Of each source that was read to its end."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    stated: list[int] = field(default_factory=list)
    """Of each dataset, which of `FACTS` it states, as bits."""


class Order(NamedTuple):
    """One page that a worker is to render."""

    position: int
    """The dataset's place in the worker's `Reading.summaries`."""
    path: str
    related: tuple[DatasetLink, ...]


class ListOrder(NamedTuple):
    """One list to be rendered, as plain values, which travel faster."""

    path: str
    facet: str
    value: tuple[Any, ...]
    """The fields of its `Value`."""
    number: int
    page_count: int
    totals: tuple[int, int, int]
    """The fields of its `Totals`."""
    rows: array[int]
    """Where each row is: the number of a spool, then, in `PLACE_BITS`, its place there."""


class Common(NamedTuple):
    """What all lists and pages have in common."""

    facets: Mapping[str, tuple[Facet, str]]
    """By name, without their values, and with what all their lists have in common."""
    rows: Sequence[bytes]
    """Of datasets that are not imported; they are in the spool after the last."""
    staging: Staging | None
    wanted: frozenset[str]


class Task(NamedTuple):
    """What a worker is to make at a time."""

    pages: Sequence[Order]
    lists: Sequence[ListOrder]

    @property
    def paths(self) -> list[str]:
        return [order.path for order in self.pages] + [order.path for order in self.lists]


class Rendered(NamedTuple):
    """One artifact that a worker made."""

    path: str
    stamp: tuple[int, int] | None
    """Size and time, of one that was written."""
    is_new: bool
    size: int
    content: bytes | None
    """Of one that was asked for."""
    diagnostic: Diagnostic | None


class ImportWork:
    """The part of one worker."""

    def __init__(
        self,
        sources: Sequence[tuple[int, ImportConfig, Path]],
        vocabularies: Vocabularies,
        described: frozenset[str],
        renderer: DatasetRenderer,
        part: Part,
        spools: Sequence[Spool],
    ) -> None:
        """`described` are the Hub ids, in lower case, that entries describe; `spools` are those of all workers."""
        self._sources = sources
        self._vocabularies = vocabularies
        self._described = described
        self._renderer = renderer
        self._part = part
        self._spool = spools[part.number]
        self._spools = spools
        self._pages: list[PreparedPage] = []

    def read(self) -> Iterator[Reading]:
        reading = Reading()
        for number, config, file in self._sources:
            importer = Importer(self._vocabularies, config.shown_name, config.date.isoformat())
            report = ColumnReport(config.columns)
            for found in read_rows(config, file, self._vocabularies.licenses, self._part, report):
                if isinstance(found, RefusedRow):
                    reading.refused.append((number, found))
                elif not isinstance(found, ImportedRow):
                    reading.problems.append((number, found.text, found.help))
                elif found.id.lower() in self._described:
                    reading.described.append(((number, found.number), found.row(config)))
                else:
                    dataset = importer.dataset(found.id, found.facts)
                    self._take(reading, (number, found.number), dataset, found.source)
                    if len(reading.summaries) == _DATASETS_IN_READING:
                        yield reading
                        reading = Reading()
            reading.reports.append((number, report))
        self._spool.flush()
        yield reading

    def _take(self, reading: Reading, place: Place, dataset: Dataset, source: bytes) -> None:
        summary = summarise(dataset)
        row = self._renderer.render_row(summary)
        if isinstance(row, Diagnostic):
            if row not in reading.diagnostics:
                reading.diagnostics.append(row)
            row = b""
        digest = blake2b(source, digest_size=DIGEST_SIZE, key=str(place[0]).encode()).digest()
        reading.summaries.append(ImportedSummary(place, values_of_summary(summary), digest_of_row(row), digest))
        reading.stated.append(facts_stated(dataset))
        self._spool.rows.add(row)
        description = dataset.description.value if dataset.description else ""
        self._spool.descriptions.add(description.encode("utf-8", "replace"))
        self._pages.append(dataset)

    def prepare(self, is_wanted: Callable[[], bool]) -> None:
        """Makes what can be made of pages before they are ordered, as long as it is wanted."""
        for start in range(0, len(self._pages), _BATCH):
            if not is_wanted():
                return
            for position in range(start, min(start + _BATCH, len(self._pages))):
                self._pages[position] = self._prepared(position)

    def _prepared(self, position: int) -> PreparedPage:
        page = self._pages[position]
        return self._renderer.prepare_page(page) if isinstance(page, Dataset) else page

    def make(self, task: Task, common: Common) -> Iterator[Rendered]:
        """The pages and lists that are ordered, written where they are to be."""
        for position, path, related in task.pages:
            content = self._renderer.finish_page(self._prepared(position), related)
            yield write(path, content, common.staging, common.wanted)
        for order in task.lists:
            facet, siblings = common.facets[order.facet]
            value, totals = Value(*order.value), Totals(*order.totals)
            listing = Listing(facet, value, (), order.number, order.page_count, totals)
            rows = [self._row(reference, common) for reference in order.rows]
            content = self._renderer.render_listing(listing, rows, siblings)
            yield write(order.path, content, common.staging, common.wanted)

    def _row(self, reference: int, common: Common) -> bytes:
        spool, position = reference >> PLACE_BITS, reference & _PLACE
        return common.rows[position] if spool == len(self._spools) else self._spools[spool].rows.at(position)


def write(path: str, content: bytes | Diagnostic, staging: Staging | None, wanted: frozenset[str]) -> Rendered:
    """Writes an artifact, where there is a `staging`."""
    if isinstance(content, Diagnostic):
        return Rendered(path, None, False, 0, None, content)
    kept = content if path in wanted else None
    if staging is None:
        return Rendered(path, None, False, len(content), kept, None)
    stamp, is_new = staging.write(path, content)
    return Rendered(path, stamp, is_new, len(content), kept, None)


def batches(results: Iterator[Rendered]) -> Iterator[list[Rendered]]:
    """Results in batches, since sending each by itself would cost more than making some of them."""
    batch: list[Rendered] = []
    for result in results:
        batch.append(result)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def digest_of_row(row: bytes) -> bytes:
    """What tells one row of a list from another."""
    return blake2b(row, digest_size=16).digest()


values_of_summary: Callable[[Summary], tuple[object, ...]] = attrgetter(*Summary.__dataclass_fields__)
"""A summary as plain values; `Summary(*values)` is the same again."""


__all__ = ["FACTS", "ImportWork", "ImportedSummary", "Order", "Reading", "Rendered", "batches", "write"]
