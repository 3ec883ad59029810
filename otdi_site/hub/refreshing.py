"""One refresh of live metadata: plans it, fetches what is due, and merges the results into a new snapshot.

Nothing is read from or written to the disk here: the caller does both.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.hub import report
from otdi_site.hub.connection import Connection, connect
from otdi_site.hub.deadline import Ending, run_until_deadline
from otdi_site.hub.events import find_events
from otdi_site.hub.fetch_results import FetchResult, FetchResults
from otdi_site.hub.fetcher import fetch_all
from otdi_site.hub.history import extend_history
from otdi_site.hub.merge import Merged, merge
from otdi_site.hub.pending_fetches import find_pending_fetches
from otdi_site.hub.refresh_plan import Clock, Progress, RefreshPlan, plan_refresh
from otdi_site.hub.session import Usage, open_session
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.refresh import RefreshCounts, RefreshReport, RefreshSettings
from otdi_site.model.snapshot import (
    CheckTimes,
    CollectionRow,
    HistoryPoint,
    KeptReason,
    Snapshot,
    SnapshotRow,
    Status,
    sort_key,
)
from otdi_site.tokens import TokenFinder, find_tokens

_ENDINGS = {Ending.LATE: KeptReason.DEADLINE, Ending.INTERRUPTED: KeptReason.INTERRUPTED}
_SMALLEST_MASS_DROP = 2
"""One dataset that goes is no mass drop, however small the catalog."""


def refresh(
    settings: RefreshSettings, previous: Snapshot, extra_ids: Sequence[str], clock: Clock, progress: Progress | None
) -> RefreshReport:
    """See `otdi_site.hub.refresh`."""
    started = time.monotonic()
    now = clock()
    plan = plan_refresh(settings, previous, extra_ids, now)
    if not plan.due_collections and not plan.due_ids:
        return RefreshReport(previous, (), RefreshCounts(), seconds=time.monotonic() - started)
    try:
        connection = connect(settings.endpoint)
    except ValueError as problem:
        return _not_started(previous, report.bad_endpoint(str(problem)), started)
    if connection.is_offline:
        return _not_started(previous, report.offline(previous), started)
    results, usage = FetchResults(), Usage()
    ending = _fetch(connection, settings, previous, plan, results, usage, now, started, progress)
    # Work that was left behind may still write into its own results.
    results = results.copy()
    _explain_unfetched(previous, results, plan, _ENDINGS.get(ending, KeptReason.CONNECTION))
    merged = merge(previous, results, plan, connection.endpoint.shown, format_time(now))
    live = sum(row.is_live for row in previous.rows.values())
    has_mass_drop = len(merged.dropped) >= _SMALLEST_MASS_DROP and len(merged.dropped) > settings.max_drop_share * live
    needs_accept = has_mass_drop and not settings.accept
    diagnostics = _diagnostics(connection, usage, ending, results, settings.places)
    diagnostics += report.of_datasets(merged, extra_ids, settings.places, is_held=needs_accept)
    if needs_accept:
        diagnostics.append(report.too_many_drops(sorted(merged.dropped), live, settings.max_drop_share))
    snapshot = previous if needs_accept else _snapshot(previous, results, plan, merged, connection, now)
    return RefreshReport(
        snapshot=snapshot,
        diagnostics=tuple(diagnostics),
        counts=_count(merged),
        kept=dict(sorted(merged.kept.items(), key=lambda kept: sort_key(kept[0]))),
        dropped=tuple(sorted(merged.dropped, key=sort_key)),
        requests=usage.requests,
        quota_left=usage.quota_left,
        seconds=time.monotonic() - started,
        needs_accept=needs_accept,
        is_interrupted=ending is Ending.INTERRUPTED,
        has_response=usage.has_responded,
    )


def _fetch(
    connection: Connection,
    settings: RefreshSettings,
    previous: Snapshot,
    plan: RefreshPlan,
    results: FetchResults,
    usage: Usage,
    now: datetime,
    started: float,
    progress: Progress | None,
) -> Ending:
    ends_at = started + settings.deadline_seconds
    tokens = TokenFinder.of([connection.token, *find_tokens().tokens])
    done_and_to_do: deque[tuple[int, int]] = deque(maxlen=1)

    async def work() -> None:
        async with open_session(connection, settings, usage, ends_at) as session:
            await fetch_all(
                session,
                previous,
                plan,
                results,
                now,
                tokens,
                settings.parallel_requests,
                lambda done, to_do: done_and_to_do.append((done, to_do)),
            )

    def tick() -> None:
        if progress and done_and_to_do:
            progress(*done_and_to_do.pop())

    # The session ends by itself in time; this is for work that hangs.
    ending = run_until_deadline(work, max(0.0, ends_at - time.monotonic()) + 0.5, tick)
    tick()
    return ending


def _explain_unfetched(previous: Snapshot, results: FetchResults, plan: RefreshPlan, reason: KeptReason) -> None:
    """Gives a reason for everything that was due and not fetched when the run ended."""
    for slug in plan.due_collections:
        if slug not in results.collections:
            results.failed_collections.setdefault(slug, reason)
    for pending in find_pending_fetches(previous, results, plan):
        results.datasets.setdefault(pending.id.lower(), FetchResult(reason=reason))


def _snapshot(
    previous: Snapshot, results: FetchResults, plan: RefreshPlan, merged: Merged, connection: Connection, now: datetime
) -> Snapshot:
    text = format_time(now)
    return Snapshot(
        rows=merged.rows,
        collections=_collections(previous, results, plan, connection.endpoint.shown, text),
        events=find_events(previous.rows, merged.rows, previous.events, text),
        history=_history(previous, merged, now),
        checked=_checked(previous, results, plan, merged, text),
    )


def _collections(
    previous: Snapshot, results: FetchResults, plan: RefreshPlan, endpoint: str, now: str
) -> tuple[CollectionRow, ...]:
    rows = {row.slug: row for row in previous.collections if row.slug in plan.collections}
    for slug, parsed in results.collections.items():
        row = CollectionRow(slug, endpoint, now, parsed.title, parsed.description)
        old = rows.get(slug)
        if old is None or (old.title, old.description) != (row.title, row.description):
            rows[slug] = row
    return tuple(rows[slug] for slug in sorted(rows))


def _history(previous: Snapshot, merged: Merged, now: datetime) -> dict[str, tuple[HistoryPoint, ...]]:
    series = {hub_id.lower(): points for hub_id, points in previous.history.items()}
    for row in merged.rows.values():
        old, new = row.id.lower(), (row.renamed_to or "").lower()
        # People follow the dataset, not its name. Where both names have a past, neither is lost.
        if row.status is Status.RENAMED and old in series and new not in series:
            series[new] = series.pop(old)
    result = {}
    for row in merged.rows.values():
        points = series.get(row.id.lower(), ())
        if row.is_live:
            points = extend_history(points, _point(row, now))
        if points:
            result[row.id] = points
    return result


def _point(row: SnapshotRow, now: datetime) -> HistoryPoint:
    day = now.astimezone(UTC).date().isoformat()
    return HistoryPoint(
        day,
        None if "downloads" in row.older else row.downloads,
        None if "likes" in row.older else row.likes,
    )


def _checked(previous: Snapshot, results: FetchResults, plan: RefreshPlan, merged: Merged, now: str) -> CheckTimes:
    collections = {slug: time for slug, time in previous.checked.collections.items() if slug in plan.collections}
    collections.update(dict.fromkeys(results.collections, now))
    listed = results.listed()
    before = {hub_id.lower(): time for hub_id, time in previous.checked.datasets.items()}
    lookup = Snapshot(rows=merged.rows).lookup()
    datasets = {}
    for hub_id in plan.extra_ids:
        if hub_id.lower() in listed:
            continue
        result = results.datasets.get(hub_id.lower())
        is_known = result is not None and (result.parsed or result.is_missing or result.is_disabled)
        time = now if is_known else before.get(hub_id.lower())
        if time is not None:
            row = lookup.resolve(hub_id)
            datasets[row.id if row else hub_id] = time
    return CheckTimes(dict(sorted(collections.items())), dict(sorted(datasets.items())))


def _diagnostics(
    connection: Connection, usage: Usage, ending: Ending, results: FetchResults, places: Mapping[str, Mark]
) -> list[Diagnostic]:
    found = []
    if connection.is_token_unusable:
        found.append(report.unusable_token())
    if usage.is_token_refused:
        found.append(report.refused_token())
    if ending is Ending.INTERRUPTED:
        found.append(report.interrupted())
    return [*found, *report.of_collections(results, places)]


def _count(merged: Merged) -> RefreshCounts:
    kept = len(set(merged.kept) - set(merged.added))
    parts = {
        "unchanged": len(merged.unchanged),
        "updated": len(merged.updated),
        "added": len(merged.added),
        "kept": kept,
        "dropped": len(merged.dropped),
        "unknown": len(merged.unknown),
    }
    return RefreshCounts(asked=sum(parts.values()), **parts)


def _not_started(previous: Snapshot, diagnostic: Diagnostic, started: float) -> RefreshReport:
    """The report of a run that could not start: the snapshot stays as it is."""
    kept = {row.id: KeptReason.OFFLINE for row in previous.rows.values() if row.is_live}
    return RefreshReport(
        previous,
        (diagnostic,),
        RefreshCounts(asked=len(kept), kept=len(kept)),
        kept=kept,
        seconds=time.monotonic() - started,
    )
