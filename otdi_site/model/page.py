"""Pages of prose: what a Markdown file becomes, and how pages stand to each other; it must not read or render."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    nav_order: float | None
    parent: str | None
    """Title of the parent page (as in Just the Docs); `None` takes the folder above."""
    is_in_navigation: bool
    has_contents: bool
    """Whether a table of contents is shown."""
    last_modified: str | None
    """ISO 8601 date, from the front matter or git; `None` where neither knows."""
    redirect_from: tuple[str, ...]
    """Old addresses that lead here."""
    document: Document
    marks: Mapping[str, Mark]
    """Place of each front matter field."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as others link to it."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class NavigationNode:
    """A page with the pages below it."""

    title: str
    address: str
    children: tuple[NavigationNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Navigation:
    """How pages stand to each other."""

    top: tuple[NavigationNode, ...] = ()
    breadcrumbs: Mapping[str, tuple[PageLink, ...]] = field(default_factory=dict)
    """By address: the pages above, home first, without the page itself."""
    sequence: tuple[PageLink, ...] = ()
    """Pages in reading order, for previous and next."""

    def neighbours(self, address: str) -> tuple[PageLink | None, PageLink | None]:
        """The pages before and after `address` in reading order."""
        for index, link in enumerate(self.sequence):
            if link.address == address:
                before = self.sequence[index - 1] if index else None
                after = self.sequence[index + 1] if index + 1 < len(self.sequence) else None
                return before, after
        return None, None


def _order(page: Page) -> tuple[bool, float, str, str]:
    return (page.nav_order is None, page.nav_order or 0.0, page.title.casefold(), page.address)


def _parent_address(page: Page, pages: Mapping[str, Page], by_title: Mapping[str, str]) -> str | None:
    if page.parent is not None and by_title.get(page.parent.casefold()) not in (None, page.address):
        return by_title[page.parent.casefold()]
    folder = page.address.rstrip("/").rpartition("/")[0]
    while folder:
        if f"{folder}/" in pages:
            return f"{folder}/"
        folder = folder.rpartition("/")[0]
    return None


def build_navigation(pages: Sequence[Page]) -> Navigation:
    """Navigation of `pages`: by `nav_order`, then title; children by `parent` or by folder.

    Pages that name each other as parents would never be reached: they stand at the top instead.
    """
    by_address = {page.address: page for page in pages}
    ordered = sorted(pages, key=_order)
    shown = [page for page in ordered if page.is_in_navigation and page.address != "/"]
    by_title = {page.title.casefold(): page.address for page in reversed(ordered)}
    parents = {page.address: _parent_address(page, by_address, by_title) for page in pages}

    def ancestors(address: str) -> list[str]:
        chain: list[str] = []
        parent = parents.get(address)
        while parent is not None and parent not in chain and parent != address:
            chain.append(parent)
            parent = parents.get(parent)
        return [] if parent is not None else chain

    children: dict[str | None, list[Page]] = {}
    for page in shown:
        chain = [above for above in ancestors(page.address) if by_address[above].is_in_navigation]
        children.setdefault(chain[0] if chain and chain[0] != "/" else None, []).append(page)

    def node(page: Page) -> NavigationNode:
        return NavigationNode(page.title, page.address, tuple(map(node, children.get(page.address, ()))))

    def flatten(nodes: Sequence[NavigationNode]) -> list[PageLink]:
        return [link for each in nodes for link in (PageLink(each.title, each.address), *flatten(each.children))]

    home = (PageLink(by_address["/"].title, "/"),) if "/" in by_address else ()
    breadcrumbs = {
        page.address: (
            *(home if page.address != "/" else ()),
            *(PageLink(by_address[a].title, a) for a in reversed(ancestors(page.address)) if a != "/"),
        )
        for page in pages
    }
    top = tuple(map(node, children.get(None, ())))
    return Navigation(top, breadcrumbs, (*home, *flatten(top)))
