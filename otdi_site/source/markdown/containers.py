"""Notes between colons, as Docusaurus, VitePress, MyST, Quarto and Pandoc write them, as a markdown-it plugin.

``:::note``, ``:::tip Title``, ``:::warning[Title]``, ``::: details Title``, ``:::{note}``, ``::: {.callout-note}``.
All other colon fences are left to slots.
Formats: https://docusaurus.io/docs/markdown-features/admonitions (version 3), https://pandoc.org/MANUAL.html (3.6).
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from otdi_site.source.markdown.context import context_of
from otdi_site.source.markdown.notes import close_note, default_title, is_kind, open_note, title_of_note

_FOLDED = "details"
_HEAD = re.compile(
    r"[ \t]*+(?:\{[ \t]*+\.?(?P<braced>[A-Za-z][\w-]*+)[^{}]*+\}|(?P<plain>[A-Za-z][\w-]*+))"
    r"(?:\[(?P<bracketed>[^\n]*)\](?:\{[^{}]*+\})?|[ \t]++(?P<title>[^\n:{][^\n]*+))?[ \t]*+:*+[ \t]*+"
)


def _read_head(head: str) -> tuple[str, str | None] | None:
    """The word for the note and its title, if it has one; `None` for what is no note."""
    match = _HEAD.fullmatch(head)
    if match is None:
        return None
    word = (match["braced"] or match["plain"]).removeprefix("callout-").lower()
    title = match["bracketed"] or match["title"]
    if word == "admonition":  # MyST: the title is what stands behind it
        return ("note", title) if title else None
    return (word, title) if word == _FOLDED or is_kind(word) else None


def _make_notes(state: StateCore) -> None:
    context = context_of(state.env)
    tokens: list[Token] = []
    open_tags: list[str] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "container_note_open":
            word, title = _read_head(token.info) or ("note", None)
            is_folded = word == _FOLDED
            open_note(token, "note" if is_folded else word, is_folded=is_folded)
            tokens += title_of_note([], "summary" if is_folded else "p")
            inline = tokens[-2]
            assert token.map is not None
            inline.map = [token.map[0], token.map[0] + 1]
            inline.content = title or default_title(word)
            open_tags.append(token.tag)
            last = context.line(token.map[1]).strip(" \t>")
            if len(last) < len(token.markup) or last.strip(":"):
                mark = context.mark_of_text(token.map[0], token.markup)
                message = f"the note {token.info.strip()!r} is not closed"
                context.warning("OTD257", mark, message, f"end it with a line {token.markup}")
        elif token.type == "container_note_close":
            close_note(token, open_tags.pop())
    state.tokens = tokens


def containers_plugin(md: MarkdownIt) -> None:
    """Read notes between colons; to be used before the plugin that reads all other colon fences."""
    container_plugin(md, "note", marker=":", validate=lambda head, _: _read_head(head) is not None)
    md.core.ruler.before("inline", "notes_between_colons", _make_notes)
