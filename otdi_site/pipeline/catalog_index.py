"""The files of the browser's index as artifacts, made only when something they hold changed; it must not publish.

Which files an index has is remembered in the cache, with a fingerprint of all that it was made from::

    {"made_from": "0a1b…", "files": [["assets/catalog/rows/0a1b2c3d4e5f.bin", "2c3d…"], …]}

The last file is the head.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from otdi_site.pipeline.fingerprints import fingerprint

if TYPE_CHECKING:
    from otdi_site.index.browser import IndexFile

FOLDER = "assets/catalog"
"""Where the index is published."""


class CatalogIndex:
    """One index. Its bytes lie in a file without a name, so that a large one takes no memory."""

    def __init__(self, cache: Path, made_from: bytes, write: Callable[[], Iterable[IndexFile]]) -> None:
        """`write` gives the files; it is not called where `cache` tells of an index that was made from the same."""
        self._cache = cache
        self._made_from = made_from.hex()
        self._write = write
        self._spool = TemporaryFile()  # noqa: SIM115 -- it is read until the build ends
        self._places: dict[str, tuple[int, int]] = {}
        """Of each file, its offset in the spool and its size; empty until they are made."""
        remembered = self._recall()
        self.fingerprints: dict[str, bytes] = remembered or self._make()
        """Of each file, by path."""

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
        files = [[path, made_from.hex()] for path, made_from in self.fingerprints.items()]
        with suppress(OSError):  # then the next build makes them again
            self._cache.parent.mkdir(exist_ok=True)
            self._cache.write_text(json.dumps({"made_from": self._made_from, "files": files}), encoding="utf-8")

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

    def _recall(self) -> dict[str, bytes] | None:
        try:
            known = json.loads(self._cache.read_text(encoding="utf-8"))
            if known["made_from"] != self._made_from:
                return None
            return {str(path): bytes.fromhex(made_from) for path, made_from in known["files"]}
        except (OSError, ValueError, LookupError, TypeError):
            return None  # absent or damaged: the files are made
