"""The environment digest, and fingerprints of pages, datasets and lists, which include it.

Assets and data files are rendered in each build and compared by content. Pages, datasets and lists are too many for
that: their fingerprints cover the program, the templates, what these see of the site, and what is their own. A page
whose templates look at more than that, such as at the catalog, has the fingerprint of its content: see `tracing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path

from otdi_site.config import DiscoveredFileConfig, SiteConfig
from otdi_site.fingerprints import SIZE, contents_of, fingerprint, program_fingerprint
from otdi_site.model.catalog import DatasetLink
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Listing, Totals, Value
from otdi_site.model.navigation import Navigation
from otdi_site.model.page import Page
from otdi_site.render.assets import Assets
from otdi_site.render.site import PageContext
from otdi_site.tree import Fence

_VALUE = attrgetter(*Value.__dataclass_fields__)
_TOTALS = attrgetter(*Totals.__dataclass_fields__)
_PAGE = attrgetter(*(field.name for field in fields(Page) if field.name != "document"))


def _templates_of(folders: Iterable[Path]) -> list[bytes]:
    """Templates of any suffix, since templates can include any, in a stable order."""
    return [part for folder in folders for part in (b"", *contents_of(folder, Fence(folder.parent).files(folder)))]


class Fingerprints:
    """Fingerprints of one build."""

    def __init__(
        self, template_folders: Sequence[Path], page_context: PageContext, assets: Assets, metadata_as_of: str | None
    ) -> None:
        contents = [assets.contents[name] for name, path in sorted(assets.paths.items()) if name == path]
        seen = page_context
        self.parts = {
            "the program": program_fingerprint(),
            "templates": fingerprint(*_templates_of(template_folders)),
            # Templates can take in the text of assets whose paths do not tell of a change.
            "assets": fingerprint(repr(sorted(assets.paths.items())).encode(), *contents),
            "the configuration": fingerprint(repr((_without_discovered(seen.config), seen.url, seen.version)).encode()),
            "the navigation": fingerprint(repr((seen.navigation, seen.pages, seen.catalog_address)).encode()),
            "vocabularies": fingerprint(repr(seen.vocabularies).encode()),
        }
        """The parts of the environment, in words, each with its fingerprint."""
        self.base = fingerprint(*self.parts.values())
        # Which pages there are, and not what they are called: 3,000 pages would change with the title of one.
        addresses = repr([page.address for page in seen.pages])
        common = [self.parts[name] for name in ("the program", "templates", "assets")]
        self._page_base = fingerprint(*common, repr(replace(seen, pages=())).encode(), addresses.encode())
        self._list_base = fingerprint(self.base, repr(metadata_as_of).encode())
        self.renderer = self._list_base
        """Of all that a renderer of datasets and lists is made from."""

    def of_dataset(self, dataset: Dataset, related: Sequence[DatasetLink]) -> bytes:
        """Of the page of a dataset of which everything is at hand."""
        return fingerprint(self.base, repr(dataset).encode(), repr(related).encode())

    def of_page(self, page: Page, navigation: Navigation) -> bytes:
        """Of a page of prose whose templates look at nothing but it and what all pages see."""
        document = page.document.made_from or repr(page.document)
        seen = navigation.seen_from(page.address)
        return fingerprint(self._page_base, repr(_PAGE(page)).encode(), document.encode(), repr(seen).encode())

    def of_redirect(self, title: str, address: str) -> bytes:
        """Of a page that leads to another one, on the same condition."""
        return fingerprint(self._page_base, title.encode(), address.encode())

    def of_bulk_row(self, digest: bytes, related: Iterable[bytes]) -> bytes:
        """Of the page of a dataset of which a worker told the digest; `related` are digests of links."""
        return hashlib.blake2b(b"".join((self.base, digest, *related)), digest_size=SIZE).digest()

    def of_listing(self, listing: Listing, siblings: bytes, rows: Iterable[bytes]) -> bytes:
        """Of a list, from the digests of what all lists of its facet have in common and of its rows in their order."""
        facet, value, totals = listing.facet, listing.value, listing.totals
        own = (facet.name, facet.title, listing.number, listing.page_count, *_VALUE(value), *_TOTALS(totals))
        return fingerprint(self._list_base, repr(own).encode(), siblings, b"".join(rows))


def digest_of_link(link: DatasetLink) -> bytes:
    """A digest of a link."""
    return fingerprint(*[text.encode() for text in link])


def _without_discovered(config: SiteConfig) -> SiteConfig:
    """The configuration without files that change every night; their partitions have fingerprints of their own."""
    own = tuple(each for each in config.sources if not isinstance(each, DiscoveredFileConfig))
    return config.model_copy(update={"sources": own})
