"""What the values of facets are called and how they are grouped; it must not count datasets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from otdi_site.index.regions import REGIONS, region_of
from otdi_site.model.catalog import GENERAL_PURPOSE
from otdi_site.model.language import find_language
from otdi_site.model.vocabulary import License, Term, Vocabularies, Vocabulary

TITLES = {
    "domain": "Domain",
    "modality": "Modality",
    "language": "Language",
    "license": "Licence",
    "publisher": "Publisher",
    "task": "Task",
    "size": "Size",
    "format": "Format",
    "access": "Access",
    "hosting": "Hosting",
    "change": "Last change",
}
"""Titles of the facets by name, in the order in which they are shown."""

CHANGES = {
    "month": (31, "In the last month"),
    "quarter": (92, "One to three months before"),
    "year": (365, "Three months to a year before"),
    "two-years": (730, "One to two years before"),
    "older": (1_000_000, "Longer ago"),
}
"""Values of the facet ``change``: the most days from the last change to the day that counts as today, and a title."""

_LICENSE_GROUPS = {
    "public-domain": "Public domain",
    "permissive": "Permissive",
    "copyleft": "Share alike",
    "non-commercial": "Non-commercial",
    "no-derivatives": "No derivatives",
    "restricted": "With restrictions",
}
_ACCESS = {"open": "Open", "gated": "Gated: its host asks for conditions to be accepted"}
_HOSTING = {"owner": "By its owner", "alliance": "By the initiative"}

Description = tuple[str, str | None, str]
"""Title, group and hint of a value."""


def describer(facet: str, vocabularies: Vocabularies, publishers: Mapping[str, str]) -> Callable[[str], Description]:
    """What tells title, group and hint of a value's id; `publishers` holds the titles of publishers by id."""
    match facet:
        case "language":
            return _describe_language
        case "license":
            return lambda value: _describe_license(vocabularies.licenses, value)
        case "publisher":
            return lambda value: (publishers[value], None, "")
        case "format":
            return lambda value: (value, None, "")
        case "access":
            return lambda value: (_ACCESS.get(value, value), None, "")
        case "hosting":
            return lambda value: (_HOSTING.get(value, value), None, "")
        case "change":
            return lambda value: (CHANGES[value][1], None, "")
    vocabulary = _vocabulary(facet, vocabularies)
    return lambda value: _describe_term(vocabulary, value)


def group_order(facet: str, vocabularies: Vocabularies) -> dict[str | None, int]:
    """Positions of a facet's groups, by title; empty where it has none."""
    match facet:
        case "license":
            titles = list(_LICENSE_GROUPS.values())
        case "language":
            titles = list(REGIONS)
        case "domain" | "modality" | "task" | "size":
            titles = [group.title for group in _vocabulary(facet, vocabularies).groups]
        case _:
            titles = []
    return {title: position for position, title in enumerate(titles)}


def fixed_order(facet: str, vocabularies: Vocabularies) -> dict[str, int] | None:
    """Positions of a facet's values by id, where they have an order of their own."""
    match facet:
        case "size":
            ids = [term.id for term in vocabularies.size_categories.terms]
        case "change":
            ids = list(CHANGES)
        case _:
            return None
    return {value: position for position, value in enumerate(ids)}


def _vocabulary(facet: str, vocabularies: Vocabularies) -> Vocabulary[Term]:
    return {
        "domain": vocabularies.domains,
        "modality": vocabularies.modalities,
        "task": vocabularies.tasks,
        "size": vocabularies.size_categories,
    }[facet]


def _describe_term(vocabulary: Vocabulary[Term], term_id: str) -> Description:
    term = vocabulary.get(term_id)
    if term is None:
        return ("General purpose" if term_id == GENERAL_PURPOSE else term_id), None, ""
    return term.title, next((group.title for group in vocabulary.groups if group.id == term.group), None), ""


def _describe_license(licenses: Vocabulary[License], license_id: str) -> Description:
    license = licenses.get(license_id)
    if license is None:
        return license_id.removeprefix("LicenseRef-"), None, ""
    group = _LICENSE_GROUPS[license.category] if license.category else None
    title = license.title if license.id.startswith("LicenseRef-") else license.id
    return title, group, license.title


def _describe_language(tag: str) -> Description:
    language = find_language(tag)
    return (language.title, region_of(tag), language.autonym) if language else (tag, REGIONS[-1], "")
