"""Facets of a catalog and the static lists of their values; it must not render them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from otdi_site.index.describe import TITLES, describer, group_order
from otdi_site.model.catalog import Summary
from otdi_site.model.facet import FACET_NAMES, Facet, Listing, Totals, Value
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import slugify

_KEPT = re.compile(r"[\w.+-]*\w[\w.+-]*", re.ASCII)


FIELDS = {
    "domain": "domains",
    "modality": "modalities",
    "language": "languages",
    "license": "license",
    "publisher": "publisher",
    "task": "tasks",
    "size": "size",
    "format": "formats",
    "access": "access",
    "hosting": "hosting",
}
"""The field of a summary that holds its values in a facet: one id or `None`, or a tuple of ids."""


def values_of(summary: Summary, facet: str) -> tuple[str, ...]:
    """The ids of a dataset's values in a facet; empty where no source states one."""
    if facet not in FIELDS:
        raise ValueError(f"no facet {facet!r}")
    found: str | tuple[str, ...] | None = getattr(summary, FIELDS[facet])
    if isinstance(found, tuple):
        return found
    return (found,) if found else ()


def value_address(facet: str, value: str) -> str:
    """``/catalog/<facet>/<value>/``; letters that no address can have are written as hyphens."""
    kept = value.lower() if _KEPT.fullmatch(value) else slugify(value)
    return f"/catalog/{facet}/{kept}/"


def build_facets(summaries: Sequence[Summary], vocabularies: Vocabularies) -> tuple[Facet, ...]:
    """Every facet with the values that occur, and how many datasets have each."""
    publishers = {summary.publisher: summary.publisher_title for summary in reversed(summaries)}
    facets = []
    for name in FACET_NAMES:
        counts: dict[str, int] = {}
        unstated = 0
        for summary in summaries:
            ids = values_of(summary, name)
            unstated += not ids
            for value in ids:
                counts[value] = counts.get(value, 0) + 1
        describe = describer(name, vocabularies, publishers)
        order = group_order(name, vocabularies)
        values = []
        for value_id, count in counts.items():
            title, group, hint = describe(value_id)
            values.append(Value(value_id, title, group, count, value_address(name, value_id), hint))
        values.sort(key=lambda v: (order.get(v.group, len(order)), -v.count, v.title.casefold(), v.id))
        facets.append(Facet(name, TITLES[name], tuple(values), unstated))
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
        for summary in summaries:
            for value_id in values_of(summary, facet.name):
                members[value_id].append(summary)
        for value in facet.values:
            rows = members[value.id]
            page_count = max(1, -(-len(rows) // rows_per_page))
            totals = add_up(rows)
            for number in range(1, page_count + 1):
                start = (number - 1) * rows_per_page
                yield Listing(facet, value, tuple(rows[start : start + rows_per_page]), number, page_count, totals)
