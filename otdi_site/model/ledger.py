"""The ledger of a dataset: each requirement of the specification with its result and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from otdi_site.model.card_specification import Requirement


class State(Enum):
    """Whether a requirement is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    """It could not be looked at. What was looked at and not found is `NOT_MET`."""
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for a result."""

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


_ORDER = {"required": 0, "disallowed": 0, "recommended": 1, "optional": 2}
_URGENCY = (State.NOT_MET, State.UNKNOWN, State.MET, State.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One requirement and its result."""

    id: str
    """Of the requirement."""
    verdict: Verdict
    requirement: Requirement = field(repr=False)
    """The row of the specification; what a page is made from names the id alone."""

    @property
    def state(self) -> State:
        return self.verdict.state

    @property
    def is_required(self) -> bool:
        """Whether a dataset that meets the specification must meet it."""
        return self.requirement.status in ("required", "disallowed")


CARD_NOT_READ = "its card has not been read"
"""The reason of results that are unknown because nobody has looked at the card."""


class Checks(NamedTuple):
    """How many required requirements a dataset meets."""

    met: int
    applicable: int
    not_met: int
    is_card_unread: bool
    """Whether some are unknown because nobody has looked at the card."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The results of all requirements, in the order of the specification."""

    spec_version: str
    rows: tuple[LedgerRow, ...]

    def count(self, *states: State, is_required: bool = True) -> int:
        """Required requirements, or all others, in one of some states."""
        return sum(row.state in states for row in self.rows if row.is_required == is_required)

    def count_of(self, state: str) -> int:
        """Required requirements in a state, by its name."""
        return self.count(State(state))

    @property
    def applicable(self) -> int:
        """Required requirements that apply."""
        return self.count(State.MET, State.NOT_MET, State.UNKNOWN)

    @property
    def is_met(self) -> bool:
        """Whether every required one that applies is met."""
        return self.count(State.NOT_MET, State.UNKNOWN) == 0

    @property
    def checks(self) -> Checks:
        """Its counts."""
        is_card_unread = any(row.is_required and row.verdict.reason == CARD_NOT_READ for row in self.rows)
        return Checks(self.count(State.MET), self.applicable, self.count(State.NOT_MET), is_card_unread)

    @property
    def by_urgency(self) -> tuple[LedgerRow, ...]:
        """Required ones first; of these, what is not met first."""
        return tuple(sorted(self.rows, key=lambda row: (_ORDER[row.requirement.status], _URGENCY.index(row.state))))

    def find(self, requirement_id: str) -> LedgerRow | None:
        """The row of a requirement."""
        return next((row for row in self.rows if row.id == requirement_id), None)
