"""The ledger of a dataset: each requirement of the specification with its result, its evidence and its remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from otdi_site.model.card import Card
from otdi_site.model.card_specification import CardSpecification, Requirement
from otdi_site.model.dataset import Dataset
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.trust.blanks import Blanks
from otdi_site.trust.rules import Rules, SourceFacts
from otdi_site.trust.verdict import State, Verdict

_ORDER = {"required": 0, "disallowed": 0, "recommended": 1, "optional": 2}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a dataset is judged by."""

    card: Card | None = None
    """`None` where no card was read."""
    card_source: str = ""
    """Where the card was read: its path or address."""
    card_read_at: str | None = None
    """ISO 8601 UTC time; `None` for a file at hand."""
    card_problem: str = "its card has not been read"
    """Why there is none, half a sentence."""
    dataset: Dataset | None = None
    """As the catalog knows it; `None` for a card by itself."""
    find_source: Callable[[str], SourceFacts | None] = field(default=lambda name: None)
    """Finds what is known of a dataset that this one was made from, by what the card calls it."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One requirement and its result."""

    requirement: Requirement
    section: str
    """The title of its part of the specification."""
    verdict: Verdict

    @property
    def state(self) -> State:
        return self.verdict.state

    @property
    def is_required(self) -> bool:
        """Whether a dataset that meets the specification must meet it."""
        return self.requirement.status in ("required", "disallowed")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The results of all requirements, in the order of the specification."""

    spec_version: str
    rows: tuple[LedgerRow, ...]

    def count(self, *states: State, is_required: bool = True) -> int:
        """Required requirements, or all others, in one of some states."""
        return sum(row.state in states for row in self.rows if row.is_required == is_required)

    @property
    def applicable(self) -> int:
        """Required requirements that apply."""
        return self.count(State.MET, State.NOT_MET, State.UNKNOWN)

    @property
    def is_met(self) -> bool:
        """Whether every required one that applies is met."""
        return self.count(State.NOT_MET, State.UNKNOWN) == 0

    @property
    def by_urgency(self) -> tuple[LedgerRow, ...]:
        """Required ones first; of these, what is not met first."""
        states = [State.NOT_MET, State.UNKNOWN, State.MET, State.NOT_APPLICABLE]
        return tuple(sorted(self.rows, key=lambda row: (_ORDER[row.requirement.status], states.index(row.state))))


def ledger_of(subject: Subject, specification: CardSpecification, licenses: Vocabulary[License]) -> Ledger:
    """Checks a dataset against each requirement."""
    rules = Rules(subject, Blanks((*specification.placeholders, *specification.template_texts)), licenses)
    rows = [
        LedgerRow(requirement, section.title, rules.judge(requirement))
        for section in specification.sections
        for requirement in section.fields
    ]
    return Ledger(specification.spec_version, tuple(rows))
