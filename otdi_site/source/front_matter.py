"""Splitting a page's file into front matter and body; it must not check what the front matter says."""

from __future__ import annotations

from dataclasses import dataclass

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.front_matter import TEXT_FIELDS
from otdi_site.source.yaml_reader import YamlDocument, read_yaml


@dataclass(frozen=True, slots=True)
class SplitPage:
    """A page's file in its two parts."""

    document: YamlDocument
    """The front matter; empty where there is none."""
    body: str
    body_line: int
    """The line of the file on which the body begins."""


def unreadable_page(path: str) -> SplitPage:
    """What stands in for a file that cannot be split."""
    return SplitPage(YamlDocument({}, {"": Mark(path, 1, 1)}, {}, ()), "", 1)


def _is_boundary(line: str) -> bool:
    line = line.rstrip()
    return len(line) >= 3 and not line.strip("-")


def _is_end(line: str) -> bool:
    return _is_boundary(line) or line.rstrip() == "..."


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
    opening, _, rest = text[start:].partition("\n")
    nothing = SplitPage(YamlDocument({}, {"": Mark(path, 1, 1)}, {}, ()), text, 1)
    if not _is_boundary(opening):
        return nothing
    lines = rest.split("\n")
    end = next((number for number, line in enumerate(lines) if _is_end(line)), None)
    first_line = text.count("\n", 0, start) + 1
    if end is None:
        if start > 0:
            return nothing
        help = "end the front matter with a line of three hyphens"
        return error("OTD209", Mark(path, 1, 1), "the front matter that begins here has no end", help)
    document = read_yaml("\n".join(lines[:end]), path, first_line + 1, TEXT_FIELDS)
    if start > 0 and not isinstance(document.value, dict):
        return nothing
    return SplitPage(document, "\n".join(lines[end + 1 :]), first_line + end + 2)
