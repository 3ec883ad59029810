"""Whether a published site is as the last build left it, seen by several processes at once; it must not mend it."""

from __future__ import annotations

from functools import cache, cached_property
from multiprocessing.connection import Connection

from otdi_site.pipeline.workers import Workers, can_fork
from otdi_site.publish import Look, Publication, Trees, clear_mirror, look_above, look_at, with_all_above
from otdi_site.store import Columns, Store, bucket_of

_WORTH_WORKERS = 8_000
"""Files from which on it pays to look with more than one process."""


class Looking:
    """A look that is under way from the start; a context manager, on leaving which no process is left."""

    def __init__(self, publication: Publication, store: Store, jobs: int, *, is_mirrored: bool) -> None:
        """With `is_mirrored`, the mirror becomes equal to the published site on the way."""
        self._columns = store.columns()
        self.files = sum(columns.length for columns in self._columns.values())
        """Number of artifacts that should be there."""
        self._trees: Trees | None = None
        self._workers: Workers | None = None
        if self.files and can_fork():
            self._trees = publication.look(self.files, is_mirrored=is_mirrored)
        if self._trees is not None:
            processes = jobs if self.files >= _WORTH_WORKERS else 1
            parts = [list(self._columns.values())[number::processes] for number in range(processes)]
            trees = self._trees
            self._workers = Workers(processes, lambda number, connection: _look(trees, parts[number], connection))

    def __enter__(self) -> Looking:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._workers is not None:
            self._workers.__exit__(InterruptedError, None, None)

    @cached_property
    def trees(self) -> Trees | None:
        """What was looked at, if all of it is as it was left; `None` where it is not, or where that cannot be told."""
        if self._workers is None or self._trees is None:
            return None
        looks: list[Look] = list(self._workers.results())
        if not all(look.is_intact for look in looks):
            return None
        above = with_all_above(folder for look in looks for folder in look.above)
        looks.append(look_above(self._trees, sorted(folder for folder in above if not self._has_artifacts(folder))))
        found, mirrored = (
            {folder for look in looks for folder in getattr(look, name)} for name in ("found", "mirrored")
        )
        if not looks[-1].is_intact or any(self._is_foreign(folder, above) for folder in found):
            return None
        clear_mirror(self._trees, [folder for folder in mirrored if self._is_foreign(folder, above)])
        return self._trees

    def _is_foreign(self, folder: str, above: set[str]) -> bool:
        return folder not in above and not self._has_artifacts(folder)

    def _has_artifacts(self, folder: str) -> bool:
        return folder in self._folders(bucket_of(f"{folder}/"))

    @cache  # noqa: B019  # it lives as long as the build
    def _folders(self, bucket: int) -> frozenset[str]:
        columns = self._columns.get(bucket)
        return frozenset(path.rpartition("/")[0] for path in columns.unpack()[0]) if columns else frozenset()


def _look(trees: Trees, parts: list[Columns], connection: Connection) -> None:
    try:
        look = look_at(trees, (part.unpack() for part in parts))
    except (OSError, ValueError):  # whatever it is, a build that looks more closely will say
        look = Look(is_intact=False)
    connection.send(look)
    connection.send(None)
