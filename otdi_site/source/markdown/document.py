"""Renders the text of a page's body to a document, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markdown_it.token import Token

from otdi_site.model.markdown import Document, Slot
from otdi_site.source.markdown.addresses import address_of_source
from otdi_site.source.markdown.code import prepare_code
from otdi_site.source.markdown.conflicts import has_conflict_marks, take_conflicts
from otdi_site.source.markdown.context import Context, MarkdownOptions
from otdi_site.source.markdown.elements import prepare_tables
from otdi_site.source.markdown.engine import engine
from otdi_site.source.markdown.headings import take_headings
from otdi_site.source.markdown.html_balance import check_balance
from otdi_site.source.markdown.html_checks import HtmlChecks
from otdi_site.source.markdown.links import treat_links
from otdi_site.source.markdown.liquid import substitute_notation
from otdi_site.source.markdown.liquid_blocks import find_blocks
from otdi_site.source.markdown.notation import HiddenText, hide_notation
from otdi_site.source.markdown.notes import make_notes
from otdi_site.source.markdown.raw_html import treat_html
from otdi_site.source.markdown.references import report_references
from otdi_site.source.markdown.slots import read_slot
from otdi_site.source.markdown.text import text_of_blocks
from otdi_site.source.markdown.unsupported import report_unsupported
from otdi_site.source.markdown.unsupported_lines import report_unsupported_lines

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


def _lines_of_code(context: Context, text: str) -> set[int]:
    tokens, _ = _parse(replace(context, diagnostics=[], kinds={}), text)
    code = (token.map for token in tokens if token.type in ("fence", "code_block"))
    return {line for lines in code if lines is not None for line in range(*lines)}


def _notation_in_code(context: Context, hidden: HiddenText) -> frozenset[str]:
    """First markers of the notation that stands in code."""
    if not hidden.notations:
        return frozenset()
    text = hidden.text
    while True:
        draft = replace(context, diagnostics=[], kinds={})
        in_code = hidden.in_code(_parse(draft, text)[0])
        blocks = find_blocks(hidden, in_code)
        if blocks.is_settled or text is not hidden.text:
            return in_code
        text, _ = hidden.replace(blocks.changes)  # a comment or ``highlight`` holds the beginning of code


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
    if has_conflict_marks(text):
        text = take_conflicts(context, text, _lines_of_code(context, text))
    hidden = hide_notation(text)
    visible, context.void_lines, substitutions = substitute_notation(
        context, hidden, _notation_in_code(context, hidden)
    )
    tokens, environment = _parse(context, visible)

    check_balance(context, tokens)
    report_references(context, environment)
    report_unsupported_lines(context, tokens)
    report_unsupported(context, tokens)
    checks = HtmlChecks(context, substitutions)
    checks.check_html(tokens)
    links = treat_html(context, tokens, substitutions)
    substitutions.apply(tokens)
    prepare_code(context, tokens)
    make_notes(context, tokens)
    links += treat_links(context, tokens, hidden.base)
    prepare_tables(tokens)
    checks.check_elements(tokens)
    checks.report()
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
