"""Reads one partition of a bulk file: its rows become datasets, rows of described datasets, or refused rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.policy import AcceptedRow, RefusedRow, judge_rows
from otdi_site.bulk.rows import Partition
from otdi_site.bulk.unpacking import FileProblem
from otdi_site.config import BulkFileConfig
from otdi_site.model.dataset import Dataset
from otdi_site.model.merge import BulkMerger
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import Vocabularies

_DIGEST_SIZE = 8
_DATASETS_AT_A_TIME = 2_000
"""Datasets in one result of `read_rows`, so that a reader need not hold all of a partition."""


class BulkDataset(NamedTuple):
    """A dataset that a bulk row describes."""

    number: int
    """Of the row, from 1."""
    hub_id: str
    facts: Mapping[str, Any]
    """The facts from which `remake_dataset` makes the same dataset."""
    dataset: Dataset
    digest: bytes
    """Of the row and the number of its file."""


@dataclass(slots=True)
class PartitionRows:
    """Some rows of a partition."""

    datasets: list[BulkDataset] = field(default_factory=list)
    """In the order of their rows."""
    described: list[tuple[int, SnapshotRow]] = field(default_factory=list)
    """Rows of datasets that entries or live metadata describe, with their numbers."""
    refused: list[RefusedRow] = field(default_factory=list)
    problem: FileProblem | None = None
    """Why the file could not be read to its end."""


def read_rows(
    number: int,
    config: BulkFileConfig,
    file: Path,
    vocabularies: Vocabularies,
    described: frozenset[str],
    partition: Partition,
    report: ColumnReport,
) -> Iterator[PartitionRows]:
    """The rows of a partition, a few thousand at a time; `report` is filled meanwhile.

    `number` is that of the file in ``sources``, from 0; `described` are the Hub ids, in lower case, that entries
    or live metadata describe.
    """
    rows, key = PartitionRows(), str(number).encode()
    merger = _merger(config, vocabularies)
    for row in judge_rows(config, file, vocabularies.licenses, partition, report):
        if isinstance(row, RefusedRow):
            rows.refused.append(row)
        elif not isinstance(row, AcceptedRow):
            rows.problem = row
        elif row.id.lower() in described:
            rows.described.append((row.number, row.row(config)))
        else:
            digest = blake2b(row.source, digest_size=_DIGEST_SIZE, key=key).digest()
            dataset = merger.merge(row.id, row.facts)
            rows.datasets.append(BulkDataset(row.number, row.id, row.facts, dataset, digest))
            if len(rows.datasets) == _DATASETS_AT_A_TIME:
                yield rows
                rows = PartitionRows()
    yield rows


def remake_dataset(
    config: BulkFileConfig, vocabularies: Vocabularies, hub_id: str, facts: Mapping[str, Any]
) -> Dataset:
    """The dataset of a row that was read before."""
    return _merger(config, vocabularies).merge(hub_id, facts)


def _merger(config: BulkFileConfig, vocabularies: Vocabularies) -> BulkMerger:
    return BulkMerger(vocabularies, config.shown_name, config.date.isoformat())
