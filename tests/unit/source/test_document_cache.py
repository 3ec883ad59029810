"""Documents that are known already: the same as read again, and only while all that they were made from is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest

from otdi_site.model.markdown import Document
from otdi_site.model.page import Page
from otdi_site.source.document_cache import DocumentCache
from otdi_site.source.markdown import MarkdownOptions
from otdi_site.source.pages import Content, read_content

PROJECT = Path(__file__).parents[3]
OPTIONS = MarkdownOptions("/sub/", "example.org", {"title": "Water"}, frozenset({"changes", "browse"}))
PAGE = """\
---
title: Tides
---
# Tides *and* waves

See [more](more.md), [us](../about.md#us), <https://example.org/sub/about/> and ![](tide.png) of {{ site.title }}.

## Waves {#waves}

:::{slot} changes
count: 3
is_long: false
share: .5
word: "\\ud800é"
:::

> [!NOTE]
> Text with a footnote.[^1]

[^1]: Its text.

??? unknown
"""
FILES = {"index.md": "---\ntitle: Home\n---\nHi.\n", "about.md": "# About\n\n## Us\n", "sea/tides.md": PAGE}


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "content" / path).write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def read(
    root: Path, kept: Mapping[str, bytes] | None = None, options: MarkdownOptions = OPTIONS, made_with: bytes = b"1"
) -> tuple[Content, DocumentCache]:
    cache = DocumentCache(kept, made_with)
    return read_content(root, options, {}, documents=cache), cache


def whole(document: Document) -> list[object]:
    """Every field, of slots also those that do not count when they are compared."""
    slots = [(block.marks, list(block.arguments)) for block in document.blocks if not isinstance(block, str)]
    return [*(getattr(document, field.name) for field in fields(document)), slots]


def page(content: Content, path: str) -> Page:
    return next(page for page in content.pages if page.source == f"content/{path}")


def test_a_known_document_is_the_one_that_was_read(root: Path) -> None:
    first, cache = read(root)
    assert {diagnostic.code for diagnostic in first.diagnostics} >= {"OTD234"}
    again, second = read(root, cache.new)
    assert second.new == {}
    assert second.dropped == set()
    assert again == first  # diagnostics included
    assert [whole(page.document) for page in again.pages] == [whole(page.document) for page in first.pages]


def test_pages_of_the_project_are_the_same_from_the_cache() -> None:
    slots = frozenset(file.stem for file in (PROJECT / "templates" / "slots").glob("*.html"))
    options = replace(OPTIONS, slots=slots)
    first, cache = read(PROJECT, options=options)
    again, second = read(PROJECT, cache.new, options)
    assert (again, second.new) == (first, {})
    assert [whole(page.document) for page in again.pages] == [whole(page.document) for page in first.pages]


def test_only_an_edited_page_is_read_again(root: Path) -> None:
    kept = read(root)[1].new
    write(root, {"about.md": "# About\n\n## We\n"})
    content, cache = read(root, kept)
    assert list(cache.new) == ["content/about.md"]
    assert [heading.id for heading in page(content, "about.md").document.headings] == ["about", "we"]


def test_a_page_moves_where_a_comment_above_it_grows(root: Path) -> None:
    """Its text is the same, and stands on other lines."""
    kept = read(root)[1].new
    write(root, {"sea/tides.md": PAGE.replace("title: Tides\n", "title: Tides\nnav_order: 1\n")})
    content, _ = read(root, kept)
    assert content.diagnostics == read(root)[0].diagnostics


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("about.md", "---\npermalink: /we/\n---\n# About\n\n## Us\n"),
        ("sea/more.md", "---\npermalink: /waves/\n---\n# More\n"),
    ],
)
def test_a_link_to_a_file_follows_its_page(root: Path, path: str, text: str) -> None:
    kept = read(root)[1].new
    write(root, {path: text})
    content, _ = read(root, kept)
    assert page(content, "sea/tides.md").document == page(read(root)[0], "sea/tides.md").document
    gone = root / "content" / path
    kept = read(root)[1].new
    gone.unlink()
    content, cache = read(root, kept)
    assert page(content, "sea/tides.md").document == page(read(root)[0], "sea/tides.md").document
    assert cache.dropped == {f"content/{path}"}


@pytest.mark.parametrize(
    "options",
    [
        replace(OPTIONS, base_path="/other/"),
        replace(OPTIONS, site_host="example.net"),
        replace(OPTIONS, site_variables={"title": "Land"}),
        replace(OPTIONS, slots=frozenset({"browse"})),
        replace(OPTIONS, callouts={"sea": ("note", "Sea")}),
    ],
    ids=["base path", "host", "variable", "slot", "callout"],
)
def test_what_the_settings_say_is_read_anew(root: Path, options: MarkdownOptions) -> None:
    content, cache = read(root, read(root)[1].new, options)
    assert content == read(root, options=options)[0]
    assert len(cache.new) == len(FILES)


def test_another_program_reads_all_anew(root: Path) -> None:
    assert len(read(root, read(root)[1].new, made_with=b"2")[1].new) == len(FILES)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b'{"made_from": 1, "resolved": {}}'])
def test_what_is_damaged_is_read_anew(root: Path, damage: bytes) -> None:
    content, cache = read(root, dict.fromkeys(read(root)[1].new, damage))
    assert content == read(root)[0]
    assert len(cache.new) == len(FILES)
