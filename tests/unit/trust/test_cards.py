"""Ledgers of cards: each card of the corpus gets the one that is expected."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otdi_site.hub.card_rows import as_kept
from otdi_site.model.card import Card, CardReading
from otdi_site.model.vocabulary import License
from otdi_site.source.cards import read_card
from otdi_site.trust import Ledger, State, Subject, ledger_of
from otdi_site.trust.rules import SourceFacts
from tests.unit.trust.card_corpus import COMPLETE, GROUPS, SPECIFICATION, VOCABULARIES, Case, put

PROJECT = Path(__file__).parents[3]
CASES = [case for group in GROUPS for case in group()]
SHARE_ALIKE, NON_COMMERCIAL, PERMISSIVE = (
    License(id="CC-BY-SA-4.0", title="Share alike", category="copyleft"),
    License(id="CC-BY-NC-4.0", title="Non-commercial", category="non-commercial"),
    License(id="MIT", title="MIT", category="permissive"),
)


def ledger(content: bytes, **sources: SourceFacts) -> Ledger:
    subject = Subject(
        card=read_card(content, "README.md"),
        card_source="README.md",
        find_source=lambda name: sources.get(name.replace("/", "_")),
    )
    return ledger_of(subject, SPECIFICATION, VOCABULARIES.licenses)


def states(found: Ledger) -> dict[str, State]:
    return {row.requirement.id: row.state for row in found.rows}


BASE = states(ledger(COMPLETE.encode()))


def test_the_complete_card_meets_all_that_applies() -> None:
    ids = {id for id, state in BASE.items() if state is not State.MET}
    # An empty list says nothing; the others are for derived datasets, licences of one's own and hosts.
    assert ids - {id for id in ids if id.startswith("derived.")} == {
        "yaml.train-eval-index",
        "yaml.license_details",
        "dataset.open_access",
    }
    assert ledger(COMPLETE.encode()).is_met


def test_the_corpus_is_large_and_names_each_card_once() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_card_gets_the_expected_ledger(case: Case) -> None:
    card = read_card(case.content, "README.md")
    assert sorted({problem.code for problem in card.problems}) == sorted(case.codes)
    assert all(problem.mark.path == "README.md" for problem in card.problems)
    assert states(ledger(case.content)) == {**BASE, **case.expected}


def test_evidence_names_the_line_and_quotes_it() -> None:
    lines = COMPLETE.splitlines()
    for row in ledger(COMPLETE.encode()).rows:
        for evidence in row.verdict.evidence:
            assert evidence.line is not None
            assert evidence.source == "README.md"
            assert len(evidence.text) <= 161
    [license] = [row for row in ledger(COMPLETE.encode()).rows if row.requirement.id == "yaml.license"]
    [evidence] = license.verdict.evidence
    assert (evidence.text, evidence.place) == ("cdla-permissive-2.0", "license, line 3")
    assert evidence.text in lines[2]


def test_what_is_not_met_says_why_and_how_to_meet_it() -> None:
    for case in CASES:
        for row in ledger(case.content).rows if len(case.content) < 100_000 else ():
            if row.state in (State.NOT_MET, State.UNKNOWN):
                assert row.verdict.reason, (case.name, row.requirement.id)
            assert row.requirement.fix


def test_the_hubs_template_meets_nothing_that_it_leaves_blank() -> None:
    template = files("huggingface_hub").joinpath("templates/datasetcard_template.md").read_bytes()
    found = ledger(template)
    met = {row.requirement.id for row in found.rows if row.state is State.MET}
    # It asks for no gate, and that is all it says.
    assert met == {"yaml.extra_gated_fields"}


def test_our_template_meets_nothing_that_it_leaves_blank() -> None:
    found = ledger((PROJECT / "site_src/downloads/dataset-card-template.md").read_bytes())
    assert {row.requirement.id for row in found.rows if row.state is State.MET} == {"yaml.extra_gated_fields"}


def test_our_template_filled_in_meets_everything() -> None:
    card = (PROJECT / "site_src/downloads/dataset-card-template.md").read_text("utf-8")
    answers = {
        'license: "[More Information Needed]"': "license: cdla-permissive-2.0",
        'license_name: "[More Information Needed]"': "license_name: Community Data License Agreement",
        'pretty_name: "[More Information Needed]"': "pretty_name: Tides of Nowhere",
        '  - "[More Information Needed]"': "  - original",
    }
    for old, new in answers.items():
        assert old in card
        card = card.replace(old, new)
    head, _, body = card.partition("### Unique Metadata Identifier")
    body = body.replace("[More Information Needed]", "5f0c2f0e-8f5b-4c1e-9a77-3f1f0a6f9b21", 1)
    body = body.replace("[More Information Needed]", "2026-03-31", 1)
    before, heading, after = body.partition("Range of Dates for Data Generation")
    body = before + heading + after.replace("[More Information Needed]", "2024-01-01/2025-06-30", 1)
    card = (head + "### Unique Metadata Identifier" + body).replace("[More Information Needed]", "An answer, invented")
    found = ledger(card.encode())
    assert [row.requirement.id for row in found.rows if row.is_required and row.state is State.NOT_MET] == []


def derived(license: str) -> bytes:
    card = put("source_datasets: []", "source_datasets: [example/seas, example/lakes]").decode()
    return card.replace("license: cdla-permissive-2.0", f"license: {license}").encode()


@pytest.mark.parametrize(
    ("license", "sources", "state", "reason"),
    [
        ("apache-2.0", (PERMISSIVE, PERMISSIVE), State.MET, ""),
        ("apache-2.0", (PERMISSIVE, SHARE_ALIKE), State.NOT_MET, "asks for the same licence"),
        ("apache-2.0", (NON_COMMERCIAL, PERMISSIVE), State.NOT_MET, "allows no commercial use"),
        ("cc-by-sa-4.0", (SHARE_ALIKE, PERMISSIVE), State.MET, ""),
        ("apache-2.0", (PERMISSIVE, None), State.UNKNOWN, "example/lakes"),
    ],
)
def test_the_licence_of_a_derived_dataset_is_held_against_those_of_its_sources(
    license: str, sources: tuple[License, License | None], state: State, reason: str
) -> None:
    seas, lakes = (SourceFacts("Seas", sources[0]), SourceFacts("Lakes", sources[1]))
    [row] = [
        row
        for row in ledger(derived(license), example_seas=seas, example_lakes=lakes).rows
        if row.requirement.id == "derived.license"
    ]
    assert row.state is state
    assert reason in row.verdict.reason


def test_sources_that_nobody_knows_are_unknown() -> None:
    found = states(ledger(derived("apache-2.0")))
    assert found["derived.license"] is State.UNKNOWN
    assert found["derived.source_datasets"] is State.MET


def test_a_derived_dataset_has_a_name_of_its_own() -> None:
    seas = SourceFacts("Tides of nowhere", PERMISSIVE)
    found = states(ledger(derived("apache-2.0"), example_seas=seas))
    assert found["derived.pretty_name"] is State.NOT_MET


PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "...\n",
            "license: mit\n",
            "license:\n",
            "tags: [a, *b]\n",
            "? x\n",
            "- a\n",
            "a: &a [*a]\n",
            "\t",
            "\0",
        ),
        *("# Dataset Card\n", "## Dataset Issue Date\n", "2026-03-31\n", "[More Information Needed]\n", "<!--", "-->"),
        *("```\n", "~~~\n", "===\n", "***\n", "**Curated by:** me\n", "{{ x }}", "\r\n", "\r", "\u2028", "\ufeff", "é"),
        *(
            "source_datasets: [a/b]\n",
            "extra_gated_fields: {}\n",
            "license: {a: b}\n",
            "pretty_name: [[]]\n",
            "{",
            "]",
            "'",
        ),
    ]
)


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode())))
@settings(max_examples=400, deadline=None)
def test_any_bytes_get_a_ledger_with_reasons(content: bytes) -> None:
    for row in ledger(content).rows:
        assert row.verdict.reason or row.state in (State.MET, State.NOT_APPLICABLE)
        for evidence in row.verdict.evidence:
            assert evidence.text.isprintable()


@given(st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()))
@settings(max_examples=200, deadline=None)
def test_what_is_kept_of_a_card_gives_the_same_states(content: bytes) -> None:
    reading = CardReading("README.md", "2026-01-02T03:04:05Z", "0123", read_card(content, "README.md"))
    kept = as_kept(reading)
    assert kept.card is not None
    assert states(judged(reading.card)) == states(judged(kept.card))


def judged(card: Card | None) -> Ledger:
    return ledger_of(Subject(card=card, card_source="README.md"), SPECIFICATION, VOCABULARIES.licenses)
