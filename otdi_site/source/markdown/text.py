"""Extracts the plain text of tokens, for search and descriptions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from otdi_site.source.markdown.tags import replace_tags

_NO_TEXT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_WITHOUT_TEXT = ("note_title_open",)


def text_of_inline(children: Iterable[Token] | None) -> str:
    """The visible text of inline tokens, on one line; images count with their alternative text."""
    pieces: list[str] = []
    for child in children or ():
        if child.type in ("text", "text_special", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif child.type == "image":
            pieces.append(text_of_inline(child.children))
    return " ".join("".join(pieces).split())


def text_of_html(source: str) -> str:
    """The visible text of raw HTML, roughly."""
    return " ".join(html.unescape(replace_tags(_NO_TEXT.sub(" ", source), lambda _: " ")).split())


def text_of_blocks(tokens: Sequence[Token]) -> str:
    """A line for each block with text, without code and titles of notes."""
    lines = []
    for index, token in enumerate(tokens):
        if token.type == "inline" and not (index and tokens[index - 1].type in _WITHOUT_TEXT):
            lines.append(text_of_inline(token.children))
        elif token.type == "html_block":
            lines.append(text_of_html(token.content))
    return "\n".join(line for line in lines if line)
