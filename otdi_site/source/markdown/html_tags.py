"""Parses tags of raw HTML and their attributes as browsers do.

One pass over the text, whatever it holds: a tag that never ends, and a comment or script that does not, end the pass.
Format: https://html.spec.whatwg.org/multipage/parsing.html#tokenization (2026).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_START = re.compile(r"<(?:!--|[a-zA-Z/])")
_NAME = re.compile(r"[^\s/>]*")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*))?)?)"
)
_TEXT_ONLY = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
"""Elements in which browsers see no tags."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a tag."""

    name: str
    """In lower case."""
    value: str
    """As written: character references are not resolved."""
    start: int
    """Where its name begins."""
    end: int

    @property
    def text(self) -> str:
        """The value, character references resolved."""
        return html.unescape(self.value)


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or an end tag."""

    name: str
    """As written."""
    is_end: bool
    start: int
    attributes: tuple[Attribute, ...]


def _attributes(source: str, at: int) -> tuple[tuple[Attribute, ...], int | None]:
    """The attributes from `at` on, and where the tag ends; `None` where it does not."""
    found: list[Attribute] = []
    while match := _ATTRIBUTE.match(source, at):
        at = match.end()
        if match["end"]:
            return tuple(found), at
        value = match["double"] or match["single"] or match["bare"] or ""
        if not value and match.group().rstrip().endswith("=") and source.startswith(('"', "'"), at):
            break  # a quote that never closes
        found.append(Attribute(match["name"].lower(), value, match.start("name"), at))
    return tuple(found), None


def find_tags(source: str) -> Iterator[Tag]:
    """Every tag outside comments, scripts and the like."""
    at = 0
    while match := _START.search(source, at):
        start, at = match.start(), match.end()
        if match.group() == "<!--":
            end = source.find("-->", at)
            at = end + 3 if end >= 0 else len(source)
            continue
        is_end_tag = match.group() == "</"
        name_at = at if is_end_tag else at - 1
        name = _NAME.match(source, name_at)
        assert name is not None
        attributes, end_of_tag = _attributes(source, name.end())
        if end_of_tag is None:
            return
        at = end_of_tag
        yield Tag(name.group(), is_end_tag, start, attributes)
        if not is_end_tag and name.group().lower() in _TEXT_ONLY:
            closing = re.compile(rf"</{re.escape(name.group())}(?=[\s/>])", re.IGNORECASE).search(source, at)
            at = closing.start() if closing else len(source)
