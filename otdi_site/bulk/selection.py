"""Which bulk datasets are in the catalog: the first of each address, and none that an entry describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.partition import PartitionReport, Place
from otdi_site.bulk.policy import RefusedRow
from otdi_site.diagnostics import Diagnostic
from otdi_site.model.catalog import SUMMARY_FIELDS, Summary
from otdi_site.model.snapshot import SnapshotRow

_COMMON = frozenset(SUMMARY_FIELDS) - {"id", "address", "title", "snippet"}
"""Fields whose values many datasets have in common."""


class Candidate(NamedTuple):
    """A bulk dataset that may be in the catalog."""

    place: Place
    summary: Summary
    row: bytes
    """Digest of its row in lists."""
    digest: bytes
    """Of all its page is made from, except the site and related datasets."""
    stated: int
    """Which of `FACTS` it states, as bits."""


class SelectedDataset(NamedTuple):
    """A bulk dataset that is in the catalog."""

    place: Place
    summary: Summary
    row: bytes
    """As in `Candidate`, and so is the next one."""
    digest: bytes
    partition: int
    """Number of the partition that holds it."""
    position: int
    """Its position, from 0, among the datasets of that partition."""


@dataclass(slots=True)
class BulkCatalog:
    """All that the bulk files give to the catalog."""

    datasets: dict[str, SelectedDataset] = field(default_factory=dict)
    """By address."""
    stated: list[int] = field(default_factory=list)
    """For each dataset, which of `FACTS` it states, as bits."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """With the number of the file, in the order of files and rows."""
    described: dict[str, SnapshotRow] = field(default_factory=dict)
    """Rows of datasets that entries describe, by Hub id in lower case."""
    reports: dict[int, ColumnReport] = field(default_factory=dict)
    """By the number of the file."""


class PartitionSummaries:
    """All that was reported of one partition."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.described: list[tuple[Place, SnapshotRow]] = []
        self.refused: list[tuple[int, RefusedRow]] = []
        self.problems: list[tuple[int, str, str]] = []
        self.reports: list[tuple[int, ColumnReport]] = []
        self.diagnostics: list[Diagnostic] = []

    def add(self, report: PartitionReport, known: dict[object, object]) -> None:
        """Adds the next report. `known` holds values that many datasets have in common, so that each is held once."""
        share = known.setdefault
        for (place, values, row, digest), stated in zip(report.summaries, report.stated, strict=True):
            shared = [share(value, value) if name in _COMMON else value for name, value in zip(SUMMARY_FIELDS, values)]  # noqa: B905
            summary = Summary.of_values(shared)
            self.candidates.append(Candidate(place, summary, row, digest, stated))
        self.described += report.described
        self.refused += report.refused
        self.problems += report.problems
        self.reports += report.reports
        self.diagnostics += report.diagnostics


def described_rows(partitions: Iterable[PartitionSummaries]) -> dict[str, SnapshotRow]:
    """Rows of datasets that entries describe, by Hub id in lower case; the first of each."""
    found: dict[str, SnapshotRow] = {}
    rows = (each for partition in partitions for each in partition.described)
    for _, row in sorted(rows, key=lambda each: each[0]):
        found.setdefault(row.id.lower(), row)
    return found


def select_datasets(partitions: Sequence[PartitionSummaries], taken: Iterable[str]) -> BulkCatalog:
    """The bulk datasets of the catalog: the first of each address, and none of an address that is `taken`."""
    bulk = BulkCatalog()
    for file, report in (each for partition in partitions for each in partition.reports):
        if file in bulk.reports:
            bulk.reports[file].merge(report)
        else:
            bulk.reports[file] = report
    refused = [each for partition in partitions for each in partition.refused]
    claimed = {address.casefold() for address in taken}
    places: list[tuple[Place, int, int]] = []
    for number, partition in enumerate(partitions):
        places += [(candidate.place, number, position) for position, candidate in enumerate(partition.candidates)]
    for (file, row_number), number, position in sorted(places):
        _, summary, row, digest, stated = partitions[number].candidates[position]
        claim = summary.address.casefold()
        if claim in claimed:
            refused.append((file, RefusedRow(row_number, summary.id, "repeated")))
            continue
        claimed.add(claim)
        bulk.datasets[summary.address] = SelectedDataset((file, row_number), summary, row, digest, number, position)
        bulk.stated.append(stated)
    bulk.refused = sorted(refused, key=lambda each: (each[0], each[1].number))
    return bulk
