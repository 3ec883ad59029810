"""Finds the beginnings of tokens that are looked up by themselves; it must not write shards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from otdi_site.index.browser.postings import NAME_BITS, Entry
from otdi_site.index.browser.shards import sort_key

BEGINNING_LENGTH = 8
"""Characters of the longest beginning that is looked up by itself."""
BEGINNING_SHARDS = 3
"""The most shards that a search reads for one beginning; those that span more are looked up by themselves."""


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
        for beginning, names in sorted(self._found, key=lambda pair: sort_key(pair[0])):
            yield beginning, once(sorted(names))


def once(names: Iterable[int]) -> list[int]:
    """Each dataset of sorted `names` once, with the fewest words."""
    kept: list[int] = []
    for name in names:
        if not kept or kept[-1] >> NAME_BITS != name >> NAME_BITS:
            kept.append(name)
    return kept


def beginnings_across(separators: Sequence[str]) -> set[str]:
    """The beginnings that `Beginnings` finds, told by where the shards of terms begin.

    A beginning spans one shard more than there are separators that it begins: each stands between two of its tokens.
    """
    found: set[str] = set()
    for first, last in zip(separators, separators[BEGINNING_SHARDS - 1 :], strict=False):
        longest = min(len(first) - 1, BEGINNING_LENGTH)
        found.update(first[:length] for length in range(1, longest + 1) if last.startswith(first[:length]))
    return found
