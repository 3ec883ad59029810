"""Somebody who refreshes again and again, within limits that keep tests short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from otdi_site.diagnostics import format_text
from otdi_site.hub import Progress, refresh
from otdi_site.model.refresh import RefreshReport, RefreshSettings
from otdi_site.model.snapshot import Snapshot, SnapshotRow
from tests.hub_server import COLLECTION, HubServer

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Site:
    """Somebody who refreshes: each run is an hour after the one before."""

    hub: HubServer
    snapshot: Snapshot = field(default_factory=Snapshot)
    extra_ids: Sequence[str] = ()
    now: datetime = START

    def refresh(self, progress: Progress | None = None, **changes: Any) -> RefreshReport:
        """One run; `changes` are settings of this run alone. What it found is the next run's snapshot."""
        self.hub.forget_requests()
        settings = limits(**{"endpoint": self.hub.url, **changes})
        report = refresh(settings, self.snapshot, self.extra_ids, clock=lambda: self.now, progress=progress)
        self.snapshot = report.snapshot
        self.now += timedelta(hours=1)
        return report

    def row(self, hub_id: str) -> SnapshotRow:
        return self.snapshot.rows[hub_id]

    def paths(self) -> list[str]:
        """Paths of the last run's requests, in order."""
        return [request.path for request in self.hub.requests]


def limits(endpoint: str, **changes: Any) -> RefreshSettings:
    values: dict[str, Any] = {
        "collections": (COLLECTION,),
        "endpoint": endpoint,
        "deadline_seconds": 60.0,
        "dataset_seconds": 30.0,
        "request_seconds": 20.0,
        "attempts": 2,
        "backoff_seconds": 0.01,
        "backoff_cap_seconds": 0.02,
        "max_requests": 5000,
        "max_response_bytes": 5_000_000,
    }
    return RefreshSettings(**{**values, **changes})


def texts(report: RefreshReport) -> str:
    """All that a run says."""
    return format_text(report.diagnostics) + report.summary() + str(report.to_json())
