"""Shows the site while it is edited: builds, serves, rebuilds what a change touches; it must not render by itself.

An adapter to `livereload`. It differs from that library's own server in that the reloading script is a file,
as the pages' content security policy asks, and in that changes are noticed, and shown, within a blink.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from livereload import Server
from livereload.handlers import ForceReloadHandler, LiveReloadHandler, LiveReloadJSHandler, StaticFileHandler
from livereload.server import HEAD_END, LiveScriptInjector
from livereload.watcher import Watcher
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from otdi_site import pipeline
from otdi_site.hub import SNAPSHOT_FOLDER
from otdi_site.output import write_findings
from otdi_site.pipeline import Outcome, Request
from otdi_site.progress import Progress
from otdi_site.render import Codes

HOST = "localhost"
PAUSE_SECONDS = 0.2
"""Between two looks at the sources."""
_LOOKING_SHARE = 0.1
"""Of the time at most is spent on looking, however large the site."""


class _Watcher(Watcher):  # type: ignore[misc]  # livereload has no types
    """Looks for changes more often than the library's own, and answers any number of them with one rebuild."""

    def __init__(self, paths: Sequence[Path], rebuild: Callable[[], bool]) -> None:
        """Notices what changes from now on. `rebuild` says whether there is something new to show."""
        super().__init__()
        self._paths = paths
        self._rebuild = rebuild
        for path in paths:
            self.watch(str(path))
        self._pause = PAUSE_SECONDS
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
        """The path of a change that was rebuilt, if there was one, and how long to wait before it is shown."""
        if self._changes:  # the library's own, when it has started
            change: tuple[str, float] = self._changes.pop()
            return change
        seen = self._look()
        changed = sorted(path for path, _ in self._seen.items() ^ seen.items())
        self._seen = seen
        if not changed or not self._rebuild():
            return None, None
        self.filepath = changed[0]
        return self.filepath, None

    def _look(self) -> dict[str, tuple[int, int]]:
        """Size and time of last change of every file, but for those that editors keep beside them."""
        started = time.monotonic()
        seen = {}
        for path in self._paths:
            for file in [path, *path.rglob("*")]:
                if file.name.startswith(".") or file.name.endswith("~"):
                    continue
                try:
                    status = file.stat()
                except OSError:  # it has just gone
                    continue
                if file.is_file():
                    seen[str(file)] = (status.st_size, status.st_mtime_ns)
        self._pause = max(PAUSE_SECONDS, (time.monotonic() - started) / _LOOKING_SHARE)
        return seen


class _Files(StaticFileHandler):  # type: ignore[misc]
    """Serves the site as GitHub Pages does: with the site's own page for what is not there."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        page = Path(self.root) / "404.html"
        if status_code == 404 and page.is_file():
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(page.read_bytes())
        else:
            super().write_error(status_code, **kwargs)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-store")


class _Server(Server):  # type: ignore[misc]
    def __init__(self, watcher: _Watcher, sockets: Sequence[Any]) -> None:
        super().__init__(watcher=watcher)
        self._sockets = sockets

    def application(self, port: int, host: str, *_: Any, **__: Any) -> None:
        LiveReloadHandler.watcher = self.watcher
        LiveReloadHandler.live_css = False
        # The library ignores changes within three seconds of a reload.
        LiveReloadHandler.DEFAULT_RELOAD_TIME = 0

        class Injector(LiveScriptInjector):  # type: ignore[misc]
            script = f'<script src="/livereload.js?port={port}"></script>'.encode()

        assert HEAD_END == b"</head>"
        handlers: list[Any] = [
            (r"/livereload", LiveReloadHandler),
            (r"/forcereload", ForceReloadHandler),
            (r"/livereload.js", LiveReloadJSHandler),
            (r"/(.*)", _Files, {"path": self.root, "default_filename": "index.html"}),
        ]
        HTTPServer(web.Application(handlers=handlers, transforms=[Injector])).add_sockets(self._sockets)

    def _setup_logging(self) -> None:
        """Nothing: what people have to know is said here."""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(outcome: Outcome) -> None:
    write_findings(outcome.diagnostics, outcome.summary, "text")
    _say(outcome.line)


def serve(request: Request, port: int) -> int:
    """Serves until interrupted, on a free port where `port` is 0; the exit status."""
    if request.base_url is not None:
        _say("error: serve shows the site at the top of this machine's host: leave --base-url out")
        return pipeline.FAILURE
    try:
        sockets = bind_sockets(port, HOST)
    except OSError as problem:
        _say(f"error: cannot listen on port {port}: {problem.strerror}; name another with --port")
        return pipeline.FAILURE
    port = sockets[0].getsockname()[1]
    request = replace(request, base_url=f"http://{HOST}:{port}/")

    codes: Codes = {}

    def rebuild() -> bool:
        # A keystroke must not ask the Hub.
        outcome = pipeline.build(replace(request, offline=True), Progress(is_quiet=True), codes)
        _show(outcome)
        return outcome.exit_status == pipeline.CLEAN

    watcher = _Watcher(pipeline.watched_paths(request.root), rebuild)
    outcome = pipeline.build(request, Progress(), codes)
    watcher.accept(request.root / SNAPSHOT_FOLDER)  # the build itself may have written there
    _show(outcome)
    if outcome.exit_status == pipeline.FAILURE or not request.output.is_dir():
        return outcome.exit_status
    logging.getLogger("livereload").propagate = False
    _say(f"Look at http://{HOST}:{port}/ ; it follows your edits. Ctrl-C ends it.")
    _Server(watcher, sockets).serve(port=port, host=HOST, root=str(request.output))
    return pipeline.CLEAN
