"""The values of each facet as the browser shows them: order, titles, groups and counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from otdi_site.index.browser.columns import Column
from otdi_site.index.browser.encoding import IndexFile, pack
from otdi_site.index.facets import describer, group_order
from otdi_site.model.facets import FACETS_BY_NAME
from otdi_site.model.vocabulary import Vocabularies

VALUES_IN_FILE = 4096

Reference = int | tuple[str, str]
"""A value in a row."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one facet in the order of their codes, which begin with 1."""

    name: str
    title: str
    groups: tuple[str, ...]
    """Titles, in the order in which they are shown."""
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    hints: tuple[str, ...]
    """Second names to find a value by; empty texts where there is none."""
    group_numbers: tuple[int, ...]
    """Position of each value's group, or -1."""
    counts: tuple[int, ...]
    """Datasets of each code, so that the first is of those that state no value."""
    listed: int
    """How many the head lists."""

    def references(self) -> list[Reference]:
        """How rows name the value of each code from 0: by code where the head lists it, else by id and title."""
        rest = zip(self.ids[self.listed :], self.titles[self.listed :], strict=True)
        return [*range(self.listed + 1), *rest]

    def part(self, start: int, end: int) -> dict[str, object]:
        """Values of codes ``start + 1`` to ``end``, as the head and the files of values have them."""
        part: dict[str, object] = {"ids": self.ids[start:end]}
        if self.titles[start:end] != self.ids[start:end]:
            part["titles"] = self.titles[start:end]
        if any(self.hints[start:end]):
            part["hints"] = self.hints[start:end]
        if self.groups:
            part["group_numbers"] = self.group_numbers[start:end]
        part["counts"] = self.counts[start + 1 : end + 1]
        return part

    def files(self) -> Iterator[IndexFile]:
        """All values, for facets of which the head does not list all."""
        if self.listed < len(self.ids):
            for start in range(0, len(self.ids), VALUES_IN_FILE):
                part = self.part(start, start + VALUES_IN_FILE)
                yield pack("values", json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


def order_values(column: Column, vocabularies: Vocabularies, publishers: Mapping[str, str]) -> Values:
    """Describes the values of a column and numbers its codes anew: the most frequent first, or in their own order."""
    facet = FACETS_BY_NAME[column.name]
    counts = column.count()
    describe = describer(facet, vocabularies, publishers)
    described = [(describe(value), value, code + 1) for code, value in enumerate(column.ids)]
    if facet.order is None:
        described.sort(key=lambda each: (-counts[each[2]], each[0][0].casefold(), each[1]))
    else:
        natural = {value: position for position, value in enumerate(facet.order(vocabularies))}
        described.sort(key=lambda each: (natural.get(each[1], len(natural)), each[1]))
    order = [code for _, _, code in described]
    column.renumber(order)
    known = group_order(facet, vocabularies)
    present = {group for (_, group, _), _, _ in described}
    groups = tuple(group for group in known if group is not None and group in present)
    numbers = {group: number for number, group in enumerate(groups)}
    return Values(
        name=facet.name,
        title=facet.title,
        groups=groups,
        ids=tuple(value for _, value, _ in described),
        titles=tuple(title for (title, _, _), _, _ in described),
        hints=tuple(hint if hint != title else "" for (title, _, hint), _, _ in described),
        group_numbers=tuple(numbers.get(group, -1) if group else -1 for (_, group, _), _, _ in described),
        counts=(counts[0], *(counts[code] for code in order)),
        listed=min(len(order), facet.listed),
    )
