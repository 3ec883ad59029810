"""Invented vocabularies, entries, rows and pages for unit tests; none of it is real."""

from __future__ import annotations

from dataclasses import replace

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.catalog import Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.entry import Entry, LocatedEntry
from otdi_site.model.markdown import Document, Heading, Link
from otdi_site.model.merge import Merger
from otdi_site.model.page import Page
from otdi_site.model.snapshot import Snapshot, SnapshotRow
from otdi_site.model.vocabulary import Group, License, Task, Term, Vocabularies, Vocabulary
from otdi_site.urls import dataset_address

ENDPOINT = "https://hub.invalid"
READ_AT = "2026-03-04T05:06:07Z"
COLLECTION = "sample/tides-0123456789abcdef01234567"

DOMAINS = Vocabulary(
    "domains",
    "Domains",
    "",
    (Group(id="science", title="Science"), Group(id="other", title="Other")),
    (
        Term(id="climate", title="Climate", group="science", alternatives=("weather", "climate-change")),
        Term(id="marine", title="Marine", group="science"),
        Term(id="healthcare", title="Healthcare", group="other", alternatives=("medical", "bio")),
        Term(id="biology", title="Biology", group="other", alternatives=("bio",)),
    ),
)
MODALITIES = Vocabulary(
    "modalities",
    "Modalities",
    "",
    (),
    (Term(id="text", title="Text"), Term(id="audio", title="Audio", alternatives=("sound",))),
)
LICENSES = Vocabulary(
    "licenses",
    "Licences",
    "",
    (),
    (
        License(
            id="CC-BY-4.0",
            title="Creative Commons Attribution 4.0",
            category="permissive",
            is_accepted=True,
            hub_ids=("cc-by-4.0",),
        ),
        License(id="MIT", title="MIT License", category="permissive", is_accepted=True, hub_ids=("mit",)),
        License(id="CC-BY-SA-4.0", title="Share Alike 4.0", category="copyleft", hub_ids=("cc-by-sa-4.0",)),
        License(id="CC0-1.0", title="Zero", category="public-domain", hub_ids=("cc0-1.0",)),
        License(id="LicenseRef-other", title="Another licence", hub_ids=("other",)),
    ),
)
TASKS = Vocabulary(
    "tasks",
    "Tasks",
    "",
    (),
    (Task(id="question-answering", title="Question answering"), Task(id="summarization", title="Summarization")),
)
SIZES = Vocabulary(
    "size_categories", "Sizes", "", (), (Term(id="n<1K", title="Fewer than 1,000"), Term(id="1K<n<10K", title="Some"))
)
PUBLISHERS = Vocabulary("publishers", "Publishers", "", (), (Term(id="sample", title="Sample & Sons"),))
SENSITIVE = Vocabulary("sensitive_information", "", "", (), (Term(id="health", title="Health"),))
NOTHING: Vocabulary[Term] = Vocabulary("transformations", "", "", (), ())

VOCABULARIES = Vocabularies(
    domains=DOMAINS,
    modalities=MODALITIES,
    licenses=LICENSES,
    tasks=TASKS,
    size_categories=SIZES,
    publishers=PUBLISHERS,
    transformations=NOTHING,
    sensitive_information=SENSITIVE,
    card_specification=None,
)


def make_entry(publisher: str = "sample", name: str = "tides", **fields: object) -> LocatedEntry:
    entry = Entry.model_validate({"title": name.title(), "url": f"https://example.org/{name}"} | fields)
    path = f"catalog_data/datasets/{publisher}/{name}.yaml"
    return LocatedEntry(entry, path, publisher, name, {"": Mark(path, 1, 1)})


def make_row(hub_id: str = "Sample/tides", **fields: object) -> SnapshotRow:
    return replace(SnapshotRow(hub_id, ENDPOINT, READ_AT, READ_AT), **fields)  # type: ignore[arg-type]  # any field's value


def merge_dataset(
    located: LocatedEntry | None, row: SnapshotRow | None, bulk_row: SnapshotRow | None = None
) -> Dataset:
    return Merger(VOCABULARIES).merge(located, row, bulk_row)


def make_snapshot(*rows: SnapshotRow) -> Snapshot:
    return Snapshot({row.id: row for row in rows})


def make_summary(name: str = "tides", publisher: str = "sample", **fields: object) -> Summary:
    summary = Summary(
        id=f"{publisher}/{name}",
        address=dataset_address(publisher, name),
        title=name.title(),
        publisher=publisher,
        publisher_title=publisher.title(),
        snippet="",
        license=None,
        domains=(),
        modalities=(),
        languages=(),
        tasks=(),
        size=None,
        access=None,
        downloads=None,
        likes=None,
        date_modified=None,
        date_added=None,
    )
    return replace(summary, **fields)  # type: ignore[arg-type]  # any field's value


def make_page(
    address: str,
    title: str | None = None,
    *,
    parent: str | None = None,
    grand_parent: str | None = None,
    ancestor: str | None = None,
    nav_order: float | str | None = None,
    is_in_navigation: bool = True,
    layout: str = "page",
    links: tuple[str, ...] = (),
    headings: tuple[str, ...] = (),
) -> Page:
    source = f"content{address.rstrip('/') or '/index'}.md"
    return Page(
        source=source,
        address=address,
        title=title or address.strip("/").rpartition("/")[2].title() or "Home",
        description="",
        layout=layout,
        nav_order=nav_order,
        parent=parent,
        grand_parent=grand_parent,
        ancestor=ancestor,
        is_in_navigation=is_in_navigation,
        has_contents=True,
        last_modified=None,
        redirect_from=(),
        redirect_to=None,
        document=Document(
            headings=tuple(Heading(2, heading, heading) for heading in headings),
            links=tuple(Link(target, Mark(source, line, 3)) for line, target in enumerate(links, 5)),
        ),
        marks={"": Mark(source, 1, 1), "layout": Mark(source, 2, 9)},
    )


def lines_of(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[str]:
    """Place and code of each, such as ``f.yaml:2:1 OTD004``."""
    return [f"{diagnostic.mark} {diagnostic.code}" for diagnostic in diagnostics]
