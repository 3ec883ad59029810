"""The inverted index under construction: for every token its datasets, spilled to sorted runs on disk."""

from __future__ import annotations

import heapq
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from struct import Struct
from typing import IO, NamedTuple

from otdi_site.index.browser.encoding import sort_key

NAME_BITS = 4
"""Bits of a name's posting that hold the number of words of the name."""
POSTINGS_IN_MEMORY = 3_000_000
"""Beyond this number, postings are sorted into a temporary file and merged in the end: about 50 MB."""

_ENTRY = Struct("<III")
_BUFFER = 1 << 20


class Entry(NamedTuple):
    """A token and where it occurs."""

    token: str
    names: array[int]
    """Ascending: a dataset's position times 16, plus the number of words of its name."""
    texts: array[int]
    """Positions of datasets that have the token elsewhere and not in the name, ascending."""


_new_list: Callable[[], array[int]] = partial(array, "I")


class Postings:
    """Tokens of names and texts, added dataset by dataset in rank order."""

    def __init__(self) -> None:
        self._names: defaultdict[str, array[int]] = defaultdict(_new_list)
        self._texts: defaultdict[str, array[int]] = defaultdict(_new_list)
        self._count = 0
        self._runs: list[IO[bytes]] = []

    def add(self, position: int, names: Mapping[str, int], texts: Collection[str]) -> None:
        """The tokens of one dataset: those of its name with its number of words, and all others."""
        by_name, by_text = self._names, self._texts
        shifted = position << NAME_BITS
        for token, words in names.items():
            by_name[token].append(shifted | words)
        for token in texts:
            by_text[token].append(position)
        self._count += len(names) + len(texts)
        if self._count >= POSTINGS_IN_MEMORY:
            self._spill()

    def entries(self) -> Iterator[Entry]:
        """Every token once, sorted; the collection is empty afterwards."""
        if not self._runs:
            yield from self._take()
            return
        self._spill()
        merged = heapq.merge(*map(_read_run, self._runs), key=itemgetter(0))
        for _, group in groupby(merged, key=itemgetter(0)):
            (_, first), *others = group
            for _, other in others:
                first.names.extend(other.names)
                first.texts.extend(other.texts)
            yield first
        for run in self._runs:
            run.close()
        self._runs.clear()

    def _take(self) -> Iterator[Entry]:
        empty = _new_list()
        names, texts = self._names, self._texts
        for token in sorted(names.keys() | texts.keys(), key=sort_key):
            yield Entry(token, names.pop(token, empty), texts.pop(token, empty))
        self._count = 0

    def _spill(self) -> None:
        run = tempfile.TemporaryFile(buffering=_BUFFER)  # noqa: SIM115  # closed when it has been merged
        for token, names, texts in self._take():
            key = sort_key(token)
            run.write(_ENTRY.pack(len(key), len(names), len(texts)))
            run.write(key)
            run.write(names.tobytes())
            run.write(texts.tobytes())
        self._runs.append(run)


def _read_run(run: IO[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """The entries of a run, each with what it is sorted by."""
    run.seek(0)
    while head := run.read(_ENTRY.size):
        key_length, name_count, text_count = _ENTRY.unpack(head)
        key = run.read(key_length)
        names, texts = _new_list(), _new_list()
        names.frombytes(run.read(name_count * names.itemsize))
        texts.frombytes(run.read(text_count * texts.itemsize))
        yield key, Entry(key.decode("utf-16-be"), names, texts)
