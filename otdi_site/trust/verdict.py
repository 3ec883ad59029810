"""The result of a check: its state, the evidence for it, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from otdi_site.characters import without_unsafe
from otdi_site.model.catalog import cut_text

QUOTED_LENGTH = 160
"""Characters of a quotation at most."""


class State(Enum):
    """Whether a requirement is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    """It could not be looked at. What was looked at and not found is `NOT_MET`."""
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a result rests on."""

    text: str
    """Quoted, on one line; hostile until escaped."""
    source: str
    """The address or path of the file where it stands, or the words for the host's metadata."""
    place: str = ""
    """The line or field there, such as ``line 12`` or ``license``."""
    line: int | None = None
    as_of: str | None = None
    """ISO 8601 date or UTC time at which the source was read; `None` for a file at hand."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check."""

    state: State
    reason: str = ""
    """Why it is not met or unknown, half a sentence."""
    evidence: tuple[Evidence, ...] = ()


def quote(value: object) -> str:
    """A value as evidence quotes it: on one line, and without characters that a terminal would obey."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(each)[:QUOTED_LENGTH] for each in value[:20]) or "[]"
    return cut_text(without_unsafe(str(value)[: 10 * QUOTED_LENGTH]), QUOTED_LENGTH)
