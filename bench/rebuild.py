"""Times builds that follow a full one, and their memory, at growing sizes; it must not judge them.

    python -m bench.rebuild [--datasets 1000 10000 100000] [--jobs 2] [--folder /dev/shm]

Of each size: a full build, four with nothing changed, five with the text of one entry changed, five with the text of
one page changed, one with another licence of the entry, one with a new entry and one without it again, all of the
whole site with its index; then texts of both
again in one process, as `serve` builds. The first with nothing changed looks into every folder, and the first text
that is edited makes the mirror of the published site: they are told apart. Ratios are to the full build of the same
run; memory is the highest of all processes together, what they share counted once.
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


def build_as_served(site: Path, output: Path, jobs: int, codes: BytecodeCache) -> float:
    """Seconds of a build in this process, which keeps what it compiled."""
    request = Request(root=site, output=output, base_url=None, offline=True, strict=False, jobs=jobs)
    started = time.perf_counter()
    outcome = pipeline.build(request, Progress(is_quiet=True), codes)
    assert outcome.exit_status == pipeline.CLEAN, outcome.line
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", default="/dev/shm")
    options = parser.parse_args()
    for datasets in options.datasets:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            folder = Path(name)
            site = make_site(folder / "site", datasets)
            build = command(site, folder / "out", options.jobs)
            full, cpu, _ = run(build)
            print(f"{datasets:,} datasets: full {full:.2f} s wall, {cpu:.2f} s CPU, {cpu / datasets * 1e6:.0f} us each")
            time.sleep(0.1)
            same = [run(build)[0] for _ in range(4)]
            ratio = statistics.median(same[1:]) / full
            print(
                f"  nothing changed: {statistics.median(same[1:]):.2f} s, {ratio:.3f} of it, the first {same[0]:.2f} s"
            )
            texts = ((site / ENTRY, "invented"), (site / "content" / "about.md", "initiative"))
            for file, word in texts:
                changed = []
                for number in range(4):
                    edit(file, word, number)
                    changed.append(run(build)[0])
                edit(file, word, 4)
                what, ratio = file.relative_to(site), statistics.median(changed[1:]) / full
                print(f"  text of {what}: {statistics.median(changed[1:]):.2f} s, {ratio:.3f} of it, ", end="")
                print(f"the first {changed[0]:.2f} s; {written(build)} files written")
            codes: BytecodeCache = {}
            for file, word in texts:
                changed = []
                for number in range(5, 10):
                    edit(file, word, number)
                    changed.append(build_as_served(site, folder / "out", options.jobs, codes))
                seconds = statistics.median(changed[1:])
                print(f"  text of {file.relative_to(site)}, as served: {seconds:.2f} s, {seconds / full:.3f} of it")
            edit(site / ENTRY, "CDLA-Permissive-2.0", 0, "MIT")
            seconds = run(build)[0]
            print(f"  licence of the entry: {seconds:.2f} s, {seconds / full:.3f} of it")
            for what, change in (("new", write_entry), ("removed", Path.unlink)):
                time.sleep(0.1)
                change((site / ENTRY).with_name("springs.yaml"))
                seconds = run(build)[0]
                print(f"  {what} entry: {seconds:.2f} s, {seconds / full:.3f} of it")
            clean = command(site, folder / "again", options.jobs)
            shutil.rmtree(site / ".cache")
            print(f"  memory of a full build: {run(clean, is_watched=True)[2] / 1e6:.0f} MB")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
