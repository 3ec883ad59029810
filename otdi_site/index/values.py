"""Titles and list addresses of facet values, from their ids alone."""

from __future__ import annotations

from collections.abc import Callable

from otdi_site.index.facets import value_address
from otdi_site.model.facets import LISTED_FACETS
from otdi_site.model.listing import ValueLink
from otdi_site.model.vocabulary import Vocabularies


def value_finder(vocabularies: Vocabularies) -> Callable[[str, str], ValueLink | None]:
    """A function that gives values by facet and id, of datasets or not; `None` for facets without lists.

    A publisher without a term of its own is called by its id: its title is known from its datasets alone.
    """
    describers = {facet.name: facet.describer(vocabularies) for facet in LISTED_FACETS}
    known: dict[tuple[str, str], ValueLink] = {}

    def find(facet: str, value_id: str) -> ValueLink | None:
        if facet not in describers:
            return None
        found = known.get((facet, value_id))
        if found is None:
            title = describers[facet](value_id)[0]
            found = known[facet, value_id] = ValueLink(value_id, title, value_address(facet, value_id))
        return found

    return find
