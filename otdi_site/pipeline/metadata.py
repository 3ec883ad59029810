"""The stage that brings live metadata up to date; it must not decide what a failure means for the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from otdi_site.diagnostics import Diagnostic
from otdi_site.hub import SNAPSHOT_FOLDER, is_due, load_snapshot, system_clock, write_snapshot
from otdi_site.hub import refresh as refresh_snapshot
from otdi_site.model.refresh import RefreshReport, RefreshSettings
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.request import MetadataAge, Request
from otdi_site.pipeline.sources import Sources
from otdi_site.progress import Progress


@dataclass(frozen=True, slots=True)
class Metadata:
    """Live metadata, as new as this run could have it."""

    snapshot: Snapshot
    report: RefreshReport | None
    """What a refresh did; `None` where none was made."""
    diagnostics: tuple[Diagnostic, ...]
    is_settled: bool = True
    """Whether a refresh now would ask for nothing."""
    fresh_until: str | None = None
    """ISO 8601 UTC time until which that stays so; `None` where nothing is ever asked for."""

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C ended the refresh."""
        return self.report is not None and self.report.is_interrupted

    @property
    def facts(self) -> dict[str, object]:
        """For ``--format json``."""
        refreshed = self.report.to_json() if self.report else None
        return {"metadata_as_of": self.snapshot.newest_read_at, "refresh": refreshed}

    @property
    def age(self) -> MetadataAge:
        endpoints = sorted({row.endpoint for row in self.snapshot.rows.values() if row.is_live})
        hosts = tuple(endpoint.partition("://")[2] for endpoint in endpoints)
        return MetadataAge(self.snapshot.newest_read_at, self.snapshot.last_checked_at, hosts)


def _settings(sources: Sources, max_age_hours: float, accept: bool) -> RefreshSettings:
    metadata = sources.config.metadata
    return RefreshSettings(
        collections=sources.config.collections,
        max_age_hours=max_age_hours,
        deadline_seconds=metadata.deadline_seconds,
        request_seconds=metadata.request_timeout_seconds,
        max_requests=metadata.max_requests,
        parallel_requests=metadata.parallel_requests,
        max_drop_share=metadata.max_drop_share,
        accept=accept,
    )


def load_metadata(request: Request) -> Metadata:
    """The snapshot as it is."""
    snapshot, diagnostics = load_snapshot(request.root / SNAPSHOT_FOLDER)
    return Metadata(snapshot, None, diagnostics)


def refresh_metadata(
    request: Request, sources: Sources, progress: Progress, *, max_age_hours: float, accept: bool = False
) -> Metadata:
    """Asks the Hub for what is older than `max_age_hours`, and writes what came of it.

    With errors in entries it asks for nothing: their datasets would look as if they had left the catalog.
    """
    before = load_metadata(request)
    if sources.has_entry_errors:
        return before
    settings = _settings(sources, max_age_hours, accept)
    report = refresh_snapshot(settings, before.snapshot, sources.hub_ids, progress=progress.step)
    diagnostics = [*before.diagnostics, *report.diagnostics]
    if not report.needs_accept:
        diagnostics += write_snapshot(request.root / SNAPSHOT_FOLDER, report.snapshot).diagnostics
    snapshot = report.snapshot
    checked = [*snapshot.checked.collections.values(), *snapshot.checked.datasets.values()]
    oldest = datetime.fromisoformat(min(checked)) + timedelta(hours=max_age_hours) if checked else None
    return Metadata(
        snapshot,
        report,
        tuple(diagnostics),
        is_settled=report.requests == 0 and not is_due(settings, snapshot, sources.hub_ids, system_clock()),
        fresh_until=oldest.isoformat() if oldest else None,
    )
