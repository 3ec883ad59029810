"""Selects the bulk datasets of the catalog: the first of each address, and none that an entry describes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.policy import RefusedRow
from otdi_site.bulk.unpacking import FileProblem
from otdi_site.diagnostics import Diagnostic
from otdi_site.model.catalog import Summary
from otdi_site.model.snapshot import SnapshotRow

POSITION_BITS = 40
"""Lower bits of a reference: the position of a dataset in its partition. The number of the partition stands above."""


@dataclass(slots=True)
class PartitionSummaries:
    """All that other processes must know of one partition; the lists of one length have an element for each dataset."""

    file: int
    """Number of the bulk file, from 0."""
    numbers: list[int] = field(default_factory=list)
    """Of the rows, ascending."""
    hub_ids: list[str] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    stated: list[int] = field(default_factory=list)
    """Which of `FACTS` it states, as bits."""
    rows: list[bytes] = field(default_factory=list)
    """Digest of its row in lists."""
    digests: list[bytes] = field(default_factory=list)
    """Of all its page is made from, except the site and related datasets."""
    described: list[tuple[int, SnapshotRow]] = field(default_factory=list)
    """Rows of datasets that entries describe, with their numbers."""
    refused: list[RefusedRow] = field(default_factory=list)
    report: ColumnReport | None = None
    """`None` until the partition is read."""
    problem: FileProblem | None = None
    """Why the file could not be read to its end."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Of templates."""


@dataclass(slots=True)
class BulkCatalog:
    """All that the bulk files give to the catalog."""

    partitions: Sequence[PartitionSummaries] = ()
    summaries: list[Summary] = field(default_factory=list)
    """Of the datasets in the catalog."""
    stated: list[int] = field(default_factory=list)
    """For each, which of `FACTS` it states, as bits."""
    references: dict[str, int] = field(default_factory=dict)
    """Partition and position of each, by address; see `POSITION_BITS`."""
    counts: Counter[int] = field(default_factory=Counter)
    """How many there are, by the number of the file."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """With the number of the file, in the order of files and rows."""
    described: dict[str, SnapshotRow] = field(default_factory=dict)
    """Rows of datasets that entries describe, by Hub id in lower case."""
    reports: dict[int, ColumnReport] = field(default_factory=dict)
    """By the number of the file."""


def described_rows(partitions: Iterable[PartitionSummaries]) -> dict[str, SnapshotRow]:
    """Rows of datasets that entries describe, by Hub id in lower case; the first of each."""
    found: dict[str, SnapshotRow] = {}
    rows = ((each.file, number, row) for each in partitions for number, row in each.described)
    for _, _, row in sorted(rows, key=lambda each: each[:2]):
        found.setdefault(row.id.lower(), row)
    return found


def select_datasets(partitions: Sequence[PartitionSummaries], taken: Iterable[str]) -> BulkCatalog:
    """The bulk datasets of the catalog: the first of each address, and none of an address that is `taken`."""
    bulk = BulkCatalog(partitions)
    for each in partitions:
        if each.report is not None:
            bulk.reports.setdefault(each.file, ColumnReport(each.report.names.columns)).merge(each.report)
    refused = [(each.file, row) for each in partitions for row in each.refused]
    claimed = {address.casefold() for address in taken}
    for file, group in _by_file(partitions):
        # The rows of a file in their order, whichever partition holds them.
        rows = sorted(
            (row, number << POSITION_BITS | position)
            for number, partition in group
            for position, row in enumerate(partition.numbers)
        )
        for row, reference in rows:
            summary = partitions[reference >> POSITION_BITS].summaries[position_of(reference)]
            claim = summary.address.casefold()
            if claim in claimed:
                refused.append((file, RefusedRow(row, summary.id, "repeated")))
                continue
            claimed.add(claim)
            bulk.references[summary.address] = reference
            bulk.summaries.append(summary)
            bulk.stated.append(partitions[reference >> POSITION_BITS].stated[position_of(reference)])
            bulk.counts[file] += 1
    bulk.refused = sorted(refused, key=lambda each: (each[0], each[1].number))
    return bulk


def position_of(reference: int) -> int:
    """The position of a dataset in its partition."""
    return reference & (1 << POSITION_BITS) - 1


def _by_file(partitions: Sequence[PartitionSummaries]) -> list[tuple[int, list[tuple[int, PartitionSummaries]]]]:
    """Partitions with their numbers, by file."""
    files: dict[int, list[tuple[int, PartitionSummaries]]] = {}
    for number, partition in enumerate(partitions):
        files.setdefault(partition.file, []).append((number, partition))
    return sorted(files.items())
