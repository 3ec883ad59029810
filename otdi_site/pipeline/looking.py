"""Whether a published site is as the last build left it, seen by several processes at once; it must not mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import groupby
from multiprocessing.connection import Connection

from otdi_site.pipeline.workers import Workers, can_fork
from otdi_site.publish import Look, Publication, Trees, clear_mirror, look_above, look_at, with_all_above
from otdi_site.store import Columns, Store, bucket_of

_WORTH_WORKERS = 8_000
"""Files from which on it pays to look with more than one process."""


class Paths(Collection[str]):
    """The paths of all artifacts that should be there."""

    def __init__(self, columns: Mapping[int, Columns]) -> None:
        self._columns = columns
        self.hidden: frozenset[str] = frozenset()
        """Of these, those that no page may link to: `in` does not find them."""

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and path not in self.hidden and path in self._of_bucket(bucket_of(path))

    def __iter__(self) -> Iterator[str]:
        return (path for bucket in sorted(self._columns) for path in self._of_bucket(bucket))

    def __len__(self) -> int:
        return sum(columns.length for columns in self._columns.values())

    def find_empty(self, folders: Iterable[str]) -> list[str]:
        """Those of some folders in which there is no artifact, sorted."""
        empty: list[str] = []
        for bucket, group in groupby(sorted(folders, key=_bucket_of_folder), _bucket_of_folder):
            empty += set(group).difference(self._folders_of_bucket(bucket))
        return sorted(empty)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each artifact."""
        unpacked = (columns.unpack() for columns in self._columns.values())
        return {path: size for paths, sizes, _ in unpacked for path, size in zip(paths, sizes, strict=True)}

    @property
    def largest(self) -> int:
        """Bytes of the largest artifact."""
        return max((max(columns.unpack()[1], default=0) for columns in self._columns.values()), default=0)

    @cache  # noqa: B019  # it lives as long as the build
    def _of_bucket(self, bucket: int) -> frozenset[str]:
        columns = self._columns.get(bucket)
        return frozenset(columns.unpack()[0]) if columns else frozenset()

    @cache  # noqa: B019
    def _folders_of_bucket(self, bucket: int) -> frozenset[str]:
        return frozenset(path.rpartition("/")[0] for path in self._of_bucket(bucket))


class Looking:
    """A look that is under way from the start; a context manager, on leaving which no process is left."""

    def __init__(self, publication: Publication, store: Store, jobs: int, *, is_mirrored: bool) -> None:
        """With `is_mirrored`, the mirror becomes equal to the published site on the way."""
        columns = store.columns()
        self.paths = Paths(columns)
        self.files = len(self.paths)
        """Number of artifacts that should be there."""
        self._trees = publication.look(self.files, is_mirrored=is_mirrored) if self.files else None
        self._parts = list(columns.values())
        self._workers: Workers | None = None
        if self._trees is not None and can_fork():
            processes = jobs if self.files >= _WORTH_WORKERS else 1
            trees, parts = self._trees, self._parts

            def work(number: int, connection: Connection) -> None:
                connection.send(_look(trees, parts[number::processes], is_own_process=True))
                connection.send(None)

            self._workers = Workers(processes, work)

    def __enter__(self) -> Looking:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._workers is not None:
            self._workers.__exit__(InterruptedError, None, None)

    @cached_property
    def trees(self) -> Trees | None:
        """What was looked at, if all of it is as it was left; `None` where it is not, or where that cannot be told."""
        if self._trees is None:
            return None
        looks: list[Look]
        if self._workers is None:
            looks = [_look(self._trees, self._parts, is_own_process=False)]
        else:
            looks = list(self._workers.results())
        if not all(look.is_intact for look in looks):
            return None
        above = with_all_above(folder for look in looks for folder in look.above)
        looks.append(look_above(self._trees, sorted(above), self.paths.find_empty))
        found, mirrored = (
            self.paths.find_empty({folder for look in looks for folder in getattr(look, name)} - above)
            for name in ("found", "mirrored")
        )
        if found or not looks[-1].is_intact:
            return None
        clear_mirror(self._trees, mirrored)
        return self._trees


def _bucket_of_folder(folder: str) -> int:
    return bucket_of(f"{folder}/")


def _look(trees: Trees, parts: list[Columns], *, is_own_process: bool) -> Look:
    try:
        return look_at(trees, (part.unpack() for part in parts), is_own_process=is_own_process)
    except (OSError, ValueError):  # whatever it is, a build that looks more closely will say
        return Look(is_intact=False)
