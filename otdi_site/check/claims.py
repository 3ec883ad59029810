"""Checks that every file of a site can be written: paths differ, none is also a folder, no name is too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.page import Page
from otdi_site.urls import clashing_files, dataset_address, file_of_address

_LONGEST_NAME = 255
"""Bytes of a file's name on all common file systems."""
_LONGEST_PATH = 3_000
"""Bytes of a path below the output folder: Linux allows 4,096 in all."""
_RENAME = "rename one of them, or give it another `permalink` or `name`"
_SURELY_SHORT = _LONGEST_NAME // 4
"""Characters, of which each takes at most four bytes."""


def check_claims(
    paths: Sequence[str], entries: Iterable[LocatedEntry], pages: Iterable[Page], files: Iterable[tuple[str, str]]
) -> list[Diagnostic]:
    """Problems of the paths of all files, each as often as it is claimed, at the place of its source.

    `files` are published as they are: the path of each, and its source.
    """
    clashes = clashing_files(paths)
    by_folded = {path.lower(): path for path in paths}
    folders = {folder: path for path in paths for folder in _folders_of(path.lower())}
    mixed = {by_folded[folder]: path for folder, path in sorted(folders.items()) if folder in by_folded}
    long = [path for path in dict.fromkeys(paths) if len(path) > _SURELY_SHORT and _is_too_long(path)]
    if not (clashes or mixed or long):
        return []
    places = _places(entries, pages, files)

    def source_of(path: str) -> tuple[str, Mark]:
        return places[path][-1] if path in places else (f"/{path}", Mark(path))

    diagnostics = []
    for claims in clashes.values():
        known = [place for claim in dict.fromkeys(claims) for place in places.get(claim, ())]
        names = [*(name for name, _ in known), *["what is made of the catalog"] * (len(known) < len(claims))]
        mark = known[-1][1] if known else Mark(claims[0])
        diagnostics.append(error("OTD320", mark, f"{' and '.join(names)} both become /{claims[0]}", _RENAME))
    for file, below in mixed.items():
        name, mark = source_of(file)
        message = f"{name} would become the file /{file}, which is a folder for {source_of(below)[0]}"
        diagnostics.append(error("OTD320", mark, message, _RENAME))
    for path in long:
        name, mark = source_of(path)
        longest = max(len(part.encode()) for part in path.split("/"))
        what = f"whose name has {longest} bytes" if longest > _LONGEST_NAME else "whose path is too long"
        message = f"{name} would become a file {what}: systems allow {_LONGEST_NAME} bytes for a name"
        help = "shorten the name of the file or its folder, or state a short `permalink` or `name`"
        diagnostics.append(error("OTD215", mark, message, help))
    return diagnostics


def _folders_of(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _is_too_long(path: str) -> bool:
    return len(path.encode()) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in path.split("/"))


def _places(
    entries: Iterable[LocatedEntry], pages: Iterable[Page], files: Iterable[tuple[str, str]]
) -> dict[str, list[tuple[str, Mark]]]:
    """By path, what becomes the file: its source, and the line that says so."""
    places: dict[str, list[tuple[str, Mark]]] = {}

    def add(path: str, name: str, mark: Mark) -> None:
        places.setdefault(path, []).append((name, mark))

    for located in entries:
        mark = located.mark("name") if "name" in located.marks else Mark(located.path)
        add(file_of_address(dataset_address(located.publisher, located.name)), located.path, mark)
    for page in pages:
        own = page.marks.get("permalink", Mark(page.source))
        add(file_of_address(page.address), page.source, own)
        for index, old in enumerate(page.redirect_from):
            mark = page.marks.get(f"redirect_from[{index}]", page.marks.get("redirect_from", Mark(page.source)))
            add(file_of_address(old), f"{page.source} ({old})", mark)
    for path, source in files:
        add(path, source, Mark(source))
    return places
