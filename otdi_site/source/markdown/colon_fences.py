"""Lines that begin with three colons, as a markdown-it plugin; it must not know what slots there are.

A slot, ``:::{slot} name``, holds its arguments up to the line that ends it. Of any other fence only its first and last
line are taken: what they mean elsewhere is not known here, and what stands between them is read as usual.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from otdi_site.source.markdown.context import context_of

IS_OPEN = "is_open"
"""True in the meta of a fence that has no end."""

_ENV = "colon_fences"
_FENCE = re.compile(r"(:{3,})([^\n]*)")
_END = re.compile(r"[ \t>]*(:{3,})[ \t]*")
_LONGEST = 20
"""Colons beyond which fences count as equally long."""


class _Ends:
    """The lines that may end a fence, by their number of colons."""

    def __init__(self, lines: list[str]) -> None:
        self.by_length: dict[int, list[int]] = {}
        for number, line in enumerate(lines):
            match = _END.fullmatch(line) if ":::" in line else None
            if match:
                self.by_length.setdefault(min(len(match.group(1)), _LONGEST), []).append(number)
        self.taken: set[int] = set()
        """Ends of fences that are no slots."""
        self.outdents: dict[int, tuple[int, int]] = {}
        """By indentation: a line from which one was looked for that is indented less, and that line."""

    def next_end(self, state: StateBlock, line: int, end_line: int, length: int) -> int | None:
        found = []
        for count, numbers in self.by_length.items():
            position = bisect_right(numbers, line)
            if count >= min(length, _LONGEST) and position < len(numbers) and numbers[position] < end_line:
                found.append(numbers[position])
        end = min(found, default=None)
        return end if end is not None and end < self.outdent(state, line, end_line) else None

    def outdent(self, state: StateBlock, line: int, end_line: int) -> int:
        """The next line that leaves the list the fence stands in."""
        since, known = self.outdents.get(state.blkIndent, (end_line, -1))
        if since <= line < known:
            return known
        number = line + 1
        while number < end_line and (state.isEmpty(number) or state.sCount[number] >= state.blkIndent):
            number += 1
        self.outdents[state.blkIndent] = (line, number)
        return number


def _rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _FENCE.match(state.src, start, state.eMarks[start_line])
    if match is None or silent:
        return match is not None
    if _ENV not in state.env:
        state.env[_ENV] = _Ends(context_of(state.env).lines)
    ends: _Ends = state.env[_ENV]
    state.line = start_line + 1
    if start_line in ends.taken:
        return True
    end = ends.next_end(state, start_line, end_line, len(match.group(1)))
    token = state.push("colon_fence", "", 0)
    token.markup, token.info = match.groups()
    token.map = [start_line, state.line]
    token.meta[IS_OPEN] = end is None
    if "{slot}" in token.info and end is not None:
        token.content = state.getLines(start_line + 1, end, state.sCount[start_line], True)
        state.line = end + 1
        token.map = [start_line, state.line]
    elif end is not None and token.info.strip():
        ends.taken.add(end)
    return True


def colon_fences_plugin(md: MarkdownIt) -> None:
    """Read colon fences wherever a block may begin."""
    alternatives = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    md.block.ruler.before("fence", "colon_fence", _rule, {"alt": alternatives})
