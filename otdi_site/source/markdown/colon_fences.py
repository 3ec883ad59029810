"""Fenced blocks of three colons, as a markdown-it plugin.

A slot, ``:::{slot} name``, holds its arguments up to the line that ends it. Of any other fence only its first and last
line are taken: what they mean elsewhere is not known here, and what stands between them is read as usual.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from otdi_site.source.markdown.context import context_of

IS_OPEN = "is_open"
"""True in the meta of a fence that has no end."""

SLOT = "{slot}"
_ENV = "colon_fences"
_FENCE = re.compile(r"(:{3,})([^\n]*)")
_LINE = re.compile(
    r"(?P<prefix>[ \t>]*)(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
    r"(?:(?P<colons>:{3,}+)(?P<info>.*)|(?P<code>`{3,}+|~{3,}+)(?P<rest>.*))"
)


def _pairs(lines: list[str]) -> dict[int, int]:
    """The lines that end fences, by the lines that begin them; what stands in fenced code is passed over.

    A slot that another fence follows before it ends is not closed: arguments hold no fences.
    """
    pairs: dict[int, int] = {}
    open_fences: list[tuple[int, re.Match[str]]] = []
    code = ""
    last = -1
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line) if ":::" in line or "```" in line or "~~~" in line else None
        if match is None:
            continue
        if code:
            if match["code"] and match["code"].startswith(code) and not match["rest"].strip():
                code = ""
        elif match["code"]:
            code = match["code"] if "`" not in match["rest"] or match["code"][0] == "~" else ""
        elif match["info"].strip():
            open_fences.append((number, match))
            last = number
        elif open_fences and _ends(open_fences[-1][1], match):
            start, opening = open_fences.pop()
            if start == last or SLOT not in opening["info"]:
                pairs[start] = number
    return pairs


def _ends(opening: re.Match[str], closing: re.Match[str]) -> bool:
    """Whether a line of colons ends a fence: it has as many, and stands in as many quotes."""
    is_long_enough = len(opening["colons"]) <= len(closing["colons"])
    return is_long_enough and opening["prefix"].count(">") == closing["prefix"].count(">")


class _Ends:
    """Where the fences of a page end."""

    def __init__(self, lines: list[str]) -> None:
        self.pairs = _pairs(lines)
        self.taken: set[int] = set()
        """Ends of fences that are no slots."""
        self.outdents: dict[int, tuple[int, int]] = {}
        """By indentation: a line from which one was looked for that is indented less, and that line."""

    def end(self, state: StateBlock, line: int, end_line: int) -> int | None:
        end = self.pairs.get(line, end_line)
        is_within = end < end_line and end < self.outdent(state, line, end_line) and not state.is_code_block(end)
        return end if is_within else None

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
    end = ends.end(state, start_line, end_line)
    token = state.push("colon_fence", "", 0)
    token.markup, token.info = match.groups()
    token.map = [start_line, state.line]
    token.meta[IS_OPEN] = end is None
    if SLOT in token.info and end is not None:
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
