"""Refuses invisible characters in maintainers' texts: as characters, as YAML escapes and as HTML entities."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from otdi_site.characters import find_unsafe, name_character
from otdi_site.diagnostics import Diagnostic, Mark, error

_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_HELP = 'delete it; for text of two directions use dir="rtl" in HTML, or isolates that are closed in their line'


def refuse_unsafe(text: str, path: str) -> tuple[Diagnostic, ...]:
    """One diagnostic for all the characters of a file that may not stand in a text, at the first of them."""
    positions = find_unsafe(text)
    if not positions:
        return ()
    first = positions[0]
    mark = Mark(path, text.count("\n", 0, first) + 1, first - text.rfind("\n", 0, first))
    return (report_unsafe(mark, text[first], len(positions) - 1),)


def report_unsafe(mark: Mark, character: str, more: int = 0) -> Diagnostic:
    """The diagnostic of a character that may not stand in a text."""
    others = f", and {more:,} more of the kind" if more else ""
    return error("OTD455", mark, f"holds {name_character(character)}, which nobody sees{others}", _HELP)


def refuse_entities(body: str, path: str, first_line: int, blocks: Iterable[object]) -> tuple[Diagnostic, ...]:
    """Refuses entities in Markdown, which code shows as they are; `blocks` is the HTML made from `body`."""
    if "&" not in body:
        return ()
    shown = {character for block in blocks if isinstance(block, str) for character in _unsafe_of(html.unescape(block))}
    for match in _ENTITY.finditer(body) if shown else ():
        character = html.unescape(match.group())
        if character in shown:
            start = match.start()
            mark = Mark(path, body.count("\n", 0, start) + first_line, start - body.rfind("\n", 0, start))
            return (report_unsafe(mark, character),)
    return ()


def _unsafe_of(text: str) -> set[str]:
    return {text[position] for position in find_unsafe(text)}
