"""Finds related datasets: those with the same sources, and with the same publisher, tasks and rare words.

A value relates datasets the more, the rarer it is; one that many have relates none. Points are whole numbers, so that
every machine finds the same. A dataset is related to none rather than to one with which it has little in common.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain

from otdi_site.model.catalog import Summary
from otdi_site.model.facets import GENERAL_PURPOSE

RELATED_COUNT = 5
_RARE = 200
"""A value is rare if at most one dataset in so many has it,"""
_FEW = 8
"""or so few in all."""
_WINDOW = 8
"""Datasets looked at for each value: of more, those next in rank, so that the first ones are not linked by all."""
_COMPARED = 6
"""Candidates all of whose values are compared."""
_ENOUGH = 7
"""Points from which on datasets are related: a publisher and a word of the name, or two to four rare words."""

_SOURCE = 9
"""Points of a source in common, and of a dataset that the other was made from."""
_PUBLISHER = 3
_NAME = 2
"""Points of a rare word of both names, beside those that it has anywhere."""
_FACETS = {"domains": (7, 2), "tasks": (3, 1), "languages": (2, 0)}
"""Points of a rare value, and of another, by the attribute of a summary."""


class RelatedIndex:
    """Finds what a dataset has in common with others, among summaries in rank order."""

    def __init__(self, summaries: Sequence[Summary]) -> None:
        self._summaries = summaries
        self._limit = limit = max(_FEW, len(summaries) // _RARE)
        # Values by number: a set of texts for each dataset would take a gigabyte for a million of them.
        self._points: list[int] = []
        self._members: list[list[int] | None] = []
        """Positions by value; `None` for a value by which no others are sought."""
        self._values: list[tuple[int, ...]] = []
        every, named = Counter[str](), Counter[str]()
        for summary in summaries:
            name, _, text = summary.words.partition("|")
            words = name.split()
            named.update(words)
            every.update(words)
            every.update(text.split())
        words_of_all = self._number(every, lambda count: _word_points(count, limit))
        words_of_names = self._number(named, lambda count: _NAME if count <= limit else 0)
        for word, number in words_of_names.items():
            if word in words_of_all:  # which leads to the same
                self._members[number] = None
        stated = Counter(chain.from_iterable([each.sources for each in summaries]))
        stated.update([each.id for each in summaries if each.id in stated])
        sources = self._number(stated, lambda count: _SOURCE)
        publishers = self._number(Counter([each.publisher for each in summaries]), lambda count: _PUBLISHER)
        facets = self._number_facets(summaries)
        members = self._members
        for position, each in enumerate(summaries):
            name, _, text = each.words.partition("|")
            words = name.split()
            values = [words_of_names[word] for word in words if word in words_of_names]
            values += [words_of_all[word] for word in words if word in words_of_all]
            values += [words_of_all[word] for word in text.split() if word in words_of_all]
            if each.publisher in publishers:
                values.append(publishers[each.publisher])
            if sources:
                values += [sources[source] for source in dict.fromkeys((each.id, *each.sources)) if source in sources]
            values += facets[each.domains, each.tasks, each.languages]
            self._values.append(tuple(values))
            for value in values:
                if (others := members[value]) is not None:
                    others.append(position)

    def find(self, position: int) -> tuple[Summary, ...]:
        """At most `RELATED_COUNT` datasets like the one at `position`, most alike first, then by rank."""
        return tuple(self._summaries[other] for other in self.find_positions(position))

    def find_positions(self, position: int) -> list[int]:
        """The positions of the same."""
        points, values, mine = self._points, self._values, self._values[position]
        scores: dict[int, int] = {}
        for value in mine:
            members = self._members[value]
            if members is None:
                continue
            if len(members) > _WINDOW:
                start = max(0, min(bisect_left(members, position) - _WINDOW // 2, len(members) - _WINDOW))
                members = members[start : start + _WINDOW]
            each = points[value]
            for other in members:
                if other in scores:
                    scores[other] += each
                else:
                    scores[other] = each
        scores.pop(position, None)
        candidates: Sequence[int] = list(scores)
        if len(candidates) > _COMPARED:
            candidates = sorted(candidates, key=lambda other: (-scores[other], other))[:_COMPARED]
        shared = frozenset(mine)
        found = []
        for other in candidates:
            score = sum([points[value] for value in shared.intersection(values[other])])
            if score >= _ENOUGH:
                found.append((-score, other))
        found.sort()
        return [other for _, other in found[:RELATED_COUNT]]

    def _number(
        self, counts: Mapping[str, int], points: Callable[[int], int], most: int | None = None
    ) -> dict[str, int]:
        """Numbers of values that several datasets have and that have points; those of more than `most` lead to none."""
        numbers = {}
        for value, count in counts.items():
            if count > 1 and (worth := points(count)):
                numbers[value] = len(self._points)
                self._points.append(worth)
                self._members.append([] if most is None or count <= most else None)
        return numbers

    def _number_facets(self, summaries: Sequence[Summary]) -> dict[tuple[tuple[str, ...], ...], tuple[int, ...]]:
        """Numbers by the domains, tasks and languages of datasets, of which many have the same."""
        limit = self._limit
        groups = Counter((each.domains, each.tasks, each.languages) for each in summaries)
        numbered = []
        for place, worth in enumerate(_FACETS.values()):
            counts = Counter[str]()
            for group, count in groups.items():
                for value in group[place]:
                    if value != GENERAL_PURPOSE:
                        counts[value] += count
            numbered.append(self._number(counts, partial(_facet_points, worth, limit), limit))
        return {
            group: tuple(
                [
                    numbers[value]
                    for values, numbers in zip(group, numbered, strict=True)
                    for value in values
                    if value in numbers
                ]
            )
            for group in groups
        }


def _facet_points(worth: tuple[int, int], limit: int, count: int) -> int:
    rare, other = worth
    return rare if count <= limit else other


def _word_points(count: int, limit: int) -> int:
    return 0 if count > limit else 2 + (4 * count <= limit) + (16 * count <= limit)
