"""Bulk files: JSON lines or Parquet with the metadata of one dataset in each row.

``sources`` in ``site.yaml`` names them. The modules in their order: `location` finds a file, `reader` reads its rows,
`policy` accepts or refuses each, `partition` does this and makes datasets of them for the share of one process, and
`selection` decides which datasets are in the catalog. `findings` and `report` tell maintainers about rows.
"""

from __future__ import annotations

from otdi_site.bulk.findings import describe_findings
from otdi_site.bulk.location import locate_file
from otdi_site.bulk.partition import BulkDataset, PartitionReport, RowSummary, read_partition
from otdi_site.bulk.report import REFUSED_ROWS, source_facts, write_refused_rows
from otdi_site.bulk.rows import Partition
from otdi_site.bulk.selection import (
    BulkCatalog,
    PartitionSummaries,
    SelectedDataset,
    described_rows,
    select_datasets,
)
from otdi_site.bulk.unpacking import FileProblem

__all__ = [
    "REFUSED_ROWS",
    "BulkCatalog",
    "BulkDataset",
    "FileProblem",
    "Partition",
    "PartitionReport",
    "PartitionSummaries",
    "RowSummary",
    "SelectedDataset",
    "describe_findings",
    "described_rows",
    "locate_file",
    "read_partition",
    "select_datasets",
    "source_facts",
    "write_refused_rows",
]
