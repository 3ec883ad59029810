"""The exception of publishing, and errors of the operating system in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from otdi_site.diagnostics import Diagnostic, Mark, error

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class PublishError(Exception):
    """Publication cannot go on, `diagnostic` says why; the published site is as it was."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class LockedError(PublishError):
    """Another build kept the lock for longer than anybody waits."""


def from_os_error(problem: OSError, mark: Mark, *, is_cache: bool = False) -> PublishError:
    """The error to raise for `problem`, which happened while the site or cache at `mark` was being written."""
    reason = problem.strerror or str(problem)
    if problem.errno in _DISK_FULL:
        return PublishError(
            error(
                "OTD502",
                mark,
                f"There is no room for the new site: {reason}",
                "Free some space and build again: changed files need room twice, since the old site stays",
            )
        )
    if is_cache:
        help = "Make it writable, or choose another folder with --cache"
        return PublishError(error("OTD506", mark, f"The cache cannot be written: {reason}", help))
    place = f"'{problem.filename}': " if problem.filename is not None else ""
    return PublishError(
        error(
            "OTD503",
            mark,
            f"The new site cannot be written: {place}{reason}",
            "Make the output folder and the folder that holds it writable, or choose another with --output",
        )
    )


@contextmanager
def os_errors_as_diagnostics(mark: Mark, *, is_cache: bool = False) -> Iterator[None]:
    """Every `OSError` of the block becomes a `PublishError` about the site or cache at `mark`."""
    try:
        yield
    except OSError as problem:
        raise from_os_error(problem, mark, is_cache=is_cache) from problem
