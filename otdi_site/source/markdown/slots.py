"""Slots, ``:::{slot} name`` with YAML arguments: places that templates fill."""

from __future__ import annotations

import re
from difflib import get_close_matches

from markdown_it.token import Token

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Slot
from otdi_site.source.markdown.colon_fences import IS_OPEN
from otdi_site.source.markdown.context import Context
from otdi_site.source.yaml_reader import read_yaml

_SLOT = re.compile(r"\s*\{slot\}\s*(\S+)\s*")


def _unknown(name: str, context: Context, mark: Mark) -> None:
    names = sorted(context.options.slots)
    near = get_close_matches(name, names, n=3)
    offered = f"did you mean {' or '.join(near)}?" if near else f"slots are: {', '.join(names) or 'none'}"
    context.error("OTD231", mark, f"there is no slot {name!r}", offered)


def read_slot(context: Context, token: Token) -> Slot | None:
    """The slot of a colon fence; `None`, with a diagnostic, where it is none."""
    assert token.map is not None
    first, _ = token.map
    mark = context.mark_of_text(first, token.markup)
    match = _SLOT.fullmatch(token.info)
    if match is None:
        message = f"the colon fence {(token.markup + token.info).strip()!r} means nothing here"
        context.error("OTD230", mark, message, "write :::{slot} and the slot's name; for a note, > [!NOTE]")
        return None
    name = match.group(1)
    if token.meta[IS_OPEN]:
        context.error("OTD229", mark, f"the slot {name!r} is not closed", f"end it with a line {token.markup}")
        return None
    if name not in context.options.slots:
        _unknown(name, context, context.mark_of_text(first, name))
        return None
    document = read_yaml(token.content, context.path, context.first_line + first + 1)
    context.diagnostics += document.diagnostics
    arguments = document.value if document.value is not None else {}
    if not isinstance(arguments, dict):
        context.error("OTD232", document.mark(""), f"the arguments of {name!r} are no fields", "write name: value")
        return None
    for field, value in arguments.items():
        if not isinstance(value, str | bool | int | float):
            message = f"the argument {field!r} of {name!r} is no single value"
            context.error("OTD232", document.mark(field), message, "write text, a number, true or false")
            return None
    return None if document.diagnostics else Slot(name, arguments, mark, document.marks)
