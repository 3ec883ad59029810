"""Words are split alike by the index, in Python, and by the search, in JavaScript."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otdi_site.index.browser.letters import letter_ranges
from otdi_site.index.browser.tokens import fold, name_tokens, token_set, tokenise

ROOT = Path(__file__).resolve().parents[4]
DRIVER = ROOT / "tests/js/index/drivers/tokenise.mjs"
HUB_SAMPLE = ROOT.parent / "shared/hub_sample/hub_records.jsonl.zst"


def tokenise_in_javascript(texts: list[str]) -> list[list[str]]:
    run = subprocess.run(
        ["node", str(DRIVER)], input=json.dumps(texts), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    tokens: list[list[str]] = json.loads(run.stdout)
    return tokens


def assert_split_alike(texts: list[str]) -> None:
    for text, here, there in zip(texts, map(tokenise, texts), tokenise_in_javascript(texts), strict=True):
        assert here == there, f"{text!r}: {here} in Python, {there} in JavaScript"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Tide heights, 2019-2024", ["tide", "heights", "2019", "2024"]),
        ("naïve Łódź Straße ΣΟΦΟΣ", ["naive", "lodz", "strasse", "σοφοσ"]),
        ("ﬁnance ＡＢＣ ½", ["finance", "abc", "1", "2"]),
        ("İstanbul ılık", ["istanbul", "ilik"]),
        ("٢٠٢٠ العَرَبِيَّة", ["2020", "العربية"]),
        ("数据集", ["数据", "据集", "集"]),
        ("データ", ["デー", "ータ", "タ"]),
        ("GPT数据4", ["gpt", "数据", "据", "4"]),
        ("हिन्दी", ["हिन्दी"]),
        ("👍 — … 👍🏽", ["👍", "👍"]),
        ("C# and c++, .NET; a# ##", ["c", "and", "c", "net", "a", "c#", "c++", ".net", "a#"]),
        ("1,000,000 of 12,5 and 1,0000", ["1", "000", "000", "of", "12", "5", "and", "1", "0000", "1000000"]),
        ("a" * 40, ["a" * 32]),
    ],
)
def test_words_are_folded(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@settings(max_examples=500, deadline=None)
@given(st.text(st.one_of(st.sampled_from("aZ09 -_.\n…é中\u0301\ud800ß٣"), st.characters()), max_size=80))
def test_tokens_of_a_set_are_those_of_the_text(text: str) -> None:
    assert token_set(text) == set(tokenise(text))


def test_names_are_found_by_their_parts_and_without_their_hyphens() -> None:
    assert name_tokens("Open-Tides2") == {
        "open": 2,
        "tides2": 2,
        "tides": 3,
        "2": 3,
        "opentides2": 2,
        "opentides": 3,
    }
    assert {"fineweb", "fineweb2", "fineweb2x", "webx", "hotpotqa"} <= {
        *name_tokens("FineWeb2-X"),
        *name_tokens("WebX"),
        *name_tokens("hot_pot_qa"),
    }


def test_names_are_sorted_without_case_and_accents() -> None:
    assert sorted(["Öl", "oak", "ZEBRA", "Apple"], key=fold) == ["Apple", "oak", "Öl", "ZEBRA"]


def test_letters_are_those_of_unicode_14() -> None:
    listed = {code for first, last in letter_ranges() for code in range(first, last + 1)}
    shown_nowhere = {0xAD, 0x200C, 0x200D}
    letters = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] in "LMN"}
    if unicodedata.unidata_version == "14.0.0":
        assert listed == letters | shown_nowhere
    else:
        assert listed - shown_nowhere <= letters


@pytest.mark.parametrize("frame", ["{}", "a{}b", "Σ{}", "{}Σ", "가{}ß"])
def test_every_letter_is_split_alike_in_both_languages(frame: str) -> None:
    codes = [code for first, last in letter_ranges() for code in range(first, last + 1)]
    words = [frame.format(chr(code)) for code in codes]
    assert_split_alike([" ".join(words[start : start + 100]) for start in range(0, len(words), 100)])


def test_every_other_character_is_a_gap_in_both_languages() -> None:
    listed = {code for first, last in letter_ranges() for code in range(first, last + 1)}
    surrogates = range(0xD800, 0xE000)
    gaps = [chr(code) for code in range(sys.maxunicode + 1) if code not in listed and code not in surrogates]
    texts = [f"a{'a'.join(gaps[start : start + 999])}a" for start in range(0, len(gaps), 999)]
    assert_split_alike(texts)
    assert sum(tokenise(text).count("a") for text in texts) == len(gaps) + len(texts)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=50, max_size=400))
def test_any_text_is_split_alike_in_both_languages(texts: list[str]) -> None:
    assert_split_alike(texts)


@pytest.mark.skipif(not HUB_SAMPLE.is_file(), reason="the sample of the Hub is not beside the project")
@pytest.mark.skipif(shutil.which("zstd") is None, reason="zstd is not installed")
def test_real_texts_are_split_alike_in_both_languages() -> None:
    lines = subprocess.run(["zstd", "-dcq", str(HUB_SAMPLE)], capture_output=True, check=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 25_918
    assert_split_alike([f"{row['name']}\n{row['creator']}\n{row['description']}" for row in rows])
