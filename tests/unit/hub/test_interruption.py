"""Ctrl-C and work that hangs: the run ends at once and what was fetched is there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otdi_site.hub import load_snapshot
from otdi_site.hub.deadline import Ending, run_until_deadline
from tests.hub_server import COLLECTION, HubServer
from tests.unit.hub.runs import Site

ROOT = Path(__file__).resolve().parents[3]

REFRESH = f"""
import sys
from pathlib import Path
from otdi_site.hub import refresh, write_snapshot
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import Snapshot
report = refresh(RefreshSettings(collections=({COLLECTION!r},), request_seconds=300, dataset_seconds=300), Snapshot())
write_snapshot(Path(sys.argv[1]), report.snapshot)
print(report.is_interrupted, report.summary())
print(*(problem.message for problem in report.diagnostics), sep="\\n")
"""


def test_ctrl_c_stops_at_once_and_keeps_what_was_fetched(hub: HubServer, tmp_path: Path) -> None:
    hub.fill(6)
    hub.fail("listing", "html")
    hub.slowness = 300.0
    hub.fail("example-org/dataset-5", "slow")
    process = subprocess.Popen(
        [sys.executable, "-c", REFRESH, tmp_path],
        cwd=ROOT,
        env={**os.environ, "HF_ENDPOINT": hub.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(request.path.endswith("dataset-5") for request in hub.requests):
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(2)  # for the other answers to arrive
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=100)
    assert (process.returncode, errors) == (0, "")
    assert output.startswith("True 6 datasets asked for")
    assert "the refresh was interrupted" in output
    assert "because the refresh was interrupted: example-org/dataset-5" in output
    snapshot, problems = load_snapshot(tmp_path)
    assert problems == ()
    assert [row.title is None for row in snapshot.rows.values()] == [False] * 5 + [True]


def test_a_refresh_works_inside_a_running_event_loop(site: Site, hub: HubServer) -> None:
    hub.fill(2)

    async def rebuild() -> int:
        return site.refresh().counts.added

    # In a thread, as Playwright keeps an event loop running in the main one once a browser was used.
    with ThreadPoolExecutor() as threads:
        assert threads.submit(asyncio.run, rebuild()).result() == 2


def test_progress_is_told_in_the_callers_thread(site: Site, hub: HubServer) -> None:
    hub.fill(12)
    hub.fail("listing", "500")
    calls: list[tuple[int, int, bool]] = []
    site.refresh(
        progress=lambda done, to_do: calls.append((done, to_do, threading.current_thread() is threading.main_thread()))
    )
    assert calls[-1] == (12, 12, True)


def test_work_that_cannot_be_cancelled_is_left_behind() -> None:
    released = threading.Event()

    async def work() -> None:
        released.wait(300)

    started = time.monotonic()
    assert run_until_deadline(work, 0.2, lambda: None) is Ending.LATE
    assert time.monotonic() - started < 100
    released.set()


def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise LookupError("a mistake of ours")

    with pytest.raises(LookupError, match="a mistake of ours"):
        run_until_deadline(work, 5, lambda: None)
