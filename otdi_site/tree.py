"""Finds the files of a site, and keeps every read inside its folders.

A symbolic link is followed where it leads to a file or folder of the site, or of the project's own templates, assets
and vocabularies. One that leads elsewhere would publish what lies outside, such as the environment of the build
(``/proc/self/environ``) with its token. Devices and pipes are no files: reading them has no end.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
"""Where the project's own templates, assets and vocabularies are."""
_PROJECT_SOURCES = ("templates", "site_src", "catalog_data")
_WELL_KNOWN = ".well-known"  # RFC 8615
_LINKED_FOLDERS = 1_000
"""Linked folders that are followed in one tree: links to folders of links would grow without end."""
_BACKUPS = (
    *("*~", "~$*", "#*#", ".#*", "*.bak", "*.orig", "*.rej", "*.swp", "*.swo", "*.swx", "*.tmp", "*.temp", "*.old"),
    *("thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r", "*.kate-swp", "*.crdownload", "*.part"),
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder are part of the site: ``include`` and ``exclude`` of ``site.yaml``.

    A glob without a slash matches names at any depth, one with a slash the path from the folder or from the site's.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    is_hiding_underscores: bool = True
    """Whether names that begin with ``_`` stay out, as Jekyll keeps them."""

    def reason_against(self, name: str, path: str) -> str | None:
        """Why the file or folder at `path` (from the site's folder) stays out of the site; `None` where it does not."""
        if self.exclude and _matches(self.exclude, name, path):
            return "`exclude` in site.yaml names it"
        if self.include and _matches(self.include, name, path):
            return None
        if is_backup(name):
            return "it looks like a backup or a file of an editor or a system"
        if name.startswith(".") and name != _WELL_KNOWN:
            return "its name begins with a dot"
        if self.is_hiding_underscores and name.startswith("_"):
            return "its name begins with an underscore"
        return None


def is_backup(name: str) -> bool:
    """Whether a name is one that editors and systems give to files of their own."""
    folded = name.lower()
    return any(fnmatchcase(folded, pattern) for pattern in _BACKUPS)


def _matches(patterns: Sequence[str], name: str, path: str) -> bool:
    parts = path.split("/")
    for pattern in patterns:
        wanted = pattern.strip("/").split("/")
        if len(wanted) == 1:
            if fnmatchcase(name, wanted[0]):
                return True
        elif _match_parts(wanted, parts) or _match_parts(wanted, parts[1:]):
            return True
    return False


def _match_parts(wanted: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a path is one that a glob means; ``**`` stands for any number of folders."""
    reached = {0}
    for part in parts:
        after: set[int] = set()
        for at in reached:
            while at < len(wanted) and wanted[at] == "**":
                after.add(at)
                at += 1
            if at < len(wanted) and fnmatchcase(part, wanted[at]):
                after.add(at + 1)
        reached = after
    return len(wanted) in reached or (wanted[-1] == "**" and len(wanted) - 1 in reached)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file or folder of a tree."""

    file: Path
    problem: str | None = None
    """Why it must not be read; `None` where it may."""
    left_out: str | None = None
    """Why it is no part of the site; `None` where it is one. What is below such a folder is not listed."""


class Fence:
    """The folders that a site at `root` may read."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._project = tuple(PROJECT_FOLDER / name for name in _PROJECT_SOURCES)

    def refusal(self, file: Path) -> str | None:
        """Why a file must not be read, whatever links lead to it; `None` where it may."""
        try:
            real = Path(os.path.realpath(file, strict=True))
            mode = real.stat().st_mode
        except OSError as problem:
            return f"cannot be read: {problem.strerror or type(problem).__name__}"
        except ValueError as problem:  # a NUL in the name
            return f"cannot be read: {problem}"
        if (outside := self._outside(real, file)) is not None:
            return outside
        return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "is no file but a device, pipe or socket"

    def _outside(self, real: Path, file: Path) -> str | None:
        if real.is_relative_to(self.root):
            hidden = [part for part in real.relative_to(self.root).parts if part.startswith(".")]
            if hidden and hidden[0] != _WELL_KNOWN and real != file:
                return f"is a link to {'/'.join(real.relative_to(self.root).parts)}, which is hidden"
            return None
        if any(real.is_relative_to(folder) for folder in self._project):
            return None
        return "is a link that leads out of the site's folder"

    def walk(self, folder: Path, selection: Selection) -> Iterator[Candidate]:
        """Files below `folder` in the order of their names, with what is refused and what is left out.

        A folder that cannot be listed stands for its files. Nothing where there is no such folder.
        """
        if not os.path.lexists(folder):
            return
        problem = self.refusal(folder)
        if problem is not None:
            yield Candidate(folder, problem)
            return
        try:
            path = folder.relative_to(self.root).as_posix()
        except ValueError:
            path = folder.name
        yield from _Walker(self, selection).walk(folder, path, (os.path.realpath(folder),))

    def files(self, folder: Path, selection: Selection | None = None) -> list[Path]:
        """The files below `folder` that may be read and are part of the site."""
        found = self.walk(folder, selection or ALL_FILES)
        return [each.file for each in found if each.problem is None and each.left_out is None]


PUBLISHED = Selection()
"""The selection of files that a site publishes by default."""
ALL_FILES = Selection(is_hiding_underscores=False)
"""All but hidden files and backups."""


class _Walker:
    def __init__(self, fence: Fence, selection: Selection) -> None:
        self._fence = fence
        self._selection = selection
        self._linked = 0

    def walk(self, folder: Path, path: str, above: tuple[str, ...]) -> Iterator[Candidate]:
        """`above` are the real paths of the folder and those around it."""
        try:
            with os.scandir(folder) as opened:
                entries = sorted(opened, key=lambda entry: entry.name)
        except OSError as problem:
            yield Candidate(folder, f"cannot be read: {problem.strerror or type(problem).__name__}")
            return
        for entry in entries:
            file, inner = folder / entry.name, f"{path}/{entry.name}"
            reason = self._selection.reason_against(entry.name, inner)
            if reason is not None:
                yield Candidate(file, left_out=reason)
            elif entry.is_symlink():
                yield from self._follow(file, inner, above)
            elif entry.is_dir():
                real = f"{above[-1]}{os.sep}{entry.name}"
                if real in above:  # below a link
                    yield Candidate(file, "is a folder that holds itself, by a link")
                else:
                    yield from self.walk(file, inner, (*above, real))
            elif entry.is_file():
                yield Candidate(file)
            else:
                yield Candidate(file, "is no file but a device, pipe or socket")

    def _follow(self, link: Path, path: str, above: tuple[str, ...]) -> Iterator[Candidate]:
        problem = self._fence.refusal(link)
        if problem is not None:
            yield Candidate(link, problem)
            return
        real = os.path.realpath(link)
        if not Path(real).is_dir():
            yield Candidate(link)
            return
        self._linked += 1
        if any(each == real or each.startswith(f"{real}{os.sep}") for each in above):
            yield Candidate(link, "is a link to a folder that holds the link")
        elif self._linked > _LINKED_FOLDERS:
            yield Candidate(link, f"is one of more than {_LINKED_FOLDERS:,} linked folders")
        else:
            yield from self.walk(link, path, (*above, real))
