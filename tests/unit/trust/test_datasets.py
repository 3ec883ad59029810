"""Ledgers of the datasets of a catalog: by entry and live metadata, with and without a card."""

from __future__ import annotations

import re

import pytest

from otdi_site.model.card import CardReading
from otdi_site.model.catalog import summarise
from otdi_site.model.dataset import Dataset
from otdi_site.model.ledger import Ledger, State
from otdi_site.source.cards import read_card
from otdi_site.trust import judge, with_ledgers
from tests.samples import make_entry, make_row, merge_dataset
from tests.unit.trust.card_corpus import COMPLETE, VOCABULARIES

SOURCES = [{"url": "https://example.org/tides", "date": "2026-01-02"}]
CARD = CardReading(
    "https://hub.invalid/datasets/sample/tides/blob/0123/README.md",
    "2026-03-04T05:06:07Z",
    "0123",
    read_card(COMPLETE.encode(), "README.md"),
)


def ledger(dataset: Dataset, card: CardReading | None = None, *others: Dataset) -> Ledger:
    cards = {} if card is None or dataset.hub_id is None else {dataset.hub_id.lower(): card}
    found = with_ledgers([dataset, *others], VOCABULARIES, cards)[0].ledger
    assert found is not None
    return found


def state(found: Ledger, requirement: str) -> State:
    row = found.find(requirement)
    assert row is not None
    return row.state


def test_a_card_is_evidence_with_its_address_line_and_day() -> None:
    found = ledger(merge_dataset(make_entry(), make_row("sample/tides", gated=False)), CARD)
    row = found.find("text.dataset_issue_date")
    assert row is not None
    [evidence] = row.verdict.evidence
    assert (evidence.text, evidence.source, evidence.line) == ("2026-03-31", CARD.source, 41)
    assert evidence.as_of == CARD.read_at
    assert found.is_met


def test_without_a_card_its_text_is_unknown_and_what_the_host_states_is_met() -> None:
    row = make_row("sample/tides", licenses=("cc-by-4.0",), source_datasets=("original",), gated=False)
    found = ledger(merge_dataset(None, row))
    assert state(found, "yaml.license") is State.MET
    assert state(found, "dataset.open_access") is State.MET
    assert {each.state for each in found.rows if each.id.startswith("text.")} == {State.UNKNOWN}
    [evidence] = found.find("yaml.license").verdict.evidence  # type: ignore[union-attr]
    assert (evidence.text, evidence.as_of) == ("CC-BY-4.0", row.as_of("licenses"))


def test_what_the_host_was_asked_for_and_does_not_state_is_not_met() -> None:
    found = ledger(merge_dataset(None, make_row("sample/tides", gated="manual")))
    assert state(found, "yaml.license") is State.NOT_MET
    assert state(found, "dataset.open_access") is State.NOT_MET


@pytest.mark.parametrize(("sources", "expected"), [(SOURCES, State.MET), ([], State.UNKNOWN)])
def test_the_word_of_an_entry_counts_with_a_source_and_a_date(sources: list[dict[str, str]], expected: State) -> None:
    found = ledger(merge_dataset(make_entry(license="MIT", sources=sources), None))
    assert state(found, "yaml.license") is expected


def test_sources_that_name_different_licences_are_a_conflict() -> None:
    row = make_row("sample/tides", licenses=("cc-by-4.0",))
    found = ledger(merge_dataset(make_entry(license="MIT", sources=SOURCES), row), CARD)
    row_of_license = found.find("dataset.accepted_license")
    assert row_of_license is not None
    assert row_of_license.state is State.NOT_MET
    assert row_of_license.verdict.reason.startswith("its sources name different licences: CDLA-Permissive-2.0, MIT")
    assert len(row_of_license.verdict.evidence) == 3


def test_a_card_that_could_not_be_read_says_why() -> None:
    problem = "the Hub gives its card only to people with access"
    reading = CardReading(CARD.source, CARD.read_at, CARD.revision, None, problem)
    found = ledger(merge_dataset(make_entry(), make_row("sample/tides")), reading)
    row = found.find("text.dataset_summary")
    assert row is not None
    assert (row.state, row.verdict.reason) == (State.UNKNOWN, reading.problem)


def test_a_source_is_looked_up_in_the_catalog() -> None:
    parent = merge_dataset(make_entry(name="seas", license="CC-BY-SA-4.0", sources=SOURCES), make_row("sample/seas"))
    row = make_row("sample/tides", licenses=("mit",), source_datasets=("sample/seas",))
    found = ledger(merge_dataset(None, row), None, parent)
    assert state(found, "derived.license") in (State.MET, State.NOT_MET)
    assert state(ledger(merge_dataset(None, row)), "derived.license") is State.UNKNOWN


def test_reasons_and_evidence_hold_nothing_that_a_terminal_obeys() -> None:
    row = make_row("sample/tides", licenses=("\x1b[31mred",), license_name="\u202eevil")
    found = judge(merge_dataset(None, row), VOCABULARIES)
    assert found is not None
    for each in found.rows:
        text = each.verdict.reason + "".join(evidence.text for evidence in each.verdict.evidence)
        assert not re.search("[\x00-\x1f\u202a-\u202e]", text)


def test_results_are_values_of_facets_with_and_without_a_ledger() -> None:
    row = make_row("sample/tides", licenses=("mit",), source_datasets=())
    bulk = merge_dataset(None, None, row)
    judged = with_ledgers([bulk], VOCABULARIES)[0]
    for summary in (summarise(bulk), summarise(judged)):
        assert (summary.license_accepted, summary.provenance_stated) == ("yes", "no")
        assert summary.sensitive_stated == "unknown"
    refused = merge_dataset(None, None, make_row("sample/tides", licenses=("other",), source_datasets=("original",)))
    for summary in (summarise(refused), summarise(with_ledgers([refused], VOCABULARIES)[0])):
        assert (summary.license_accepted, summary.provenance_stated) == ("no", "yes")
