"""Mails as real programs write them give the right answers, or a clear question.

The mails in ``tests/mails/`` are invented for this test, in the forms that the named programs use; ``expected.json``
states what each says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from otdi_site.contribution import read_contribution, read_message
from otdi_site.model.form import FormField
from otdi_site.source.config import read_config
from otdi_site.source.vocabularies import read_vocabularies

PROJECT = Path(__file__).parents[3]
MAILS = PROJECT / "tests/mails"
EXPECTED: dict[str, dict[str, Any]] = json.loads((MAILS / "expected.json").read_text("utf-8"))
CONFIG, _ = read_config(PROJECT)
assert CONFIG is not None
FIELDS = CONFIG.contact.contribution.fields
VOCABULARIES, _ = read_vocabularies(PROJECT)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_mail_gives_its_answers_or_a_question(name: str) -> None:
    expected = EXPECTED[name]
    message = read_message((MAILS / f"{name}.eml").read_bytes())
    answers, questions = read_contribution(message.texts, FIELDS, VOCABULARIES, CONFIG.contact.contribution.body)
    found: dict[str, object] = {}
    for field in FIELDS:
        answer = answers.get(field.id)
        if answer is None:
            continue
        value: object = list(answer.chosen) if field.type in ("choice", "choices") else answer.text
        if field.type in ("yes_no", "agreement"):
            value = "".join(answer.chosen)
        if value:
            found[field.id] = value
    asked = {question.field.id for question in questions}
    if "email" not in found and message.sender:
        found["email"] = message.sender
        asked -= {"email"}
    assert found == expected["answers"]
    assert sorted(asked - {"card"}) == [each for each in expected["questions"] if each != "card"]
    assert [card.name for card in message.cards] == ([expected["card"]] if "card" in expected else [])
    assert len(message.notes) == expected.get("notes", 0), message.notes


def test_every_mail_is_expected() -> None:
    assert {file.stem for file in MAILS.glob("*.eml")} == EXPECTED.keys()
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("field", [field for field in FIELDS if field.vocabulary], ids=lambda field: field.id)
def test_every_choice_of_the_form_is_understood_again(field: FormField) -> None:
    for term in VOCABULARIES.named(field.vocabulary or "").terms:
        if not field.groups or term.group in field.groups:
            text = f"{field.label}: {term.title}\n"
            answers, questions = read_contribution([text], [field], VOCABULARIES)
            assert (answers[field.id].chosen, questions) == ((term.id,), []), term.title
