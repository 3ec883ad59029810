"""Content tabs of MkDocs, ``=== "Title"`` with an indented body, as a markdown-it plugin.

Each becomes a ``<details>`` with its title, the first one open: that works without a script, on paper and in a search
inside the page. Format: https://facelessuser.github.io/pymdown-extensions/extensions/tabbed/ (version 10).
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from otdi_site.source.markdown.indented import end_of_indented, read_indented

_FIRST_LINE = re.compile(r"===(?P<marks>[!+]{0,2})[ \t]+\"(?P<title>.*)\"[ \t]*")


def _match(state: StateBlock, line: int) -> re.Match[str] | None:
    if state.is_code_block(line) or state.sCount[line] < state.blkIndent:
        return None
    return _FIRST_LINE.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])


def _tab(state: StateBlock, line: int, end: int, match: re.Match[str], is_open: bool) -> None:
    opening = state.push("tab_open", "details", 1)
    opening.map = [line, end]
    opening.attrs = {"class": "tab", **({"open": ""} if is_open else {})}
    title = state.push("tab_title_open", "summary", 1)
    title.map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = match["title"], [line, line + 1], []
    state.push("tab_title_close", "summary", -1)
    read_indented(state, line + 1, end, "tab")
    state.push("tab_close", "details", -1)


def _tabs(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    match = _match(state, start_line)
    if match is None:
        return False
    if silent:
        return True
    group = state.push("tabs_open", "div", 1)
    group.attrs = {"class": "tabs"}
    line = start_line
    while match is not None:
        end = end_of_indented(state, line, end_line)
        _tab(state, line, end, match, line == start_line or "+" in match["marks"])
        state.line = end
        line = state.skipEmptyLines(end)
        match = _match(state, line) if line < end_line else None
        if match is not None and "!" in match["marks"]:
            break
    group.map = [start_line, state.line]
    state.push("tabs_close", "div", -1)
    return True


def tabs_plugin(md: MarkdownIt) -> None:
    """Read tabs wherever a block may begin, right below a paragraph too."""
    md.block.ruler.before("fence", "tabs", _tabs, {"alt": ["paragraph", "reference", "blockquote", "list"]})
