"""What the browser's index costs to build and to ask: ``python bench/index.py`` prints one JSON document.

Indexes of the real rows and of 100,000 and 1,000,000 datasets made from them (`bench.synthesis`; ``--count N`` chooses
others) are built, each in a process of its own whose time and memory are measured: processor seconds, without those of
reading the datasets from a file, and the largest resident memory. Then titles and descriptions of datasets drawn by
lot are changed one at a time, and the index is patched: processor milliseconds, files read and written, and the share
of the shards of terms that are new. Then the browser's modules answer questions about each in Node, with everything
they need loaded: median and worst main-thread milliseconds of filter clicks with all counts, and how many bytes and
files first clicks and searches fetch. Times depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.synthesis import ROOT, base_records, read_records, vocabularies, write_records
from otdi_site.index.browser import Change, patch_index, write_index
from otdi_site.model.catalog import SNIPPET_LENGTH, Summary, cut_text

PATCHES = 25
"""Datasets that are edited, one after the other, in each way."""


def build(datasets: Path, folder: Path) -> dict[str, object]:
    """Builds the index of a file of datasets, in this process."""
    known = vocabularies()
    started = time.process_time()
    for _ in read_records(datasets):
        pass
    reading = time.process_time() - started
    started, clock = time.process_time(), time.perf_counter()
    sizes: Counter[str] = Counter()
    files: Counter[str] = Counter()
    head = ""
    for file in write_index(read_records(datasets), known):
        path = folder / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.content)
        family = "head" if file.path.startswith("head") else file.path.partition("/")[0]
        sizes[family] += len(file.content)
        files[family] += 1
        head = file.path
    return {
        "processor_seconds": round(time.process_time() - started - reading, 1),
        "clock_seconds": round(time.perf_counter() - clock, 1),
        "peak_megabytes": round(_peak_kilobytes() / 1024),
        "megabytes": round(sum(sizes.values()) / 1e6, 1),
        "files": sum(files.values()),
        "bytes_by_family": dict(sorted(sizes.items())),
        "files_by_family": dict(sorted(files.items())),
        "head": head,
    }


def _peak_kilobytes() -> int:
    """Largest resident memory of this process; `getrusage` would count that of the process it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def patch(datasets: Path, folder: Path, head: str) -> dict[str, object]:
    """What it costs to patch an index in a folder after edits of several kinds, in this process."""
    with datasets.open(encoding="utf-8") as file:
        count = sum(1 for _ in file)
    drawn = random.Random(PATCHES).sample(range(count), 2 * PATCHES)
    among = frozenset(drawn)
    found = {place: dataset for place, dataset in enumerate(read_records(datasets)) if place in among}
    kinds: dict[str, Callable[[Summary, str, Summary, str], tuple[str, str]]] = {
        "one word more": lambda one, text, _, __: (one.title, f"{text[:100]} quokka{text[100:]}"),
        "one sentence more": lambda one, text, _, other: (one.title, " ".join([text, *other.split()[:15]])),
        "another description": lambda one, _, __, other: (one.title, other),
        "another title": lambda _, text, other, __: (other.title, text),
    }
    terms = len(list((folder / "terms").iterdir()))
    report: dict[str, object] = {}
    for kind, edit in kinds.items():
        milliseconds, read, written, share, refused = [], [], [], [], 0
        for position, other in zip(drawn[:PATCHES], drawn[PATCHES:], strict=True):
            before, before_text = found[position]
            title, text = edit(before, before_text, *found[other])
            after = replace(before, title=title, snippet=cut_text(text, SNIPPET_LENGTH))
            paths: list[str] = []

            def read_file(path: str, paths: list[str] = paths) -> bytes:
                paths.append(path)
                return (folder / path).read_bytes()

            change = Change(before, before_text, after, text)
            started = time.process_time()
            made = patch_index(read_file, head, [(position, change)], rows_shown=50, seen_on=None)
            milliseconds.append(1000 * (time.process_time() - started))
            if made is None:
                refused += 1
                continue
            read.append(len(paths))
            written.append(len(made.files))
            share.append(sum(file.path.startswith("terms/") for file in made.files) / terms)
        report[kind] = {
            "median_milliseconds": round(median(milliseconds)),
            "worst_milliseconds": round(max(milliseconds)),
            "median_files_read": median(read),
            "median_files_written": median(written),
            "mean_share_of_shards": round(mean(share), 4),
            "refused": refused,
        }
    return report


def run(action: str, *arguments: object) -> dict[str, object]:
    """`build` or `patch` in a process of its own, whose memory nothing else counts in."""
    command = [sys.executable, __file__, f"--{action}", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    report: dict[str, object] = json.loads(run.stdout)
    return report


def ask(folder: Path, head: str) -> dict[str, object]:
    """What the browser's modules need for their answers."""
    command = ["node", str(ROOT / "bench/index_questions.mjs"), str(folder), head]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    report: dict[str, object] = json.loads(run.stdout)
    return report


def main() -> None:
    """Measures each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, action="append", help="datasets of an index; may be given again")
    parser.add_argument("--build", nargs=2, metavar=("DATASETS", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--patch", nargs=3, metavar=("DATASETS", "FOLDER", "HEAD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.patch:
        datasets, folder, head = arguments.patch
        json.dump(patch(Path(datasets), Path(folder), head), sys.stdout)
        return
    if arguments.build:
        json.dump(build(*map(Path, arguments.build)), sys.stdout)
        return
    base, is_real = base_records(vocabularies())
    report: dict[str, object] = {
        "texts": "those of the sample of the Hub, multiplied" if is_real else "invented: the sample is not here"
    }
    for count in arguments.count or [len(base), 100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as temporary:
            datasets, folder = Path(temporary) / "datasets.jsonl", Path(temporary) / "index"
            folder.mkdir()
            print(f"{count:,} datasets", file=sys.stderr)
            write_records(base, count, datasets)
            built = run("build", datasets, folder)
            head = str(built["head"])
            report[f"{count:,}"] = built | {
                "patch": run("patch", datasets, folder, head),
                "questions": ask(folder, head),
            }
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
