from __future__ import annotations

import pytest

from otdi_site.source.markdown import MarkdownOptions, render_markdown
from otdi_site.source.markdown.html_links import replace_addresses

OPTIONS = MarkdownOptions(base_path="/sub/", site_host="example.org", site_variables={}, slots=frozenset())


def render(text: str) -> tuple[str, list[str]]:
    document = render_markdown(
        text, path="a.md", first_line=1, page_address="/more/deep/", source_path="content/more/deep.md", options=OPTIONS
    )
    return "".join(str(block) for block in document.blocks), [link.target for link in document.links]


@pytest.mark.parametrize(
    ("written", "shown", "targets"),
    [
        ('<img src="../a.svg" srcset="../b.svg">', '<img src="/sub/a.svg" srcset="/sub/b.svg">', ["/a.svg", "/b.svg"]),
        (
            '<source srcset="../a.png, /b.png 2x,\n c.png 100w">',
            '<source srcset="/sub/a.png, /sub/b.png 2x,\n /sub/more/c.png 100w">',
            ["/a.png", "/b.png", "/more/c.png"],
        ),
        ('<object data="../a.svg"></object>', '<object data="/sub/a.svg"></object>', ["/a.svg"]),
        (
            "<video poster='/p.png' src=/v.mp4></video>",
            '<video poster="/sub/p.png" src="/sub/v.mp4"></video>',
            ["/p.png", "/v.mp4"],
        ),
        ('<track src="/t.vtt">', '<track src="/sub/t.vtt">', ["/t.vtt"]),
        ('<svg><use href="/i.svg#x"/></svg>', '<svg><use href="/sub/i.svg#x"/></svg>', ["/i.svg#x"]),
        ('<svg><use xlink:href="/i.svg"/></svg>', '<svg><use xlink:href="/sub/i.svg"/></svg>', ["/i.svg"]),
        ('<blockquote cite="/about/">x</blockquote>', '<blockquote cite="/sub/about/">x</blockquote>', ["/about/"]),
        ('<form action="/catalog/"></form>', '<form action="/sub/catalog/"></form>', ["/catalog/"]),
        ('<script src="/x.js"></script>', '<script src="/sub/x.js"></script>', ["/x.js"]),
        ('<link imagesrcset="/a.png 2x">', '<link imagesrcset="/sub/a.png 2x">', ["/a.png"]),
        ('<p data="/x" cite="/y" data-src="/z">x</p>', '<p data="/x" cite="/y" data-src="/z">x</p>', []),
    ],
)
def test_every_attribute_that_is_an_address_gets_the_base_path(written: str, shown: str, targets: list[str]) -> None:
    html, links = render(f"<div>\n{written}\n</div>\n")
    assert html == f"<div>\n{shown}\n</div>\n"
    assert sorted(links) == sorted(targets)


def test_text_that_only_looks_like_links_is_left_alone() -> None:
    text = '<div>\n<script>a = \'<img src="/x.png">\'</script>\n<!-- <img src="/x.png"> -->\n</div>\n'
    assert render(text) == (text, [])


@pytest.mark.parametrize(
    "value", ["", " ", ",", "a", "a, b", "a 1x,b 2x", "  a  1x , , b", "a 1x, ", "a,", "\na\t2x,\n", ",,a"]
)
def test_a_list_of_images_keeps_its_shape(value: str) -> None:
    assert replace_addresses("srcset", value, lambda address: address) == value
    assert replace_addresses("srcset", value, lambda address: address.upper()) == value.replace("a", "A").replace(
        "b", "B"
    )
