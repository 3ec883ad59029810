"""Reads one partition of the bulk files: its rows become datasets, or rows of described datasets, or refused rows.

A process reads each partition. It keeps the datasets, which are large, and reports a summary of each, so that only
little travels between processes and none holds all datasets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.policy import AcceptedRow, RefusedRow, judge_rows
from otdi_site.bulk.rows import Partition
from otdi_site.config import BulkFileConfig
from otdi_site.diagnostics import Diagnostic
from otdi_site.model.dataset import Dataset
from otdi_site.model.merge import BulkMerger
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import Vocabularies

DIGEST_SIZE = 8
_DATASETS_AT_A_TIME = 2_000
"""Datasets in one result of `read_partition`, so that a reader need not hold all of a partition."""

Place = tuple[int, int]
"""Number of the bulk file, from 0, and number of the row, from 1."""


class BulkDataset(NamedTuple):
    """A dataset that a bulk row describes."""

    place: Place
    dataset: Dataset
    digest: bytes
    """Of the row and the number of its file."""


@dataclass(slots=True)
class PartitionRows:
    """Some rows of a partition."""

    datasets: list[BulkDataset] = field(default_factory=list)
    """In the order of their places."""
    described: list[tuple[Place, SnapshotRow]] = field(default_factory=list)
    """Rows of datasets that entries or live metadata describe."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """With the number of the file."""
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    """Number of the file, what is wrong with it, and how to mend it."""
    reports: list[tuple[int, ColumnReport]] = field(default_factory=list)
    """Of each file that was read to its end."""


class RowSummary(NamedTuple):
    """What other processes must know of a bulk dataset, as it travels."""

    place: Place
    values: tuple[object, ...]
    """The fields of its `Summary`: plain values travel between processes five times as fast."""
    row: bytes
    """Digest of its row in lists."""
    digest: bytes
    """Of all its page is made from, except the site and related datasets."""


@dataclass(slots=True)
class PartitionReport:
    """What a process reports of some rows of its partition."""

    summaries: list[RowSummary] = field(default_factory=list)
    """In the order of their places."""
    stated: list[int] = field(default_factory=list)
    """For each dataset, which of `FACTS` it states, as bits."""
    described: list[tuple[Place, SnapshotRow]] = field(default_factory=list)
    """As in `PartitionRows`, and so are the next three."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    reports: list[tuple[int, ColumnReport]] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Of templates."""


def read_partition(
    files: Sequence[tuple[int, BulkFileConfig, Path]],
    vocabularies: Vocabularies,
    described: frozenset[str],
    partition: Partition,
) -> Iterator[PartitionRows]:
    """The rows of a partition, a few thousand at a time.

    `files` are numbered from 0 in the order of ``sources``; `described` are the Hub ids, in lower case, that entries
    or live metadata describe.
    """
    rows = PartitionRows()
    for number, config, file in files:
        merger = BulkMerger(vocabularies, config.shown_name, config.date.isoformat())
        report = ColumnReport(config.columns)
        for row in judge_rows(config, file, vocabularies.licenses, partition, report):
            if isinstance(row, RefusedRow):
                rows.refused.append((number, row))
            elif not isinstance(row, AcceptedRow):
                rows.problems.append((number, row.text, row.help))
            elif row.id.lower() in described:
                rows.described.append(((number, row.number), row.row(config)))
            else:
                digest = blake2b(row.source, digest_size=DIGEST_SIZE, key=str(number).encode()).digest()
                dataset = merger.merge(row.id, row.facts)
                rows.datasets.append(BulkDataset((number, row.number), dataset, digest))
                if len(rows.datasets) == _DATASETS_AT_A_TIME:
                    yield rows
                    rows = PartitionRows()
        rows.reports.append((number, report))
    yield rows
