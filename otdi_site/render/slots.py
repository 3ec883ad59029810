"""The arguments of slots: the names that each template takes, and problems of those on a page."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.runtime import Context

from otdi_site.diagnostics import Diagnostic, error
from otdi_site.model.markdown import Slot


class SlotError(Exception):
    """Raised for wrong arguments of a slot; `diagnostic` names their place."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def read_argument(
    slot: Slot, name: str, default: Any = None, choices: Sequence[str] = ()
) -> tuple[Any, Diagnostic | None]:
    """The argument `name` of a slot, with its problem where it has one.

    It is one of `choices` where there are some, and else of the kind of `default`, which stands where it is left out;
    without one it is required. An argument with a problem has a stand-in, so that the rest of the page is rendered.
    """
    value = slot.arguments.get(name, default)
    stand_in = choices[0] if choices else "" if default is None else default

    def wrong(message: str, help: str) -> tuple[Any, Diagnostic]:
        return stand_in, error("OTD232", slot.marks.get(name, slot.mark), message, help)

    if value is None:
        help = (
            f"write `{name}: {choices[0]}`, or one of: {', '.join(choices)}" if choices else f"add a line `{name}: …`"
        )
        return wrong(f"the slot {slot.name!r} needs the argument {name!r}", help)
    if choices and value not in choices:
        near = get_close_matches(str(value), choices, n=3)
        help = f"did you mean {' or '.join(near)}?" if near else f"write one of: {', '.join(choices)}"
        return wrong(f"{name!r} of the slot {slot.name!r} cannot be {value!r}", help)
    if isinstance(default, bool) and not isinstance(value, bool):
        return wrong(f"{name!r} of the slot {slot.name!r} is not true or false", "write true or false")
    if type(default) is int and (type(value) is not int or value < 1):
        return wrong(f"{name!r} of the slot {slot.name!r} is no whole number above 0", "write a number, such as 6")
    return value, None


@pass_context
def fail(context: Context, message: str, help: str = "correct the arguments of the slot") -> None:
    """For templates: says what is wrong with what they were given, at the slot where one is rendered."""
    slot = context.get("slot")
    if isinstance(slot, Slot):
        raise SlotError(error("OTD232", slot.mark, f"the slot {slot.name!r}: {message}", help))
    raise ValueError(message)


def names_of_arguments(template: nodes.Template) -> frozenset[str] | None:
    """The arguments that a slot's template reads; `None` where that cannot be told, so that all are taken."""
    names: set[str] = set()
    known = 0
    for call in template.find_all(nodes.Call):
        name = call.args[0].value if call.args and isinstance(call.args[0], nodes.Const) else None
        if isinstance(call.node, nodes.Name) and call.node.name == "argument":
            if not isinstance(name, str):
                return None
            names.add(name)
        elif isinstance(call.node, nodes.Getattr) and _is_arguments(call.node.node) and call.node.attr == "get":
            if not isinstance(name, str):
                return None
            names.add(name)
            known += 1
    for attribute in template.find_all(nodes.Getattr):
        if _is_arguments(attribute.node) and attribute.attr != "get":
            names.add(attribute.attr)
            known += 1
    for part in template.find_all(nodes.Getitem):
        if _is_arguments(part.node) and isinstance(part.arg, nodes.Const):
            names.add(str(part.arg.value))
            known += 1
    mentioned = sum(_is_arguments(each) for each in template.find_all(nodes.Name))
    return frozenset(names) if mentioned == known and template.find(nodes.Include) is None else None


def _is_arguments(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "arguments"


def check_arguments(slot: Slot, names: frozenset[str] | None) -> list[Diagnostic]:
    """Arguments that the slot's template does not know."""
    diagnostics = []
    for name in slot.arguments if names is not None else ():
        if name in (names or ()):
            continue
        near = get_close_matches(name, sorted(names or ()), n=1)
        if near:
            help = f"did you mean {near[0]}?"
        else:
            help = f"remove it; {slot.name!r} takes {', '.join(sorted(names or ())) or 'no arguments'}"
        mark = slot.marks.get(name, slot.mark)
        diagnostics.append(error("OTD232", mark, f"the slot {slot.name!r} has no argument {name!r}", help))
    return diagnostics
