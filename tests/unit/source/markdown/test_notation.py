"""Notation of Jekyll and kramdown leaves nothing behind, and what cannot be honoured is reported in its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otdi_site.model.markdown import Document

Findings = list[tuple[str, int, int]]
Render = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{ page.title }} b", [("OTD220", 1, 3)]),
        ("{{ site.nothing }}", [("OTD220", 1, 1)]),
        ("{{ site.title | upcase }}", [("OTD220", 1, 1)]),
        ("{{ }}", [("OTD220", 1, 1)]),
        ("text\n\n- [a]({{ page.url }}/x)", [("OTD220", 3, 7)]),
        ("<a href='{{ page.url }}'>x</a>", [("OTD220", 1, 10)]),
        ("one\n{% include toc.html %}", [("OTD221", 2, 1)]),
        (
            "{% if a %}\ntext {{ b }}\n{% else %}\n{% include c %}\n{% endif %} {{ b }}",
            [("OTD221", 1, 1), ("OTD220", 5, 13)],
        ),
        ("{% if a %}\n{% if b %}{% endif %}\n{{ c }}", [("OTD221", 1, 1), ("OTD220", 3, 1)]),
        ("{% assign a = 1 %}\n{{ a }} {{ a | plus: 1 }}", [("OTD221", 1, 1)]),
        ("{% capture a %}x{{ b }}{% endcapture %}{{ a }}", [("OTD221", 1, 1)]),
        (
            "{% include a %}\n\n{% include b %}\n{% if c %}\n{{ d }} {{ d }}",
            [("OTD221", 1, 1), ("OTD221", 4, 1), ("OTD220", 5, 1)],
        ),
        ("{% highlight a %}x\ny\n{% endhighlight %} {{ z }}", [("OTD221", 1, 1), ("OTD220", 3, 20)]),
        ("{% comment %}\n```\n{% endcomment %}\n{{ a }}", [("OTD220", 4, 1)]),
        ("{% include figure.html\n   url='x' %}", [("OTD221", 1, 1)]),
        ("a {{ site.title\n\nb }}", [("OTD222", 1, 3)]),
        ("{% raw %}\n{{ a }}", [("OTD222", 1, 1), ("OTD220", 2, 1)]),
        ("{% comment %} a", [("OTD222", 1, 1)]),
        ("{% link nowhere.md %}", [("OTD223", 1, 1)]),
        ("{::options a='b' /}\n\n{::nomarkdown}x{:/}", [("OTD224", 1, 1), ("OTD224", 3, 1), ("OTD224", 3, 16)]),
        ("text {: .a} more", [("OTD225", 1, 6)]),
        ("text\n\n{: .a}\n\ntext", [("OTD225", 3, 1)]),
        ("<div>\n\n</div>\n{: .a}", [("OTD225", 4, 1)]),
        ("<div>\n{: .a}\n</div>", [("OTD225", 2, 1)]),
        ("text\n{: reference}", [("OTD226", 2, 1)]),
        ("text\n{:toc}", [("OTD226", 2, 1)]),
        ("# A\n\n!!! note The title\n    Body", [("OTD227", 3, 1)]),
        ("!!! note The title, with more.\n    Body", [("OTD227", 1, 1)]),
        ("## A {#x}\n\n## B {#x}", [("OTD228", 3, 7)]),
        ("<div>\n1. one\n</div>", [("OTD236", 2, 1)]),
        ("<div>\n  A [link](/x) and\n  **bold** words\n</div>", [("OTD236", 2, 3)]),
        ('<div markdown="0">\n\n1. **one**\n\n</div>', []),
        ("<div>\n\ntext", [("OTD237", 1, 1)]),
        ("- <div>\n- <b>x</b></div>", [("OTD237", 1, 3)]),
        ("text <b>bold\n\ntext</b> <i>", [("OTD237", 1, 6), ("OTD237", 3, 10)]),
        ("*a <b>x* y</b>", [("OTD237", 1, 4)]),
        ("text\n</div>\n\n<p>\n\n</section>", [("OTD237", 2, 1), ("OTD237", 6, 1)]),
        ("<div>\n\n- item </div>", [("OTD237", 3, 8)]),
        ("<table><tr><td>a<td>b<tr><td>c</table><br><hr><ul><li>x<li>y</ul>", []),
        ("<div\n\ntext <img src='/x.png' alt='a\n", [("OTD237", 1, 1)]),
        ("text\n\n<!-- open\n\ntext", [("OTD237", 3, 1)]),
        ("<div><!-- open\n\ntext</div>", [("OTD237", 1, 1), ("OTD237", 1, 6)]),
        ("<form>\n<textarea>\n\nvar x = '<b>';", [("OTD237", 1, 1), ("OTD237", 2, 1)]),
        ("text { .a } more", [("OTD225", 1, 6)]),
        (
            "<<<<<<< HEAD\n# A\n||||||| base\n# B\n=======\n# C\n>>>>>>> x\n\n{{ a }}",
            [("OTD238", 1, 1), ("OTD220", 9, 1)],
        ),
        ("a\n=======\nb\n>>>>>>> 1f2e3d4 (topic)\n", [("OTD238", 4, 1)]),
        ("```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```", [("OTD238", 2, 1)]),
        ("A\n=======\n\n<<<<<< a\n\n >>>>>>> b", []),
        ("::: some.module\n    options: {}\n\n## [After](#after)\n\n{{ a }}", [("OTD230", 1, 1), ("OTD220", 6, 1)]),
        (":::other Title\n{{ a }}\n:::\n\n:::{slot} domains", [("OTD230", 1, 1), ("OTD220", 2, 1), ("OTD229", 5, 1)]),
        (":::{slot} domains\n\n:::{slot} contact\n:::", [("OTD229", 1, 1)]),
        (
            ":::a\n::::b\nx\n::::\n:::\n:::c\n:::d\n:::\n:::",
            [("OTD230", 1, 1), ("OTD230", 2, 1), ("OTD230", 6, 1), ("OTD230", 7, 1)],
        ),
        ("```\n:::note\n```\n\n:::{slot} contact\n:::", []),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 | 3 |\n> 4|5|6|7", [("OTD239", 3, 13)]),
        ("- a\n- b\n{:toc}", [("OTD240", 1, 1)]),
        ("a[^1] b[^2]\n\n[^1]: > x\n    >\n    > [^2]: y", [("OTD241", 5, 7)]),
        ("a {{ open\n- b {{ c }}", [("OTD222", 1, 3), ("OTD220", 2, 5)]),
        (":::{slot} domains\n> ```\n> :::\n", [("OTD229", 1, 1), ("OTD257", 2, 3)]),
        (":::{slot} domains\n:::a\n:::\n:::", [("OTD229", 1, 1), ("OTD230", 2, 1), ("OTD230", 4, 1)]),
        ("> :::{slot} domains\n> :::", []),
        ("- ::: a\n  b\n\n:::{slot} domains\n:::\n:::", [("OTD230", 1, 3), ("OTD230", 6, 1)]),
        ("List<b>, Map<b>\n\nSet<b>", [("OTD237", 1, 5)]),
    ],
)
def test_what_cannot_be_honoured_is_reported_in_its_place(
    text: str, expected: Findings, findings: Callable[[str], Findings]
) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a {{ page.title }} b {% include x %} c {::comment}d{:/comment}",
        "text {: .a} more\n{: b}",
        "# Title {: .x }\n{: .y }\n\n* TOC\n{:toc}",
        "!!! note One, two\n    Body\n\n??? tip\n    x",
        "| {{ a }} | {% b %} |\n|---|---|\n| *x*{: .c} | y |\n{: .d}",
        "<p>{{ a }}</p>\n{: .a}",
        "[a]({{ nothing }}/x){:target='_blank'}",
        "![{{ a }}]({{ b }} '{{ c }}')",
        "> {% include x %}\n> {: .y}",
        "```{{ info }}\ncode\n```",
    ],
)
def test_nothing_of_the_notation_is_left(text: str, render: Render) -> None:
    document = render(text)
    shown = f"{document.leading_heading}{document.blocks}{document.text}{document.headings}{document.links}"
    for notation in ("{{", "}}", "{%", "%}", "{:", "!!!", "???"):
        assert notation not in shown
    assert all(ord(character) < 0xF0000 for character in shown)


def test_help_says_what_is_known(render: Render) -> None:
    (found,) = render("{{ site.titel }}").diagnostics
    assert "site.baseurl, site.description, site.title, site.url" in found.help
    (found,) = render("{% highlight python %}").diagnostics
    assert "fenced code block" in found.help


def test_code_shows_notation_that_would_be_wrong_elsewhere(html: Callable[[str], str]) -> None:
    text = "`{{ page.title }}`\n\n    {% include x %}\n\n- ~~~\n  {{ open\n  {: .x}\n  ~~~"
    for shown in ("<code>{{ page.title }}</code>", "<code>{% include x %}\n", "<code>{{ open\n{: .x}\n"):
        assert shown in html(text)


def test_values_are_text_and_not_markup(render: Render) -> None:
    document = render('{{ "<b>" }} <i title="{{ \'"<b>\' }}">x</i>')
    assert document.blocks == ('<p>&lt;b&gt; <i title="&quot;&lt;b&gt;">x</i></p>\n',)


def test_characters_for_private_use_are_kept(html: Callable[[str], str]) -> None:
    assert (
        html("\U000f0000 {{ site.title }} \U000f0001\U00100000")
        == "<p>\U000f0000 Title &amp; co \U000f0001\U00100000</p>\n"
    )


def test_an_admonition_ends_where_its_indentation_ends(html: Callable[[str], str]) -> None:
    assert html("!!! note\n\tTab\n\n   three").endswith("</aside>\n<p>three</p>\n")


def test_a_line_of_notation_alone_breaks_nothing_around_it(html: Callable[[str], str]) -> None:
    assert html("{% raw %}\n---\n{% endraw %}") == "<hr>\n"
