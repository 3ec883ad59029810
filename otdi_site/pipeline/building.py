"""Builds and publishes a site, the short way or the long one; it must not do the work of their stages.

An error keeps the site that was published before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otdi_site.bulk import REFUSED_ROWS, source_facts, write_refused_rows
from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, has_errors
from otdi_site.pipeline.addresses import ADDRESSES, Addresses, compare, dataset_paths, published_paths
from otdi_site.pipeline.amending import Amendment
from otdi_site.pipeline.assembly import Assembly, assembling
from otdi_site.pipeline.early import SURROUNDINGS, Early, encode_surroundings, open_store, surroundings_of
from otdi_site.pipeline.fingerprints import tool_fingerprint
from otdi_site.pipeline.inputs import describe_inputs
from otdi_site.pipeline.last_build import LastBuild, forget, remember
from otdi_site.pipeline.losses import describe_site, find_damage, find_lost_addresses
from otdi_site.pipeline.memory import CATALOG, Memory
from otdi_site.pipeline.metadata import Metadata, load_metadata, refresh_metadata
from otdi_site.pipeline.page_cache import PageCache
from otdi_site.pipeline.publishing import Changes, Release
from otdi_site.pipeline.remembering import remembered
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude, count, describe_changes
from otdi_site.pipeline.sources import Sources, read_sources
from otdi_site.pipeline.unfit import UnfitError
from otdi_site.pipeline.workers import WorkerError
from otdi_site.progress import Progress
from otdi_site.publish import Manifest, Publication, PublishError
from otdi_site.render import Codes
from otdi_site.source.document_cache import DocumentCache
from otdi_site.store import Store, StoreError

_DOCUMENTS, _PAGES = "document", "page"
"""Kinds of what the store keeps for `DocumentCache` and `PageCache`."""


@dataclass(slots=True)
class _Run:
    """What a build has read, whichever way it goes."""

    request: Request
    progress: Progress
    publication: Publication
    config: SiteConfig
    sources: Sources
    metadata: Metadata
    codes: Codes
    """What is compiled of the templates."""
    pages: PageCache
    imported: list[Path]
    """Imported files in the site's folder."""
    surroundings: str | None
    """What the next build must find as it is now to go the short way; `None` where it cannot."""
    inputs: str | None
    """What the next build must find as it is now to have nothing to do."""
    before: Manifest | None
    """That of the published site; `None` where there is none."""
    after: Manifest
    """That of the new site."""
    damage: list[Diagnostic]
    """Sources that the published site was made from and that are gone."""

    @property
    def found(self) -> list[Diagnostic]:
        """Diagnostics of reading."""
        return [*self.sources.diagnostics, *self.metadata.diagnostics, *self.damage]


def publish_site(
    request: Request,
    config: SiteConfig,
    progress: Progress,
    publication: Publication,
    early: Early | None = None,
    codes: Codes | None = None,
) -> Outcome:
    """The site, from its files to the published one.

    `early` is a build that may be short, and `codes` what is compiled of the templates; it grows.
    """
    imported = [request.root / source.path for source in config.sources if source.path is not None]
    inputs = surroundings = None
    if early is not None:
        inputs, surroundings = early.inputs, early.surroundings
    elif len(imported) == len(config.sources):  # a file on the Hub may be another one any time
        inputs = describe_inputs(request.root, imported, publication.began)
        surroundings = surroundings_of(request, imported, publication.began)
    sources, pages = _read(request, config, early)
    metadata = _bring_up_to_date(request, config, sources, progress)
    if not metadata.is_settled:
        inputs = surroundings = None
    if has_errors(metadata.diagnostics):
        sources = sources.without_snapshot()
    codes = {} if codes is None else codes
    before, after = Manifest.read(publication.output), describe_site(request.root, sources)
    damage = find_damage(request, before, sources)
    run = _Run(
        request,
        progress,
        publication,
        config,
        sources,
        metadata,
        codes,
        pages,
        imported,
        surroundings,
        inputs,
        before,
        after,
        damage,
    )
    if metadata.is_interrupted:
        texts = ["interrupted, nothing was published", metadata.age.describe()]
        return conclude(request, "build", run.found, progress, facts=metadata.facts, texts=texts, status=FAILURE)
    if early is not None:
        with early.stack, suppress(UnfitError):
            if metadata.is_settled:
                return _amend(run, early)
    return _make(run)


def _read(request: Request, config: SiteConfig, early: Early | None) -> tuple[Sources, PageCache]:
    """Sources, and what the store knows of pages; whatever becomes of the build, it knows their documents then."""
    with ExitStack() as stack:
        try:
            store = early.store if early is not None else stack.enter_context(open_store(request))
        except StoreError:  # which is said when the site is to be published
            return read_sources(request, config), PageCache()
        documents = DocumentCache(store.derived(_DOCUMENTS), tool_fingerprint())
        sources = read_sources(request, config, documents)
        store.keep_derived(_DOCUMENTS, documents.new, documents.dropped)
        return sources, PageCache(store.derived(_PAGES))


def _keep(store: Store, pages: PageCache) -> None:
    """Lets the store know what was found out about pages. All of them must have been planned."""
    store.keep_derived(_PAGES, pages.new, pages.dropped)


def _bring_up_to_date(request: Request, config: SiteConfig, sources: Sources, progress: Progress) -> Metadata:
    if request.offline:
        return load_metadata(request, sources)
    max_age_hours = config.metadata.max_age_hours
    return refresh_metadata(request, sources, progress, max_age_hours=max_age_hours, accept=request.accept)


def _amend(run: _Run, early: Early) -> Outcome:
    """The short way. Raises `UnfitError` where the long one must be gone."""
    memory = Memory.decode(early.store.recall(CATALOG) or b"")
    if memory is None or run.before is None:
        raise UnfitError
    amendment = Amendment(run.request, early, memory, run.codes, run.pages, run.before, run.after)
    facts, texts = _describe(len(run.sources.pages), memory.datasets, memory.sources, memory.refused)
    try:
        changes, diagnostics = amendment.complete(run.sources, run.metadata.snapshot, run.found)
        _keep(early.store, run.pages)
    except (PublishError, WorkerError) as problem:
        return _fail(run, facts, texts, [*run.found, problem.diagnostic], FAILURE)
    if changes is None:
        return _fail(run, facts, texts, [*run.found, *diagnostics])
    return _finish(run, facts, texts, [*run.found, *diagnostics], changes)


def _make(run: _Run) -> Outcome:
    """The long way."""
    request = run.request
    diagnostics = run.found
    is_published = not has_errors(diagnostics, strict=request.strict)
    with assembling(
        request, run.sources, run.metadata.snapshot, run.codes, run.pages, is_published=is_published
    ) as assembly:
        facts, texts = describe_assembly(assembly, run.config)
        # What is missing for an error is not lost as well.
        if is_published := is_published and not has_errors(assembly.found, strict=request.strict):
            share = run.config.metadata.max_drop_share
            lost = find_lost_addresses(request, run.before, run.sources, assembly.known_paths, share)
            diagnostics += lost
            is_published = not has_errors(lost, strict=request.strict)
        try:
            with open_store(request) as store, ExitStack() as stack:
                stack.callback(_keep, store, run.pages)
                if not is_published:
                    return _fail(run, facts, texts, [*diagnostics, *_find_more(run, assembly, store)])
                release = Release(run.publication, store, assembly.plan.fingerprints, run.before, run.after)
                addresses, losses = _compare_addresses(run, assembly, store, release)
                diagnostics += losses
                if has_errors(losses, strict=request.strict):
                    return _fail(run, facts, texts, [*diagnostics, *assembly.found])  # which may be the cause
                staging = release.stage()
                for path, stamp, is_new in assembly.make(release.needed, staging, run.progress):
                    release.take(path, stamp, is_new)
                diagnostics += assembly.problems()
                diagnostics += _write_refused_rows(request, run.config, assembly)
                if has_errors(diagnostics, strict=request.strict):
                    return _fail(run, facts, texts, diagnostics)
                forget(request)
                changes = release.publish(lambda size: {**_remembered(run, assembly, size), **addresses.remembered()})
                if assembly.rendering.index is not None:
                    assembly.rendering.index.remember()
        except (PublishError, StoreError, WorkerError) as problem:
            return _fail(run, facts, texts, [*diagnostics, problem.diagnostic], FAILURE)
    return _finish(run, facts, texts, [*diagnostics, *changes.diagnostics], changes)


def _compare_addresses(
    run: _Run, assembly: Assembly, store: Store, release: Release
) -> tuple[Addresses, list[Diagnostic]]:
    # A store that knows of no dataset was deleted, or the site has none: then the folders say so, too.
    known = dataset_paths(release.known_paths) or published_paths(run.request.output)
    before, share = Addresses.decode(store.recall(ADDRESSES)), run.config.metadata.max_drop_share
    return compare(before, known, assembly.known_paths, assembly.site, share, accept=run.request.accept)


def _find_more(run: _Run, assembly: Assembly, store: Store) -> list[Diagnostic]:
    """Problems beside those of reading, with nothing staged; what the published site shows already has none."""
    known = store.load()
    fingerprints = assembly.plan.fingerprints
    needed = {path for path, own in fingerprints.items() if path not in known or known[path].fingerprint != own}
    for _ in assembly.make(needed, None, run.progress):
        pass
    return [*assembly.problems(), *_write_refused_rows(run.request, run.config, assembly)]


def _write_refused_rows(request: Request, config: SiteConfig, assembly: Assembly) -> list[Diagnostic]:
    return write_refused_rows(request.cache, request.mark_of_cache(REFUSED_ROWS), config.sources, assembly.bulk)


def _remembered(run: _Run, assembly: Assembly, size: int) -> Mapping[str, bytes]:
    if run.surroundings is None:
        return {}
    known = {SURROUNDINGS: encode_surroundings(run.surroundings, run.imported)}
    return {**remembered(assembly, run.sources, size), **known}


def _fail(
    run: _Run,
    facts: dict[str, object],
    texts: Sequence[str],
    diagnostics: Sequence[Diagnostic],
    status: int | None = None,
) -> Outcome:
    run.publication.abandon()  # what fills a disk must not keep it full
    texts = ["nothing was published", *texts, *run.metadata.texts, run.metadata.age.describe()]
    facts = facts | run.metadata.facts
    return conclude(run.request, "build", diagnostics, run.progress, facts=facts, texts=texts, status=status)


def _finish(
    run: _Run, facts: dict[str, object], texts: Sequence[str], diagnostics: Sequence[Diagnostic], changes: Changes
) -> Outcome:
    files = changes.written + changes.unchanged
    facts = facts | run.metadata.facts
    facts |= {"files": files, "bytes": changes.size, "written": changes.written, "removed": changes.removed}
    texts = [*texts, *run.metadata.texts]
    about = [*texts, run.metadata.age.describe(), describe_changes(files, changes.written, changes.removed)]
    outcome = conclude(run.request, "build", diagnostics, run.progress, facts=facts, texts=about)
    if run.inputs is not None:
        last = LastBuild(
            inputs=run.inputs,
            imported=tuple(map(str, run.imported)),
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
    facts = source_facts(config.sources, assembly.bulk) if config.sources else None
    pages, datasets = len(assembly.site.pages), len(assembly.site.catalog.summaries)
    return _describe(pages, datasets, facts, len(assembly.bulk.refused))


def _describe(
    pages: int, datasets: int, sources: Sequence[Mapping[str, object]] | None, refused: int
) -> tuple[dict[str, object], list[str]]:
    facts: dict[str, object] = {"pages": pages, "datasets": datasets}
    texts = [f"{count(pages, 'page')}, {count(datasets, 'dataset')}"]
    if sources is not None:
        facts["sources"] = sources
        if refused:
            texts.append(f"{count(refused, 'imported row')} refused")
        texts += _describe_unread(sources)
    return facts, texts


def _describe_unread(sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """``3 values of lastModified not read (first in rows.jsonl:7: 'last week')``, a text a property."""
    totals: dict[str, list[Any]] = {}
    for source in sources:
        for name, values in source["unread"].items():
            first = f"{source['source']}:{values['row']}: {values['example']!r}"
            totals.setdefault(name, [0, first])[0] += values["values"]
    for name, (total, first) in sorted(totals.items()):
        yield f"{count(total, 'value')} of {name} not read (first in {first})"
