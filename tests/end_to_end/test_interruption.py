"""What is left when a run is interrupted or killed: never half a site, and what was fetched."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.sites import change_config, command, environment, make_small_site, read_tree, run

IDS = [f"org-{number}/dataset-{number}" for number in range(6)]
PATIENCE = 300.0
"""Seconds after which a test gives up waiting for something that has to happen."""
AT_ONCE = 100.0
"""Seconds that are far less than what an uninterrupted run would wait for the slow server."""


@pytest.fixture
def hub() -> Iterator[HubServer]:
    """A Hub that answers for all datasets but the last one, which takes minutes."""
    with HubServer(quota=None, slowness=300.0) as server:
        for hub_id in IDS:
            server.add_dataset(hub_id)
        server.add_collection(COLLECTION, IDS)
        server.fail(IDS[-1], "slow")
        yield server


@contextmanager
def started(root: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command(root, *arguments),
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def make_patient_site(root: Path) -> Path:
    """The small site, which waits for a slow Hub longer than a test does."""
    make_small_site(root)
    change_config(root, metadata={"deadline_seconds": 300.0, "request_timeout_seconds": 300.0})
    return root


def wait_for(happened: Callable[[], object], process: subprocess.Popen[str]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, f"ended too early: {process.communicate()}"
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def all_are_asked_for(hub: HubServer) -> Callable[[], bool]:
    wanted = {f"/api/datasets/{hub_id}" for hub_id in IDS}
    return lambda: wanted <= {request.path for request in hub.requests}


@pytest.mark.parametrize("name", ["refresh", "build"])
def test_ctrl_c_ends_a_refresh_at_once_and_keeps_what_was_fetched(tmp_path: Path, hub: HubServer, name: str) -> None:
    root = make_patient_site(tmp_path)
    with started(root, name, HF_ENDPOINT=hub.url) as process:
        wait_for(all_are_asked_for(hub), process)
        time.sleep(2)  # for the answers to arrive
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=AT_ONCE)
    assert process.returncode == 2
    assert "warning OTD414: the refresh was interrupted" in output
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith(f"{name}: ")
    snapshot = (root / "catalog_data/snapshots/datasets.jsonl").read_text(encoding="utf-8")
    assert {hub_id for hub_id in IDS if f'"{hub_id}"' in snapshot} >= set(IDS[:-1])
    assert not (root / "_site").exists()


def test_after_ctrl_c_the_next_build_goes_on(tmp_path: Path, hub: HubServer) -> None:
    root = make_patient_site(tmp_path)
    with started(root, "build", HF_ENDPOINT=hub.url) as process:
        wait_for(all_are_asked_for(hub), process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=AT_ONCE)
    hub.mend()
    finished = run(root, "build", variables={"HF_ENDPOINT": hub.url})
    assert finished.status == 0, finished
    assert len(list((root / "_site/datasets").rglob("dataset-*.html"))) == len(IDS)


def test_ctrl_c_while_pages_are_rendered_exits_with_2_and_no_traceback(site_root: Path) -> None:
    with started(site_root, "build", "--offline") as process:
        # The lock is taken just before the sources are read; rendering them takes seconds.
        wait_for((site_root / ".cache/lock").exists, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=AT_ONCE)
    assert (process.returncode, output, errors.strip()) == (2, "", "interrupted")
    assert not (site_root / "_site").exists()


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one_whole(tmp_path: Path) -> None:
    root = make_small_site(tmp_path)
    home = root / "content/index.md"
    home.write_text(home.read_text(encoding="utf-8") + "\nWord of number 0.\n", encoding="utf-8")
    assert run(root, "build", "--offline").status == 0
    old = read_tree(root / "_site")
    home.write_text(home.read_text(encoding="utf-8").replace("number 0", "number 1"), encoding="utf-8")
    twin = make_small_site(tmp_path / "twin", {"content/index.md": home.read_text(encoding="utf-8")})
    assert run(twin, "build", "--offline").status == 0
    new = read_tree(twin / "_site")
    assert old != new
    duration = 1.0
    for share in (0.2, 0.5, 0.7, 0.8, 0.9, 1.0):
        began = time.monotonic()
        with started(root, "build", "--offline") as process:
            try:
                process.communicate(timeout=duration * share)
                duration = time.monotonic() - began
            except subprocess.TimeoutExpired:
                process.kill()
                duration = max(duration, 1.2 * duration * share)
        assert read_tree(root / "_site") in (old, new), f"killed after {share:.0%}"
    assert run(root, "build", "--offline").status == 0
    assert read_tree(root / "_site") == new


def test_builds_of_one_site_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    root = make_small_site(tmp_path / "site")
    twin = make_small_site(tmp_path / "twin")
    with started(root, "--offline") as first, started(root, "--offline") as second, started(root, "check") as third:
        outputs = [process.communicate(timeout=PATIENCE) for process in (first, second, third)]
        assert [process.returncode for process in (first, second, third)] == [0, 0, 0], outputs
    assert run(twin, "--offline").status == 0
    assert read_tree(root / "_site") == read_tree(twin / "_site")
