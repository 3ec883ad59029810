"""What the many files of a site were made from, as fingerprints: equal ones need not be made again; it must not render.

Assets and files of data are few, are made each time, and are compared by content. Pages, datasets and lists are many:
their fingerprints cover the tool, the templates, what these see of the site, and what is their own. Of a page that
looks at more than that, such as at the catalog, nobody asks for the fingerprint: see `render/tracing.py`.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from pathlib import Path

from otdi_site.model.catalog import DatasetLink
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Listing, Totals, Value
from otdi_site.model.navigation import Navigation
from otdi_site.model.page import Page
from otdi_site.render import Assets, Surroundings
from otdi_site.store import FINGERPRINT_SIZE
from otdi_site.tree import Fence

_VALUE = attrgetter(*Value.__dataclass_fields__)
_TOTALS = attrgetter(*Totals.__dataclass_fields__)
_PAGE = attrgetter(*(field.name for field in fields(Page) if field.name != "document"))
_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = Path(sysconfig.get_path("purelib"))


def fingerprint(*parts: bytes) -> bytes:
    """Of some bytes in their order; where one ends and the next begins matters."""
    digest = hashlib.blake2b(digest_size=FINGERPRINT_SIZE)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


@cache
def tool_fingerprint() -> bytes:
    """Of Python, the libraries' versions and the program's own text: its version would hide a developer's change."""
    libraries: list[str] = []
    with suppress(OSError):  # none is installed there
        libraries = sorted(file.name for file in _LIBRARIES.glob("*.dist-info"))
    versions = repr((sys.version, libraries)).encode()
    return fingerprint(versions, *_contents_of(_PACKAGE, sorted(_PACKAGE.rglob("*.py"))))


def _contents_of(folder: Path, files: Iterable[Path]) -> list[bytes]:
    """Paths and contents of files of a folder."""
    return [part for file in files for part in (file.relative_to(folder).as_posix().encode(), file.read_bytes())]


def _templates_of(folders: Iterable[Path]) -> list[bytes]:
    """Templates of any ending, since templates can include any, in a stable order."""
    return [part for folder in folders for part in (b"", *_contents_of(folder, Fence(folder.parent).files(folder)))]


class Fingerprints:
    """Fingerprints of one build."""

    def __init__(
        self, template_folders: Sequence[Path], surroundings: Surroundings, assets: Assets, metadata_as_of: str | None
    ) -> None:
        common = fingerprint(
            tool_fingerprint(),
            *_templates_of(template_folders),
            *(f"{name} {path}".encode() for name, path in sorted(assets.paths.items())),
            # Templates can take in their text, and their paths do not tell of a change.
            *(assets.contents[name] for name, path in sorted(assets.paths.items()) if name == path),
        )
        self.base = fingerprint(common, repr(surroundings).encode())
        # Which pages there are, and not what they are called: 3,000 pages would change with the title of one.
        addresses = repr([page.address for page in surroundings.pages])
        self._page_base = fingerprint(common, repr(replace(surroundings, pages=())).encode(), addresses.encode())
        self._list_base = fingerprint(self.base, repr(metadata_as_of).encode())

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
        return hashlib.blake2b(b"".join((self.base, digest, *related)), digest_size=FINGERPRINT_SIZE).digest()

    def of_listing(self, listing: Listing, siblings: bytes, rows: Iterable[bytes]) -> bytes:
        """Of a list, from the digests of what all lists of its facet have in common and of its rows in their order."""
        facet, value, totals = listing.facet, listing.value, listing.totals
        own = (facet.name, facet.title, listing.number, listing.page_count, *_VALUE(value), *_TOTALS(totals))
        return fingerprint(self._list_base, repr(own).encode(), siblings, b"".join(rows))


def digest_of_link(link: DatasetLink) -> bytes:
    """What tells one link from another."""
    return fingerprint(*[text.encode() for text in link])
