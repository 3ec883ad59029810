"""Live metadata of the Hugging Face Hub: fetching it, and the snapshot that keeps it between runs.

A refresh plans what is due (`refresh_plan`), fetches it within a deadline (`fetcher`, `session`, `deadline`) and merges
the results into a new snapshot (`merge`, `events`, `history`), which `snapshot_writer` writes and `snapshot_reader`
reads. Only this package imports `huggingface_hub`, and only when something is to be fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from otdi_site.hub.card_rows import load_cards, write_cards
from otdi_site.hub.discovered_files import FOLDER as DISCOVERED_FOLDER
from otdi_site.hub.discovered_files import STATE as DISCOVERED_STATE
from otdi_site.hub.discovered_files import DamagedError, load_discovered
from otdi_site.hub.discovery_report import DiscoveryReport
from otdi_site.hub.downloads import DownloadProblem, download
from otdi_site.hub.preview_rows import load_previews, write_previews
from otdi_site.hub.refresh_plan import Clock, Progress, is_due, system_clock
from otdi_site.hub.snapshot_reader import load_snapshot
from otdi_site.hub.snapshot_rows import to_object
from otdi_site.hub.snapshot_writer import SNAPSHOT_FOLDER, Written, write_snapshot
from otdi_site.model.discovery import DiscoverConfig
from otdi_site.model.refresh import RefreshReport, RefreshSettings
from otdi_site.model.snapshot import Snapshot

__all__ = [
    "DISCOVERED_FOLDER",
    "DISCOVERED_STATE",
    "SNAPSHOT_FOLDER",
    "Clock",
    "DamagedError",
    "DiscoveryReport",
    "DownloadProblem",
    "Progress",
    "Written",
    "discover",
    "download",
    "is_due",
    "load_cards",
    "load_discovered",
    "load_previews",
    "load_snapshot",
    "refresh",
    "system_clock",
    "to_object",
    "write_cards",
    "write_previews",
    "write_snapshot",
]


def refresh(
    settings: RefreshSettings,
    previous: Snapshot,
    extra_ids: Sequence[str] = (),
    clock: Clock = system_clock,
    progress: Progress | None = None,
) -> RefreshReport:
    """Fetches what is due. Never raises for what the Hub does, and ends by the deadline of `settings`.

    `extra_ids` are the Hub ids of all the catalog's entries: a dataset that neither they nor a collection name any
    more becomes a tombstone. `clock` tells the time in UTC.

    Ctrl-C ends the run at once: the report says so and holds what was fetched, for the caller to write before it ends.
    """
    # Importing the fetcher takes longer than reading a snapshot, and an offline build does not need it.
    from otdi_site.hub.refreshing import refresh as run

    return run(settings, previous, extra_ids, clock, progress)


def discover(
    folder: Path,
    config: DiscoverConfig,
    licenses: Sequence[str],
    settings: RefreshSettings,
    clock: Clock = system_clock,
    progress: Progress | None = None,
) -> DiscoveryReport:
    """Lists the datasets of the whole Hub that have one of `licenses`, the Hub's ids, into `folder`."""
    from otdi_site.hub.discovery import discover as run

    return run(folder, config, licenses, settings, clock, progress)
