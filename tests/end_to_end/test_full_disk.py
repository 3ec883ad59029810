"""Builds on a small disk: a full one is named, the old site stays, and with room again the next one completes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builds import IS_THOROUGH, build, copy_sources, differences, look_at
from tests.sites import change_config, make_small_site, run

BLOCK = 4096
SIZE = "20m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of twenty megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, text=True, check=False
        )
    except OSError as problem:
        pytest.skip(f"a small file system cannot be mounted here: {problem}")
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def make_site(root: Path, rows: int) -> Path:
    """A small site with bulk rows, one of them broken, so that there is something to report."""
    make_small_site(root)
    lines = [json.dumps({"id": f"owner/set-{number}", "description": "Water is wet. " * 70}) for number in range(rows)]
    (root / "rows.jsonl").write_text("".join(f"{line}\n" for line in [*lines, "{broken"]), encoding="utf-8")
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
    return root


def leave(disk: Path, blocks: int) -> Path:
    """Fills the disk up to some blocks."""
    ballast, free = disk / "ballast", os.statvfs(disk)
    ballast.write_bytes(bytes(max(0, free.f_bavail - blocks) * free.f_frsize))
    return ballast


@pytest.mark.parametrize("jobs", ["1", "2"] if IS_THOROUGH else ["2"])
def test_a_full_disk_is_named_and_the_next_build_completes(disk: Path, tmp_path: Path, jobs: str) -> None:
    root = make_site(disk / "site", 520)
    assert run(root, "--offline", "--jobs", jobs).status == 0
    before = look_at(root / "_site")
    change_config(root, title="Another title")  # every page is made again, and needs room twice
    ballast = leave(disk, 200)
    full = run(root, "--offline", "--jobs", jobs)
    assert full.status == 2
    assert "error OTD502: There is no room for the new site: No space left on device" in full.output
    assert "help: Free some space" in full.output
    assert full.last_line.startswith("build: nothing was published")
    assert "Traceback" not in full.errors
    assert differences(look_at(root / "_site"), before) == []
    assert os.statvfs(disk).f_bavail >= 200 - 8, "what was half made keeps the disk full"
    ballast.unlink()
    again = run(root, "--offline", "--jobs", jobs)
    assert again.status == 0, again
    clean = copy_sources(root, tmp_path / "clean")
    assert build(clean).status == 0
    assert differences(look_at(root / "_site"), look_at(clean / "_site")) == []


def test_a_disk_that_is_full_at_any_point_costs_nothing_but_the_build(disk: Path, tmp_path: Path) -> None:
    roots = [make_site(tmp_path / name, 30) for name in ("one", "two")]
    change_config(roots[1], title="Another title")
    trees = []
    for each in roots:
        assert build(each).status == 0
        trees.append(look_at(each / "_site"))
    site, root = disk / "site", copy_sources(roots[0], disk / "site")
    assert build(root).status == 0
    codes: set[str] = set()
    current = 0
    for blocks in range(0, 128, 4 if IS_THOROUGH else 16):
        target = 1 - current
        (root / "site.yaml").write_bytes((roots[target] / "site.yaml").read_bytes())
        ballast = leave(disk, blocks)
        ended = build(root, jobs=1 + len(codes) % 2)
        codes |= {*ended.codes} - {"OTD451"}
        found = look_at(site / "_site")
        if ended.status == 0:
            assert differences(found, trees[target]) == []
        else:
            assert differences(found, trees[current]) == [], ended
        ballast.unlink()
        completed = build(root)
        assert completed.status == 0, completed
        assert differences(look_at(site / "_site"), trees[target]) == []
        current = target
    assert "OTD502" in codes, codes
    assert codes <= {"OTD452", "OTD502", "OTD503", "OTD504", "OTD505"}, codes
