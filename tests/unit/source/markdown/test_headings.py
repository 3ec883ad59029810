"""Headings have one level 1, unique ids by GitHub's rule, and stay known when they leave the body."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from otdi_site.model.markdown import Document, Heading
from otdi_site.source.markdown.headings import slug_of_heading

Render = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Contribute Your Dataset! ", "contribute-your-dataset"),
        ("It's Your Data, but Our Responsibility", "its-your-data-but-our-responsibility"),
        ("A & B", "a--b"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("1.2.3 Version", "123-version"),
        ("Привет мир", "привет-мир"),
        ("日本語", "日本語"),
        ("हिन्दी", "हिन्दी"),
        ("🎉", "section"),
        ("", "section"),
    ],
)
def test_slugs_follow_github(text: str, slug: str) -> None:
    assert slug_of_heading(text) == slug


def test_a_heading_at_the_beginning_is_the_page_s_own(render: Render) -> None:
    document = render("# The *page*\n\ntext\n\n# Another\n\n## The page")
    assert document.leading_heading == '<h1 id="the-page">The <em>page</em></h1>'
    assert document.headings == (
        Heading(1, "the-page", "The page", is_listed=False),
        Heading(2, "another", "Another"),
        Heading(2, "the-page-1", "The page"),
    )
    assert "<h1" not in str(document.blocks)
    assert document.text == "text\nAnother\nThe page"


def test_a_body_that_begins_otherwise_has_no_leading_heading(render: Render) -> None:
    document = render("text\n\n# First")
    assert document.leading_heading is None
    assert document.headings == (Heading(2, "first", "First"),)


def test_a_heading_can_stay_out_of_the_contents(render: Render) -> None:
    document = render("## A\n{: .no_toc }\n\n## B\n\n##")
    assert [(heading.text, heading.is_listed) for heading in document.headings] == [
        ("A", False),
        ("B", True),
        ("", False),
    ]
    assert "no_toc" not in str(document.blocks)


def test_ids_of_html_and_footnotes_are_not_used_again(render: Render) -> None:
    document = render('## Email\n\nText[^1]. <b id="inline">x</b>\n\n## Inline\n\n<p id=email>x\n\n[^1]: Note')
    assert [heading.id for heading in document.headings] == ["email-1", "inline-1"]


def test_an_explicit_id_wins_over_one_that_comes_first(render: Render) -> None:
    document = render("## Same\n\n## Other {#same}")
    assert [heading.id for heading in document.headings] == ["same-1", "same"]


def test_the_label_of_a_section_s_link_is_escaped(render: Render) -> None:
    (block,) = render('## `"<x>"` & y').blocks
    assert 'aria-label="Link to this section: &quot;&lt;x&gt;&quot; &amp; y"' in str(block)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("## A & B", ["a-b"]),
        ("## Über uns", ["uber-uns"]),
        ("## Same\n\n## Same\n\n## Same", ["same_1", "same_2"]),
        ("## Привет\n\n## Мир", ["_1", "_2"]),
        ("# A - B\n\ntext", ["a-b"]),
        ("## Plain words\n\n## 1.2 Version", []),
        ('<p id="a-b"></p>\n\n## A & B {#c}', []),
    ],
)
def test_ids_of_mkdocs_lead_to_headings_too(text: str, ids: list[str], render: Render) -> None:
    document = render(text)
    shown = f"{document.leading_heading}{document.blocks}"
    assert re.findall(r'<span id="([^"]*)"></span>', shown) == ids


def test_ids_of_footnotes_are_those_of_kramdown(render: Render) -> None:
    shown = str(render('a[^one] b[^ein "Zwei"] c[^one]\n\n[^one]: x\n\n[^ein "Zwei"]: y').blocks)
    for identifier in ("fn:one", "fnref:one", "fnref:one:1"):
        assert f'id="{identifier}"' in shown
        assert f'href="#{identifier}"' in shown
