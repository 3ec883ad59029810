"""A page of a site that is published under a sub-path."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otdi_site.model.markdown import Document, Slot
from otdi_site.source.markdown import MarkdownOptions, address_of_source, render_markdown

OPTIONS = MarkdownOptions(
    base_path="/sub/",
    site_host="site.example",
    site_variables={"title": "Title & co", "description": "What it is", "url": "https://site.example"},
    slots=frozenset({"card-fields", "contact", "domains"}),
)
PATH = "content/guide/page.md"
PAGES = frozenset({"content/about.md", "content/index.md", "content/guide/index.md", PATH})


def resolve(path: str) -> str | None:
    return address_of_source(path) if path in PAGES else None


def render_page(text: str, *, first_line: int = 1, options: MarkdownOptions = OPTIONS) -> Document:
    return render_markdown(
        text,
        path=PATH,
        first_line=first_line,
        page_address="/guide/page/",
        source_path=PATH,
        options=options,
        resolve=resolve,
    )


def html_of(document: Document) -> str:
    """Everything of a document that a page shows, slots as processing instructions."""
    blocks = [
        f"<?slot {block.name} {dict(block.arguments)}?>\n" if isinstance(block, Slot) else block
        for block in document.blocks
    ]
    leading = [f"{document.leading_heading}\n"] if document.leading_heading else []
    return "".join([*leading, *blocks])


def findings_of(document: Document) -> list[tuple[str, int, int]]:
    """Code, line and column of each diagnostic."""
    return [(found.code, found.mark.line, found.mark.column) for found in document.diagnostics]


@pytest.fixture
def options() -> MarkdownOptions:
    return OPTIONS


@pytest.fixture
def render() -> Callable[..., Document]:
    return render_page


@pytest.fixture
def html() -> Callable[[str], str]:
    """HTML of Markdown that has no problems."""

    def html_without_findings(text: str) -> str:
        document = render_page(text)
        assert document.diagnostics == ()
        return html_of(document)

    return html_without_findings


@pytest.fixture
def findings() -> Callable[[str], list[tuple[str, int, int]]]:
    return lambda text: findings_of(render_page(text))
