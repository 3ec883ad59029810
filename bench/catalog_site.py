"""The catalog's page of any number of datasets, and a server that sends it as GitHub Pages does; no measuring."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from bench.synthesis import ROOT, read_records
from otdi_site import __version__
from otdi_site.index import build_facets, value_finder
from otdi_site.index.browser import write_index
from otdi_site.model.catalog import Catalog
from otdi_site.model.navigation import build_navigation
from otdi_site.pipeline.catalog_index import FOLDER
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import asset_folders, read_sources, template_folders
from otdi_site.render import Renderer, Site, load_assets
from otdi_site.source.config import read_config

_PACKED = (".css", ".html", ".js", ".json", ".svg", ".xml")


def write_site(datasets: Path, folder: Path) -> None:
    """The page, what it loads, and the index of a file of datasets where it is not there yet; no other page."""
    config, problems = read_config(ROOT)
    if config is None:
        raise SystemExit(problems[0].message)
    request = Request(root=ROOT, output=folder, base_url=None, offline=True, strict=False, jobs=1)
    sources = read_sources(request, config)
    rows_shown = config.catalog.rows_per_page
    heads = sorted((folder / FOLDER).glob("head-*.json"))
    if not heads:
        for file in write_index(read_records(datasets), sources.vocabularies, rows_shown=rows_shown):
            path = folder / FOLDER / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            heads = [path]
    head = heads[0].relative_to(folder).as_posix()
    summaries = tuple(summary for summary, _ in read_records(datasets))
    site = Site(
        config=config,
        url=sources.url,
        navigation=build_navigation(sources.pages),
        pages=sources.pages,
        catalog=Catalog((), summaries),
        facets=build_facets(summaries, sources.vocabularies),
        vocabularies=sources.vocabularies,
        metadata_as_of=None,
        version=__version__,
    )
    assets, _ = load_assets(asset_folders(ROOT))
    for artifact in assets.artifacts():
        (folder / artifact.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / artifact.path).write_bytes(artifact.content)
    renderer = Renderer(template_folders(ROOT), site, assets, value_finder(site.vocabularies))
    renderer.show_index(lambda: head)
    page = renderer.render_page(next(page for page in sources.pages if page.layout == "catalog"))
    if not isinstance(page, bytes):
        raise SystemExit(page.message)
    (folder / "catalog").mkdir(exist_ok=True)
    (folder / "catalog/index.html").write_bytes(page)


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serves a folder on this machine; text is packed, and connections stay open. Gives the address of its root."""
    packed: dict[Path, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            file = folder / urlsplit(self.path).path.lstrip("/")
            if file.is_dir():
                file /= "index.html"
            if not file.is_file():
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            is_packed = file.suffix in _PACKED
            if is_packed and file not in packed:
                packed[file] = gzip.compress(file.read_bytes(), 6)
            content = packed[file] if is_packed else file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            self.send_header("Cache-Control", "max-age=600")
            if is_packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):  # a visitor who has left
                self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
