"""Attribute lists that a page defines under a name, ``{:name: .note}``, for others to refer to, ``{:name}``.

A markdown-it plugin. Format: https://kramdown.gettalong.org/syntax.html#attribute-list-definitions (kramdown 2.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

from otdi_site.source.markdown.attributes import LISTS, AttributeList, parse_attributes
from otdi_site.source.markdown.notation import walk

_DEFINITION = re.compile(r"\{:(?P<name>[A-Za-z][\w-]*):(?P<attributes>[^{}]*)\}[ \t]*")
_DEFINITIONS = "attribute_definitions"


def _definition_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _DEFINITION.fullmatch(state.src, start, state.eMarks[start_line])
    attributes = parse_attributes(match["attributes"]) if match else None
    if match is None or attributes is None:
        return False
    if not silent:
        state.env.setdefault(_DEFINITIONS, {})[match["name"]] = attributes
        state.line = start_line + 1
    return True


def _resolved(attributes: AttributeList, defined: Mapping[str, AttributeList]) -> AttributeList:
    """A list with those that it names; names in these mean nothing, so that there are no rings."""
    named = [defined[name] for name in attributes.references if name in defined]
    return AttributeList(
        attributes.id or next((other.id for other in named if other.id), None),
        tuple(name for other in [*named, attributes] for name in other.classes),
        tuple(pair for other in [*named, attributes] for pair in other.others),
        tuple(name for name in attributes.references if name not in defined),
    )


def _resolve_names(state: StateCore) -> None:
    """Put what ``{:name: …}`` defines, anywhere on the page, into the lists that name it."""
    defined: Mapping[str, AttributeList] = state.env.get(_DEFINITIONS, {})
    for token in walk(state.tokens) if defined else ():
        if lists := token.meta.get(LISTS):
            token.meta[LISTS] = [
                (_resolved(one[0], defined), one[1]) if isinstance(one, tuple) else _resolved(one, defined)
                for one in lists
            ]


def attribute_definitions_plugin(md: MarkdownIt) -> None:
    """Read definitions, and put them where they are named; to be used after `attributes_plugin`."""
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", _DEFINITIONS, _definition_rule, {"alt": alternatives})
    md.core.ruler.before("give_attributes", "names_of_attributes", _resolve_names)
