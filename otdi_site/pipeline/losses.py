"""Compares the sources of a build with those of the published site, and reports pages and datasets that would go."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.index.facets import value_address
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.request import Request, count
from otdi_site.pipeline.sources import Sources
from otdi_site.publish import Manifest
from otdi_site.source.files import relative_path
from otdi_site.tree import PROJECT_FOLDER, Fence
from otdi_site.urls import file_of_address

_CONTENT, _DATA, _ENTRIES, _VOCABULARY = ("content", "catalog_data", "catalog_data/datasets", "catalog_data/vocabulary")
_SNAPSHOTS = "catalog_data/snapshots"
_OVERRIDES = ("templates", "site_src")
_DOWNLOADS = "site_src/downloads"
_VOCABULARY_OF = {
    "domain": "domains",
    "modality": "modalities",
    "license": "licenses",
    "task": "tasks",
    "size": "size_categories",
}
"""Facets whose values are terms, and the vocabularies that have them."""
_SHOWN = 5
_ACCEPT = "or build once with --accept if that is meant"


def describe_site(root: Path, sources: Sources) -> Manifest:
    """The sources of a site, for the next build."""
    pages = {page.address: (page.source, page.title) for page in sources.pages}
    for page in sources.pages:
        pages |= dict.fromkeys(page.redirect_from, (page.source, page.title))
    pages |= {f"/{file.path}": (file.source, "") for file in sources.files}
    fence = Fence(root)
    own = [relative_path(root, file) for folder in (_VOCABULARY, *_OVERRIDES) for file in fence.files(root / folder)]
    downloads = [path for path in own if path.startswith(f"{_DOWNLOADS}/")]
    pages |= {path.removeprefix("site_src"): (path, "") for path in downloads}
    files = {*own, *(page.source for page in sources.pages), *(file.source for file in sources.files)}
    terms = {
        name: tuple(sorted(term.id for term in getattr(sources.vocabularies, name).terms))
        for name in _VOCABULARY_OF.values()
    }
    filled = frozenset(path for path in files if not _is_empty(root / path))
    return Manifest(pages, filled, len(sources.entries), terms)


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def find_damage(request: Request, before: Manifest | None, sources: Sources) -> list[Diagnostic]:
    """Folders and files of the site that the build before read, and that are gone or empty now.

    What cannot be read is an error in any case. `before` is `None` where nothing is published.
    """
    root = request.root
    wrong = {each.mark.path for each in sources.diagnostics}
    diagnostics = [*_find_no_folders(root, wrong), *_find_no_files(root)]
    if before is None or request.accept:
        return diagnostics
    wrong |= {each.mark.path for each in diagnostics}
    missing = {path for path in before.sources if not (root / path).is_file()}
    empty = {path for path in before.sources - missing if _is_empty(root / path)}
    for path in sorted(empty - wrong):
        help = f"restore its text, or delete it, {_ACCEPT}"
        diagnostics.append(error("OTD522", Mark(path), "is empty, and was not when the site was last built", help))
    folder = _ENTRIES if (root / _DATA).exists() else _DATA
    # One entry may be deleted; and where entries are wrong, that says what happened.
    has_lost_entries = before.entries > (folder == _ENTRIES) and not sources.entries and not sources.has_entry_errors
    if has_lost_entries and not wrong & {_DATA, _ENTRIES}:
        diagnostics.append(_gone(folder, count(before.entries, "entry", "entries")))
    for folder in (_CONTENT, _VOCABULARY, *_OVERRIDES):
        of_folder = {path for path in before.sources if path.startswith(f"{folder}/")}
        lost = sorted(of_folder & missing)
        if not lost or wrong & {folder, _DATA}:
            continue
        if len(lost) == len(of_folder) and (len(lost) > 1 or folder not in _OVERRIDES):
            if not Fence(root).files(root / folder):  # else files were renamed
                diagnostics.append(_gone(folder, count(len(of_folder), "file")))
        elif folder != _CONTENT:  # whose files are known by their addresses
            diagnostics += map(_replaced, filter(_is_of_project, lost))
    return diagnostics


def _find_no_folders(root: Path, wrong: Collection[str]) -> Iterator[Diagnostic]:
    """Files, and links that lead nowhere, in the place of folders; those that are `wrong` already are left out."""
    for folder in (_ENTRIES, _VOCABULARY, _SNAPSHOTS, *_OVERRIDES):
        place = root / folder
        if os.path.lexists(place) and not place.is_dir() and not {folder, folder.partition("/")[0]} & {*wrong}:
            help = "put the folder back; a link must lead to a folder that is there"
            yield error("OTD521", Mark(folder), "is not a folder", help)


def _find_no_files(root: Path) -> Iterator[Diagnostic]:
    """Folders in the place of files that come with the program, which would take their place without a word."""
    for name in (_VOCABULARY, *_OVERRIDES):
        for folder, names, _ in os.walk(root / name):
            for each in sorted(names):
                path = relative_path(root, Path(folder, each))
                if _is_of_project(path):
                    help = "put the file in its place, or delete the folder"
                    yield error("OTD001", Mark(path), "cannot be read: it is a folder, where a file is to be", help)


def _gone(folder: str, what: str) -> Diagnostic:
    message = f"holds none of the {what} that the published site was made from; nothing is published without them"
    return error("OTD521", Mark(folder), message, f"put the folder back, {_ACCEPT}")


def _is_of_project(path: str) -> bool:
    return (PROJECT_FOLDER / path).is_file()


def _replaced(path: str) -> Diagnostic:
    message = "is gone; the file of this name that comes with the program takes its place"
    return warning("OTD525", Mark(path), message, "put it back, unless that is meant")


def find_lost_addresses(
    request: Request, before: Manifest | None, sources: Sources, published: Collection[str], share: float
) -> list[Diagnostic]:
    """Published addresses that the new site, which is to have the files `published`, does not serve any more.

    More than a `share` of all, and a whole folder of pages, is an error; so little as one page is not.
    """
    if before is None or request.accept:
        return []
    lost = {
        address: source
        for address, (source, _) in sorted(before.pages.items())
        if file_of_address(address) not in published
    }
    diagnostics = [*_find_lost_terms(request, before.terms, sources.vocabularies, published)]
    if lost and (of_folder := _find_lost_folder(before, lost)) is not None:
        folder, number = of_folder
        message = f"{number:,} pages and files that were published from this folder lead to nothing now"
        help = f"put the folder back, add `redirect_from` to the pages that replace them, {_ACCEPT}"
        return [*diagnostics, error("OTD521", Mark(folder), message, help)]
    if len(lost) > max(1, share * len(before.pages)):
        shown = ", ".join([*lost][:_SHOWN]) + (", …" if len(lost) > _SHOWN else "")
        message = (
            f"{len(lost):,} of {len(before.pages):,} published pages and files lead to nothing now, more than the "
            f"{share:.0%} that metadata.max_drop_share allows: {shown}"
        )
        help = f"put them back, add `redirect_from` to the pages that replace them, {_ACCEPT}"
        return [*diagnostics, error("OTD523", Mark(_CONTENT), message, help)]
    return diagnostics + [_lost(address, source, before, sources) for address, source in lost.items()]


def _find_lost_folder(before: Manifest, lost: Mapping[str, str]) -> tuple[str, int] | None:
    """The outermost folder from which two or more were published, all of which are lost, with their number."""
    total: dict[str, int] = {}
    missing: dict[str, int] = {}
    for address, (source, _) in before.pages.items():
        folder = source.rpartition("/")[0]
        while folder and folder != _CONTENT:
            total[folder] = total.get(folder, 0) + 1
            missing[folder] = missing.get(folder, 0) + (address in lost)
            folder = folder.rpartition("/")[0]
    whole = [folder for folder in total if total[folder] == missing[folder] > 1]
    return min(((folder, total[folder]) for folder in whole), key=lambda pair: (len(pair[0]), pair), default=None)


def _lost(address: str, source: str, before: Manifest, sources: Sources) -> Diagnostic:
    message = f"{address} was published from here and leads to nothing now"
    if not address.endswith(("/", ".html")):
        return warning("OTD524", Mark(source), message, "put the file back, or correct links that lead to it")
    heir = _find_heir(source, before.pages[address][1], before, sources)
    place = heir or f"the page that takes its place, {_ACCEPT}"
    return warning("OTD524", Mark(source), message, f"add `redirect_from: [{address}]` to {place}")


def _find_heir(source: str, title: str, before: Manifest, sources: Sources) -> str | None:
    """The source of the page that replaces one, where that can be told: the same file, title or name."""
    known = {each for each, _ in before.pages.values()}
    new = [page for page in sources.pages if page.source not in known]
    name = source.rpartition("/")[2]
    for page in sources.pages:
        if page.source == source:
            return source
    for same in ([page for page in new if page.title == title], [page for page in new if page.source.endswith(name)]):
        if len(same) == 1:
            return same[0].source
    return None


def _find_lost_terms(
    request: Request, before: Mapping[str, Sequence[str]], now: Vocabularies, published: Collection[str]
) -> Iterator[Diagnostic]:
    """Lists that are gone because their term is, as those of values that no dataset has any more come and go."""
    for facet, name in _VOCABULARY_OF.items():
        left = {term.id for term in getattr(now, name).terms}
        for term in before.get(name, ()):
            path = file_of_address(value_address(facet, term))
            if term not in left and path not in published and (request.output / path).is_file():
                message = f"/{path.removesuffix('index.html')} was published and is gone with the term {term!r}"
                help = "put the term back, or correct links that lead to its list"
                yield warning("OTD524", Mark(f"{_VOCABULARY}/{name}.yaml"), message, help)
