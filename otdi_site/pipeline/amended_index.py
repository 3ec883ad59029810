"""The browser's index made from the published one after texts were edited; it must not publish."""

from __future__ import annotations

from collections.abc import Sequence

from otdi_site.model.catalog import Summary
from otdi_site.pipeline.catalog_index import (
    FOLDER,
    INDEX_FILE,
    fingerprint_of_index,
    index_options,
    recall_index,
    remember_index,
)
from otdi_site.pipeline.fingerprints import fingerprint
from otdi_site.pipeline.memory import Memory, OwnDataset
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.unfit import UnfitError
from otdi_site.render import Site


class AmendedIndex:
    """Made for the first page that asks for it."""

    def __init__(self, request: Request, site: Site, memory: Memory, own: Sequence[OwnDataset]) -> None:
        """`own` are the site's own datasets as they are now."""
        self._cache = request.cache / INDEX_FILE
        self._folder = request.output / FOLDER
        self._site = site
        self._memory = memory
        self._own = own
        self._made_from = b""
        self._fingerprints: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        """Contents of those that the published index has not, by path."""
        self.dropped: frozenset[str] = frozenset()
        """Paths of those that only the published index has."""

    @property
    def is_asked_for(self) -> bool:
        return bool(self._fingerprints)

    def find_head(self) -> str:
        """The path of the head. Raises `UnfitError` where the whole index must be made."""
        if not self._fingerprints:
            self._make()
        return next(reversed(self._fingerprints))

    def remember(self) -> None:
        """Tells the next build which files there are."""
        if self.files or self.dropped:
            remember_index(self._cache, self._made_from, self._fingerprints)

    def _make(self) -> None:
        memory, site = self._memory, self._site
        if memory.index is None:
            raise UnfitError
        imported = bytes.fromhex(memory.index)
        known = recall_index(self._cache, fingerprint_of_index(site, imported, map(_indexed, memory.own)))
        if not known:
            raise UnfitError
        self._made_from = fingerprint_of_index(site, imported, map(_indexed, self._own))
        self._fingerprints = known
        from otdi_site.index.browser import Change, patch_index  # which takes as long to import as all pages to read

        changes = [
            (after.position, Change(before.summary, before.text, after.summary, after.text))
            for before, after in zip(memory.own, self._own, strict=True)
            if _indexed(before) != _indexed(after)
        ]
        if not changes:
            return
        head = next(reversed(known)).removeprefix(f"{FOLDER}/")
        patch = patch_index(lambda path: (self._folder / path).read_bytes(), head, changes, **index_options(site))
        if patch is None:
            raise UnfitError
        self.files = {f"{FOLDER}/{file.path}": file.content for file in patch.files}
        self.dropped = frozenset(f"{FOLDER}/{path}" for path in patch.dropped)
        kept = {path: own for path, own in known.items() if path not in self.dropped and path not in self.files}
        self._fingerprints = kept | {path: fingerprint(content) for path, content in self.files.items()}


def _indexed(own: OwnDataset) -> tuple[int, Summary, str]:
    """What the index is made from, of one dataset."""
    return own.position, own.summary, own.text
