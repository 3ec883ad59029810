"""Checks pages against each other: clashes, parents, a missing home page."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.navigation import TOP_LIMIT, build_navigation, find_parents
from otdi_site.model.page import Page
from otdi_site.urls import file_of_address

if TYPE_CHECKING:
    from otdi_site.source.pages import StaticFile

HOME_HELP = "add content/index.md, with front matter that has a `title`"


def check_home(pages: Sequence[Page], files: Collection[str], drafts: Mapping[str, Mark]) -> list[Diagnostic]:
    """The home page is what every page links to. `drafts` are addresses of drafts, with where they say so."""
    if any(page.address in ("/", "/index.html") for page in pages) or "index.html" in files:
        return []
    if "/" in drafts:
        message = "the home page is a draft, and every page links to it"
        return [error("OTD212", drafts["/"], message, "publish it: delete this line")]
    message = "there is no home page, and every page links to it"
    return [error("OTD212", Mark("content/index.md"), message, HOME_HELP)]


class _Claims:
    """Which source becomes which file, where upper case and lower case are one."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def clash(self, path: str, source: str) -> str | None:
        """The problem of a source that becomes `path`; `None`, with the path taken, where there is none."""
        folded = path.lower()
        parts = folded.split("/")
        folders = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        first = self._files.get(folded)
        if first is not None and first != source:
            return f"{_told_apart(source, first)} both become /{path}"
        if (within := self._folders.get(folded)) is not None:
            return f"{source} would become the file /{path}, which is a folder for {within}"
        for folder in folders:
            if (file := self._files.get(folder)) is not None:
                return f"{source} would become /{path}, but {file} is a file where a folder is to be"
        self._files[folded] = source
        for folder in folders:
            self._folders.setdefault(folder, source)
        return None


def _told_apart(one: str, other: str) -> str:
    if one != other and unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return f"{other} and a second file of that name, written with other Unicode characters ({one!a}),"
    return f"{one} and {other}"


def take_clashes(pages: list[Page], files: list[StaticFile]) -> list[Diagnostic]:
    """Two things that would be one file; the later one is taken out, so that nobody reports it again."""
    diagnostics: list[Diagnostic] = []
    claims = _Claims()

    def is_refused(path: str, source: str, mark: Mark) -> bool:
        problem = claims.clash(path, source)
        if problem is not None:
            help = "rename one of them, or give it another `permalink`"
            diagnostics.append(error("OTD203", mark, problem, help))
        return problem is not None

    pages[:] = [
        page
        for page in pages
        if not is_refused(file_of_address(page.address), page.source, page.marks.get("permalink", page.marks[""]))
    ]
    files[:] = [file for file in files if not is_refused(file.path, file.source, Mark(file.source))]
    for position, page in enumerate(pages):
        marks = [f"redirect_from[{index}]" for index in range(len(page.redirect_from))]
        places = [page.marks.get(mark, page.marks.get("redirect_from", page.marks[""])) for mark in marks]
        free = tuple(
            old
            for old, place in zip(page.redirect_from, places, strict=True)
            if not is_refused(file_of_address(old), f"{page.source} ({old})", place)
        )
        pages[position] = replace(page, redirect_from=free)
    return diagnostics


def check_parents(pages: Sequence[Page]) -> list[Diagnostic]:
    """Parents that are no page, are several, or stand below the page itself."""
    by_title = {page.title.casefold(): page for page in reversed(pages)}
    parents = find_parents(pages)
    diagnostics = []
    for page in pages:
        if page.parent is None:
            continue
        mark = page.marks.get("parent", page.marks[""])
        if page.parent.casefold() not in by_title:
            near = get_close_matches(page.parent.casefold(), list(by_title), n=1)
            offer = f"did you mean {by_title[near[0]].title}?" if near else None
            help = offer or "write the title of a page, or leave `parent` out"
            diagnostics.append(warning("OTD204", mark, f"no page has the title {page.parent!r}", help))
        elif page.address in parents.rings:
            help = "leave `parent` out where the page stands at the top"
            diagnostics.append(warning("OTD208", mark, "the page stands below itself", help))
        elif page.address in parents.ambiguous:
            first, *others = parents.ambiguous[page.address]
            named = " and ".join([first.source, *(other.source for other in others)])
            message = f"{1 + len(others)} pages have the title {page.parent!r}: {named}; the first is taken"
            help = "say which with `grand_parent`, the title of the page above it, or give them titles of their own"
            diagnostics.append(warning("OTD210", mark, message, help))
    return diagnostics


def check_navigation(pages: Sequence[Page]) -> list[Diagnostic]:
    """More pages at the top than the header shows."""
    count = build_navigation(pages).top_count
    if count <= TOP_LIMIT:
        return []
    message = f"{count:,} pages stand at the top of the navigation; the header shows the first {TOP_LIMIT}"
    help = (
        "put pages into folders with a page of their own, state a `parent`, or keep them out with `nav_exclude: true`"
    )
    return [warning("OTD219", Mark("content"), message, help)]
