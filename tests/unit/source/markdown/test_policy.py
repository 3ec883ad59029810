"""What the pages' content security policy refuses is reported at its place, and the two say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from otdi_site.model.markdown import Document
from otdi_site.source.markdown.html_tags import find_tags
from otdi_site.source.markdown.policy import POLICY

TEMPLATES = Path(__file__).parents[4] / "templates"
Findings = Callable[[str], list[tuple[str, int, int]]]
Render = Callable[..., Document]


@pytest.mark.parametrize(
    ("variables", "further"),
    [({}, {}), ({"connect_to": "https://hub.example/"}, {"connect-src": "'self' https://hub.example/"})],
)
def test_the_table_and_the_template_state_one_policy(variables: dict[str, str], further: dict[str, str]) -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    head = environment.get_template("partials/policies.html").render(variables)
    match = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', head)
    assert match is not None
    directives = (directive.partition(" ")[::2] for directive in match.group(1).split(";"))
    assert dict(directives) == {**POLICY, **further}


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("a ![Logo](https://img.example.org/a.png)", "OTD254", 3),
        ("a ![Logo](//img.example.org/a.png)", "OTD254", 3),
        ("a ![Logo][logo]\n\n[logo]: https://img.example.org/a.png", "OTD254", 3),
        ("[![Logo](https://img.example.org/a.png)](https://example.org/)", "OTD254", 2),
        ("<img alt='' src='https://x.example/a.png'>", "OTD254", 13),
        ("<img alt='' src='{{ \"https://x.example/\" }}a.png'>", "OTD254", 13),
        ("<img alt='' srcset='/a.png 1x, https://x.example/b.png 2x'>", "OTD254", 13),
        ("a <picture><source srcset=https://x.example/b.png><img alt='' src=/a.png></picture>", "OTD254", 20),
        ("<video poster='https://x.example/a.jpg'></video>", "OTD254", 8),
        ("<audio src='https://x.example/a.mp3'></audio>", "OTD254", 8),
        ("<IFRAME SRC='https://x.example/'></IFRAME>", "OTD254", 9),
        ("<object data='https://x.example/a.swf'></object>", "OTD254", 9),
        ("<embed src='https://x.example/a.swf'>", "OTD254", 8),
        ("<script src='https://x.example/a.js'></script>", "OTD254", 9),
        ("<link rel=stylesheet href=https://x.example/a.css>", "OTD254", 22),
        ("<form action='https://x.example/'></form>", "OTD254", 7),
        ("<button formaction='https://x.example/'>Go</button>", "OTD254", 9),
        ("<svg><use href='https://x.example/a.svg#b'/></svg>", "OTD254", 11),
        ("<svg><image xlink:href='https://x.example/a.png'/></svg>", "OTD254", 13),
        ("<p style='color: red'>a</p>", "OTD255", 4),
        ("a <b\n  STYLE=x>b</b>", "OTD255", 3),
        ("<style>p { color: red }</style>", "OTD255", 1),
        ("<script>alert(1)</script>", "OTD255", 1),
        ("<script type=module>alert(1)</script>", "OTD255", 1),
        ("<a href='#' onclick='go()'>b</a>", "OTD255", 13),
        ("<svg onload=go()></svg>", "OTD255", 6),
        ("<base href='/x/'>", "OTD255", 1),
        ("<meta http-equiv=refresh content='1'>", "OTD255", 7),
        ("a\n{: style='x'}", "OTD255", 4),
        ("[a](/about/){: .b onclick='x'}", "OTD255", 19),
        ("> - <p style=x>b</p>", "OTD255", 8),
    ],
)
def test_what_is_refused_is_reported_at_its_place(text: str, code: str, column: int, render: Render) -> None:
    (found,) = render(text, first_line=4).diagnostics
    line = 4 + (1 if "\n" in text and code == "OTD255" else 0)
    assert (found.code, found.mark.line, found.mark.column) == (code, line, column)
    assert found.help


@pytest.mark.parametrize(
    "text",
    [
        "![Logo](/img/a.png) ![Logo](https://site.example/img/a.png)",
        "[a](https://example.org/) <a href='https://example.org/'>a</a>",
        "<img alt='' src='a.png' srcset='/a.png 1x, b.png 2x'> <link rel=canonical href=https://example.org/>",
        '<script type="application/ld+json">{"a": "<p style=x onclick=y>"}</script>',
        "<!-- <p style=x><script>a</script> -->",
        "`<p style=x>`\n\n<div><textarea><p style=x></textarea></div>",
        "```html\n<p style=x>\n```",
        "<p title='style=x onclick=y' data-style=x on=z>a</p>",
        "| a | b |\n|:-:|--:|\n| 1 | 2 |",
        "<p title='Data: 1'>a</p> <q cite='https://example.org/'>a</q>",
    ],
)
def test_what_is_not_refused_is_not_reported(text: str, findings: Findings) -> None:
    assert findings(text) == []


def test_what_recurs_is_reported_once_with_its_number(render: Render) -> None:
    (found,) = render("<b style=x>a</b>\n\n<p style='y'>b</p>\n\n- <i style=z>c</i>").diagnostics
    assert (found.mark.line, found.mark.column) == (1, 4)
    assert found.message.endswith("; 3 times, also in lines 3, 5")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "&#x6A;&#x61;vascript:alert(1)",
        "javascript&colon;alert(1)",
        "&#106avascript:alert(1)",
        "java&NewLine;script&#0058;alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize(
    "tag", ["a href", "area href", "form action", "button formaction", "iframe src", "object data", "svg><a xlink:href"]
)
def test_schemes_that_are_not_allowed_are_errors_and_taken_out(tag: str, target: str, render: Render) -> None:
    document = render(f'<{tag}="{target}">x')
    errors = {found.code for found in document.diagnostics if found.severity.value == "error"}
    assert errors - {"OTD237"} == {"OTD233"}
    assert target not in "".join(map(str, document.blocks))
    assert "x" in document.text


def test_addresses_in_animations_and_refreshes_are_looked_at(findings: Findings) -> None:
    assert findings("<svg><animate attributeName=href values='/a;javascript:alert(1)'/></svg>") == [("OTD233", 1, 34)]
    assert findings("<meta http-equiv=refresh content='0;url=javascript:x'>") == [("OTD255", 1, 7), ("OTD233", 1, 26)]


def test_each_address_that_is_not_allowed_has_its_place(findings: Findings) -> None:
    assert findings("<a href='data:x'>a</a>\n<a href='data:x'>a</a>") == [("OTD233", 1, 4), ("OTD233", 2, 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Tabs>\n<TabItem value='a'>text</TabItem>\n</Tabs>", [("OTD253", 1, 1), ("OTD253", 2, 1)]),
        ("use <your-name> here", [("OTD253", 1, 5)]),
        ("<foo>a</foo> <foo>", [("OTD253", 1, 1)]),
        ("<my-chart data='x'>a</my-chart> <svg><path/><linearGradient/></svg> <DIV></DIV>", []),
    ],
)
def test_elements_that_html_does_not_have_are_reported(
    text: str, expected: list[tuple[str, int, int]], findings: Findings
) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    "piece", ["<a ", "<a b='", '<a b="', "<a b=", "<!--", "<script>", "</", "<a b c='d'>", "<p style=x>\n", "<a\n"]
)
def test_tags_of_a_megabyte_are_found_in_one_pass(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert sum(1 for _ in find_tags(text)) <= len(text)
