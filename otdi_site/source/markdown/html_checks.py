"""Checks raw HTML and attribute lists against the HTML standard and the pages' content security policy.

Whoever may write pages is trusted, so nothing here is a wall: it says what a browser would refuse or drop without a
word. Addresses of a scheme that is not allowed are an error, and are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it.token import Token

from otdi_site.diagnostics import Diagnostic, Mark, Severity, error, warning
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.html_tags import Attribute, Tag, find_tags
from otdi_site.source.markdown.links import find_destination, refusal_of_scheme
from otdi_site.source.markdown.liquid import Substitutions
from otdi_site.source.markdown.policy import refusals, refused_scheme
from otdi_site.source.markdown.positions import place_in, place_of, position_of

_NAMES = """
    a abbr acronym address applet area article aside audio b base bdi bdo big blockquote body br button canvas caption
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fencedframe fieldset
    figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input
    ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noembed noframes noscript object ol
    optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp script search section
    select selectedcontent slot small source span strike strong style sub summary sup svg table tbody td template
    textarea tfoot th thead time title tr track tt u ul var video wbr xmp
"""
ELEMENTS = frozenset(_NAMES.split())
"""Elements of HTML, obsolete ones included (HTML Standard, November 2026)."""
MarkOf = Callable[[str | None], Mark]
"""The place of an attribute; that of the element for `None`."""

_SERVER = re.compile(r"(?P<include><!--[ \t]{0,9}#[ \t]{0,9}(?:include|echo|exec|config|set|if)\b)|<\?(?:php\b|=)")
"""What a web server would carry out: server-side includes, and PHP."""
_FOREIGN_ROOTS = frozenset({"math", "svg"})


def _unknown_elements(tags: Sequence[tuple[Tag, Mark]]) -> Iterator[Diagnostic]:
    """Elements that HTML does not have: browsers show what is in them, and nothing of themselves."""
    closed = {tag.name.lower() for tag, _ in tags if tag.is_end}
    depth = 0
    for tag, mark in tags:
        name = tag.name.lower()
        if name in _FOREIGN_ROOTS:
            depth = max(depth - 1, 0) if tag.is_end else depth + 1
        is_custom = "-" in name and name in closed
        if tag.is_end or name in ELEMENTS or depth or is_custom:
            continue
        help = f"write it in HTML or Markdown; to show the word itself, put `<{tag.name}>` into backticks"
        yield warning("OTD253", mark, f"HTML has no element <{tag.name}>", help)


class HtmlChecks:
    """The findings of one page."""

    def __init__(self, context: Context, substitutions: Substitutions) -> None:
        self._context = context
        self._substitutions = substitutions
        self._found: list[Diagnostic] = []
        self._tags: list[tuple[Tag, Mark]] = []

    def _is_external(self, url: str) -> bool:
        destination = find_destination(self._context, url, self._substitutions.hidden.base, None)
        return destination is not None and destination.is_external

    def _check(self, element: str, attributes: Mapping[str, str], mark_of: MarkOf) -> list[str]:
        """Note what is refused of an element; the attributes whose addresses are."""
        refused = []
        for name, value in attributes.items():
            scheme = refused_scheme(name, value)
            if scheme is not None:
                refused.append(name)
                self._found.append(error("OTD233", mark_of(name), *refusal_of_scheme(scheme)))
        allowed = {name: value for name, value in attributes.items() if name not in refused}
        for refusal in refusals(element, allowed, self._is_external):
            self._found.append(warning(refusal.code, mark_of(refusal.attribute), refusal.message, refusal.help))
        return refused

    def _check_html(self, parent: Token, token: Token) -> None:
        start = position_of(token) if token is not parent else 0
        pieces = []
        at = 0
        for found in _SERVER.finditer(token.content):
            what = "server-side includes are" if found["include"] else "PHP is"
            message = f"{what} not carried out: readers see nothing in that place"
            mark = self._context.mark(place_in(parent, start + found.start()))
            self._context.warning("OTD245", mark, message, "write the text that it stands for", message)
        for tag in find_tags(token.content):
            places = {attribute.name: attribute for attribute in reversed(tag.attributes)}  # the first of a name counts

            def mark_of(name: str | None, tag: Tag = tag, places: Mapping[str, Attribute] = places) -> Mark:
                return self._context.mark(place_in(parent, start + (places[name].start if name else tag.start)))

            self._tags.append((tag, mark_of(None)))
            if tag.is_end:
                continue
            values = {name: attribute.text.translate(self._substitutions.target) for name, attribute in places.items()}
            for name in self._check(tag.name.lower(), values, mark_of):
                pieces += [token.content[at : places[name].start], " " * (places[name].end - places[name].start)]
                at = places[name].end
        token.content = "".join([*pieces, token.content[at:]])

    def check_html(self, tokens: Sequence[Token]) -> None:
        """Raw HTML, as written; refused addresses become spaces, so that columns stay."""
        for parent in tokens:
            for token in [parent, *(parent.children or ())]:
                if token.type in ("html_block", "html_inline"):
                    self._check_html(parent, token)

    def check_elements(self, tokens: Sequence[Token]) -> None:
        """Elements of Markdown, addresses of links aside: what attribute lists gave, and where images lie."""
        first, end = 0, 0
        for parent in tokens:
            if parent.map is not None:
                first, end = parent.map
            for token in [parent, *(parent.children or ())]:
                if not token.attrs or not token.tag:
                    continue
                own = self._context.mark(place_of(parent, token)) if token.type == "image" else None

                def mark_of(name: str | None, lines: range = range(first, end + 1), own: Mark | None = own) -> Mark:
                    if own is not None and name == "src":
                        return own
                    line = next((line for line in lines if f"{name}=" in self._context.line(line)), lines[0])
                    return self._context.mark_of_text(line, f"{name}=")

                values = {name: str(value) for name, value in token.attrs.items() if name != "href"}
                for name in self._check(token.tag, values, mark_of):
                    del token.attrs[name]

    def report(self) -> None:
        """Tell the context: errors each, warnings once a kind."""
        for found in [*self._found, *_unknown_elements(self._tags)]:
            kind = found.message if found.severity is Severity.WARNING else None
            self._context.report(found.severity, found.code, found.mark, found.message, found.help, kind)
