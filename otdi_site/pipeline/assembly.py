"""From sources and live metadata to a site whose files can be made; it must not publish them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from otdi_site import __version__
from otdi_site.check import check_links
from otdi_site.config import ImportConfig
from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.hub import REASONS, ImportProblem, Part, find_import
from otdi_site.index import value_finder
from otdi_site.model.navigation import build_navigation
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.claims import check_claims
from otdi_site.pipeline.import_findings import describe_imports, unread_values
from otdi_site.pipeline.importing import ImportWork
from otdi_site.pipeline.imports import ForkedImporters, Imports, LocalImporters
from otdi_site.pipeline.page_cache import PageCache
from otdi_site.pipeline.rendering import Plan, Rendering
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources, asset_folders, merge_site, template_folders
from otdi_site.pipeline.texts import Spool
from otdi_site.pipeline.workers import can_fork
from otdi_site.plain_files import replace_plain_file
from otdi_site.progress import Progress
from otdi_site.publish import Staging
from otdi_site.render import Assets, Codes, DatasetRenderer, Site, Surroundings, check_templates, load_assets
from otdi_site.urls import file_of_address

_REPORT = "refused-rows.jsonl"
_WORTH_WORKERS = 500_000
"""Bytes of imported files from which on it pays to start processes."""

Importers = LocalImporters | ForkedImporters


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
        imports: Imports,
        diagnostics: Sequence[Diagnostic],
        of_imports: Sequence[Diagnostic],
        sources: Sources,
        pages: PageCache,
    ) -> None:
        """`of_imports` are what was found in imported files, `diagnostics` all else."""
        self.site = site
        self.rendering = rendering
        self.plan: Plan = rendering.plan()
        self.imports = imports
        self.of_imports = tuple(of_imports)
        self._diagnostics = [*diagnostics, *of_imports, *check_claims(self.plan.claims, sources)]
        self._sources = sources
        self._pages = pages
        self._contents: dict[str, bytes] = {}

    @property
    def found(self) -> list[Diagnostic]:
        """Problems of templates, assets, imported files and pages that show before anything is made of datasets."""
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
        file = find_import(config, request.root, is_offline=request.offline)
        if isinstance(file, ImportProblem):
            diagnostics.append(_unreadable(config, file.text, file.help))
        else:
            files.append((number, config, file))
    importers = _start(request, sources, snapshot, assets, files) if files else None
    try:
        # Here, since workers read meanwhile.
        problems += check_templates(template_folders(request.root), codes)
        readings = importers.read() if importers is not None else []
        unreadable = sorted({problem for reading in readings for problem in reading.problems})
        for source, text, help in unreadable:
            diagnostics.append(_unreadable(sources.config.sources[source], text, help))
        for reading in readings:
            diagnostics += [each for each in reading.diagnostics if each not in diagnostics]
        site, imports, found = merge_site(sources, snapshot, readings)
        del readings
        failed = {source for source, _, _ in unreadable}
        report = request.mark_of_cache(_REPORT)
        diagnostics += describe_imports(request.root, sources.config.sources, imports, failed, report)
        pages = pages or PageCache()
        rendering = Rendering(request, sources, site, assets, imports, importers, codes, pages, has_index=is_published)
        with closing(rendering):
            yield Assembly(site, rendering, imports, [*problems, *found], diagnostics, sources, pages)
    finally:
        if importers is not None:
            importers.close()


def _start(
    request: Request,
    sources: Sources,
    snapshot: Snapshot,
    assets: Assets,
    files: Sequence[tuple[int, ImportConfig, Path]],
) -> Importers:
    described = frozenset(located.entry.huggingface.lower() for located in sources.entries if located.entry.huggingface)
    described -= {hub_id.lower() for hub_id in snapshot.rows}
    navigation = build_navigation(sources.pages)
    surroundings = Surroundings.of_pages(
        sources.config, sources.url, sources.pages, navigation, sources.vocabularies, __version__
    )

    # Made before the workers are, so that this process can read what they write.
    spools = [Spool() for _ in range(request.jobs)]

    def make(number: int, count: int) -> ImportWork:
        find_value = value_finder(sources.vocabularies)
        folders, as_of = template_folders(request.root), snapshot.newest_read_at
        renderer = DatasetRenderer(folders, surroundings, assets, find_value, as_of)
        return ImportWork(files, sources.vocabularies, described, renderer, Part(number, count), spools)

    size = 0
    for _, _, file in files:
        with suppress(OSError):
            size += file.stat().st_size
    if request.jobs == 1 or size < _WORTH_WORKERS or not can_fork():
        return LocalImporters(make, spools)
    return ForkedImporters(make, request.jobs, spools)


def _unreadable(config: ImportConfig, text: str, help: str) -> Diagnostic:
    return error("OTD450", Mark(config.shown_file), text, help)


def import_facts(configs: Sequence[ImportConfig], imports: Imports) -> list[dict[str, object]]:
    """For ``--format json``: of each source, how many rows became datasets and how many were refused, by reason.

    Then the values that could not be read, by property: how many, the first row with one, and what it holds.
    """
    accepted = Counter(each.place[0] for each in imports.datasets.values())
    refused = Counter((source, row.reason) for source, row in imports.refused)
    return [
        {
            "source": config.shown_file,
            "datasets": accepted[number],
            "refused": {reason: refused[number, reason] for reason in REASONS if refused[number, reason]},
            "unread": unread_values(imports.reports.get(number)),
        }
        for number, config in enumerate(configs)
    ]


def write_report(request: Request, configs: Sequence[ImportConfig], imports: Imports) -> list[Diagnostic]:
    """Lists the refused rows, one JSON object a line; a warning where that cannot be::

    {"source":"dump.jsonl.gz","row":17,"id":"example-org/tides","reason":"gated","words":"access is gated"}
    """
    if not configs:
        return []
    lines = [
        json.dumps(
            {
                "source": configs[source].shown_file,
                "row": row.number,
                "id": row.id,
                "reason": row.reason,
                "words": REASONS[row.reason],
            },
            separators=(",", ":"),
        )
        for source, row in imports.refused
    ]
    try:
        request.cache.mkdir(parents=True, exist_ok=True)
        replace_plain_file(request.cache / _REPORT, "".join(f"{line}\n" for line in lines))
    except OSError as problem:
        message = f"the report of refused rows cannot be written: {problem.strerror or type(problem).__name__}"
        help = "free some space, or delete the cache folder; the site does not depend on it"
        return [warning("OTD452", request.mark_of_cache(_REPORT), message, help)]
    return []
