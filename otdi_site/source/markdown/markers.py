"""Lines that other generators replace by something, such as a table of contents, as a markdown-it plugin.

``[TOC]`` (``[[_TOC_]]``, ``[[toc]]``) is the table of contents, ``^`` the end of a block in kramdown, and lines between
``$$`` are mathematics.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

from otdi_site.source.markdown.attributes import IS_CONTENTS
from otdi_site.source.markdown.context import context_of
from otdi_site.source.markdown.unsupported import MATHEMATICS

_CONTENTS = re.compile(r"\[(?:TOC|\[_?TOC_?\])\][ \t]*", re.IGNORECASE)
_END_OF_BLOCK = re.compile(r"\^[ \t]*")
_INTERRUPTING: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def _line(state: StateBlock, line: int) -> tuple[int, int]:
    return state.bMarks[line] + state.tShift[line], state.eMarks[line]


def _contents(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line) or not _CONTENTS.fullmatch(state.src, *_line(state, start_line)):
        return False
    if not silent:
        opening = state.push("bullet_list_open", "ul", 1)
        opening.map = [start_line, start_line + 1]
        opening.meta[IS_CONTENTS] = True
        state.push("bullet_list_close", "ul", -1)
        state.line = start_line + 1
    return True


def _end_of_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line) or not _END_OF_BLOCK.fullmatch(state.src, *_line(state, start_line)):
        return False
    if not silent:
        state.line = start_line + 1
    return True


def _closing_line(state: StateBlock, start_line: int, end_line: int) -> int | None:
    """The line on which mathematics ends; it has no empty lines in it."""
    for line in range(start_line, end_line):
        start, end = _line(state, line)
        text = state.src[start:end].rstrip()
        if not text or (line > start_line and state.sCount[line] < state.blkIndent):
            return None
        if text.endswith("$$") and (line > start_line or len(text) > 3):
            return line
    return None


def _mathematics(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line) or not state.src.startswith("$$", _line(state, start_line)[0]):
        return False
    last = _closing_line(state, start_line, end_line)
    if last is None or state.src.find("$$", _line(state, start_line)[0] + 2) < _line(state, last)[1] - 2:
        return False  # not closed, or more of it on one line
    if silent:
        return True
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start_line, last + 1, state.blkIndent, False).strip() + "\n"
    token.map = [start_line, last + 1]
    token.attrs = {"class": "math"}
    context = context_of(state.env)
    context.warning("OTD246", context.mark_of_text(start_line, "$$"), *MATHEMATICS, MATHEMATICS[0])
    state.line = last + 1
    return True


def markers_plugin(md: MarkdownIt) -> None:
    """Read these lines."""
    md.block.ruler.before("fence", "contents_marker", _contents)
    md.block.ruler.before("fence", "end_of_block", _end_of_block, _INTERRUPTING)
    md.block.ruler.before("fence", "mathematics", _mathematics)
