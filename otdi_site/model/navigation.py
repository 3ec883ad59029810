"""The navigation: parents, order, breadcrumbs and neighbours of pages, in time linear in their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from otdi_site.model.page import Page, PageLink

TOP_LIMIT = 30
"""Pages that the header of every page shows at most."""
CHILDREN_LIMIT = 100
"""Pages below a page that it lists at most."""
DEPTH_LIMIT = 20
"""Pages above a page that its breadcrumbs show at most: the nearest, and the home page."""


@dataclass(frozen=True, slots=True)
class Children:
    """The pages below a page."""

    shown: tuple[PageLink, ...]
    """The first `CHILDREN_LIMIT`."""
    more: int
    """How many are not shown."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """How pages stand to each other."""

    top: tuple[PageLink, ...] = ()
    """Pages of the header, at most `TOP_LIMIT`."""
    top_count: int = 0
    """How many pages stand at the top, shown or not."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """By address of a page, the address of the page at the top that it stands below or is."""
    breadcrumbs: Mapping[str, tuple[PageLink, ...]] = field(default_factory=dict)
    """By address: the pages above, home first, without the page itself."""
    children: Mapping[str, Children] = field(default_factory=dict)
    """By address of a page that has some."""
    neighbours: Mapping[str, tuple[PageLink | None, PageLink | None]] = field(default_factory=dict)
    """By address, the pages before and after in reading order; pages outside the navigation have none."""

    @property
    def header(self) -> Navigation:
        """The part that pages of datasets and lists see: nothing that changes with a page further down."""
        return Navigation(self.top)

    def seen_from(self, address: str) -> tuple[object, ...]:
        """The navigation of the page at an address, besides the header."""
        parts = (self.sections, self.breadcrumbs, self.children, self.neighbours)
        return (self.top_count, *(part.get(address) for part in parts))


@dataclass(frozen=True, slots=True)
class Parents:
    """Which page each page stands below."""

    by_address: Mapping[str, str | None]
    """`None` at the top, and for pages of a ring."""
    rings: frozenset[str]
    """Addresses of pages that stand below themselves."""
    ambiguous: Mapping[str, tuple[Page, ...]]
    """By address of a page, the pages that have the title of its parent where nothing decides between them."""


def find_parents(pages: Sequence[Page]) -> Parents:
    """Parents by `parent`, `grand_parent` and `ancestor`, else by folder.

    Of several pages with the title of the parent, that below `grand_parent` or `ancestor` is meant, else the one whose
    folder holds the page. Where neither decides, the first in order is taken.
    """
    by_address = {page.address: page for page in pages}
    by_title: dict[str, list[Page]] = {}
    for page in sorted(pages, key=order_of_page):
        by_title.setdefault(page.title.casefold(), []).append(page)
    parents: dict[str, str | None] = {}
    waiting: list[tuple[Page, list[Page]]] = []
    for page in pages:
        named = by_title.get(page.parent.casefold(), []) if page.parent is not None else []
        others = [each for each in named if each.address != page.address]
        if len(others) > 1:
            waiting.append((page, others))
        parents[page.address] = others[0].address if others else _folder_of(page, by_address)
        if named and not others:
            parents[page.address] = page.address
    ambiguous: dict[str, tuple[Page, ...]] = {}
    for page, candidates in waiting:
        left = _choose(page, candidates, parents, by_address)
        parents[page.address] = left[0].address
        if len(left) > 1:
            ambiguous[page.address] = tuple(left)
    rings, lost = _find_rings(parents)
    return Parents({address: None if address in lost else parents[address] for address in parents}, rings, ambiguous)


def _folder_of(page: Page, by_address: Mapping[str, Page]) -> str | None:
    folder = page.address.rstrip("/").rpartition("/")[0]
    while folder:
        if f"{folder}/" in by_address:
            return f"{folder}/"
        folder = folder.rpartition("/")[0]
    return None


def _choose(
    page: Page, candidates: list[Page], parents: Mapping[str, str | None], by_address: Mapping[str, Page]
) -> list[Page]:
    """Those of some pages of one title that may be the parent of `page`."""

    def titles_above(candidate: Page) -> Iterator[str]:
        address = parents[candidate.address]
        if candidate.parent is not None:  # which may be one of several too
            yield candidate.parent.casefold()
        seen = {candidate.address}
        while address is not None and address not in seen and len(seen) <= DEPTH_LIMIT:
            yield by_address[address].title.casefold()
            seen.add(address)
            address = parents[address]

    left = candidates
    if page.grand_parent is not None:
        wanted = page.grand_parent.casefold()
        left = [each for each in left if next(titles_above(each), None) == wanted] or left
    if page.ancestor is not None and len(left) > 1:
        wanted = page.ancestor.casefold()
        left = [each for each in left if wanted in titles_above(each)] or left
    if len(left) > 1:
        around = [each for each in left if page.address.startswith(each.address)]
        left = [max(around, key=lambda each: len(each.address))] if around else left
    return left


def _find_rings(parents: Mapping[str, str | None]) -> tuple[frozenset[str], frozenset[str]]:
    """Pages that stand below themselves, and all that stand below one of these or are one."""
    rings: set[str] = set()
    lost: set[str] = set()
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = parents[at]
        if at in path:
            walked = list(path)
            rings.update(walked[walked.index(at) :])
            lost.update(path)
        elif at in lost:
            lost.update(path)
        done.update(path)
    return frozenset(rings), frozenset(lost)


def order_of_page(page: Page) -> tuple[int, float, str, str, str]:
    """By `nav_order`, numbers before text, then by title."""
    order = page.nav_order
    kind = 2 if order is None else 1 if isinstance(order, str) else 0
    number, text = (0.0, order.casefold()) if isinstance(order, str) else (order or 0.0, "")
    return kind, number, text, page.title.casefold(), page.address


def build_navigation(pages: Sequence[Page]) -> Navigation:
    """Navigation of `pages`: by `nav_order`, then title; children by `parent` or by folder.

    Pages that name each other as parents would never be reached: they stand at the top instead.
    """
    by_address = {page.address: page for page in pages}
    parents = find_parents(pages).by_address
    links = {page.address: PageLink(page.title, page.address) for page in pages}
    # Of a page, the nearest above it that the navigation shows; the home page is shown by itself.
    above: dict[str, str | None] = {}
    for page in pages:
        passed = []
        at = parents[page.address]
        while at is not None and at != "/" and at not in above and not by_address[at].is_in_navigation:
            passed.append(at)
            at = parents[at]
        if at == "/":
            at = None
        elif at is not None and not by_address[at].is_in_navigation:
            at = above[at]
        above.update(dict.fromkeys([page.address, *passed], at))
    below: dict[str | None, list[PageLink]] = {}
    for page in sorted(pages, key=order_of_page):
        if page.is_in_navigation and page.address != "/":
            below.setdefault(above[page.address], []).append(links[page.address])
    top = below.get(None, [])
    sequence: list[PageLink] = [links["/"]] if "/" in links else []
    sections = {link.address: link.address for link in sequence}
    waiting = top[::-1]
    while waiting:
        link = waiting.pop()
        sequence.append(link)
        parent = above[link.address]
        sections[link.address] = link.address if parent is None else sections[parent]
        waiting += below.get(link.address, [])[::-1]
    for address, parent in above.items():  # pages outside the navigation
        if address not in sections:
            sections[address] = sections.get(parent, "") if parent is not None else ""
    around = zip([None, *sequence], sequence, [*sequence[1:], None], strict=False)
    home = (links["/"],) if "/" in links else ()
    return Navigation(
        top=tuple(top[:TOP_LIMIT]),
        top_count=len(top),
        sections=sections,
        breadcrumbs={
            page.address: (*home, *_ancestors(page.address, parents, links)) if page.address != "/" else ()
            for page in pages
        },
        children={
            address: Children(tuple(children[:CHILDREN_LIMIT]), max(0, len(children) - CHILDREN_LIMIT))
            for address, children in below.items()
            if address is not None
        },
        neighbours={link.address: (before, after) for before, link, after in around},
    )


def _ancestors(address: str, parents: Mapping[str, str | None], links: Mapping[str, PageLink]) -> list[PageLink]:
    """Pages above, the highest first, without the home page."""
    found: list[PageLink] = []
    parent = parents[address]
    while parent is not None and len(found) < DEPTH_LIMIT:
        if parent != "/":
            found.append(links[parent])
        parent = parents[parent]
    return found[::-1]
