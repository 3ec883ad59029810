"""A catalog entry: what a maintainer states about one dataset in YAML; it must not know any other source.

The JSON Schema that editors use is made from `Entry`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator

from otdi_site.diagnostics import Mark
from otdi_site.model.values import (
    Contact,
    DatasetAddress,
    Day,
    HubId,
    LanguageTag,
    Name,
    Text,
    Title,
    WebUrl,
    refusal,
)
from otdi_site.model.vocabulary import Model


class EntrySource(Model):
    """Where facts of an entry were read."""

    url: WebUrl
    date: Day | None = None
    """The day the facts were read, or that the source itself states for them."""
    note: str | None = None
    """What was read there."""


class Entry(Model):
    """What one file below ``catalog_data/datasets/`` may say. A field that is left out is taken from live metadata."""

    name: Name | None = None
    """Last part of the dataset's address; the file's name where left out."""
    title: Title
    """The dataset's name as people write it."""
    description: Text | None = None
    """What the dataset holds, in the catalog's own words, as plain text."""
    url: WebUrl | None = None
    """The dataset's home page; its page on the Hub where left out."""
    publisher: Name | None = None
    """A term of the publishers vocabulary; the file's folder where left out."""
    license: Text | None = None
    """SPDX id, a term of the licenses vocabulary."""
    domains: Annotated[tuple[Text, ...], Field(max_length=1)] | None = None
    """At most one specialty; empty for a general-purpose dataset."""
    modalities: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    languages: tuple[LanguageTag, ...] | None = None
    """BCP 47 tags."""
    tasks: tuple[Text, ...] | None = None
    tags: tuple[Text, ...] | None = None
    """Free words."""
    hosting: Literal["owner", "alliance"] | None = None
    """Who keeps the files: the owner or the AI Alliance."""
    huggingface: HubId | None = None
    """The dataset's id on the Hugging Face Hub, such as ``ServiceNow/repliqa``."""
    card_url: WebUrl | None = None
    """The dataset card, where it is not the README on the Hub."""
    source_datasets: tuple[Text, ...] | None = None
    """Hub ids or URLs of the datasets it was made from; empty where it was made from none."""
    sensitive_information: tuple[Text, ...] | None = None
    """Terms of the sensitive_information vocabulary."""
    size: Text | None = None
    """A term of the size_categories vocabulary: the number of rows."""
    contact: Contact | None = None
    """An e-mail address or URL of who answers for the dataset."""
    listing: Literal["contributed", "selected"] | None = None
    """How the dataset came into the catalog: contributed, or selected by the initiative."""
    date_added: Day | None = None
    """The day the catalog took the dataset up."""
    date_modified: Day | None = None
    """The day the dataset itself last changed."""
    redirect_from: tuple[DatasetAddress, ...] = ()
    """Old addresses of the dataset's page, such as ``/datasets/old-publisher/name.html``; they lead to the new one."""
    sources: tuple[EntrySource, ...] = ()
    """Where the facts of this entry were read, and when."""

    @field_validator("redirect_from", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("domains", "modalities", "languages", "tasks", "tags", "source_datasets", "sensitive_information")
    @classmethod
    def _no_repetition(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        words = [unicodedata.normalize("NFC", word).casefold() for word in value or ()]
        seen: set[str] = set()
        for word in words:
            if word in seen:
                raise refusal(f"says {word!r} twice", "keep one of the two")
            seen.add(word)
        return value


@dataclass(frozen=True, slots=True)
class LocatedEntry:
    """An entry with its place."""

    entry: Entry
    path: str
    """Relative to the site's root, such as ``catalog_data/datasets/servicenow/repliqa.yaml``."""
    publisher: str
    """Slug of the publisher, used in the address."""
    name: str
    """Slug of the name, used in the address."""
    marks: dict[str, Mark]
    """Place of each value by its path, such as ``sources[2].url``; of the whole file, ``""``."""

    def mark(self, field: str | None = None) -> Mark:
        """The place of a field, or of the whole file."""
        return self.marks.get(field or "", Mark(self.path, 1, 1))
