"""The report of a run that lists the datasets of the whole Hub."""

from __future__ import annotations

from dataclasses import dataclass

from otdi_site.model.snapshot import KeptReason


@dataclass(slots=True)
class DiscoveryReport:
    """What became of a run."""

    is_full: bool = False
    is_finished: bool = False
    """Whether all was listed; if not, the next run goes on."""
    datasets: int = 0
    changed: int = 0
    """Rows that are new or other than before."""
    departed: int = 0
    """Datasets that are listed no longer."""
    held: int = 0
    """Datasets that would be listed no longer, too many to believe: nothing was changed."""
    unreadable: int = 0
    requests: int = 0
    quota_left: int | None = None
    licenses_left: int = 0
    """Licences whose listing did not end yet."""
    reason: KeptReason | None = None
    """Why it ended early."""
    is_interrupted: bool = False
