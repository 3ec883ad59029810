"""Answers as people write them, by the type of the field."""

from __future__ import annotations

import pytest

from otdi_site.contribution import read_contribution
from tests.unit.contribution.test_mails import FIELDS, VOCABULARIES


def read(text: str, name: str) -> tuple[object, bool]:
    """What an answer says, and whether a question is left."""
    answers, questions = read_contribution([text], [field for field in FIELDS if field.id == name], VOCABULARIES)
    answer = answers.get(name)
    value: object = (answer.chosen or answer.suggestion or answer.text) if answer else None
    return value, bool(questions)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Yes, please!", "yes"),
        ("**Yes**", "yes"),
        ("Yes/No: No", "no"),
        ("Yes / No -> no", "no"),
        ("Yes/No Yes", "yes"),
        ("ja/nein: nein", "no"),
        ("[ ] Yes [x] No", "no"),
        ("はい、お願いします", "yes"),
        ("No, we host it ourselves", "no"),
        ("Yes/Maybe no", ""),
        ("not sure", ""),
        ("I do not agree", ""),
        ("n/a", ""),
        ("yes, or no?", ""),
        ("同意しません", ""),
    ],
)
def test_yes_and_no_are_taken_only_where_they_are_clear(written: str, said: str) -> None:
    value, is_asked = read(f"I want the Alliance to host it: {written}\n", "hosting")
    assert (value, is_asked) == ((said,) if said else "", not said)


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("text only", ("text",)),
        ("images, audio & video", ("image", "audio", "video")),
        ("Video (including audio)", ("video",)),
        ("\n- [X] Text\n- [ ] Image\n- [x] Audio", ("text", "audio")),
        ("\n Text\n Image", ("text", "image")),
        ("Text, Image, Audio, Video, 3D, Geospatial, Tabular, Time\nseries", ("text", "image", "audio", "video")),
    ],
)
def test_terms_are_found_however_they_are_listed(written: str, terms: tuple[str, ...]) -> None:
    value, is_asked = read(f"Modalities: {written}\n", "modalities")
    assert isinstance(value, tuple)
    assert (value[: len(terms)], is_asked) == (terms, False)


@pytest.mark.parametrize(
    "name", ["CO₂ over 10 km²", "①②③", "虚构（潮汐）", "½ & ™ ﬁ", 'R&D 100% "é" <b>', "a: b: c", "2024"]
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert read(f"Dataset name: {name}\n", "name") == (name, False)
    assert read(f"Dataset name:\n  {name}\n", "name") == (name, False)


def test_the_address_behind_a_link_is_no_part_of_a_name() -> None:
    assert read("Dataset name: Tides <https://example.org/t>\n", "name") == ("Tides", False)
    assert read("Dataset name: Tides\u200b\u202e\n", "name") == ("Tides", False)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://huggingface.co/datasets/example-org/tides-of-\nnowhere\n", "tides-of-nowhere"),
        ("https://huggingface.co/datasets/example-org/tides\n-of-nowhere\n", "tides-of-nowhere"),
        ("https://huggingface.co/datasets/example-organisation/tides\nThanks!\n", "tides"),
        ("https://huggingface.co/datasets/example-organisation/tides\nBest, Jo\n", "tides"),
        ("https://huggingface.co/datasets/example-organisation/tides\n\nJo-Anne\n", "tides"),
    ],
)
def test_an_address_goes_on_only_with_what_can_be_part_of_it(text: str, address: str) -> None:
    value, is_asked = read(f"Dataset location (URL): {text}", "location")
    assert isinstance(value, str)
    assert (value.rpartition("/")[2], is_asked) == (address, False)


def test_a_line_of_the_mail_that_no_field_answers_ends_an_answer() -> None:
    text = "Dataset name:\nTides\nWhat else?\nNothing\n"
    field = [each for each in FIELDS if each.id == "name"]
    assert read_contribution([text], field, VOCABULARIES, ["What else?"])[0]["name"].text == "Tides"


def test_github_s_words_for_no_answer_are_none() -> None:
    text = "### Domain\n\n_No response_\n\n### Dataset name\n\nTides\n"
    answers, _ = read_contribution([text], FIELDS, VOCABULARIES, is_markdown=True)
    assert answers.keys() == {"name"}
