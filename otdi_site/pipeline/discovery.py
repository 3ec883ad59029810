"""The stages that list the openly licensed datasets of the whole Hub, and that read what was listed as bulk files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from otdi_site.config import BulkFileConfig, DiscoveredFileConfig, SiteConfig
from otdi_site.diagnostics import Diagnostic, error, warning
from otdi_site.hub import (
    DISCOVERED_FOLDER,
    DISCOVERED_STATE,
    DamagedError,
    DiscoveryReport,
    discover,
    load_discovered,
    system_clock,
)
from otdi_site.model.refresh import RefreshSettings
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources
from otdi_site.progress import Progress

_NAMES = {"changes": "changes since the last full listing of the Hub", "base": "the last full listing of the Hub"}


@dataclass(frozen=True, slots=True)
class Discovery:
    """What became of listing the Hub."""

    report: DiscoveryReport | None
    """`None` where the files of before are damaged."""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def facts(self) -> dict[str, object] | None:
        """For ``--format json``."""
        report = self.report
        if report is None:
            return None
        return {
            "is_full": report.is_full,
            "is_finished": report.is_finished,
            "datasets": report.datasets,
            "changed": report.changed,
            "departed": report.departed,
            "unreadable": report.unreadable,
            "licenses_left": report.licenses_left,
            "reason": report.reason.value if report.reason else None,
            "requests": report.requests,
            "quota_left": report.quota_left,
        }

    def summary(self) -> str:
        """For people."""
        report = self.report
        if report is None:
            return "the Hub was not listed"
        kind = "a full listing" if report.is_full else "a listing of changes"
        requests = f"{report.requests:,} request{'' if report.requests == 1 else 's'}"
        if report.is_finished:
            counts = f"{report.datasets:,} datasets, {report.changed:,} changed, {report.departed:,} left"
            return f"{kind} of the Hub: {counts} ({requests})"
        return f"{kind} of the Hub goes on with the next refresh ({requests})"


def discover_datasets(
    request: Request, config: SiteConfig, sources: Sources, progress: Progress, *, accept: bool
) -> Discovery:
    """Lists what is due, and writes it into the cache folder."""
    assert config.discover is not None
    settings = RefreshSettings(
        deadline_seconds=config.discover.deadline_seconds,
        request_seconds=config.metadata.request_timeout_seconds,
        max_requests=config.discover.max_requests,
        parallel_requests=config.metadata.parallel_requests,
        max_drop_share=config.metadata.max_drop_share,
        accept=accept,
    )
    licenses = config.discover.hub_licenses(sources.vocabularies.licenses)
    folder, mark = request.cache / DISCOVERED_FOLDER, request.mark_of_cache(DISCOVERED_FOLDER)
    try:
        report = discover(folder, config.discover, licenses, settings, system_clock, progress.step)
    except DamagedError as problem:
        return Discovery(None, (_damaged(request, problem),))
    except OSError as problem:
        message = f"the datasets that were discovered cannot be written: {problem.strerror or type(problem).__name__}"
        return Discovery(None, (error("OTD463", mark, message, "free some space, and allow writing to this folder"),))
    found = []
    if report.held:
        message = f"{report.held:,} of the discovered datasets would leave, more than metadata.max_drop_share allows"
        help = "nothing was changed; look whether the Hub lists what it should, then run `refresh --accept`"
        found.append(error("OTD464", mark, message, help))
    elif report.reason is not None:
        message = f"the listing of the Hub is not finished, because {report.reason.explanation}"
        help = "the catalog keeps the datasets of before; the next refresh goes on where this one ended"
        found.append(warning("OTD465", mark, message, help))
    if report.unreadable:
        entries = "entry" if report.unreadable == 1 else "entries"
        message = f"{report.unreadable:,} {entries} of the Hub's listings could not be read"
        found.append(warning("OTD466", mark, message, "they are left out; datasets that are known stay as they are"))
    return Discovery(report, tuple(found))


def with_discovered(request: Request, config: SiteConfig) -> tuple[SiteConfig, list[Diagnostic]]:
    """The configuration with the files of discovered datasets before the bulk files that it names."""
    if config.discover is None:
        return config, []
    folder = request.cache / DISCOVERED_FOLDER
    try:
        known = load_discovered(folder)
    except DamagedError as problem:
        return config, [_damaged(request, problem)]
    if known is None:
        return config, []
    files = [
        DiscoveredFileConfig(
            path=f"{DISCOVERED_FOLDER}/{name}.jsonl.gz",
            date=date.fromisoformat(part.day),
            name=_NAMES[name],
            licenses=config.discover.licenses or "accepted",
            gated=config.discover.gated,
            location=folder / part.file,
        )
        for name, part in (("changes", known.changes), ("base", known.base))
    ]
    return config.model_copy(update={"sources": (*files, *config.sources)}), []


def local_file(request: Request, config: BulkFileConfig) -> Path | None:
    """Where a bulk file is; `None` for one on the Hub."""
    if isinstance(config, DiscoveredFileConfig):
        return config.location
    return request.root / config.path if config.path is not None else None


def state_file(request: Request) -> Path:
    """The file that is replaced with every listing."""
    return request.cache / DISCOVERED_FOLDER / DISCOVERED_STATE


def _damaged(request: Request, problem: DamagedError) -> Diagnostic:
    help = "restore the folder from the last good run, or delete it and run `refresh`, which lists everything anew"
    return error("OTD462", request.mark_of_cache(DISCOVERED_FOLDER), f"discovered datasets: {problem}", help)
