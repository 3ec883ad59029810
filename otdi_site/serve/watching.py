"""Polls the sources for changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from livereload.watcher import Watcher as LibraryWatcher
from tornado.ioloop import IOLoop

PAUSE_SECONDS = 0.2
"""Seconds between two polls of the sources."""
_LOOKING_SHARE = 0.1
"""Of the time at most is spent on looking, however large the site."""
_ATTEMPTS = 3
"""Builds at most until an error is shown while sources go on changing."""


class Watcher(LibraryWatcher):  # type: ignore[misc]  # livereload has no types
    """Looks for changes more often than the library's own, and answers any number of them with one rebuild."""

    def __init__(
        self, find_paths: Callable[[], Iterable[Path]], build: Callable[[], bool], show: Callable[[], bool]
    ) -> None:
        """Notices what changes from now on. `build` says whether it went well, `show` whether to reload."""
        super().__init__()
        self._find_paths = find_paths
        self._build = build
        self._show = show
        self._pause = PAUSE_SECONDS
        self._paths = tuple(find_paths())
        self.watch(str(self._paths[0]))  # else the library watches the working directory
        self._seen = self._look()

    def accept(self, folder: Path) -> None:
        """Takes what is in `folder` now as seen."""
        below = f"{folder}/"
        self._seen |= {path: stamp for path, stamp in self._look().items() if path.startswith(below)}

    def start(self, callback: Callable[[], object]) -> bool:
        def look() -> None:
            try:
                callback()
            finally:
                IOLoop.current().call_later(self._pause, look)

        look()
        return True

    def examine(self) -> tuple[str | None, float | None]:
        """Something to reload after a change was rebuilt, and how long to wait before it is shown."""
        if self._changes:  # the library's own, when it has started
            change: tuple[str, float] = self._changes.pop()
            return change
        seen = self._look()
        if seen == self._seen:
            return None, None
        self._seen = seen
        # An editor's temporary file may vanish while it is read: what is wrong only for a moment is not shown.
        for _ in range(_ATTEMPTS):
            if self._build():
                break
            seen = self._look()
            if seen == self._seen:
                break
            self._seen = seen
        self._paths = tuple(self._find_paths())
        self._seen = {path: self._seen.get(path, stamp) for path, stamp in self._look().items()} | self._seen
        self.filepath = "*"
        return (self.filepath, None) if self._show() else (None, None)

    def _look(self) -> dict[str, tuple[int, int]]:
        """Size and time of last change of every file, but for those that editors keep beside them."""
        started = time.monotonic()
        seen = {}
        for path in self._paths:
            for file in _files_of(path):
                if file.name.startswith((".", "#")) or file.name.endswith("~"):
                    continue
                try:
                    status = file.stat()
                except OSError:  # it has just gone
                    continue
                if file.is_file():
                    seen[str(file)] = (status.st_size, status.st_mtime_ns)
        self._pause = max(PAUSE_SECONDS, (time.monotonic() - started) / _LOOKING_SHARE)
        return seen


def _files_of(path: Path) -> Iterator[Path]:
    yield path
    try:
        yield from path.rglob("*")
    except OSError:  # a folder has just gone: the next look finds the rest
        return
