"""Builds that are killed, watched or out of disk: the site is wholly old or new, and the next build completes."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from otdi_site.publish import PublishError
from otdi_site.publish import publication as publication_module
from otdi_site.store import StoreError
from tests.builds import IS_THOROUGH
from tests.crash.generations import generation, publish, read_site

KILLS = 200 if IS_THOROUGH else 60
_PROCESSES = multiprocessing.get_context("fork")
_STEPS = frozenset(
    [
        "open",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "sqlite3.connect",
        "ctypes.dlsym",
    ]
)
"""Audit events of Python that come before a step on the disk."""


def run(target: Callable[[], object]) -> int | None:
    """Runs `target` in a process of its own; returns its exit code, negative for a signal."""
    process = _PROCESSES.Process(target=target)
    process.start()
    process.join()
    return process.exitcode


def kill_at(step: int) -> None:
    """This process gets SIGKILL before its step on the disk of that number."""
    steps = iter(range(step))

    def count(event: str, arguments: object) -> None:
        if event in _STEPS and next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def publish_file_by_file(root: Path, number: int) -> None:
    publication_module.exchange = lambda first, second: False
    publish(root, generation(number))


def test_killed_before_any_step_the_site_is_old_or_new(tmp_path: Path) -> None:
    publish(tmp_path, generation(1))
    number, step, outcomes = 2, 0, set()
    while True:

        def build(step: int = step, number: int = number) -> None:
            kill_at(step)
            publish(tmp_path, generation(number))

        code = run(build)
        site = read_site(tmp_path / "_site")
        assert site in (generation(number - 1), generation(number)), f"killed before step {step}"
        outcomes.add(site == generation(number))
        publish(tmp_path, generation(number))
        assert read_site(tmp_path / "_site") == generation(number), f"killed before step {step}"
        if code == 0:
            break
        assert code == -signal.SIGKILL
        number, step = number + 1, step + 1
    assert step > 60
    assert outcomes == {False, True}


def test_first_publication_killed_before_any_step_shows_all_or_nothing(tmp_path: Path) -> None:
    step = 0
    while True:
        root = tmp_path / str(step)
        root.mkdir()

        def build(step: int = step, root: Path = root) -> None:
            kill_at(step)
            publish(root, generation(1))

        code = run(build)
        assert not (root / "_site").exists() or read_site(root / "_site") == generation(1), f"killed before step {step}"
        publish(root, generation(1))
        assert read_site(root / "_site") == generation(1), f"killed before step {step}"
        if code == 0:
            break
        step += 1
    assert step > 30


def test_killed_while_replacing_file_by_file_no_page_lacks_its_asset(tmp_path: Path) -> None:
    publish(tmp_path, generation(1))
    number, step = 2, 0
    while True:

        def build(step: int = step, number: int = number) -> None:
            kill_at(step)
            publish_file_by_file(tmp_path, number)

        code = run(build)
        site = read_site(tmp_path / "_site")
        asset = site["index.html"].decode().split()[-1]
        assert asset in site, f"killed before step {step}"
        old, new = generation(number - 1), generation(number)
        visible = {path: content for path, content in site.items() if not path.rpartition("/")[2].startswith(".")}
        assert all(content in (old.get(path), new.get(path)) for path, content in visible.items())
        assert run(lambda number=number: publish_file_by_file(tmp_path, number)) == 0
        assert read_site(tmp_path / "_site") == new, f"killed before step {step}"
        if code == 0:
            break
        number, step = number + 1, step + 1
    assert step > 60


def test_killed_at_random_moments_while_others_write(tmp_path: Path) -> None:
    """Two processes write the artifacts; they outlive the build that is killed, and the next one starts at once."""
    chance = random.Random(20251024)
    pages, number, killed, swapped = 60, 1, 0, 0
    started = time.monotonic()
    publish(tmp_path, generation(number, pages), writers=2)
    longest = (time.monotonic() - started) * 1.5
    for _ in range(KILLS):
        site = generation(number + 1, pages)
        process = _PROCESSES.Process(target=publish, args=(tmp_path, site), kwargs={"writers": 2})
        process.start()
        process.join(chance.uniform(0, longest))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        found = read_site(tmp_path / "_site")
        assert found in (generation(number, pages), site)
        if found == site:
            swapped += 1
            number += 1
        if chance.random() < 0.5:
            publish(tmp_path, generation(number + 1, pages), writers=2)
            number += 1
            assert read_site(tmp_path / "_site") == generation(number, pages)
    print(f"{KILLS} builds: {killed} killed, {swapped} with the new site out")
    publish(tmp_path, generation(number + 1, pages))
    assert read_site(tmp_path / "_site") == generation(number + 1, pages)


def test_a_reader_always_finds_what_a_page_needs(tmp_path: Path) -> None:
    publish(tmp_path, generation(1))
    is_enough = _PROCESSES.Event()

    def publish_until_enough() -> None:
        number = 1
        while not is_enough.is_set():
            number += 1
            publish(tmp_path, generation(number))

    process = _PROCESSES.Process(target=publish_until_enough)
    process.start()
    home, seen = tmp_path / "_site" / "index.html", set()
    try:
        while len(seen) < 100:
            assert process.is_alive()
            page = home.read_text()
            seen.add(page)
            try:
                (tmp_path / "_site" / page.split()[-1]).read_bytes()
            except FileNotFoundError:
                assert home.read_text() != page  # a newer site is out
    finally:
        is_enough.set()
        process.join()
    assert process.exitcode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_site_and_the_next_build_completes(small_disk: Path) -> None:
    publish(small_disk, generation(1))
    large = generation(2) | {f"large/{page}.html": bytes([page]) * 300_000 for page in range(10)}
    with pytest.raises(PublishError) as full:
        publish(small_disk, large)
    assert full.value.diagnostic.code == "OTD502"
    assert read_site(small_disk / "_site") == generation(1)
    publish(small_disk, generation(2))
    assert read_site(small_disk / "_site") == generation(2)


def test_a_disk_filled_at_any_point_leaves_the_site_old_or_new(small_disk: Path) -> None:
    publish(small_disk, generation(1))
    codes = set()
    number = 2
    for blocks in range(60):  # that the next publication finds free
        ballast = small_disk / "ballast"
        free = os.statvfs(small_disk)
        ballast.write_bytes(bytes(max(0, free.f_bavail - blocks) * free.f_frsize))
        try:
            publish(small_disk, generation(number))
        except (PublishError, StoreError) as full:
            codes.add(full.diagnostic.code)
        assert read_site(small_disk / "_site") in (generation(number - 1), generation(number))
        ballast.unlink()
        publish(small_disk, generation(number))
        assert read_site(small_disk / "_site") == generation(number)
        number += 1
    assert codes >= {"OTD502", "OTD505"}


def test_an_output_on_a_file_system_of_its_own_is_published(small_disk: Path, tmp_path: Path) -> None:
    for number in range(1, 5):
        publish(tmp_path, generation(number), output=small_disk)
        assert read_site(small_disk) == generation(number)
