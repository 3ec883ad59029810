"""Two builds of one site at once: the second waits, says for whom, and gives up with a message that names it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otdi_site.publish import Publication
from tests.builds import PATIENCE, build, copy_sources, differences, look_at
from tests.sites import change_config, command, environment, make_small_site

ROW = json.dumps({"id": "owner/set", "description": "Invented."}) + "\n"


class Slow:
    """A real build that is stopped as soon as it holds the lock."""

    def __init__(self, root: Path) -> None:
        self._lock = root / ".cache" / "lock"
        self.process = start(root)
        ends_at = time.monotonic() + PATIENCE
        while not self._is_held():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < ends_at
            time.sleep(0.005)
        self.process.send_signal(signal.SIGSTOP)

    def _is_held(self) -> bool:
        with self._lock.open("r+b") as lock:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return f'"pid": {self.process.pid},' in lock.read().decode()
        return False

    def end(self) -> tuple[str, str]:
        """Lets it go on, and waits for its end."""
        self.process.send_signal(signal.SIGCONT)
        output = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, output
        return output


def start(root: Path, errors: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(root, "--offline"), env=environment(), stdout=subprocess.PIPE, stderr=errors, encoding="utf-8"
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_small_site(tmp_path / "site", {"rows.jsonl": ROW})
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all", "placeholders": True}])
    assert build(root).status == 0
    change_config(root, title="Another title")
    return root


@pytest.fixture
def slow(root: Path) -> Iterator[Slow]:
    running = Slow(root)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def test_the_second_waits_says_for_whom_and_makes_the_site(root: Path, slow: Slow, tmp_path: Path) -> None:
    terminal, theirs = os.openpty()
    second = start(root, errors=theirs)
    try:
        os.close(theirs)
        shown = b""
        while b"\n" not in shown:  # it says so at once, or this waits for ever
            shown += os.read(terminal, 1000)
        assert f"Waiting for another build or refresh to end: process {slow.process.pid} on " in shown.decode()
        time.sleep(0.3)
        assert second.poll() is None, "it did not wait"
        slow.end()
        output, _ = second.communicate(timeout=PATIENCE)
        assert (second.returncode, output) == (0, "")
    finally:
        second.kill()
        second.communicate()
        os.close(terminal)
    clean = copy_sources(root, tmp_path / "clean")
    assert build(clean).status == 0
    assert differences(look_at(root / "_site"), look_at(clean / "_site")) == []


def test_one_that_waited_in_vain_names_the_other(root: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look_at(root / "_site")

    def be_impatient() -> None:
        defaults = Publication.__init__.__kwdefaults__
        assert defaults is not None
        defaults["wait"] = 0.2  # in a process of its own
        enter = Publication.__enter__

        def enter_once(publication: Publication) -> Publication:
            monkeypatch.setattr(Publication, "__enter__", None)  # nobody has patience for a second wait
            return enter(publication)

        monkeypatch.setattr(Publication, "__enter__", enter_once)

    refused = build(root, before=be_impatient)
    assert (refused.status, refused.codes) == (2, ["OTD501"])
    assert f"process {slow.process.pid} on " in refused.diagnostics[0].message
    assert refused.line.startswith("build: nothing was published")
    assert differences(look_at(root / "_site"), before) == []
    slow.end()
    assert differences(look_at(root / "_site"), before) != []


def test_a_build_that_is_killed_keeps_nobody_waiting(root: Path, slow: Slow) -> None:
    slow.process.kill()
    slow.process.communicate()
    assert build(root).status == 0
