"""Suggests similar words for a misspelt one, fast for any number of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_FEW = 300
"""Words that are all compared; of more, those that share most pairs of letters."""
_COMPARED = 30
_LENGTH_LIMIT = 100
"""Characters of a word that is compared at all: comparing takes the square of them."""
_SHARED_BY = 2_000
"""Words that may share a pair of letters before it says nothing."""


class Suggestions:
    """Words to choose from."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if len(word) <= _LENGTH_LIMIT]
        self._by_pair: dict[str, list[int]] | None = None

    def nearest(self, word: str, count: int = 3, cutoff: float = 0.6) -> list[str]:
        """The words that look like `word`, the most alike first, at most `count`."""
        if len(word) > _LENGTH_LIMIT:
            return []
        return get_close_matches(word, self._candidates(word), n=count, cutoff=cutoff)

    def _candidates(self, word: str) -> Sequence[str]:
        if len(self._words) <= _FEW:
            return self._words
        if self._by_pair is None:
            self._by_pair = {}
            for index, known in enumerate(self._words):
                for pair in _pairs(known):
                    self._by_pair.setdefault(pair, []).append(index)
        shared: Counter[int] = Counter()
        for pair in sorted(_pairs(word)):
            shared.update(self._by_pair.get(pair, [])[:_SHARED_BY])
        best = sorted(shared, key=lambda index: (-shared[index], abs(len(self._words[index]) - len(word)), index))
        return [self._words[index] for index in best[:_COMPARED]]


def _pairs(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[index : index + 2] for index in range(len(padded) - 1)}


def suggest(word: str, words: Iterable[str], count: int = 3, cutoff: float = 0.6) -> list[str]:
    """Suggests similar words out of `words`, which are indexed for this one question."""
    return Suggestions(words).nearest(word, count, cutoff)
