"""From the text of a page's body to a document, step by step; it must not know any notation itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markdown_it.token import Token

from otdi_site.model.markdown import Document, Slot
from otdi_site.source.markdown.addresses import address_of_source
from otdi_site.source.markdown.context import Context, MarkdownOptions
from otdi_site.source.markdown.elements import prepare_tables
from otdi_site.source.markdown.engine import engine
from otdi_site.source.markdown.headings import take_headings
from otdi_site.source.markdown.links import treat_links
from otdi_site.source.markdown.liquid import substitute_notation
from otdi_site.source.markdown.notation import hide_notation
from otdi_site.source.markdown.notes import make_notes
from otdi_site.source.markdown.raw_html import treat_html
from otdi_site.source.markdown.slots import read_slot
from otdi_site.source.markdown.text import text_of_blocks

_LINE_END = re.compile(r"\r\n?|\n")


def _parse(context: Context, text: str) -> tuple[list[Token], dict[str, Any]]:
    context.lines = text.split("\n")
    environment = context.environment()
    return engine().parse(text, environment), environment


def _render(tokens: Sequence[Token], environment: dict[str, Any]) -> str:
    md = engine()
    html: str = md.renderer.render(tokens, md.options, environment)
    return html


def _render_blocks(context: Context, tokens: Sequence[Token], environment: dict[str, Any]) -> tuple[str | Slot, ...]:
    blocks: list[str | Slot] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.type == "colon_fence":
            blocks.append(_render(tokens[start:index], environment))
            slot = read_slot(context, token)
            if slot is not None:
                blocks.append(slot)
            start = index + 1
    blocks.append(_render(tokens[start:], environment))
    return tuple(block for block in blocks if block != "")


def render_markdown(
    text: str,
    *,
    path: str,
    first_line: int,
    page_address: str,
    source_path: str,
    options: MarkdownOptions,
    resolve: Callable[[str], str | None] = address_of_source,
) -> Document:
    """The document that the Markdown of a page's body makes; never raises, whatever the text.

    `path` is the file as diagnostics name it and `first_line` the line of it on which `text` begins, from 1.
    `page_address` is the page's own address and `source_path` its file, such as ``content/a/b.md``: relative
    links start from there. `resolve` gives the address of a page by such a path, `None` where there is none;
    a link to no page keeps the path, for the check of links to find. Addresses come without the base path.
    """
    text = _LINE_END.sub("\n", text).replace("\0", "\ufffd")
    # A rule of mdit-py-plugins reads the character after a line without looking; there is always one.
    text = text if text.endswith("\n") else f"{text}\n"
    context = Context(path, first_line, page_address, source_path, options, resolve, [])
    hidden = hide_notation(text)
    in_code: frozenset[str] = frozenset()
    if hidden.notations:
        draft = replace(context, diagnostics=[])
        in_code = hidden.in_code(_parse(draft, hidden.text)[0])
    visible, substitutions = substitute_notation(context, hidden, in_code)
    tokens, environment = _parse(context, visible)

    links = treat_html(context, tokens, substitutions)
    substitutions.apply(tokens)
    make_notes(tokens)
    links += treat_links(context, tokens, hidden.base)
    prepare_tables(tokens)
    headings, leading = take_headings(context, tokens)
    plain_text = text_of_blocks(tokens)
    blocks = _render_blocks(context, tokens, environment)
    return Document(
        blocks=blocks,
        leading_heading=_render(leading, environment).strip() if leading else None,
        headings=headings,
        links=tuple(sorted(links, key=lambda link: link.mark)),
        text=plain_text,
        diagnostics=context.sorted_diagnostics(),
    )
