"""Bulk files: JSON lines or Parquet with the metadata of one dataset in each row.

``sources`` in ``site.yaml`` names them. The modules in their order: `location` finds a file, `reader` reads its rows,
`policy` accepts or refuses each, `partition` does this and makes datasets of them for the share of one process, and
`selection` decides which datasets are in the catalog. `findings` and `report` tell maintainers about rows.
"""

from __future__ import annotations

from otdi_site.bulk.columns import ColumnReport, UnreadValues
from otdi_site.bulk.findings import describe_findings
from otdi_site.bulk.location import locate_file
from otdi_site.bulk.partition import BulkDataset, read_rows, remake_dataset
from otdi_site.bulk.policy import REASONS, RefusedRow
from otdi_site.bulk.report import REFUSED_ROWS, source_facts, write_refused_rows
from otdi_site.bulk.rows import Partition
from otdi_site.bulk.selection import (
    POSITION_BITS,
    BulkCatalog,
    PartitionSummaries,
    described_rows,
    position_of,
    select_datasets,
)
from otdi_site.bulk.unpacking import FileProblem

__all__ = [
    "POSITION_BITS",
    "REASONS",
    "REFUSED_ROWS",
    "BulkCatalog",
    "BulkDataset",
    "ColumnReport",
    "FileProblem",
    "Partition",
    "PartitionSummaries",
    "RefusedRow",
    "UnreadValues",
    "describe_findings",
    "described_rows",
    "locate_file",
    "position_of",
    "read_rows",
    "remake_dataset",
    "select_datasets",
    "source_facts",
    "write_refused_rows",
]
