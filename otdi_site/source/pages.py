"""Reads ``content/``: pages, their front matter and Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.catalog import cut_text
from otdi_site.model.front_matter import KNOWN_FIELDS, FrontMatter
from otdi_site.model.markdown import Document, Link
from otdi_site.model.page import Page
from otdi_site.source.document_cache import DocumentCache, Resolve
from otdi_site.source.files import read_text, refuse_file, relative_path
from otdi_site.source.front_matter import SplitPage, split_page, unreadable_page
from otdi_site.source.markdown import MarkdownOptions, address_of_source, render_markdown
from otdi_site.source.page_checks import check_home, check_navigation, check_parents, take_clashes
from otdi_site.source.unsafe_text import refuse_entities
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import YamlDocument
from otdi_site.tree import PUBLISHED, Candidate, Fence, Selection
from otdi_site.urls import file_of_address, is_address

FOLDER = "content"
ENDINGS = (".md", ".markdown")
DESCRIPTION_LENGTH = 160
"""Characters of a page's text that stand in for a missing description."""

_LAYOUTS = dict.fromkeys(("default", "minimal", "post", "posts", "single", "doc", "docs"), "page")
"""Names of ordinary pages' layouts in themes of Jekyll."""
_OTHER_FORMATS = frozenset(
    {".mdx", ".rst", ".adoc", ".asciidoc", ".textile", ".org", ".ipynb", ".qmd", ".rmd", ".mdown", ".mkd", ".mkdn"}
)
"""Pages of other generators."""
_MAY_HAVE_FRONT_MATTER = frozenset(
    {".html", ".htm", ".xhtml", ".xml", ".css", ".scss", ".sass", ".js", ".json", ".txt", ".svg"}
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of ``content/`` that is no page and is published as it is."""

    source: str
    file: Path
    path: str
    """Below the output folder."""


class Content(NamedTuple):
    """The pages and files of ``content/``."""

    pages: list[Page]
    """Every page that is no draft, by address."""
    files: list[StaticFile]
    diagnostics: list[Diagnostic]
    withheld: dict[str, str]
    """Why there is nothing at a path below the output folder where someone may look for a file of ``content/``."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A page whose Markdown has not been rendered."""

    path: str
    split: SplitPage
    front_matter: FrontMatter
    address: str
    diagnostics: tuple[Diagnostic, ...]


def _complete(address: str) -> str:
    """An address as the site spells it: a folder's ends in a slash."""
    return address if address.endswith((".html", "/")) else f"{address}/"


def _check_fields(document: YamlDocument) -> list[Diagnostic]:
    """Fields that look misspelt; a theme's own fields are none of our business."""
    diagnostics = []
    for name in document.value if isinstance(document.value, dict) else ():
        if name in KNOWN_FIELDS:
            continue
        # Letters in another order or case, else much alike: a theme has fields of its own that are somewhat alike.
        same = [known for known in KNOWN_FIELDS if sorted(known) == sorted(name.casefold())]
        near = same or get_close_matches(name, KNOWN_FIELDS, n=1, cutoff=0.85)
        if near:
            mark = document.mark(name, of_key=True)
            diagnostics.append(warning("OTD010", mark, f"unknown field {name!r}", f"did you mean {near[0]}?"))
    return diagnostics


def _unlinkable(path: str, address: str, way_out: str = "") -> Diagnostic:
    message = f"the file would have the address {address}, which cannot be linked to"
    return error("OTD202", Mark(path), message, f"rename it with letters, digits and hyphens{way_out}")


def _read_source(root: Path, file: Path, address: str) -> _Source:
    """A page's file as far as it says where the page will be: at `address` unless it states another.

    What cannot be read is a page without text: links to it are no problems of their own, as nothing is published.
    """
    text = read_text(root, file)
    split = split_page(text.text, text.path) if text.text is not None else text.diagnostics[0]
    if isinstance(split, Diagnostic):
        return _Source(text.path, unreadable_page(text.path), FrontMatter(title=text.path), address, (split,))
    front_matter, problems = validate(FrontMatter, split.document)
    diagnostics = [*problems, *_check_fields(split.document)]
    address = _complete((front_matter and front_matter.permalink) or address)
    if not is_address(address):
        diagnostics.append(_unlinkable(text.path, address, ", or state a `permalink`"))
    return _Source(text.path, split, front_matter or FrontMatter(title=text.path), address, tuple(diagnostics))


def _read_body(source: _Source, options: MarkdownOptions, resolve: Resolve, documents: DocumentCache) -> Document:
    def make(resolve: Resolve) -> Document:
        return render_markdown(
            source.split.body,
            path=source.path,
            first_line=source.split.body_line,
            page_address=source.address,
            source_path=source.path,
            options=options,
            resolve=resolve,
        )

    made_from = (source.split.body, source.split.body_line, source.address)
    return documents.document(source.path, made_from, options, resolve, make)


def _make_page(
    source: _Source, document: Document, date: str | None, layouts: frozenset[str]
) -> tuple[Page, list[Diagnostic]]:
    front_matter, marks = source.front_matter, source.split.document.marks
    first_heading = next(iter(document.headings), None)
    title = front_matter.title or (first_heading.text.strip() if first_heading else None)
    diagnostics = []
    if not title:
        what = (
            "has no title"
            if source.split.document.value
            else "has no front matter, and no heading to take a title from"
        )
        if first_heading is not None:
            what = "has no title, and its first heading is empty"
        help = "begin the file with a line `---`, a line `title: …` and a line `---`"
        diagnostics.append(error("OTD201", Mark(source.path, 1, 1), what, help))
    modified, layout = front_matter.last_modified, front_matter.layout
    redirect_to = front_matter.redirect_to
    if redirect_to is not None:
        link = Link(redirect_to, marks.get("redirect_to", Mark(source.path, 1, 1)))
        document = Document(links=(link,))  # its text is not published
    page = Page(
        source=source.path,
        address=source.address,
        title=title or source.path,
        description=front_matter.description or cut_text(document.text, DESCRIPTION_LENGTH),
        layout=layout if layout in layouts else _LAYOUTS.get(layout, layout),
        nav_order=front_matter.order,
        parent=front_matter.parent,
        grand_parent=front_matter.grand_parent,
        ancestor=front_matter.ancestor,
        is_in_navigation=not front_matter.nav_exclude and redirect_to is None and source.address != "/404.html",
        has_contents=front_matter.has_toc,
        last_modified=modified.isoformat() if modified else date,
        redirect_from=tuple(map(_complete, front_matter.redirect_from)),
        redirect_to=redirect_to,
        document=document,
        marks={"": Mark(source.path, 1, 1)} | marks,
    )
    return page, diagnostics


class _Files:
    """Sorts what stands in ``content/``: pages, files that are published as they are, and what is neither."""

    def __init__(self, root: Path, selection: Selection) -> None:
        self._root = root
        self._selection = selection
        self.pages: list[tuple[Path, str]] = []
        """With the addresses that follow from their places."""
        self.files: list[StaticFile] = []
        self.diagnostics: list[Diagnostic] = []
        self.withheld: dict[str, str] = {}

    def read(self) -> None:
        folder = self._root / FOLDER
        if not folder.is_dir():  # which `check_folder` says
            return
        found = list(Fence(self._root).walk(folder, self._selection))
        indexes = {
            each.file.parent
            for each in found
            if each.file.stem.lower() == "index" and each.file.suffix.lower() in ENDINGS and each.left_out is None
        }
        for each in found:
            self._take(each, indexes)

    def _take(self, found: Candidate, indexes: set[Path]) -> None:
        file, path = found.file, relative_path(self._root, found.file)
        published = unicodedata.normalize("NFC", path.removeprefix(f"{FOLDER}/"))
        suffix = file.suffix.lower()
        if found.problem is not None:
            self.diagnostics.append(refuse_file(path, found.problem))
        elif found.left_out is not None:
            self.withheld[published] = f"{path} is left out of the site: {found.left_out}"
        elif suffix in ENDINGS:
            self.pages.append((file, self._address_of(file, path, indexes)))
        elif "\\" in published:  # Of a name that is no UTF-8, too.
            self.diagnostics.append(_unlinkable(path, f"/{published}"))
        else:
            if suffix in _OTHER_FORMATS and not self._is_named(file, path):
                help = "rename it to .md if it is Markdown; or name it in `include` of site.yaml to publish it as it is"
                message = f"is no page, and is published as it is: pages end in {' or '.join(ENDINGS)}"
                self.diagnostics.append(warning("OTD214", Mark(path), message, help))
                help = f"{path} is no page: pages end in {' or '.join(ENDINGS)}"
                self.withheld[file_of_address(address_of_source(path))] = help
            elif suffix in _MAY_HAVE_FRONT_MATTER and _has_front_matter(file):
                message = (
                    f"has front matter and is no page, so it is not published: pages end in {' or '.join(ENDINGS)}"
                )
                help = f"rename it to {file.stem}.md, or delete the lines between `---` to publish it as it is"
                self.diagnostics.append(warning("OTD214", Mark(path, 1, 1), message, help))
                help = f"{path} has front matter and is not published; {help}"
                self.withheld.update({published: help, file_of_address(address_of_source(path)): help})
                return
            self.files.append(StaticFile(path, file, published))

    def _is_named(self, file: Path, path: str) -> bool:
        return Selection(exclude=self._selection.include).reason_against(file.name, path) is not None

    def _address_of(self, file: Path, path: str, indexes: set[Path]) -> str:
        address = unicodedata.normalize("NFC", address_of_source(path))
        if file.stem.lower() == "readme":
            if file.parent not in indexes:
                return address.removesuffix("readme/")
            message = f"has the address {address}: its folder's page is the index file beside it"
            help = "delete one of the two, or give this one a name of its own"
            self.diagnostics.append(warning("OTD216", Mark(path), message, help))
        return address


def _has_front_matter(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.readline(16).removeprefix(b"\xef\xbb\xbf").rstrip() == b"---"
    except OSError:
        return False


def read_content(
    root: Path,
    options: MarkdownOptions,
    dates: Mapping[str, str],
    selection: Selection = PUBLISHED,
    layouts: frozenset[str] = frozenset(),
    documents: DocumentCache | None = None,
) -> Content:
    """Every page that is no draft, every other file of ``content/``, and what is wrong with them.

    `dates` are the days of last change by path, for pages that do not state their own. `layouts` are the site's
    templates of pages. `documents` are those that builds before made; they take the place of reading again.
    """
    documents = documents or DocumentCache()
    files = _Files(root, selection)
    files.read()
    sources = [_read_source(root, file, address) for file, address in files.pages]
    diagnostics, withheld = files.diagnostics, files.withheld
    addresses = {unicodedata.normalize("NFC", source.path): source.address for source in sources}
    pages: list[Page] = []
    drafts: dict[str, Mark] = {}
    for source in sources:
        document = _read_body(source, options, addresses.get, documents)
        page, problems = _make_page(source, document, dates.get(source.path), layouts)
        body, line = source.split.body, source.split.body_line
        blocks = (*document.blocks, document.leading_heading)
        diagnostics += [*source.diagnostics, *document.diagnostics, *problems]
        diagnostics += refuse_entities(body, source.path, line, blocks)
        if source.front_matter.is_draft:
            withheld[file_of_address(source.address)] = f"{source.path} is a draft, which is not published"
            drafts[source.address] = page.marks.get("draft", page.marks.get("published", page.marks[""]))
        else:
            pages.append(page)
    pages.sort(key=lambda page: page.address)
    if (root / FOLDER).is_dir():  # that it is missing is said once
        diagnostics += check_home(pages, [file.path for file in files.files], drafts)
    diagnostics += [*take_clashes(pages, files.files), *check_parents(pages), *check_navigation(pages)]
    return Content(pages, files.files, diagnostics, withheld)
