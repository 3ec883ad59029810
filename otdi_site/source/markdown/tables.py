"""Tables of kramdown beyond GitHub's: without a header, with several bodies or a footer.

Format: https://kramdown.gettalong.org/syntax.html#tables (kramdown 2.4). Lines of such a table begin with a pipe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from otdi_site.source.markdown.context import context_of

_SEPARATOR = re.compile(r"\|[+|: \t]*+-[+|: \t-]*+")
_FOOTER_SEPARATOR = re.compile(r"\|[+|: \t]*+=[+|: \t=]*+")
_ALIGNMENT = re.compile(r"(:?)-+(:?)")
_BODY_CELL = re.compile(r":?-{3,}:?")
_FOOTER_CELL = re.compile(r"={3,}")
_ALIGNMENTS = {("", ""): "", (":", ""): "left", ("", ":"): "right", (":", ":"): "center"}
_MAX_CELLS = 65536
"""Cells that short rows are filled up with, as in markdown-it's own tables."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]
Row = tuple[int, list[str]]
"""The line it stands on, and its cells."""


@dataclass(slots=True)
class _Part:
    tag: str
    rows: list[Row]


def _cells(line: str) -> list[str]:
    cells = escapedSplit(line)  # of which the first stands before the first pipe
    return [cell.strip() for cell in (cells[1:-1] if cells[-1].strip() == "" else cells[1:])]


def _read(state: StateBlock, start_line: int, end_line: int) -> tuple[list[_Part], list[str], int] | None:
    """The parts of the table, the alignments of its columns and the line after it."""
    parts: list[_Part] = []
    rows: list[Row] = []
    aligned: list[str] | None = None
    has_header = has_footer = has_separator = is_ruled = False
    line = start_line
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        text = getLine(state, line).rstrip()
        if not text.startswith("|") or state.is_code_block(line):
            break
        if _SEPARATOR.fullmatch(text):
            has_separator = True
            if aligned is None:
                aligned = [_ALIGNMENTS[match.groups()] for match in _ALIGNMENT.finditer(text)]  # type: ignore[index]
            if rows:
                parts.append(_Part("tbody" if has_header or has_footer else "thead", rows))
                has_header = True
        elif _FOOTER_SEPARATOR.fullmatch(text):
            has_footer = has_separator = True
            if rows:
                parts.append(_Part("tbody", rows))
        else:
            rows.append((line, _cells(text)))
            is_ruled = is_ruled or not text.endswith("|")
            line += 1
            continue
        rows = []
        line += 1
    if rows:
        parts.append(_Part("tfoot" if has_footer else "tbody", rows))
    count = sum(len(part.rows) for part in parts)
    is_single = count == 1 and len(parts[0].rows[0][1]) < 2
    if not count or (not has_separator and (is_ruled or is_single)):
        return None
    return parts, aligned or [], line


def _push_row(state: StateBlock, row: Row, tag: str, columns: int, aligned: Sequence[str]) -> None:
    line, cells = row
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for index in range(columns):
        cell = state.push(f"{tag}_open", tag, 1)
        if index < len(aligned) and aligned[index]:
            cell.attrs = {"style": f"text-align:{aligned[index]}"}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.content = cells[index] if index < len(cells) else ""
        inline.children = []
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line) or not getLine(state, start_line).startswith("|"):
        return False
    table = _read(state, start_line, end_line)
    if table is None:
        return False
    parts, aligned, end = table
    columns = max(len(cells) for part in parts for _, cells in part.rows)
    missing = sum(columns - len(cells) for part in parts for _, cells in part.rows)
    if missing > _MAX_CELLS:
        return False
    if silent:
        return True
    state.push("table_open", "table", 1).map = [start_line, end]
    for part in parts:
        lines = [part.rows[0][0], part.rows[-1][0] + 1]
        state.push(f"{part.tag}_open", part.tag, 1).map = lines
        for row in part.rows:
            _push_row(state, row, "th" if part.tag == "thead" else "td", columns, aligned)
        state.push(f"{part.tag}_close", part.tag, -1)
    state.push("table_close", "table", -1)
    state.line = end
    return True


def _reporting(rule: BlockRule) -> BlockRule:
    """GitHub's rule, which drops the cells that a row has more than its header."""

    def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        index = len(state.tokens)
        if not rule(state, start_line, end_line, silent):
            return False
        if silent:
            return True
        columns = sum(token.type == "th_open" for token in state.tokens[index:])
        context = context_of(state.env)
        for line in range(start_line + 2, state.line):
            cells = _cells(f"|{getLine(state, line).strip().removeprefix('|')}")
            if len(cells) > columns:
                text = cells[columns]
                message = f"the row has {len(cells)} cells, its table {columns} columns: the last ones are not shown"
                help = "give the header as many cells; a pipe that belongs to a cell is written \\|"
                context.warning("OTD239", context.mark_of_text(line, text), message, help, kind="cells")
        return True

    return table


def _separates(cells: Sequence[str]) -> str:
    """The part that begins after a row of a body that only separates; empty for other rows."""
    written = [cell for cell in cells if cell]
    if not written or not cells[0]:
        return ""
    if all(map(_BODY_CELL.fullmatch, written)):
        return "tbody"
    return "tfoot" if all(map(_FOOTER_CELL.fullmatch, written)) else ""


def _divide(state: StateCore) -> None:
    """Divide bodies of GitHub's tables at the rows of kramdown that only separate."""
    tokens: list[Token] = []
    body = row = 0
    for token in state.tokens:
        tokens.append(token)
        if token.type == "tbody_open":
            body = len(tokens) - 1
        elif token.type == "tr_open":
            row = len(tokens) - 1
        elif token.type == "tbody_close":
            token.type, token.tag = f"{tokens[body].tag}_close", tokens[body].tag
            if tokens[-2] is tokens[body]:
                del tokens[-2:]
        elif token.type == "tr_close" and tokens[row - 1].type != "thead_open":
            tag = _separates([cell.content for cell in tokens[row:] if cell.type == "inline"])
            if not tag or tokens[body].tag == "tfoot":
                continue
            level = tokens[row].level - 1
            opening = Token(f"{tag}_open", tag, 1, map=tokens[row].map, level=level, block=True)
            del tokens[row:]
            if tokens[-1] is tokens[body]:
                tokens[-1] = opening
            else:
                tokens += [Token("tbody_close", "tbody", -1, level=level, block=True), opening]
            body = len(tokens) - 1
    state.tokens = tokens


def tables_plugin(md: MarkdownIt) -> None:
    """Read such tables where GitHub's rule finds none, and divide those it finds."""
    rules = dict(zip(md.block.ruler.get_active_rules(), md.block.ruler.getRules(""), strict=True))
    md.block.ruler.at("table", _reporting(rules["table"]), {"alt": ["paragraph", "reference"]})
    md.block.ruler.after("table", "kramdown_table", _table)
    md.core.ruler.after("block", "divide_tables", _divide)
