"""The commands `refresh` and `check` as sequences of stages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from otdi_site.check import PageCache
from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Mark, Severity, has_errors
from otdi_site.executors import TaskPools, WorkerError
from otdi_site.pipeline.assembly import Assembly
from otdi_site.pipeline.building import describe_assembly
from otdi_site.pipeline.discovery import discover_datasets, with_discovered
from otdi_site.pipeline.ledgers import LedgerTasks
from otdi_site.pipeline.losses import find_damage, find_lost_addresses
from otdi_site.pipeline.metadata import load_metadata, refresh_metadata
from otdi_site.pipeline.partitions import WORKING
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude
from otdi_site.pipeline.sources import read_sources, watched_paths
from otdi_site.progress import Progress
from otdi_site.publish import Manifest, PublishError, hold_lock, os_errors_as_diagnostics, refuse_cache
from otdi_site.source.config import read_config, salvage_config
from otdi_site.trust import LedgerCache

_PATIENCE = 60.0
"""Seconds that a refresh waits for another one, or for a build, to end."""


def _configure(request: Request, command: str, progress: Progress) -> SiteConfig | Outcome:
    config, diagnostics = read_config(request.root)
    if config is not None:
        return config
    texts = ["nothing was done, the configuration is wrong"]
    return conclude(request, command, diagnostics, progress, facts={}, texts=texts, status=FAILURE)


def refresh(request: Request, progress: Progress, *, accept: bool) -> Outcome:
    """Asks the Hub for everything and writes the snapshot; the site is left alone."""
    config = _configure(request, "refresh", progress)
    if isinstance(config, Outcome):
        return config
    cache = request.cache
    try:
        refuse_cache(cache, watched_paths(request.root), request.mark_of_cache())
        with ExitStack() as stack:
            with os_errors_as_diagnostics(request.mark_of_cache(), is_cache=True):
                cache.mkdir(parents=True, exist_ok=True)
                stack.enter_context(hold_lock(cache / "lock", request.mark_of_cache(), _PATIENCE, progress.say))
            return _refresh(request, config, progress, accept=accept)
    except PublishError as problem:
        texts = ["nothing was asked for"]
        return conclude(request, "refresh", [problem.diagnostic], progress, facts={}, texts=texts, status=FAILURE)


def _refresh(request: Request, config: SiteConfig, progress: Progress, *, accept: bool) -> Outcome:
    sources = read_sources(request, config)
    diagnostics = [diagnostic for diagnostic in sources.diagnostics if "catalog_data/" in diagnostic.mark.path]
    if sources.has_entry_errors:
        texts = ["nothing was asked for: correct the entries first"]
        return conclude(request, "refresh", diagnostics, progress, facts={}, texts=texts)
    if request.offline:
        metadata = load_metadata(request, sources)
        texts = ["nothing was asked for, with --offline", metadata.age.describe()]
        return conclude(request, "refresh", metadata.diagnostics, progress, facts=metadata.facts, texts=texts)
    metadata = refresh_metadata(request, sources, progress, max_age_hours=0, accept=accept)
    # A build goes on with the snapshot of before; a refresh that wrote nothing has failed.
    diagnostics += [
        replace(each, severity=Severity.ERROR) if each.code == "OTD440" else each for each in metadata.diagnostics
    ]
    report = metadata.report
    if report is None:
        texts = ["nothing was asked for or changed: correct the snapshot first"]
        return conclude(request, "refresh", diagnostics, progress, facts=metadata.facts, texts=texts)
    status = FAILURE if report.is_interrupted else None
    texts = [report.summary(), *metadata.texts, metadata.age.describe()]
    facts = metadata.facts
    if config.discover is not None and status is None:
        found = discover_datasets(request, config, sources, progress, accept=accept)
        diagnostics += found.diagnostics
        texts.append(found.summary())
        facts = {**facts, "discovered": found.facts}
        status = FAILURE if found.report is not None and found.report.is_interrupted else None
    return conclude(request, "refresh", diagnostics, progress, facts=facts, texts=texts, status=status)


def check(request: Request, progress: Progress, only: Sequence[Path], command: str = "check") -> Outcome:
    """Every problem of the site, or those of the files and folders in `only`; writes nothing.

    Where the configuration is wrong, the rest is looked at with what can be used of it.
    """
    whole, of_config = read_config(request.root)
    config = whole or salvage_config(request.root)
    if config is not None:
        config, of_discovered = with_discovered(request, config)
        of_config = (*of_config, *of_discovered)
    about = ["the configuration is wrong"] if whole is None else []
    status = FAILURE if whole is None else None
    if config is None:
        return conclude(request, command, of_config, progress, facts={}, texts=about, status=status)
    sources = read_sources(request, config, is_configured=whole is not None)
    metadata = load_metadata(request, sources)
    if has_errors(metadata.diagnostics):
        sources = sources.without_snapshot()
    before = Manifest.read(request.output)
    diagnostics = [*of_config, *sources.diagnostics, *metadata.diagnostics, *find_damage(request, before, sources)]
    try:
        with TemporaryDirectory() as folder, TaskPools(request.executor, request.jobs) as pools:
            run_ledgers = LedgerTasks(pools, Path(folder) / WORKING, request.mark_of_cache())
            sources = replace(sources, ledgers=LedgerCache(run=run_ledgers))
            assembly = Assembly(request, sources, metadata.snapshot, {}, PageCache(), pools, Path(folder), None)
            assembly.plan_whole()
            for _ in assembly.render(assembly.plan.by_path, None, progress):
                pass
            diagnostics += assembly.problems()
            if not has_errors(diagnostics):
                share = config.metadata.max_drop_share
                accounted = {*assembly.known_paths, *sources.excluded_paths}
                diagnostics += find_lost_addresses(request, before, sources, accounted, share)
            facts, texts = describe_assembly(assembly, config)
    except WorkerError as problem:
        diagnostics.append(problem.diagnostic)
        texts = ["not all was checked"]
        return conclude(request, command, diagnostics, progress, facts={}, texts=texts, status=FAILURE)
    if only:
        diagnostics = [diagnostic for diagnostic in diagnostics if _is_below(request.root, diagnostic.mark, only)]
    return conclude(request, command, diagnostics, progress, facts=facts, texts=[*about, *texts], status=status)


def _is_below(root: Path, mark: Mark, only: Sequence[Path]) -> bool:
    file = (root / mark.path).resolve()
    return any(file.is_relative_to(path) for path in only)
