"""One publication: inspects the published site, stages the new one, and swaps them.

Beside the output folder, say ``_site``, stands the workspace:

    ._site.next/.gitignore    "*"
    ._site.next/lock          held while a build is at work on this output, see `lock.py`
    ._site.next/tree-1f0c…    the mirror: a complete site, or what a killed build left of one
    ._site.next/equal         says that mirror and output folder were equal when this file was last modified:
                              "INODE INODE FILES\\n", of output folder and mirror, and how many files are in each
    ._site.next/clean         says that nothing foreign was in the output folder then: "INODE FILES\\n"

The new site is made in the mirror: it is brought up to date with the published site by hard links; changed artifacts
are written as new files; then mirror and output folder are swapped in one step, and what was published is the next
mirror. A build killed at any moment leaves the output folder wholly old or wholly new.

There is nothing to repair after a crash, since each build looks at what is there: at every artifact, and at the entries
of every folder. The file ``equal`` spares it the latter, for folders in which nothing was added, removed or renamed
since. It is removed before the mirror is touched, and believed only if the caller knows of exactly so many artifacts
and each is as it was written: then there was nothing else in either folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from otdi_site.diagnostics import Mark
from otdi_site.publish.errors import PublishError, os_errors_as_diagnostics
from otdi_site.publish.lock import hold_lock
from otdi_site.publish.refusals import refuse_place, refuse_strangers
from otdi_site.publish.staging import Staging, Stamp
from otdi_site.publish.trees import (
    exchange,
    folders_of,
    link_file,
    remove_file,
    replace_files,
    synchronise,
    touched_folders,
)
from otdi_site.publish.verified_parts import OutputTrees

_TREE = "tree-"


@dataclass(frozen=True, slots=True)
class Inspection:
    """The published site compared with the store: which files are intact, lost or foreign."""

    intact: Mapping[str, int]
    """The inode of each artifact that is as it was written."""
    lost: frozenset[str]
    """Artifacts that are missing or were changed by somebody else: to be written again."""
    foreign: tuple[str, ...]
    """Files and folders of others, sorted, folders with a final slash; the next publication removes them."""
    equal_since: int
    """When, in nanoseconds, published site and mirror were known to be equal and free of anything foreign; or 0."""


class Publication:
    """A context manager: it holds the locks of the site and of its output folder.

    Leaving it without `commit` leaves the published site as it is. Every method may raise `PublishError`.
    """

    def __init__(
        self, root: Path, output: Path, cache: Path, *, notify: Callable[[str], None], wait: float = 60.0
    ) -> None:
        """`root` is the site's folder, `cache` its cache; waits `wait` seconds for another build, telling `notify`."""
        self._root = root.resolve()
        self.output = Path(os.path.realpath(output))  # `resolve` fails for links that lead in a circle
        """The folder of the published site."""
        self._cache = cache
        self._notify = notify
        self._wait = wait
        self._mark = Mark(_shown(self.output, self._root))
        self._workspace = self.output.parent / f".{self.output.name}.next"
        self.began = 0
        """When the lock was had, in nanoseconds by the file system's clock."""
        self._inspection: Inspection | None = None
        self._tree: str | None = None
        self._mirror: str | None = None
        self._is_swapped = False
        self._stack = ExitStack()

    def __enter__(self) -> Publication:
        refuse_place(self.output, self._root, self._cache, self._mark)
        with ExitStack() as stack, os_errors_as_diagnostics(self._mark):
            with os_errors_as_diagnostics(Mark(_shown(self._cache, self._root)), is_cache=True):
                self._cache.mkdir(parents=True, exist_ok=True)
                stack.enter_context(hold_lock(self._cache / "lock", self._mark, self._wait, self._notify))
            self._workspace.mkdir(parents=True, exist_ok=True)
            stack.enter_context(hold_lock(self._workspace / "lock", self._mark, self._wait, self._notify))
            self.began = (self._workspace / "lock").stat().st_mtime_ns
            if not (self._workspace / ".gitignore").exists():
                (self._workspace / ".gitignore").write_text("*\n", encoding="ascii")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def inspect(self, stamps: Mapping[str, Stamp]) -> Inspection:
        """Compares the published site with the stamps its artifacts had when they were written.

        Refuses an output folder that is not empty and not ours: ours has an artifact that is as we wrote it, or the
        manifest that only this tool writes.
        """
        intact: dict[str, int] = {}
        foreign: list[str] = []
        equal_since = 0
        with os_errors_as_diagnostics(self._mark):
            if os.path.lexists(self.output):
                intact = _find_intact(str(self.output), stamps)
                if not intact:
                    self._refuse_strangers()
                if len(intact) == len(stamps):
                    equal_since = self._equal_since(len(intact))
                foreign = _find_foreign(str(self.output), stamps, equal_since)
        lost = frozenset() if len(intact) == len(stamps) else frozenset(stamps.keys() - intact.keys())
        self._inspection = Inspection(intact, lost, tuple(sorted(foreign)), equal_since)
        return self._inspection

    def verified_trees(self, files: int, *, is_mirrored: bool) -> OutputTrees | None:
        """The folders that `Verification` verifies in place of `inspect`; `None` where nothing is published.

        `files` is the number of artifacts that the caller knows. With `is_mirrored`, the verification makes the mirror
        equal to the published site, and `adopt` may follow.
        """
        with os_errors_as_diagnostics(self._mark):
            if not os.path.lexists(self.output):
                return None
            equal_since = self._equal_since(files)
            since = max(equal_since, self._noted_at("clean", self._cleanness(files)))
            return OutputTrees(str(self.output), self._take_mirror() if is_mirrored else None, since, equal_since)

    def vouch(self, files: int) -> None:
        """Notes that the published site was verified, which spares the next build most of the work."""
        with os_errors_as_diagnostics(self._mark):
            self._note("clean", self._cleanness(files))

    def adopt(self, trees: OutputTrees) -> Staging:
        """The new site, where the published one was verified: nothing is lost or foreign."""
        if trees.mirror is None:
            raise RuntimeError("the mirror was not verified")
        self._inspection = Inspection({}, frozenset(), (), trees.mirror_since)
        self._tree = trees.mirror
        return Staging(trees.mirror, self._mark)

    def _equal_since(self, files: int) -> int:
        mirrors = self._mirrors()
        return self._noted_at("equal", self._equality(mirrors[0], files)) if len(mirrors) == 1 else 0

    def _equality(self, mirror: Path, files: int) -> str:
        return f"{self.output.stat().st_ino} {mirror.stat().st_ino} {files}\n"

    def _cleanness(self, files: int) -> str:
        return f"{self.output.stat().st_ino} {files}\n"

    def _noted_at(self, name: str, text: str) -> int:
        """When, in nanoseconds, a note said this; or 0."""
        note = self._workspace / name
        return note.stat().st_mtime_ns if note.exists() and note.read_text(encoding="ascii") == text else 0

    def _note(self, name: str, text: str) -> None:
        note = self._workspace / name
        note.write_text(text, encoding="ascii")
        # All was open to others while this build was at work: what happened since it began is to be looked at.
        os.utime(note, ns=(self.began, self.began))

    def _refuse_strangers(self) -> None:
        try:
            refuse_strangers(self.output, self._mark)
        except PublishError:
            if not self._mirrors():
                shutil.rmtree(self._workspace, ignore_errors=True)  # made for nothing
            raise

    def stage(self) -> Staging:
        """The new site, which so far has the intact artifacts of the published one; after `inspect`."""
        if self._inspection is None:
            raise RuntimeError("inspect the published site before a new one is staged")
        with os_errors_as_diagnostics(self._mark):
            tree = self._take_mirror()
            synchronise(str(self.output), tree, self._inspection.intact, self._inspection.equal_since)
        self._tree = tree
        return Staging(tree, self._mark)

    def commit(self) -> None:
        """Publishes what was staged: in one step, where system and file system can swap two folders.

        Where they cannot, files are replaced one by one: pages after their assets, orphans removed last.
        """
        if self._tree is None:
            raise RuntimeError("nothing is staged")
        with os_errors_as_diagnostics(self._mark):
            if not self.output.exists():
                Path(self._tree).rename(self.output)
            elif exchange(self._tree, str(self.output)):
                self._is_swapped = True
            else:
                replace_files(self._tree, str(self.output))
        self._mirror, self._tree = self._tree, None

    def abandon(self) -> None:
        """Deletes what was staged, to give back its room; the next publication makes a new mirror."""
        if self._tree is not None:
            shutil.rmtree(self._tree, ignore_errors=True)
            self._tree = None

    def prepare(self, written: Collection[str], removed: Collection[str], files: int) -> None:
        """Brings the mirror up to date, after `commit` where there was something to publish and its stamps are noted.

        `written` and `removed` are the artifacts in which the new site, of so many `files`, differs from the one
        before. Nothing but time depends on it: it moves the cost of linking what changed from the next build to this
        one, and spares that one a look at every folder. Where the mirror would have to be made, that is left to the
        next build, which may not come.
        """
        mirror = self._mirror or self._tree
        if self._inspection is None or mirror is None:
            raise RuntimeError("nothing was staged")
        if self._inspection.lost or self._inspection.foreign or not os.path.lexists(mirror):
            return
        with os_errors_as_diagnostics(self._mark):
            if self._is_swapped:
                _repeat_changes(str(self.output), mirror, written, removed)
            self._note("equal", self._equality(Path(mirror), files))

    def _mirrors(self) -> list[Path]:
        return sorted(self._workspace.glob(f"{_TREE}*"))

    def _take_mirror(self) -> str:
        """The mirror under a name of this build, so that no process of an earlier one writes into it."""
        (self._workspace / "equal").unlink(missing_ok=True)
        tree = self._workspace / f"{_TREE}{secrets.token_hex(4)}"
        mirrors = self._mirrors()
        if mirrors:
            mirrors.pop().rename(tree)
        else:
            tree.mkdir()
        for mirror in mirrors:
            shutil.rmtree(mirror)
        return str(tree)


def _shown(path: Path, root: Path) -> str:
    """How messages name a folder."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _find_intact(output: str, stamps: Mapping[str, Stamp]) -> dict[str, int]:
    intact = {}
    descriptor = os.open(output, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for path, stamp in stamps.items():
            try:
                status = os.stat(path, dir_fd=descriptor, follow_symlinks=False)
            except (FileNotFoundError, NotADirectoryError):
                continue
            if status.st_mtime_ns == stamp[1] and status.st_size == stamp[0]:
                intact[path] = status.st_ino
    finally:
        os.close(descriptor)
    return intact


def _find_foreign(output: str, stamps: Mapping[str, Stamp], since: int) -> list[str]:
    """Finds additions to the published site since a time at which nothing foreign was in it."""
    foreign = []
    folders = folders_of(stamps)
    for folder, entries in touched_folders(output, folders, since):
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path not in folders:
                    foreign.append(f"{path}/")
            elif path not in stamps:
                foreign.append(path)
    return foreign


def _repeat_changes(source: str, target: str, written: Collection[str], removed: Collection[str]) -> None:
    for path in removed:
        with suppress(FileNotFoundError):
            remove_file(target, path)
    for path in written:
        with suppress(FileNotFoundError):
            os.unlink(f"{target}/{path}")
        link_file(source, target, path)
