"""A Markdown document after parsing: HTML blocks, headings, links and slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from otdi_site.diagnostics import Diagnostic, Mark


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page and the id that links to it."""

    level: int
    """1 only for the leading heading, 2 to 6 for every other."""
    id: str
    """Unique in the page's body; GitHub's rule, or what the author gave."""
    text: str
    """Without markup."""
    is_listed: bool = True
    """Whether a table of contents shows it: not the leading heading, nor one marked ``{: .no_toc}``."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image of a page."""

    target: str
    """A site address without the base path, such as ``/contribute/#form``; or, for all else, the URL itself.

    Percent-encoded as in the HTML. A link to a place in the same page holds the page's address too.
    """
    mark: Mark
    """Where the link begins: its ``[``, ``![``, ``<`` or first character."""
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a page that a template fills from data."""

    name: str
    """Of the template that fills it."""
    arguments: Mapping[str, str | bool | int | float]
    """By name, in the order written."""
    mark: Mark
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False)
    """Place of each argument's value, by name."""


@dataclass(frozen=True, slots=True)
class Document:
    """The body of a page."""

    blocks: tuple[str | Slot, ...] = ()
    """HTML and slots in order. A slot may stand inside an element, so that only the whole is balanced."""
    leading_heading: str | None = None
    """The complete ``<h1 id="…">…</h1>`` that the body begins with, which stands in `headings` but not in
    `blocks`; `None` where the page's title is to be its heading."""
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    """In the order of the source, links of raw HTML included."""
    text: str = ""
    """Without markup: a line for each block, without the leading heading, code and titles of notes."""
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    made_from: str = field(default="", compare=False)
    """Digest of all that determines it; empty where nobody made one."""
