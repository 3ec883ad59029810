"""Assembles a site: plans its files from sources and live metadata, renders those needed, and checks the result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree

from otdi_site import __version__
from otdi_site.bulk import POSITION_BITS, REFUSED_ROWS, BulkCatalog, describe_findings, source_facts
from otdi_site.check import PageCache, check_claims, check_links
from otdi_site.diagnostics import Diagnostic
from otdi_site.executors import TaskPools, results_of
from otdi_site.hub import to_object
from otdi_site.index import value_finder
from otdi_site.model.catalog import Summary, facts_stated
from otdi_site.model.dataset import Dataset
from otdi_site.model.exclusions import without_excluded
from otdi_site.model.merge import described_hub_ids
from otdi_site.model.navigation import build_navigation
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.artifacts import ArtifactSpec, RenderedArtifact, RenderedBatch, known_content, render
from otdi_site.pipeline.bulk_files import BulkFiles, decode_files, encode_files
from otdi_site.pipeline.catalog import RecalledCatalog, WholeCatalog, merge_whole, recall
from otdi_site.pipeline.catalog_index import CatalogIndex, NoIndex, PatchedIndex, WholeIndex
from otdi_site.pipeline.partitions import (
    WORKING,
    RenderContext,
    Tools,
    render_bulk_page,
    render_partition,
    save_context,
)
from otdi_site.pipeline.plan import Plan, Planner, is_rendered_in_partitions
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources, asset_folders, template_folders
from otdi_site.pipeline.spool import read_row
from otdi_site.pipeline.state import (
    CATALOG,
    ENVIRONMENT,
    CatalogRecord,
    OwnDataset,
    OwnList,
    encode_environment,
    encode_facets,
    name_of_list,
)
from otdi_site.progress import Progress
from otdi_site.publish import Staging
from otdi_site.render import BytecodeCache, Fingerprints, PageContext, Renderer, Site, check_templates, load_assets
from otdi_site.source.config import mark_of_setting
from otdi_site.store import Store
from otdi_site.trust import judge
from otdi_site.trust.browser_data import BROWSER_DATA, browser_data
from otdi_site.trust.card_template import TEMPLATE, complete_template
from otdi_site.urls import file_of_address

BULK_FILES = "bulk-files"
"""The name of the record of bulk files in the build state."""
_WORTH_WORKERS = 400
"""Files to be rendered from which on it pays to start processes."""
_PAGES_IN_TASK = 2_000
_LISTS_IN_TASK = 250


class Assembly:
    """One site. First `plan_texts` or `plan_whole`, then `render`, then `problems`."""

    def __init__(
        self,
        request: Request,
        sources: Sources,
        snapshot: Snapshot,
        bytecode: BytecodeCache,
        pages: PageCache,
        pools: TaskPools,
        folder: Path,
        store: Store | None,
    ) -> None:
        """Starts to read bulk files, and checks templates meanwhile.

        `bytecode` is what is compiled of the templates, `pages` what is known of pages; they grow. `folder` is where
        tasks find files; `store` is `None` for a site that is only checked, which has no index.
        """
        self._request = request
        self._sources = sources
        self._snapshot = snapshot = without_excluded(snapshot, sources.exclusions)
        self._bytecode = bytecode
        self._pages = pages
        self._pools = pools
        self._folder = folder / WORKING
        self._store = store
        assets, of_assets = load_assets(asset_folders(request.root), sources.config.selection)
        if (specification := sources.vocabularies.card_specification) is not None:
            assets = assets.with_text(TEMPLATE, lambda text: complete_template(text, specification))
            licenses = sources.vocabularies.licenses
            assets = assets.with_text(BROWSER_DATA, lambda _: browser_data(specification, licenses))
        self._assets = assets
        page_context = PageContext.of_pages(
            sources.config,
            sources.url,
            sources.pages,
            build_navigation(sources.pages),
            sources.vocabularies,
            __version__,
        )
        folders = template_folders(request.root)
        self.fingerprints = Fingerprints(folders, page_context, self._assets, snapshot.newest_read_at)
        self._context = RenderContext(
            folders,
            self.fingerprints.renderer,
            page_context,
            self._assets,
            snapshot.newest_read_at,
            request.mark_of_cache(),
        )
        self._context_file: Path | None = None
        self._described = described_hub_ids(sources.entries, snapshot, sources.exclusions)
        self.bulk_files = BulkFiles(
            request,
            sources.config.sources,
            self._described,
            self.fingerprints.base,
            self._save_context,
            pools,
            folder / "partitions",
            decode_files(store.record(BULK_FILES) if store is not None else None),
        )
        # Here, since other processes read meanwhile.
        self._diagnostics = [*of_assets, *check_templates(folders, bytecode)]
        self._contents: dict[str, bytes] = {}
        self.plan = Plan()
        self.index: CatalogIndex = NoIndex(None)
        self.whole: WholeCatalog | None = None
        self.recalled: RecalledCatalog | None = None
        self._planner: Planner | None = None
        self._own_datasets: dict[str, Dataset] = {}

    def close(self) -> None:
        """Removes what tasks of this build needed, and the files of partitions that were not read to their end."""
        rmtree(self._folder, ignore_errors=True)
        self.bulk_files.clean()

    @property
    def planner(self) -> Planner:
        assert self._planner is not None, "plan the site first"
        return self._planner

    @property
    def site(self) -> Site:
        return self.planner.site

    @property
    def bulk(self) -> BulkCatalog:
        assert self.whole is not None
        return self.whole.bulk

    def plan_texts(self, output: Path) -> bool:
        """Plans the files that may differ from those in `output`, if only texts changed; whether that is so."""
        store, record = self._store, None
        if store is not None and self.bulk_files.are_kept:
            record = CatalogRecord.decode(store.record(CATALOG) or b"")
        if store is None or record is None:
            return False
        partitions = tuple(self.bulk_files.partitions)
        recalled = recall(self._sources, self._snapshot, record, store, partitions, self.bulk_files.read)
        if recalled is None:
            return False
        planner, index = self._make_planner(recalled.site), PatchedIndex(store, recalled, output)
        plan = planner.plan_texts(
            recalled, index.find_head, lambda path: OwnList.decode(store.record(name_of_list(path)) or b"")
        )
        if plan is None or planner.diagnostics or planner.failed or index.is_impossible:
            return False
        was = (list(record.always), list(record.addresses), record.index is not None)
        if (plan.always, plan.addresses, index.bulk is not None) != was:
            return False
        plan.specs += index.specs()
        self.plan, self.index, self.recalled, self._planner = plan, index, recalled, planner
        self._diagnostics += [*recalled.diagnostics, *record.diagnostics]
        return True

    def plan_whole(self) -> None:
        """Plans every file. Raises `WorkerError`."""
        sources, bulk_files = self._sources, self.bulk_files
        summaries = bulk_files.read()
        self.whole = whole = merge_whole(sources, self._snapshot, tuple(bulk_files.partitions), summaries)
        self._own_datasets = {dataset.address: dataset for dataset in whole.site.catalog.datasets}
        report = self._request.mark_of_cache(REFUSED_ROWS)
        mark = partial(mark_of_setting, self._request.root)
        bulk_files.diagnostics += describe_findings(
            sources.config.sources, whole.bulk, bulk_files.unreadable, report, mark
        )
        self._planner = planner = self._make_planner(whole.site)
        if self._store is not None:
            own = [(place, summary, self.text_of(summary)) for place, summary in whole.own.items()]
            self.index = index = WholeIndex(
                self._store,
                whole,
                own,
                self._folder,
                self._request.output,
                self._pools,
                self._context.mark_of_cache,
            )
            index.start()
        self.plan = planner.plan(whole, self.index.find_head)
        self.plan.specs += self.index.specs()
        files = [(file.path, file.source) for file in sources.files]
        claimed = [spec.path for spec in self.plan.specs]
        self._diagnostics += whole.diagnostics
        self._diagnostics += bulk_files.diagnostics
        self._diagnostics += check_claims(claimed, sources.entries, sources.pages, files)

    def _make_planner(self, site: Site) -> Planner:
        find_value = value_finder(site.vocabularies)
        vocabularies = site.vocabularies
        renderer = Renderer(
            self._context.folders,
            site,
            self._assets,
            find_value,
            self._bytecode,
            lambda dataset: judge(dataset, vocabularies),
        )
        return Planner(self._sources, site, self._assets, renderer, self.fingerprints, self._pages)

    def _save_context(self) -> Path:
        if self._context_file is None:
            self._context_file = save_context(self._folder, self._context, self._context.mark_of_cache)
        return self._context_file

    @property
    def found(self) -> list[Diagnostic]:
        """Problems of templates, assets, bulk files and pages that show before datasets and lists are rendered."""
        return [*self._diagnostics, *self.planner.diagnostics]

    @property
    def known_paths(self) -> Collection[str]:
        """Files of the site, those that a template could not make included: an error is told of them already."""
        return {spec.path for spec in self.plan.specs} | self.planner.failed

    def render(
        self, needed: Collection[str], staging: Staging | None, progress: Progress
    ) -> Iterator[RenderedArtifact]:
        """Renders the needed files, and writes them where there is a `staging`.

        Those into which links of pages lead are rendered in any case.
        """
        wanted = self.planner.wanted
        specs = [spec for path, spec in self.plan.by_path.items() if path in needed or path in wanted]
        results = self._render(specs, staging, wanted)
        for result in progress.track(results, len(specs), "Making pages"):
            if result.diagnostic is not None:
                if result.diagnostic not in self._diagnostics:
                    self._diagnostics.append(result.diagnostic)
                continue
            if result.content is not None:
                self._contents[result.path] = result.content
            yield result

    def _render(
        self, specs: Sequence[ArtifactSpec], staging: Staging | None, wanted: frozenset[str]
    ) -> Iterator[RenderedArtifact]:
        many = [spec for spec in specs if is_rendered_in_partitions(spec)]
        self.bulk_files.finish()
        futures: dict[Future[RenderedBatch], list[str]] = {}
        is_pooled = self._pools.has_processes(is_worth=len(many) >= _WORTH_WORKERS or self.bulk_files.is_large)
        if many and is_pooled and self.plan.lists is not None:
            context_file, list_file = (
                self._save_context(),
                save_context(self._folder, self.plan.lists, self._context.mark_of_cache),
            )
            tasks = self._pools.get(is_worth=True)
            for batch in _batches(many):
                future = tasks.submit(render_partition, context_file, list_file, batch, staging, wanted)
                futures[future] = [spec.path for spec in batch]
            many = []
        for spec in specs:
            if not is_rendered_in_partitions(spec):
                yield from render(self._tools_of(spec), (spec,), staging, wanted)
        if many:
            tools = Tools(self._context, self.plan.lists, self.planner.renderer.datasets)
            try:
                yield from render(tools, many, staging, wanted)
            finally:
                tools.close()
        for future, rendered in results_of(list(futures)):
            yield from rendered.of_paths(futures.pop(future))

    def _tools_of(self, spec: ArtifactSpec) -> object:
        return self.index if spec.kind == "index" else self.planner.renderer

    def problems(self, published: Collection[str] | None = None) -> list[Diagnostic]:
        """The diagnostics of rendered files, and of checks across files.

        `published` are the paths of all files, where not all are planned.
        """
        known: dict[str, bytes] = {
            spec.path: spec.arguments[0] for spec in self.plan.specs if spec.render is known_content
        }
        contents = known | self._contents
        output, wanted = self._request.output, self.planner.wanted

        def read(path: str) -> bytes | None:
            if path in contents:
                return contents[path]
            if published is None or path not in wanted:
                return None
            return (output / path).read_bytes()

        def ids_of(path: str) -> frozenset[str] | None:
            return self._pages.ids_of(path, partial(read, path))

        if published is None:
            # That there is a home page is checked where pages are read.
            published_paths: Collection[str] = frozenset({*self.known_paths, file_of_address("/")})
        else:
            published_paths = published
        # What is missing for an error that is told already, such as of an entry, is not wrong as well.
        sources = self._sources
        links = self.planner.links()
        return self.found + check_links(
            self.site.pages, published_paths, ids_of, sources.withheld, links, sources.excuse()
        )

    def text_of(self, summary: Summary) -> str:
        """The whole description of a dataset of an entry or live metadata."""
        description = self._own_datasets[summary.address].description
        return description.value if description else ""

    def records(self, size: int) -> dict[str, bytes]:
        """Records of a site of `size` bytes for the build state."""
        if self.recalled is not None:
            record = replace(self.recalled.record, own=self.recalled.own, size=size)
            lists = {name_of_list(path): shown.encode() for path, shown in self.plan.lists_changed.items()}
            return {**lists, CATALOG: record.encode(), **self.index.record()}
        records = {
            ENVIRONMENT: encode_environment(self.fingerprints.parts),
            BULK_FILES: encode_files(self.bulk_files.files),
            **self.index.record(),
        }
        return records | self._catalog_records(size)

    def _catalog_records(self, size: int) -> dict[str, bytes]:
        """The records of a whole catalog."""
        assert self.whole is not None
        site, bulk, own, planner = self.site, self.bulk, self.whole.own, self.planner
        described = tuple(bulk.described.values())
        if any(read_row(to_object(row)) != row for row in described):
            return {}  # a row that would come back as another one
        records = encode_facets(site.facets)
        lists: dict[str, list[str]] = {address: [] for address in self._own_datasets}
        siblings: dict[str, str] = {}
        tools = Tools(self._context, self.plan.lists, planner.renderer.datasets)
        try:
            for listing, references in self.plan.own_lists:
                path, shown = file_of_address(listing.address), [each.address for each in listing.summaries]
                places = {address: row for row, address in enumerate(shown) if address in lists}
                for address in places:
                    lists[address].append(path)
                siblings[listing.facet.name] = str(planner.renderer.render_siblings(listing.facet))
                facet = replace(listing.facet, values=(), unstated_count=0, largest=())
                rows = [tools.text("rows", reference) for reference in references]
                kept = OwnList(replace(listing, facet=facet, summaries=()), rows, places)
                records[name_of_list(path)] = kept.encode()
        finally:
            tools.close()
        summaries = site.catalog.summaries
        new = {summary.address for summary in site.catalog.newest}
        positions = {each.address: place for place, each in enumerate(summaries) if each.address in new}
        shown_places = {*range(min(site.config.catalog.rows_per_page, len(summaries))), *positions.values()}
        datasets = [
            OwnDataset(
                position=place,
                summary=summary,
                stated=facts_stated(self._own_datasets[summary.address]),
                text=self.text_of(summary),
                related=self.plan.related[summary.address],
                lists=tuple(lists[summary.address]),
            )
            for place, summary in own.items()
        ]
        configs = site.config.sources
        record = CatalogRecord(
            hub_ids=tuple(sorted(self._described)),
            partitions=tuple(each.folder.name for each in self.bulk_files.partitions),
            datasets=len(summaries),
            own=tuple(datasets),
            shown={place: summaries[place] for place in sorted(shown_places)},
            siblings=siblings,
            newest=tuple(positions[summary.address] for summary in site.catalog.newest),
            coverage=site.catalog.coverage,
            by_domain=site.catalog.by_domain,
            described=described,
            always=tuple(self.plan.always),
            addresses=tuple(self.plan.addresses),
            index=None if self.index.bulk is None else self.index.bulk.hex(),
            size=size,
            sources=source_facts(configs, bulk) if configs else None,
            refused=len(bulk.refused),
            diagnostics=tuple(self.bulk_files.diagnostics),
        )
        return {**records, CATALOG: record.encode()}


def _batches(specs: Sequence[ArtifactSpec]) -> Iterator[list[ArtifactSpec]]:
    """Files in the portions in which tasks render them: pages of one partition together, then lists."""
    groups: dict[int, list[ArtifactSpec]] = {}
    for spec in specs:
        is_bulk = spec.render is render_bulk_page
        groups.setdefault(spec.arguments[0] >> POSITION_BITS if is_bulk else -1, []).append(spec)
    others = groups.pop(-1, [])
    for group in groups.values():
        for start in range(0, len(group), _PAGES_IN_TASK):
            yield group[start : start + _PAGES_IN_TASK]
    for start in range(0, len(others), _LISTS_IN_TASK):
        yield others[start : start + _LISTS_IN_TASK]
