"""Weeks of refreshes while datasets change and the Hub fails: nothing is lost, and no number was never said."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from otdi_site.hub import load_snapshot, write_snapshot
from otdi_site.model.snapshot import Status
from tests.hub_server import COLLECTION, HubServer
from tests.unit.hub.runs import Site

FAULTS = [
    *(
        "missing",
        "gated",
        "disabled",
        "private",
        "429",
        "500",
        "502",
        "cut",
        "hang-up",
        "html",
        "empty",
        "half",
        "list",
    ),
    *("wrong-types", "numeric-id", "other-id", "path-id", "nan", "surrogates", "redirect-elsewhere", "redirect-loop"),
    *("link-elsewhere", "link-self"),
]


class Nights:
    """A Hub whose datasets live their lives."""

    def __init__(self, hub: HubServer, seed: int) -> None:
        self.hub = hub
        self.random = random.Random(seed)
        self.said: dict[str, set[object]] = {}
        """Numbers that the Hub ever said of a dataset, by its ids of all times."""
        hub.fill(10)
        for number in range(4):
            hub.add_dataset(f"other/alone-{number}")
        self.entries = [hub_id for hub_id in hub.datasets if hub_id.startswith("other/")]
        self.note()

    def note(self) -> None:
        for hub_id, dataset in self.hub.datasets.items():
            numbers = (dataset["downloads"], dataset["likes"], dataset["downloadsAllTime"])
            self.said.setdefault(hub_id, set()).update(numbers)

    def pass_a_day(self, day: int) -> None:
        self.hub.mend()
        for _ in range(self.random.randrange(1, 6)):
            self.random.choice([self.count, self.commit, self.rename, self.delete, self.remove, self.add, self.close])(
                day
            )
        for _ in range(self.random.randrange(3)):
            target = self.random.choice([*self.hub.datasets, COLLECTION, "listing"])
            self.hub.fail(target, self.random.choice(FAULTS))
        self.note()

    def some(self) -> str:
        return self.random.choice(sorted(self.hub.datasets))

    def count(self, day: int) -> None:
        self.hub.datasets[self.some()].update(downloads=1000 * day, likes=day, downloadsAllTime=100_000 + day)

    def commit(self, day: int) -> None:
        dataset = self.hub.datasets[self.some()]
        dataset.update(lastModified=f"2025-12-{1 + day % 28:02}T00:00:00Z", sha=f"{day:040x}", tags=["license:mit"])

    def rename(self, day: int) -> None:
        old = self.some()
        new = f"renamed/{old.partition('/')[2]}-{day}"
        if old not in self.hub.renamed.values():
            self.said[new] = self.said.setdefault(old, set())
            self.hub.rename(old, new)

    def delete(self, day: int) -> None:
        if len(self.hub.datasets) > 8:
            self.hub.delete(self.some())

    def remove(self, day: int) -> None:
        self.hub.remove(self.some())

    def add(self, day: int) -> None:
        self.hub.add_dataset(f"example-org/new-{day}")
        self.hub.items[COLLECTION].append({"id": f"example-org/new-{day}"})

    def close(self, day: int) -> None:
        dataset = self.hub.datasets[self.some()]
        dataset["private"] = not dataset["private"]


@pytest.mark.parametrize("seed", range(3))
def test_many_nights(site: Site, hub: HubServer, tmp_path: Path, seed: int) -> None:
    hub.quota = None
    nights = Nights(hub, seed)
    site.extra_ids = nights.entries
    site.refresh()
    for day in range(1, 15):
        before = site.snapshot
        nights.pass_a_day(day)
        report = site.refresh(accept=True)
        rows = site.snapshot.rows
        assert set(before.rows) <= set(rows)
        for row in rows.values():
            numbers = {row.downloads, row.likes, row.downloads_all_time} - {None}
            assert numbers <= nights.said[row.id], row
            if row.is_live and row.kept is None:
                assert row.downloads == hub.datasets[row.id]["downloads"], row
            if row.status is Status.RENAMED:
                assert row.renamed_to in rows
        assert report.counts.asked >= len([row for row in rows.values() if row.is_live])
        assert write_snapshot(tmp_path, site.snapshot).diagnostics == ()
        assert load_snapshot(tmp_path) == (site.snapshot, ())
        assert set(site.snapshot.history) <= set(rows)
        assert len(set(site.snapshot.events)) == len(site.snapshot.events)
    # On a good night everything is as the Hub says, and the night after finds nothing new.
    hub.mend()
    site.refresh(accept=True)
    lookup = site.snapshot.lookup()
    for item in hub.items[COLLECTION]:
        row = lookup.find(item["id"])
        is_private = hub.datasets[item["id"]]["private"]
        assert (row is not None and row.is_live and row.kept is None) != is_private, item
    for hub_id in nights.entries:
        row = lookup.resolve(hub_id)
        assert row is None or row.is_live == (row.id in hub.datasets and not hub.datasets[row.id]["private"])
    write_snapshot(tmp_path, site.snapshot)
    site.refresh()
    assert set(write_snapshot(tmp_path, site.snapshot).files) <= {"state.json"}
