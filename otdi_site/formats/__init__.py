"""Formats in which other programs read the catalogue: pure functions from a dataset to documents."""

from __future__ import annotations

from otdi_site.formats.description import describe_for_machines
from otdi_site.formats.schema_org import (
    CatalogReference,
    describe_breadcrumbs,
    describe_catalog,
    describe_dataset,
    html_script,
)

__all__ = [
    "CatalogReference",
    "describe_breadcrumbs",
    "describe_catalog",
    "describe_dataset",
    "describe_for_machines",
    "html_script",
]
