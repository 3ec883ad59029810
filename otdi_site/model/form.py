"""The form that offers a dataset, as ``site.yaml`` describes it: one description for page, mail, entry and `intake`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args, get_origin

from pydantic import field_validator, model_validator

from otdi_site.model.entry import ENTRY_FIELDS
from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.suggestions import suggest
from otdi_site.model.values import Text, Title, refusal
from otdi_site.model.vocabulary import Model, Vocabularies

_ID = re.compile(r"[a-z][a-z0-9-]{0,40}")
CHOICES = ("choice", "choices")
VOCABULARIES = ("domains", "modalities", "licenses", "tasks", "size_categories", "sensitive_information")


class FormField(Model):
    """One question of the form."""

    id: Text
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

    @field_validator("id")
    @classmethod
    def _is_id(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise refusal(f"{value!r} is no id", "use lower-case letters, digits and hyphens, a letter first")
        return value

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


class FieldProblem(NamedTuple):
    """What is wrong with the description of a form."""

    path: str
    """The place of the value, such as ``fields[2].mail``."""
    text: str
    help: str


def check_fields(fields: Sequence[FormField], body: Sequence[str]) -> list[FieldProblem]:
    """Fields that cannot be told apart, answer no line of the mail, or say what their type or the entry cannot take."""
    problems = []
    seen: dict[tuple[str, str], FormField] = {}
    lines = [line.strip() for line in body]
    for index, each in enumerate(fields):
        place = f"fields[{index}]"
        for key, word in _distinct_values(each):
            if (first := seen.setdefault((key, word.casefold()), each)) is not each:
                text = f"the field {first.id!r} has the same `{key}`, {word!r}"
                problems.append(FieldProblem(f"{place}.{key}", text, "change one of the two"))
        if each.mail is not None and each.mail.strip() not in lines:
            near = suggest(each.mail.strip(), lines)
            help = f"did you mean {near[0]!r}?" if near else "write a line of `body`, or leave `mail` out"
            problems.append(FieldProblem(f"{place}.mail", f"the mail's `body` has no line {each.mail!r}", help))
        for key, types in _ONLY_FOR.items():
            if each.type not in types and getattr(each, key):
                help = f"leave it out, or write the type {' or '.join(types)}"
                problems.append(FieldProblem(f"{place}.{key}", f"means nothing for the type {each.type}", help))
        problems += [FieldProblem(f"{place}.{problem.path}", problem.text, problem.help) for problem in _misfits(each)]
    return problems


def check_groups(fields: Sequence[FormField], vocabularies: Vocabularies) -> list[FieldProblem]:
    """Groups that the vocabularies do not have: nobody could choose their terms."""
    problems = []
    for index, each in enumerate(fields):
        known = [group.id for group in vocabularies.named(each.vocabulary).groups] if each.vocabulary else []
        problems += [
            FieldProblem(
                f"fields[{index}].groups[{place}]",
                f"{group!r} is none of the groups of {each.vocabulary}",
                _help(group, tuple(known)) if known else "leave `groups` out: the vocabulary has none",
            )
            for place, group in enumerate(each.groups)
            if group not in known
        ]
    return problems


_ONLY_FOR = {"vocabulary": CHOICES, "groups": CHOICES, "none": CHOICES, "suggestion": CHOICES, "values": ("yes_no",)}
"""The types for which a key means something."""


def _distinct_values(field: FormField) -> Iterator[tuple[str, str]]:
    """Values that no two fields may share; ids that differ in case alone would, too."""
    for key in ("id", "label", "mail", "entry"):
        if (value := getattr(field, key)) is not None:
            yield key, " ".join(value.split())


def _misfits(field: FormField) -> Iterator[FieldProblem]:
    """Answers that the entry's field does not take."""
    filled = FIELDS_BY_NAME.get(field.entry or "")
    if filled is None:
        if field.entry is not None and field.type not in ("text", "url"):
            yield FieldProblem("entry", f"an entry's {field.entry!r} is a text, not of the type {field.type}", _OTHER)
        return
    vocabulary = filled.kind.vocabulary
    if vocabulary != field.vocabulary and (field.type in CHOICES or vocabulary is not None):
        terms = f"terms of {vocabulary}" if vocabulary else "no terms of a vocabulary"
        yield FieldProblem("entry", f"an entry's {field.entry!r} states {terms}", _OTHER)
    elif field.type == "choices" and not filled.kind.has_many:
        yield FieldProblem("entry", f"an entry's {field.entry!r} states one term", "write the type choice, " + _OTHER)
    elif (field.type == "languages") != (field.entry == "languages") or field.type in ("card", "agreement"):
        yield FieldProblem("entry", f"the type {field.type} does not answer an entry's {field.entry!r}", _OTHER)
    allowed = get_args(filled.stated)
    if field.type == "yes_no" and field.values and get_origin(filled.stated) is Literal:
        for index, value in enumerate(field.values):
            if value not in allowed:
                text = f"an entry's {field.entry!r} cannot be {value!r}"
                yield FieldProblem(f"values[{index}]", text, _help(value, allowed))


_OTHER = "name another field of the entry, or leave `entry` out"


def _help(value: str, known: tuple[str, ...]) -> str:
    near = suggest(value, known)
    return f"did you mean {' or '.join(near)}?" if near else f"use one of: {', '.join(known)}"
