"""A local HTTP server that serves a folder below a base path as GitHub Pages does; it must not know the site.

That is: ``index.html`` for a folder, a redirect to the final slash, ``/about`` for ``about.html``, and the folder's
own ``404.html`` with status 404 for what is not there.
"""

from __future__ import annotations

import mimetypes
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}


@dataclass
class PagesServer:
    """The server; a context manager that listens on a free port of the loopback."""

    folder: Path
    base_path: str = "/"
    """Begins and ends with a slash."""
    requests: list[str] = field(default_factory=list)
    """Paths as they were asked for, without the query."""
    failing: set[str] = field(default_factory=set)
    """Paths that are answered with status 503."""

    def __enter__(self) -> PagesServer:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.pages = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where the site's home page is."""
        return f"{self.origin}{self.base_path}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        self.requests.append(path)
        if path in self.failing:
            return 503, {"Content-Type": "text/plain"}, b"down for the moment\n"
        if not path.startswith(self.base_path):
            return 404, {"Content-Type": "text/plain"}, b"not below the base path\n"
        name = unquote(path[len(self.base_path) :])
        file = self.folder / name
        if ".." in Path(name).parts:
            return 404, {}, b""
        if file.is_dir():
            if name and not name.endswith("/"):
                return 301, {"Location": f"{path}/"}, b""
            file /= "index.html"
        elif not file.is_file() and not name.endswith("/"):
            file = file.with_name(f"{file.name}.html")
        status = 200
        if not file.is_file():
            status, file = 404, self.folder / "404.html"
        if not file.is_file():
            return 404, {"Content-Type": "text/plain"}, b"not found\n"
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return status, {"Content-Type": kind}, file.read_bytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    pages: PagesServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up; that is not worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        status, headers, body = self.server.pages.answer(urlsplit(self.path).path)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  # the name is that of the method it answers

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged: tests look at `PagesServer.requests`."""
