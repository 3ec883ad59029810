"""Renders tables, code, notes and footnotes as accessible HTML."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from otdi_site.source.markdown.attributes import add_classes
from otdi_site.source.markdown.code import CODE, CodeInfo, marked_lines
from otdi_site.source.markdown.notes import closing_index
from otdi_site.source.markdown.text import text_of_inline

_LABEL = "label"
_SAFE = "!$&'()*+,-./:;=?@_~"
"""Signs that stand for themselves behind the number sign of an address (RFC 3986)."""


def prepare_tables(tokens: Sequence[Token]) -> None:
    """Give cells scope and alignment, and tables a name of their own: what stands over their columns."""
    seen: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type in ("th_open", "td_open") and (style := str(token.attrs.pop("style", ""))):
            # A class, since the pages' content security policy refuses styles in attributes.
            add_classes(token, (style.replace("text-align:", "align-"),))
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        elif token.type == "table_open":
            has_head = tokens[index + 1].type == "thead_open"
            head = tokens[index : closing_index(tokens, index + 1)] if has_head else ()
            names = [text_of_inline(cell.children) for cell in head if cell.type == "inline"]
            label = f"Table: {', '.join(filter(None, names))}" if any(names) else "Table"
            seen[label] = seen.get(label, 0) + 1
            token.meta[_LABEL] = label if seen[label] == 1 else f"{label} ({seen[label]})"


def _table_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    # Wide tables scroll in a box of their own; to scroll with the keyboard, the box takes the focus.
    label = escapeHtml(str(tokens[index].meta.get(_LABEL, "Table")))
    box = f'<div class="table-scroll" role="region" aria-label="{label}" tabindex="0">\n'
    return box + self.renderToken(tokens, index, options, environment)


def _table_close(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    return self.renderToken(tokens, index, options, environment) + "</div>\n"


def _lines(content: str, info: CodeInfo) -> str:
    """The code, with an element around each line where some are marked or all are numbered."""
    if not info.marked and info.first_number is None:
        return escapeHtml(content)
    lines = content.removesuffix("\n").split("\n")
    pieces = []
    for index, (line, is_marked) in enumerate(zip(lines, marked_lines(info.marked, len(lines)), strict=True)):
        tag = "mark" if is_marked else "span"
        number = f' data-number="{info.first_number + index}"' if info.first_number is not None else ""
        pieces.append(f'<{tag} class="line"{number}>{escapeHtml(line)}\n</{tag}>')
    return "".join(pieces)


def _code(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType) -> str:
    token = tokens[index]
    classes = str(token.attrs.pop("class", "")).split()
    info: CodeInfo = token.meta.get(CODE) or CodeInfo()
    languages = [name for name in classes if name.startswith("language-")]
    if info.language and not languages:
        languages = [f"language-{info.language}"]
    others = " ".join(name for name in classes if name not in languages)
    attributes = {**({"class": others} if others else {}), **token.attrs, "tabindex": 0}
    pre = Token("", "pre", 1, attrs=attributes)
    code = Token("", "code", 1, attrs={"class": " ".join(languages)} if languages else {})
    opening = f"<pre{self.renderAttrs(pre)}><code{self.renderAttrs(code)}>"
    block = f"{opening}{_lines(token.content, info)}</code></pre>\n"
    if not info.title:
        return block
    return f'<figure class="titled-code">\n<figcaption>{escapeHtml(info.title)}</figcaption>\n{block}</figure>\n'


def footnote_id(token: Token) -> str:
    """The id of a footnote, as kramdown and Python-Markdown make it of the footnote's label."""
    return f"fn:{'-'.join(str(token.meta['label'] or token.meta['id'] + 1).split())}"


def reference_id(token: Token) -> str:
    """The id of one of the places that refer to a footnote, as kramdown makes it."""
    repetition = token.meta.get("subId", 0)
    return f"fnref{footnote_id(token)[2:]}" + (f":{repetition}" if repetition else "")


def _href(identifier: str) -> str:
    return escapeHtml(f"#{quote(identifier, safe=_SAFE)}")


def _footnote_reference(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    token = tokens[index]
    number = token.meta["id"] + 1
    return (
        f'<sup class="footnote-reference"><a href="{_href(footnote_id(token))}" id="{escapeHtml(reference_id(token))}"'
        f' aria-label="Footnote {number}">[{number}]</a></sup>'
    )


def _footnotes_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'


def _footnote_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    return f'<li id="{escapeHtml(footnote_id(tokens[index]))}">'


def _footnote_back(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    token = tokens[index]
    number, repetition = token.meta["id"] + 1, token.meta.get("subId", 0)
    label = f"Back to reference {number}" + (f", {repetition + 1}" if repetition else "")
    # The variation selector keeps systems from showing the arrow as a picture.
    return f' <a class="footnote-back" href="{_href(reference_id(token))}" aria-label="{label}">\u21a9\ufe0e</a>'


def _contents(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    token = tokens[index]
    return token.content.replace(f"<{token.tag}>", f"<{token.tag}{self.renderAttrs(token)}>", 1)


def elements_plugin(md: MarkdownIt) -> None:
    """Write these elements our way."""
    md.add_render_rule("table_open", _table_open)
    md.add_render_rule("table_close", _table_close)
    md.add_render_rule("contents", _contents)
    md.add_render_rule("fence", _code)
    md.add_render_rule("code_block", _code)
    md.add_render_rule("footnote_ref", _footnote_reference)
    md.add_render_rule("footnote_block_open", _footnotes_open)
    md.add_render_rule("footnote_open", _footnote_open)
    md.add_render_rule("footnote_anchor", _footnote_back)
