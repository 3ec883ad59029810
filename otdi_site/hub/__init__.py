"""Live metadata of the Hugging Face Hub: reading it, keeping it, ageing it; it must not know entries or pages.

The only room that imports `huggingface_hub`, and only while it refreshes.
"""

from __future__ import annotations

from collections.abc import Sequence

from otdi_site.hub.downloads import DownloadProblem, download
from otdi_site.hub.files import SNAPSHOT_FOLDER, Written, write_snapshot
from otdi_site.hub.loading import load_snapshot
from otdi_site.hub.rows import to_object
from otdi_site.hub.scope import Clock, Progress, is_due, system_clock
from otdi_site.model.refresh import RefreshReport, RefreshSettings
from otdi_site.model.snapshot import Snapshot

__all__ = [
    "SNAPSHOT_FOLDER",
    "Clock",
    "DownloadProblem",
    "Progress",
    "Written",
    "download",
    "is_due",
    "load_snapshot",
    "refresh",
    "system_clock",
    "to_object",
    "write_snapshot",
]


def refresh(
    settings: RefreshSettings,
    previous: Snapshot,
    extra_ids: Sequence[str] = (),
    clock: Clock = system_clock,
    progress: Progress | None = None,
) -> RefreshReport:
    """Asks the Hub for what may have changed. Never raises for what the Hub does, and ends in time.

    `extra_ids` are the Hub ids of all the catalog's entries: a dataset that neither they nor a collection name any
    more becomes a tombstone. `clock` tells the time in UTC.

    Ctrl-C ends the run at once: the report says so and holds what was fetched, for the caller to write before it ends.
    """
    # Importing what asks takes longer than reading a snapshot, and an offline build does not need it.
    from otdi_site.hub.refreshing import refresh as run

    return run(settings, previous, extra_ids, clock, progress)
