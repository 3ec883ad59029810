"""No text makes the renderer fail, and the same text always makes the same document."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otdi_site.model.markdown import Document
from otdi_site.source.markdown import MarkdownOptions, render_markdown

OPTIONS = MarkdownOptions("/sub/", "site.example", {"title": "Title", "url": "https://site.example"}, frozenset({"a"}))
# fmt: off
PIECES = [
    "{{", "}}", "{%", "%}", "{:", "{::", "{:/", "}", "{#id}", "{.c}", ".x", "#a", "k='v'", "|", "||", "|-|-", "---",
    "===", "#", "##", "######", ">", "-", "*", "+", "1.", "2)", "[", "]", "(", ")", "[a](b)", "[^1]", "[^1]:", "![",
    "`", "```", "~~~", ":::", "{slot}", "!!!", "???", "???+", "note", '"T"', "[!NOTE]", "**NOTE:**", "**", "_", "~~",
    ":", "[x]", "raw", "endraw", "comment", "endcomment", "site.title", "relative_url", "<a", "href=", "<div>",
    "</div>", "<script>", "</script>", "<!--", "-->", "<pre>", "markdown=1", "'", "\\", "&amp;", "http://a.b",
    "www.a.b", "a@b.c", "javascript:", "text", "é", "😀",
]
# fmt: on
WHITESPACE = [" ", "\n", "\n\n", "    ", "\t", "\r\n", "\0", "\x1c", "\u2028", "\U000f0000", "\ud800"]
NOTATION = st.lists(st.sampled_from([*PIECES, *WHITESPACE, "{: .note}\n", "\n> ", "\n    ", "\n- "]), max_size=60)


def render(text: str) -> Document:
    return render_markdown(
        text, path="content/x.md", first_line=3, page_address="/x/", source_path="content/x.md", options=OPTIONS
    )


def check(text: str) -> None:
    document = render(text)
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    for mark in [link.mark for link in document.links] + [found.mark for found in document.diagnostics]:
        assert 3 <= mark.line <= count + 4
        assert mark.column >= 1
    assert document == render(text)
    identifiers = [heading.id for heading in document.headings]
    if "OTD228" not in {found.code for found in document.diagnostics}:
        assert len(set(identifiers)) == len(identifiers)


@given(NOTATION.map("".join))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_notation_in_any_order_makes_a_document(text: str) -> None:
    check(text)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_makes_a_document(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 3000 + "a",
        "- " * 3000 + "a",
        "[" * 3000,
        "*a" * 3000,
        "{{" * 3000,
        "{% raw %}" * 300,
        "\n".join("    " * depth + "!!! note" for depth in range(150)),
        "<a href='" * 1000,
        "# a " + "{#x} " * 1000,
        "{% a %}" * 2000 + "x",
        "{: .a}" * 5000 + "x",
        "**a**" + "{.a}" * 5000,
        "{% raw %}" * 5000,
        "{% if a %}" * 3000 + "{% endif %}" * 3000,
        ":::a\n" * 5000,
        "- ::: {slot} a\n" * 2000,
        "<div>\n\n" * 3000,
        "<b>" * 3000 + "</i>" * 3000,
        '<p markdown="1">' * 1000,
        "<a <a " * 3000 + "\n</div",
        "<div a='" * 3000,
        "a@" * 10000,
        "(http://a_" * 3000,
        "|a|\n" * 5000,
        "a\nb\n: c\n\n" * 2000,
        "[a](b c" * 3000,
        "<<<<<<< a\n" * 3000,
    ],
    ids=lambda text: text[:12],
)
def test_text_that_is_nested_or_repeated_without_end_makes_a_document(text: str) -> None:
    render(text)


def test_other_processes_make_the_same_document(html: Callable[[str], str]) -> None:
    texts = ["# A\n\n[a](/b) {{ site.title }}\n", "!!! tip\n    x[^1]\n\n[^1]: y", ":::{slot} a\nb: 1\n:::"] * 3
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        assert list(pool.map(render, texts)) == [render(text) for text in texts]
