"""The work of one worker on its partition of the bulk files: reading the rows, then rendering pages and lists.

A worker works twice. First it reads its rows and reports a summary of each dataset. When all have done so, the catalog
is complete, and each worker is told which of its datasets are in it and which are related to them. It keeps its
datasets meanwhile, so that only little travels and no process holds all of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from otdi_site.bulk import BulkDataset, Partition, PartitionReport, RowSummary, SelectedDataset, read_partition
from otdi_site.config import BulkFileConfig
from otdi_site.diagnostics import Diagnostic
from otdi_site.model.catalog import SUMMARY_FIELDS, DatasetLink, Summary, facts_stated, summarise
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.texts import Spool
from otdi_site.publish import Staging
from otdi_site.render import DatasetRenderer, PreparedPage

_BATCH = 128
"""Results that a worker sends at a time."""

PLACE_BITS = 40
_PLACE = (1 << PLACE_BITS) - 1


class Order(NamedTuple):
    """One page that a worker is to render."""

    position: int
    """The dataset's position, from 0, among those of the partition."""
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
    """Of datasets that are not of bulk files; they count as the spool after the last."""
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


class PartitionWork:
    """The part of one worker."""

    def __init__(
        self,
        files: Sequence[tuple[int, BulkFileConfig, Path]],
        vocabularies: Vocabularies,
        described: frozenset[str],
        renderer: DatasetRenderer,
        partition: Partition,
        spools: Sequence[Spool],
    ) -> None:
        """`described` are the Hub ids, in lower case, that entries or live metadata describe.

        `spools` are those of all workers.
        """
        self._files = files
        self._vocabularies = vocabularies
        self._described = described
        self._renderer = renderer
        self._partition = partition
        self._spool = spools[partition.number]
        self._spools = spools
        self._pages: list[PreparedPage] = []

    def read(self) -> Iterator[PartitionReport]:
        for rows in read_partition(self._files, self._vocabularies, self._described, self._partition):
            report = PartitionReport(
                described=rows.described, refused=rows.refused, problems=rows.problems, reports=rows.reports
            )
            for each in rows.datasets:
                self._take(report, each)
            yield report
        self._spool.flush()

    def _take(self, report: PartitionReport, bulk: BulkDataset) -> None:
        dataset = bulk.dataset
        summary = summarise(dataset)
        row = self._renderer.render_row(summary)
        if isinstance(row, Diagnostic):
            if row not in report.diagnostics:
                report.diagnostics.append(row)
            row = b""
        report.summaries.append(RowSummary(bulk.place, values_of_summary(summary), digest_of_row(row), bulk.digest))
        report.stated.append(facts_stated(dataset))
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


def row_reference(selected: SelectedDataset) -> int:
    """Where the row of a bulk dataset is, as `ListOrder` has it."""
    return selected.partition << PLACE_BITS | selected.position


def digest_of_row(row: bytes) -> bytes:
    """What tells one row of a list from another."""
    return blake2b(row, digest_size=16).digest()


values_of_summary: Callable[[Summary], tuple[object, ...]] = attrgetter(*SUMMARY_FIELDS)
"""A summary as plain values; `Summary.of_values` of them is the same again."""
