"""Collects for every token the datasets that have it, in memory as long as that lasts; it must not split text."""

from __future__ import annotations

import heapq
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from struct import Struct
from typing import IO

NAME_BITS = 4
"""Bits of a name's posting that hold the number of words of the name."""
POSTINGS_IN_MEMORY = 6_000_000
"""What is more goes to a temporary file, sorted, and is merged in the end: about 100 MB."""

_ENTRY = Struct("<III")
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A token and where it occurs."""

    sort_key: bytes
    """UTF-16, big-endian: JavaScript compares strings in this order."""
    token: str
    names: array[int]
    """Ascending: a dataset's position times 16, plus the number of words of its name."""
    texts: array[int]
    """Positions of datasets that have the token elsewhere and not in the name, ascending."""


def _new_list() -> array[int]:
    return array("I")


class Postings:
    """Tokens of names and texts, added dataset by dataset in rank order."""

    def __init__(self) -> None:
        self._names: defaultdict[str, array[int]] = defaultdict(_new_list)
        self._texts: defaultdict[str, array[int]] = defaultdict(_new_list)
        self._count = 0
        self._runs: list[IO[bytes]] = []

    def add(self, position: int, names: Mapping[str, int], texts: Iterable[str]) -> None:
        """The tokens of one dataset: those of its name with its number of words, and all others."""
        by_name, by_text = self._names, self._texts
        shifted = position << NAME_BITS
        for token, words in names.items():
            by_name[token].append(shifted | words)
        count = 0
        for token in texts:
            by_text[token].append(position)
            count += 1
        self._count += count + len(names)
        if self._count >= POSTINGS_IN_MEMORY:
            self._spill()

    def add_list(self, token: str, positions: Iterable[int]) -> None:
        """All datasets of a token that no text has; ascending."""
        self._texts[token].extend(positions)

    def entries(self) -> Iterator[Entry]:
        """Every token once, sorted; the collection is empty afterwards."""
        if not self._runs:
            yield from self._take()
            return
        self._spill()
        merged = heapq.merge(*map(_read_run, self._runs), key=attrgetter("sort_key"))
        for _, group in groupby(merged, key=attrgetter("sort_key")):
            first, *others = group
            for other in others:
                first.names.extend(other.names)
                first.texts.extend(other.texts)
            yield first
        for run in self._runs:
            run.close()
        self._runs.clear()

    def _take(self) -> Iterator[Entry]:
        empty = _new_list()
        names, texts = self._names, self._texts
        order = sorted((token.encode("utf-16-be"), token) for token in names.keys() | texts.keys())
        for sort_key, token in order:
            yield Entry(sort_key, token, names.pop(token, empty), texts.pop(token, empty))
        self._count = 0

    def _spill(self) -> None:
        run = tempfile.TemporaryFile(buffering=_BUFFER)  # noqa: SIM115  # closed when it has been merged
        for entry in self._take():
            run.write(_ENTRY.pack(len(entry.sort_key), len(entry.names), len(entry.texts)))
            run.write(entry.sort_key)
            run.write(entry.names.tobytes())
            run.write(entry.texts.tobytes())
        self._runs.append(run)


def _read_run(run: IO[bytes]) -> Iterator[Entry]:
    run.seek(0)
    while head := run.read(_ENTRY.size):
        key_length, name_count, text_count = _ENTRY.unpack(head)
        sort_key = run.read(key_length)
        names, texts = _new_list(), _new_list()
        names.frombytes(run.read(name_count * names.itemsize))
        texts.frombytes(run.read(text_count * texts.itemsize))
        yield Entry(sort_key, sort_key.decode("utf-16-be"), names, texts)
