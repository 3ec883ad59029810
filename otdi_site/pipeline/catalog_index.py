"""The files of the browser's index as artifacts, made only when something they hold changed; it must not publish.

Which files an index has is remembered in the cache, with a fingerprint of all that it was made from::

    {"made_from": "0a1b…", "files": [["assets/catalog/rows/0a1b2c3d4e5f.bin", "2c3d…"], …]}

The last file is the head.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TypedDict

from otdi_site.model.catalog import Summary
from otdi_site.pipeline.fingerprints import fingerprint, tool_fingerprint
from otdi_site.pipeline.workers import Workers, can_fork
from otdi_site.plain_files import read_plain_json, replace_plain_file
from otdi_site.render import Site

if TYPE_CHECKING:
    from otdi_site.index.browser import IndexFile

FOLDER = "assets/catalog"
"""Where the index is published."""
INDEX_FILE = "catalog-index.json"
"""Its name in the cache."""


class IndexOptions(TypedDict):
    """What an index depends on beside vocabularies and datasets."""

    rows_shown: int
    seen_on: str | None


def index_options(site: Site) -> IndexOptions:
    """Those of a site."""
    return {
        "rows_shown": site.config.catalog.rows_per_page,
        "seen_on": site.metadata_as_of and site.metadata_as_of[:10],
    }


def fingerprint_of_index(site: Site, imported: bytes, own: Iterable[tuple[int, Summary, str]]) -> bytes:
    """Of all that the index is made from: `imported` is that of the imported datasets.

    `own` are the positions in rank order of the others, with their summaries and whole descriptions.
    """
    return fingerprint(
        tool_fingerprint(),
        zlib.ZLIB_RUNTIME_VERSION.encode(),
        repr((site.vocabularies, site.config.sources, index_options(site))).encode(),
        imported,
        *(repr(each).encode() for each in own),
    )


def recall_index(cache: Path, made_from: bytes) -> dict[str, bytes] | None:
    """The fingerprint of each file of an index that was made from this, by path, the head last."""
    try:
        known = read_plain_json(cache)
        if known["made_from"] != made_from.hex():
            return None
        return {str(path): bytes.fromhex(made_from) for path, made_from in known["files"]}
    except (OSError, ValueError, LookupError, TypeError):
        return None  # absent or damaged: the files are made


def remember_index(cache: Path, made_from: bytes, fingerprints: Mapping[str, bytes]) -> None:
    """Tells the next build which files there are."""
    files = [[path, own.hex()] for path, own in fingerprints.items()]
    with suppress(OSError):  # then the next build makes them again
        cache.parent.mkdir(exist_ok=True)
        replace_plain_file(cache, json.dumps({"made_from": made_from.hex(), "files": files}))


class CatalogIndex:
    """One index. Its bytes lie in a file without a name, so that a large one takes no memory."""

    def __init__(self, cache: Path, made_from: bytes, write: Callable[[], Iterable[IndexFile]]) -> None:
        """`write` gives the files; it is not called where `cache` tells of an index that was made from the same."""
        self._cache = cache
        self._made_from = made_from
        self._write = write
        self._spool = TemporaryFile()  # noqa: SIM115 -- it is read until the build ends
        self._places: dict[str, tuple[int, int]] = {}
        """Of each file, its offset in the spool and its size; empty until they are made."""
        self._known = recall_index(cache, made_from)
        self._worker: Workers | None = None

    def start(self) -> None:
        """Has a process make the files meanwhile, where they must be made and processes can be had; then `close`."""
        if self._known is None and can_fork():
            self._worker = Workers(1, self._work)

    def close(self) -> None:
        """Leaves no process behind."""
        if self._worker is not None:
            self._worker.__exit__(InterruptedError, None, None)
            self._worker = None

    @cached_property
    def fingerprints(self) -> dict[str, bytes]:
        """Of each file, by path; has been made by then. Raises `WorkerError`."""
        if self._known is not None:
            return self._known
        if self._worker is None:
            return self._make()
        [(found, self._places)] = self._worker.results()
        self.close()
        return dict(found)

    def _work(self, _: int, connection: Connection) -> None:
        found = self._make()
        connection.send((found, self._places))
        connection.send(None)

    @property
    def head(self) -> str:
        """Path of the file that names all others."""
        return next(reversed(self.fingerprints))

    def prepare(self) -> None:
        """Makes the files, so that `content` can be asked for, in other processes too."""
        if not self._places:
            self._make()

    def content(self, path: str) -> bytes:
        """The bytes of a file, after `prepare`."""
        offset, size = self._places[path]
        return os.pread(self._spool.fileno(), size, offset)

    def remember(self) -> None:
        """Tells the next build which files there are."""
        remember_index(self._cache, self._made_from, self.fingerprints)

    def _make(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for file in self._write():
            path = f"{FOLDER}/{file.path}"
            if path in found:  # the same bytes under the same name
                continue
            self._places[path] = (self._spool.tell(), len(file.content))
            self._spool.write(file.content)
            found[path] = fingerprint(file.content)
        self._spool.flush()
        return found
