"""Ledgers of the datasets of a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from otdi_site.model.card import CardReading
from otdi_site.model.dataset import Dataset
from otdi_site.model.ledger import Ledger
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.trust.ledger import Subject, ledger_of
from otdi_site.trust.ledger_cache import LedgerCache
from otdi_site.trust.rules import SourceFacts
from otdi_site.urls import HUB_URL

_NO_CARDS: Mapping[str, CardReading] = {}


@dataclass(frozen=True, slots=True)
class KnownSources:
    """Finds the facts of a source dataset by its name, which may be its address on the Hub."""

    facts: Mapping[str, SourceFacts]
    """By Hub id in lower case."""

    def __call__(self, name: str) -> SourceFacts | None:
        return self.facts.get(name.removeprefix(f"{HUB_URL}/datasets/").lower())


def judge(dataset: Dataset, vocabularies: Vocabularies) -> Ledger | None:
    """The ledger of a dataset by its metadata alone; `None` where the site has no specification."""
    specification = vocabularies.card_specification
    if specification is None:
        return None
    return ledger_of(Subject(dataset=dataset), specification, vocabularies.licenses)


def with_ledgers(
    datasets: Iterable[Dataset],
    vocabularies: Vocabularies,
    cards: Mapping[str, CardReading] = _NO_CARDS,
    card_files: Mapping[str, CardReading] = _NO_CARDS,
    earlier: LedgerCache | None = None,
) -> list[Dataset]:
    """The datasets, each with its ledger; `cards` are by Hub id, `card_files` by the dataset's id in lower case.

    `earlier` are the ledgers of builds before. A file counts where the Hub has no card that can be read. A source
    dataset is looked up among the datasets, not in bulk files.
    """
    specification = vocabularies.card_specification
    datasets = list(datasets)
    if specification is None:
        return datasets
    cards = {hub_id.lower(): reading for hub_id, reading in cards.items()}
    find_source = KnownSources(
        {
            dataset.hub_id.lower(): SourceFacts(dataset.title.value, dataset.license.value if dataset.license else None)
            for dataset in datasets
            if dataset.hub_id is not None
        }
    )
    subjects = []
    for dataset in datasets:
        reading = cards.get(dataset.hub_id.lower()) if dataset.hub_id is not None else None
        if reading is None or reading.card is None or not reading.card.exists:
            reading = card_files.get(dataset.id.lower(), reading)
        subject = Subject(dataset=dataset, find_source=find_source)
        if reading is not None:
            subject = replace(
                subject,
                card=reading.card,
                card_source=reading.source,
                card_read_at=reading.read_at or None,
                card_problem=reading.problem or subject.card_problem,
            )
        elif dataset.hub_id is None:
            subject = replace(subject, card_problem="it has no card on the Hub, and none was handed in as a file")
        subjects.append(subject)
    ledgers = (earlier or LedgerCache()).ledgers(subjects, specification, vocabularies.licenses)
    return [replace(dataset, ledger=ledger) for dataset, ledger in zip(datasets, ledgers, strict=True)]
