"""Finds the prefixes of tokens that have postings of their own, since their terms span too many shards."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from otdi_site.index.browser.encoding import sort_key
from otdi_site.index.browser.postings import NAME_BITS

PREFIX_LENGTH = 8
"""Characters of the longest prefix with postings of its own."""
PREFIX_SHARDS = 3
"""Shards of terms that a search reads for one prefix at most; a prefix that spans more has postings of its own."""


class PrefixFinder:
    """Finds the prefixes of tokens that span too many shards, and the names and texts that have a word with each."""

    def __init__(self, separators: Sequence[str], dataset_count: int) -> None:
        """`separators` are the first keys of the shards of terms written so far; the list grows meanwhile."""
        self._separators = separators
        self._dataset_count = dataset_count
        self._last = ""
        """The first characters of the last token, whose prefixes are open; what follows has an item for each."""
        self._starts: list[int] = []
        """The least number of separators before it."""
        self._names: list[array[int] | None] = []
        self._texts: list[array[int] | None] = []
        self._found: dict[str, tuple[array[int], array[int]]] = {}
        """Names and texts of the prefixes that may span too many shards."""
        self._before = 0
        """How many separators there were at the last token."""

    def add(self, token: str, names: array[int], texts: array[int]) -> None:
        """Adds the next token, in sorted order, with its postings, which it keeps; its term is in the last shard."""
        head = token[:PREFIX_LENGTH]
        if head != self._last:
            self._close(head)
            added = len(head) - len(self._starts)
            self._starts += [self._before] * added
            self._names += [None] * added
            self._texts += [None] * added
            self._last = head
        _extend(self._names, names)
        _extend(self._texts, texts)
        self._before = len(self._separators)

    def _close(self, token: str) -> None:
        """Closes the prefixes that `token` does not have: no later token has them."""
        last = self._last
        while not token.startswith(last):
            start, names, texts = self._starts.pop(), self._names.pop(), self._texts.pop()
            if len(self._separators) - start >= PREFIX_SHARDS:
                texts = self._each_once(texts or array("I"))
                self._found[last] = names or array("I"), texts
                names = names and names[:]  # which goes on growing
                texts = texts[:]
            last = last[:-1]
            if last:
                _extend(self._names, names)
                _extend(self._texts, texts)
        self._last = last

    def _each_once(self, texts: array[int]) -> array[int]:
        """Ascending; quicker than sorting."""
        has = bytearray(self._dataset_count)
        for position in texts:
            has[position] = 1
        return array("I", compress(range(self._dataset_count), has))

    def finish(self) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
        """Each prefix, sorted, with names and texts as `Entry` has them: each dataset once, with the fewest words."""
        self._close("\0")
        for prefix in sorted(prefixes_across(self._separators), key=sort_key):
            names, texts = self._found.pop(prefix, (array("I"), array("I")))
            yield prefix, once(sorted(names)), texts


def _extend(postings: list[array[int] | None], more: array[int] | None) -> None:
    """Adds postings to the last ones."""
    last = postings[-1]
    if last is not None:
        last.extend(more or ())
    elif more:
        postings[-1] = more


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
    return found
