"""Facets of a catalog and the static lists of their values; it must not render them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import chain
from operator import attrgetter

from otdi_site.index.describe import TITLES, describer, group_order
from otdi_site.model.catalog import Summary
from otdi_site.model.facet import FACET_NAMES, LARGEST_COUNT, Facet, Listing, Totals, Value
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import slugify

_KEPT = re.compile(r"[.+-]*+\w[\w.+-]*+", re.ASCII)


_SEVERAL = {
    "domain": attrgetter("domains"),
    "modality": attrgetter("modalities"),
    "language": attrgetter("languages"),
    "task": attrgetter("tasks"),
    "format": attrgetter("formats"),
}
"""Facets of which a dataset may have several values."""
_ONE = {name: attrgetter(name) for name in ("license", "publisher", "size", "access", "hosting")}
"""Facets of which it has one at most."""
FIELDS = _SEVERAL | _ONE
"""What reads the field of a summary that has its values in a facet: a tuple of ids, or one id or `None`."""


def values_of(summary: Summary, facet: str) -> tuple[str, ...]:
    """The ids of a dataset's values in a facet; empty where no source states one."""
    if facet in _SEVERAL:
        ids: tuple[str, ...] = _SEVERAL[facet](summary)
        return ids
    if facet in _ONE:
        value = _ONE[facet](summary)
        return (value,) if value else ()
    raise ValueError(f"no facet {facet!r}")


def all_values(summaries: Iterable[Summary], facet: str) -> list[tuple[str, ...]]:
    """The same of many datasets."""
    if facet in _SEVERAL:
        return list(map(_SEVERAL[facet], summaries))
    if facet in _ONE:
        return [(value,) if value else () for value in map(_ONE[facet], summaries)]
    return [values_of(summary, facet) for summary in summaries]


def value_address(facet: str, value: str) -> str:
    """``/catalog/<facet>/<value>/``; letters that no address can have are written as hyphens."""
    kept = value.lower() if _KEPT.fullmatch(value) else slugify(value)
    return f"/catalog/{facet}/{kept}/"


def build_facets(summaries: Sequence[Summary], vocabularies: Vocabularies) -> tuple[Facet, ...]:
    """Every facet with the values that occur, and how many datasets have each."""
    publishers = {summary.publisher: summary.publisher_title for summary in reversed(summaries)}
    facets = []
    for name in FACET_NAMES:
        stated = all_values(summaries, name)
        counts = Counter(chain.from_iterable(stated))
        describe = describer(name, vocabularies, publishers)
        order = group_order(name, vocabularies)
        values = []
        for value_id, count in counts.items():
            title, group, hint = describe(value_id)
            values.append(Value(value_id, title, group, count, value_address(name, value_id), hint))
        values.sort(key=lambda v: (order.get(v.group, len(order)), -v.count, v.title.casefold(), v.id))
        largest = tuple(nlargest(LARGEST_COUNT, values, key=attrgetter("count")))
        facets.append(Facet(name, TITLES[name], tuple(values), stated.count(()), largest))
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
