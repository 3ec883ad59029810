"""Links to prefilled issues: what GitHub gets out of them."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from otdi_site.render.issue import IssueTemplate, as_code

REPOSITORY = "https://example.org/owner/name"
HARD = 'R&D 100% + "é" ?#\r\n<b>=;`漢字 🌊'
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="{}"))


def decode(link: str) -> tuple[str, dict[str, str]]:
    """The page and the fields of a form, as web servers read them: a plus sign is a space."""
    parts = urlsplit(link)
    assert link.isascii()
    assert parts.fragment == ""
    assert re.search(r"[+ ]|%(?![0-9A-F]{2})", parts.query) is None
    fields = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    assert [name for name, _ in fields] == ["title", "body"]
    return parts._replace(query="").geturl(), dict(fields)


def test_an_issue_names_the_dataset_and_asks_its_questions() -> None:
    template = IssueTemplate.of(REPOSITORY, "Problem with {id}", ["Dataset: {id}", "Page: {url}", "Wrong: "])
    page, fields = decode(template.fill("a/__b__", "https://example.org/datasets/a/__b__.html"))
    assert page == f"{REPOSITORY}/issues/new"
    assert fields == {
        "title": "Problem with a/__b__",
        "body": "Dataset: `a/__b__`\nPage: https://example.org/datasets/a/__b__.html\nWrong: ",
    }


def test_a_slash_at_the_end_of_the_repository_is_not_doubled() -> None:
    link = IssueTemplate.of(f"{REPOSITORY}/", "a", []).fill("", "")
    assert link == f"{REPOSITORY}/issues/new?title=a&body="


def test_a_placeholder_in_a_value_is_text() -> None:
    fields = decode(IssueTemplate.of(REPOSITORY, "{id}", ["{url} {id}"]).fill("{url}", "{id}"))[1]
    assert fields == {"title": "{url}", "body": "{id} `{url}`"}


@given(title=TEXT, lines=st.lists(TEXT, max_size=3), id=TEXT, url=TEXT)
def test_every_character_arrives(title: str, lines: list[str], id: str, url: str) -> None:
    template = IssueTemplate.of(REPOSITORY, f"{title}|{{id}}|", [*lines, "{id}{url}", HARD])
    fields = decode(template.fill(id, url))[1]
    shown = " ".join(f"{title}|\0|".split()).replace("\0", id)
    assert fields == {"title": shown, "body": "\n".join([*lines, as_code(id) + url, HARD])}


@pytest.mark.parametrize(
    "id", ["a/__b__", "@team/name", "a/b#1", "a/`b`", "``", "a/b``c`", "a/<b>", "a/[b](c)", "a/\\`"]
)
def test_markdown_shows_an_id_as_it_is(id: str) -> None:
    [inline] = [token for token in MarkdownIt().parse(f"Dataset: {as_code(id)}") if token.type == "inline"]
    assert [(token.type, token.content) for token in inline.children or ()] == [
        ("text", "Dataset: "),
        ("code_inline", id),
    ]
