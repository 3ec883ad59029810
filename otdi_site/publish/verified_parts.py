"""Verifies parts of a published site: that every file is as the last build left it, and that no other is there.

Different processes can verify different parts at once, which sites of 100,000 files need. A part consists of all
artifacts of some folders, those of one folder together.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf

from otdi_site.publish.trees import link_file, make_folder

Artifacts = tuple[Sequence[str], Sequence[int], Sequence[int]]
"""Paths, sizes in bytes, and times of last modification in nanoseconds."""


@dataclass(frozen=True, slots=True)
class OutputTrees:
    """The folders to verify; a publication gives them."""

    output: str
    mirror: str | None
    """Made equal to the output folder meanwhile; `None` where that is not wanted."""
    since: int
    """When, in nanoseconds, the output folder was known to be free of anything foreign; or 0."""
    mirror_since: int
    """When both were known to be equal; or 0."""


@dataclass(slots=True)
class PartVerification:
    """The result for some parts."""

    is_intact: bool = True
    """Whether each artifact of the published site is as it was written, and no other file stands beside them."""
    above: set[str] = field(default_factory=set)
    """The folders above those of artifacts."""
    found: set[str] = field(default_factory=set)
    """Folders of the published site that were seen: each must be one of artifacts, or above one."""
    mirrored: set[str] = field(default_factory=set)
    """Folders of the mirror that were seen."""


def verify_parts(trees: OutputTrees, parts: Iterable[Artifacts], *, is_own_process: bool) -> PartVerification:
    """Verifies some parts. In an own process the working directory changes: relative to it, this takes half the time.

    Raises `ValueError` where the artifacts are not columns of one length.
    """
    verified, lstat = PartVerification(), os.lstat
    enter = _enter if is_own_process else "{}/".format
    try:
        for paths, sizes, times in parts:
            prefix = enter(trees.output)
            for path, size, time in zip(paths, sizes, times, strict=True):
                status = lstat(prefix + path)
                if status.st_mtime_ns != time or status.st_size != size:
                    return PartVerification(is_intact=False)
            folders = dict.fromkeys([path.rpartition("/")[0] for path in paths])
            touched = _touched(trees, folders, enter)
            for folder, files in _files_of(touched, paths):
                _verify_folder(
                    trees, folder, {path: lstat(f"{trees.output}/{path}").st_ino for path in files}, verified
                )
            verified.above.update({folder.rpartition("/")[0] for folder in folders})
    except (FileNotFoundError, NotADirectoryError):
        verified.is_intact = False
    return verified


def _enter(place: str) -> str:
    """Makes a folder the working directory; gives what comes before paths in it."""
    os.chdir(place)
    return ""


def _touched(trees: OutputTrees, folders: Collection[str], enter: Callable[[str], str]) -> set[str]:
    """Folders to which something was added, or from which it was removed, in the published site or in the mirror."""
    prefix = enter(trees.output)
    touched = {folder for folder in folders if os.lstat(prefix + folder or ".").st_mtime_ns >= trees.since}
    if trees.mirror is not None:
        prefix = enter(trees.mirror)
        touched.update(folder for folder in folders if _changed_at(prefix + folder or ".") >= trees.mirror_since)
    return touched


def _changed_at(folder: str) -> float:
    try:
        return os.lstat(folder).st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return inf


def _files_of(wanted: Collection[str], paths: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The files of each of some folders."""
    if wanted:
        for folder, group in groupby(paths, lambda path: path.rpartition("/")[0]):
            if folder in wanted:
                yield folder, list(group)


def verify_above(
    trees: OutputTrees, folders: Collection[str], find_empty: Callable[[set[str]], Iterable[str]]
) -> PartVerification:
    """Verifies those of some folders that hold nothing but folders, which `find_empty` finds."""
    verified = PartVerification()
    try:
        for folder in find_empty(_touched(trees, folders, "{}/".format)):
            _verify_folder(trees, folder, {}, verified)
    except (FileNotFoundError, NotADirectoryError):
        verified.is_intact = False
    return verified


def clear_mirror(trees: OutputTrees, folders: Iterable[str]) -> None:
    """Removes folders from the mirror that the published site does not have."""
    for folder in folders:
        shutil.rmtree(f"{trees.mirror}/{folder}", ignore_errors=True)


def with_all_above(folders: Iterable[str]) -> set[str]:
    """The folders and all above them, up to the root, which is empty."""
    seen: set[str] = set()
    for folder in folders:
        while folder not in seen:
            seen.add(folder)
            folder = folder.rpartition("/")[0]
    return seen


def _verify_folder(trees: OutputTrees, folder: str, inodes: Mapping[str, int], verified: PartVerification) -> None:
    """Whether the files of a folder are those of `inodes`; makes that of the mirror the same."""
    if _list(f"{trees.output}/{folder}", folder, verified.found).keys() != inodes.keys():
        verified.is_intact = False
    elif trees.mirror is not None:
        _mend_mirror(trees.output, trees.mirror, folder, inodes, verified.mirrored)


def _mend_mirror(output: str, mirror: str, folder: str, inodes: Mapping[str, int], found: set[str]) -> None:
    try:
        present = _list(f"{mirror}/{folder}", folder, found)
    except (FileNotFoundError, NotADirectoryError):
        make_folder(mirror, folder)
        present = {}
    for path, inode in present.items():
        if inodes.get(path) != inode:
            os.unlink(f"{mirror}/{path}")
    for path, inode in inodes.items():
        if present.get(path) != inode:
            link_file(output, mirror, path)


def _list(place: str, folder: str, found: set[str]) -> dict[str, int]:
    """The inode of each file of a folder, by path; the folders in it are added to `found`."""
    inodes = {}
    with os.scandir(place) as entries:
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                found.add(path)
            else:
                inodes[path] = entry.inode()
    return inodes
