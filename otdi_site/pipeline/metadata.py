"""The stage that brings live metadata up to date."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from time import monotonic

from otdi_site.diagnostics import Diagnostic, Mark, has_errors, warning
from otdi_site.hub import (
    SNAPSHOT_FOLDER,
    is_due,
    load_cards,
    load_previews,
    load_snapshot,
    system_clock,
    write_cards,
    write_previews,
    write_snapshot,
)
from otdi_site.hub import refresh as refresh_snapshot
from otdi_site.model.card import CardReading
from otdi_site.model.preview import Preview
from otdi_site.model.refresh import RefreshReport, RefreshSettings
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.request import MetadataAge, Request
from otdi_site.pipeline.sources import Sources
from otdi_site.plain_files import read_plain_json, replace_plain_file
from otdi_site.progress import Progress
from otdi_site.source.cards import read_card
from otdi_site.source.config import find_places

_TRY_FILE = "unanswered.json"
_PATIENCE = timedelta(hours=1)
"""For which a build does not ask a Hub again that gave no answer at all: waiting for it takes long."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Live metadata, as new as this run could have it."""

    snapshot: Snapshot
    report: RefreshReport | None
    """The report of a refresh; `None` where none was made."""
    diagnostics: tuple[Diagnostic, ...]
    not_described: tuple[str, ...]
    """Hub ids of a collection of which nothing but the name is known: they are in no list."""
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
        return {
            "metadata_as_of": self.snapshot.newest_read_at,
            "not_described": list(self.not_described),
            "refresh": refreshed,
        }

    @property
    def texts(self) -> tuple[str, ...]:
        """For people."""
        count = len(self.not_described)
        they = "it" if count == 1 else "them"
        return (f"{count:,} not listed, since the Hub has not described {they}",) if count else ()

    @property
    def age(self) -> MetadataAge:
        endpoints = sorted({row.endpoint for row in self.snapshot.rows.values() if row.is_live})
        hosts = tuple(endpoint.partition("://")[2] for endpoint in endpoints)
        return MetadataAge(self.snapshot.newest_read_at, self.snapshot.last_checked_at, hosts)


def _settings(request: Request, sources: Sources, max_age_hours: float, accept: bool) -> RefreshSettings:
    metadata = sources.config.metadata
    slugs = sources.config.collections
    places = dict(zip(slugs, find_places(request.root, [f"collections[{i}]" for i in range(len(slugs))]), strict=True))
    for located in sources.entries:
        if located.entry.huggingface:
            places.setdefault(located.entry.huggingface.lower(), located.mark("huggingface"))
    return RefreshSettings(
        collections=sources.config.collections,
        max_age_hours=max_age_hours,
        deadline_seconds=metadata.deadline_seconds,
        request_seconds=metadata.request_timeout_seconds,
        max_requests=metadata.max_requests,
        parallel_requests=metadata.parallel_requests,
        max_drop_share=metadata.max_drop_share,
        accept=accept,
        places=places,
    )


def load_metadata(request: Request, sources: Sources) -> Metadata:
    """The snapshot as it is."""
    snapshot, diagnostics = load_snapshot(request.root / SNAPSHOT_FOLDER)
    cards, of_cards = load_cards(request.root)
    previews, of_previews = load_previews(request.root)
    snapshot = replace(snapshot, cards=cards, previews=previews)
    return Metadata(snapshot, None, (*diagnostics, *of_cards, *of_previews), snapshot.undescribed(sources.hub_ids))


def refresh_metadata(
    request: Request, sources: Sources, progress: Progress, *, max_age_hours: float, accept: bool = False
) -> Metadata:
    """Asks the Hub for what is older than `max_age_hours`, and writes what came of it.

    With errors in entries or the snapshot it asks for nothing: datasets would look as if they had left the catalog.
    """
    before = load_metadata(request, sources)
    if sources.has_entry_errors or has_errors(before.diagnostics):
        return before
    patience = min(_PATIENCE, timedelta(hours=max_age_hours))
    if (tried := _last_try(request)) is not None and timedelta(0) <= system_clock() - tried < patience:
        return replace(
            before,
            diagnostics=(*before.diagnostics, _not_asked(tried)),
            fresh_until=(tried + patience).isoformat(),
        )
    settings = _settings(request, sources, max_age_hours, accept)
    report = refresh_snapshot(settings, before.snapshot, sources.hub_ids, progress=progress.step)
    _note_try(request, has_response=report.has_response)
    diagnostics = [*before.diagnostics, *report.diagnostics]
    if not report.needs_accept:
        problems = write_snapshot(request.root / SNAPSHOT_FOLDER, report.snapshot).diagnostics
        diagnostics += problems
        if problems:
            report = report.unwritten(before.snapshot)
    snapshot = replace(report.snapshot, cards=before.snapshot.cards, previews=before.snapshot.previews)
    if report.is_written and report.has_response and not (report.needs_accept or report.is_interrupted):
        ends_at = monotonic() + settings.deadline_seconds - report.seconds
        cards = _refresh_cards(snapshot, settings, report.seconds, progress)
        diagnostics += write_cards(request.root, cards)
        previews = _refresh_previews(snapshot, settings, ends_at - monotonic(), progress)
        diagnostics += write_previews(request.root, previews)
        snapshot = replace(snapshot, cards=cards, previews=previews)
    checked = [*snapshot.checked.collections.values(), *snapshot.checked.datasets.values()]
    oldest = datetime.fromisoformat(min(checked)) + timedelta(hours=max_age_hours) if checked else None
    return Metadata(
        snapshot,
        report,
        tuple(diagnostics),
        snapshot.undescribed(sources.hub_ids),
        is_settled=report.requests == 0 and not is_due(settings, snapshot, sources.hub_ids, system_clock()),
        fresh_until=oldest.isoformat() if oldest else None,
    )


def _refresh_cards(
    snapshot: Snapshot, settings: RefreshSettings, seconds: float, progress: Progress
) -> dict[str, CardReading]:
    """The cards of all datasets that are known from the Hub; those of a new revision are read again.

    A card that cannot be read now stays as it was read before, with its day.
    """
    known = {hub_id.lower(): reading for hub_id, reading in snapshot.cards.items()}
    cards: dict[str, CardReading] = {}
    wanted: list[tuple[str, str]] = []
    for row in snapshot.rows.values():
        reading = known.get(row.id.lower())
        if reading is not None:
            cards[row.id] = reading
        if row.is_live and row.revision is not None and (reading is None or reading.revision != row.revision):
            wanted.append((row.id, row.revision))
    left = settings.deadline_seconds - seconds
    if not wanted or left <= 0:
        return cards
    from otdi_site.hub.cards import fetch_cards  # it takes a while to import

    settings = replace(settings, deadline_seconds=left)
    return cards | fetch_cards(settings, wanted, read_card, progress.step)


def _refresh_previews(
    snapshot: Snapshot, settings: RefreshSettings, left: float, progress: Progress
) -> dict[str, Preview]:
    """The previews of the open datasets whose files the Hub reads; those of a new revision are read again.

    A dataset that is gated or gone loses its preview. `left` is the seconds that this may take.
    """
    known = {hub_id.lower(): preview for hub_id, preview in snapshot.previews.items()}
    previews: dict[str, Preview] = {}
    wanted: list[tuple[str, str]] = []
    for row in snapshot.rows.values():
        if not row.is_live or row.gated is not False or row.revision is None or not row.formats:
            continue
        preview = known.get(row.id.lower())
        if preview is not None:
            previews[row.id] = preview
        if preview is None or preview.revision != row.revision:
            wanted.append((row.id, row.revision))
    if not wanted or left <= 0:
        return previews
    from otdi_site.hub.previews import fetch_previews  # it takes a while to import

    return previews | fetch_previews(replace(settings, deadline_seconds=left), wanted, progress.step)


def _last_try(request: Request) -> datetime | None:
    """When the Hub was last asked in vain; `None` where it has answered since, or is another one now."""
    try:
        known = read_plain_json(request.cache / _TRY_FILE)
        return datetime.fromisoformat(known["at"]) if known["endpoint"] == _endpoint() else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _note_try(request: Request, *, has_response: bool) -> None:
    """``{"at": "2026-01-02T03:04:05+00:00", "endpoint": null}``; that it cannot be written costs a wait."""
    file = request.cache / _TRY_FILE
    with suppress(OSError):
        if has_response:
            file.unlink(missing_ok=True)
        else:
            now = system_clock().isoformat(timespec="seconds")
            replace_plain_file(file, json.dumps({"at": now, "endpoint": _endpoint()}))


def _endpoint() -> str | None:
    """A digest of the address that the environment names, which may hold a password."""
    address = os.environ.get("HF_ENDPOINT")
    return blake2b(address.encode(), digest_size=8).hexdigest() if address else None


def _not_asked(tried: datetime) -> Diagnostic:
    message = f"the Hub was not asked for live metadata, since it did not answer at {tried:%Y-%m-%d %H:%M} UTC"
    help = "nothing is lost: a build asks again an hour after it tried, and `refresh` at once"
    return warning("OTD407", Mark("site.yaml"), message, help)
