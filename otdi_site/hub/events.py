"""Finds the events of a refresh: what changed of each dataset between two snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from otdi_site.model.snapshot import Event, EventKind, SnapshotRow, Status

MAX_EVENTS_OF_DATASET = 60
"""The newest are kept: a dataset that is committed to every night must not make the file grow for ever."""


def find_events(
    before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow], known: Iterable[Event], now: str
) -> tuple[Event, ...]:
    """`known` and the changes from `before` to `after`, sorted; of each dataset the newest ones."""
    found: list[Event] = []
    renamed = {row.renamed_to.lower() for row in after.values() if row.renamed_to}
    old_rows = {hub_id.lower(): row for hub_id, row in before.items()}
    for row in after.values():
        old = old_rows.get(row.id.lower())
        if old is not None:
            found.extend(_compare(old, row, now))
        elif before and row.is_live and row.id.lower() not in renamed:
            found.append(Event(now, row.id, EventKind.ADDED))
    return _bounded([*known, *_unknown(found, known)])


def _compare(old: SnapshotRow, new: SnapshotRow, now: str) -> Iterable[Event]:
    if new.status is Status.RENAMED and new.renamed_to and new.renamed_to != old.renamed_to:
        yield Event(now, new.renamed_to, EventKind.RENAMED, new.id, new.renamed_to)
        return
    if old.id != new.id:
        yield Event(now, new.id, EventKind.RENAMED, old.id, new.id)
    if old.status is not new.status and Status.RENAMED not in (old.status, new.status):
        yield Event(now, new.id, EventKind.STATUS, old.status.value, new.status.value)
    if old.details_read_at and new.details_read_at and old.licenses != new.licenses:
        yield Event(now, new.id, EventKind.LICENSE, ",".join(old.licenses) or None, ",".join(new.licenses) or None)
    if old.gated is not None and new.gated is not None and old.gated != new.gated:
        yield Event(now, new.id, EventKind.GATING, _gating(old), _gating(new))
    if old.revision and new.revision and old.revision != new.revision:
        yield Event(now, new.id, EventKind.REVISION, old.revision, new.revision)


def _gating(row: SnapshotRow) -> str:
    return row.gated or "open"


def _unknown(found: Iterable[Event], known: Iterable[Event]) -> list[Event]:
    """Without what the last event of the same dataset and kind already says.

    A run that was killed between writing its events and its rows finds the same changes again.
    """
    latest = {(event.id.lower(), event.kind): event.after for event in known}
    return [event for event in found if latest.get((event.id.lower(), event.kind), ...) != event.after]


def _bounded(events: Iterable[Event]) -> tuple[Event, ...]:
    ordered = sorted(events, key=event_key)
    counts: dict[str, int] = {}
    kept = []
    for event in reversed(ordered):
        counts[event.id.lower()] = counts.get(event.id.lower(), 0) + 1
        if counts[event.id.lower()] <= MAX_EVENTS_OF_DATASET:
            kept.append(event)
    return tuple(reversed(kept))


def event_key(event: Event) -> tuple[str, str, str, str]:
    """Orders events by time, dataset and kind."""
    return (event.at, event.id.lower(), event.kind.value, event.after or "")
