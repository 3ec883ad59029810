"""mailto links: what a mail program gets out of them."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.render.mail import MailTemplate, mailto

CHARACTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n")
TEXT = st.text(CHARACTERS)
SHORT_TEXT = st.text(CHARACTERS, max_size=40)
"""Twice in a link and encoded, at most 12 characters for one, it stays below the limit of 2,000."""


def decode(url: str) -> tuple[str, dict[str, str]]:
    """Address and fields, as RFC 6068 reads them: no plus sign means a space."""
    parts = urlsplit(url)
    assert parts.scheme == "mailto"
    assert url.isascii()
    fields = (field.split("=", 1) for field in parts.query.split("&")) if parts.query else ()
    return unquote(parts.path), {name: unquote(value) for name, value in fields}


def test_the_initiatives_own_mail_is_the_one_its_page_always_had() -> None:
    lines = [
        "Dataset name:",
        "Dataset location (URL): ",
        "I want the Alliance to host it: Yes/No",
        "My email address:",
        "I agree to the terms for contribution: Yes/No",
    ]
    assert mailto("data@thealliance.ai", "I want to contribute a dataset", lines) == (
        "mailto:data@thealliance.ai?subject=I%20want%20to%20contribute%20a%20dataset&body=Dataset%20name%3A%0D%0A"
        "Dataset%20location%20(URL)%3A%20%0D%0AI%20want%20the%20Alliance%20to%20host%20it%3A%20Yes%2FNo%0D%0A"
        "My%20email%20address%3A%0D%0AI%20agree%20to%20the%20terms%20for%20contribution%3A%20Yes%2FNo"
    )


def test_every_character_of_subject_and_body_arrives() -> None:
    text = 'R&D 100% + "é" ?#'
    _, fields = decode(mailto("a@example.org", text, [text, "", text + " "]))
    assert fields == {"subject": text, "body": f"{text}\r\n\r\n{text} "}


def test_no_plus_sign_stands_for_a_space() -> None:
    url = mailto("a@example.org", "a b+c", ["d e+f"])
    assert "+" not in url
    assert unquote_plus(url) == unquote(url)


@pytest.mark.parametrize(
    "address", ["r&d+x%y@example.org", "o'neil?#/@example.org", "jörg@exämple.org", "a;b@example.org"]
)
def test_every_character_of_the_address_arrives(address: str) -> None:
    decoded, fields = decode(mailto(address, "s"))
    assert decoded == address
    assert fields == {"subject": "s"}


def test_a_link_without_subject_and_body_is_the_address_alone() -> None:
    assert mailto("a@example.org") == "mailto:a@example.org"


@given(subject=TEXT.filter(bool), lines=st.lists(TEXT, min_size=1, max_size=4))
def test_any_subject_and_body_arrive_without_bare_line_feeds(subject: str, lines: list[str]) -> None:
    link = mailto("a@example.org", subject, lines)
    found = decode(link)[1]
    assert found.get("subject", "") == " ".join(subject.split())
    assert found["body"] == "\r\n".join(line for text in lines for line in text.split("\n"))


@given(title=SHORT_TEXT, url=SHORT_TEXT)
def test_a_filled_template_is_the_mail_of_the_filled_texts(title: str, url: str) -> None:
    template = MailTemplate.of("a@example.org", "About {title}.", ["{url}", "Title: {title}, as {unknown}"])
    shown = " ".join(title.split())
    expected = mailto("a@example.org", f"About {shown}|.", [url, f"Title: {shown}, as {{unknown}}"])
    expected = expected.replace("%7C.", ".", 1)
    assert template.fill(title=title, url=url) == expected


def test_a_placeholder_in_a_value_is_text() -> None:
    template = MailTemplate.of("a@example.org", "{title}", ["{url}"])
    assert decode(template.fill(title="{url}", url="{title}"))[1] == {"subject": "{url}", "body": "{title}"}


FAMILY = "\U0001f469\U0001f3fd\u200d\U0001f469\u200d\U0001f467"  # one emoji of five characters
LONG_TITLES = {
    "Japanese": "港湾潮位観測記録" * 40,
    "Telugu": "క్షేత్రజ్ఞానం" * 40,
    "emoji": FAMILY * 60,
    "flags": "\U0001f1ef\U0001f1f5\U0001f1eb\U0001f1f7" * 80,
    "marks": "e\u0301\u0323" * 300,
    "Hangul": "\u1112\u1161\u11ab" * 200,
}


@pytest.mark.parametrize("title", LONG_TITLES.values(), ids=LONG_TITLES)
def test_a_long_title_is_cut_between_graphemes_so_that_every_mail_program_opens_the_link(title: str) -> None:
    template = MailTemplate.of("data@example.org", "About {title}", ["Dataset: {title}", "Page: {url}", "Wrong: "])
    link = template.fill(title=title, url="https://example.org/datasets/a/b.html")
    assert 1_700 < len(link) <= 2_000
    fields = decode(link)[1]
    shown = fields["subject"].removeprefix("About ")
    assert fields["body"] == f"Dataset: {shown}\r\nPage: https://example.org/datasets/a/b.html\r\nWrong: "
    assert shown.endswith("…")
    kept = shown.removesuffix("…")
    assert title.startswith(kept)
    lengths = {FAMILY[0]: len(FAMILY), "\U0001f1ef": 2, "e": 3, "\u1112": 3}
    assert len(kept) % lengths.get(title[0], 1) == 0
    assert title[len(kept)] not in "\u200d\u0c4d\u0c3e\u0c47\u0c02"
    assert not kept.endswith(("\u200d", "\u0c4d"))
