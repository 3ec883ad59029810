"""The form that offers a dataset, as ``site.yaml`` describes it: one description for page, mail, entry and `intake`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from otdi_site.model.entry import ENTRY_FIELDS
from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.suggestions import suggest
from otdi_site.model.values import Text, Title, refusal
from otdi_site.model.vocabulary import Model

CHOICES = ("choice", "choices")
VOCABULARIES = ("domains", "modalities", "licenses", "tasks", "size_categories", "sensitive_information")


class FormField(Model):
    """One question of the form."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    """Its name in the page and in drafts."""
    label: Title
    type: Literal["text", "url", "email", "yes_no", "choice", "choices", "languages", "card", "agreement"]
    """`choice` and `choices` are of a vocabulary; `card` is a file, `agreement` a box that has to be ticked."""
    vocabulary: Text | None = None
    groups: tuple[Text, ...] = ()
    """Groups of the vocabulary whose terms can be chosen; all where left out."""
    none: Title | None = None
    """The choice that names no term, such as ``Not specific to a domain``."""
    suggestion: Title | None = None
    """Label of a second box, for a term that the vocabulary lacks."""
    required: bool = False
    help: Text | None = None
    mail: str | None = None
    """The line of the mail's `body` that it answers; where left out, it follows the lines of the body."""
    entry: Text | None = None
    """The field of the entry that it fills."""
    values: tuple[Text, Text] | None = None
    """For `yes_no`: the values of the entry's field for yes and for no."""

    @property
    def fills_list(self) -> bool:
        """Whether the entry's field is a list."""
        field = FIELDS_BY_NAME.get(self.entry or "")
        return field is not None and field.kind.has_many

    @field_validator("vocabulary")
    @classmethod
    def _known_vocabulary(cls, value: str | None) -> str | None:
        if value is not None and value not in VOCABULARIES:
            raise refusal(f"there is no vocabulary {value!r}", _help(value, VOCABULARIES))
        return value

    @field_validator("entry")
    @classmethod
    def _known_field(cls, value: str | None) -> str | None:
        if value is not None and value not in ENTRY_FIELDS:
            raise refusal(f"an entry has no field {value!r}", _help(value, ENTRY_FIELDS))
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> FormField:
        if self.type in CHOICES and self.vocabulary is None:
            raise refusal(f"the field {self.id!r} offers a choice of nothing", "add `vocabulary`, such as domains")
        if self.type == "yes_no" and self.entry is not None and self.values is None:
            help = "add `values`, such as [alliance, owner]: what the entry says for yes, and for no"
            raise refusal(f"the field {self.id!r} has no words for the entry", help)
        return self


def check_fields(fields: tuple[FormField, ...], body: tuple[str, ...]) -> None:
    """Raises a refusal where two fields are one, or one answers a line that the mail does not have."""
    seen: dict[str, str] = {}
    for each in fields:
        for kind, name in (
            ("id", each.id),
            ("label", each.label.casefold()),
            ("mail", each.mail),
            ("entry", each.entry),
        ):
            if name is not None and seen.setdefault(f"{kind} {name}", each.id) != each.id:
                other = seen[f"{kind} {name}"]
                raise refusal(f"the fields {other!r} and {each.id!r} have the same `{kind}`", "change one of the two")
        if [other.id for other in fields].count(each.id) > 1:
            raise refusal(f"two fields have the id {each.id!r}", "change one of the two")
        if each.mail is not None and each.mail.strip() not in [line.strip() for line in body]:
            near = suggest(each.mail.strip(), [line.strip() for line in body])
            help = f"did you mean {near[0]!r}?" if near else "write a line of `body`, or leave `mail` out"
            raise refusal(f"the mail's `body` has no line {each.mail!r}", help)


def _help(value: str, known: tuple[str, ...]) -> str:
    near = suggest(value, known)
    return f"did you mean {' or '.join(near)}?" if near else f"use one of: {', '.join(known)}"
