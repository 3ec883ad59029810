"""The life of a build: reads the sources, plans the site, renders what differs, and publishes it.

An error keeps the site that was published before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from otdi_site.bulk import REFUSED_ROWS, source_facts, write_refused_rows
from otdi_site.check import Addresses, PageCache, compare_addresses, dataset_paths, describe_lost, published_paths
from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, has_errors
from otdi_site.executors import TaskPools, WorkerError
from otdi_site.fingerprints import program_fingerprint
from otdi_site.pipeline.assembly import Assembly
from otdi_site.pipeline.discovery import local_file, state_file, with_discovered
from otdi_site.pipeline.ledgers import LedgerTasks
from otdi_site.pipeline.losses import describe_site, find_damage, find_lost_addresses
from otdi_site.pipeline.metadata import Metadata, load_metadata, refresh_metadata
from otdi_site.pipeline.partitions import WORKING
from otdi_site.pipeline.publishing import Changes, Release, TextEdits
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude, count, describe_changes, refuse
from otdi_site.pipeline.sources import Sources, read_sources, watched_paths
from otdi_site.pipeline.state import FullBuildRequired, compare_environments
from otdi_site.pipeline.up_to_date import LAST, LOST, LastBuild, Started, describe_inputs, start
from otdi_site.progress import Progress
from otdi_site.publish import MANIFEST, Manifest, PublishError, refuse_cache, refuse_sources
from otdi_site.render import BytecodeCache
from otdi_site.source.document_cache import DocumentCache
from otdi_site.store import StoreError
from otdi_site.trust import LedgerCache

ADDRESSES = "addresses"
"""The name of the record of addresses in the build state."""
_DOCUMENTS, _PAGES, _LEDGERS = "document", "page", "ledger"
"""Kinds of derived values in the build state, for `DocumentCache`, `PageCache` and `LedgerCache`."""


def build_site(
    request: Request, config: SiteConfig, progress: Progress, started: Started | None, bytecode: BytecodeCache | None
) -> Outcome:
    """The site, from its files to the published one.

    `started` is a build that has begun, and `bytecode` what is compiled of the templates; it grows.
    """
    config, of_discovered = with_discovered(request, config)
    bulk_files = [file for source in config.sources if (file := local_file(request, source)) is not None]
    try:
        refuse_sources(request.output, [*watched_paths(request.root), *bulk_files])
        refuse_cache(request.cache, watched_paths(request.root), request.mark_of_cache())
        try:
            started = started or start(request, progress)
        except StoreError as problem:
            return _report(request, config, progress, problem.diagnostic)
        with started.stack, TaskPools(request.executor, request.jobs) as pools:
            return _Build(
                request, config, progress, started, {} if bytecode is None else bytecode, bulk_files, of_discovered
            ).run(pools)
    except (PublishError, StoreError, WorkerError) as problem:
        return refuse(request, problem.diagnostic, progress)


def _report(request: Request, config: SiteConfig, progress: Progress, problem: Diagnostic) -> Outcome:
    """The outcome of a build whose state cannot be kept: problems of the sources are reported, too."""
    sources = read_sources(request, config)
    metadata = load_metadata(request, sources)
    found = [*sources.diagnostics, *metadata.diagnostics, problem]
    texts = ["nothing was published", metadata.age.describe()]
    return conclude(request, "build", found, progress, facts=metadata.facts, texts=texts, status=FAILURE)


@dataclass(slots=True)
class _Build:
    request: Request
    config: SiteConfig
    progress: Progress
    started: Started
    bytecode: BytecodeCache
    bulk_files: list[Path]
    """Bulk files in the site's folder."""
    of_discovered: list[Diagnostic]

    @property
    def watched(self) -> list[Path]:
        """Files besides those of the site from which it is made."""
        state = [state_file(self.request)] if self.config.discover is not None else []
        return [*self.bulk_files, *state]

    def run(self, pools: TaskPools) -> Outcome:
        request, store = self.request, self.started.store
        # A file on the Hub may be another one any time.
        are_local = len(self.bulk_files) == len(self.config.sources)
        began = self.started.publication.began
        inputs = describe_inputs(request.root, self.watched, began) if are_local else None
        documents = DocumentCache(store.derived(_DOCUMENTS), program_fingerprint())
        sources = read_sources(request, self.config, documents)
        store.keep_derived(_DOCUMENTS, documents.new, documents.dropped)
        run_ledgers = LedgerTasks(pools, request.cache / WORKING, request.mark_of_cache())
        sources = replace(sources, ledgers=LedgerCache(store.derived(_LEDGERS), program_fingerprint(), run_ledgers))
        metadata = self._bring_up_to_date(sources)
        if has_errors(metadata.diagnostics):
            sources = sources.without_snapshot()
        before, after = Manifest.read(self.started.publication.output), describe_site(request.root, sources)
        damage = find_damage(request, before, sources)
        found = [*sources.diagnostics, *self.of_discovered, *metadata.diagnostics, *damage]
        if metadata.is_interrupted:
            about = ["interrupted, nothing was published", metadata.age.describe()]
            of_metadata = metadata.facts
            return conclude(request, "build", found, self.progress, facts=of_metadata, texts=about, status=FAILURE)
        pages = PageCache(store.derived(_PAGES))
        is_sound = not has_errors(found, strict=request.strict)
        run = _Run(self, sources, metadata, before, after, found, inputs if metadata.is_settled else None)
        facts: dict[str, object] = {}
        texts: list[str] = []
        assembly: Assembly | None = None
        try:
            assembly = Assembly(
                request,
                sources,
                metadata.snapshot,
                self.bytecode,
                pages,
                pools,
                request.cache,
                store if is_sound else None,
            )
            required = compare_environments(store, assembly.fingerprints.parts)
            outcome = None
            # With --accept, lost addresses are to be forgotten.
            may_be_texts = is_sound and required is None and before is not None
            may_be_texts = may_be_texts and not (request.accept and store.record(LOST))
            if may_be_texts and self.started.verification.trees is not None:
                outcome = run.publish_texts(assembly)
            if outcome is None:
                assembly.plan_whole()
                facts, texts = describe_assembly(assembly, self.config)
                outcome = run.publish_whole(assembly, facts, texts, required)
        except (PublishError, StoreError, WorkerError) as problem:
            return run.fail(facts, texts, [*found, problem.diagnostic], FAILURE)
        finally:
            if assembly is not None:
                assembly.close()
        store.keep_derived(_PAGES, pages.new, pages.dropped)
        store.keep_derived(_LEDGERS, sources.ledgers.new, sources.ledgers.dropped)
        return outcome

    def _bring_up_to_date(self, sources: Sources) -> Metadata:
        request = self.request
        if request.offline:
            return load_metadata(request, sources)
        max_age_hours = self.config.metadata.max_age_hours
        return refresh_metadata(request, sources, self.progress, max_age_hours=max_age_hours, accept=request.accept)


@dataclass(slots=True)
class _Run:
    """The inputs of a build, read."""

    build: _Build
    sources: Sources
    metadata: Metadata
    before: Manifest | None
    """That of the published site; `None` where there is none."""
    after: Manifest
    """That of the new site."""
    found: list[Diagnostic]
    """Diagnostics of reading."""
    inputs: str | None
    """Records of the inputs: if the next build finds them unchanged, it has nothing to do."""

    def publish_texts(self, assembly: Assembly) -> Outcome | None:
        """Publishes what differs where only texts changed; `None` where more did, and nothing was done."""
        build, started, request = self.build, self.build.started, self.build.request
        if not assembly.plan_texts(started.publication.output):
            return None
        assert self.before is not None
        assert assembly.recalled is not None
        record, site = assembly.recalled.record, assembly.site
        facts, texts = _describe(len(self.sources.pages), record.datasets, record.sources, record.refused)
        edits = TextEdits(assembly.index.dropped, started.paths, record.size)
        release = Release(started, assembly.plan.by_path, self.before, self.after, edits)
        started.paths.hidden = self.before.kept | {MANIFEST}
        addresses = Addresses.decode(started.store.record(ADDRESSES))
        diagnostics = [*self.found, *describe_lost(addresses, (*site.catalog.datasets, *site.catalog.former))]
        staging = release.stage()
        for each in assembly.render(release.needed, staging, build.progress):
            release.take(each.path, each.stamp, each.is_new)
        diagnostics += assembly.problems(started.paths)
        if has_errors(diagnostics, strict=request.strict):
            return self.fail(facts, texts, diagnostics)
        changes = release.publish(
            lambda changes: assembly.records(changes.size) | self._last(facts, texts, diagnostics, changes, None)
        )
        return self.finish(facts, texts, [*diagnostics, *changes.diagnostics], changes, None)

    def publish_whole(
        self, assembly: Assembly, facts: dict[str, object], texts: Sequence[str], required: FullBuildRequired | None
    ) -> Outcome:
        """Publishes what differs, of all files."""
        build, started, request = self.build, self.build.started, self.build.request
        config, share = build.config, build.config.metadata.max_drop_share
        diagnostics, site = list(self.found), assembly.site
        is_sound = not has_errors(diagnostics, strict=request.strict)
        accounted = {*assembly.known_paths, *self.sources.excluded_paths}
        # What is missing for an error is not lost as well.
        if is_sound := is_sound and not has_errors(assembly.found, strict=request.strict):
            lost = find_lost_addresses(request, self.before, self.sources, accounted, share)
            diagnostics += lost
            is_sound = not has_errors(lost, strict=request.strict)
        if not is_sound:
            return self.fail(facts, texts, [*diagnostics, *self._find_more(assembly)])
        release = Release(started, assembly.plan.by_path, self.before, self.after)
        # A store that knows of no dataset was deleted, or the site has none: then the folders say so, too.
        known = dataset_paths(release.known_paths) or published_paths(request.output)
        addresses, losses = compare_addresses(
            Addresses.decode(started.store.record(ADDRESSES)),
            known,
            accounted,
            (*site.catalog.datasets, *site.catalog.former),
            (move.address for move in site.moves),
            share,
            accept=request.accept,
        )
        diagnostics += losses
        if has_errors(losses, strict=request.strict):
            return self.fail(facts, texts, [*diagnostics, *assembly.found])  # which may be the cause
        staging = release.stage()
        for each in assembly.render(release.needed, staging, build.progress):
            release.take(each.path, each.stamp, each.is_new)
        diagnostics += assembly.problems()
        mark = request.mark_of_cache(REFUSED_ROWS)
        diagnostics += write_refused_rows(request.cache, mark, config.sources, assembly.bulk)
        if has_errors(diagnostics, strict=request.strict):
            return self.fail(facts, texts, diagnostics)
        kept = {ADDRESSES: addresses.encode(), **({LOST: b"1"} if addresses.lost else {})}
        changes = release.publish(
            lambda changes: {
                **assembly.records(changes.size),
                **kept,
                **self._last(facts, texts, diagnostics, changes, required),
            }
        )
        assembly.bulk_files.keep(request.cache / "partitions")
        return self.finish(facts, texts, [*diagnostics, *changes.diagnostics], changes, required)

    def _find_more(self, assembly: Assembly) -> list[Diagnostic]:
        """Problems beside those of reading, with nothing staged; what the published site shows already has none."""
        build, request = self.build, self.build.request
        known, specs = build.started.store.load(), assembly.plan.by_path
        needed = {
            path for path, spec in specs.items() if path not in known or known[path].fingerprint != spec.fingerprint
        }
        for _ in assembly.render(needed, None, build.progress):
            pass
        mark = request.mark_of_cache(REFUSED_ROWS)
        refused = write_refused_rows(request.cache, mark, build.config.sources, assembly.bulk)
        return [*assembly.problems(), *refused]

    def fail(
        self,
        facts: dict[str, object],
        texts: Sequence[str],
        diagnostics: Sequence[Diagnostic],
        status: int | None = None,
    ) -> Outcome:
        """The outcome of a build that published nothing."""
        self.build.started.publication.abandon()  # what fills a disk must not keep it full
        metadata, request, progress = self.metadata, self.build.request, self.build.progress
        texts = ["nothing was published", *texts, *metadata.texts, metadata.age.describe()]
        facts = facts | metadata.facts
        return conclude(request, "build", diagnostics, progress, facts=facts, texts=texts, status=status)

    def finish(
        self,
        facts: dict[str, object],
        texts: Sequence[str],
        diagnostics: Sequence[Diagnostic],
        changes: Changes,
        required: FullBuildRequired | None,
    ) -> Outcome:
        """The outcome of a build that published the site."""
        metadata, request, progress = self.metadata, self.build.request, self.build.progress
        facts = self._facts(facts, changes, required)
        files = changes.written + changes.unchanged
        about = [*texts, *metadata.texts, metadata.age.describe()]
        about.append(describe_changes(files, changes.written, changes.removed))
        return conclude(request, "build", diagnostics, progress, facts=facts, texts=about)

    def _facts(
        self, facts: dict[str, object], changes: Changes, required: FullBuildRequired | None
    ) -> dict[str, object]:
        files = changes.written + changes.unchanged
        facts = facts | self.metadata.facts
        facts |= {"files": files, "bytes": changes.size, "written": changes.written, "removed": changes.removed}
        reason = required.reason if required is not None else None
        return facts | {"rebuild": "incremental" if required is None else "full", "rebuild_reason": reason}

    def _last(
        self,
        facts: dict[str, object],
        texts: Sequence[str],
        diagnostics: Sequence[Diagnostic],
        changes: Changes,
        required: FullBuildRequired | None,
    ) -> dict[str, bytes]:
        """The record of this build; empty where the next one cannot know whether anything changed."""
        if self.inputs is None:
            return {LAST: b""}
        last = LastBuild(
            inputs=self.inputs,
            bulk_files=tuple(map(str, self.build.watched)),
            fresh_until=self.metadata.fresh_until,
            age=self.metadata.age,
            facts=self._facts(facts, changes, required),
            texts=(*texts, *self.metadata.texts),
            diagnostics=(*diagnostics, *changes.diagnostics),
        )
        return {LAST: last.encode(self.build.request)}


def describe_assembly(assembly: Assembly, config: SiteConfig) -> tuple[dict[str, object], list[str]]:
    """The summary of a site, for machines and for people."""
    of_sources = source_facts(config.sources, assembly.bulk) if config.sources else None
    pages, datasets = len(assembly.site.pages), len(assembly.site.catalog.summaries)
    return _describe(pages, datasets, of_sources, len(assembly.bulk.refused))


def _describe(
    pages: int, datasets: int, sources: Sequence[Mapping[str, object]] | None, refused: int
) -> tuple[dict[str, object], list[str]]:
    facts: dict[str, object] = {"pages": pages, "datasets": datasets}
    texts = [f"{count(pages, 'page')}, {count(datasets, 'dataset')}"]
    if sources is not None:
        facts["sources"] = sources
        if refused:
            texts.append(f"{count(refused, 'bulk row')} refused")
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
