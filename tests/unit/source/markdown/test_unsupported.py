"""Notation of other generators is rendered, or reported at its place, once a kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from otdi_site.model.markdown import Document
from otdi_site.source.markdown import MarkdownOptions

Findings = Callable[[str], list[tuple[str, int, int]]]
Render = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a :material-check: b", ("OTD245", 1, 3)),
        ("a [b :fontawesome-solid-plane:](/about/)", ("OTD245", 1, 6)),
        ("a :octicons-heart-fill-24:{ .heart }", ("OTD245", 1, 3)),
        ("a :nosuchemoji: b", ("OTD245", 1, 3)),
        ('a\n\n--8<-- "b.md"', ("OTD245", 3, 1)),
        ("--8<--\nb.md\n", ("OTD245", 1, 1)),
        ('```py\n--8<-- "a.py"\n```', ("OTD245", 1, 1)),
        ("<<< @/snippets/a.js{2}", ("OTD245", 1, 1)),
        ("a [[Page]] b", ("OTD245", 1, 3)),
        ("a [[Page|shown]] b", ("OTD245", 1, 3)),
        ("a ![[image.png]] b", ("OTD245", 1, 3)),
        ("a [@smith2020] b", ("OTD245", 1, 3)),
        ("a [see @smith2020, p. 3] b", ("OTD245", 1, 3)),
        ("a ^[inline] b", ("OTD245", 1, 3)),
        ("a %%comment%% b", ("OTD245", 1, 3)),
        ("a ^block-1", ("OTD245", 1, 3)),
        ("a {ref}`b` c", ("OTD245", 1, 3)),
        ("a :py:func:`b` c", ("OTD245", 1, 3)),
        ("a :abbr[HTML]{title=x} b", ("OTD245", 1, 3)),
        ("a {>>b<<} c", ("OTD245", 1, 3)),
        ("{==\n\na\n", ("OTD245", 1, 1)),
        ("/// note | Title\nb\n", ("OTD245", 1, 1)),
        (".. note::\n   b", ("OTD245", 1, 1)),
        ("% a comment", ("OTD245", 1, 1)),
        ("(label)=\n# A", ("OTD245", 1, 1)),
        ("+++\ntitle = 'a'\n+++", ("OTD245", 1, 1)),
        ("a\n\n+---+---+\n| b | c |\n+===+===+", ("OTD245", 3, 1)),
        ("| The first line\n|   the second", ("OTD245", 1, 1)),
        ("Name   Age\n-----  ---\nAnn     12", ("OTD245", 2, 1)),
        ("a\n\n-----  ---\nAnn     12\n-----  ---", ("OTD245", 3, 1)),
        ("|\n| After an empty line", ("OTD245", 1, 1)),
        ("> Name   Age\n> -----  ---\n> Ann     12", ("OTD245", 2, 3)),
        ("1. a\n   - Name   Age\n     -----  ---\n     Ann     12", ("OTD245", 3, 6)),
        ("Name\tAge\n----\t---\nAnn\t12", ("OTD245", 2, 1)),
        ("{| class=a\n|-\n| b\n|}", ("OTD245", 1, 1)),
        ("(@) a\n(@good) b", ("OTD245", 1, 1)),
        ("@startuml\na -> b\n@enduml", ("OTD245", 1, 1)),
        ("a\n##A title", ("OTD245", 2, 1)),
        ("#\u00a0A title", ("OTD245", 1, 1)),
        ("\uff03 A title", ("OTD245", 1, 1)),
        ("{panel}\nb\n{panel}", ("OTD245", 1, 1)),
        ("@param a the b", ("OTD245", 1, 1)),
        ("some '''bold''' text", ("OTD245", 1, 1)),
        ("See `the docs <https://example.org>`_.", ("OTD245", 1, 5)),
        ("a `<b>`{=html} c", ("OTD245", 1, 3)),
        ("See \\@ref(fig:a).", ("OTD245", 1, 5)),
        ("See xref:a.adoc[A].", ("OTD245", 1, 9)),
        ("See <<a-b,the part>>.", ("OTD245", 1, 5)),
        ("See [https://example.org the site].", ("OTD245", 1, 5)),
        ("[caption id='a']b[/caption]", ("OTD245", 1, 1)),
        ("a [b]c[/b] d", ("OTD245", 1, 3)),
        ("```\na", ("OTD257", 1, 1)),
        ("- ~~~\n  a\n\nb", ("OTD257", 1, 3)),
        ("> ````\n> a\n> ```", ("OTD257", 1, 3)),
        ("a\n\n<!--#include file='b.html' -->", ("OTD245", 3, 1)),
        ("a <!-- #echo var='b' --> c", ("OTD245", 1, 3)),
        ("<?php echo 1 ?>", ("OTD245", 1, 1)),
        ("h2. A title", ("OTD245", 1, 1)),
        ("bq. A quotation", ("OTD245", 1, 1)),
        (":Author: Nobody\n:date: 2026-01-02", ("OTD245", 1, 1)),
        ("a\n{!parts/b.md!}", ("OTD245", 2, 1)),
        ("<<[parts/b.md]", ("OTD245", 1, 1)),
        ('@import "b.md"', ("OTD245", 1, 1)),
        ("include::b.adoc[]", ("OTD245", 1, 1)),
        ("image::b.png[A picture]", ("OTD245", 1, 1)),
        ("a\n\n\\newpage\n\nb", ("OTD245", 3, 1)),
        ("== A title ==", ("OTD245", 1, 1)),
        ("#+TITLE: A title", ("OTD245", 1, 1)),
        ("#. first\n#. second", ("OTD245", 1, 1)),
        ("a\n^block-1", ("OTD245", 2, 1)),
        ("<% if a %>\nb\n<% end %>", ("OTD245", 1, 1)),
        ("by <%= name %>", ("OTD245", 1, 1)),
        ("```{toctree}\na\n```", ("OTD245", 1, 1)),
        ("- ```mermaid\n  a\n  ```", ("OTD245", 1, 3)),
        ("```py\na = 1  # (1)!\n```", ("OTD245", 1, 1)),
        ("$$\na_1 * b_2 * c\n$$", ("OTD246", 1, 1)),
        ("> $$a$$", ("OTD246", 1, 3)),
        ("a $x$ b", ("OTD246", 1, 3)),
        ("a $\\sqrt{2}$, b", ("OTD246", 1, 3)),
        ("a $`x`$ b", ("OTD246", 1, 3)),
        ("a $$x * y$$ b", ("OTD246", 1, 3)),
        ("a \\(x_1\\) b", ("OTD246", 1, 3)),
        ("\\[ \\frac{a}{b} \\]", ("OTD246", 1, 1)),
        ("\\begin{equation}\na\n\\end{equation}", ("OTD246", 1, 1)),
        ("```math\na\n```", ("OTD246", 1, 1)),
        ("See [the plugin][plugin.name].", ("OTD247", 1, 5)),
        ("See [the plugin][].", ("OTD247", 1, 5)),
        ("See [`a[b]`][c.d].", ("OTD247", 1, 5)),
        ("See ![a picture][nowhere].", ("OTD247", 1, 6)),
        ("| a |\n|---|\n| b [c][d] |", ("OTD247", 3, 5)),
        ("note[^7]", ("OTD247", 1, 5)),
        ("a[^1]\n\n[^1]: b\n[^8]: c", ("OTD248", 4, 1)),
        ("[a]\n\n[a]: /b\n[A]: /c", ("OTD249", 4, 1)),
        ("a[^1]\n\n[^1]: b\n\n[^1]: c", ("OTD249", 3, 1)),
        ("> [!HINWEIS]\n> a", ("OTD250", 1, 3)),
        ("```py whatever\na\n```", ("OTD251", 1, 1)),
        ("import A from '@site/a';\n\nb", ("OTD252", 1, 1)),
        ("export const a = 1;", ("OTD252", 1, 1)),
        ("a {props.name} b", ("OTD252", 1, 3)),
        ("a {/* b */} c", ("OTD252", 1, 3)),
        ("{{< youtube x >}}\n\n`{{< y >}}`", ("OTD256", 1, 1)),
        ("{{% notice %}}\na\n{{% /notice %}}", ("OTD256", 1, 1)),
        (":::note\na", ("OTD257", 1, 1)),
    ],
)
def test_what_is_not_supported_is_reported_at_its_place(
    text: str, expected: tuple[str, int, int], findings: Findings
) -> None:
    assert findings(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n--- ---\n\nb",
        "a\n\n- - -\nb",
        "| a | b |\n| --- | --- |\n| c | d |",
        "| a |\n| --- |\n| c |",
        "a\n---\nb",
        "|x| is a norm",
        "a <!-- #1: include this --> <!-- include --> `<?php a ?>`",
        "Issues #1 and #data, ##1, (@you), [b], [i], [code], 'a' and isn't, rock 'n' roll.",
        "`a <b>`, `a`_x_, _see `<b>`_, `<b>`{.c}, [code](/a/), link: a[b]",
        "> ```\n> a\n> ```\n\n- ~~~\n  a\n  ~~~~\n\n!!! note\n    ```\n    a\n    ```",
        "a[^1]\n\n[^1]: b\n\n    ```\n    c\n    ```",
        "> a\n>\n> --- ---\n>\n> b",
        "```\n| a\n| b\nName  Age\n----  ---\nAnn   12\n```",
        "> ```\n> | a\n> Name  Age\n> ----  ---\n> Ann   12\n> ```",
        "It costs $5 and $10, US$5 or 6$, $HOME/$PATH, $FOO, $1,000-$2,000 and 5$.",
        "At 10:30:45, a:b:c, ratio 1:2:3, see: this, :) and :20: or ::.",
        "C++ and D++, i++ and ++i, a == b, a ==b, x^2+y^2=1, 2^10, ~5 to ~6, a~b, a^b, a--b",
        "arrays a[i][j], [x], [x] [y], [ ][ ], \\[not\\] and \\(not a link\\), 100%% or {a} or {a b}",
        "[//]: # (a comment)\n[//]: # (another)\n\n[a][b]\n\n[b]: /about/\n[b]: /about/",
        "`:material-check:` `[[a]]` `$x$` `{props.x}` `++ctrl++` `==a==` `[a][b]` `[^1]`",
        "    $$\n    a\n    $$\n\n~~~\nimport a from 'b'\n::: note\n[[a]]\n~~~",
        "important: import duties from 'abroad' are paid. Exports, too.",
        "Note: a == b, == and c. #hashtag, #1 and #. Mail @import or @name; ^ up. 5 <% of 6. h2 is a heading.",
        "A table:\n\n| a | b |\n|---|---|\n| + | - |\n\n`{!a!}` `<% b %>` `== c ==`\n\n    #+TITLE: a\n    == b ==",
        ":warning: Mind the step.\n:tada: Done.",
        ":-) and :smile: are fine; image: see below. pre. release. C# and F#. include: all of it, \\alpha.",
        "[[a]](/about/) and [a [b]](/about/) and @name and a@b.example and [a@b.example](mailto:a@b.example)",
        "```js {1,3-5} showLineNumbers title='a.js'\na\n```\n\n```\n;--8<-- 'a'\n```",
    ],
)
def test_what_only_looks_like_it_stays_as_it_is(text: str, findings: Findings) -> None:
    assert findings(text) == []


def test_a_kind_is_reported_once_with_its_number(render: Render) -> None:
    (found,) = render(":material-a: :material-b:\n\n- c :octicons-d:").diagnostics
    assert (found.mark.line, found.mark.column) == (1, 1)
    assert found.message.endswith("; 3 times, also in line 3")


def test_references_without_a_target_are_reported_by_name(render: Render) -> None:
    found = render("[a][x] [b][y]\n\n[c][x]").diagnostics
    assert [(one.mark.column, one.message.partition(";")[0]) for one in found] == [
        (1, "no link is defined for 'x'"),
        (8, "no link is defined for 'y'"),
    ]


def test_no_word_of_the_source_is_lost(render: Render) -> None:
    text = "[[Wiki]] [@cite] ^[note] $math$x^2$ {ref}`role` :dir[ective] [text][label] {props.jsx} {{< a >}}"
    shown = re.sub(r"<[^>]*>", "", "".join(map(str, render(text).blocks)))
    for word in ("Wiki", "cite", "note", "role", "ective", "text", "label", "props.jsx"):
        assert word in shown


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_callouts_of_the_site_have_the_look_and_title_of_its_settings(
    kind: str, render: Render, options: MarkdownOptions
) -> None:
    own = replace(options, callouts={"mine": (kind, "Mind"), "bare": (kind, "")})
    titled = f'<aside class="note note-{kind}" role="note">\n<p class="note-title">'
    assert render("{: .mine }\nText", options=own).blocks == (f"{titled}Mind</p>\n<p>Text</p>\n</aside>\n",)
    assert render("> Own\n>\n> Text\n{: .mine-title }", options=own).blocks == (
        f"{titled}Own</p>\n<p>Text</p>\n</aside>\n",
    )
    assert '<aside class="note' in str(render("{: .bare }\nText", options=own).blocks)
    assert "note-title" not in str(render("{: .bare }\nText", options=own).blocks)


# fmt: off
HOSTILE = [
    "==a ", "==a==", "^^a ", "^a^", "a~b", "{++a ", "{--", "{~~a~>", "{==a==}", "{>>", "++a+", "++", ":a:", ":", ":a",
    ":material-a:", "$a ", "$$a", "$", "\\(a ", "\\[a ", "\\begin{a}", "{a}`", "{/*", "{a.b", "--8<-- ", "%%a ", "^[a",
    " ^a", "<<< a", "![[a", "[[a", "[a][", "[^a", "*[a]: b\n", "*[a", "=== \"a\"\n", ":::note\n", "::: ",
    "[TOC]\n", "^\n", "$$\n", "{:a: .b}\n", "> [!a]\n", "/// a\n", ".. a::\n\n", "import a\n\n", "``` a=\"\n",
    "{{< ", "{{% a", "a\n", "~a~ ", "[see @a", "[@a", "{a:",
]
# fmt: on


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece: str, render: Render) -> None:
    render(piece * (4_000 // len(piece)))
