"""Which characters may stand in a text, whoever wrote it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.characters import find_unsafe, name_character, without_unsafe


@pytest.mark.parametrize(
    "text",
    [
        "Tides\tand\nwaves",
        "می‌خواهم",  # Persian, with a zero-width non-joiner
        "क्‍ष",  # Devanagari, with a zero-width joiner
        "א\u200f (abc)\u200e",
        "\u061cنص",
        "👩‍🚀 ❤️ 👍🏽",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "a \u2068\u05d0\u2067b\u2069\u2069 c",
        "ไทย\u200bภาษา",
        "co\u00adoperate",
        "葛\U000e0100",  # a variation of an ideograph
    ],
)
def test_what_writing_needs_stays(text: str) -> None:
    assert find_unsafe(text) == []
    assert without_unsafe(text) == text


@pytest.mark.parametrize(
    "character",
    "\x00\x07\x08\x0b\x0c\r\x1b\x7f\x85\x9b\u200b\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2066\u2067"
    "\u2068\u2069\u206a\u206f\ufeff\ufff9\ufdd0\ufffe\uffff\U000e0001\U000e0041\U000e007f\U0010ffff\ud800\udfff",
)
def test_what_nobody_sees_goes(character: str) -> None:
    assert find_unsafe(f"a{character}b\nc") == [1]
    assert without_unsafe(f"a{character}b") == "ab"
    assert name_character(character).startswith(f"U+{ord(character):04X} (")


def test_isolates_are_closed_in_their_line() -> None:
    assert find_unsafe("\u2067a\nb\u2069") == [0, 4]
    assert find_unsafe("\u2069a\u2067") == [0, 2]


def test_tags_make_a_flag_or_nothing() -> None:
    assert find_unsafe("🏴\U000e0067\U000e0062") == [1, 2]
    assert find_unsafe("a\U000e0067\U000e0062\U000e007f") == [1, 2, 3]


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_what_is_cleaned_is_clean_and_nothing_visible_is_lost(text: str) -> None:
    cleaned = without_unsafe(text)
    assert find_unsafe(cleaned) == []
    assert [each for each in text if unicodedata.category(each)[0] in "LNPS"] == [
        each for each in cleaned if unicodedata.category(each)[0] in "LNPS"
    ]
