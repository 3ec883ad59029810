"""Checks that links of pages lead to published files. Links to other hosts are not followed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from otdi_site.diagnostics import Diagnostic, error
from otdi_site.model.markdown import Link
from otdi_site.model.page import Page
from otdi_site.urls import file_of_address

_MOST_OFFERS = 50
"""Wrong addresses for which a near one is looked for: each look goes through all pages."""
_LONGEST_OFFER = 300


class _IdCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and (name == "id" or (name == "name" and tag == "a")):
                self.ids.add(value)


def find_ids(html: str) -> frozenset[str]:
    """The ids of a page, at which a link may point."""
    collector = _IdCollector()
    collector.feed(html)
    return frozenset(collector.ids)


class _Checker:
    def __init__(
        self,
        published: Collection[str],
        ids_of: Callable[[str], frozenset[str] | None],
        withheld: Mapping[str, str],
        excuse: Callable[[str], bool],
    ) -> None:
        self._published = published
        self._ids_of = ids_of
        self._withheld = withheld
        self._excuse = excuse
        self._offers = 0
        # Looking through the addresses of a large catalog takes a while: once for each wrong address.
        self._nearest_addresses = cache(self._find_nearest_addresses)

    def check(self, address: str, link: Link) -> Diagnostic | None:
        """The problem of a link of the page at `address`."""
        try:
            parts = urlsplit(link.target)
        except ValueError as problem:
            message = f"{link.target!r} is no address: {problem}"
            return error("OTD206", link.mark, message, "correct the address")
        path = file_of_address(unicodedata.normalize("NFC", unquote(parts.path)) if parts.path else address)
        if path not in self._published and f"{path}/index.html" in self._published:
            path = f"{path}/index.html"
        if path not in self._published:
            if self._excuse(path):
                return None
            known = self._find_withheld(path)
            help = known or _offer(self._nearest_addresses(path)) or "correct the address, or add the page"
            return error("OTD206", link.mark, f"{link.target!r} leads to nothing on this site", help)
        # Text to be found and marked by the browser (https://wicg.github.io/scroll-to-text-fragment/).
        fragment = unquote(parts.fragment).partition(":~:")[0]
        ids = self._ids_of(path) if fragment and fragment.lower() != "top" else None
        if ids is None or fragment in ids:
            return None
        near = get_close_matches(fragment, sorted(ids), n=3, cutoff=0.5)
        help = _offer([f"#{each}" for each in near]) or "name a heading of that page"
        return error("OTD207", link.mark, f"{link.target!r}: the page has no place {fragment!r}", help)

    def _find_withheld(self, path: str) -> str | None:
        """Why there is nothing at a path, nor in a folder around it."""
        known: str | None = None
        while path and known is None:
            known = self._withheld.get(path) or self._withheld.get(f"{path}/index.html")
            path = path.rpartition("/")[0]
        return known

    def _find_nearest_addresses(self, path: str) -> list[str]:
        self._offers += 1
        if self._offers > _MOST_OFFERS or len(path) > _LONGEST_OFFER:
            return []
        found = (f"/{file.removesuffix('index.html')}" for file in self._published if file.endswith(".html"))
        addresses = {address.casefold(): address for address in found}
        wrong = f"/{path.removesuffix('index.html')}".casefold()
        return [addresses[near] for near in get_close_matches(wrong, addresses, n=3, cutoff=0.5)]


def _offer(near: Sequence[str]) -> str | None:
    return f"did you mean {' or '.join(near)}?" if near else None


def find_fragment_targets(pages: Iterable[Page], others: Iterable[str] = ()) -> frozenset[str]:
    """Paths of the files into which links of pages lead: to find the place, their content is needed."""
    links = [(page.address, link.target) for page in pages for link in page.document.links]
    targets = set()
    for page, target in [*links, *(("/", other) for other in others)]:
        if "#" in target and target.startswith(("/", "#")) and not target.startswith("//"):
            with suppress(ValueError):  # which is reported when the link is checked
                targets.add(file_of_address(unquote(urlsplit(target).path) or page))
    return frozenset(targets)


def _is_here(link: Link) -> bool:
    return link.target.startswith(("/", "#")) and not link.target.startswith("//")


def check_links(
    pages: Iterable[Page],
    published: Collection[str],
    ids_of: Callable[[str], frozenset[str] | None],
    withheld: Mapping[str, str] | None = None,
    others: Iterable[Link] = (),
    excuse: Callable[[str], bool] = lambda path: False,
) -> list[Diagnostic]:
    """Links of pages to addresses and places that are not there.

    `published` are the paths of all files below the output folder; `ids_of` gives the ids of a
    published page, or `None` where they cannot be known. `withheld` says of paths why nothing is published there.
    `others` are links that templates and ``site.yaml`` make. `excuse` tells of a path that it may be missing.
    """
    checker = _Checker(published, ids_of, withheld or {}, excuse)
    of_pages = ((page.address, link) for page in pages for link in page.document.links)
    found = (
        checker.check(address, link)
        for address, link in [*of_pages, *(("/", link) for link in others)]
        if _is_here(link)
    )
    return [problem for problem in found if problem is not None]
