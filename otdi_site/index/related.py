"""Finds related datasets by the domain, tasks, languages, modalities and publisher that they share."""

from __future__ import annotations

from collections.abc import Sequence

from otdi_site.index.facets import all_values
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import FACETS, GENERAL_PURPOSE

RELATED_COUNT = 5
_CANDIDATES = 12
"""Datasets looked at for each value that a dataset has: the highest in rank, so that cost does not grow."""
_WEIGHTS = {each.name: each.likeness for each in FACETS if each.likeness}
_ENOUGH = 3
"""Fewer points than this, such as English text alone, do not make datasets alike."""


class RelatedIndex:
    """Finds what a dataset has in common with others, among summaries in rank order."""

    def __init__(self, summaries: Sequence[Summary]) -> None:
        self._summaries = summaries
        # Values by number, since a set of pairs for each dataset would take a gigabyte for a million of them.
        self._values: list[tuple[int, ...]] = []
        self._weights: list[int] = []
        self._leaders: list[list[int]] = []
        self._found: dict[tuple[int, ...], list[int]] = {}
        numbers: dict[tuple[int, str], int] = {}
        weights = list(_WEIGHTS.values())
        for position, stated in enumerate(zip(*(all_values(summaries, facet) for facet in _WEIGHTS), strict=True)):
            values = []
            for facet, ids in enumerate(stated):
                for value in ids:
                    if value == GENERAL_PURPOSE:
                        continue
                    number = numbers.setdefault((facet, value), len(self._leaders))
                    if number == len(self._leaders):
                        self._leaders.append([])
                        self._weights.append(weights[facet])
                    values.append(number)
                    if len(self._leaders[number]) <= _CANDIDATES:
                        self._leaders[number].append(position)
            self._values.append(tuple(values))

    def find(self, position: int) -> tuple[Summary, ...]:
        """At most `RELATED_COUNT` datasets like the one at `position`, most alike first, then by rank."""
        return tuple(self._summaries[other] for other in self.find_positions(position))

    def find_positions(self, position: int) -> list[int]:
        """The positions of the same."""
        leaders = self._leaders
        # A value that no other has leads to none. Without it, what is found is the same for all with these values.
        mine = tuple([value for value in self._values[position] if len(leaders[value]) > 1])
        found = self._found.get(mine)
        if found is None:
            found = self._found[mine] = self._rank(mine)
        return [other for other in found if other != position][:RELATED_COUNT]

    def _rank(self, mine: tuple[int, ...]) -> list[int]:
        """Positions of datasets like one with the values `mine`, one more than are shown: it may be among them."""
        weights, values = self._weights, self._values
        scored = []
        for other in set().union(*[self._leaders[value] for value in mine]):
            theirs = values[other]
            score = 0
            for value in mine:
                if value in theirs:
                    score += weights[value]
            if score >= _ENOUGH:
                scored.append((-score, other))
        scored.sort()
        return [other for _, other in scored[: RELATED_COUNT + 1]]
