"""A catalog entry: the statements of a maintainer about one dataset, in YAML.

The JSON Schema that editors use is made from `Entry`, whose fields are those of `model/fields.py` and `EntryFrame`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model, field_validator

from otdi_site.diagnostics import Mark
from otdi_site.model.fields import FIELDS
from otdi_site.model.values import DatasetAddress, Day, HubId, Name, WebUrl, refusal
from otdi_site.model.vocabulary import Model


class EntrySource(Model):
    """Where facts of an entry were read."""

    url: WebUrl
    date: Day | None = None
    """The day the facts were read, or that the source itself states for them."""
    note: str | None = None
    """The facts that were read there."""


class EntryFrame(Model):
    """The fields of an entry beside those of the dataset: the address of its page, and the sources of its facts."""

    name: Name | None = Field(None, description="last part of the address; the file's name where left out")
    publisher: Name | None = Field(None, description="a term of `publishers`; the folder where left out")
    huggingface: HubId | None = Field(None, description="the dataset's id on the Hub, such as `ServiceNow/repliqa`")
    redirect_from: tuple[DatasetAddress, ...] = Field(
        (),
        description="old addresses of its page, such as `/datasets/old-publisher/name.html`, which lead to the new one",
    )
    sources: tuple[EntrySource, ...] = Field(
        (),
        description="what was really read: its `url`, best of a fixed version, the `date` of reading or of the "
        "snapshot, and a `note` that says which facts, and why the entry departs from it",
    )

    @field_validator("redirect_from", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def _refuse_repetition(value: tuple[str, ...] | None) -> tuple[str, ...] | None:
    words = [unicodedata.normalize("NFC", word).casefold() for word in value or ()]
    seen: set[str] = set()
    for word in words:
        if word in seen:
            raise refusal(f"says {word!r} twice", "keep one of the two")
        seen.add(word)
    return value


_STATED = tuple(each for each in FIELDS if each.stated is not None)
_REQUIRED = tuple(each.name for each in _STATED if each.is_required)
_OPTIONAL = tuple(each.name for each in _STATED if not each.is_required)

ENTRY_FIELDS = (*_REQUIRED, "name", "publisher", "huggingface", *_OPTIONAL, "redirect_from", "sources")
"""Names of the fields in the order in which they are documented."""

if TYPE_CHECKING:

    class Entry(EntryFrame):
        """One file below ``catalog_data/datasets/``."""

        def __getattr__(self, name: str) -> Any:
            """The fields of the table; their values have the types that its rows give."""

else:
    Entry = create_model(
        "Entry",
        __base__=EntryFrame,
        __module__=__name__,
        __doc__="What one file below ``catalog_data/datasets/`` may say. A field that is left out is taken from live "
        "metadata.",
        __validators__={
            "no_repetition": field_validator(*[each.name for each in _STATED if each.kind.has_many])(_refuse_repetition)
        },
        **{
            each.name: Annotated[
                (each.stated, Field(description=each.meaning))
                if each.is_required
                else (each.stated | None, Field(default=None, description=each.meaning))
            ]
            for each in _STATED
        },
    )


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
