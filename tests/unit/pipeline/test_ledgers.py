"""Ledgers of many datasets are made in parts, by any executor, and are those that one process would make."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.executors import InlineExecutor, TaskPools, WorkerError
from otdi_site.model.card import CardReading
from otdi_site.model.dataset import Dataset
from otdi_site.pipeline import ledgers as ledgers_module
from otdi_site.pipeline.ledgers import LedgerTasks
from otdi_site.source.cards import read_card
from otdi_site.trust import LedgerCache, with_ledgers
from tests.samples import make_row, merge_dataset
from tests.unit.trust.card_corpus import COMPLETE, GROUPS, VOCABULARIES

CARDS = [case.content for group in GROUPS for case in group()]
DERIVED = COMPLETE.replace("source_datasets: []", "source_datasets: [sample/seas]").encode()
COUNT = 600
"""Synthetic datasets: more than the part of one task, and enough for processes."""


def name(number: int) -> str:
    return f"sample/tides-{number}"


@cache
def make_catalog() -> tuple[list[Dataset], dict[str, CardReading]]:
    """Datasets with the cards of the corpus, then with the same card, and one that is the source of others."""
    contents = [*CARDS, DERIVED, COMPLETE.encode()]
    known = [read_card(content, "README.md") for content in contents]
    cards = {
        name(number): CardReading(
            "https://hub.invalid/README.md", "2026-03-04T05:06:07Z", "0123", known[min(number, len(known) - 1)]
        )
        for number in range(COUNT)
    }
    seas = merge_dataset(None, make_row("sample/seas", title="Seas", licenses=("mit",)))
    return [seas, *(merge_dataset(None, make_row(each, gated=False)) for each in cards)], cards


class Recording(InlineExecutor):
    """Runs tasks as if on another machine: pickled, and without the memory of this process."""

    tasks = 0

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        Recording.tasks += 1
        sent = pickle.dumps((task, arguments, named))
        assert len(sent) < 2_000, "data lies in files that the task names"
        task, arguments, named = pickle.loads(sent)
        return super().submit(task, *arguments, **named)


def record(_: int) -> Executor:
    return Recording()


def make(pools: TaskPools, folder: Path) -> LedgerTasks:
    return LedgerTasks(pools, folder / "working", Mark("site.yaml"))


@pytest.mark.parametrize("executor", [record, None], ids=["another executor", "a process pool"])
def test_many_ledgers_are_those_that_one_process_makes(executor: Any, tmp_path: Path) -> None:
    datasets, cards = make_catalog()
    expected = with_ledgers(datasets, VOCABULARIES, cards)
    with TaskPools(executor, 2) as pools:
        cache = LedgerCache(run=make(pools, tmp_path))
        assert with_ledgers(datasets, VOCABULARIES, cards, earlier=cache) == expected


def test_only_ledgers_that_are_not_known_are_made(tmp_path: Path) -> None:
    datasets, cards = make_catalog()
    with TaskPools(record, 2) as pools:
        first = LedgerCache(run=make(pools, tmp_path))
        with_ledgers(datasets, VOCABULARIES, cards, earlier=first)
        assert len(first.new) == COUNT + 1
        Recording.tasks = 0
        changed = {**cards, name(7): CardReading("https://hub.invalid/README.md", "2026-03-04T05:06:07Z", "0124", None)}
        second = LedgerCache(first.new, run=make(pools, tmp_path))
        with_ledgers(datasets, VOCABULARIES, changed, earlier=second)
        assert (list(second.new), Recording.tasks) == ([merge_dataset(None, make_row(name(7))).id], 1)


def test_a_few_ledgers_start_no_process(tmp_path: Path) -> None:
    datasets, cards = make_catalog()
    with TaskPools(None, 2) as pools:
        with_ledgers(datasets[:20], VOCABULARIES, cards, earlier=LedgerCache(run=make(pools, tmp_path)))
        assert not (tmp_path / "working").exists()


def test_a_process_that_is_killed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets, cards = make_catalog()
    monkeypatch.setattr(ledgers_module, "make_ledgers", kill_process)
    with pytest.raises(WorkerError), TaskPools(None, 2) as pools:
        with_ledgers(datasets, VOCABULARIES, cards, earlier=LedgerCache(run=make(pools, tmp_path)))


def kill_process(context_file: Path, part_file: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
