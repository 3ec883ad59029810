"""Traces which parts of the site the templates of a page use, while they run.

A page that looks at nothing but itself, its place in the navigation and what all pages see stays the same until one of
these changes. A page that looks further, such as one with a slot that counts datasets, may change with anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.navigation import Navigation
from otdi_site.render.site import Site

Value = TypeVar("Value")
_SEEN_BY_ALL = frozenset({"config", "url", "catalog_address", "vocabularies", "version"})
"""Fields of `PageContext` that are the same in a site, and that no single page changes."""


@dataclass(slots=True)
class Trace:
    """The uses that templates made of the site while they rendered one page, or a part that several pages share."""

    address: str | None = None
    """Of the page; `None` where there is no one page."""
    is_wide: bool = False
    """Whether they used more of the site than every page may."""
    links: dict[str, Mark] = field(default_factory=dict)
    """Where they first linked to each address, those of pages and of single datasets apart."""
    problems: list[Diagnostic] = field(default_factory=list)
    """Problems of the arguments of the page's slots."""

    def add(self, other: Trace) -> None:
        """Adds the uses of a part."""
        self.is_wide = self.is_wide or other.is_wide
        for address, mark in other.links.items():
            self.links.setdefault(address, mark)


Current = Callable[[], Trace]
"""The trace of what is rendered now."""


class TracedSite:
    """The site as the templates of pages see it."""

    def __init__(self, site: Site, current: Current) -> None:
        self._site = site
        self._current = current
        self._navigation = TracedNavigation(site.navigation, current)

    def __getattr__(self, name: str) -> Any:
        if name == "navigation":
            return self._navigation
        if name not in _SEEN_BY_ALL:
            self._current().is_wide = True
        return getattr(self._site, name)

    def __repr__(self) -> str:
        self._current().is_wide = True
        return repr(self._site)


class TracedNavigation:
    """The navigation as the templates of pages see it."""

    def __init__(self, navigation: Navigation, current: Current) -> None:
        self._current = current
        self._navigation = navigation
        self.top = navigation.top
        self.top_count = navigation.top_count
        self.sections = _OfPage(navigation.sections, current)
        self.breadcrumbs = _OfPage(navigation.breadcrumbs, current)
        self.children = _OfPage(navigation.children, current)
        self.neighbours = _OfPage(navigation.neighbours, current)

    def __getattr__(self, name: str) -> Any:
        self._current().is_wide = True
        return getattr(self._navigation, name)

    def __repr__(self) -> str:
        self._current().is_wide = True
        return repr(self._navigation)


class _OfPage(Mapping[str, Value]):
    """A mapping of the navigation by page: each page may use its own value."""

    def __init__(self, values: Mapping[str, Value], current: Current) -> None:
        self._values = values
        self._current = current

    def __getitem__(self, address: str) -> Value:
        trace = self._current()
        trace.is_wide = trace.is_wide or address != trace.address
        return self._values[address]

    def __iter__(self) -> Iterator[str]:
        self._current().is_wide = True
        return iter(self._values)

    def __len__(self) -> int:
        self._current().is_wide = True
        return len(self._values)
