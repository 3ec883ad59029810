from __future__ import annotations

from dataclasses import replace

from otdi_site.model.catalog import Catalog
from otdi_site.model.changes import CHANGE_LIMIT, find_changes
from otdi_site.model.merge import merge_catalog
from otdi_site.model.redirects import find_moves
from otdi_site.model.snapshot import Event, EventKind, Membership, Snapshot, Status
from tests.samples import COLLECTION, VOCABULARIES, make_row, make_snapshot

LISTED = (Membership(COLLECTION, 0),)
RENAMED = make_row("Sample/tides", status=Status.RENAMED, renamed_to="Sample/waves")
WAVES = make_row("Sample/waves", memberships=LISTED)


def catalog_of(snapshot: Snapshot) -> Catalog:
    return Catalog.of(merge_catalog([], snapshot, VOCABULARIES)[0])


def test_the_newest_change_stands_first_and_names_its_dataset() -> None:
    events = tuple(Event(f"2026-03-0{day}T00:00:00Z", "Sample/waves", EventKind.REVISION) for day in (1, 2))
    snapshot = replace(make_snapshot(WAVES), events=events)
    newest, oldest = find_changes(catalog_of(snapshot), snapshot)
    assert (newest.event, oldest.event) == (events[1], events[0])
    assert newest.dataset is not None
    assert newest.title == "waves"


def test_a_change_under_an_old_name_leads_to_the_dataset_of_the_new_one() -> None:
    snapshot = replace(
        make_snapshot(RENAMED, WAVES), events=(Event("2026-03-01T00:00:00Z", "Sample/tides", EventKind.ADDED),)
    )
    [change] = find_changes(catalog_of(snapshot), snapshot)
    assert change.dataset is not None
    assert change.dataset.address == "/datasets/sample/waves.html"


def test_a_change_of_what_has_no_page_keeps_its_id() -> None:
    snapshot = replace(make_snapshot(), events=(Event("2026-03-01T00:00:00Z", "Sample/lost", EventKind.ADDED),))
    [change] = find_changes(catalog_of(snapshot), snapshot)
    assert (change.dataset, change.title) == (None, "Sample/lost")


def test_the_list_of_changes_is_bounded() -> None:
    events = tuple(Event("2026-03-01T00:00:00Z", f"Sample/d{n:04}", EventKind.ADDED) for n in range(CHANGE_LIMIT + 5))
    snapshot = replace(make_snapshot(), events=events)
    assert len(find_changes(catalog_of(snapshot), snapshot)) == CHANGE_LIMIT


def test_an_old_address_leads_to_the_renamed_dataset() -> None:
    snapshot = make_snapshot(RENAMED, WAVES)
    [move] = find_moves(catalog_of(snapshot), snapshot)
    assert (move.address, move.dataset.address) == ("/datasets/sample/tides.html", "/datasets/sample/waves.html")


def test_two_datasets_that_swapped_names_lead_nowhere_round() -> None:
    first = make_row("Sample/a", status=Status.RENAMED, renamed_to="Sample/b")
    second = make_row("Sample/b", status=Status.RENAMED, renamed_to="Sample/a")
    snapshot = make_snapshot(first, second)
    assert find_moves(catalog_of(snapshot), snapshot) == ()
