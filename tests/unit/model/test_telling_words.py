"""Words that may relate datasets: those of names and of the beginning of descriptions, but not words that all have."""

from __future__ import annotations

import pytest

from otdi_site.model.telling_words import telling_words


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Tides-13k_2024", "Heights of tides in a harbour.", "tides|heights harbour"),
        ("OpenTides2", "", "tides|"),
        ("my-dataset-13k-v2", "This dataset contains 13k rows of 2024.", "|"),
        ("tides", "See https://example.org/gauges?x=1 for gauges.", "tides|gauges"),
        ("Čeština", "Τίτλος βιβλίου", "čeština|τίτλος βιβλίου"),
    ],
)
def test_words_are_in_lower_case_without_figures_addresses_and_general_words(name: str, text: str, words: str) -> None:
    assert telling_words(name, text) == words


def test_the_first_words_of_a_long_text_count() -> None:
    letters = "bcdfghjklmnpqrstvwxz"
    text = " ".join(first + second + "aaa" for first in letters for second in letters)
    assert len(telling_words("", text).split()) == 16
