"""Writes the whole index, from summaries of datasets in rank order to files.

docs/index-format.md describes every file. A dataset is called by its position in rank order, from 0.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from otdi_site.index.browser.columns import Column, Order, change_column, day_of
from otdi_site.index.browser.encoding import NO_NAME, SMALLEST, IndexFile, digest, pack
from otdi_site.index.browser.facet_previews import FacetPreviews
from otdi_site.index.browser.names import names_file
from otdi_site.index.browser.postings import Postings
from otdi_site.index.browser.rows import ROWS_IN_PAGE, Rows, RowTexts, encode_json
from otdi_site.index.browser.searchable import searchable_tokens
from otdi_site.index.browser.terms import Terms
from otdi_site.index.browser.tokens import fold
from otdi_site.index.browser.value_lists import write_value_lists
from otdi_site.index.browser.values import Values, order_values
from otdi_site.index.facets import READERS
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import CHANGE, COMPARED_FACETS, FACETS, FacetDefinition
from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.vocabulary import Vocabularies

FORMAT = 4
PREVIEWS_FROM = 5_000
"""Datasets from which on previews are worth their files: below, the columns are about as small."""
PAGES_IN_DIRECTORY = 256
"""Pages of rows that one directory names, in six bytes each: a search's rows are scattered over all of them."""

_LARGEST_FIGURE = 2**32 - 2


@dataclass(slots=True)
class Search:
    """The part of an index that is made from names and texts alone."""

    head: Mapping[str, object] | None = None
    """Its part of the head; `None` until its files are written."""


class Collection:
    """Everything that is kept of the datasets while they stream by."""

    def __init__(self, *, has_postings: bool = True) -> None:
        self.columns = {facet.name: Column(facet.name) for facet in FACETS}
        self._reads_and_adds = [
            (READERS[name], column.add if column.has_many else column.add_one) for name, column in self.columns.items()
        ]
        self.publishers: dict[str, str] = {}
        self.downloads, self.likes, self.changed, self.added = (array("I") for _ in range(4))
        self.names: list[tuple[str, str]] = []
        self.texts = RowTexts()
        self.postings = Postings() if has_postings else None
        self.count = 0

    def add(self, summary: Summary, text: str) -> None:
        """The next dataset in rank order, and the text it is searched by beside its name."""
        for read, add in self._reads_and_adds:
            add(read(summary))
        self.publishers.setdefault(summary.publisher, summary.publisher_title)
        self.downloads.append(_figure(summary.downloads))
        self.likes.append(_figure(summary.likes))
        self.changed.append(day_of(summary.date_modified))
        self.added.append(day_of(summary.date_added))
        self.names.append((fold(summary.title), summary.id))
        self.texts.add(summary.title, summary.address, summary.snippet)
        if self.postings is not None:
            self.postings.add(self.count, *searchable_tokens(summary, text))
        self.count += 1

    def orders(self) -> dict[str, Order]:
        """The orders of datasets, besides relevance and size."""
        by_name = sorted(range(self.count), key=self.names.__getitem__)
        self.names.clear()
        name_keys = array("I", bytes(4 * self.count))
        for rank, position in enumerate(by_name):
            name_keys[position] = self.count - rank
        keys = {"downloads": self.downloads, "likes": self.likes, "changed": self.changed, "added": self.added}
        return {name: Order(name, figures) for name, figures in (keys | {"name": name_keys}).items()}


def write_index(
    datasets: Iterable[tuple[Summary, str]],
    vocabularies: Vocabularies,
    *,
    rows_shown: int = 50,
    seen_on: str | None = None,
    search: Search | None = None,
) -> Iterator[IndexFile]:
    """The files of the index, the head last: it names all others, and a page needs to know nothing but its name.

    `datasets` are summaries with their whole descriptions, in rank order, read once. `rows_shown` is the number of rows
    that a list begins with. `seen_on` is the ISO 8601 day from which last changes are looked at; the day of the newest
    change where it is `None`. `search` is filled; one with a `head` is that of an earlier index of the same names and
    texts in the same order, and its files are left out. Titles and texts may be hostile: they are written as data.
    """
    search = search or Search()
    collection = Collection(has_postings=search.head is None)
    for summary, text in datasets:
        collection.add(summary, text)
    try:
        yield from _write(collection, vocabularies, rows_shown, day_of(seen_on), search)
    finally:
        collection.texts.close()


def _write(
    collection: Collection, vocabularies: Vocabularies, rows_shown: int, today: int, search: Search
) -> Iterator[IndexFile]:
    count = collection.count
    today = today or max(collection.changed, default=0)
    columns = collection.columns | {CHANGE.name: change_column(collection.changed, today)}
    values = {name: order_values(column, vocabularies, collection.publishers) for name, column in columns.items()}
    orders = collection.orders()
    rows = Rows(collection.texts, columns, values, orders)
    head: dict[str, object] = {"format": FORMAT, "count": count, "today": today, "rows_in_page": ROWS_IN_PAGE}

    page_names = []
    for file in rows.files(count):
        page_names.append(file.name)
        yield file
    previews = FacetPreviews(list(columns.values()), values, rows_shown) if count >= PREVIEWS_FROM else None
    if previews:
        previews.collect()
    facets = []
    for name, column in columns.items():
        packed = pack("columns", column.encode(), SMALLEST)
        yield packed
        preview_names = []
        for preview in previews.files(name, rows) if previews else ():
            preview_names.append(preview.name if preview else NO_NAME)
            if preview:
                yield preview
        value_names = []
        for file in values[name].files():
            value_names.append(file.name)
            yield file
        described = _describe_facet(values[name], column, packed)
        facets.append(described | {"previews": "".join(preview_names), "files": "".join(value_names)})
    head["facets"] = facets
    head["comparison"] = [_describe_line(facet) for facet in COMPARED_FACETS]
    del previews

    sorts: dict[str, dict[str, object] | bool | None] = {}
    for name, order in orders.items():
        if not any(order.keys):
            sorts[name] = False
            continue
        if order.is_rank:
            sorts[name] = None
            continue
        file, sorts[name] = order.pack()
        yield file
    head["orders"] = sorts

    if collection.postings is not None:
        terms = Terms(collection.postings, count)
        yield from terms.files()
        search.head = terms.head()
    list_files, lists = write_value_lists(columns, values, count)
    yield from list_files
    names = names_file(values, vocabularies)
    yield names
    row_parts = []
    for start in range(0, len(page_names), PAGES_IN_DIRECTORY):
        part = pack("directories", bytes.fromhex("".join(page_names[start : start + PAGES_IN_DIRECTORY])))
        row_parts.append(part.name)
        yield part
    head["names"] = names.name
    rows_in_directories = {"rows": "".join(row_parts), "pages": PAGES_IN_DIRECTORY}
    head["directories"] = {"search": search.head, "lists": lists, **rows_in_directories}
    head["rows"] = rows.page(range(min(rows_shown, count))) if count else None
    content = encode_json(head)
    yield IndexFile(f"head-{digest(content)}.json", content)


def _describe_facet(values: Values, column: Column, packed: IndexFile) -> dict[str, object]:
    """A facet as the head has it, but for the names of its previews and files of values."""
    width, many = column.widths
    return {
        "name": values.name,
        "title": values.title,
        "groups": values.groups,
        "unstated": values.counts[0],
        "size": len(values.ids),
        "values": values.part(0, values.listed),
        "column": {
            "name": packed.name,
            "width": width,
            "many": many,
            "codes": column.value_count,
            "bytes": len(packed.content),
        },
    }


def _describe_line(facet: FacetDefinition) -> dict[str, str]:
    """A line of comparisons, and its column in exports."""
    field = FIELDS_BY_NAME.get(facet.attribute)
    title, column = (facet.title, facet.name.replace("-", "_")) if field is None else (field.title, field.column)
    return {"facet": facet.name, "title": title, "column": column}


def _figure(number: int | None) -> int:
    return 0 if number is None else min(max(number, 0), _LARGEST_FIGURE) + 1
