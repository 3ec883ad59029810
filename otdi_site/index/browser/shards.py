"""Cuts sorted lists of tokens into files of about one size, with a directory to find them; it must not collect tokens.

A shard of terms, and one of beginnings, unpacked::

    4 bytes    length of the keys in bytes, lowest byte first
    keys       UTF-8, a line feed between two, sorted as JavaScript compares strings
    counts     for each key: number of postings of names, number of postings of texts
    postings   for each key: those of names, then those of texts, each list as `encode_ascending` has it

A shard of words, and one of endings, has the keys and for each the number of names that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from otdi_site.index.browser.encoding import IndexFile, encode_ascending, encode_number, pack
from otdi_site.index.browser.postings import NAME_BITS, Entry

SHARD_BYTES = 40_000
"""Unpacked size above which no further key is added."""
BEGINNING_LENGTH = 8
"""Characters of the longest beginning that is looked up by itself."""
BEGINNING_SHARDS = 3
"""The most shards that a search reads for one beginning; those that span more are looked up by themselves."""


class Shards:
    """A family of shards that is being written."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.keys: list[str] = []
        """For each shard the shortest text that is above all keys before it and not above its own."""
        self.names: list[str] = []
        """Names of the files."""
        self._entries: list[tuple[str, bytes, bytes]] = []
        self._size = 0
        self._last = ""

    @property
    def number(self) -> int:
        """The number of the shard that is being filled, from 0."""
        return len(self.names)

    def add(self, key: str, counts: bytes, postings: bytes = b"") -> Iterator[IndexFile]:
        """Adds a key, which is above all before it; yields the shard that was full."""
        size = len(key) + len(counts) + len(postings) + 1
        if self._entries and self._size + size > SHARD_BYTES:
            yield self._flush()
        if not self._entries:
            self.keys.append(_separator(self._last, key))
        self._entries.append((key, counts, postings))
        self._size += size
        self._last = key

    def finish(self) -> Iterator[IndexFile]:
        """The last shard."""
        if self._entries:
            yield self._flush()

    def directory(self) -> dict[str, object]:
        """Where to find which keys: ``{"keys": […], "names": "…"}``, the names one after the other."""
        return {"keys": self.keys, "names": "".join(self.names)}

    def _flush(self) -> IndexFile:
        keys = "\n".join(key for key, _, _ in self._entries).encode()
        counts = b"".join(count for _, count, _ in self._entries)
        postings = b"".join(posting for _, _, posting in self._entries)
        file = pack(self.folder, len(keys).to_bytes(4, "little") + keys + counts + postings)
        self.names.append(file.name)
        self._entries.clear()
        self._size = 0
        return file


def _separator(last: str, key: str) -> str:
    if not last:
        return ""
    above = last.encode("utf-16-be")
    return next((key[:length] for length in range(1, len(key)) if key[:length].encode("utf-16-be") > above), key)


def encode_postings(names: Sequence[int], texts: Sequence[int]) -> tuple[bytes, bytes]:
    """Counts and postings of one key."""
    if len(texts) == 1 and not names:
        return b"\0\1", encode_number(texts[0])
    counts = encode_number(len(names)) + encode_number(len(texts))
    return counts, _encode_names(names) + encode_ascending(texts)


def _encode_names(names: Sequence[int]) -> bytes:
    """As `encode_ascending`, each distance times 16 plus the number of words of the name."""
    encoded = bytearray()
    mask = (1 << NAME_BITS) - 1
    last = 0
    for name in names:
        position = name >> NAME_BITS
        encoded += encode_number((position - last) << NAME_BITS | (name & mask))
        last = position
    return bytes(encoded)


class Beginnings:
    """Finds the beginnings of tokens that span too many shards, and the names that have a word with each."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, list[int]]] = []
        self._found: list[tuple[str, list[int]]] = []

    def add(self, entry: Entry, shard: int) -> None:
        """The next entry and the number of its shard."""
        self._close(entry.token, shard)
        depth = min(len(entry.token), BEGINNING_LENGTH)
        for length in range(len(self._open) + 1, depth + 1):
            self._open.append((entry.token[:length], shard, []))
        self._open[depth - 1][2].extend(entry.names)
        self._shard = shard

    def _close(self, token: str, shard: int) -> None:
        while self._open and not token.startswith(self._open[-1][0]):
            beginning, first, names = self._open.pop()
            if self._open:
                self._open[-1][2].extend(names)
            if self._shard - first + 1 > BEGINNING_SHARDS:
                self._found.append((beginning, names))

    def finish(self) -> Iterator[tuple[str, list[int]]]:
        """Each beginning, sorted, with its names as in `Entry.names`: once, with the fewest words."""
        self._close("\0", 0)
        for beginning, names in sorted(self._found, key=lambda pair: pair[0].encode("utf-16-be")):
            yield beginning, _once(sorted(names))


def _once(names: Iterable[int]) -> list[int]:
    kept: list[int] = []
    for name in names:
        if not kept or kept[-1] >> NAME_BITS != name >> NAME_BITS:
            kept.append(name)
    return kept
