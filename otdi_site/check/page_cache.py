"""The ids and links of rendered pages, kept between builds so that links are checked without rendering again.

One JSON object for each page whose templates used nothing but the page::

    {"made_from": "0f3c…", "links": [["/feed.xml", "templates/pages/page.html", 9, 0]], "ids": ["main", "us"]}

``made_from`` is its fingerprint, ``links`` what templates linked to and where they did, and ``ids`` are the places in
the page; null where no link leads to one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from otdi_site.check.links import find_ids
from otdi_site.diagnostics import Mark


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """The ids and links of a page, valid while its fingerprint is the same."""

    made_from: bytes
    links: Mapping[str, Mark]
    ids: frozenset[str] | None = None

    def encode(self) -> bytes:
        """The bytes of the record."""
        links = [[address, mark.path, mark.line, mark.column] for address, mark in self.links.items()]
        ids = None if self.ids is None else sorted(self.ids)
        return json.dumps({"made_from": self.made_from.hex(), "links": links, "ids": ids}).encode()

    @classmethod
    def decode(cls, content: bytes) -> RenderedPage | None:
        """Reads the record; `None` where it is damaged."""
        try:
            known = json.loads(content)
            ids = known["ids"]
            links = {address: Mark(path, line, column) for address, path, line, column in known["links"]}
            return cls(bytes.fromhex(known["made_from"]), links, None if ids is None else frozenset(ids))
        except (ValueError, LookupError, TypeError):
            return None


class PageCache:
    """Rendered pages by path. `new` and `dropped` are what to keep of them for the next build."""

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        """`kept` is what builds before found out."""
        self._kept = kept or {}
        self._pages: dict[str, RenderedPage] = {}
        """The pages as this build makes them."""
        self._ids: dict[str, frozenset[str]] = {}
        """Of all pages that were asked for, cached or not."""

    @property
    def new(self) -> dict[str, bytes]:
        """Pages of which something else is known now."""
        encoded = {path: page.encode() for path, page in self._pages.items()}
        return {path: content for path, content in encoded.items() if self._kept.get(path) != content}

    @property
    def dropped(self) -> set[str]:
        """Paths at which there is no such page any more."""
        return self._kept.keys() - self._pages.keys()

    @property
    def with_ids(self) -> frozenset[str]:
        """Paths of the pages whose places are known."""
        return frozenset(path for path, page in self._pages.items() if page.ids is not None)

    def find(self, path: str, made_from: bytes) -> RenderedPage | None:
        """The kept ids and links of the page at `path`, if its fingerprint is the same."""
        page = RenderedPage.decode(self._kept.get(path, b""))
        if page is None or page.made_from != made_from:
            return None
        self._pages[path] = page
        return page

    def add(self, path: str, made_from: bytes, links: Mapping[str, Mark]) -> None:
        """A page that was rendered."""
        self._pages[path] = RenderedPage(made_from, links)

    def ids_of(self, path: str, read: Callable[[], bytes | None]) -> frozenset[str] | None:
        """The places in a page that this build has; `read` gives its content, or `None` where it cannot be known."""
        page = self._pages.get(path)
        if page is not None and page.ids is not None:
            return page.ids
        if path not in self._ids:
            content = read() if path.endswith(".html") else None
            if content is None:
                return None
            self._ids[path] = find_ids(content.decode())
            if page is not None:
                self._pages[path] = replace(page, ids=self._ids[path])
        return self._ids[path]
