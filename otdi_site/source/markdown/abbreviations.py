"""Abbreviations, ``*[HTML]: Hyper Text Markup Language``, as a markdown-it plugin.

Format: https://michelf.ca/projects/php-markdown/extra/#abbr, which kramdown and Python-Markdown follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_DEFINITION = re.compile(r"\*\[(?P<term>[^\[\]\n]{1,100})\]:[ \t]*+(?P<title>[^\n]*+)")
_WORD = re.compile(r"\w+|[^\w\s]")
_KEY = "abbreviations"


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _DEFINITION.fullmatch(state.src, start, state.eMarks[start_line])
    term = match["term"].strip() if match else ""
    if match is None or not term:
        return False
    if not silent:
        state.env.setdefault(_KEY, {}).setdefault(term, match["title"].strip())
        state.line = start_line + 1
    return True


def _lengths_by_first_word(terms: Mapping[str, str]) -> dict[str, list[int]]:
    """How long the terms that begin with a word are, the longest first."""
    lengths: dict[str, set[int]] = {}
    for term in terms:
        word = _WORD.match(term)
        if word is not None:
            lengths.setdefault(word.group(), set()).add(len(term))
    return {word: sorted(found, reverse=True) for word, found in lengths.items()}


def _split(token: Token, terms: Mapping[str, str], lengths: Mapping[str, list[int]]) -> Iterator[Token]:
    """A text as its pieces: terms in ``<abbr>``, the rest as it was."""
    text = token.content
    at = end = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < end:
            continue
        for length in lengths.get(word.group(), ()):
            after = start + length
            term = text[start:after]
            if term in terms and not (term[-1].isalnum() and text[after : after + 1].isalnum()):
                yield Token("text", "", 0, content=text[at:start], level=token.level)
                yield Token("abbr_open", "abbr", 1, attrs={"title": terms[term]}, level=token.level)
                yield Token("text", "", 0, content=term, level=token.level + 1)
                yield Token("abbr_close", "abbr", -1, level=token.level)
                at = end = after
                break
    if at:
        yield Token("text", "", 0, content=text[at:], level=token.level)
    else:
        yield token


def _apply(state: StateCore) -> None:
    terms = state.env.get(_KEY)
    if not terms:
        return
    lengths = _lengths_by_first_word(terms)
    for block in state.tokens:
        if block.children:
            block.children = [
                piece
                for child in block.children
                for piece in (_split(child, terms, lengths) if child.type == "text" else [child])
            ]


def abbreviations_plugin(md: MarkdownIt) -> None:
    """Read definitions wherever a block may begin, and mark the terms in every text."""
    md.block.ruler.before("list", "abbreviation", _definition, {"alt": ["paragraph", "reference", "blockquote"]})
    md.core.ruler.push("abbreviations", _apply)
