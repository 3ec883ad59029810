"""Output verification: whether a published site is as the last build left it, by several processes at once.

It starts when it is made and runs while the build does other things. It mends nothing but the mirror.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Protocol

from otdi_site.executors import Tasks, inline, process_pool, results_of
from otdi_site.publish.publication import Publication
from otdi_site.publish.verified_parts import (
    Artifacts,
    OutputTrees,
    PartVerification,
    clear_mirror,
    verify_above,
    verify_parts,
    with_all_above,
)

_WORTH_WORKERS = 8_000
"""Files from which on it pays to verify with more than one process."""


class Part(Protocol):
    """Artifacts as they are stored: small, to be unpacked where they are verified."""

    def unpack(self) -> Artifacts:
        """Raises `ValueError` where they are damaged."""


class StoredPaths(Protocol):
    """The artifacts that should be there."""

    def __len__(self) -> int: ...

    @property
    def parts(self) -> Sequence[Part]:
        """All of them, those of one folder together."""

    def find_empty(self, folders: Iterable[str]) -> list[str]:
        """Those of some folders in which there is no artifact, sorted."""


class Verification:
    """Verifies a published site from the start; a context manager, on leaving which nothing is at work."""

    def __init__(self, publication: Publication, paths: StoredPaths, jobs: int, *, is_mirrored: bool) -> None:
        """With `is_mirrored`, the mirror becomes equal to the published site meanwhile."""
        self._paths = paths
        self._trees = publication.verified_trees(len(paths), is_mirrored=is_mirrored) if len(paths) else None
        self._tasks: Tasks | None = None
        self._futures: list[Future[PartVerification]] = []
        if self._trees is None:
            return
        is_large = len(paths) >= _WORTH_WORKERS
        count = jobs if is_large else 1
        # A small site is verified at once where nothing else is to be done, else while modules are imported.
        self._tasks = Tasks(process_pool if is_large else ThreadPoolExecutor if is_mirrored else inline, count)
        parts = list(paths.parts)
        for number in range(count):
            future = self._tasks.submit(_verify, self._trees, parts[number::count], is_own_process=is_large)
            self._futures.append(future)

    def __enter__(self) -> Verification:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._tasks is not None:
            self._tasks.close(is_cancelled=True)
            self._tasks = None

    @cached_property
    def trees(self) -> OutputTrees | None:
        """The verified folders; `None` where something is not as it was left, or that is unknown."""
        if self._trees is None:
            return None
        results = [result for _, result in results_of(self._futures)]
        if not all(result.is_intact for result in results):
            return None
        above = with_all_above(folder for result in results for folder in result.above)
        results.append(verify_above(self._trees, sorted(above), self._paths.find_empty))
        found, mirrored = (
            self._paths.find_empty({folder for result in results for folder in getattr(result, name)} - above)
            for name in ("found", "mirrored")
        )
        if found or not results[-1].is_intact:
            return None
        clear_mirror(self._trees, mirrored)
        return self._trees


def _verify(trees: OutputTrees, parts: Sequence[Part], *, is_own_process: bool) -> PartVerification:
    try:
        return verify_parts(trees, (part.unpack() for part in parts), is_own_process=is_own_process)
    except (OSError, ValueError):  # a build that inspects the site more closely reports the problem
        return PartVerification(is_intact=False)
