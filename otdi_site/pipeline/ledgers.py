"""Makes the ledgers of many datasets as tasks: parts of a few hundred, each with its card, in files that tasks name."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from otdi_site.diagnostics import Mark
from otdi_site.executors import TaskPools, results_of
from otdi_site.pipeline.partitions import save_context
from otdi_site.trust import FindSource, LedgerMaker, Subject, no_source

_PART = 250
"""Datasets of one task: half a second."""
_WORTH_WORKERS = 2 * _PART


@dataclass(frozen=True, slots=True)
class LedgerContext:
    """All that ledgers are made from, besides the datasets and their cards."""

    maker: LedgerMaker
    find_source: FindSource


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """The datasets of one task, without `find_source`."""

    subjects: Sequence[Subject]


@dataclass(frozen=True, slots=True)
class LedgerTasks:
    """Makes ledgers on the executor of the build; a `RunMaker`."""

    pools: TaskPools
    folder: Path
    """Where tasks find files."""
    mark_of_cache: Mark

    def __call__(self, maker: LedgerMaker, subjects: Sequence[Subject]) -> Iterator[Mapping[str, bytes]]:
        """Ledgers by the id of their dataset, a part after the other. Raises `WorkerError`, and `PublishError`."""
        is_worth = len(subjects) >= _WORTH_WORKERS
        if not self.pools.has_processes(is_worth=is_worth):
            yield maker.make(subjects)
            return
        context = self._save(LedgerContext(maker, subjects[0].find_source))
        tasks = self.pools.get(is_worth=is_worth)
        bare = [replace(subject, find_source=no_source) for subject in subjects]
        parts = [self._save(LedgerPart(bare[first : first + _PART])) for first in range(0, len(bare), _PART)]
        for _, ledgers in results_of([tasks.submit(make_ledgers, context, part) for part in parts]):
            yield ledgers

    def _save(self, content: object) -> Path:
        return save_context(self.folder, content, self.mark_of_cache)


def make_ledgers(context_file: Path, part_file: Path) -> Mapping[str, bytes]:
    """The ledgers of a part, encoded for the build state, by the id of their dataset."""
    context: LedgerContext = _load(context_file)
    # The build that started this task wrote the file, whose name tells its content.
    part: LedgerPart = pickle.loads(part_file.read_bytes())
    return context.maker.make(replace(subject, find_source=context.find_source) for subject in part.subjects)


@lru_cache(maxsize=1)
def _load(file: Path) -> Any:
    return pickle.loads(file.read_bytes())
