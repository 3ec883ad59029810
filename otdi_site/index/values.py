"""What a value of a facet is called, and where its list is, told from its id alone; it must not count datasets."""

from __future__ import annotations

from collections.abc import Callable

from otdi_site.index.describe import describer
from otdi_site.index.facets import value_address
from otdi_site.model.facet import FACET_NAMES, ValueLink
from otdi_site.model.vocabulary import Vocabularies


def value_finder(vocabularies: Vocabularies) -> Callable[[str, str], ValueLink | None]:
    """What tells a value by facet and id, whether any dataset has it or not; `None` of what has no lists.

    A publisher without a term of its own is called by its id: its title is known from its datasets alone.
    """
    describers = {name: describer(name, vocabularies, {}) for name in FACET_NAMES if name != "publisher"}
    known: dict[tuple[str, str], ValueLink] = {}

    def find(facet: str, value_id: str) -> ValueLink | None:
        if facet not in FACET_NAMES:
            return None
        found = known.get((facet, value_id))
        if found is None:
            if facet == "publisher":
                term = vocabularies.publishers.get(value_id)
                title = term.title if term else value_id
            else:
                title = describers[facet](value_id)[0]
            found = known[facet, value_id] = ValueLink(value_id, title, value_address(facet, value_id))
        return found

    return find
