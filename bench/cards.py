"""What checking dataset cards costs: cards a second a core, read and judged, at growing numbers.

    python -m bench.cards [--cards 1000 10000 100000] [--jobs 2]

Cards are made of ``tests/cards/complete.md``: each lacks some sections and states a licence and a name of its own. They
are checked in partitions by a pool of processes; seconds are of the processor. Then monstrous cards, one by one.

    python -m bench.cards --datasets 100000 [--jobs 2]

The ledgers of a build with as many datasets, each with a card, in seconds by the clock: all made by one process, by
several, and looked up in the build state.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from otdi_site.diagnostics import Mark
from otdi_site.executors import TaskPools
from otdi_site.model.card import CardReading
from otdi_site.model.merge import Merger
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.ledgers import LedgerTasks
from otdi_site.source.cards import read_card
from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.trust import LedgerCache, State, Subject, ledger_of, with_ledgers
from otdi_site.urls import HUB_URL

PROJECT = Path(__file__).parents[1]
COMPLETE = (PROJECT / "tests/cards/complete.md").read_text("utf-8")
LICENSES = ("cdla-permissive-2.0", "apache-2.0", "cc-by-nc-4.0", "other", "[mit, apache-2.0]", "unheard-of")
PARTITION = 1_000
READ_AT = "2026-01-02T00:00:00Z"


def make_card(number: int) -> bytes:
    """A synthetic card."""
    head, *sections = COMPLETE.split("\n## ")
    kept = [text for place, text in enumerate(sections) if (number >> place % 7) & 1 or place % 3]
    text = "\n## ".join([head, *kept]).replace("Tides of Nowhere", f"Tides of Nowhere {number}")
    return text.replace("license: cdla-permissive-2.0", f"license: {LICENSES[number % len(LICENSES)]}").encode()


def check_partition(first: int, count: int) -> tuple[Counter[str], float]:
    """States of all requirements of some cards, and the seconds of the processor that reading and judging took."""
    vocabularies, _ = read_vocabularies(PROJECT)
    cards = [make_card(number) for number in range(first, first + count)]
    states: Counter[str] = Counter()
    began = time.process_time()
    for content in cards:
        states += check(content, vocabularies)
    return states, time.process_time() - began


def check(content: bytes, vocabularies: Vocabularies) -> Counter[str]:
    """States of the requirements of one card."""
    specification = vocabularies.card_specification
    assert specification is not None
    subject = Subject(card=read_card(content, "README.md"), card_source="README.md")
    ledger = ledger_of(subject, specification, vocabularies.licenses)
    return Counter(row.state.value for row in ledger.rows)


def measure_builds(count: int, jobs: int) -> None:
    """Prints how long the ledgers of a build take. Only 100 cards differ, since reading them is not measured."""
    vocabularies, _ = read_vocabularies(PROJECT)
    cards = [read_card(make_card(number), "README.md") for number in range(100)]
    readings, datasets, merger = {}, [], Merger(vocabularies)
    for number in range(count):
        row = SnapshotRow(f"owner-{number % 999}/set-{number}", HUB_URL, READ_AT, READ_AT)
        readings[row.id] = CardReading("README.md", READ_AT, "0", cards[number % len(cards)])
        datasets.append(merger.merge(None, row))
    kept: dict[str, bytes] = {}
    for name, processes in (("one process", 1), (f"{jobs} processes", jobs), ("looked up", 1)):
        with TemporaryDirectory() as folder, TaskPools(None, processes) as pools:
            cache = LedgerCache(kept, run=LedgerTasks(pools, Path(folder), Mark("site.yaml")))
            began = time.monotonic()
            with_ledgers(datasets, vocabularies, readings, earlier=cache)
            print(f"{count:,} datasets, {name}: {time.monotonic() - began:.1f} s", flush=True)
            if processes > 1:
                kept = cache.new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--datasets", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.datasets:
        measure_builds(options.datasets, options.jobs)
        return
    for count in options.cards:
        parts = [(first, min(PARTITION, count - first)) for first in range(0, count, PARTITION)]
        began = time.monotonic()
        with ProcessPoolExecutor(options.jobs) as pool:
            results = list(pool.map(check_partition, *zip(*parts, strict=True)))
        elapsed = time.monotonic() - began
        seconds = sum(taken for _, taken in results)
        states = sum((found for found, _ in results), Counter[str]())
        shown = ", ".join(f"{states[state.value]:,} {state.value}" for state in State)
        print(f"{count:,} cards: {count / seconds:,.0f} a second a core, {elapsed:.1f} s with {options.jobs} processes")
        print(f"  {shown}")
    vocabularies, _ = read_vocabularies(PROJECT)
    monsters = {
        "11 MB": COMPLETE.encode() + b"word " * 2_200_000,
        "10,000 headings": (COMPLETE + "".join(f"# h{n}\n\ntext\n\n" for n in range(10_000))).encode(),
        "aliases without end": b"---\na: &a [x, x, x, x]\n" + b"b: &b [*a, *a, *a, *a, *a, *a]\n" * 20_000 + b"---\n",
        "1 MB of tags": b"---\ntags: [" + b"a, " * 330_000 + b"a]\n---\n",
    }
    for name, content in monsters.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        check(content, vocabularies)
        seconds = time.process_time() - began
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"one card of {name}: {seconds:.2f} s, {memory:.0f} MB more")


if __name__ == "__main__":
    main()
