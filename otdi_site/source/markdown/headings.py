"""Headings: their levels, ids and links, and the table of contents of a page.

A page has one heading of level 1. The one its body begins with is that heading; all others move to level 2.
Ids follow GitHub's rule; what an author gives as ``{#id}`` wins. Where Python-Markdown, and MkDocs with it, would have
made another id, links to that lead to the heading too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from otdi_site.model.markdown import Heading
from otdi_site.source.markdown.attributes import IS_CONTENTS, take_classes
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.elements import footnote_id, reference_id
from otdi_site.source.markdown.notation import walk
from otdi_site.source.markdown.notes import closing_index
from otdi_site.source.markdown.text import text_of_inline

_ID_IN_HTML = re.compile(r"<[a-zA-Z][^<>]*?\sid\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_COMMENTS = re.compile(r"(?:\s*+<!--.*?-->)*+\s*+", re.DOTALL)
_NO_WORDS = re.compile(r"[^\w\s-]")
_SEPARATORS = re.compile(r"[-\s]+")
_NOT_LISTED = frozenset({"no_toc", "no-toc"})
_WORD_CATEGORIES = ("Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "Pc")


def slug_of_heading(text: str) -> str:
    """GitHub's id of a heading, before numbers make it unique; ``section`` where nothing of it is left."""
    kept = (
        character
        for character in text.strip().lower()
        if character in "- " or unicodedata.category(character) in _WORD_CATEGORIES
    )
    return "".join(kept).replace(" ", "-") or "section"


def _ids_in_use(tokens: Sequence[Token]) -> set[str]:
    """Ids that authors gave, and those of footnotes."""
    used: set[str] = set()
    for token in walk(tokens):
        if identifier := token.attrs.get("id"):
            used.add(str(identifier))
        if token.type in ("html_block", "html_inline"):
            used |= {next(filter(None, match.groups()), "") for match in _ID_IN_HTML.finditer(token.content)}
        elif token.type == "footnote_open":
            used.add(footnote_id(token))
        elif token.type == "footnote_ref":
            used.add(reference_id(token))
    return used


def _unique(slug: str, used: set[str], numbers: dict[str, int]) -> str:
    """`slug` with the first number that makes it unique; `numbers` holds the last one tried."""
    identifier = slug
    while identifier in used:
        numbers[slug] = numbers.get(slug, 0) + 1
        identifier = f"{slug}-{numbers[slug]}"
    used.add(identifier)
    return identifier


def _slug_of_python_markdown(text: str) -> str:
    """Python-Markdown's id of a heading, before numbers make it unique."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _SEPARATORS.sub("-", _NO_WORDS.sub("", ascii_text).strip().lower())


def _add_aliases(tokens: Sequence[Token], headings: Sequence[tuple[int, Heading]], used: set[str]) -> None:
    """Add the ids that Python-Markdown would have made; `headings` without an own id, with their index in `tokens`."""
    numbers: dict[str, int] = {}
    given: set[str] = set()
    for index, heading in headings:
        slug = _slug_of_python_markdown(heading.text)
        alias = slug
        while not alias or alias in given:
            numbers[slug] = numbers.get(slug, 0) + 1
            alias = f"{slug}_{numbers[slug]}"
        given.add(alias)
        if alias not in used:
            used.add(alias)
            anchor = Token("html_inline", "", 0, content=f'<span id="{escapeHtml(alias)}"></span>')
            inline = tokens[index + 1]
            inline.children = [anchor, *(inline.children or ())]


def _report_repeated_ids(context: Context, tokens: Sequence[Token]) -> None:
    seen: set[str] = set()
    for token in tokens:
        identifier = str(token.attrs.get("id", ""))
        if identifier in seen and token.map is not None:
            mark = context.mark_of_text(token.map[0], f"#{identifier}")
            context.error("OTD228", mark, f"the id {identifier!r} is given twice", "give one of the two another id")
        if identifier:
            seen.add(identifier)


def _leading_index(tokens: Sequence[Token]) -> int | None:
    """Where the heading that a body begins with stands, comments aside."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            return index if token.tag == "h1" else None
        if token.type != "html_block" or not _COMMENTS.fullmatch(token.content):
            return None
    return None


def _anchor(heading: Heading) -> Token:
    label = escapeHtml(f"Link to this section: {heading.text}" if heading.text else "Link to this section")
    # Empty, so that a copied heading has no sign in it: the style sheet shows one.
    content = f' <a class="anchor" href="#{escapeHtml(heading.id)}" aria-label="{label}"></a>'
    return Token("html_inline", "", 0, content=content)


def _contents(headings: Sequence[Heading], tag: str) -> str:
    """Nested lists of links to the headings."""
    pieces: list[str] = []
    levels: list[int] = []
    for heading in headings:
        while levels and levels[-1] > heading.level:
            levels.pop()
            pieces.append(f"</li></{tag}>\n")
        if levels and levels[-1] == heading.level:
            pieces.append("</li>\n")
        elif not levels or levels[-1] < heading.level:
            levels.append(heading.level)
            pieces.append(f"<{tag}>\n")
        link = f'<a href="#{escapeHtml(heading.id)}">{escapeHtml(heading.text)}</a>'
        pieces.append(f"<li>{link}")
    pieces += [f"</li></{tag}>\n" for _ in levels]
    return "".join(pieces)


def _fill_contents(context: Context, tokens: list[Token], headings: Sequence[Heading]) -> None:
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.meta.get(IS_CONTENTS):
            listed = [heading for heading in headings if heading.is_listed]
            end = closing_index(tokens, index)
            held = [inner.type for inner in tokens[index:end] if not inner.nesting]
            if held not in ([], ["inline"]) and token.map is not None:
                message = "the table of contents stands in place of the whole list"
                help = "leave one item above {:toc}; put a line <!-- --> between it and another list"
                context.warning("OTD240", context.mark((token.map[0], 0)), message, help)
            contents = Token("contents", token.tag, 0, attrs=token.attrs, content=_contents(listed, token.tag))
            tokens[index : end + 1] = [contents]


def take_headings(context: Context, tokens: list[Token]) -> tuple[tuple[Heading, ...], list[Token]]:
    """Give headings their level, id and link; the headings, and the tokens of the leading one, taken out."""
    _report_repeated_ids(context, tokens)
    used = _ids_in_use(tokens)
    leading = _leading_index(tokens)
    headings = []
    placed: list[tuple[int, Heading]] = []
    numbers: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline, closing = tokens[index + 1], tokens[index + 2]
        text = text_of_inline(inline.children)
        if not (text.strip() or any(child.type in ("image", "html_inline") for child in inline.children or ())):
            mark = context.mark((token.map[0] if token.map else 0, 0))
            context.warning("OTD218", mark, "the heading is empty", "write its text, or delete it")
        given = str(token.attrs.pop("id", ""))
        identifier = given or _unique(slug_of_heading(text), used, numbers)
        token.attrs = {"id": identifier, **token.attrs}
        is_listed = not take_classes(token, _NOT_LISTED) and index != leading and text != ""
        if token.tag == "h1" and index != leading:
            token.tag = closing.tag = "h2"
        heading = Heading(int(token.tag[1]), identifier, text, is_listed)
        headings.append(heading)
        if not given:
            placed.append((index, heading))
        if index != leading:
            inline.children = [*(inline.children or ()), _anchor(heading)]
    _add_aliases(tokens, placed, used)
    taken: list[Token] = []
    if leading is not None:
        taken = tokens[leading : leading + 3]
        del tokens[leading : leading + 3]
    _fill_contents(context, tokens, headings)
    return tuple(headings), taken
