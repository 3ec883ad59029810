"""Rewrites raw HTML of a page: template values, the base path, marks of its links.

Maintainers write it and are trusted: nothing is removed but kramdown's notation: attribute lists, which are not read
inside HTML, and the attribute ``markdown``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Link
from otdi_site.source.markdown.attributes import HTML_ATTRIBUTES, AttributeList
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.html_blocks import IS_VERBATIM, MARKDOWN_ATTRIBUTE
from otdi_site.source.markdown.html_links import ATTRIBUTE, IMAGE_ATTRIBUTES, is_address, replace_addresses
from otdi_site.source.markdown.links import add_noopener, find_destination
from otdi_site.source.markdown.liquid import Substitutions
from otdi_site.source.markdown.positions import place_in, position_of
from otdi_site.source.markdown.tags import VOID_ELEMENTS, Tag, replace_tags

_OPAQUE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|pre|code|kbd|samp|svg|math)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LINE_OF_ATTRIBUTES = re.compile(r"^[ \t]*(\{:(?![:/])[^{}\n]*\})[ \t]*$", re.MULTILINE)
_MARKDOWN = re.compile(
    r"^(?:[ \t]*(?:[-*+>]|#{1,6}|\d{1,9}[.)]|!!!)[ \t]|[^\n]*(?:\*\*|`|\]\(|\b_\w|\w_\b))[^\n]*", re.MULTILINE
)
_FIRST_TAG = re.compile(r"\s*<[A-Za-z][^\s/>]*")
_CLASS = re.compile(r"\sclass\s*=\s*[\"']", re.IGNORECASE)


def _blank(match: re.Match[str]) -> str:
    """As much white space as there was something else."""
    return re.sub(r"[^\n]", " ", match.group())


def _blank_tag(tag: Tag) -> str:
    return re.sub(r"[^\n]", " ", tag.source)


def _plain_tag(tag: Tag) -> str:
    """A tag as HTML has it: without the attribute ``markdown``, and not ended in itself where that means nothing."""
    source = MARKDOWN_ATTRIBUTE.sub("", tag.source) if "markdown" in tag.source.lower() else tag.source
    if tag.is_closing or not source.endswith("/>") or tag.name in VOID_ELEMENTS:
        return source
    return f"{source[:-2].rstrip()}></{source[1 : len(tag.name) + 1]}>"


class _Rewriter:
    def __init__(self, context: Context, substitutions: Substitutions, token: Token, parent: Token) -> None:
        self.context = context
        self.substitutions = substitutions
        self.parent = parent
        self.start = position_of(token) if token is not parent else 0
        self.links: list[Link] = []

    def value_of(self, attribute: re.Match[str]) -> str:
        written = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        return html.unescape(written).translate(self.substitutions.target)

    def rewrite_tag(self, tag: Tag) -> str:
        """A tag with its addresses as the page has them."""
        if tag.is_closing:
            return tag.source
        mark = self.mark_at(tag.start)
        prefix, written = tag.source[: len(tag.name) + 1], tag.source[len(tag.name) + 1 : -1]
        attributes = {match["name"].lower(): match for match in ATTRIBUTE.finditer(written)}
        changed: dict[str, str] = {}
        for name, attribute in attributes.items():
            if not is_address(tag.name, name):
                continue

            def lead(value: str, is_image: bool = name in IMAGE_ATTRIBUTES) -> str:
                destination = find_destination(self.context, value, self.substitutions.hidden.base, None)
                if destination is None:  # of another scheme, or a file that is no page: as the maintainer wrote it
                    return value
                self.links.append(Link(destination.target, mark, is_image=is_image))
                if destination.is_external and tag.name in ("a", "area"):
                    changed["rel"] = add_noopener(self.value_of(attributes["rel"]) if "rel" in attributes else "")
                return destination.href

            value = self.value_of(attribute)
            led = replace_addresses(name, value, lead)
            if led != value:
                changed[name] = led
        rest = ATTRIBUTE.sub(
            lambda match: (
                f'{match["before"]}"{escapeHtml(changed[match["name"].lower()])}"'
                if match["name"].lower() in changed
                else match.group()
            ),
            written,
        )
        if "rel" in changed and "rel" not in attributes:
            rest = f' rel="{escapeHtml(changed["rel"])}"{rest}'
        return f"{prefix}{rest}>"

    def mark_at(self, position: int) -> Mark:
        return self.context.mark(place_in(self.parent, self.start + position))

    def report_markdown(self, token: Token) -> None:
        """Reports notation inside HTML that other generators would evaluate."""
        visible = _OPAQUE.sub(_blank, token.content)
        for attributes in _LINE_OF_ATTRIBUTES.finditer(visible):
            message = "the attribute list stands inside HTML, which is not read"
            help = "write the attributes into the tag"
            self.context.warning("OTD225", self.mark_at(attributes.start(1)), message, help)
        markdown = None if token.meta.get(IS_VERBATIM) else _MARKDOWN.search(replace_tags(visible, _blank_tag))
        if markdown is not None:
            line = markdown.group()
            mark = self.mark_at(markdown.start() + len(line) - len(line.lstrip()))
            message = "Markdown inside HTML is not read"
            help = 'leave a line empty between the tag and the Markdown, or write markdown="1" into the tag'
            self.context.warning("OTD236", mark, message, help)

    def without_notation(self, content: str) -> str:
        pieces = []
        at = 0
        for opaque in [*_OPAQUE.finditer(content), None]:
            end = opaque.start() if opaque else len(content)
            pieces.append(replace_tags(_LINE_OF_ATTRIBUTES.sub("", content[at:end]), _plain_tag))
            if opaque:
                pieces.append(opaque.group())
                at = opaque.end()
        return "".join(pieces)

    def rewrite(self, token: Token) -> str:
        """A token's HTML as the page has it; links are noted by their place in it, so they are treated first."""
        if token.type == "html_block":
            self.report_markdown(token)
        treated = replace_tags(token.content, self.rewrite_tag)
        for attributes in token.meta.get(HTML_ATTRIBUTES, ()):
            treated = _with_attributes(treated, attributes)
        return self.without_notation(treated).translate(self.substitutions.html)


def _with_attributes(content: str, attributes: AttributeList) -> str:
    """HTML whose first tag has attributes that a list gives it."""
    first = _FIRST_TAG.match(content)
    if first is None:
        return content
    head, rest = content[: first.end()], content[first.end() :]
    classes = escapeHtml(" ".join(attributes.classes))
    given = [("id", attributes.id or ""), *attributes.others]
    present = _CLASS.search(rest, 0, max(rest.find(">"), 0))
    if classes and present:
        rest = f"{rest[: present.end()]}{classes} {rest[present.end() :]}"
    elif classes:
        given.append(("class", classes))
    return head + "".join(f' {name}="{escapeHtml(value)}"' for name, value in given if value) + rest


def treat_html(context: Context, tokens: Sequence[Token], substitutions: Substitutions) -> list[Link]:
    """Put values and the base path into raw HTML; the links in it."""
    links: list[Link] = []
    for parent in tokens:
        for token in [parent, *(parent.children or ())]:
            if token.type in ("html_block", "html_inline"):
                rewriter = _Rewriter(context, substitutions, token, parent)
                token.content = rewriter.rewrite(token)
                links += rewriter.links
    return links
