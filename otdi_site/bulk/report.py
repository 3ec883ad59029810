"""Reports of bulk files for maintainers: the list of refused rows, and the figures of ``--format json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.policy import REASONS
from otdi_site.bulk.selection import BulkCatalog
from otdi_site.config import BulkFileConfig
from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.plain_files import replace_plain_file

REFUSED_ROWS = "refused-rows.jsonl"
"""Name of the list of refused rows, in the cache folder."""


def source_facts(configs: Sequence[BulkFileConfig], bulk: BulkCatalog) -> list[dict[str, object]]:
    """For ``--format json``: for each file, how many rows became datasets and how many were refused, by reason.

    Then the values that could not be read, by property: how many, the first row with one, and its value.
    """
    accepted = bulk.counts
    refused = Counter((file, row.reason) for file, row in bulk.refused)
    return [
        {
            "source": config.shown_file,
            "datasets": accepted[number],
            "refused": {reason: refused[number, reason] for reason in REASONS if refused[number, reason]},
            "unread": _unread_values(bulk.reports.get(number)),
        }
        for number, config in enumerate(configs)
    ]


def _unread_values(report: ColumnReport | None) -> dict[str, dict[str, object]]:
    """``{"lastModified": {"values": 12, "row": 3, "example": "last week"}}``."""
    if report is None:
        return {}
    return {
        name: {"values": values.total, "row": values.row, "example": values.example}
        for name, values in sorted(report.unread.items())
    }


def write_refused_rows(
    folder: Path, mark: Mark, configs: Sequence[BulkFileConfig], bulk: BulkCatalog
) -> list[Diagnostic]:
    """Lists the refused rows in `folder`, one JSON object a line; a warning at `mark` where that is impossible::

    {"source":"rows.jsonl.gz","row":17,"id":"example-org/tides","reason":"gated","words":"access is gated"}
    """
    if not configs:
        return []
    lines = [
        json.dumps(
            {
                "source": configs[file].shown_file,
                "row": row.number,
                "id": row.id,
                "reason": row.reason,
                "words": REASONS[row.reason],
            },
            separators=(",", ":"),
        )
        for file, row in bulk.refused
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_plain_file(folder / REFUSED_ROWS, "".join(f"{line}\n" for line in lines))
    except OSError as problem:
        message = f"the report of refused rows cannot be written: {problem.strerror or type(problem).__name__}"
        help = "free some space, or delete the cache folder; the site does not depend on it"
        return [warning("OTD452", mark, message, help)]
    return []
