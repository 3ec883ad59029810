"""The short way of a build after texts were edited: makes just what shows them; it must not take it where more changed.

A catalog may have 100,000 datasets from imported files, and a maintainer edits the text of one entry or of a page.
While the same datasets have the same values in the same order, no list, count or order changes, and what the last build
remembered of the catalog is enough. Whatever does not fit leaves the work to the long way, which looks at everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from otdi_site.bulk import BulkCatalog
from otdi_site.check import check_links
from otdi_site.diagnostics import Diagnostic, has_errors
from otdi_site.model.catalog import Catalog, Summary, facts_stated
from otdi_site.model.changes import find_changes
from otdi_site.model.dataset import Dataset
from otdi_site.model.merge import merge_catalog
from otdi_site.model.redirects import find_moves
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.addresses import ADDRESSES, Addresses, describe_lost
from otdi_site.pipeline.amended_index import AmendedIndex
from otdi_site.pipeline.early import Early
from otdi_site.pipeline.fingerprints import fingerprint
from otdi_site.pipeline.last_build import forget
from otdi_site.pipeline.memory import CATALOG, Memory, OwnDataset, OwnList, Remembered, decode_facets, name_of_list
from otdi_site.pipeline.page_cache import PageCache
from otdi_site.pipeline.partitions import digest_of_row
from otdi_site.pipeline.publishing import Changes, check_limits, may_pass_limits, may_stay, write_manifest
from otdi_site.pipeline.rendering import Rendering
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources, asset_folders, make_site
from otdi_site.pipeline.unfit import UnfitError
from otdi_site.publish import MANIFEST, Manifest
from otdi_site.render import Codes, Site, load_assets
from otdi_site.store import Artifact, StoreError
from otdi_site.urls import file_of_address


@dataclass(slots=True)
class Made:
    """Files that were made."""

    contents: dict[str, bytes] = field(default_factory=dict)
    fingerprints: dict[str, bytes] = field(default_factory=dict)
    """Of what each was made from."""
    remembered: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: str, content: bytes | Diagnostic, made_from: bytes) -> None:
        if isinstance(content, Diagnostic):  # other pages may have the same trouble: the long way tells of all
            raise UnfitError
        self.contents[path] = content
        self.fingerprints[path] = made_from


class Amendment:
    """A build that may be short."""

    def __init__(
        self,
        request: Request,
        early: Early,
        memory: Memory,
        codes: Codes,
        pages: PageCache,
        before: Manifest,
        after: Manifest,
    ) -> None:
        """`codes` is what is compiled of the templates, `pages` what is known of pages; they grow.

        The manifests are of published and new site.
        """
        self._request = request
        self._codes = codes
        self._pages = pages
        self._publication = early.publication
        self._store = early.store
        self._looking = early.looking
        self.memory = memory
        self._before = before
        self._after = after

    def complete(
        self, sources: Sources, snapshot: Snapshot, found: Sequence[Diagnostic]
    ) -> tuple[Changes | None, list[Diagnostic]]:
        """Publishes the site, unless there is an error; tells further diagnostics than `found`, those of reading.

        Raises `UnfitError`, with nothing done, where the long way must be gone.
        """
        memory = self.memory
        if has_errors(found) or sorted(hub_id.lower() for hub_id in sources.hub_ids) != list(memory.hub_ids):
            raise UnfitError
        assets, problems = load_assets(asset_folders(self._request.root), sources.config.selection)
        described = {row.id.lower(): row for row in memory.described}
        merged, of_entries = merge_catalog(sources.entries, snapshot, sources.vocabularies, described)
        site, own = self._read(sources, snapshot, merged)
        rendering = Rendering(
            self._request, sources, site, assets, BulkCatalog(), None, self._codes, self._pages, has_index=True
        )
        if rendering.fingerprints.base.hex() != memory.base or rendering.addresses() != list(memory.addresses):
            raise UnfitError
        made = Made()
        self._make_datasets(rendering, own, made)
        index = AmendedIndex(self._request, site, memory, own)
        few = list(rendering.few(index.find_head))
        if rendering.diagnostics or rendering.failed or index.is_asked_for != (memory.index is not None):
            raise UnfitError
        if [file.path for file in few] != list(memory.few):
            raise UnfitError
        known = self._find(file.path for file in few)
        for file in few:
            if file.path not in known or known[file.path].fingerprint != file.made_from:
                made.add(file.path, file.make() if file.content is None else file.content, file.made_from)
        for path, content in index.files.items():
            made.add(path, content, fingerprint(content))
        lost = describe_lost(
            Addresses.decode(self._store.recall(ADDRESSES)), (*site.catalog.datasets, *site.catalog.former)
        )
        diagnostics = [*problems, *of_entries, *lost, *memory.diagnostics]
        if self._looking.trees is None:
            raise UnfitError
        self._looking.paths.hidden = self._before.kept | {MANIFEST}
        diagnostics += check_links(
            sources.pages,
            self._looking.paths,
            partial(self._ids_of, made, rendering.wanted),
            sources.withheld,
            rendering.links(),
        )
        if has_errors([*found, *diagnostics], strict=self._request.strict):
            return None, diagnostics
        changes = self._publish(made, index, replace(memory, own=own))
        return changes, diagnostics + changes.diagnostics

    def _read(
        self, sources: Sources, snapshot: Snapshot, merged: Sequence[Dataset]
    ) -> tuple[Site, tuple[OwnDataset, ...]]:
        """The site, and its own datasets, which differ from the remembered ones in nothing but text."""
        memory, catalog = self.memory, Catalog.of(merged)
        if len(catalog.datasets) != len(memory.own):
            raise UnfitError
        own = []
        for dataset, summary, before in zip(catalog.datasets, catalog.summaries, memory.own, strict=True):
            text = dataset.description.value if dataset.description else ""
            after = replace(before, summary=summary, stated=facts_stated(dataset), text=text)
            if not after.is_alike(before):
                raise UnfitError
            own.append(after)
        known = {**memory.shown, **{each.position: each.summary for each in own}}
        catalog = Catalog(
            datasets=catalog.datasets,
            summaries=Remembered(memory.datasets, partial(_summary_at, known)),
            former=catalog.former,
            coverage=memory.coverage,
            newest=tuple(known[position] for position in memory.newest),
        )
        changes, moves = find_changes(catalog, snapshot), find_moves(catalog, snapshot)
        return make_site(sources, snapshot, catalog, decode_facets(self._recall), changes, moves), tuple(own)

    def _make_datasets(self, rendering: Rendering, own: Sequence[OwnDataset], made: Made) -> None:
        """Pages of the site's own datasets that changed, and the lists in which they look different."""
        renderer, fingerprints, catalog = rendering.renderer, rendering.fingerprints, rendering.site.catalog
        known = self._find(file_of_address(dataset.address) for dataset in catalog.datasets)
        lists: dict[str, OwnList] = {}
        for dataset, before, after in zip(catalog.datasets, self.memory.own, own, strict=True):
            path = file_of_address(dataset.address)
            made_from = fingerprints.of_dataset(dataset, after.related)
            if path not in known or known[path].fingerprint != made_from:
                made.add(path, renderer.render_dataset(dataset, after.related), made_from)
            if before.summary == after.summary:
                continue
            row = renderer.render_row(after.summary)
            if isinstance(row, Diagnostic):
                raise UnfitError
            for of_list in after.lists:
                if of_list not in lists:
                    lists[of_list] = self._recall_list(of_list)
                lists[of_list].rows[lists[of_list].own[dataset.address]] = row
        for path, shown in lists.items():
            siblings = self.memory.siblings[shown.listing.facet.name]
            of_siblings = fingerprint(siblings.encode())
            made_from = fingerprints.of_listing(shown.listing, of_siblings, map(digest_of_row, shown.rows))
            made.add(path, renderer.render_listing(shown.listing, shown.rows, siblings), made_from)
            made.remembered[name_of_list(path)] = shown.encode()

    def _recall_list(self, path: str) -> OwnList:
        found = OwnList.decode(self._recall(name_of_list(path)))
        if found is None:
            raise UnfitError
        return found

    def _recall(self, name: str) -> bytes:
        content = self._store.recall(name)
        if content is None:
            raise UnfitError
        return content

    def _find(self, paths: Iterable[str]) -> dict[str, Artifact]:
        """Those of some files that are published."""
        found = self._store.find(paths)
        if found is None:
            raise UnfitError
        return found

    def _ids_of(self, made: Made, wanted: Collection[str], path: str) -> frozenset[str] | None:
        """The places in a page, of those that were made and those that are `wanted`."""

        def read() -> bytes | None:
            if path in made.contents:
                return made.contents[path]
            return (self._request.output / path).read_bytes() if path in wanted else None

        return self._pages.ids_of(path, read)

    def _publish(self, made: Made, index: AmendedIndex, memory: Memory) -> Changes:
        """Swaps the new site in, where it differs, and remembers it."""
        looking, publication, store = self._looking, self._publication, self._store
        assert looking.trees is not None
        known = self._find([*made.contents, *index.dropped, *self._before.kept, MANIFEST])
        staging = publication.adopt(looking.trees)
        written: dict[str, Artifact] = {}
        new = 0
        for path, content in made.contents.items():
            if path not in known or known[path].fingerprint != made.fingerprints[path]:
                stamp, is_new = staging.write(path, content)
                written[path] = Artifact(made.fingerprints[path], stamp)
                new += is_new
        dropped = index.dropped & known.keys()
        has_news = bool(new or dropped)
        # They are no artifacts of the published site's own, so that only these can be among what was made.
        stale = self._before.kept - made.contents.keys()
        kept = may_stay(dropped) - stale if has_news else stale
        removed = sorted((dropped | stale) - kept)
        for path in removed:
            staging.remove(path)
        manifest, is_new_manifest = write_manifest(staging, replace(self._after, kept=kept))
        if is_new_manifest:
            written[MANIFEST] = manifest
        files = looking.files + len(written.keys() - known.keys()) - len(removed)
        if has_news or is_new_manifest:
            forget(self._request)
            publication.commit()
        changes = Changes(new, len(removed), files - new)
        changes.size = self.memory.size + sum(artifact.stamp[0] for artifact in written.values())
        changes.size -= sum(known[path].stamp[0] for path in {*written, *removed} if path in known)
        if written or removed:
            index.remember()
            remembered = {**made.remembered, CATALOG: replace(memory, size=changes.size).encode()}
            try:
                store.commit(written, removed, remembered=remembered, is_amended=True)
            except StoreError as problem:
                # The site is out by now; without the store the next build just has more to do.
                changes.diagnostics.append(problem.diagnostic)
        publication.prepare(written, removed, files)
        stamps = {path: artifact.stamp for path, artifact in written.items()}
        if may_pass_limits(changes.size, max(looking.paths.largest, *(size for size, _ in stamps.values()), 0)):
            sizes = looking.paths.sizes | {path: size for path, (size, _) in stamps.items()}
            changes.diagnostics += check_limits({path: size for path, size in sizes.items() if path not in removed})
        return changes


def _summary_at(known: Mapping[int, Summary], position: int) -> Summary:
    """The summary at a place in rank order. Raises `UnfitError` for one that no page lists."""
    try:
        return known[position]
    except KeyError:
        raise UnfitError from None
