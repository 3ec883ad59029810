"""The plain text of a page is what a reader sees of it."""

from __future__ import annotations

from collections.abc import Callable

from otdi_site.model.markdown import Document


def test_text_has_a_line_for_each_block(render: Callable[..., Document]) -> None:
    text = """# Title

First *paragraph*,
second line with `code` and a [link](/x) ![of an image](/y.png).

> [!NOTE]
> A note.

* TOC
{:toc}

## Heading

| a | b |
|---|---|
| 1 | {{ site.title }} |

```
code block
```

<div>Some <b>HTML</b> &amp; <script>var x = 1;</script></div>

:::{slot} domains
:::
"""
    assert render(text).text.split("\n") == [
        "First paragraph, second line with code and a link of an image.",
        "A note.",
        "Heading",
        "a",
        "b",
        "1",
        "Title & co",
        "Some HTML &",
    ]


def test_a_page_without_text_has_none(render: Callable[..., Document]) -> None:
    assert render("") == Document()
    assert render("\n \n\t\n") == Document()
