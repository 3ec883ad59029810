"""The ledger of a dataset: each requirement of the specification with its result, its evidence and its remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from otdi_site.model.card import Card
from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.dataset import Dataset
from otdi_site.model.ledger import CARD_NOT_READ, Ledger, LedgerRow
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.trust.blanks import Blanks
from otdi_site.trust.rules import Rules, SourceFacts

FindSource = Callable[[str], SourceFacts | None]
"""Finds the known facts of a dataset by the name that a card calls it."""


def no_source(name: str) -> SourceFacts | None:
    """Finds nothing; a `FindSource`."""
    return None


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts by which a dataset is judged."""

    card: Card | None = None
    """`None` where no card was read."""
    card_source: str = ""
    """Where the card was read: its path or address."""
    card_read_at: str | None = None
    """ISO 8601 UTC time; `None` for a file at hand."""
    card_problem: str = CARD_NOT_READ
    """Why there is none, half a sentence."""
    dataset: Dataset | None = None
    """The dataset in the catalog; `None` for a card by itself."""
    find_source: FindSource = no_source
    """Finds what is known of a dataset that this one was made from, by what the card calls it."""


def ledger_of(subject: Subject, specification: CardSpecification, licenses: Vocabulary[License]) -> Ledger:
    """Checks a dataset against each requirement."""
    rules = Rules(subject, Blanks((*specification.placeholders, *specification.template_texts)), licenses)
    rows = [
        LedgerRow(requirement.id, rules.judge(requirement), requirement) for requirement in specification.requirements
    ]
    return Ledger(specification.spec_version, tuple(rows))
