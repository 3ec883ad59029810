"""Code to load a dataset of the Hub, as its page shows it.

Only code that can work is shown. Formats are stated where the Hub read the files, so that its libraries can load them;
without them, and behind a login, what remains is to download the files.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from otdi_site.model.dataset import Dataset

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+\Z")


class Loading(NamedTuple):
    """All that the code depends on, but for the id."""

    is_gated: bool
    is_readable: bool
    """Whether the Hub read its files."""
    has_parquet: bool
    is_plain: bool
    """Whether the id can stand in an address and in quotes as it is."""
    is_short: bool
    """Whether there is room for one way alone."""
    are_parts_known: bool = False
    """Whether its configurations are known."""
    configuration: str = ""
    """The one that must be named; empty where none must, or where that is not known."""

    @classmethod
    def of(cls, dataset: Dataset, truncation_level: int) -> Loading | None:
        """`None` where there is nothing to load."""
        if dataset.hub_id is None or not (dataset.departure is None or dataset.departure.is_reachable):
            return None
        formats = () if dataset.formats is None else dataset.formats.value
        preview = dataset.preview
        name = "" if preview is None else preview.needed_name
        return cls(
            is_gated=dataset.access is not None and dataset.access.value == "gated",
            is_readable=bool(formats),
            has_parquet="parquet" in formats or "optimized-parquet" in formats,
            is_plain=_PLAIN_ID.match(dataset.hub_id) is not None,
            is_short=truncation_level > 0,
            are_parts_known=preview is not None and (not name or _PLAIN_NAME.match(name) is not None),
            configuration=name if _PLAIN_NAME.match(name) else "",
        )
