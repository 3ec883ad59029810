"""The stages of build, refresh and check, in their order. Their work is done by other packages.

Stages collect diagnostics. An error among them means that nothing is published. The stages are imported when they are
needed: a build that finds nothing to do ends before their import would.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from otdi_site.executors import collecting_seldom
from otdi_site.pipeline.request import CLEAN, FAILURE, PROBLEMS, Outcome, Request
from otdi_site.pipeline.up_to_date import begin
from otdi_site.progress import Progress

if TYPE_CHECKING:
    from otdi_site.render import BytecodeCache


def build(request: Request, progress: Progress, bytecode: BytecodeCache | None = None) -> Outcome:
    """Refreshes stale metadata and publishes the site; on any error the published site stays as it was.

    `bytecode` is what earlier builds of this process compiled of the templates; it grows.
    """
    with collecting_seldom(), ExitStack() as stack:
        started = begin(request, progress)
        if isinstance(started, Outcome):
            return started
        if started is not None:
            stack.push(started.stack)
        from otdi_site.pipeline.building import build_site
        from otdi_site.source.config import read_config

        config, _ = read_config(request.root)
        if config is None:
            from otdi_site.pipeline import commands

            return commands.check(request, progress, (), "build")
        return build_site(request, config, progress, started, bytecode)


def refresh(request: Request, progress: Progress, *, accept: bool) -> Outcome:
    """Asks the Hub for everything and writes the snapshot; the site is left alone."""
    from otdi_site.pipeline import commands

    return commands.refresh(request, progress, accept=accept)


def check(request: Request, progress: Progress, only: Sequence[Path]) -> Outcome:
    """Every problem of the site, or those of the files and folders in `only`; writes nothing."""
    with collecting_seldom():
        from otdi_site.pipeline import commands

        return commands.check(request, progress, only)


def watched_paths(root: Path) -> tuple[Path, ...]:
    """Files and folders whose change may change the site."""
    from otdi_site.pipeline import sources

    return sources.watched_paths(root)


def bulk_file_paths(root: Path) -> tuple[Path, ...] | None:
    """Files of bulk metadata that the configuration names; `None` where that is wrong."""
    from otdi_site.source.config import read_config

    config, _ = read_config(root)
    return None if config is None else tuple(root / each.path for each in config.sources if each.path is not None)


def is_part_of_site(root: Path, path: Path) -> bool:
    """Whether a file or folder exists and is among the sources of the site, or holds them."""
    sources = watched_paths(root)
    return path.exists() and any(path.is_relative_to(each) or each.is_relative_to(path) for each in sources)


__all__ = [
    "CLEAN",
    "FAILURE",
    "PROBLEMS",
    "Outcome",
    "Request",
    "build",
    "bulk_file_paths",
    "check",
    "is_part_of_site",
    "refresh",
    "watched_paths",
]
