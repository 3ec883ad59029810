"""Cards as a refresh reads them: once a revision, each at its own risk, and shown as evidence on the dataset's page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import Fault, HubServer, Reply
from tests.live_sites import LiveSite, make_live_site
from tests.sites import PROJECT, read_tree, run

COMPLETE = (PROJECT / "tests/cards/complete.md").read_text("utf-8")
TIDES, WAVES = "example-org/tides", "example-org/waves"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        for hub_id in (TIDES, WAVES):
            server.add_dataset(hub_id)
        server.add_collection(ids=[TIDES, WAVES])
        server.files[f"{TIDES}/README.md"] = COMPLETE.encode()
        yield server


@pytest.fixture
def site(tmp_path: Path, hub: HubServer) -> LiveSite:
    return make_live_site(tmp_path / "site", hub)


def cards_asked_for(hub: HubServer) -> list[str]:
    return sorted(request.path for request in hub.requests if request.path.endswith("/README.md"))


def test_the_page_shows_what_the_card_meets_with_its_line(site: LiveSite, hub: HubServer) -> None:
    assert site.build().status == 0
    revision = hub.datasets[TIDES]["sha"]
    assert f"{hub.url}/datasets/{TIDES}/blob/{revision}/README.md#L41" in site.page(TIDES)
    assert "Date of issue : met" in site.words(TIDES)
    assert site.words(WAVES).count("has no card") == 1, "one cause of many results is stated once"
    assert "Not met" in site.words(WAVES)


def test_a_card_is_read_once_for_each_revision(site: LiveSite, hub: HubServer) -> None:
    site.refresh()
    assert len(cards_asked_for(hub)) == 2
    hub.forget_requests()
    before = (site.snapshots / "cards.jsonl").read_bytes()
    site.refresh()
    assert cards_asked_for(hub) == []
    assert (site.snapshots / "cards.jsonl").read_bytes() == before
    hub.datasets[TIDES].update(sha="f" * 40, lastModified="2025-12-30T10:00:00.000Z")
    hub.files[f"{TIDES}/README.md"] = COMPLETE.replace("2026-03-31", "2026-04-30").encode()
    site.build()
    site.refresh()
    assert cards_asked_for(hub) == [f"/datasets/{TIDES}/resolve/{'f' * 40}/README.md"]
    site.build()
    assert "2026-04-30" in site.words(TIDES)


def test_what_a_card_says_is_escaped(site: LiveSite, hub: HubServer) -> None:
    hub.files[f"{TIDES}/README.md"] = COMPLETE.replace("Nobody.", "<script>alert(1)</script>").encode()
    site.build()
    assert "<script>alert" not in site.page(TIDES)
    assert "&lt;script&gt;alert(1)" in site.page(TIDES)


FAULTS: dict[str, tuple[Fault, str]] = {
    "huge": (lambda *_: Reply(200, b"x" * 1_000_001, ()), "its card is larger than 1,000,000 bytes"),
    "gated": (
        lambda *_: Reply(403, b"", (("X-Error-Code", "GatedRepo"),)),
        "the Hub gives its card only to people with access",
    ),
    "elsewhere": (
        lambda *_: Reply(302, b"", (("Location", "http://127.0.0.2:9/README.md"),)),
        "the Hub keeps its card on another host",
    ),
    "broken": (lambda *_: Reply(500, b"", ()), "its card has not been read"),
    "not text": (lambda *_: Reply(200, b"\xff\xfe\x00", ()), "its card cannot be read as a whole"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_card_that_cannot_be_read_costs_only_itself(site: LiveSite, hub: HubServer, name: str) -> None:
    fault, reason = FAULTS[name]
    hub.files[f"{WAVES}/README.md"] = COMPLETE.encode()
    hub.fail(f"{TIDES}/README.md", fault)
    assert site.build().status == 0
    assert reason in site.words(TIDES)
    assert "Date of issue : met" in site.words(WAVES)


def test_an_old_card_stays_with_its_day_until_the_new_one_can_be_read(site: LiveSite, hub: HubServer) -> None:
    site.build()
    site.age()
    hub.datasets[TIDES].update(sha="e" * 40, lastModified="2025-12-30T10:00:00.000Z")
    hub.fail(f"{TIDES}/README.md", lambda *_: Reply(500, b"", ()))
    assert site.build().status == 0
    assert "Date of issue : met" in site.words(TIDES)
    assert "2025-12-24" in site.words(TIDES)


def test_a_file_of_cards_that_cannot_be_read_stops_the_build(site: LiveSite, hub: HubServer) -> None:
    site.build()
    before = site.page(TIDES)
    with (site.snapshots / "cards.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id":"example-org/lakes"\n')
    finished = site.build("--offline")
    assert finished.status == 1
    assert "catalog_data/snapshots/cards.jsonl:3: error OTD265: is no reading of a card" in finished.output
    assert site.page(TIDES) == before


def test_a_token_in_a_card_is_not_kept(site: LiveSite, hub: HubServer) -> None:
    token = "hf_" + "a1B2c3D4" * 4
    hub.files[f"{TIDES}/README.md"] = COMPLETE.replace("Nobody.", token).encode()
    site.build(HF_TOKEN=token)
    assert token not in (site.snapshots / "cards.jsonl").read_text("utf-8")
    assert site.mentions(token) == set()


def test_a_card_that_is_handed_in_is_evidence_for_its_entry(small_site: Path) -> None:
    """Also in a build after the first, which makes what a clean one makes."""
    assert run(small_site, "build", "--offline").status == 0
    assert "2026-03-31" not in (small_site / "_site/datasets/example-org/wells.html").read_text(encoding="utf-8")
    card = small_site / "catalog_data/cards/example-org/wells.md"
    card.parent.mkdir(parents=True)
    card.write_text(COMPLETE, encoding="utf-8")
    assert run(small_site, "build", "--offline").status == 0
    page = (small_site / "_site/datasets/example-org/wells.html").read_text(encoding="utf-8")
    assert "Date of issue" in page
    assert "2026-03-31" in page
    incremental = read_tree(small_site / "_site")
    shutil.rmtree(small_site / ".cache")
    assert run(small_site, "build", "--offline").status == 0
    assert read_tree(small_site / "_site") == incremental


def test_a_broken_card_that_is_handed_in_is_a_warning_and_costs_its_own_evidence(small_site: Path) -> None:
    card = small_site / "catalog_data/cards/example-org/wells.md"
    card.parent.mkdir(parents=True)
    card.write_text("---\nlicense: [mit\n---\n# Wells\n", encoding="utf-8")
    finished = run(small_site, "build", "--offline")
    assert finished.status == 0
    assert "catalog_data/cards/example-org/wells.md:" in finished.output
    assert "warning OTD003" in finished.output
