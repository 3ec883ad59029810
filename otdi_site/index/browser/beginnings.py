"""Finds the beginnings of tokens that are looked up by themselves; it must not write shards."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from otdi_site.index.browser.encoding import sort_key
from otdi_site.index.browser.postings import NAME_BITS
from otdi_site.index.browser.searched import VALUE_MARK

BEGINNING_LENGTH = 8
"""Characters of the longest beginning that is looked up by itself."""
BEGINNING_SHARDS = 3
"""The most shards that a search reads for one beginning; those that span more are looked up by themselves."""


class Beginnings:
    """Finds the beginnings of tokens that span too many shards, and the names that have a word with each."""

    def __init__(self, separators: Sequence[str]) -> None:
        """`separators` tell where the shards of terms begin, as far as they are written."""
        self._separators = separators
        self._open: list[tuple[str, int, array[int]]] = []
        """Beginnings of the last token; the least number of separators before each; names of its tokens."""
        self._found: dict[str, array[int]] = {}
        """Names of the beginnings that may span too many shards."""
        self._before = 0
        """How many separators there were at the last token."""

    def add(self, token: str, names: array[int]) -> None:
        """The next token that names have; it is in the last shard."""
        self._close(token)
        depth = min(len(token), BEGINNING_LENGTH)
        for length in range(len(self._open) + 1, depth + 1):
            self._open.append((token[:length], self._before, array("I")))
        self._open[depth - 1][2].extend(names)
        self._before = len(self._separators)

    def _close(self, token: str) -> None:
        """Takes leave of beginnings that `token` has not: it is above all tokens with them."""
        while self._open and not token.startswith(self._open[-1][0]):
            beginning, before, names = self._open.pop()
            if self._open:
                self._open[-1][2].extend(names)
            if len(self._separators) - before >= BEGINNING_SHARDS:
                self._found[beginning] = names

    def finish(self) -> Iterator[tuple[str, list[int]]]:
        """Each beginning, sorted, with its names as in `Entry.names`: once, with the fewest words."""
        self._close("\0")
        for beginning in sorted(beginnings_across(self._separators), key=sort_key):
            yield beginning, once(sorted(self._found.get(beginning, ())))


def once(names: Iterable[int]) -> list[int]:
    """Each dataset of sorted `names` once, with the fewest words."""
    kept: list[int] = []
    for name in names:
        if not kept or kept[-1] >> NAME_BITS != name >> NAME_BITS:
            kept.append(name)
    return kept


def beginnings_across(separators: Sequence[str]) -> set[str]:
    """The beginnings that span too many shards, told by where the shards of terms begin.

    A beginning spans one shard more than there are longer separators with it: each stands between two of its tokens.
    """
    found: set[str] = set()
    for first, last in zip(separators, separators[BEGINNING_SHARDS - 1 :], strict=False):
        longest = min(len(first) - 1, BEGINNING_LENGTH)
        found.update(first[:length] for length in range(1, longest + 1) if last.startswith(first[:length]))
    return {beginning for beginning in found if not beginning.startswith(VALUE_MARK)}
