"""A ledger of an earlier build is the one that would be made anew, or is made anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otdi_site.model.card import CardReading
from otdi_site.model.dataset import Dataset
from otdi_site.source.cards import read_card
from otdi_site.trust import LedgerCache, with_ledgers
from tests.samples import make_entry, make_row, merge_dataset
from tests.unit.trust.card_corpus import COMPLETE, GROUPS, VOCABULARIES

CASES = [case for group in GROUPS for case in group()]
DERIVED = COMPLETE.replace("source_datasets: []", "source_datasets: [sample/seas]")
TIDES = merge_dataset(make_entry(), make_row("sample/tides", gated=False))
SEAS = merge_dataset(None, make_row("sample/seas", title="Seas", licenses=("mit",)))


def reading(content: bytes) -> CardReading:
    return CardReading("https://hub.invalid/README.md", "2026-03-04T05:06:07Z", "0123", read_card(content, "README.md"))


def build(
    card: CardReading, *datasets: Dataset, kept: LedgerCache | None = None, made_with: bytes = b""
) -> LedgerCache:
    """The ledgers of a build, made with those that another one kept."""
    ledgers = LedgerCache(kept.new if kept else {}, made_with)
    found = with_ledgers(datasets, VOCABULARIES, {"sample/tides": card}, earlier=ledgers)
    assert found == with_ledgers(datasets, VOCABULARIES, {"sample/tides": card}), "as if made anew"
    return ledgers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_kept_ledger_is_the_same(case: object) -> None:
    card = reading(case.content)  # type: ignore[attr-defined]
    first = build(card, TIDES)
    second = build(card, TIDES, kept=first)
    assert (list(first.new), second.new, second.dropped) == ([TIDES.id], {}, set())


def test_what_a_ledger_was_made_from_makes_it_anew() -> None:
    first = build(reading(COMPLETE.encode()), TIDES)
    changed = reading(COMPLETE.replace("2026-03-31", "2026-04-30").encode())
    gated = merge_dataset(make_entry(), make_row("sample/tides", gated="auto"))
    assert build(changed, TIDES, kept=first).new
    assert build(replace(reading(COMPLETE.encode()), read_at="2026-05-01T00:00:00Z"), TIDES, kept=first).new
    assert build(reading(COMPLETE.encode()), gated, kept=first).new
    assert build(reading(COMPLETE.encode()), TIDES, kept=first, made_with=b"another program").new


def test_a_source_that_changes_makes_the_ledger_of_a_derived_dataset_anew() -> None:
    card = reading(DERIVED.encode())
    first = build(card, TIDES, SEAS)
    assert build(card, TIDES, SEAS, kept=first).new == {}
    closed = merge_dataset(None, make_row("sample/seas", title="Seas", licenses=("cc-by-sa-4.0",)))
    assert set(build(card, TIDES, closed, kept=first).new) == {TIDES.id, SEAS.id}
    assert set(build(card, TIDES, kept=first).new) == {TIDES.id}
    assert build(card, TIDES, kept=first).dropped == {SEAS.id}


def test_two_datasets_that_claim_one_id_have_ledgers_of_their_own() -> None:
    card, gated = reading(COMPLETE.encode()), merge_dataset(make_entry(), make_row("sample/tides", gated="auto"))
    ledgers = [each.ledger for each in with_ledgers([TIDES, gated], VOCABULARIES, {"sample/tides": card})]
    alone = [with_ledgers([each], VOCABULARIES, {"sample/tides": card})[0].ledger for each in (TIDES, gated)]
    assert ledgers == alone
    assert ledgers[0] != ledgers[1]


@pytest.mark.parametrize("damage", [b"", b"x", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_ledger_is_made_anew(damage: bytes) -> None:
    card = reading(COMPLETE.encode())
    kept = build(card, TIDES)
    kept.new = dict.fromkeys(kept.new, damage)
    assert build(card, TIDES, kept=kept).new


def test_a_digest_is_made_of_values_alone_and_not_of_where_they_lie_in_memory() -> None:
    first = build(reading(COMPLETE.encode()), TIDES)
    second = build(reading(COMPLETE.encode()), merge_dataset(make_entry(), make_row("sample/tides", gated=False)))
    assert first.new == second.new
    assert "0x" not in repr((TIDES, reading(COMPLETE.encode()).card))
