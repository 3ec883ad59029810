"""Old addresses lead to the dataset that is meant, and never over the page of another."""

from __future__ import annotations

import pytest

from otdi_site.diagnostics import Severity
from otdi_site.model.catalog import Catalog
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.merge import merge_catalog
from otdi_site.model.redirects import find_moves
from otdi_site.model.snapshot import Membership, Snapshot, SnapshotRow, Status
from tests.samples import COLLECTION, VOCABULARIES, make_entry, make_row, make_snapshot

LISTED = (Membership(COLLECTION, 0),)


def moves_of(snapshot: Snapshot, *entries: LocatedEntry) -> dict[str, str]:
    catalog = Catalog.of(merge_catalog(entries, snapshot, VOCABULARIES)[0])
    return {move.address: move.dataset.address for move in find_moves(catalog, snapshot)}


def renamed(old: str, new: str) -> SnapshotRow:
    return make_row(old, status=Status.RENAMED, renamed_to=new)


def test_the_address_of_the_hub_s_spelling_leads_to_the_entry() -> None:
    own = "/datasets/sample/tides.html"
    assert moves_of(make_snapshot(make_row("Pub/A", memberships=LISTED)), make_entry(huggingface="pub/a")) == {
        "/datasets/pub/a.html": own
    }
    assert moves_of(make_snapshot(), make_entry(huggingface="Pub/A")) == {"/datasets/pub/a.html": own}
    assert moves_of(make_snapshot(), make_entry(huggingface="Sample/Tides")) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [renamed("pub/a", "pub/b"), make_row("pub/b", memberships=LISTED)],
        [make_row("pub/a", memberships=LISTED), renamed("pub/b", "pub/a")],
    ],
)
def test_a_dataset_that_is_renamed_and_back_is_found_at_every_name(rows: list[SnapshotRow]) -> None:
    found = moves_of(make_snapshot(*rows), make_entry(huggingface="pub/a"))
    assert found == dict.fromkeys(("/datasets/pub/a.html", "/datasets/pub/b.html"), "/datasets/sample/tides.html")


def test_a_chain_of_names_leads_to_the_newest_at_once() -> None:
    rows = [renamed("pub/a", "pub/b"), renamed("pub/b", "pub/c"), make_row("pub/c", memberships=LISTED)]
    new = "/datasets/pub/c.html"
    assert moves_of(make_snapshot(*rows)) == {"/datasets/pub/a.html": new, "/datasets/pub/b.html": new}


def test_names_that_lead_in_a_circle_lead_nowhere() -> None:
    assert moves_of(make_snapshot(renamed("pub/a", "pub/b"), renamed("pub/b", "pub/a"))) == {}


def test_a_stated_address_wins_over_what_the_hub_says() -> None:
    rows = [renamed("old/x", "pub/a"), make_row("pub/a", memberships=LISTED)]
    entry = make_entry(redirect_from=["/datasets/old/x.html"])
    assert moves_of(make_snapshot(*rows), entry)["/datasets/old/x.html"] == "/datasets/sample/tides.html"


def test_a_stated_address_over_the_page_of_a_collection_s_dataset_names_both() -> None:
    entry = make_entry(redirect_from=["/datasets/pub/a.html"])
    _, (problem,) = merge_catalog([entry], make_snapshot(make_row("pub/a", memberships=LISTED)), VOCABULARIES)
    assert (problem.code, problem.severity) == ("OTD443", Severity.ERROR)
    assert "/datasets/pub/a.html" in problem.message
    assert "pub/a of the Hub" in problem.message


def test_two_entries_that_a_renaming_makes_one_dataset_are_named() -> None:
    rows = [renamed("pub/a", "pub/b"), make_row("pub/b", memberships=LISTED)]
    first, second = make_entry(huggingface="pub/b"), make_entry(huggingface="pub/a", name="waves")
    problems = merge_catalog([first, second], make_snapshot(*rows), VOCABULARIES)[1]
    assert "OTD444" in [problem.code for problem in problems]
