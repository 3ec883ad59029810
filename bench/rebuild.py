"""Times builds that follow a full one, and their memory, at growing sizes; it must not judge them.

    python -m bench.rebuild [--datasets 1000 10000 100000] [--jobs 2] [--folder /dev/shm]

Of each size: a full build of the whole site with its index; four with nothing changed; four with the text of one entry
changed, and of one page; the same in one process, as `serve` builds; then one each with another licence of the entry,
with a new entry, and without it again. The first with nothing changed looks into every folder, and the first text
that is edited makes the mirror of the published site: they are reported apart. Ratios are to the full build of the same
run; memory is the peak of all processes together, shared pages counted once.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.build import ENTRY, command, make_site, run
from otdi_site import pipeline
from otdi_site.pipeline import Request
from otdi_site.progress import Progress
from otdi_site.render import BytecodeCache


def written(arguments: list[str]) -> int:
    """Runs a build and tells how many files it wrote."""
    finished = subprocess.run(arguments, capture_output=True, check=True)
    return int(json.loads(finished.stdout)["summary"]["written"])


def edit(file: Path, word: str, number: int, new: str | None = None) -> None:
    """Changes one word of a text, to a `new` one or by a number; what has just been built is settled by then."""
    time.sleep(0.1)
    text = file.read_text("utf-8")
    assert word in text
    file.write_text(text.replace(word, new or f"{word}{number}", 1), encoding="utf-8")


def write_entry(file: Path) -> None:
    """An entry of a publisher that has one."""
    text = "title: Springs\nurl: https://example.org/springs\nmodalities: [text]\nlanguages: [en]\nlicense: MIT\n"
    file.write_text(text, encoding="utf-8")


def build_as_served(site: Path, output: Path, jobs: int, bytecode: BytecodeCache) -> tuple[float, float]:
    """Wall and CPU seconds of a build in this process, which keeps what it compiled."""
    request = Request(root=site, output=output, base_url=None, offline=True, strict=False, jobs=jobs)
    started, used = time.perf_counter(), time.process_time()
    outcome = pipeline.build(request, Progress(is_quiet=True), bytecode)
    assert outcome.exit_status == pipeline.CLEAN, outcome.line
    return time.perf_counter() - started, time.process_time() - used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", default="/dev/shm")
    options = parser.parse_args()
    for datasets in options.datasets:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            measure(Path(name), datasets, options.jobs)


def measure(folder: Path, datasets: int, jobs: int) -> None:
    """Prints the figures of one size."""
    site = make_site(folder / "site", datasets)
    build = command(site, folder / "out", jobs)
    full = run(build)[:2]
    print(
        f"{datasets:,} datasets: full {full[0]:.2f} s wall, {full[1]:.2f} s CPU, {full[1] / datasets * 1e6:.0f} us each"
    )

    def tell(what: str, measured: list[tuple[float, float]], rest: str = "") -> None:
        wall, cpu = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"  {what}: {wall:.2f} s wall, {wall / full[0]:.3f} of it; {cpu:.2f} s CPU, {cpu / full[1]:.3f}{rest}")
        sys.stdout.flush()

    time.sleep(0.1)
    same = [run(build)[:2] for _ in range(4)]
    tell("nothing changed", same[1:], f"; the first {same[0][0]:.2f} s")
    texts = ((site / ENTRY, "invented"), (site / "content" / "about.md", "initiative"))
    for file, word in texts:
        changed = []
        for number in range(4):
            edit(file, word, number)
            changed.append(run(build)[:2])
        edit(file, word, 4)
        rest = f"; the first {changed[0][0]:.2f} s; {written(build)} files written"
        tell(f"text of {file.relative_to(site)}", changed[1:], rest)
    bytecode: BytecodeCache = {}
    for file, word in texts:
        changed = []
        for number in range(5, 10):
            edit(file, word, number)
            changed.append(build_as_served(site, folder / "out", jobs, bytecode))
        tell(f"text of {file.relative_to(site)}, as served", changed[1:])
    for what, change in edits_of_data(site):
        time.sleep(0.1)
        change()
        tell(what, [run(build)[:2]])
    clean = command(site, folder / "again", jobs)
    shutil.rmtree(site / ".cache")
    print(f"  memory of a full build: {run(clean, is_watched=True)[2] / 1e6:.0f} MB")


def edits_of_data(site: Path) -> list[tuple[str, Callable[[], object]]]:
    """Edits that change lists, facets and the index, each with its name."""
    springs = (site / ENTRY).with_name("springs.yaml")
    return [
        ("licence of the entry", lambda: edit(site / ENTRY, "CDLA-Permissive-2.0", 0, "MIT")),
        ("new entry", lambda: write_entry(springs)),
        ("removed entry", springs.unlink),
    ]


if __name__ == "__main__":
    main()
