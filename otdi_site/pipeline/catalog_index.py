"""Plans the files of the browser's index, and makes or patches those whose content changes.

Which files an index has is kept in the build state, with a fingerprint of all that it was made from::

    index   {"made_from": "0a1b…", "search": "4e5f…",
             "files": [["assets/catalog/rows/0a1b2c3d4e5f.bin", "2c3d…"], …]}

The last file is the head. ``search`` tells whether the files of the search can be kept though others change: it is a
fingerprint of all names and texts in rank order.
"""

from __future__ import annotations

import json
import os
import pickle
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypedDict

from otdi_site.bulk import POSITION_BITS, PartitionSummaries, position_of
from otdi_site.diagnostics import Mark
from otdi_site.executors import TaskPools, result_of
from otdi_site.fingerprints import fingerprint, program_fingerprint
from otdi_site.model.catalog import Summary
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.artifacts import ArtifactSpec
from otdi_site.pipeline.catalog import RecalledCatalog, WholeCatalog
from otdi_site.pipeline.partitions import save_context
from otdi_site.pipeline.spool import PartitionFiles
from otdi_site.pipeline.state import OwnDataset
from otdi_site.publish import os_errors_as_diagnostics
from otdi_site.render import Site
from otdi_site.store import Store

FOLDER = "assets/catalog"
"""Where the index is published."""
INDEX = "index"
"""The name of its record in the build state."""
_WORTH_WORKER = 2_000
"""Datasets from which on it pays to have the index made by another process."""

Files = dict[str, bytes]
"""The fingerprint of each file of an index by path, the head last."""
Own = tuple[int, Summary, str]
"""A dataset of an entry or live metadata: place in rank order, summary, and whole description."""


class KnownSearch(NamedTuple):
    """The search of the published index, where names, texts and their order did not change."""

    head: dict[str, object]
    """Its part of the head."""
    paths: tuple[str, ...]
    """Of its files, below `FOLDER`."""


class MadeIndex(NamedTuple):
    """The files that a task made."""

    files: list[tuple[str, bytes, int, int]]
    """Of each its path, its fingerprint, and its place in the spool, the head last."""
    has_known_search: bool
    """Whether the files of the search are those of the published index, and not among `files`."""


class IndexOptions(TypedDict):
    """The settings that an index depends on, beside vocabularies and datasets."""

    rows_shown: int
    seen_on: str | None


@dataclass(frozen=True, slots=True)
class IndexTask:
    """All that an index is made from."""

    partitions: tuple[Path, ...]
    """Folders of the bulk files' partitions."""
    order: array[int]
    """References of all datasets in rank order; those of `own` count as the partition after the last."""
    own: tuple[tuple[Summary, str], ...]
    vocabularies: Vocabularies
    options: IndexOptions
    spool: Path
    """Where the files are written, one after the other."""
    mark_of_cache: Mark
    search: KnownSearch | None = None
    """The search that need not be made."""


def index_options(site: Site) -> IndexOptions:
    """Those of a site."""
    return {
        "rows_shown": site.config.catalog.rows_per_page,
        "seen_on": site.metadata_as_of and site.metadata_as_of[:10],
    }


def write_catalog_index(task_file: Path) -> MadeIndex:
    """Makes the files of an index."""
    from otdi_site.index.browser import Search, write_index  # which takes as long to import as all pages to read

    # The build that started this task wrote the file.
    task: IndexTask = pickle.loads(task_file.read_bytes())
    found: list[tuple[str, bytes, int, int]] = []
    seen: set[str] = set()
    search = Search() if task.search is None else Search(task.search.head)
    with os_errors_as_diagnostics(task.mark_of_cache, is_cache=True), task.spool.open("wb") as spool:
        for file in write_index(_datasets(task), task.vocabularies, **task.options, search=search):
            path = f"{FOLDER}/{file.path}"
            if path in seen:  # the same bytes under the same name
                continue
            seen.add(path)
            found.append((path, fingerprint(file.content), spool.tell(), len(file.content)))
            spool.write(file.content)
    return MadeIndex(found, task.search is not None)


def _datasets(task: IndexTask) -> Iterator[tuple[Summary, str]]:
    """Summaries and whole descriptions in rank order."""
    share: dict[object, object] = {}
    summaries, texts = [], []
    for folder in task.partitions:
        files, partition, chunk = PartitionFiles(folder), PartitionSummaries(0), 0
        while files.read_chunk(chunk, partition, share):
            chunk += 1
        summaries.append(partition.summaries)
        texts.append(files.texts("descriptions"))
    try:
        for reference in task.order:
            number, position = reference >> POSITION_BITS, position_of(reference)
            if number == len(summaries):
                yield task.own[position]
            else:
                yield summaries[number][position], texts[number].at(position).decode()
    finally:
        for each in texts:
            each.close()


class CatalogIndex:
    """The index of one site, for the first page that asks for it."""

    def __init__(self, store: Store | None) -> None:
        """`store` knows of the published index."""
        self._store = store
        self._made_from = b""
        self._search: str | None = None
        """Fingerprint of all that the search is made from."""
        self.files: Files = {}
        """Empty until somebody asks for the head."""
        self.dropped: frozenset[str] = frozenset()
        """Paths of files that only the published index has, where not all are planned."""
        self.bulk: bytes | None = None
        """Fingerprint of its bulk datasets; `None` where nobody asked for the index."""

    def find_head(self) -> str:
        """The path of the file that names all others. Raises `WorkerError`."""
        raise NotImplementedError

    def specs(self) -> Iterator[ArtifactSpec]:
        """The files that must be published, if somebody asked for the index."""
        raise NotImplementedError

    def content(self, path: str) -> bytes:
        """The bytes of one of them."""
        raise NotImplementedError

    def record(self) -> dict[str, bytes]:
        """Records for the build state."""
        if not self.files:
            return {}
        files = [[path, own.hex()] for path, own in self.files.items()]
        document = {"made_from": self._made_from.hex(), "search": self._search, "files": files}
        return {INDEX: json.dumps(document).encode()}

    def _recall(self, made_from: bytes | None) -> Files | None:
        """The files of the published index, if that was made from the same; `None` for `made_from` asks for any."""
        try:
            known = json.loads((self._store and self._store.record(INDEX)) or b"{}")
            if made_from is None or known["made_from"] == made_from.hex():
                search = known["search"]
                self._search = None if search is None else str(search)
                return {str(path): bytes.fromhex(own) for path, own in known["files"]} or None
        except (ValueError, LookupError, TypeError):
            pass  # absent or damaged: the files are made
        return None


def render_index_file(index: CatalogIndex, path: str) -> bytes:
    """A file of the index."""
    return index.content(path)


class NoIndex(CatalogIndex):
    """That of a site which is only checked: it has a name, and no files."""

    def find_head(self) -> str:
        return f"{FOLDER}/head.json"

    def specs(self) -> Iterator[ArtifactSpec]:
        return iter(())


class WholeIndex(CatalogIndex):
    """Made from all datasets, or known from the last build."""

    def __init__(
        self,
        store: Store | None,
        catalog: WholeCatalog,
        own: Sequence[Own],
        folder: Path,
        output: Path,
        pools: TaskPools,
        mark: Mark,
    ) -> None:
        """`own` are the datasets of entries and live metadata; `folder` is where tasks find files.

        `output` is the folder of the published site.
        """
        super().__init__(store)
        site, bulk = catalog.site, catalog.bulk
        places = {summary.address: place for place, (_, summary, _) in enumerate(own)}
        after_last = len(catalog.partitions) << POSITION_BITS
        order, parts = array("Q"), []
        for summary in site.catalog.summaries:
            reference = bulk.references.get(summary.address)
            if reference is None:
                order.append(after_last | places[summary.address])
            else:
                order.append(reference)
                partition = bulk.partitions[reference >> POSITION_BITS]
                parts.append(summary.address.encode() + partition.digests[position_of(reference)])
        self._bulk = fingerprint(*parts)
        self._site = site
        self._own = own
        self._spool = folder / "index"
        self._output = output / FOLDER
        self._task = IndexTask(
            tuple(each.folder for each in catalog.partitions),
            order,
            tuple((summary, text) for _, summary, text in own),
            site.vocabularies,
            index_options(site),
            self._spool,
            mark,
        )
        self._folder = folder
        self._pools = pools
        self._places: dict[str, tuple[int, int]] = {}
        """Of each file, its offset in the spool and its size; empty until they are made."""
        self._future: Future[MadeIndex] | None = None

    @cached_property
    def _known(self) -> Files | None:
        self._made_from = fingerprint_of_index(self._site, self._bulk, self._own)
        return self._recall(self._made_from)

    @cached_property
    def _published(self) -> Files:
        """The files of the published index that are those of the new one, too, if it has its search."""
        known = self._recall(None) or {}
        made_from = fingerprint_of_search(self._site, self._bulk, self._own)
        if self._search != made_from:
            self._search = made_from
            return {}
        from otdi_site.index.browser import CannotPatchError, published_search

        head = next(reversed(known), "").removeprefix(f"{FOLDER}/")
        try:
            search, paths = published_search(lambda path: (self._output / path).read_bytes(), head)
            files = {path: known[path] for path in (f"{FOLDER}/{path}" for path in paths)}
        except (CannotPatchError, OSError, ValueError, LookupError, TypeError, zlib.error):
            return {}  # damaged: the files are made
        self._task = replace(self._task, search=KnownSearch(search, paths))
        return files

    def start(self) -> None:
        """Has a large index made meanwhile by another process, if there is a page that will ask for it."""
        is_large = len(self._task.order) >= _WORTH_WORKER
        if is_large and self._known is None and any(page.layout == "catalog" for page in self._site.pages):
            self._submit()

    def _submit(self) -> None:
        _ = self._published  # which completes the task
        file = save_context(self._folder, self._task, self._task.mark_of_cache)
        tasks = self._pools.get(is_worth=len(self._task.order) >= _WORTH_WORKER)
        self._future = tasks.submit(write_catalog_index, file)

    def find_head(self) -> str:
        if not self.files:
            self.bulk = self._bulk
            self.files = self._known or self._make()
        return next(reversed(self.files))

    def _make(self) -> Files:
        if self._future is None:
            self._submit()
        assert self._future is not None
        made = result_of(self._future)
        self._places = {path: (offset, size) for path, _, offset, size in made.files}
        return (self._published if made.has_known_search else {}) | {path: own for path, own, _, _ in made.files}

    def specs(self) -> Iterator[ArtifactSpec]:
        for path, own in self.files.items():
            yield ArtifactSpec(path, "index", own, render_index_file, (path,))

    def content(self, path: str) -> bytes:
        if not self._places:
            self._make()
        if path not in self._places:  # a file of the published search that is gone
            self._task, self._future = replace(self._task, search=None), None
            self._make()
        offset, size = self._places[path]
        with self._spool.open("rb") as spool:
            return os.pread(spool.fileno(), size, offset)


class PatchedIndex(CatalogIndex):
    """Made from the published index after texts were edited."""

    def __init__(self, store: Store, recalled: RecalledCatalog, output: Path) -> None:
        super().__init__(store)
        self._recalled = recalled
        self._output = output / FOLDER
        self._new: dict[str, bytes] = {}
        self.is_impossible = False
        """Whether the whole index must be made."""

    def find_head(self) -> str:
        if not (self.files or self.is_impossible):
            self._patch()
        return next(reversed(self.files), f"{FOLDER}/head.json")

    def _patch(self) -> None:
        record, site, own = self._recalled.record, self._recalled.site, self._recalled.own
        known = None
        if record.index is not None:
            self.bulk = bytes.fromhex(record.index)
            known = self._recall(fingerprint_of_index(site, self.bulk, map(_indexed, record.own)))
        if known is None or self.bulk is None:
            self.is_impossible = True
            return
        self._made_from = fingerprint_of_index(site, self.bulk, map(_indexed, own))
        if self._search is not None:  # facets did not change
            self._search = fingerprint_of_search(site, self.bulk, map(_indexed, own))
        self.files = known
        from otdi_site.index.browser import Change, patch_index  # which takes as long to import as all pages to read

        changes = [
            (after.position, Change(before.summary, before.text, after.summary, after.text))
            for before, after in zip(record.own, own, strict=True)
            if _indexed(before) != _indexed(after)
        ]
        if not changes:
            return
        head = next(reversed(known)).removeprefix(f"{FOLDER}/")
        patch = patch_index(lambda path: (self._output / path).read_bytes(), head, changes, **index_options(site))
        if patch is None:
            self.is_impossible, self.files = True, {}
            return
        self._new = {f"{FOLDER}/{file.path}": file.content for file in patch.files}
        self.dropped = frozenset(f"{FOLDER}/{path}" for path in patch.dropped)
        kept = {path: own for path, own in known.items() if path not in self.dropped and path not in self._new}
        self.files = kept | {path: fingerprint(content) for path, content in self._new.items()}

    def specs(self) -> Iterator[ArtifactSpec]:
        for path in self._new:
            yield ArtifactSpec(path, "index", self.files[path], render_index_file, (path,))

    def content(self, path: str) -> bytes:
        return self._new[path]


def fingerprint_of_index(site: Site, bulk: bytes, own: Iterable[Own]) -> bytes:
    """Of all that the index is made from: `bulk` is that of the bulk datasets."""
    return fingerprint(
        program_fingerprint(),
        zlib.ZLIB_RUNTIME_VERSION.encode(),
        repr((site.vocabularies, site.config.sources, index_options(site))).encode(),
        bulk,
        *(repr(each).encode() for each in own),
    )


def fingerprint_of_search(site: Site, bulk: bytes, own: Iterable[Own]) -> str:
    """Of all that the files of the search are made from, besides facets; `bulk` is that of the bulk datasets."""
    texts = [(place, each.id, each.title, each.publisher_title, text) for place, each, text in own]
    return fingerprint(
        program_fingerprint(),
        zlib.ZLIB_RUNTIME_VERSION.encode(),
        repr((site.vocabularies, site.config.sources)).encode(),
        bulk,
        *(repr(each).encode() for each in texts),
    ).hex()


def _indexed(own: OwnDataset) -> Own:
    """The part of one dataset that the index is made from."""
    return own.position, own.summary, own.text
