"""Dataset cards: the fields of the YAML block and the sections of the text, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from otdi_site.diagnostics import Diagnostic

CARD_LIMIT = 1_000_000
"""Bytes of a card that are read."""


_LONGEST_TEXT = 4_000
"""Characters of subsections that count for a section, so that deep nesting takes no more time than the text is long."""


class Heading(NamedTuple):
    """A heading of a card with the text down to the next one."""

    words: str
    level: int
    line: int
    text_line: int
    text: str


@dataclass(frozen=True, slots=True)
class CardSection:
    """A heading of a card and the text below it, down to the next heading of its level or a higher one."""

    heading: str
    """As it is written."""
    level: int
    """1 to 6; 0 for the text above the first heading."""
    line: int
    """Of the heading, from 1."""
    text: str
    """Without HTML comments; headings of subsections are left out."""
    own_text: str
    """The same down to the next heading of any level."""
    text_line: int
    """On which the text begins."""


def sections_of(headings: Iterable[Heading]) -> Iterator[CardSection]:
    """The sections that headings begin, each with the text of its subsections."""
    listed = list(headings)
    for place, heading in enumerate(listed):
        parts = [heading.text]
        size = len(heading.text)
        for below in listed[place + 1 :] if heading.level else ():
            if below.level <= heading.level or size > _LONGEST_TEXT:
                break
            parts.append(below.text)
            size += len(below.text)
        yield CardSection(heading.words, heading.level, heading.line, "\n".join(parts), heading.text, heading.text_line)


@dataclass(frozen=True, slots=True)
class Card:
    """A dataset card, a ``README.md``. What it says is hostile until escaped."""

    path: str
    """The file's path, or its address on the Hub."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of the YAML block; empty where there is none, or none that can be read."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Lines of values by their path, such as ``license`` or ``tags[2]``."""
    exists: bool = True
    """`False` for a dataset whose host was asked and has no card of it."""
    has_block: bool = False
    """Whether it begins with a YAML block."""
    is_block_readable: bool = True
    """Whether fields that are not in `fields` are certain not to be there."""
    sections: tuple[CardSection, ...] = ()
    is_text_readable: bool = True
    """Whether sections that are not in `sections` are certain not to be there."""
    problems: tuple[Diagnostic, ...] = ()
    """Parts that could not be read, with their places."""


@dataclass(frozen=True, slots=True)
class CardReading:
    """The card of a dataset, as a refresh found it, or as it was handed in as a file."""

    source: str
    """Address of the page of the card on its host, at the revision; the path of a file."""
    read_at: str
    """ISO 8601 UTC time; empty for a file."""
    revision: str
    """Commit of the repository that the card is of; empty for a file."""
    card: Card | None
    """`None` where there was none to read."""
    problem: str = ""
    """Why there is none, half a sentence."""
