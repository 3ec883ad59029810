"""Builds the facets of a catalog and the static lists of their values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain
from operator import attrgetter
from typing import Any

from otdi_site.model.catalog import Summary
from otdi_site.model.facets import FACETS, FACETS_BY_NAME, LISTED_FACETS, Describe, FacetDefinition
from otdi_site.model.listing import LARGEST_COUNT, Facet, Listing, Totals, Value
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import slugify

_KEPT = re.compile(r"[.+-]*+\w[\w.+-]*+", re.ASCII)


READERS: Mapping[str, Callable[[Summary], Any]] = {each.name: attrgetter(each.attribute) for each in FACETS}
"""Functions that read the values of a facet from a summary: a tuple of ids, or one id or `None`."""


def values_of(summary: Summary, facet: str) -> tuple[str, ...]:
    """The ids of a dataset's values in a facet; empty where no source states one."""
    return all_values([summary], facet)[0]


def all_values(summaries: Iterable[Summary], facet: str) -> list[tuple[str, ...]]:
    """The ids of many datasets' values in a facet."""
    if facet not in READERS:
        raise ValueError(f"no facet {facet!r}")
    found = map(READERS[facet], summaries)
    return list(found) if FACETS_BY_NAME[facet].has_many else [(value,) if value else () for value in found]


def describer(facet: FacetDefinition, vocabularies: Vocabularies, publishers: Mapping[str, str]) -> Describe:
    """Describes the values of a facet by their ids; `publishers` has the titles that datasets give, by id."""
    if facet.name == "publisher":
        return lambda value: (publishers[value], None, "")
    return facet.describer(vocabularies)


def group_order(facet: FacetDefinition, vocabularies: Vocabularies) -> dict[str | None, int]:
    """Positions of a facet's groups, by title; empty where it has none."""
    return {title: position for position, title in enumerate(facet.group_titles(vocabularies))}


def value_address(facet: str, value: str) -> str:
    """``/catalog/<facet>/<value>/``; letters that no address can have are written as hyphens."""
    kept = value.lower() if _KEPT.fullmatch(value) else slugify(value)
    return f"/catalog/{facet}/{kept}/"


def build_facets(summaries: Sequence[Summary], vocabularies: Vocabularies) -> tuple[Facet, ...]:
    """Every facet with the values that occur, and how many datasets have each."""
    publishers = {summary.publisher: summary.publisher_title for summary in reversed(summaries)}
    facets = []
    for definition in LISTED_FACETS:
        name = definition.name
        stated = all_values(summaries, name)
        counts = Counter(chain.from_iterable(stated))
        describe = describer(definition, vocabularies, publishers)
        order = group_order(definition, vocabularies)
        values = []
        for value_id, count in counts.items():
            title, group, hint = describe(value_id)
            values.append(Value(value_id, title, group, count, value_address(name, value_id), hint))
        values.sort(key=lambda v: (order.get(v.group, len(order)), -v.count, v.title.casefold(), v.id))
        largest = tuple(nlargest(LARGEST_COUNT, values, key=attrgetter("count")))
        facets.append(Facet(name, definition.title, tuple(values), stated.count(()), largest))
    return tuple(facets)


def add_up(summaries: Sequence[Summary]) -> Totals:
    """The sums of what is known of datasets."""
    downloads = [summary.downloads for summary in summaries if summary.downloads is not None]
    likes = sum(summary.likes for summary in summaries if summary.likes is not None)
    return Totals(sum(downloads), likes, len(downloads))


def build_listings(facets: Sequence[Facet], summaries: Sequence[Summary], rows_per_page: int) -> Iterator[Listing]:
    """The static pages of every value of every facet; datasets keep the order of `summaries`."""
    for facet in facets:
        members: dict[str, list[Summary]] = {value.id: [] for value in facet.values}
        for summary, ids in zip(summaries, all_values(summaries, facet.name), strict=True):
            for value_id in ids:
                members[value_id].append(summary)
        for value in facet.values:
            rows = members[value.id]
            page_count = max(1, -(-len(rows) // rows_per_page))
            totals = add_up(rows)
            for number in range(1, page_count + 1):
                start = (number - 1) * rows_per_page
                yield Listing(facet, value, tuple(rows[start : start + rows_per_page]), number, page_count, totals)
