"""What changed between two snapshots is noted once."""

from __future__ import annotations

from dataclasses import replace

from otdi_site.hub.events import MAX_EVENTS_OF_DATASET, find_events
from otdi_site.model.snapshot import Event, EventKind, SnapshotRow, Status

ROW = SnapshotRow("a/b", "https://huggingface.co", "2026-01-01T00:00:00Z", details_read_at="2026-01-01T00:00:00Z")
LICENSED = replace(ROW, licenses=("mit",), gated=False, revision="0" * 40)


def rows(*found: SnapshotRow) -> dict[str, SnapshotRow]:
    return {row.id: row for row in found}


def test_a_first_snapshot_has_no_events() -> None:
    assert find_events({}, rows(ROW), (), "2026-01-02T00:00:00Z") == ()


def test_details_read_for_the_first_time_are_no_change() -> None:
    known = replace(ROW, details_read_at=None)
    assert find_events(rows(known), rows(LICENSED), (), "2026-01-02T00:00:00Z") == ()


def test_a_licence_taken_back_is_a_change() -> None:
    (event,) = find_events(rows(LICENSED), rows(replace(LICENSED, licenses=())), (), "2026-01-02T00:00:00Z")
    assert (event.kind, event.before, event.after) == (EventKind.LICENSE, "mit", None)


def test_a_run_that_was_killed_after_writing_events_does_not_find_them_twice() -> None:
    gone = replace(LICENSED, status=Status.GONE, status_since="2026-01-02T00:00:00Z")
    first = find_events(rows(LICENSED), rows(gone), (), "2026-01-02T00:00:00Z")
    assert find_events(rows(LICENSED), rows(gone), first, "2026-01-03T00:00:00Z") == first


def test_a_dataset_that_changes_every_night_keeps_its_newest_events_and_no_other_ones() -> None:
    known: tuple[Event, ...] = (Event("2025-01-01T00:00:00Z", "c/d", EventKind.ADDED),)
    row = LICENSED
    for number in range(100):
        newer = replace(row, revision=f"{number + 1:040x}")
        known = find_events(rows(row), rows(newer), known, f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z")
        row = newer
    assert len(known) == MAX_EVENTS_OF_DATASET + 1
    assert (known[0].id, known[-1].after) == ("c/d", f"{100:040x}")
