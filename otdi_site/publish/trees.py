"""Compares folders, makes one equal to another by hard links, and swaps them.

No function here writes into an existing file: others may be links to it. Paths of files are relative to the root of a
tree, with forward slashes; a folder's path is the same without a final slash, and empty for the root itself.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Linux's renameat2(2): swaps two names in one step."""
_CANNOT_EXCHANGE = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV, errno.EBUSY})
"""Kernel, file system or mount point does not offer the swap; anything else is a real error."""
_CANNOT_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS})


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above the files `paths`, the root included."""
    folders = {path.rpartition("/")[0] for path in paths}
    for folder in list(folders):
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in folders:
                break
            folders.add(folder)
    folders.add("")
    return folders


def touched_folders(root: str, folders: Iterable[str], since: int) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Those of `folders` in which something was added, removed or renamed at `since` or later, with their entries.

    `since` is in nanoseconds, by the clock of the file system, whose ticks are milliseconds long: what happened in the
    tick of `since` may have happened after it. 0 gives all folders. Those that do not exist come without entries.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            try:
                if os.stat(folder or ".", dir_fd=descriptor, follow_symlinks=False).st_mtime_ns < since:
                    continue
                with os.scandir(f"{root}/{folder}") as entries:
                    yield folder, list(entries)
            except (FileNotFoundError, NotADirectoryError):
                yield folder, []
    finally:
        os.close(descriptor)


def inodes_of(root: str) -> dict[str, int]:
    """The inode of each file below `root`; links are files, and not followed."""
    inodes = {}
    folders = [""]
    while folders:
        with os.scandir(f"{root}/{folders[-1]}") as entries:
            prefix = folders.pop()
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{prefix}{entry.name}/")
                else:
                    inodes[f"{prefix}{entry.name}"] = entry.stat(follow_symlinks=False).st_ino
    return inodes


def make_folder(root: str, folder: str) -> None:
    """Makes `folder` below `root`, which must exist: whoever outlives its build cannot bring back a dropped root."""
    if not folder:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), root)
    try:
        os.mkdir(f"{root}/{folder}")
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folder(root, folder.rpartition("/")[0])
        make_folder(root, folder)


def remove_file(root: str, path: str) -> None:
    """Removes a file, and the folders that are empty without it."""
    os.unlink(f"{root}/{path}")
    folder = path.rpartition("/")[0]
    while folder:
        try:
            os.rmdir(f"{root}/{folder}")
        except OSError as problem:
            if problem.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return
            raise
        folder = folder.rpartition("/")[0]


def synchronise(source: str, target: str, inodes: Mapping[str, int], since: int) -> None:
    """Makes `target` hold just the files named in `inodes`, as links to those of `source`.

    `inodes` are the inodes the files have in `source`. A file of `target` with the same inode is the same file and
    stays. The inodes must come from `stat`, not from a directory listing: a file system whose listings show no true
    inodes then has every file linked again, and never a wrong one kept. `since` is a time, in nanoseconds, at which
    the two were known to be equal, or 0.
    """
    folders = folders_of(inodes)
    touched = set()
    present = set()
    # Sorted, so that a link that stands for a folder is removed before anybody follows it to the folders below.
    for folder, entries in touched_folders(target, sorted(folders), since):
        touched.add(folder)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path not in folders:
                    shutil.rmtree(f"{target}/{path}")
            elif inodes.get(path) == entry.inode():
                present.add(path)
            else:
                os.unlink(f"{target}/{path}")
    if touched:
        for path in inodes:
            if path not in present and path.rpartition("/")[0] in touched:
                link_file(source, target, path)


def link_file(source: str, target: str, path: str) -> None:
    """Makes the file `path` of `target`, which has none of that name, a link to that of `source`."""
    try:
        _link(f"{source}/{path}", f"{target}/{path}")
    except FileNotFoundError:
        make_folder(target, path.rpartition("/")[0])
        _link(f"{source}/{path}", f"{target}/{path}")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as problem:
        if problem.errno not in _CANNOT_LINK:
            raise
        shutil.copy2(source, target, follow_symlinks=False)


def exchange(first: str, second: str) -> bool:
    """Swaps two folders in one step; `False` where that cannot be done here, and nothing has happened."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):  # not Linux, or a C library without it
        return False
    if renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), second)


def replace_files(source: str, target: str) -> None:
    """Makes `target` equal to `source` file by file, where the two cannot be swapped; `source` stays whole.

    Pages come after whatever they need, and what is no longer there goes last, so that at no moment a page lacks
    an asset. Interrupted, it leaves a mixture of both and perhaps a file with a hidden name; doing it again mends it.
    """
    old, new = inodes_of(target), inodes_of(source)
    changed = [path for path, inode in new.items() if old.get(path) != inode]
    for path in sorted(changed, key=lambda path: (path.endswith(".html"), path)):
        _make_way(target, path)
        temporary = f"{path.rpartition('/')[0]}/.{secrets.token_hex(8)}"
        _link(f"{source}/{path}", f"{target}/{temporary}")
        os.replace(f"{target}/{temporary}", f"{target}/{path}")
    for path in sorted(old.keys() - new.keys()):
        if os.path.lexists(f"{target}/{path}") and not _is_folder(f"{target}/{path}"):
            remove_file(target, path)


def _make_way(root: str, path: str) -> None:
    """Removes a file that stands where a folder of `path` must be, and a folder that stands where its file must be."""
    parts = path.split("/")
    for end in range(1, len(parts)):
        parent = f"{root}/{'/'.join(parts[:end])}"
        if not _is_folder(parent):
            if os.path.lexists(parent):
                os.unlink(parent)
            os.mkdir(parent)
    if _is_folder(f"{root}/{path}"):
        shutil.rmtree(f"{root}/{path}")


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
