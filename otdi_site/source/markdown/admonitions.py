"""MkDocs' admonitions, ``!!! tip "Title"`` with an indented body, as a markdown-it plugin.

``???`` makes one that unfolds, ``???+`` one that is unfolded at first.
Format: https://python-markdown.github.io/extensions/admonition/ and
https://squidfunk.github.io/mkdocs-material/reference/admonitions/.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from otdi_site.source.markdown.context import context_of
from otdi_site.source.markdown.indented import end_of_indented, read_indented
from otdi_site.source.markdown.notes import default_title, open_note, title_of_note

_MODIFIERS = frozenset({"inline", "end"})
_FIRST_LINE = re.compile(
    r"(?P<marker>!!!|\?\?\?\+?)[ \t]*+(?P<words>[\w-]++(?:[ \t]++[\w-]++(?![^ \t\n]))*+)(?P<rest>[ \t]++\S.*+)?+[ \t]*+"
)
_QUOTED = re.compile(r'[ \t]+"(.*)"[ \t]*')


def _title(state: StateBlock, line: int, match: re.Match[str]) -> tuple[str | None, list[str]]:
    """The title as Markdown, `None` for the default one, and further classes."""
    word, *others = match["words"].split()
    quoted = _QUOTED.fullmatch(match["rest"] or "")
    if quoted:
        return quoted.group(1), others
    if not match["rest"] and _MODIFIERS.issuperset(others):
        return None, others
    context = context_of(state.env)
    message = f"the title of this {word} is not in quotes"
    help = f'write {match["marker"]} {word} "Title"'
    context.warning("OTD227", context.mark_of_text(line, match["marker"]), message, help)
    return " ".join([*others, (match["rest"] or "").strip().strip('"')]).strip(), []


def _add_title(state: StateBlock, title: str, is_default: bool, line: int, tag: str) -> None:
    tokens = title_of_note([], tag)
    inline = tokens[1]
    if is_default:
        inline.children = [Token("text", "", 0, content=title)]
    else:
        inline.content = title
        inline.map = [line, line + 1]
    for token in tokens:
        token.level = state.level + (1 if token.type == "inline" else 0)
    state.tokens += tokens


def _admonition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _FIRST_LINE.fullmatch(state.src, start, state.eMarks[start_line])
    if match is None:
        return False
    if silent:
        return True
    title, classes = _title(state, start_line, match)
    word = match["words"].split()[0]
    is_folded = match["marker"].startswith("?")
    end = end_of_indented(state, start_line, end_line)

    opening = state.push("note_open", "aside", 1)
    opening.map = [start_line, end]
    open_note(opening, word, is_titled=title != "", is_folded=is_folded, is_open=match["marker"].endswith("+"))
    opening.attrs["class"] = " ".join([str(opening.attrs["class"]), *classes])
    if title != "" or is_folded:
        tag = "summary" if is_folded else "p"
        _add_title(state, title or default_title(word), not title, start_line, tag)

    read_indented(state, start_line + 1, end, "admonition")
    state.push("note_close", opening.tag, -1)
    state.line = end
    return True


def admonitions_plugin(md: MarkdownIt) -> None:
    """Read admonitions wherever a block may begin, right below a paragraph too."""
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "admonition", _admonition, {"alt": alternatives})
