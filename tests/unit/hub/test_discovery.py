"""Listing the whole Hub: full listings, changes, runs that end early, and files that are damaged."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from otdi_site.hub import DamagedError, DiscoveryReport, discover, load_discovered
from otdi_site.hub.discovered_files import read_rows
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.discovery import DiscoverConfig
from tests.builds import IS_THOROUGH
from tests.hub_server import ALL, HubServer
from tests.unit.hub.runs import START, limits

LICENSES = ("cc-by-4.0", "mit")


class Nights:
    """Somebody who lists the Hub night after night."""

    def __init__(self, hub: HubServer, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.now = START

    def list(self, days: float = 1.0, config: DiscoverConfig | None = None, **changes: Any) -> DiscoveryReport:
        self.now += timedelta(days=days)
        self.hub.forget_requests()
        settings = limits(**{"endpoint": self.hub.url, "max_drop_share": 1.0, **changes})
        return discover(self.folder, config or DiscoverConfig(), LICENSES, settings, lambda: self.now)

    def add(self, name: str, *licenses: str, **properties: Any) -> None:
        tags = [f"license:{license}" for license in licenses]
        self.hub.add_dataset(f"example-org/{name}", **{"tags": tags, "lastModified": self.time, **properties})

    def change(self, name: str, **properties: Any) -> None:
        self.hub.datasets[f"example-org/{name}"].update({"lastModified": self.time, **properties})

    @property
    def time(self) -> str:
        """Between the last run and the next."""
        return (self.now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        state = load_discovered(self.folder)
        assert state is not None
        lines = {**read_rows(self.folder, state.base), **read_rows(self.folder, state.changes)}
        return {name.removeprefix("example-org/"): json.loads(line) for name, line in lines.items()}

    @property
    def events(self) -> list[tuple[str, str, str | None, str | None]]:
        state = load_discovered(self.folder)
        assert state is not None
        return [
            (each.kind.value, each.id.removeprefix("example-org/"), each.before, each.after) for each in state.events
        ]


@pytest.fixture
def nights(hub: HubServer, tmp_path: Path) -> Nights:
    hub.quota = None
    return Nights(hub, tmp_path / "discovered")


def test_a_full_listing_has_every_dataset_of_the_licences_once(nights: Nights) -> None:
    nights.add("tides", "mit")
    nights.add("rivers", "mit", "cc-by-4.0")
    nights.add("maps", "cc-by-nc-4.0")
    nights.add("members", "mit", gated="auto")
    report = nights.list()
    assert (report.is_full, report.is_finished, report.datasets) == (True, True, 2)
    assert set(nights.rows) == {"tides", "rivers"}
    assert nights.events == []


def test_filters_apply_to_what_is_listed(nights: Nights) -> None:
    nights.add("tides", "mit", downloads=5)
    nights.add("rivers", "mit", downloads=50, gated="manual")
    config = DiscoverConfig(min_downloads=10, gated=True)
    nights.list(config=config)
    assert set(nights.rows) == {"rivers"}
    nights.list(config=DiscoverConfig(exclude_authors=("Example-Org",)))
    assert nights.rows == {}


def test_a_delta_ends_where_nothing_is_new(nights: Nights) -> None:
    nights.hub.page_size = 10
    for number in range(60):
        nights.add(f"set-{number}", "mit", lastModified="2025-01-01T00:00:00.000Z")
    assert nights.list().requests == 7
    nights.add("new", "mit")
    nights.change("set-7", tags=["license:cc-by-4.0"])
    report = nights.list()
    assert (report.is_full, report.requests, report.changed) == (False, 3, 2)
    assert nights.events == [("added", "new", None, None), ("license", "set-7", "mit", "cc-by-4.0")]
    report = nights.list()
    assert (report.changed, len(nights.events)) == (0, 2)


def test_a_full_listing_finds_departures_and_says_which(nights: Nights) -> None:
    for name in ("gone", "named", "closed", "stays"):
        nights.add(name, "mit")
    nights.list()
    nights.hub.delete("example-org/gone")
    nights.hub.rename("example-org/named", "example-org/renamed")
    nights.change("closed", tags=["license:other"])
    nights.list(days=8)
    assert set(nights.rows) == {"renamed", "stays"}
    expected = [
        ("license", "closed", "mit", "other"),
        ("renamed", "renamed", "example-org/named", "example-org/renamed"),
    ]
    assert sorted(nights.events) == [*expected, ("status", "gone", "live", "gone")]


def test_a_page_that_ends_too_early_makes_nobody_leave(nights: Nights) -> None:
    nights.hub.page_size = 5
    for number in range(12):
        nights.add(f"set-{number}", "mit")
    nights.list()

    def without_link(_: HubServer, reply: Any) -> Any:
        return replace(reply, headers=tuple(each for each in reply.headers if each[0] != "Link"))

    nights.hub.fail("listing", without_link)
    assert nights.list(days=8).is_finished
    assert len(nights.rows) == 12
    assert nights.events == []


@pytest.mark.parametrize("fault", ["500", "cut", "hang-up", "html", "empty", "half", "deep", "429-long"])
def test_a_fault_keeps_what_was_known_and_the_next_run_goes_on(nights: Nights, fault: str) -> None:
    nights.hub.page_size = 5
    for number in range(12):
        nights.add(f"set-{number}", "mit")
    nights.list()
    nights.add("new", "mit")
    nights.hub.fail("listing", fault)
    assert not nights.list(days=8, deadline_seconds=20.0).is_finished
    assert len(nights.rows) == 12
    nights.hub.mend()
    assert nights.list(days=0.1).is_finished
    assert len(nights.rows) == 13


def test_a_run_without_requests_left_is_continued(nights: Nights) -> None:
    nights.hub.page_size = 5
    for number in range(33):
        nights.add(f"set-{number}", "mit" if number % 2 else "cc-by-4.0")
    runs = [nights.list(days=0.01, max_requests=3)]
    while not runs[-1].is_finished:
        runs.append(nights.list(days=0.01, max_requests=3))
        assert len(runs) < 6
    assert sum(run.requests for run in runs) == 8
    assert len(nights.rows) == 33


def test_an_expired_place_starts_that_licence_again(nights: Nights) -> None:
    nights.hub.page_size = 5
    for number in range(12):
        nights.add(f"set-{number}", "mit")
    nights.list(max_requests=2)

    def expired(hub: HubServer, reply: Any) -> Any:
        return reply.error(400, "Invalid cursor") if "cursor" in hub.requests[-1].query else reply

    nights.hub.fail("listing", expired, times=1)
    assert nights.list(days=0.1).is_finished
    assert len(nights.rows) == 12


def test_many_that_would_leave_wait_for_consent(nights: Nights) -> None:
    for number in range(10):
        nights.add(f"set-{number}", "mit")
    nights.list()
    for number in range(5):
        nights.hub.delete(f"example-org/set-{number}")
    report = nights.list(days=8, max_drop_share=0.2)
    assert (report.held, len(nights.rows)) == (5, 10)
    assert nights.list(days=0.1, max_drop_share=0.2, accept=True).is_finished
    assert len(nights.rows) == 5


def test_hostile_entries_are_left_out(nights: Nights) -> None:
    nights.add("tides", "mit", description="half \ud800", downloads=-3, cardData={"license": [["deep"]], "x": {}})
    nights.add("../../etc", "mit")
    nights.add("big", "mit", tags=["license:mit", "x" * 100_000])
    report = nights.list()
    assert report.unreadable == 1
    assert set(nights.rows) == {"tides", "big"}
    assert "downloads" not in nights.rows["tides"]


@pytest.mark.parametrize("name", ["state.json", "rows-*.jsonl.gz"])
@pytest.mark.parametrize("how", ["cut", "flipped", "gone"])
def test_a_damaged_file_is_never_read_as_an_empty_one(nights: Nights, name: str, how: str) -> None:
    nights.add("tides", "mit")
    nights.list()
    file = sorted(nights.folder.glob(name))[0]
    content = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
    else:
        content[len(content) // 2] ^= 1
        file.write_bytes(content if how == "flipped" else content[: len(content) // 2])
    with pytest.raises(DamagedError):
        load_discovered(nights.folder)
    with pytest.raises(DamagedError):
        nights.list()


def test_a_listing_that_was_cut_off_while_it_was_written_goes_on_from_its_last_page(nights: Nights) -> None:
    nights.hub.page_size = 5
    for number in range(20):
        nights.add(f"set-{number}", "mit")
    nights.list(max_requests=4)
    journal = nights.folder / "listing.jsonl.gz"
    whole = journal.read_bytes()
    for length in range(0, len(whole), 97 if IS_THOROUGH else 400):
        journal.write_bytes(whole[:length])
        assert nights.list(days=0.001).is_finished
        assert len(nights.rows) == 20
        rmtree(nights.folder)
        nights.folder.mkdir()


@pytest.mark.parametrize("seed", range(300 if IS_THOROUGH else 5))
def test_after_a_full_listing_the_catalogue_is_the_truth(nights: Nights, seed: int) -> None:
    chance = random.Random(seed)
    nights.hub.page_size = 7
    for number in range(30):
        nights.add(f"set-{number}", chance.choice(LICENSES))
    assert nights.list().is_finished
    for night in range(6):
        names = sorted(nights.hub.datasets)
        for _ in range(chance.randrange(5)):
            name = chance.choice(names)
            if name not in nights.hub.datasets:
                continue
            what = chance.choice(["delete", "change", "license", "gate"])
            if what == "delete":
                nights.hub.delete(name)
            elif what == "change":
                nights.change(name.partition("/")[2], description=f"night {night}")
            elif what == "license":
                nights.change(name.partition("/")[2], tags=[f"license:{chance.choice([*LICENSES, 'other'])}"])
            else:
                nights.hub.datasets[name]["gated"] = chance.choice([False, "auto"])
        nights.add(f"new-{night}", "mit")
        nights.hub.mend()
        if chance.random() < 0.3:
            nights.hub.fail(ALL, chance.choice(["500", "half", "html"]), times=2)
        nights.list(days=chance.choice([1, 1, 8]), max_requests=chance.choice([3, 5000]))
    nights.hub.mend()
    for _ in range(3):
        nights.list(days=8)
    truth = {
        name.removeprefix("example-org/")
        for name, each in nights.hub.datasets.items()
        if not each["gated"] and set(each["tags"]) & {f"license:{license}" for license in LICENSES}
    }
    assert set(nights.rows) == truth
    for name, row in nights.rows.items():
        assert row["tags"] == sorted(nights.hub.datasets[f"example-org/{name}"]["tags"])
    told = [each for each in nights.events if each[0] == "status"]
    assert len(told) == len(set(told))
    departed = {name for _, name, *_ in told}
    assert departed.isdisjoint(each.removeprefix("example-org/") for each in nights.hub.datasets)


def test_times_are_those_of_the_listing(nights: Nights) -> None:
    nights.add("tides", "mit")
    nights.list()
    state = load_discovered(nights.folder)
    assert state is not None
    assert state.listed_at == format_time(nights.now)
    assert datetime.fromisoformat(state.base.day).date() == nights.now.date()
