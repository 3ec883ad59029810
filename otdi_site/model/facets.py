"""The facets of the catalog: one row each says which values datasets have and how they are titled, grouped and listed.

Lists, the browser's index and its filters read this table. A row is an attribute of `FacetIds`, of the name of the
field of a dataset whose values it has::

    year_created: str | None = facet("year", "Year created")
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.language import find_language
from otdi_site.model.regions import REGIONS, region_of
from otdi_site.model.vocabulary import Vocabularies

GENERAL_PURPOSE = "general-purpose"
"""The domain of a dataset that states no specialty, in lists and filters."""

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

Description = tuple[str, str | None, str]
"""Title, group and hint of a value: the hint is a second name to find it by."""
Describe = Callable[[str], Description]
"""Describes a value by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetDefinition:
    """One row of the table."""

    name: str
    """Singular and lower-case, as in addresses and queries: ``domain``."""
    title: str
    """Such as ``Domain``."""
    attribute: str = ""
    """Of `Summary`, and the name of the field of a dataset."""
    has_many: bool = False
    """Whether a dataset may have several values."""
    none: str | None = None
    """Id of the value of datasets of which a source says that they have none."""
    has_pages: bool = True
    """Whether each value has static pages that list its datasets."""
    in_rows: bool = True
    """Whether the browser's rows name its values, which comparisons and exports take from there."""
    listed: int = 120
    """Values that the head of the browser's index lists; the most frequent ones where there are more."""
    is_named: bool = False
    """Whether a search that names a value finds its datasets."""
    requirement: str | None = None
    """Id of the requirement of the dataset specification whose result is the value: ``yes``, ``no`` or ``unknown``."""
    answered_by: str | None = None
    """The field of a dataset without a ledger that answers the requirement; `None` where only a card does."""
    describe: Callable[[Vocabularies], Describe] | None = None
    """Given a site's vocabularies, describes values; by default, a term by its vocabulary, else an id by itself."""
    groups: Callable[[Vocabularies], Sequence[str]] | None = None
    """Titles of the groups of values, in order; by default, those of the vocabulary."""
    order: Callable[[Vocabularies], Sequence[str]] | None = None
    """Ids of the values where they have an order of their own; by default, the most frequent come first."""

    def describer(self, vocabularies: Vocabularies) -> Describe:
        """Describes the values of the facet."""
        if self.describe is not None:
            return self.describe(vocabularies)
        name = self._vocabulary
        return (lambda value: (value, None, "")) if name is None else _term_describer(vocabularies, name)

    def group_titles(self, vocabularies: Vocabularies) -> Sequence[str]:
        """Titles of the groups of values in their order; empty where it has none."""
        if self.groups is not None:
            return self.groups(vocabularies)
        name = self._vocabulary
        return [] if name is None else [group.title for group in vocabularies.named(name).groups]

    def alternatives(self, vocabularies: Vocabularies) -> Mapping[str, Sequence[str]]:
        """Further words for its values, by id."""
        name = self._vocabulary
        terms = [] if name is None else vocabularies.named(name).terms
        return {term.id: term.alternatives for term in terms if term.alternatives}

    @property
    def _vocabulary(self) -> str | None:
        field = FIELDS_BY_NAME.get(self.attribute)
        return field.kind.vocabulary if field else None


def _term_describer(vocabularies: Vocabularies, name: str) -> Describe:
    vocabulary = vocabularies.named(name)
    groups = {group.id: group.title for group in vocabulary.groups}

    def describe(term_id: str) -> Description:
        term = vocabulary.get(term_id)
        if term is None:
            return ("General purpose" if term_id == GENERAL_PURPOSE else term_id), None, ""
        return term.title, groups.get(term.group or ""), ""

    return describe


def _license_describer(vocabularies: Vocabularies) -> Describe:
    def describe(license_id: str) -> Description:
        license = vocabularies.licenses.get(license_id)
        if license is None:
            return license_id.removeprefix("LicenseRef-"), None, ""
        group = _LICENSE_GROUPS[license.category] if license.category else None
        title = license.title if license.id.startswith("LicenseRef-") else license.id
        return title, group, license.title

    return describe


def _describe_language(tag: str) -> Description:
    language = find_language(tag)
    return (language.title, region_of(tag), language.autonym) if language else (tag, REGIONS[-1], "")


def _publisher_describer(vocabularies: Vocabularies) -> Describe:
    def describe(publisher_id: str) -> Description:
        term = vocabularies.publishers.get(publisher_id)
        return (term.title if term else publisher_id), None, ""

    return describe


def _titles(titles: Mapping[str, str]) -> Callable[[Vocabularies], Describe]:
    return lambda vocabularies: lambda value: (titles.get(value, value), None, "")


_ANSWERS = {"yes": "Yes", "no": "No", "unknown": "Unknown"}


def check_facet(name: str, title: str, requirement: str, answered_by: str | None = None) -> Any:
    """A facet of the results of a requirement."""
    return facet(
        name,
        title,
        has_pages=False,
        requirement=requirement,
        answered_by=answered_by,
        describe=_titles(_ANSWERS),
        order=lambda vocabularies: list(_ANSWERS),
    )


def facet(name: str, title: str, *, is_required: bool = False, **rest: Any) -> Any:
    """One row of the table, an attribute of `FacetIds`; `rest` are further attributes of `FacetDefinition`."""
    definition = FacetDefinition(name=name, title=title, **rest)
    metadata = {"row": definition}
    if is_required:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=() if definition.has_many else None, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetIds:
    """Ids of the values of a dataset: a tuple, or one id or `None` in a facet of one value.

    The rows stand in the order in which the facets are shown.
    """

    domains: tuple[str, ...] = facet("domain", "Domain", has_many=True, none=GENERAL_PURPOSE, is_named=True)
    modalities: tuple[str, ...] = facet("modality", "Modality", has_many=True, is_named=True)
    languages: tuple[str, ...] = facet(
        "language",
        "Language",
        has_many=True,
        listed=60,
        is_named=True,
        describe=lambda vocabularies: _describe_language,
        groups=lambda vocabularies: list(REGIONS),
    )
    license: str | None = facet(
        "license",
        "Licence",
        is_named=True,
        describe=_license_describer,
        groups=lambda vocabularies: list(_LICENSE_GROUPS.values()),
    )
    publisher: str = facet(
        "publisher",
        "Publisher",
        is_required=True,
        listed=30,
        is_named=True,
        describe=_publisher_describer,
    )
    tasks: tuple[str, ...] = facet("task", "Task", has_many=True, is_named=True)
    size: str | None = facet(
        "size",
        "Size",
        has_pages=False,
        is_named=True,
        order=lambda vocabularies: [term.id for term in vocabularies.size_categories.terms],
    )
    formats: tuple[str, ...] = facet("format", "Format", has_many=True, has_pages=False, is_named=True)
    access: str | None = facet(
        "access",
        "Access",
        has_pages=False,
        describe=_titles({"open": "Open", "gated": "Gated: its host asks for conditions to be accepted"}),
    )
    hosting: str | None = facet(
        "hosting",
        "Hosting",
        has_pages=False,
        in_rows=False,
        describe=_titles({"owner": "By its owner", "alliance": "By the initiative"}),
    )
    license_accepted: str | None = check_facet(
        "license-accepted", "Licence accepted", "dataset.accepted_license", "license"
    )
    provenance_stated: str | None = check_facet(
        "provenance-stated", "Provenance stated", "yaml.source_datasets", "source_datasets"
    )
    sensitive_stated: str | None = check_facet(
        "sensitive-stated", "Sensitive data stated", "text.personal_and_sensitive_information"
    )


FACETS: tuple[FacetDefinition, ...] = tuple(
    replace(row.metadata["row"], attribute=row.name) for row in dataclasses.fields(FacetIds)
)
"""The table."""
CHANGE = FacetDefinition(
    name="change",
    title="Last change",
    has_pages=False,
    in_rows=False,
    describe=_titles({name: title for name, (_, title) in CHANGES.items()}),
    order=lambda vocabularies: list(CHANGES),
)
"""The last of the browser's facets, whose values depend on the day from which last changes are looked at."""
FACETS_BY_NAME: Mapping[str, FacetDefinition] = {each.name: each for each in (*FACETS, CHANGE)}
FACET_OF_FIELD: Mapping[str, str] = {each.attribute: each.name for each in FACETS}
"""The name of its facet by the name of the field."""
COMPARED_FACETS = tuple(
    sorted(
        (each for each in FACETS if each.in_rows and (each.attribute in FIELDS_BY_NAME or each.requirement)),
        key=lambda each: FIELDS_BY_NAME[each.attribute].compared if each.attribute in FIELDS_BY_NAME else 100,
    )
)
"""Those whose values the browser compares and exports, in that order."""
LISTED_FACETS = tuple(each for each in FACETS if each.has_pages)
"""Those with static pages for each value."""
