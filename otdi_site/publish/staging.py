"""Writes artifacts into the staging folder. The published site is not touched."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TypeAlias

from otdi_site.diagnostics import Mark, error
from otdi_site.publish.errors import PublishError, from_os_error, os_errors_as_diagnostics
from otdi_site.publish.trees import make_folder, remove_file
from otdi_site.tokens import TokenFinder, find_tokens

Stamp: TypeAlias = tuple[int, int]
"""Size in bytes and time of last modification in nanoseconds: tells an untouched file from one that was changed."""


@dataclass(frozen=True, slots=True)
class Staging:
    """The new site while it is being made; small, can be pickled, works in any number of processes at once."""

    tree: str
    """Path of the folder. Each build has its own, so that a worker that outlives its build spoils no other."""
    mark: Mark
    _folders: set[str] = field(default_factory=set, repr=False, compare=False)
    """Those that are there for sure: asking the system for each file would cost a tenth of writing it."""

    _tokens: TokenFinder = field(default_factory=find_tokens, repr=False, compare=False)

    def write(self, path: str, content: bytes) -> tuple[Stamp, bool]:
        """Writes an artifact and returns its stamp and whether its bytes are new.

        An artifact that has these bytes already is left alone. `path` is relative to the output folder, with forward
        slashes. Raises `PublishError` where the system refuses, `ValueError` where `path` leads out of the folder.
        """
        _refuse_to_leave(path)
        if self._tokens.holds_plainly(content):
            help = "take it out of the file that it comes from, and revoke it on the Hub"
            raise PublishError(error("OTD445", Mark(path), "would publish the Hugging Face token", help))
        file, folder = f"{self.tree}/{path}", path.rpartition("/")[0]
        try:
            if folder and folder not in self._folders:
                make_folder(self.tree, folder)
                self._folders.add(folder)
            try:
                return _create(file, content), True
            except FileNotFoundError:  # a removal took the folder with it
                make_folder(self.tree, folder)
            except FileExistsError:
                stamp = _stamp_if_equal(file, content)
                if stamp is not None:
                    return stamp, False
                os.unlink(file)
            return _create(file, content), True
        except OSError as problem:
            raise from_os_error(problem, self.mark) from problem

    def remove(self, path: str) -> None:
        """Removes an artifact that the new site does not have; before anything is written that takes its place."""
        _refuse_to_leave(path)
        with os_errors_as_diagnostics(self.mark):
            try:
                remove_file(self.tree, path)
            except FileNotFoundError:  # it was lost from the published site
                return


def _refuse_to_leave(path: str) -> None:
    # Names of datasets come from strangers: "../../.bashrc" must never become a file.
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError(f"not a path inside the output folder: {path!r}")


def _create(file: str, content: bytes) -> Stamp:
    """Writes a file that does not exist yet: one that does may be a link to a published one."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(content)[os.write(descriptor, content) :]
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        return len(content), os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def _stamp_if_equal(file: str, content: bytes) -> Stamp | None:
    """The stamp of an existing file that has these bytes."""
    with open(file, "rb", buffering=0) as existing:
        status = os.fstat(existing.fileno())
        if status.st_size != len(content) or existing.readall() != content:
            return None
    return status.st_size, status.st_mtime_ns
