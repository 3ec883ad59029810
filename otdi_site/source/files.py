"""Reads text files, and finds the files of a site that override the project's."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.source.unsafe_text import refuse_unsafe
from otdi_site.tree import ALL_FILES, PROJECT_FOLDER, Fence

_LARGEST_SHOWN = 4_000_000
"""Bytes of a file up to which a line of it is looked for."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the site that was read; `text` is `None` where it could not be."""

    path: str
    """Relative to the site's root, with forward slashes."""
    text: str | None
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def relative_path(root: Path, file: Path) -> str:
    """`file` as messages name it: relative to `root` where it is below it.

    Bytes of a name that are no UTF-8 are shown as escapes, with which no address can be made: as they are, they
    could neither be printed nor published.
    """
    try:
        path = file.relative_to(root).as_posix()
    except ValueError:
        path = file.as_posix()
    return path.encode("utf-8", "backslashreplace").decode()


def read_text(root: Path, file: Path) -> SourceFile:
    """The text of a UTF-8 file, without a byte order mark and with ``\\n`` at line ends."""
    path = relative_path(root, file)
    if (file.is_symlink() or not file.is_file()) and (problem := Fence(root).refusal(file)) is not None:
        return SourceFile(path, None, (refuse_file(path, problem),))
    try:
        content = file.read_bytes().removeprefix(BOM_UTF8)
    except OSError as failure:
        problem = f"cannot be read: {failure.strerror or type(failure).__name__}"
        return SourceFile(path, None, (refuse_file(path, problem),))
    try:
        text = content.decode()
        wrong = content.find(b"\0")  # UTF-16 of English text is UTF-8 with a NUL in every character.
    except UnicodeDecodeError as problem:
        wrong = problem.start
    if wrong >= 0:
        before = _unify_line_ends(content[:wrong].decode(errors="replace"))
        mark = Mark(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"byte 0x{content[wrong]:02x} is not text in UTF-8"
        help = "save the file as UTF-8" if content[wrong] else "save the file as UTF-8, or delete the byte"
        return SourceFile(path, None, (error("OTD002", mark, message, help),))
    text = _unify_line_ends(text)
    refused = refuse_unsafe(text, path)
    return SourceFile(path, None if refused else text, refused)


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_file(path: str, problem: str) -> Diagnostic:
    """The diagnostic of a file that must not be read, with the reason that `otdi_site.tree` gives."""
    if problem.startswith("cannot be read"):
        return error("OTD001", Mark(path), problem, "check that it is a file you may read")
    return error("OTD211", Mark(path), problem, "put a copy of the file in its place, or delete it")


def check_folder(root: Path, name: str) -> list[Diagnostic]:
    """Whether a folder of the site is there, and nothing in it leads out of the site."""
    folder = root / name
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is missing"
        help = f"create the folder {name}/, or name the site's folder with --root DIR; git keeps no empty folder"
        return [error("OTD213", Mark(name), what, help)]
    return check_links_in(root, name)


def check_links_in(root: Path, name: str) -> list[Diagnostic]:
    """Links in a folder that lead out of the site, and what else there is no file."""
    found = Fence(root).walk(root / name, ALL_FILES)
    return [refuse_file(relative_path(root, each.file), each.problem) for each in found if each.problem is not None]


def own_or_project_file(root: Path, relative: str) -> Path | None:
    """The root's own file, else the project's, else `None`; links to nothing and pipes count as files."""
    for folder in (root, PROJECT_FOLDER):
        if os.path.lexists(folder / relative) and not (folder / relative).is_dir():
            return folder / relative
    return None


def _file_of(root: Path, path: str) -> Path:
    """The file that messages call `path`: the site's own, or the project's where the site has none of that name."""
    is_shared = path.startswith(("catalog_data/vocabulary/", "templates/", "site_src/"))
    is_shared = is_shared and not os.path.lexists(root / path)
    return (own_or_project_file(root, path) if is_shared else None) or root / path


def read_lines(root: Path, marks: Iterable[Mark]) -> dict[Mark, str]:
    """The text of the line at each mark that has one, in the site's own file or the project's."""
    wanted: dict[str, list[Mark]] = {}
    fence = Fence(root)
    for mark in marks:
        if mark.line:
            wanted.setdefault(mark.path, []).append(mark)
    found: dict[Mark, str] = {}
    for path, places in wanted.items():
        try:
            file = _file_of(root, path)
            if not file.is_file() or fence.refusal(file) or file.stat().st_size > _LARGEST_SHOWN:
                continue
            lines = file.read_text("utf-8-sig", errors="replace").split("\n")
        except (OSError, ValueError):
            continue
        found.update((mark, lines[mark.line - 1]) for mark in places if mark.line <= len(lines))
    return found


def find_repository(folder: Path) -> Path | None:
    """The top folder of the git repository around `folder`; `None` outside of one."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def working_folder() -> Path | None:
    """The working directory; `None` where it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


def shown_path(root: Path, path: str, base: Path | None) -> str:
    """`path`, which is relative to `root`, relative to `base`; as it is for a file that is not below that."""
    file = Path(os.path.normpath(_file_of(root, path)))
    return relative_path(base, file) if base is not None and file.is_relative_to(base) else path
