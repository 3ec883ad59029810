"""Facets with the number of datasets of each value, and the lists of those datasets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otdi_site.model.catalog import Summary

LARGEST_COUNT = 60
"""Values of a facet that are known as its largest."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet."""

    id: str
    """The term's id, the language's tag or the publisher's id."""
    title: str
    group: str | None
    """Title of the group it stands in; `None` where the facet has no groups."""
    count: int
    """Number of datasets."""
    address: str
    """First page of its datasets, ``/catalog/<facet>/<value>/``."""
    hint: str = ""
    """A second name to find it by: a language's own name, a licence's full name."""


@dataclass(frozen=True, slots=True)
class ValueLink:
    """One value of a facet as the pages of datasets know it: nothing that depends on other datasets."""

    id: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to divide the catalog. Only values that some dataset has are there."""

    name: str
    """Singular and lower-case, as in addresses and queries: ``domain``."""
    title: str
    """Such as ``Domain``."""
    values: Sequence[Value]
    """By group, then by count, the largest first, then by title."""
    unstated_count: int
    """Datasets for which no source states a value."""
    largest: tuple[Value, ...] = ()
    """The `LARGEST_COUNT` values that most datasets have, equals in the order of `values`."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the datasets of a value, on all its pages."""

    downloads: int
    """Downloads in the last 30 days, of the datasets for which they are known."""
    likes: int
    counted: int
    """Datasets whose downloads are known; of the others nothing is in the sums."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the datasets of one facet value."""

    facet: Facet
    value: Value
    summaries: tuple[Summary, ...]
    number: int
    """From 1."""
    page_count: int
    totals: Totals

    @property
    def address(self) -> str:
        return self.address_of(self.number)

    def address_of(self, number: int) -> str:
        """The address of another page of the same list."""
        return self.value.address if number == 1 else f"{self.value.address}page-{number}/"
