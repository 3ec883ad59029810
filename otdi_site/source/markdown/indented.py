"""Bodies indented by four spaces below a first line, as MkDocs has them."""

from __future__ import annotations

from markdown_it.rules_block import StateBlock

_INDENT = 4


def end_of_indented(state: StateBlock, start_line: int, end_line: int) -> int:
    """The line after the last one that is indented; empty lines between such lines belong to the body."""
    end = line = start_line + 1
    while line < end_line:
        if not state.isEmpty(line):
            if state.sCount[line] < state.blkIndent + _INDENT:
                break
            end = line + 1
        line += 1
    return end


def read_indented(state: StateBlock, start_line: int, end_line: int, parent: str) -> None:
    """Parse the blocks of a body that `end_of_indented` found."""
    old_parent, old_line_max, old_indent = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax = parent, end_line
    state.blkIndent += _INDENT
    state.md.block.tokenize(state, start_line, end_line)
    state.parentType, state.lineMax, state.blkIndent = old_parent, old_line_max, old_indent
