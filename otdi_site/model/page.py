"""Pages of prose, made from Markdown files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Document


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    source: str
    """Its file, relative to the site's root, such as ``content/contribute.md``."""
    address: str
    """Such as ``/contribute/``."""
    title: str
    description: str
    """One sentence for search engines and previews."""
    layout: str
    """Template ``pages/<layout>.html``."""
    nav_order: float | str | None
    """Smaller stands first, numbers before text; pages without one stand last, by title."""
    parent: str | None
    """Title of the parent page (as in Just the Docs); `None` takes the folder above."""
    grand_parent: str | None
    """Title of the parent's parent: decides between two pages with the title of the parent."""
    ancestor: str | None
    """Title of any page above: decides likewise."""
    is_in_navigation: bool
    has_contents: bool
    """Whether a table of contents is shown."""
    last_modified: str | None
    """ISO 8601 date, from the front matter or git; `None` where neither knows."""
    redirect_from: tuple[str, ...]
    """Old addresses that lead here."""
    redirect_to: str | None
    """An address or URL that the page only leads to; `None` for a page with a text."""
    document: Document
    marks: Mapping[str, Mark]
    """Place of each front matter field."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as others link to it."""

    title: str
    address: str
