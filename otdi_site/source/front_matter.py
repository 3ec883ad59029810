"""Splits a page's file into front matter and body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from frontmatter.default_handlers import YAMLHandler

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.front_matter import KNOWN_FIELDS, TEXT_FIELDS
from otdi_site.source.yaml_reader import YamlDocument, read_yaml

_opening = YAMLHandler()
_front_matter = YAMLHandler(fm_boundary=re.compile(r"^(?:-{3,}|\.{3})[^\S\n]*$", re.MULTILINE))
"""Ends at ``...`` too, and leaves the empty lines after a boundary, so that lines can be counted."""
_ODD_OPENING = re.compile(
    r"(?P<line>[ \t]{0,8}(?:-{3,80}|[\u2010-\u2015\u2212]{1,80}))[ \t]{0,80}\n[ \t]{0,8}(?P<field>[a-z_]{1,40}):[ \t]"
)
"""A first line that people or their editors take for three hyphens, above a field."""


@dataclass(frozen=True, slots=True)
class SplitPage:
    """A page's file in its two parts."""

    document: YamlDocument
    """The front matter; empty where there is none."""
    body: str
    body_line: int
    """The line of the file on which the body begins."""


def unreadable_page(path: str) -> SplitPage:
    """Stands in for a file that cannot be split."""
    return SplitPage(YamlDocument({}, {"": Mark(path, 1, 1)}, {}, ()), "", 1)


def _skip_comments(text: str) -> int:
    """Where the first line begins that is neither empty nor part of an HTML comment at the top of the file."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith("<!--", at):
            return text.rfind("\n", 0, at) + 1
        end = text.find("-->", at)
        if end < 0:
            return 0
        at = end + 3


def split_page(text: str, path: str) -> SplitPage | Diagnostic:
    """The front matter and the body of a page.

    The front matter is the YAML between two lines of hyphens at the top (the second may be ``...``). A comment, such as
    a licence header, and empty lines may stand above it. What only looks like front matter there, such as two rules
    with text between them, stays text.
    """
    start = _skip_comments(text)
    page = text[start:]
    nothing = SplitPage(YamlDocument({}, {"": Mark(path, 1, 1)}, {}, ()), text, 1)
    first_line = text.count("\n", 0, start) + 1
    if not _opening.detect(page):
        odd = _ODD_OPENING.match(page)
        if odd is None or odd["field"] not in KNOWN_FIELDS:
            return nothing
        message = (
            f"the front matter begins with {odd['line']!r} instead of a line of three hyphens, and is shown as text"
        )
        return error("OTD209", Mark(path, first_line, 1), message, "begin and end it with a line ---, without spaces")
    try:
        front_matter, body = _front_matter.split(page)
    except ValueError:
        if start > 0:
            return nothing
        help = "end the front matter with a line of three hyphens"
        return error("OTD209", Mark(path, 1, 1), "the front matter that begins here has no end", help)
    yaml = front_matter.removeprefix("\n").removesuffix("\n")
    document = read_yaml(yaml, path, first_line + 1, TEXT_FIELDS)
    if start > 0 and not isinstance(document.value, dict):
        return nothing
    return SplitPage(document, body.removeprefix("\n"), first_line + front_matter.count("\n") + 1)
