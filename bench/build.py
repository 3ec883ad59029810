"""Times full builds beside Hugo's and beside a loop that only writes the same files; it must not judge them.

    python -m bench.build [--datasets 25918] [--jobs 2] [--rounds 3] [--folder /dev/shm] [--whole]

The three take turns in each round, so that whatever else the machine does meets all of them. Hugo makes equal pages:
the same fields, about the same size, flat files (`uglyURLs`), the Hub's description as plain text, and the same lists.
Hugo makes no search index: the site has no interactive catalog page either, unless ``--whole`` is given.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.hugo import make_hugo_site
from bench.rows import SAMPLE_SIZE, write_rows

PROJECT = Path(__file__).resolve().parents[1]
ENTRY = "catalog_data/datasets/example-org/wells.yaml"
_ENTRY = """\
title: Wells
description: Depths of invented wells.
url: https://example.org/wells
modalities: [text]
languages: [en]
license: CDLA-Permissive-2.0
hosting: owner
sources:
  - {url: "https://example.org/wells", date: 2025-01-02}
"""
_SOURCE = """
sources:
  - {path: rows.jsonl, date: 2025-10-24, name: Sample of the Hub, licenses: all, placeholders: true}
"""


def make_site(folder: Path, datasets: int, *, has_index: bool = True) -> Path:
    """The project's pages with bulk datasets, and one entry; without the catalog's page where there is no index."""
    shutil.copytree(PROJECT / "content", folder / "content")
    if not has_index:
        page = folder / "content" / "catalog.md"
        page.write_text(page.read_text("utf-8").replace("layout: catalog", "layout: page"), encoding="utf-8")
    (folder / "catalog_data" / "datasets" / "example-org").mkdir(parents=True)
    (folder / ENTRY).write_text(_ENTRY, encoding="utf-8")
    (folder / "site.yaml").write_text((PROJECT / "site.yaml").read_text("utf-8") + _SOURCE, encoding="utf-8")
    write_rows(folder / "rows.jsonl", datasets)
    return folder


def command(site: Path, output: Path, jobs: int) -> list[str]:
    """A build without the network."""
    program = [sys.executable, str(PROJECT / "build.py"), "build", "--offline", "--format", "json"]
    return [*program, "--root", str(site), "--output", str(output), "--jobs", str(jobs)]


def memory_of_tree(root: int) -> int:
    """Bytes of memory that a process and all below it hold, what they share counted once (PSS)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total


def run(arguments: list[str], *, is_watched: bool = False) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds and, where watched, the highest memory of the tree in bytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    # Python keeps what it compiled of the program, as it does unless it is told otherwise.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables)
    peak, is_over = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(0.2):
            peak = max(peak, memory_of_tree(process.pid))

    watcher = threading.Thread(target=watch)
    if is_watched:
        watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    is_over.set()
    if is_watched:
        watcher.join()
    if process.returncode:
        sys.exit(errors.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak


def write_files(source: Path, target: Path) -> Callable[[], None]:
    """What writes the files of a built site again, and does nothing else; they are in memory by then."""
    files = [file for file in sorted(source.rglob("*")) if file.is_file()]
    contents = [(str(target / file.relative_to(source)), file.read_bytes()) for file in files]
    folders = sorted({target / file.parent.relative_to(source) for file in files})

    def write() -> None:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for path, content in contents:
            with open(path, "wb") as file:  # noqa: PTH123  # as fast as can be
                file.write(content)

    return write


def clean(folder: Path) -> None:
    for name in ("site/.cache", "out", ".out.next", "hugo-out", "plain"):
        shutil.rmtree(folder / name, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=SAMPLE_SIZE)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default="/dev/shm")
    parser.add_argument("--whole", action="store_true", help="with the catalog's page and its index")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        site = make_site(folder / "site", options.datasets, has_index=options.whole)
        make_hugo_site(folder / "hugo", site / "rows.jsonl")
        results: dict[str, list[tuple[float, float]]] = {"otdi-site": [], "hugo": [], "plain loop": []}
        for _ in range(options.rounds):
            clean(folder)
            results["otdi-site"].append(run(command(site, folder / "out", options.jobs))[:2])
            hugo = ["hugo", "--quiet", "--source", str(folder / "hugo"), "--destination", str(folder / "hugo-out")]
            results["hugo"].append(run(hugo)[:2])
            write = write_files(folder / "out", folder / "plain")
            started, cpu = time.perf_counter(), time.process_time()
            write()
            results["plain loop"].append((time.perf_counter() - started, time.process_time() - cpu))
            del write
        pages = [len(list((folder / out).rglob("*.html"))) for out in ("out", "hugo-out")]
        clean(folder)
        peak = run(command(site, folder / "out", options.jobs), is_watched=True)[2]
    facts = {"datasets": options.datasets, "jobs": options.jobs, "pages": pages, "peak_mb": round(peak / 1e6)}
    print(json.dumps(facts))
    ours = results["otdi-site"]
    for name, times in results.items():
        wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
        ratios = [own[0] / other[0] for own, other in zip(ours, times, strict=True)]
        cpu_ratios = [own[1] / other[1] for own, other in zip(ours, times, strict=True)]
        print(
            f"{name:12} {wall:7.2f} s wall {cpu:7.2f} s CPU; of these, otdi-site takes "
            f"{statistics.median(ratios):.2f} and {statistics.median(cpu_ratios):.2f}"
        )


if __name__ == "__main__":
    main()
