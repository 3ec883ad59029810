"""Checks plain values against a model, with a place and a remedy for every problem."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from otdi_site.diagnostics import Diagnostic, error, warning
from otdi_site.source.yaml_reader import YamlDocument

M = TypeVar("M", bound=BaseModel)

_SHOWN_LENGTH = 60
_TITLES = frozenset({"title", "short_title", "organization", "subject", "covers"})
"""Fields that are shown on one line."""
_DATES = frozenset({"date", "date_added", "date_modified", "last_modified", "last_modified_date", "last_modified_at"})
_FIRST_YEAR = 1950
# YAML 1.1 (https://yaml.org/type/int.html) reads a number after a zero to the base 8 and colons to the base 60.
_NUMBER_TRAP = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")

_FIELDS_HELP = "write fields below this key, one `name: value` a line, indented by two spaces"
_WORDING = {
    "string_type": ("expected text", "write text; put it in quotes where YAML reads it as something else"),
    "string_too_short": ("is empty", "write something here, or leave the field out"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "not_a_day": ("expected a date", "write a date as YYYY-MM-DD"),
    "tuple_type": ("expected a list", "write a list, such as [text, audio], or one item a line after a hyphen"),
    "too_long": ("has {actual_length} items, where at most {max_length} may be", "leave out the others"),
    "too_short": ("names nothing", "name at least one, or leave the field out"),
    "bool_type": ("expected true or false", "write true or false"),
    "bool_parsing": ("expected true or false", "write true or false"),
    "int_type": ("expected a whole number", "write a number, without quotes and units"),
    "int_parsing": ("expected a whole number", "write a number, without quotes and units"),
    "int_from_float": ("expected a whole number", "write a number without a fraction"),
    "float_type": ("expected a number", "write a number, without quotes and units"),
    "float_parsing": ("expected a number", "write a number, without quotes and units"),
    "finite_number": ("expected a number", "write a number, without quotes and units"),
    "greater_than": ("must be more than {gt}", "write a larger number"),
    "greater_than_equal": ("must be at least {ge}", "write a larger number"),
    "less_than_equal": ("must be at most {le}", "write a smaller number"),
    "model_type": ("expected fields", _FIELDS_HELP),
    "dict_type": ("expected fields", _FIELDS_HELP),
}
"""Problems and remedies, by pydantic's type of error; numbers come from its context."""


def join_path(location: tuple[int | str, ...]) -> str:
    """``("sources", 2, "url")`` as ``sources[2].url``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else part)
    return path


def _show(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "fields"
    text = value.isoformat() if isinstance(value, datetime.date) else repr(value)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Names that `model` allows at the parent of `location`, required ones first, as its JSON Schema has them."""
    schema = _schema(model)
    node = schema
    for part in location[:-1]:
        node = _resolve(schema, node)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    parent = _resolve(schema, node)
    return sorted(parent.get("properties", {}), key=lambda name: name not in parent.get("required", ()))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    node = next((option for option in node.get("anyOf", ()) if option.get("type") != "null"), node)
    reference: str = node.get("$ref", "")
    resolved: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]] if reference else node
    return resolved


def _word(details: ErrorDetails, written: str | None) -> tuple[str, str]:
    """The problem of a value and its remedy; `written` is a value that is no text as it stands in the file."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "refused":
        return str(context["problem"]), str(context["help"])
    if kind == "literal_error":
        return f"{_show(value)} is not allowed", "write " + str(context["expected"]).replace("'", "")
    message, help = _WORDING.get(kind, (details["msg"], "correct the value"))
    message = message.format_map(context)
    if message.startswith("expected"):
        message += f", got {written or _show(value)}"
        if written is not None and written.lower() != _show(value):
            message += f", which YAML reads as {_show(value)}"
    if kind == "string_type":
        help = _help_with_text(value, help)
    elif kind == "tuple_type" and isinstance(value, str) and "\n" not in value:
        help = f"write a list: [{value.strip()}]"
    return message, help


def _help_with_text(value: object, help: str) -> str:
    if isinstance(value, bool):
        # YAML 1.1 reads these words as true and false; Norwegian's tag is the best known victim.
        return 'YAML reads no, yes, on and off as true or false: put the word in quotes, such as "no"'
    if isinstance(value, list):
        return "write a single value, without brackets and hyphens"
    if isinstance(value, dict):
        return "write text; put it in quotes where it has a colon and a space in it, or braces around it"
    return "put it in quotes" if value is not None else help


def _find_traps(model: type[BaseModel], document: YamlDocument) -> Iterator[Diagnostic]:
    """Numbers that YAML reads otherwise than people do."""
    for path, (text, value) in document.written.items():
        if _NUMBER_TRAP.fullmatch(text) and re.split(r"[.\[]", path)[0] in model.model_fields:
            message = f"YAML reads {text} as the number {_show(value)}"
            help = f'write "{text}" in quotes if it is text, else the number without zeros in front and colons'
            yield error("OTD012", document.mark(path), message, help, path)


def _find_doubtful(document: YamlDocument) -> Iterator[Diagnostic]:
    """Titles of several lines, and dates that are in the future or before there were datasets."""
    latest = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # somewhere it is tomorrow

    def find(value: object, path: str, name: str) -> Iterator[Diagnostic]:
        if isinstance(value, dict):
            for key, part in value.items():
                yield from find(part, f"{path}.{key}" if path else key, key)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                yield from find(part, f"{path}[{index}]", name)
        elif name in _TITLES:
            if isinstance(value, str) and "\n" in value.strip():
                help = "write it on one line, or with `>-` in place of `|`"
                yield warning("OTD114", document.mark(path), "has several lines, which are shown as one", help, path)
        elif name in _DATES and (day := _as_day(value)) is not None:
            if day > latest:
                yield warning("OTD115", document.mark(path), f"{day} lies in the future", "correct the date", path)
            elif day.year < _FIRST_YEAR:
                message = f"{day} lies before there were datasets"
                yield warning("OTD115", document.mark(path), message, "correct the date", path)

    yield from find(document.value, "", "")


def _as_day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _diagnose(model: type[BaseModel], document: YamlDocument, details: ErrorDetails) -> Diagnostic:
    location = details["loc"]
    path = join_path(location)
    name = location[-1] if location else ""
    field = path if len(location) > 1 else None
    if details["type"] == "extra_forbidden":
        allowed = _fields_at(model, location)
        near = get_close_matches(str(name), allowed, n=3)
        help = f"did you mean {' or '.join(near)}?" if near else f"remove it, or use one of: {', '.join(allowed)}"
        return error("OTD010", document.mark(path, of_key=True), f"unknown field {name!r}", help, field)
    if details["type"] == "missing":
        if path in document.marks:
            return error("OTD011", document.mark(path), f"{name!r} is empty", "write its value after the colon", field)
        return error("OTD011", document.mark(path), f"{name!r} is missing", f"add a line `{name}: …`", field)
    message, help = _word(details, document.written.get(path, (None,))[0])
    return error("OTD012", document.mark(path), message, help, path or None)


def _check_shape(document: YamlDocument) -> Diagnostic:
    what = _show(document.value) if isinstance(document.value, list) else "a single value"
    help = "write one `name: value` a line, such as `title: …`"
    return error("OTD012", document.marks[""], f"expected fields, got {what}", help)


def validate(model: type[M], document: YamlDocument) -> tuple[M | None, tuple[Diagnostic, ...]]:
    """The document's values as a `model`; `None` where they do not fit.

    The diagnostics are those of the document, which leave it unusable, OTD010 to OTD012, and the warnings OTD114 and
    OTD115.
    """
    if document.value is None and document.diagnostics:
        return None, document.diagnostics
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        return None, (*document.diagnostics, _check_shape(document))
    found = [*document.diagnostics, *_find_traps(model, document)]
    doubtful = tuple(_find_doubtful(document))
    try:
        valid = model.model_validate(value)
    except ValidationError as problem:
        # What YAML could not read has become nothing, which is no second problem.
        known = {diagnostic.mark for diagnostic in found}
        details = problem.errors(include_url=False)
        # Pydantic counts the items of a list that are right: one that is wrong is not missing as well.
        wrong_lists = {each["loc"][:-1] for each in details}
        wrong = (
            _diagnose(model, document, each)
            for each in details
            if not (each["type"] == "too_short" and each["loc"] in wrong_lists)
        )
        return None, (*found, *(each for each in wrong if each.mark not in known), *doubtful)
    return (None if found else valid), (*found, *doubtful)
