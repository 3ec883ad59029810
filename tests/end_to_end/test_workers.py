"""The processes that `--jobs` starts: what a build makes with them, and what becomes of it when one of them dies."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from otdi_site.publish import Staging
from tests.builds import PATIENCE, Build, build, differences, left_of, look_at, session_members
from tests.sites import change_config, command, environment, make_small_site


def write_rows(file: Path, count: int, words: str = "") -> None:
    rows = [
        {"id": f"owner-{number % 7}/set-{number}", "description": f"Invented, {number}. {words}"}
        for number in range(count)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small site with a list of 40 bulk datasets."""
    root = make_small_site(tmp_path / "site")
    write_rows(root / "rows.jsonl", 40)
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
    return root


def test_more_processes_than_a_file_has_parts_make_the_same_site(root: Path, tmp_path: Path) -> None:
    alone = build(root, output=tmp_path / "alone")
    together = build(root, output=tmp_path / "together", jobs=3)
    assert (alone.workers, alone.status) == (0, 0)
    assert together.workers >= 3
    assert together.summary["datasets"] == 41
    assert differences(look_at(tmp_path / "alone"), look_at(tmp_path / "together")) == []


def in_workers(number: int, happening: Callable[[], object]) -> Callable[[], None]:
    """What lets something happen in each process that a build starts, before it writes its file of that number."""

    def before() -> None:
        build_itself = os.getpid()
        write, written = Staging.write, iter(range(number))

        def write_or_not(self: Staging, path: str, content: bytes) -> object:
            if os.getpid() != build_itself and next(written, None) is None:
                happening()
            return write(self, path, content)

        Staging.write = write_or_not  # type: ignore[assignment,method-assign]  # in a process of its own

    return before


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def change(root: Path) -> None:
    """Lets the next build make every page of a dataset again."""
    change_config(root, title="Another title")


@pytest.mark.parametrize("number", [0, 3])
def test_a_worker_that_is_killed_is_named_and_the_site_stays(root: Path, number: int) -> None:
    assert build(root).status == 0
    before = look_at(root / "_site")
    change(root)
    running = Build(root, jobs=2, before=in_workers(number, kill_myself))
    killed = running.finish()
    assert (killed.status, killed.codes) == (2, ["OTD520"])
    assert "was killed" in killed.diagnostics[0].message
    assert "--jobs" in (killed.diagnostics[0].help or "")
    assert killed.line.startswith("build: nothing was published")
    assert left_of(running.pid) == []
    assert differences(look_at(root / "_site"), before) == []
    assert list((root / "._site.next").glob("tree-*")) == [], "what was half made stays on the disk"
    assert build(root, jobs=2).status == 0
    first = build(root, output=root.parent / "first")
    assert first.status == 0
    assert differences(look_at(root / "_site"), look_at(root.parent / "first")) == []


def test_a_disk_that_is_full_for_a_worker_is_a_full_disk(root: Path) -> None:
    assert build(root).status == 0
    before = look_at(root / "_site")
    change(root)

    def fill() -> None:
        os.open = refuse  # type: ignore[assignment]  # in a process of its own

    def refuse(*arguments: object, **options: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    full = build(root, jobs=2, before=in_workers(3, fill))
    assert (full.status, full.codes) == (2, ["OTD502"])
    assert differences(look_at(root / "_site"), before) == []


class StrangeError(Exception):
    """One that cannot be taken apart and put together again, as pipes do."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


@pytest.mark.parametrize("error", [ValueError("a mistake of ours"), StrangeError("a mistake of ours", "")])
def test_a_mistake_of_ours_shows_where_the_worker_made_it(root: Path, error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(RuntimeError) as failed:
        build(root, jobs=2, before=in_workers(3, fail))
    assert "a mistake of ours" in str(failed.value)
    assert "test_workers.py" in str(failed.value)
    assert "in fail" in str(failed.value)
    assert not (root / "_site").exists()


def test_a_mistake_is_shown_where_exceptions_are_pickled_with_those_that_led_to_them(root: Path) -> None:
    """As Dask lets all exceptions be pickled whose classes are there when it is imported."""
    support = pytest.importorskip("tblib.pickling_support", reason="Dask is not installed")

    def fail() -> None:
        support.install()  # in a process of its own
        late = type("LateError", (StrangeError,), {"__module__": __name__})
        globals()["LateError"] = late
        raise late("a mistake of ours", "")

    with pytest.raises(RuntimeError, match="a mistake of ours"):
        build(root, jobs=2, before=in_workers(3, fail))


def test_a_real_worker_killed_while_it_reads(root: Path) -> None:
    """A second file has so many rows that the workers are found while they read it."""
    write_rows(root / "rows.jsonl", 600, "Water is wet. " * 70)
    write_rows(root / "slow.jsonl", 40_000)
    sources = [{"path": name, "date": "2025-10-24", "licenses": "all"} for name in ("rows.jsonl", "slow.jsonl")]
    change_config(root, sources=sources)
    for name in ("build", "check"):
        process = subprocess.Popen(
            command(root, name, "--offline", "--jobs", "2"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            ends_at = time.monotonic() + PATIENCE
            while len(workers := sorted({*session_members(process.pid)} - {process.pid})) < 2:
                assert time.monotonic() < ends_at
                assert process.poll() is None, process.communicate()
                time.sleep(0.01)
            os.kill(workers[0], signal.SIGKILL)
            output, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
        assert process.returncode == 2
        assert output.startswith("site.yaml: error OTD520: a worker process was killed")
        assert "Traceback" not in errors
        assert left_of(process.pid) == []
        assert not (root / "_site").exists()
