"""The preview: builds the site, serves it, and rebuilds what an edit touches.

An adapter to `livereload`. It differs from that library's own server in that the reloading script is a file, as the
pages' content security policy asks, in that changes are noticed, and shown, within a blink, in that errors are shown in
the page, and in that other hosts' pages cannot read what it serves.
"""

from __future__ import annotations

import ipaddress
import logging
import sys
import webbrowser
from dataclasses import replace
from pathlib import Path

from livereload.handlers import LiveReloadHandler
from tornado.netutil import bind_sockets

from otdi_site import pipeline
from otdi_site.hub import SNAPSHOT_FOLDER
from otdi_site.output import write_findings
from otdi_site.pipeline import Outcome, Request
from otdi_site.progress import Progress
from otdi_site.render import BytecodeCache
from otdi_site.serve.problems import Problems
from otdi_site.serve.server import Hosts, Server
from otdi_site.serve.watching import Watcher
from otdi_site.urls import BaseUrl

HOST = "localhost"
_HOPELESS = frozenset({"OTD006", "OTD414", "OTD500"})
"""Without a site, after an interruption and with a wrong output folder, no edit helps."""


class _Builder:
    """Builds the site after each edit, and keeps its diagnostics for the page."""

    def __init__(self, request: Request, output_format: str) -> None:
        self._request = request
        self._format = output_format
        self._bytecode: BytecodeCache = {}
        self._paths: tuple[Path, ...] = ()
        self._outcome: Outcome | None = None
        self.problems = Problems()

    def build(self, progress: Progress | None = None) -> Outcome:
        """Without `progress`, asks no host: a keystroke must not ask the Hub."""
        request = self._request if progress else replace(self._request, offline=True)
        self._outcome = pipeline.build(request, progress or Progress(is_quiet=True), self._bytecode)
        return self._outcome

    def show(self) -> bool:
        """Tells how the last build ended; whether browsers have something new to show."""
        outcome, before = self._outcome, self.problems
        assert outcome is not None
        write_findings(outcome.diagnostics, outcome.summary, self._format)
        say(outcome.line)
        is_clean = outcome.exit_status == pipeline.CLEAN
        self.problems = Problems() if is_clean else Problems.of(outcome.diagnostics, outcome.line)
        return is_clean or self.problems.listed != before.listed

    def paths(self) -> tuple[Path, ...]:
        """Paths to watch: with a wrong configuration, those that the last right one named."""
        paths = pipeline.bulk_file_paths(self._request.root)
        if paths is not None:
            self._paths = paths
        return (*pipeline.watched_paths(self._request.root), *self._paths)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def serve(request: Request, port: int, host: str, output_format: str, *, is_opened: bool) -> int:
    """Serves until interrupted, on a free port where `port` is 0; the exit status.

    The site is built for the path of the request's base URL. `is_opened` opens a browser.
    """
    if output_format == "json":
        say("error: --format json is one document for one build, and serve builds again and again: use text or github")
        return pipeline.FAILURE
    try:
        sockets = bind_sockets(port, host)
    except OSError as problem:
        option = "--port" if host == HOST else "--port, or another address with --host"
        say(f"error: cannot listen on port {port}: {problem.strerror}; name another with {option}")
        return pipeline.FAILURE
    port = sockets[0].getsockname()[1]
    path = BaseUrl.parse(request.base_url).path if request.base_url else "/"
    url = f"http://{_shown(host)}:{port}{path}"
    builder = _Builder(replace(request, base_url=url), output_format)

    watcher = Watcher(builder.paths, lambda: builder.build().exit_status == pipeline.CLEAN, builder.show)
    outcome = builder.build(Progress())
    watcher.accept(request.root / SNAPSHOT_FOLDER)  # the build itself may have written there
    builder.show()
    if any(diagnostic.code in _HOPELESS for diagnostic in outcome.diagnostics):
        return outcome.exit_status
    logging.getLogger("livereload").propagate = False
    say(f"Look at {url} ; it follows your edits. Ctrl-C ends it.")
    if is_opened:
        webbrowser.open(url)
    LiveReloadHandler.watcher = watcher
    server = Server(watcher, sockets, Hosts(host), path, lambda: builder.problems)
    server.serve(port=port, host=host, root=str(request.output))
    return pipeline.CLEAN


def _shown(host: str) -> str:
    """A host as it stands in a URL: one that means every address of this machine is reached at `HOST`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or HOST
    if address.is_unspecified:
        return HOST
    return f"[{host}]" if address.version == 6 else host
