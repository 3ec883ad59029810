"""The token is recognised however it is wrapped, and nothing else is taken for it."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.tokens import TokenFinder, find_tokens

TOKEN = "hf_aMarkerThatMustBeNowhereElse0000"
FINDER = TokenFinder.of([TOKEN, None, ""])


def between(filler: str) -> str:
    return filler.join(TOKEN)


DISGUISES = {
    "as it is": f"Bearer {TOKEN}",
    "in other letters": TOKEN.upper(),
    "full-width": "".join(chr(ord(character) + 0xFEE0) for character in TOKEN),
    "escaped in a URL": "".join(f"%{ord(character):02x}" for character in TOKEN),
    "escaped twice": quote(quote("".join(f"%{ord(character):02X}" for character in TOKEN))),
    "HTML references": "".join(f"&#{ord(character)};" for character in TOKEN),
    "HTML references in a URL": quote("".join(f"&#x{ord(character):x};" for character in TOKEN)),
    "escaped in JSON": "".join(f"\\u{ord(character):04x}" for character in TOKEN),
    "escaped in JSON twice": json.dumps("".join(f"\\u{ord(character):04x}" for character in TOKEN)),
    "hexadecimal": TOKEN.encode().hex(),
    **{f"Base64 at {n}": b64encode(b"x" * n + TOKEN.encode() + b"y" * n).decode() for n in range(6)},
    **{f"URL's Base64 at {n}": urlsafe_b64encode(b"?" * n + TOKEN.encode()).decode() for n in range(3)},
    **{
        f"with {ord(filler):#x}": between(filler)
        for filler in "\0\x1b\t\n \u00ad\u200b\u200d\u200e\u202e\u2028\u2066\u3164\ufe0f\ufeff\U000e0041.-_|/́"
    },
    "with NULs in JSON": json.dumps(between("\0")),
    "with spaces of HTML": between("&#8203;"),
    "with tags": between("</b><b title='x'>"),
    "with comments": between("<!-- x -->"),
    "with tags in HTML references": html.escape(between("<wbr>")),
    "with tags in a URL": quote(between("<i></i>")),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_token_in_disguise_is_recognised(disguise: str) -> None:
    assert FINDER.is_in(f"some words {DISGUISES[disguise]} and others")


@given(st.text())
def test_nothing_else_is_taken_for_it(text: str) -> None:
    assert not FINDER.is_in(text)


@given(st.text(alphabet="hf_aMarker%&#;\\u0", max_size=200))
def test_what_is_like_escapes_is_read_without_a_failure(text: str) -> None:
    FINDER.is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "%25" * 300_000,
        "&amp;" * 200_000,
        "\\" * 1_000_000,
        "&#" * 500_000,
        "<" * 1_000_000,
        "<a " * 300_000,
        "%" * 1_000_000,
    ],
)
def test_text_of_a_megabyte_is_read_in_one_go(text: str) -> None:
    assert not FINDER.is_in(text)


def test_a_short_token_is_looked_for_as_it_stands() -> None:
    finder = TokenFinder.of(["x-1"])
    assert finder.is_in("an x-1 here")
    assert not finder.is_in("x 1, and all that has an x and a 1")


def test_the_tokens_are_those_of_the_environment_and_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hf_fromAFile0000000\n", encoding="utf-8")
    found = find_tokens({"HF_TOKEN": " hf_fromTheEnvironment\n", "HF_HOME": str(tmp_path)})
    assert found.tokens == ("hf_fromTheEnvironment", "hf_fromAFile0000000")
    assert find_tokens({"HF_TOKEN_PATH": str(tmp_path / "token"), "HF_HOME": "/nowhere"}).tokens == (
        "hf_fromAFile0000000",
    )
    assert find_tokens({"HF_HOME": str(tmp_path / "none")}).tokens == ()


def test_a_finder_does_not_show_its_tokens() -> None:
    assert TOKEN not in repr(FINDER)
    assert html.escape(FINDER.without(DISGUISES["as it is"])) == "(left out: it repeats the Hugging Face token)"
