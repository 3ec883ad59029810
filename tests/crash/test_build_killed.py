"""Whole builds, killed at random moments: the site is the old one or the new one, and no process is left over."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builds import IS_THOROUGH, MOMENT, PATIENCE, Build, build, differences, left_of, look_at
from tests.crash.site_generations import (
    Reader,
    Tree,
    build_clean,
    make_generations,
    make_text_generations,
    take_sources,
    take_texts,
)
from tests.sites import command, environment

FORKED_KILLS, REAL_KILLS = (300, 210) if IS_THOROUGH else (12, 3)
_PAUSE = 0.001
_STEPS = frozenset(["open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir", "ctypes.dlsym"])
"""Audit events of Python that come before a step on the disk."""
_MADE = (".cache", "_site", "._site.next")


class History:
    """A site that goes from generation to generation, often with a kill on the way."""

    def __init__(self, folder: Path, rows: int, seed: int, *, has_texts_only: bool = False) -> None:
        """With `has_texts_only`, generations differ in a few words: builds that follow may be short."""
        self.chance = random.Random(seed)
        self.root = folder / "site"
        self.has_texts_only = has_texts_only
        make = make_text_generations if has_texts_only else make_generations
        self.generations = make(folder / "sources", rows)
        self.trees = [build_clean(each, folder / f"clean-{each.name}") for each in self.generations]
        self.current: int | None = None
        self.target = 0
        self.figures: Counter[str] = Counter()

    @property
    def site(self) -> Path:
        return self.root / "_site"

    def choose_target(self, *, has_whims: bool = True) -> None:
        """The next sources; now and then, as a whim, what builds made is gone as well."""
        self.target = self.chance.choice([number for number in range(4) if number != self.current])
        is_first = not self.root.exists()
        take = take_texts if self.has_texts_only and not is_first else take_sources
        take(self.generations[self.target], self.root)
        if self.has_texts_only:
            time.sleep(MOMENT)
        whim = self.chance.random() if has_whims else 1
        if whim < 0.1:
            for name in _MADE:
                shutil.rmtree(self.root / name, ignore_errors=True)
            self.current = None
        elif whim < 0.2:
            shutil.rmtree(self.root / ".cache", ignore_errors=True)
        elif whim < 0.25:
            shutil.rmtree(self.root / "._site.next", ignore_errors=True)

    def reader(self) -> Reader:
        return Reader(self.site, self._tree(self.current), self.trees[self.target], self.chance)

    def _tree(self, number: int | None) -> Tree | None:
        return None if number is None else self.trees[number]

    def look(self, was_killed: bool, printed: str = "") -> None:
        """The whole site is that of the old sources or of the new ones; `printed` is what the build wrote."""
        found = look_at(self.site)
        is_new = found is not None and differences(dict(self.trees[self.target]), found) == []
        if not is_new:
            old = self._tree(self.current)
            assert differences(None if old is None else dict(old), found) == []
            assert was_killed, f"a build that was not killed published nothing: {printed}"
        self.figures["killed" if was_killed else "ended before"] += 1
        self.figures["new site out"] += is_new and was_killed
        self.current = self.target if is_new else self.current

    def complete(self) -> None:
        """The next build makes what a clean one makes, and the one after it finds that there is nothing to do."""
        if self.chance.random() < 0.5:
            time.sleep(MOMENT)
        for written in (None, 0):
            built = build(self.root, jobs=self.chance.choice([1, 2]))
            self.figures["short"] += built.plans_texts_only
            assert built.status == 0, built
            assert written in (None, built.summary["written"])
            assert differences(dict(self.trees[self.target]), look_at(self.site)) == []
        self.current = self.target
        self.figures["completed"] += 1


def read_until(moment: float, reader: Reader, has_ended: Callable[[], bool]) -> None:
    while time.monotonic() < moment and not has_ended():
        reader.visit()
        time.sleep(_PAUSE)


def watch_until_swapped(site: Path, more: float, has_ended: Callable[[], bool]) -> None:
    """Until another folder stands in place of the site, and for `more` seconds."""
    before = _inode(site)
    while _inode(site) == before and not has_ended():
        pass
    time.sleep(more)


def _inode(folder: Path) -> int:
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return 0


def count_steps(pid_of_build: list[int], counter: object, deadly: int | None) -> Callable[[], None]:
    """What makes a build count its own steps on site, workspace and store, and die before that of a number."""

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _STEPS or os.getpid() != pid_of_build[0]:
            return
        if event != "ctypes.dlsym" and not any("_site" in str(it) or ".cache" in str(it) for it in arguments[:2]):
            return
        if counter.value == deadly:  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGKILL)
        counter.value += 1  # type: ignore[attr-defined]

    def start() -> None:
        pid_of_build[0] = os.getpid()
        sys.addaudithook(count)

    return start


@pytest.mark.parametrize("has_texts_only", [False, True], ids=["any edits", "edits of texts"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_builds_killed_at_any_moment_leave_a_whole_site(tmp_path: Path, jobs: int, has_texts_only: bool) -> None:
    history = History(tmp_path, rows=60, seed=jobs, has_texts_only=has_texts_only)
    chance, longest, visits, most_steps = history.chance, 1.0, 0, 500
    for number in range(FORKED_KILLS // 2):
        history.choose_target()
        reader = history.reader()
        steps = multiprocessing.Value("i", 0)
        kind = ("at a time", "before a step", "after the swap")[number % 3]
        before = count_steps([0], steps, chance.randrange(most_steps)) if kind == "before a step" else None
        began = time.monotonic()
        running = Build(history.root, jobs=jobs, before=before)

        def has_ended(running: Build = running) -> bool:
            return not running.process.is_alive()

        if kind == "after the swap":
            watch_until_swapped(history.site, chance.uniform(0, 0.004), has_ended)
        else:
            read_until(began + (PATIENCE if before else chance.uniform(0, longest)), reader, has_ended)
        was_killed = running.kill()
        if not was_killed and kind == "at a time":
            longest = max(0.1, 1.1 * (time.monotonic() - began))
        if not was_killed and kind == "before a step":
            most_steps = steps.value + 10
        assert left_of(running.pid) == []
        history.look(was_killed)
        visits += reader.visits
        if chance.random() < 0.5:
            history.complete()
    history.complete()
    assert history.figures["killed"] > 0
    if has_texts_only:
        history.choose_target(has_whims=False)
        assert build(history.root, jobs=jobs).plans_texts_only
    print(f"--jobs {jobs}: {dict(history.figures)}, {visits} pages visited meanwhile")


def test_the_command_killed_at_random_moments_leaves_a_whole_site_and_no_process(tmp_path: Path) -> None:
    history = History(tmp_path, rows=500, seed=3)  # enough that two processes are worth their while
    chance, longest, visits = history.chance, 2.0, 0
    for _ in range(REAL_KILLS):
        history.choose_target()
        reader = history.reader()
        jobs = chance.choice(["1", "2", "2"])
        began = time.monotonic()
        with (tmp_path / "printed").open("wb") as printed:
            process = subprocess.Popen(
                command(history.root, "--offline", "--accept", "--jobs", jobs),
                env=environment(),
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )

        def has_ended(process: subprocess.Popen[bytes] = process) -> bool:
            return process.poll() is not None

        is_timed = chance.random() < 0.8
        if is_timed:
            # More kills come late, when what was made is published.
            share = chance.choice([chance.random(), 0.5 + 0.5 * chance.random()])
            read_until(began + longest * share, reader, has_ended)
        else:
            watch_until_swapped(history.site, chance.uniform(0, 0.02), has_ended)
        process.kill()
        was_killed = process.wait() == -signal.SIGKILL
        if is_timed and not was_killed:
            longest = max(0.1, 1.05 * (time.monotonic() - began))
        assert left_of(process.pid) == []
        history.look(was_killed, (tmp_path / "printed").read_text("utf-8"))
        visits += reader.visits
        if chance.random() < 0.5:
            history.complete()
    history.complete()
    print(f"the command: {dict(history.figures)}, {visits} pages visited meanwhile")
