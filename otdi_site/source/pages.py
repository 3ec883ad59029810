"""Reading ``content/``: pages, their front matter and Markdown; it must not render templates or check links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from frontmatter.default_handlers import YAMLHandler

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.catalog import cut_text
from otdi_site.model.front_matter import KNOWN_FIELDS, FrontMatter
from otdi_site.model.markdown import Document
from otdi_site.model.page import Page
from otdi_site.source.files import find_files, read_text, relative_path
from otdi_site.source.markdown import MarkdownOptions, address_of_source, render_markdown
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import YamlDocument, read_yaml
from otdi_site.urls import file_of_address, is_address

FOLDER = "content"
ENDINGS = (".md", ".markdown")
DESCRIPTION_LENGTH = 160
"""Characters of a page's text that stand in for a missing description."""

_HANDLER = YAMLHandler()
assert _HANDLER.FM_BOUNDARY is not None
_BOUNDARY = _HANDLER.FM_BOUNDARY
_JEKYLL_LAYOUTS = {"default": "page", "minimal": "page"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of ``content/`` that is no page and is published as it is."""

    source: str
    file: Path
    path: str
    """Below the output folder."""


@dataclass(frozen=True, slots=True)
class _Split:
    document: YamlDocument
    body: str
    body_line: int
    """The line of the file on which the body begins."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A page whose Markdown has not been rendered."""

    path: str
    split: _Split
    front_matter: FrontMatter
    address: str
    diagnostics: tuple[Diagnostic, ...]


def _split(text: str, path: str) -> _Split | Diagnostic:
    boundary = _BOUNDARY.match(text)
    if boundary is None:
        late = _BOUNDARY.match(text.lstrip("\n"))
        if late is not None and _BOUNDARY.search(text.lstrip("\n"), late.end()):
            line = len(text) - len(text.lstrip("\n")) + 1
            message = "the front matter does not begin on the first line"
            return error("OTD209", Mark(path, line, 1), message, "delete the empty lines above it")
        return _Split(YamlDocument({}, {"": Mark(path, 1, 1)}, {}, ()), text, 1)
    try:
        matter, body = _HANDLER.split(text)
    except ValueError:
        help = "end the front matter with a line of three hyphens"
        return error("OTD209", Mark(path, 1, 1), "the front matter that begins here has no end", help)
    document = read_yaml(matter, path, text.count("\n", 0, boundary.end()) + 1)
    return _Split(document, body, text.count("\n", 0, len(text) - len(body)) + 1)


def _complete(address: str) -> str:
    """An address as the site spells it: a folder's ends in a slash."""
    return address if address.endswith((".html", "/")) else f"{address}/"


def _check_fields(document: YamlDocument) -> list[Diagnostic]:
    """Misspelt fields; a theme's own fields are none of our business."""
    diagnostics = []
    for name in document.value if isinstance(document.value, dict) else ():
        near = get_close_matches(name, KNOWN_FIELDS, n=1, cutoff=0.85)
        if near and name not in KNOWN_FIELDS:
            mark = document.mark(name, of_key=True)
            diagnostics.append(error("OTD010", mark, f"unknown field {name!r}", f"did you mean {near[0]}?"))
    return diagnostics


def _unlinkable(path: str, address: str, way_out: str = "") -> Diagnostic:
    message = f"the file would have the address {address}, which cannot be linked to"
    return error("OTD202", Mark(path), message, f"rename it with letters, digits and hyphens{way_out}")


def _read_source(root: Path, file: Path) -> _Source:
    """A page's file as far as it says where the page will be.

    What cannot be read is a page without text: links to it are no problems of their own, as nothing is published.
    """
    text = read_text(root, file)
    split = _split(text.text, text.path) if text.text is not None else text.diagnostics[0]
    if isinstance(split, Diagnostic):
        nothing = _Split(YamlDocument({}, {"": Mark(text.path, 1, 1)}, {}, ()), "", 1)
        return _Source(text.path, nothing, FrontMatter(title=text.path), address_of_source(text.path), (split,))
    front_matter, problems = validate(FrontMatter, split.document)
    diagnostics = [*problems, *_check_fields(split.document)]
    address = _complete((front_matter and front_matter.permalink) or address_of_source(text.path))
    if not is_address(address):
        diagnostics.append(_unlinkable(text.path, address, ", or state a `permalink`"))
    return _Source(text.path, split, front_matter or FrontMatter(title=text.path), address, tuple(diagnostics))


def _make_page(source: _Source, document: Document, date: str | None) -> tuple[Page, list[Diagnostic]]:
    front_matter, marks = source.front_matter, source.split.document.marks
    first_heading = next(iter(document.headings), None)
    title = front_matter.title or (first_heading.text if first_heading else None)
    diagnostics = []
    if title is None:
        has_fields = bool(source.split.document.value)
        what = "has no title" if has_fields else "has no front matter, and no heading to take a title from"
        help = "begin the file with a line `---`, a line `title: …` and a line `---`"
        diagnostics.append(error("OTD201", Mark(source.path, 1, 1), what, help))
    modified = front_matter.last_modified
    page = Page(
        source=source.path,
        address=source.address,
        title=title or source.path,
        description=front_matter.description or cut_text(document.text, DESCRIPTION_LENGTH),
        layout=_JEKYLL_LAYOUTS.get(front_matter.layout, front_matter.layout),
        nav_order=front_matter.nav_order,
        parent=front_matter.parent,
        is_in_navigation=not front_matter.nav_exclude and source.address != "/404.html",
        has_contents=front_matter.has_toc,
        last_modified=modified.isoformat() if modified else date,
        redirect_from=tuple(map(_complete, front_matter.redirect_from)),
        document=document,
        marks={"": Mark(source.path, 1, 1)} | marks,
    )
    return page, diagnostics


def _take_clashes(pages: list[Page], files: list[StaticFile]) -> list[Diagnostic]:
    """Two things that would be one file; the later one is taken out, so that nobody reports it again."""
    diagnostics: list[Diagnostic] = []
    claims: dict[str, str] = {}

    def is_claimed(path: str, source: str, mark: Mark) -> bool:
        first = claims.setdefault(path.lower(), source)
        if first == source:
            return False
        message = f"{source} and {first} both become /{path}"
        diagnostics.append(error("OTD203", mark, message, "rename one of them, or give it another `permalink`"))
        return True

    pages[:] = [
        page
        for page in pages
        if not is_claimed(file_of_address(page.address), page.source, page.marks.get("permalink", page.marks[""]))
    ]
    files[:] = [file for file in files if not is_claimed(file.path, file.source, Mark(file.source))]
    for position, page in enumerate(pages):
        marks = [f"redirect_from[{index}]" for index in range(len(page.redirect_from))]
        places = [page.marks.get(mark, page.marks.get("redirect_from", page.marks[""])) for mark in marks]
        free = tuple(
            old
            for old, place in zip(page.redirect_from, places, strict=True)
            if not is_claimed(file_of_address(old), f"{page.source} ({old})", place)
        )
        pages[position] = replace(page, redirect_from=free)
    return diagnostics


def _check_parents(pages: list[Page]) -> list[Diagnostic]:
    by_title = {page.title.casefold(): page for page in reversed(pages)}
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
        elif _is_its_own_ancestor(page, by_title):
            help = "leave `parent` out where the page stands at the top"
            diagnostics.append(warning("OTD208", mark, "the page stands below itself", help))
    return diagnostics


def _is_its_own_ancestor(page: Page, by_title: Mapping[str, Page]) -> bool:
    seen: set[str] = set()
    above: Page | None = page
    while above is not None and above.parent is not None and above.source not in seen:
        seen.add(above.source)
        above = by_title.get(above.parent.casefold())
    return above is page


def read_pages(
    root: Path, options: MarkdownOptions, dates: Mapping[str, str]
) -> tuple[list[Page], list[StaticFile], list[Diagnostic]]:
    """Every page that is no draft, every other file of ``content/``, and what is wrong with them.

    `dates` are the days of last change by path, for pages that do not state their own.
    """
    sources: list[_Source] = []
    files: list[StaticFile] = []
    diagnostics: list[Diagnostic] = []
    for file in find_files(root / FOLDER):
        if file.suffix in ENDINGS:
            sources.append(_read_source(root, file))
        else:
            path = relative_path(root, file)
            published = path.removeprefix(f"{FOLDER}/")
            if "\\" in published:  # Of a name that is no UTF-8, too.
                diagnostics.append(_unlinkable(path, f"/{published}"))
            else:
                files.append(StaticFile(path, file, published))
    addresses = {source.path: source.address for source in sources}
    pages: list[Page] = []
    for source in sources:
        document = render_markdown(
            source.split.body,
            path=source.path,
            first_line=source.split.body_line,
            page_address=source.address,
            source_path=source.path,
            options=options,
            resolve=addresses.get,
        )
        page, problems = _make_page(source, document, dates.get(source.path))
        diagnostics += [*source.diagnostics, *document.diagnostics, *problems]
        if not source.front_matter.is_draft:
            pages.append(page)
    pages.sort(key=lambda page: page.address)
    return pages, files, diagnostics + _take_clashes(pages, files) + _check_parents(pages)
