"""Finds the source positions of inline elements, which markdown-it does not record.

Rules of markdown-it work on an inline token's content: lines of the source without indentation, quote marks
and list marks, or one cell of a table. The rules wrapped here note at which character of it an element begins;
`SourceMap` leads from there to line and column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from otdi_site.source.markdown.context import Place, context_of

_POSITION = "position"
_MAP = "source_map"
_MARKED = ("link_open", "image", "html_inline", "attribute_list")
_WRAPPED = ("link", "image", "spaced_link", "autolink", "html_inline")

InlineRule = Callable[[StateInline, bool], bool]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """From characters of a token's content to the source."""

    lines: tuple[tuple[int, int, int], ...]
    """For each line of the content: its first character, the line of the source and its column there."""
    escapes: tuple[int, ...] = ()
    """Characters before which the source has a backslash that the content has not (pipes in cells)."""

    def place(self, position: int) -> Place:
        """Line and column, from 0, of a character of the content."""
        start, line, column = self.lines[max(bisect_right(self.lines, position, key=itemgetter(0)) - 1, 0)]
        extra = sum(1 for escape in self.escapes if escape < position)
        return line, max(column + position - start, 0) + extra


def _find_cell(content: str, source: str, cursor: int) -> tuple[int, int, tuple[int, ...]]:
    """Start and end of a cell's content in its row, and where pipes in it are escaped."""
    pattern = re.escape(content).replace(r"\|", r"\\?\|")
    match = re.compile(pattern).search(source, cursor)
    if match is None:
        return cursor, cursor, ()
    escapes = []
    at = match.start()
    for index, character in enumerate(content):
        if character == "|" and source[at] == "\\":
            escapes.append(index)
            at += 1
        at += 1
    return match.start(), match.end(), tuple(escapes)


def _find_line(content: str, source: str) -> int:
    """The column at which `content` stands in its line; white space it begins with may stem from a tab."""
    text = content.strip()
    ends = source.rstrip()
    column = len(ends) - len(text) if ends.endswith(text) else source.find(text)
    return column - (len(content) - len(content.lstrip()))


def _map_of_lines(token: Token, sources: Sequence[str]) -> SourceMap:
    assert token.map is not None
    entries = []
    start = 0
    for offset, content in enumerate(token.content.split("\n")):
        line = token.map[0] + offset
        source = sources[line] if line < len(sources) else ""
        entries.append((start, line, _find_line(content, source)))
        start += len(content) + 1
    return SourceMap(tuple(entries))


def _add_source_maps(state: StateCore) -> None:
    sources = context_of(state.env).lines
    cursors: dict[int, int] = {}
    for index, token in enumerate(state.tokens):
        if token.map is None or token.type not in ("inline", "html_block"):
            continue
        line = token.map[0]
        if index and state.tokens[index - 1].type in ("th_open", "td_open") and line < len(sources):
            start, end, escapes = _find_cell(token.content, sources[line], cursors.get(line, 0))
            cursors[line] = end
            token.meta[_MAP] = SourceMap(((0, line, start),), escapes)
        else:
            token.meta[_MAP] = _map_of_lines(token, sources)


def place_in(token: Token, position: int) -> Place:
    """The place of a character of an inline or HTML token's content."""
    source_map = token.meta.get(_MAP)
    return source_map.place(position) if isinstance(source_map, SourceMap) else (0, 0)


def position_of(child: Token) -> int:
    """At which character of its inline token's content an element begins."""
    return int(child.meta.get(_POSITION, 0))


def place_of(token: Token, child: Token) -> Place:
    """The place at which `child`, an element of an inline token, begins."""
    return place_in(token, position_of(child))


def set_position(token: Token, position: int) -> None:
    """Note at which character of its inline token's content an element begins."""
    token.meta[_POSITION] = position


def set_place(token: Token, place: Place) -> None:
    """Note where the content of a token stands that has left its inline token."""
    token.meta[_MAP] = SourceMap(((0, *place),))
    token.meta[_POSITION] = 0


def _noting(rule: InlineRule) -> InlineRule:
    def noting_rule(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        added = (token for token in state.tokens[count:] if token.type in _MARKED)
        token = next((token for token in added if _POSITION not in token.meta), None)
        if token is not None and not silent:
            set_position(token, start)
        return True

    return noting_rule


def positions_plugin(md: MarkdownIt) -> None:
    """Note positions; to be used last, since it wraps rules and must follow the inline parser at once."""
    rules = dict(zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(), strict=True))
    for name in _WRAPPED:
        md.inline.ruler.at(name, _noting(rules[name]))
    md.core.ruler.after("inline", "source_maps", _add_source_maps)
