"""The preview's server: the site's files, its problems, and news of changes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from livereload import Server as LibraryServer
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler, StaticFileHandler
from tornado import web
from tornado.httpserver import HTTPServer

from otdi_site.serve.problems import NO_PAGE, STYLE, STYLE_PATH, Problems, add_to_page
from otdi_site.urls import is_loopback


class Hosts:
    """The names by which browsers may ask for the site.

    A page of another host whose name is made to lead to this machine (DNS rebinding) must not read it: a name that is
    not ours is refused. Numbers cannot be made to lead elsewhere.
    """

    def __init__(self, host: str) -> None:
        """`host` is what the server listens on."""
        self._names = {"localhost", host.lower()}
        self._is_local = host == "localhost" or is_loopback(host)

    def has(self, netloc: str) -> bool:
        """Whether ``host:port`` of a request is one of them."""
        try:
            name = urlsplit(f"//{netloc}").hostname or ""
            if name in self._names:
                return True
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return is_loopback(name) or not self._is_local


class _Application(web.Application):
    def __init__(self, hosts: Hosts, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._hosts = hosts

    def find_handler(self, request: Any, **options: Any) -> Any:
        if not self._hosts.has(request.host):
            return self.get_handler_delegate(request, web.ErrorHandler, {"status_code": 403})
        return super().find_handler(request, **options)


class _News(LiveReloadHandler):  # type: ignore[misc]
    def check_origin(self, origin: str) -> bool:
        # A page of another host may open a WebSocket to this one.
        return bool(urlsplit(origin).netloc.lower() == self.request.host.lower())


class _Files(StaticFileHandler):  # type: ignore[misc]
    """Serves the site as GitHub Pages does: with the site's own page for what is not there."""

    async def get(self, path: str, include_body: bool = True) -> None:
        if "\0" in path:
            raise web.HTTPError(400)
        try:
            await super().get(path, include_body)
        except OSError as problem:  # a name that is too long, or a file that has just been replaced
            raise web.HTTPError(404) from problem

    @classmethod
    def get_content(cls, abspath: str, start: int | None = None, end: int | None = None) -> Any:
        """Pages in one piece, since something is added to them."""
        if abspath.endswith(".html"):
            return Path(abspath).read_bytes()[start:end]
        return super().get_content(abspath, start, end)

    def compute_etag(self) -> None:
        """None: nothing is to be kept."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        page = Path(self.root) / "404.html"
        if status_code != 404:
            super().write_error(status_code, **kwargs)
            return
        if not Path(self.root).is_dir():
            self.set_status(503)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page.read_bytes() if page.is_file() else NO_PAGE)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-store")


class _Style(web.RequestHandler):
    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.write(STYLE)


class Server(LibraryServer):  # type: ignore[misc]
    """The library's server, on sockets that are open, for some hosts, below a path."""

    def __init__(
        self, watcher: Any, sockets: Sequence[Any], hosts: Hosts, path: str, find_problems: Callable[[], Problems]
    ) -> None:
        """`path` begins and ends with a slash."""
        super().__init__(watcher=watcher)
        self._sockets = sockets
        self._hosts = hosts
        self._path = path
        self._find_problems = find_problems

    def application(self, port: int, host: str, *_: Any, **__: Any) -> None:
        LiveReloadHandler.live_css = False
        # The library ignores changes within three seconds of a reload.
        LiveReloadHandler.DEFAULT_RELOAD_TIME = 0
        find_problems = self._find_problems

        class Injector(web.OutputTransform):
            def transform_first_chunk(
                self, status_code: int, headers: Any, chunk: bytes, finishing: bool
            ) -> tuple[int, Any, bytes]:
                if "html" in headers.get("Content-Type", "") and chunk:
                    problems = find_problems()
                    head = f'<script src="/livereload.js?port={port}"></script>'
                    if problems.listed:
                        head += f'<link rel="stylesheet" href="{STYLE_PATH}">'
                    chunk = add_to_page(chunk, head, problems)
                    headers["Content-Length"] = str(len(chunk))
                return status_code, headers, chunk

        handlers: list[Any] = [
            (r"/livereload", _News),
            (r"/livereload.js", LiveReloadJSHandler),
            (re.escape(STYLE_PATH), _Style),
            (f"{re.escape(self._path)}(.*)", _Files, {"path": self.root, "default_filename": "index.html"}),
        ]
        if self._path != "/":
            top = f"(?:/|{re.escape(self._path.rstrip('/'))})"
            handlers.append((top, web.RedirectHandler, {"url": self._path, "permanent": False}))
        application = _Application(self._hosts, handlers=handlers, transforms=[Injector])
        HTTPServer(application).add_sockets(self._sockets)

    def _setup_logging(self) -> None:
        """Nothing: what people have to know is said here."""
