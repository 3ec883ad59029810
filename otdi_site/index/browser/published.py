"""Reads the files of the published index, each checked against its name, and collects those that replace them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from otdi_site.index.browser.encoding import NAME_LENGTH, IndexFile, digest, pack, unpack
from otdi_site.index.browser.terms import FAMILIES


class CannotPatchError(Exception):
    """The new index does not follow from the published one and the changes."""


class PublishedIndex:
    """Reads files, each proven by its name, and takes those that are new."""

    def __init__(self, read: Callable[[str], bytes], head: str) -> None:
        """`read` gives the bytes of a file by its path, `OSError` where it is gone; `head` is the path of the head."""
        self._read = read
        self._new: dict[str, IndexFile] = {}
        content = read(head)
        if head != f"head-{digest(content)}.json":
            raise CannotPatchError("the head is not what its name says")
        self.head: dict[str, Any] = json.loads(content)

    def content(self, folder: str, name: str) -> bytes:
        """The unpacked content of a file, old or new."""
        path = f"{folder}/{name}.bin"
        if path in self._new:
            return unpack(self._new[path].content)
        content = unpack(self._read(path))
        if digest(content) != name:
            raise CannotPatchError(f"{path} is not what its name says")
        return content

    def document(self, folder: str, name: str) -> Any:
        """The content of a file of JSON."""
        return json.loads(self.content(folder, name))

    def add(self, folder: str, content: bytes) -> str:
        """Packs a new file; gives its name."""
        return self.take(pack(folder, content))

    def take(self, file: IndexFile) -> str:
        """Takes a new file; gives its name."""
        self._new[file.path] = file
        return file.name

    @property
    def new_files(self) -> tuple[IndexFile, ...]:
        """All that were taken, each once."""
        return tuple(self._new.values())


def published_search(read: Callable[[str], bytes], head: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """The search's part of a published head, and the paths of its files.

    Raises `CannotPatchError`, `OSError`, `ValueError`, `LookupError`, `TypeError` or `zlib.error` where a file is
    damaged.
    """
    index = PublishedIndex(read, head)
    search = index.head["directories"]["search"]
    paths = []
    for family in FAMILIES:
        for name in split_names(search[family]["names"]):
            shards = split_names(index.document("directories", name)["names"])
            paths += [f"directories/{name}.bin", *(f"{family}/{shard}.bin" for shard in shards)]
    return search, tuple(paths)


def split_names(names: str) -> list[str]:
    """The names of files that stand one after the other."""
    return [names[start : start + NAME_LENGTH] for start in range(0, len(names), NAME_LENGTH)]
