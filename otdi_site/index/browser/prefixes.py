"""Finds the prefixes of tokens that have postings of their own, since their terms span too many shards."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from otdi_site.index.browser.encoding import sort_key
from otdi_site.index.browser.postings import NAME_BITS
from otdi_site.index.browser.searchable import VALUE_MARK

PREFIX_LENGTH = 8
"""Characters of the longest prefix with postings of its own."""
PREFIX_SHARDS = 3
"""Shards of terms that a search reads for one prefix at most; a prefix that spans more has postings of its own."""


class PrefixFinder:
    """Finds the prefixes of tokens that span too many shards, and the names that have a word with each."""

    def __init__(self, separators: Sequence[str]) -> None:
        """`separators` are the first keys of the shards of terms written so far; the list grows meanwhile."""
        self._separators = separators
        self._open: list[tuple[str, int, array[int]]] = []
        """Prefixes of the last token; the least number of separators before each; names of its tokens."""
        self._found: dict[str, array[int]] = {}
        """Names of the prefixes that may span too many shards."""
        self._before = 0
        """How many separators there were at the last token."""

    def add(self, token: str, names: array[int]) -> None:
        """Adds the next token, in sorted order, with the names that have it; its term is in the last shard."""
        self._close(token)
        depth = min(len(token), PREFIX_LENGTH)
        for length in range(len(self._open) + 1, depth + 1):
            self._open.append((token[:length], self._before, array("I")))
        self._open[depth - 1][2].extend(names)
        self._before = len(self._separators)

    def _close(self, token: str) -> None:
        """Closes the prefixes that `token` does not have: no later token has them."""
        while self._open and not token.startswith(self._open[-1][0]):
            prefix, before, names = self._open.pop()
            if self._open:
                self._open[-1][2].extend(names)
            if len(self._separators) - before >= PREFIX_SHARDS:
                self._found[prefix] = names

    def finish(self) -> Iterator[tuple[str, list[int]]]:
        """Each prefix, sorted, with its names as in `Entry.names`: once, with the fewest words."""
        self._close("\0")
        for prefix in sorted(prefixes_across(self._separators), key=sort_key):
            yield prefix, once(sorted(self._found.get(prefix, ())))


def once(names: Iterable[int]) -> list[int]:
    """Each dataset of sorted `names` once, with the fewest words."""
    kept: list[int] = []
    for name in names:
        if not kept or kept[-1] >> NAME_BITS != name >> NAME_BITS:
            kept.append(name)
    return kept


def prefixes_across(separators: Sequence[str]) -> set[str]:
    """The prefixes that span too many shards, from the separators of the shards of terms.

    A prefix spans one shard more than there are longer separators with it: each stands between two of its tokens.
    """
    found: set[str] = set()
    for first, last in zip(separators, separators[PREFIX_SHARDS - 1 :], strict=False):
        longest = min(len(first) - 1, PREFIX_LENGTH)
        found.update(first[:length] for length in range(1, longest + 1) if last.startswith(first[:length]))
    return {prefix for prefix in found if not prefix.startswith(VALUE_MARK)}
