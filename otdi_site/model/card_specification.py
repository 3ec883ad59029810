"""The dataset specification: its requirements on dataset cards, how each is checked, and how it is met.

All of it is data (``catalog_data/vocabulary/card_specification.yaml``). The requirements page, ``card check`` and the
ledgers on the pages of datasets read it, so that another initiative writes another file and no code.
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.values import Text, refusal
from otdi_site.model.vocabulary import Model

Status = Literal["required", "recommended", "optional", "disallowed"]
Condition = Literal["derived", "custom-license"]
"""Datasets that a requirement is for: those made from others, or those under a licence that is not a standard one."""
Rule = Literal[
    "field",
    "no_field",
    "section",
    "date",
    "interval",
    "identifier",
    "any_of",
    "accepted_license",
    "compatible_license",
    "differs_from_sources",
    "open_access",
]

_PARAMETERS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "field": (frozenset({"key"}), frozenset({"allow_empty", "values"})),
    "no_field": (frozenset({"key"}), frozenset()),
    "section": (frozenset({"headings"}), frozenset({"labels", "introduction"})),
    "date": (frozenset({"headings"}), frozenset({"labels"})),
    "interval": (frozenset({"headings"}), frozenset({"labels"})),
    "identifier": (frozenset({"headings"}), frozenset({"labels"})),
    "any_of": (frozenset({"rules"}), frozenset()),
    "accepted_license": (frozenset(), frozenset()),
    "compatible_license": (frozenset(), frozenset()),
    "differs_from_sources": (frozenset({"key"}), frozenset({"headings", "labels"})),
    "open_access": (frozenset(), frozenset()),
}
"""Of each rule, the parameters that it needs and those that it may have."""


class Check(Model):
    """How a requirement is checked: a rule and its parameters."""

    rule: Rule
    key: Text | None = None
    """A field of the YAML block."""
    headings: tuple[Text, ...] = ()
    """Headings of the section, the template's own first; case, punctuation and emphasis do not matter."""
    labels: tuple[Text, ...] = ()
    """Bold words that begin a line with the answer, as in ``**Curated by:** …``."""
    introduction: bool = False
    """Whether the text below the card's title counts, too."""
    allow_empty: bool = False
    """Whether an empty list is an answer."""
    values: tuple[Text, ...] = ()
    """The values that a field may have; any where left out."""
    rules: tuple[Check, ...] = ()
    """Of `any_of`: one of them is enough."""

    @model_validator(mode="after")
    def _parameters_fit(self) -> Check:
        needed, allowed = _PARAMETERS[self.rule]
        given = {name for name in type(self).model_fields if name != "rule" and getattr(self, name)}
        if missing := sorted(needed - given):
            raise refusal(f"the rule {self.rule!r} needs {' and '.join(missing)}", f"add `{missing[0]}: …`")
        if superfluous := sorted(given - needed - allowed):
            takes = ", ".join(sorted(needed | allowed)) or "no parameters"
            raise refusal(f"the rule {self.rule!r} takes no {superfluous[0]}", f"remove it; the rule takes {takes}")
        return self


class Requirement(Model):
    """One requirement of the dataset specification."""

    id: Text
    """Permanent, such as ``yaml.license``."""
    name: Text
    """The field's name in the published specification."""
    title: Text
    status: Status
    origin: str | None = None
    """Who defined it: ``HF`` (Hugging Face) or ``OTDI`` (the initiative)."""
    condition: str | None = None
    """In words, when it need not be met or must be met."""
    heading: str | None = None
    """The card's heading under which the template puts it."""
    description: str = ""
    check: Check
    fix: Text
    """How to meet it, as an instruction to the card's authors."""
    applies: Condition | None = None
    """The only datasets that it is for; all where left out."""
    metadata: Text | None = None
    """The field of a dataset that answers it, too, where the card was not read or does not say it."""

    @model_validator(mode="after")
    def _metadata_is_a_field(self) -> Requirement:
        if self.metadata is not None and self.metadata not in FIELDS_BY_NAME:
            raise refusal(
                f"no field of datasets is called {self.metadata!r}", f"use one of: {', '.join(FIELDS_BY_NAME)}"
            )
        return self


class SpecificationSection(Model):
    """A part of the specification: the YAML block, the Markdown body, access, or what derived datasets change."""

    id: Text
    title: Text
    description: str = ""
    fields: tuple[Requirement, ...]


class SpecificationSource(Model):
    """A file of the published specification."""

    repository: Text
    commit: Text
    path: Text


class Inconsistency(Model):
    """A contradiction in the published specification, and how this site reads it."""

    upstream: Text
    here: Text


class CardSpecification(Model):
    """``card_specification.yaml``."""

    title: Text
    description: str = ""
    spec_version: Text
    """Version of the dataset specification, such as ``0.1.7``."""
    source: tuple[SpecificationSource, ...] = ()
    """The files in which the specification is published."""
    sections: tuple[SpecificationSection, ...]
    placeholders: tuple[Text, ...] = ()
    """Texts that stand where nothing has been filled in, such as ``[More Information Needed]``."""
    template_texts: tuple[Text, ...] = ()
    """Sentences of templates that say nothing of a dataset."""
    inconsistencies: tuple[Inconsistency, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> CardSpecification:
        seen: set[str] = set()
        for requirement in self.requirements:
            if requirement.id in seen:
                raise refusal(f"two requirements have the id {requirement.id!r}", "give each an id of its own")
            seen.add(requirement.id)
        return self

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Those of all sections, in order."""
        return tuple(requirement for section in self.sections for requirement in section.fields)
