"""Dataset cards: the fields of the YAML block and the sections of the text, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otdi_site.diagnostics import Diagnostic

CARD_LIMIT = 1_000_000
"""Bytes of a card that are read."""


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


@dataclass(frozen=True, slots=True)
class Card:
    """A dataset card, a ``README.md``. What it says is hostile until escaped."""

    path: str
    """The file's path, or its address on the Hub."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of the YAML block; empty where there is none, or none that can be read."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Lines of values by their path, such as ``license`` or ``tags[2]``."""
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
    """The card of a dataset, as a refresh found it."""

    source: str
    """Address of the page of the card on its host, at the revision."""
    read_at: str
    """ISO 8601 UTC time."""
    card: Card | None
    """`None` where there was none to read."""
    problem: str = ""
    """Why there is none, half a sentence."""
