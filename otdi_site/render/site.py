"""The view of the site that templates see, and the files that rendering returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from otdi_site.config import SiteConfig
from otdi_site.model.catalog import Catalog
from otdi_site.model.changes import Change
from otdi_site.model.listing import Facet
from otdi_site.model.navigation import Navigation
from otdi_site.model.page import Page, PageLink
from otdi_site.model.redirects import Move
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import BaseUrl


@dataclass(frozen=True, slots=True)
class Refusal:
    """Datasets of one source that are not listed, for one reason."""

    source: str
    """Name of the bulk file; empty for entries and live metadata."""
    as_of: str | None
    """ISO 8601 date as of which the source speaks."""
    reason: str
    """In words."""
    count: int


@dataclass(frozen=True, slots=True)
class Site:
    """One site, read and merged."""

    config: SiteConfig
    url: BaseUrl
    """Where it is published; ``--base-url`` has been applied."""
    navigation: Navigation
    pages: tuple[Page, ...]
    catalog: Catalog
    facets: tuple[Facet, ...]
    vocabularies: Vocabularies
    metadata_as_of: str | None
    """ISO 8601 UTC time of the newest live metadata; `None` where there is none."""
    version: str
    """Version of the tool."""
    changes: tuple[Change, ...] = ()
    """The newest changes of the catalog, newest first."""
    moves: tuple[Move, ...] = ()
    """Old addresses of renamed datasets."""
    refusals: tuple[Refusal, ...] = ()
    """By source, the most frequent reason first."""

    @property
    def catalog_address(self) -> str | None:
        """Where the page of layout ``catalog`` is; `None` where the site has none."""
        return find_catalog(self.pages)


@dataclass(frozen=True, slots=True)
class PageContext:
    """The part of the site that a dataset's page, and its row in lists, see.

    Nothing that changes with other datasets or with the text of a page: 100,000 files would change with it.
    """

    config: SiteConfig
    url: BaseUrl
    navigation: Navigation
    """Its header alone."""
    pages: tuple[PageLink, ...]
    catalog_address: str | None
    vocabularies: Vocabularies
    version: str

    @classmethod
    def of(cls, site: Site) -> PageContext:
        return cls.of_pages(site.config, site.url, site.pages, site.navigation, site.vocabularies, site.version)

    @classmethod
    def of_pages(
        cls,
        config: SiteConfig,
        url: BaseUrl,
        pages: Sequence[Page],
        navigation: Navigation,
        vocabularies: Vocabularies,
        version: str,
    ) -> PageContext:
        links = tuple(PageLink(page.title, page.address) for page in pages)
        return cls(config, url, navigation.header, links, find_catalog(pages), vocabularies, version)


def find_catalog(pages: Sequence[Page]) -> str | None:
    """The address of the catalog's page, the first where there are several."""
    return next((page.address for page in pages if page.layout == "catalog" and page.redirect_to is None), None)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of the published site."""

    path: str
    """Below the output folder, such as ``datasets/servicenow/repliqa.html``."""
    kind: Literal["asset", "data", "page", "list", "dataset"]
    content: bytes


def source_url(config: SiteConfig, path: str, action: str) -> str | None:
    """A file of the site in its repository, ``blob`` to read or ``edit`` to change; `None` without a repository."""
    if config.repository is None:
        return None
    return f"{config.repository.url.rstrip('/')}/{action}/{quote(config.repository.branch)}/{quote(path)}"
