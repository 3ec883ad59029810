"""Everything a build reads, as the file system describes it, so that "nothing changed" is known without reading.

It must not import what reads them: looking takes a fiftieth of a second, those imports take twenty.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from otdi_site.source.git import describe_history
from otdi_site.tree import PROJECT_FOLDER

_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = Path(sysconfig.get_path("purelib"))
_SOURCES = ("content", "catalog_data", "templates", "site_src", "site.yaml")
_SOURCES_OF_ALL = ("catalog_data/vocabulary", "catalog_data/snapshots", "templates", "site_src", "site.yaml")
"""Those without pages and entries."""
_UNSETTLED = 50_000_000
"""Nanoseconds within which a file may change twice without its time of change telling."""


class _UnsureError(Exception):
    """Looking cannot tell."""


def describe_inputs(root: Path, imported: Iterable[Path], now: int) -> str | None:
    """A digest that changes whenever a source of the site at `root`, or the program itself, may have changed.

    `imported` are the files of bulk metadata; `now` is the time by the file system's clock in nanoseconds since 1970.
    `None` where that cannot be told, since something changed a moment ago, or a link leads elsewhere.
    """
    return _describe([describe_history(root)], root, _SOURCES, imported, now)


def describe_surroundings(root: Path, asked: Iterable[object], imported: Iterable[Path], now: int) -> str | None:
    """The same of all but pages and entries, and of how the build was `asked`."""
    return _describe(asked, root, _SOURCES_OF_ALL, imported, now)


def _describe(
    words: Iterable[object], root: Path, sources: Iterable[str], imported: Iterable[Path], now: int
) -> str | None:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{sys.version} {list(words)}".encode())
    paths = [*(root / name for name in sources), *imported, _PACKAGE]
    if root != PROJECT_FOLDER:
        paths += [PROJECT_FOLDER / name for name in ("templates", "site_src", "catalog_data/vocabulary")]
    try:
        for path in paths:
            for line in _look(path, now):
                digest.update(line)
        # Installing another version of a library changes the folder of libraries.
        digest.update(_line(str(_LIBRARIES), _LIBRARIES.stat(), now))
    except (OSError, _UnsureError):
        return None
    return digest.hexdigest()


def _look(path: Path, now: int) -> Iterator[bytes]:
    """A line a file, in a stable order."""
    if not path.is_dir():
        yield _line(str(path), path.stat(), now) if path.exists() else os.fsencode(f"{path} none\n")
        return
    waiting = [str(path)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_symlink():
                raise _UnsureError
            if not entry.is_dir():
                yield _line(entry.path, entry.stat(), now)
            elif entry.name != "__pycache__":
                waiting.append(entry.path)


def _line(path: str, status: os.stat_result, now: int) -> bytes:
    # The time of a change cannot be set back by those who set the time of modification.
    if max(status.st_mtime_ns, status.st_ctime_ns) > now - _UNSETTLED:
        raise _UnsureError
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return os.fsencode(f"{path} {status.st_mode} {status.st_ino} {status.st_size} {times}\n")
