"""A refresh that is killed leaves the snapshot of before or a newer one that is whole, and the next build goes on."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from otdi_site.hub import load_snapshot
from tests.hub_server import COLLECTION, HubServer, Reply
from tests.live_sites import LiveSite, make_live_site
from tests.sites import command, environment

IDS = [f"org-{number}/dataset-{number}" for number in range(6)]
MANY = [f"many-org/dataset-{number}" for number in range(1500)]
PATIENCE = 300.0
"""Seconds after which a test gives up waiting for something that has to happen."""


def fill(hub: HubServer) -> None:
    for hub_id in [*IDS, *MANY]:
        hub.add_dataset(hub_id)
    hub.add_collection(COLLECTION, [*IDS, *MANY])


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """A site with a snapshot that takes a moment to write."""
    with HubServer(quota=None) as hub:
        fill(hub)
        site = make_live_site(tmp_path_factory.mktemp("before") / "site", hub)
        assert site.refresh().status == 0
        site.age()
        return site


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        fill(server)
        for dataset in server.datasets.values():
            dataset.update(downloads=987_654, sha="e" * 40, lastModified="2025-12-30T00:00:00.000Z")
        yield server


@pytest.fixture
def site(before: LiveSite, hub: HubServer, tmp_path: Path) -> LiveSite:
    return before.copy(tmp_path / "site", hub)


def inode(file: Path) -> int | None:
    return file.stat().st_ino if file.exists() else None


def is_replaced(file: Path, before: int | None) -> bool:
    return inode(file) not in (None, before)


def kill(site: LiveSite, happened: Callable[[], object], seconds: float) -> None:
    """Kills a refresh some seconds after something happened, unless it has ended by then."""
    process = subprocess.Popen(
        command(site.root, "refresh"),
        env=environment(HF_ENDPOINT=site.url, NO_PROXY="*"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ends_at = time.monotonic() + PATIENCE
        while not happened() and process.poll() is None:
            assert time.monotonic() < ends_at
            time.sleep(0.002)
        time.sleep(seconds)
    finally:
        process.kill()
        process.wait()


def assert_old_or_new(site: LiveSite, before: LiveSite) -> None:
    """Every file can be read to its end, and each dataset has its old facts or its new ones."""
    old, rows = before.rows(), site.rows()
    assert rows.keys() == old.keys()
    for hub_id, row in rows.items():
        is_new = row["downloads"] == 987_654
        assert is_new or row == {**old[hub_id], "endpoint": site.url}
    assert load_snapshot(site.snapshots)[1] == ()


def test_killed_at_any_moment_the_snapshot_is_old_or_new(site: LiveSite, before: LiveSite, hub: HubServer) -> None:
    for requests, seconds in [(0, 0.3), (1, 0.0), (5, 0.0), (8, 0.1)]:
        hub.forget_requests()
        kill(site, lambda least=requests: len(hub.requests) >= least, seconds)
        assert_old_or_new(site, before)
    # The writing itself is found by its files.
    for name in ("events.jsonl", "datasets.jsonl", "history.jsonl"):
        for dataset in hub.datasets.values():
            dataset["likes"] += 1
        kill(site, partial(is_replaced, site.snapshots / name, inode(site.snapshots / name)), 0)
        assert_old_or_new(site, before)

    finished = site.refresh("--format", "json")
    assert (finished.status, finished.codes) == (0, [])
    assert {row["downloads"] for row in site.rows().values()} == {987_654}
    assert len(site.events()) == len(set(site.events())), "a change that was found twice is told once"
    assert {path.suffix for path in site.snapshots.iterdir()} <= {".jsonl", ".json"}, "no half-written file is left"


def test_the_build_after_a_killed_refresh_works(tmp_path: Path) -> None:
    with HubServer(quota=None) as hub:
        for hub_id in IDS:
            hub.add_dataset(hub_id)
        hub.add_collection(COLLECTION, IDS)
        site = make_live_site(tmp_path / "site", hub)
        hub.fail(IDS[-1], lambda _, reply: Reply(200, reply.body, reply.headers, delay=PATIENCE))
        kill(site, lambda: len(hub.requests) > len(IDS), 0.2)
        hub.mend()
        finished = site.build()
        assert (finished.status, finished.output) == (0, ""), finished
        assert [hub_id for hub_id in IDS if not site.has_page(hub_id)] == []
