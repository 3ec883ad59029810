"""Builds and publishes a site, the short way or the long one; it must not do the work of their stages.

An error keeps the site that was published before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, has_errors
from otdi_site.pipeline.amending import Amendment
from otdi_site.pipeline.assembly import Assembly, assembling, import_facts, write_report
from otdi_site.pipeline.inputs import describe_inputs, describe_surroundings
from otdi_site.pipeline.last_build import LastBuild, forget, remember
from otdi_site.pipeline.memory import CATALOG, Memory
from otdi_site.pipeline.metadata import Metadata, load_metadata, refresh_metadata
from otdi_site.pipeline.publishing import Changes, Release
from otdi_site.pipeline.remembering import remembered
from otdi_site.pipeline.request import (
    CACHE_FOLDER,
    FAILURE,
    STORE_FILE,
    Outcome,
    Request,
    conclude,
    count,
    describe_changes,
)
from otdi_site.pipeline.sources import Sources, read_sources
from otdi_site.pipeline.unfit import UnfitError
from otdi_site.pipeline.workers import WorkerError
from otdi_site.progress import Progress
from otdi_site.publish import Publication, PublishError
from otdi_site.store import Store, StoreError


@dataclass(slots=True)
class _Run:
    """What a build has read, whichever way it goes."""

    request: Request
    progress: Progress
    publication: Publication
    config: SiteConfig
    sources: Sources
    metadata: Metadata
    surroundings: str | None
    """What the next build must find as it is now to go the short way; `None` where it cannot."""
    inputs: str | None
    """What the next build must find as it is now to have nothing to do."""

    @property
    def found(self) -> list[Diagnostic]:
        """Diagnostics of reading."""
        return [*self.sources.diagnostics, *self.metadata.diagnostics]


def publish_site(request: Request, config: SiteConfig, progress: Progress, publication: Publication) -> Outcome:
    """The site, from its files to the published one."""
    imported = [request.root / source.path for source in config.sources if source.path is not None]
    # A file on the Hub may be another one any time.
    is_local = len(imported) == len(config.sources)
    inputs = describe_inputs(request.root, imported, publication.began) if is_local else None
    asked = (request.output, request.base_url)
    surroundings = describe_surroundings(request.root, asked, imported, publication.began) if is_local else None
    with _beginning(request, publication, surroundings) as amendment:
        sources = read_sources(request, config)
        metadata = _bring_up_to_date(request, config, sources, progress)
        if not metadata.is_settled:
            surroundings = inputs = None
        run = _Run(request, progress, publication, config, sources, metadata, surroundings, inputs)
        if metadata.is_interrupted:
            texts = ["interrupted, nothing was published", metadata.age.describe()]
            return conclude(request, "build", run.found, progress, facts=metadata.facts, texts=texts, status=FAILURE)
        if amendment is not None and metadata.is_settled:
            with suppress(UnfitError):
                return _amend(run, amendment)
    return _make(run)


@contextmanager
def _beginning(request: Request, publication: Publication, surroundings: str | None) -> Iterator[Amendment | None]:
    """The short way, if what is remembered allows it so far."""
    if surroundings is None:
        yield None
        return
    try:
        store = _open_store(request)
    except StoreError:  # the long way will say so
        yield None
        return
    with store:
        content = store.recall(CATALOG)
        memory = Memory.decode(content) if content else None
        if memory is None or memory.made_from != surroundings:
            yield None
            return
        with Amendment(request, publication, store, memory) as amendment:
            yield amendment


def _bring_up_to_date(request: Request, config: SiteConfig, sources: Sources, progress: Progress) -> Metadata:
    if request.offline:
        return load_metadata(request)
    return refresh_metadata(request, sources, progress, max_age_hours=config.metadata.max_age_hours)


def _open_store(request: Request) -> Store:
    return Store(request.root / CACHE_FOLDER / STORE_FILE, Mark(f"{CACHE_FOLDER}/{STORE_FILE}"))


def _amend(run: _Run, amendment: Amendment) -> Outcome:
    """The short way. Raises `UnfitError` where the long one must be gone."""
    memory, pages = amendment.memory, len(run.sources.pages)
    facts, texts = _describe(pages, memory.datasets, memory.sources, memory.refused)
    try:
        changes, diagnostics = amendment.complete(run.sources, run.metadata.snapshot, run.found)
    except (PublishError, WorkerError) as problem:
        return _fail(run, facts, texts, [*run.found, problem.diagnostic], FAILURE)
    if changes is None:
        return _fail(run, facts, texts, [*run.found, *diagnostics])
    return _finish(run, facts, texts, [*run.found, *diagnostics], changes)


def _make(run: _Run) -> Outcome:
    """The long way."""
    request = run.request
    with assembling(request, run.sources, run.metadata.snapshot) as assembly:
        facts, texts = describe_assembly(assembly, run.config)
        diagnostics = run.found
        try:
            with _open_store(request) as store:
                release = Release(run.publication, store, assembly.plan.fingerprints)
                staging = release.stage()
                for path, stamp, is_new in assembly.make(release.needed, staging, run.progress):
                    release.take(path, stamp, is_new)
                diagnostics += assembly.problems()
                diagnostics += write_report(request.root, run.config.sources, assembly.imports)
                if has_errors(diagnostics, strict=request.strict):
                    return _fail(run, facts, texts, diagnostics)
                forget(request)
                changes = release.publish(lambda size: _remembered(run, assembly, size))
                if assembly.rendering.index is not None:
                    assembly.rendering.index.remember()
        except (PublishError, StoreError, WorkerError) as problem:
            return _fail(run, facts, texts, [*diagnostics, problem.diagnostic], FAILURE)
    return _finish(run, facts, texts, [*diagnostics, *changes.diagnostics], changes)


def _remembered(run: _Run, assembly: Assembly, size: int) -> Mapping[str, bytes]:
    return remembered(assembly, run.sources, run.surroundings, size) if run.surroundings else {}


def _fail(
    run: _Run,
    facts: dict[str, object],
    texts: Sequence[str],
    diagnostics: Sequence[Diagnostic],
    status: int | None = None,
) -> Outcome:
    run.publication.abandon()  # what fills a disk must not keep it full
    texts = ["nothing was published", *texts, run.metadata.age.describe()]
    facts = facts | run.metadata.facts
    return conclude(run.request, "build", diagnostics, run.progress, facts=facts, texts=texts, status=status)


def _finish(
    run: _Run, facts: dict[str, object], texts: Sequence[str], diagnostics: Sequence[Diagnostic], changes: Changes
) -> Outcome:
    files = changes.written + changes.unchanged
    facts = facts | run.metadata.facts
    facts |= {"files": files, "bytes": changes.size, "written": changes.written, "removed": changes.removed}
    about = [*texts, run.metadata.age.describe(), describe_changes(files, changes.written, changes.removed)]
    outcome = conclude(run.request, "build", diagnostics, run.progress, facts=facts, texts=about)
    if run.inputs is not None:
        imported = [str(run.request.root / source.path) for source in run.config.sources if source.path is not None]
        last = LastBuild(
            inputs=run.inputs,
            imported=tuple(imported),
            fresh_until=run.metadata.fresh_until,
            age=run.metadata.age,
            facts=facts,
            texts=tuple(texts),
            diagnostics=tuple(diagnostics),
        )
        remember(run.request, last)
    return outcome


def describe_assembly(assembly: Assembly, config: SiteConfig) -> tuple[dict[str, object], list[str]]:
    """What the summary of a run says of a site, for machines and for people."""
    imported = import_facts(config.sources, assembly.imports) if config.sources else None
    pages, datasets = len(assembly.site.pages), len(assembly.site.catalog.summaries)
    return _describe(pages, datasets, imported, len(assembly.imports.refused))


def _describe(
    pages: int, datasets: int, sources: Sequence[Mapping[str, object]] | None, refused: int
) -> tuple[dict[str, object], list[str]]:
    facts: dict[str, object] = {"pages": pages, "datasets": datasets}
    texts = [f"{count(pages, 'page')}, {count(datasets, 'dataset')}"]
    if sources is not None:
        facts["sources"] = sources
        if refused:
            texts.append(f"{count(refused, 'imported row')} refused")
    return facts, texts
