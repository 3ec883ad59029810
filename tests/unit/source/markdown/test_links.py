"""Links know where they lead and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Document, Link
from otdi_site.source.markdown import MarkdownOptions

PATH = "content/guide/page.md"
Render = Callable[..., Document]


def places(document: Document) -> list[tuple[str, int, int]]:
    return [(link.target, link.mark.line, link.mark.column) for link in document.links]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](/x)", [("/x", 1, 1)]),
        ("Text\nand **more [a](/x)** text", [("/x", 2, 12)]),
        ("[a](/x) [a](/x) [a](/x)", [("/x", 1, 1), ("/x", 1, 9), ("/x", 1, 17)]),
        ("é ü 😀 [a](/x)", [("/x", 1, 7)]),
        ("- one\n- [a](/x)\n  - > [b](/y)", [("/x", 2, 3), ("/y", 3, 7)]),
        ("1. one [a](/x)\n\n   more [b](/y)\nlazy [c](/z)", [("/x", 1, 8), ("/y", 3, 9), ("/z", 4, 6)]),
        ("> quote [a](/x)\ncontinued [b](/y)", [("/x", 1, 9), ("/y", 2, 11)]),
        ("## Heading [a](/x) ##", [("/x", 1, 12)]),
        ("## [a](/x) {#id}", [("/x", 1, 4)]),
        ("Setext [a](/x)\nsecond [b](/y)\n===", [("/x", 1, 8), ("/y", 2, 8)]),
        (
            "|a|b|\n|-|-|\n| [a](/x) | [a](/x) |\n[a](/x)|[b](/y)",
            [("/x", 3, 3), ("/x", 3, 13), ("/x", 4, 1), ("/y", 4, 9)],
        ),
        (
            r"|a \| b|c|" + "\n|-|-|\n" + r"| `\|` \| [a](/x) \| [b](/y) | [c](/z) |",
            [("/x", 3, 11), ("/y", 3, 22), ("/z", 3, 32)],
        ),
        ("term [a](/x)\n: definition [b](/y)", [("/x", 1, 6), ("/y", 2, 14)]),
        ("note[^1]\n\n[^1]: see [a](/x)\n\n    and [b](/y)", [("/x", 3, 11), ("/y", 5, 9)]),
        ('!!! tip "See [a](/x)"\n    Body [b](/y)', [("/x", 1, 14), ("/y", 2, 10)]),
        ("> [!NOTE]\n> Body [b](/y)", [("/y", 2, 8)]),
        ("> **NOTE:**\n> Body [b](/y)", [("/y", 2, 8)]),
        ("> Title [a](/x)\n>\n> Body [b](/y)\n{: .note-title}", [("/x", 1, 9), ("/y", 3, 8)]),
        ("- [ ] task [a](/x)", [("/x", 1, 12)]),
        ("\tcode\n\n-\t[a](/x)", [("/x", 3, 3)]),
        ("text ![a](/x.png) [![b](/y.png)](/z)", [("/x.png", 1, 6), ("/z", 1, 19), ("/y.png", 1, 20)]),
        ("text [a\nb](/x)", [("/x", 1, 6)]),
        ("<https://a.example/> and <me@a.example>", [("https://a.example/", 1, 1), ("mailto:me@a.example", 1, 26)]),
        (
            "see https://a.example, (www.b.example) or me@c.example.",
            [("https://a.example", 1, 5), ("http://www.b.example", 1, 25), ("mailto:me@c.example", 1, 43)],
        ),
        ("[a][r], [r][] and [r]\n\n[r]: /x", [("/x", 1, 1), ("/x", 1, 9), ("/x", 1, 19)]),
        ("{{ site.title }} [a]({{site.baseurl}}/x) {{ '/y' | relative_url }} [b](/z)", [("/x", 1, 18), ("/z", 1, 68)]),
        ("{% comment %}\n\n{% endcomment %}\n[a](/x)", [("/x", 4, 1)]),
        ("text <a href='/x'>a</a>\nmore <b>b</b> <a\nhref='/y'>b</a>", [("/x", 1, 6), ("/y", 2, 15)]),
        ("<div>\n  <a href='/x'>a</a> <img src='/y.png' alt=''>\n</div>", [("/x", 2, 3), ("/y.png", 2, 22)]),
        ("- <div>\n  <a href='/x'>a</a>\n  </div>", [("/x", 2, 3)]),
    ],
)
def test_a_link_is_marked_where_it_begins(text: str, expected: list[tuple[str, int, int]], render: Render) -> None:
    assert places(render(text)) == expected


def test_lines_are_counted_from_the_beginning_of_the_file(render: Render) -> None:
    document = render("\n[a](/x) ![b](/y.png)", first_line=7)
    assert document.links == (Link("/x", Mark(PATH, 8, 1)), Link("/y.png", Mark(PATH, 8, 9), is_image=True))


def test_line_ends_of_other_systems_count_as_one(render: Render) -> None:
    assert places(render("one\r\n\r\n[a](/x)\rtwo [b](/y)")) == [("/x", 3, 1), ("/y", 4, 5)]


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("/about/#who", "/about/#who"),
        ("{{site.baseurl}}/about/", "/about/"),
        ("{{ site.baseurl }}", "/"),
        ("#here", "/guide/page/#here"),
        ("?a=b", "/guide/page/?a=b"),
        ("#", "/guide/page/"),
        ("../about.md#who", "/about/#who"),
        ("../index.md", "/"),
        ("index.md", "/guide/"),
        ("./page.md", "/guide/page/"),
        ("missing.md?x", "/guide/missing.md?x"),
        ("../downloads/card.csv", "/downloads/card.csv"),
        ("/downloads/card.md", "/downloads/card.md"),
        ("other/", "/guide/other/"),
        ("../", "/"),
        ("https://site.example/sub/about/?a#b", "/about/?a#b"),
        ("https://SITE.example/sub", "/"),
        ("https://site.example/submarine", "https://site.example/submarine"),
        ("https://example.org/über", "https://example.org/%C3%BCber"),
        ("mailto:data@example.org?body=%0D%0A", "mailto:data@example.org?body=%0D%0A"),
    ],
)
def test_targets_are_site_addresses_or_urls(reference: str, target: str, render: Render) -> None:
    document = render(f"[a](<{reference}>)")
    assert [link.target for link in document.links] == [target]
    assert document.diagnostics == ()


@pytest.mark.parametrize(
    "reference",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java&#115;cript:alert(1)",
        "java&Tab;script:alert(1)",
        "<java\tscript:alert(1)>",
        "<  javascript:alert(1)>",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
    ],
)
def test_links_of_other_schemes_are_refused(reference: str, render: Render) -> None:
    document = render(f"text [a]({reference}) ![b]({reference}) [c][r]\n\n[r]: {reference}")
    assert document.links == ()
    assert [found.code for found in document.diagnostics] == ["OTD233"] * 3
    assert document.diagnostics[0].mark.column == 6
    assert document.blocks == ("<p>text <span>a</span> b <span>c</span></p>\n",)


def test_a_file_outside_the_content_is_no_page(findings: Callable[[str], list[tuple[str, int, int]]]) -> None:
    assert findings("See [a](../../README.md).") == [("OTD235", 1, 5)]


def test_images_without_alternative_text_are_reported(findings: Callable[[str], list[tuple[str, int, int]]]) -> None:
    assert findings("text ![](/a.png) ![b](/b.png) [![](/c.png)](/d)") == [("OTD234", 1, 6), ("OTD234", 1, 32)]


def test_a_site_at_the_top_of_its_host_has_no_base_path(render: Render, options: MarkdownOptions) -> None:
    document = render("[a](/x) [b]({{site.baseurl}}/y) {{ site.baseurl }}", options=replace(options, base_path="/"))
    assert document.blocks == ('<p><a href="/x">a</a> <a href="/y">b</a> </p>\n',)
