"""From sources and live metadata to a site whose files can be made; it must not publish them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from otdi_site import __version__
from otdi_site.bulk import REFUSED_ROWS, BulkCatalog, FileProblem, Partition, describe_findings, locate_file
from otdi_site.check import check_links
from otdi_site.config import BulkFileConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.hub import DownloadProblem, download
from otdi_site.index import value_finder
from otdi_site.model.merge import described_hub_ids
from otdi_site.model.navigation import build_navigation
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.bulk_workers import ForkedBulkWorkers, LocalBulkWorker
from otdi_site.pipeline.claims import check_claims
from otdi_site.pipeline.page_cache import PageCache
from otdi_site.pipeline.partitions import PartitionWork
from otdi_site.pipeline.rendering import Plan, Rendering
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources, asset_folders, merge_site, template_folders
from otdi_site.pipeline.texts import Spool
from otdi_site.pipeline.workers import can_fork
from otdi_site.progress import Progress
from otdi_site.publish import Staging
from otdi_site.render import Assets, Codes, DatasetRenderer, Site, Surroundings, check_templates, load_assets
from otdi_site.source.config import mark_of_setting
from otdi_site.urls import file_of_address

_WORTH_WORKERS = 500_000
"""Bytes of bulk files from which on it pays to start processes."""

BulkWorkers = LocalBulkWorker | ForkedBulkWorkers


class Made(NamedTuple):
    """A file that was made."""

    path: str
    stamp: tuple[int, int] | None
    """Size in bytes and time, in nanoseconds, of one that was written."""
    is_new: bool
    """Whether its bytes differ from those of the published file."""


class Assembly:
    """A site, read and planned."""

    def __init__(
        self,
        site: Site,
        rendering: Rendering,
        bulk: BulkCatalog,
        diagnostics: Sequence[Diagnostic],
        of_bulk_files: Sequence[Diagnostic],
        sources: Sources,
        pages: PageCache,
    ) -> None:
        """`of_bulk_files` are the problems of bulk files, `diagnostics` all others."""
        self.site = site
        self.rendering = rendering
        self.plan: Plan = rendering.plan()
        self.bulk = bulk
        self.of_bulk_files = tuple(of_bulk_files)
        self._diagnostics = [*diagnostics, *of_bulk_files, *check_claims(self.plan.claims, sources)]
        self._sources = sources
        self._pages = pages
        self._contents: dict[str, bytes] = {}

    @property
    def found(self) -> list[Diagnostic]:
        """Problems of templates, assets, bulk files and pages that show before anything is made of datasets."""
        return [*self._diagnostics, *self.rendering.diagnostics]

    @property
    def known_paths(self) -> Collection[str]:
        """Files of the site, those that a template could not make included: an error is told of them already."""
        return self.plan.fingerprints.keys() | self.rendering.failed

    def make(
        self, needed: Collection[str], staging: Staging | None, progress: Progress
    ) -> Iterator[tuple[str, tuple[int, int] | None, bool]]:
        """Makes the needed files; of each its path, its stamp where it was written, and whether its bytes are new."""
        results = self.rendering.make(self.plan, needed, staging)
        for result in progress.track(results, len(self.rendering.wanted.union(needed)), "Making pages"):
            if result.diagnostic is not None:
                if result.diagnostic not in self._diagnostics:
                    self._diagnostics.append(result.diagnostic)
                continue
            if result.content is not None:
                self._contents[result.path] = result.content
            yield Made(result.path, result.stamp, result.is_new)

    def problems(self) -> list[Diagnostic]:
        """What was found, of what has been made, and between files."""
        contents = self.plan.ready | self._contents

        def ids_of(path: str) -> frozenset[str] | None:
            return self._pages.ids_of(path, partial(contents.get, path))

        diagnostics = self.found
        # That there is a home page is checked where pages are read.
        published = frozenset({*self.plan.claims, *self.rendering.failed, file_of_address("/")})
        links = self.rendering.links()
        # What is missing for an error that is told already, such as of an entry, is not wrong as well.
        excuse = self._sources.excuse()
        return diagnostics + check_links(self.site.pages, published, ids_of, self._sources.withheld, links, excuse)


@contextmanager
def assembling(
    request: Request,
    sources: Sources,
    snapshot: Snapshot,
    codes: Codes,
    pages: PageCache | None = None,
    *,
    is_published: bool,
) -> Iterator[Assembly]:
    """The site; on leaving, no worker is left. `codes` is what is compiled of the templates, `pages` what is known of
    pages; they grow.

    A site that is not going to be published is looked at for problems only, and has no index.
    """
    assets, of_assets = load_assets(asset_folders(request.root), sources.config.selection)
    problems = list(of_assets)
    diagnostics: list[Diagnostic] = []
    files = []
    for number, config in enumerate(sources.config.sources):
        file = _find_file(config, request)
        if isinstance(file, FileProblem | DownloadProblem):
            diagnostics.append(_unreadable(config, file.text, file.help))
        else:
            files.append((number, config, file))
    workers = _start(request, sources, snapshot, assets, files) if files else None
    try:
        # Here, since workers read meanwhile.
        problems += check_templates(template_folders(request.root), codes)
        readings = workers.read() if workers is not None else []
        unreadable = sorted({problem for reading in readings for problem in reading.problems})
        for source, text, help in unreadable:
            diagnostics.append(_unreadable(sources.config.sources[source], text, help))
        for reading in readings:
            diagnostics += [each for each in reading.diagnostics if each not in diagnostics]
        site, bulk, found = merge_site(sources, snapshot, readings)
        del readings
        failed = {source for source, _, _ in unreadable}
        report = request.mark_of_cache(REFUSED_ROWS)
        diagnostics += describe_findings(
            sources.config.sources, bulk, failed, report, partial(mark_of_setting, request.root)
        )
        pages = pages or PageCache()
        rendering = Rendering(request, sources, site, assets, bulk, workers, codes, pages, has_index=is_published)
        with closing(rendering):
            yield Assembly(site, rendering, bulk, [*problems, *found], diagnostics, sources, pages)
    finally:
        if workers is not None:
            workers.close()


def _start(
    request: Request,
    sources: Sources,
    snapshot: Snapshot,
    assets: Assets,
    files: Sequence[tuple[int, BulkFileConfig, Path]],
) -> BulkWorkers:
    described = described_hub_ids(sources.entries, snapshot)
    navigation = build_navigation(sources.pages)
    surroundings = Surroundings.of_pages(
        sources.config, sources.url, sources.pages, navigation, sources.vocabularies, __version__
    )

    # Made before the workers are, so that this process can read what they write.
    spools = [Spool() for _ in range(request.jobs)]

    def make(number: int, count: int) -> PartitionWork:
        find_value = value_finder(sources.vocabularies)
        folders, as_of = template_folders(request.root), snapshot.newest_read_at
        renderer = DatasetRenderer(folders, surroundings, assets, find_value, as_of)
        return PartitionWork(files, sources.vocabularies, described, renderer, Partition(number, count), spools)

    size = 0
    for _, _, file in files:
        with suppress(OSError):
            size += file.stat().st_size
    if request.jobs == 1 or size < _WORTH_WORKERS or not can_fork():
        return LocalBulkWorker(make, spools)
    return ForkedBulkWorkers(make, request.jobs, spools)


def _find_file(config: BulkFileConfig, request: Request) -> Path | FileProblem | DownloadProblem:
    if config.path is not None:
        return locate_file(config.path, request.root)
    assert config.dataset is not None
    assert config.file is not None
    return download(config.dataset, config.file, config.revision, is_offline=request.offline)


def _unreadable(config: BulkFileConfig, text: str, help: str) -> Diagnostic:
    return error("OTD450", Mark(config.shown_file), text, help)
