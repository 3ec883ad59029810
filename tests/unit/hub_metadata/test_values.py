"""What a single value from a host must be like to be kept."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from otdi_site.characters import REFUSED, without_unsafe
from otdi_site.hub_metadata.values import (
    DESCRIPTION_LIMIT,
    check_hub_id,
    check_number,
    check_slug,
    check_time,
    check_url,
    check_word,
    check_words,
    clean_line,
    clean_text,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("value", ["squad", "a/b", "A.b_c-d/0", "a" * 96, f"{'a' * 96}/{'b' * 96}", "con/index.html"])
def test_ids_that_the_hub_gives_out_pass(value: str) -> None:
    assert check_hub_id(value) == value


@pytest.mark.parametrize(
    "value",
    [
        *("", "a/b/c", "/a", "a/", "..", "a/..", "../a", "-a", "a.", "a--b", "a..b", "a/b.git", "a b", "ä/b", "a" * 97),
        *("a\n", "a/b\n", "a\x00", "a\\b", "%2e%2e/a", 7, None, ["a"], True),
    ],
)
def test_other_ids_do_not(value: object) -> None:
    assert check_hub_id(value) is None


@pytest.mark.parametrize("value", ["aialliance/open-trusted-data-catalog-66d21b3cb66342762fb6108e", "a/b"])
def test_slugs_of_collections_pass(value: str) -> None:
    assert check_slug(value) == value


@pytest.mark.parametrize("value", ["a", "a/b/c", "../a", "a/..", "a/b c", "a/b?c", "a/b#c", "a/", "/a", "a/b\n"])
def test_other_slugs_do_not(value: str) -> None:
    assert check_slug(value) is None


@pytest.mark.parametrize("value", [0, 1, 10**15])
def test_whole_numbers_pass(value: int) -> None:
    assert check_number(value) == value


@pytest.mark.parametrize("value", ["1234", "1,234", "1_234", "1234.0", " 1234 ", "1.234e3", 1234.0, "+1234", "01234"])
def test_numbers_are_read_as_tools_write_them(value: object) -> None:
    assert check_number(value) == 1234


@pytest.mark.parametrize(
    "value", [-1, 10**15 + 1, 1.5, math.nan, math.inf, True, None, [1], {}, "", "x", "1,23", "1.5", "-1", "1e999", "١"]
)
def test_other_numbers_do_not(value: object) -> None:
    assert check_number(value) is None


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2025-12-20T10:00:00.000Z", "2025-12-20T10:00:00Z"),
        ("2025-12-20T10:00:00Z", "2025-12-20T10:00:00Z"),
        ("2025-12-20T10:00:00+02:00", "2025-12-20T08:00:00Z"),
        ("2026-01-02T12:00:00Z", "2026-01-02T12:00:00Z"),
        ("2024-03-01T10:00:00", "2024-03-01T10:00:00Z"),
        ("2024-03-01 10:00:00", "2024-03-01T10:00:00Z"),
        ("2024-03-01 10:00:00.123456", "2024-03-01T10:00:00Z"),
        ("2024-03-01 10:00:00.123456789+00:00", "2024-03-01T10:00:00Z"),
        ("2024-03-01 12:00:00+02", "2024-03-01T10:00:00Z"),
        ("2024-03-01 04:30:00-0530", "2024-03-01T10:00:00Z"),
        ("2024-03-01 10:00:00 UTC", "2024-03-01T10:00:00Z"),
        ("2024-03-01 10:00", "2024-03-01T10:00:00Z"),
        ("2024-03-01", "2024-03-01T00:00:00Z"),
        ("2024/3/1 10:00:00", "2024-03-01T10:00:00Z"),
        (1709287200, "2024-03-01T10:00:00Z"),
        (1709287200.5, "2024-03-01T10:00:00Z"),
        ("1709287200", "2024-03-01T10:00:00Z"),
        (1709287200000, "2024-03-01T10:00:00Z"),
        (1.7092872e12, "2024-03-01T10:00:00Z"),
        (1709287200000000, "2024-03-01T10:00:00Z"),
        (1709287200000000000, "2024-03-01T10:00:00Z"),
        (45352, "2024-03-01T00:00:00Z"),
        (45352.5, "2024-03-01T12:00:00Z"),
    ],
)
def test_times_become_utc_in_seconds(value: str, time: str) -> None:
    assert check_time(value, NOW) == time


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-04T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "3/1/2024",
        "2024-02-30",
        "2024-03-01T25:00:00",
        5,
        10**30,
        math.nan,
        math.inf,
        True,
        None,
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "２０２５-12-20T10:00:00Z",
    ],
)
def test_other_times_do_not_pass(value: object) -> None:
    assert check_time(value, NOW) is None


@given(
    st.tuples(
        *(st.integers(low, high) for low, high in ((2014, 2027), (0, 13), (0, 32), (0, 25), (0, 61), (0, 61), (0, 999)))
    )
)
@example((2025, 12, 20, 24, 0, 0, 0))
@example((2016, 12, 31, 23, 59, 60, 0))
@example((2026, 1, 3, 0, 0, 0, 0))
def test_a_time_means_the_same_as_the_hub_writes_it_and_as_others_do(parts: tuple[int, ...]) -> None:
    year, month, day, hour, minute, second, thousandth = parts
    date, clock = f"{year:04}-{month:02}-{day:02}", f"{hour:02}:{minute:02}:{second:02}"
    expected = check_time(f"{date} {clock}", NOW)
    assert check_time(f"{date}T{clock}Z", NOW) == expected
    assert check_time(f"{date}T{clock}.{thousandth:03}Z", NOW) == expected


@pytest.mark.parametrize("value", ["https://example.org/a?b#c", "http://example.org"])
def test_web_addresses_pass(value: str) -> None:
    assert check_url(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "LICENSE",
        "https://",
        "http://[",
        "ftp://example.org",
        "https://example.org/\u202e",
        "https://example.org/a b",
        f"https://x.org/{'a' * 2000}",
        1,
    ],
)
def test_other_addresses_do_not(value: object) -> None:
    assert check_url(value) is None


def test_characters_that_change_the_text_around_them_go() -> None:
    assert clean_line("\u200ba\u202eb\u2066c\x00d\x9be\ud800f\ufeffg\u2028h\U000e0041i\U0010ffffj", 100) == "abcdefghij"


def test_marks_and_joiners_that_scripts_need_stay() -> None:
    text = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u05d0\u200f 👩\u200d🚀"
    assert clean_line(text, 100) == text


def test_a_line_is_one_line_and_a_text_keeps_its_paragraphs() -> None:
    text = "\n\t  Summary\r\n\tfirst   line\n\n\n\n second\tline  \n"
    assert clean_line(text, 100) == "Summary first line second line"
    assert clean_text(text, 100) == "Summary\nfirst line\n\nsecond line"


def test_long_texts_are_cut_and_say_so() -> None:
    text = clean_text("word " * 250_000, DESCRIPTION_LIMIT)
    assert text is not None
    assert len(text) <= DESCRIPTION_LIMIT
    assert text.endswith("word…")


@pytest.mark.parametrize("value", ["", "  \n ", "\u202e", None, 5, ["a"]])
def test_text_of_nothing_is_absent(value: object) -> None:
    assert clean_line(value, 10) is None
    assert clean_text(value, 10) is None


def test_words_are_right_or_left_out() -> None:
    assert check_words(["b", "a", "a", "", " c", "d\u202e", "e\nf", "x" * 201, 7, None]) == ("a", "b")
    assert check_words("a") is None
    assert check_word("a b") == "a b"


def test_no_unsafe_character_passes_for_a_printable_one() -> None:
    # Text that is printable is not searched for unsafe characters.
    assert [code for code in range(0x110000) if chr(code).isprintable() and REFUSED.match(chr(code))] == []


SPACED = st.text(st.sampled_from("ab \t\n\r\u00a0\u2003\u202e\x00\ud800\u200d\U0001f30a"), max_size=80)


@given(SPACED, st.integers(1, 60))
def test_text_keeps_its_lines_and_nothing_else_of_its_white_space(text: str, limit: int) -> None:
    shortened = text[: 4 * limit + 1].replace("\r\n", "\n").replace("\r", "\n")
    lines = [" ".join(without_unsafe(line).split()) for line in shortened.split("\n")]
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    cut = whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"
    assert clean_text(text, limit) == (cut or None)
