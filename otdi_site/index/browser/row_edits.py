"""Patches rows of lists, facet previews and the order by name after edits of some datasets."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from otdi_site.index.browser.columns import Order, change_column, day_of
from otdi_site.index.browser.encoding import decode_column
from otdi_site.index.browser.published import CannotPatchError, PublishedIndex, split_names
from otdi_site.index.browser.rows import encode_json, written
from otdi_site.index.browser.tokens import fold
from otdi_site.index.facets import values_of
from otdi_site.model.catalog import Summary
from otdi_site.urls import is_reserved_name


class Change(NamedTuple):
    """One dataset and its whole description, as they were and as they are."""

    before: Summary
    before_text: str
    after: Summary
    after_text: str


Changes = Sequence[tuple[int, Change]]
"""With the position of each dataset."""


def edit_pages(index: PublishedIndex, pages: list[str], changes: Changes) -> None:
    """Changes titles and snippets in the pages of rows, of which `pages` has the names, and in the head."""
    size = index.head["rows_in_page"]
    for position, change in changes:
        number, row = divmod(position, size)
        page = index.document("rows", pages[number])
        _edit_row(page, row, change)
        pages[number] = index.add("rows", encode_json(page))
        if position < len(index.head["rows"]["title"]):
            _edit_row(index.head["rows"], position, change)


def edit_previews(index: PublishedIndex, changes: Changes) -> None:
    """Changes titles and snippets in the previews of the datasets' own values: no others can have them."""
    for facet in index.head["facets"]:
        names = split_names(facet["previews"])
        for position, change in changes if names else ():
            for code in _listed_codes(facet, change.before, index.head["today"]):
                preview = index.document("previews", names[code])
                if position in preview["positions"]:
                    _edit_row(preview["rows"], preview["positions"].index(position), change)
                    names[code] = index.add("previews", encode_json(preview))
        facet["previews"] = "".join(names)


def edit_name_order(index: PublishedIndex, pages: Sequence[str], changes: Changes) -> None:
    """Moves datasets to where their new titles belong; `pages` are the names of the new pages of rows."""
    moved = {
        position: (fold(change.after.title), change.after.id)
        for position, change in changes
        if fold(change.after.title) != fold(change.before.title)
    }
    if not moved:
        return
    read_page = cache(lambda number: index.document("rows", pages[number]))

    def name_at(position: int, title: str) -> tuple[str, str]:
        """The sort key of the dataset; with the id only where the title is `title`."""
        if position in moved:
            return moved[position]
        number, row = divmod(position, index.head["rows_in_page"])
        page = read_page(number)
        folded = fold(page["title"][row])
        return folded, _id_of(page["address"][row]) if folded == title else ""

    count = index.head["count"]
    places = [position for position in _by_name(index) if position not in moved]
    for position, name in moved.items():
        places.insert(bisect_left(places, name, key=partial(name_at, title=name[0])), position)
    keys = array("I", bytes(4 * count))
    for place, position in enumerate(places):
        keys[position] = count - place
    order = Order("name", keys)
    if order.is_rank:
        index.head["orders"]["name"] = None
    else:
        file, index.head["orders"]["name"] = order.pack()
        index.take(file)


def _by_name(index: PublishedIndex) -> list[int]:
    """The positions of all datasets in the order of their names."""
    count, order = index.head["count"], index.head["orders"]["name"]
    if order is None:
        return list(range(count))
    places = [0] * count
    for position, key in enumerate(decode_column(index.content("orders", order["name"]), order["width"])):
        places[count - key] = position
    return places


def _edit_row(rows: Mapping[str, Any], row: int, change: Change) -> None:
    before, after = change.before, change.after
    was = tuple(rows[name][row] for name in ("title", "address", "snippet"))
    if was != (written(before.title), written(before.address), written(before.snippet)):
        raise CannotPatchError("a row is not what the dataset was")
    rows["title"][row], rows["snippet"][row] = written(after.title), written(after.snippet)


def _listed_codes(facet: Mapping[str, Any], summary: Summary, today: int) -> Iterator[int]:
    """The codes of a dataset's values that have previews."""
    if facet["name"] == "change":
        values: Sequence[str] = change_column([day_of(summary.date_modified)], today).ids
    else:
        values = values_of(summary, facet["name"])
    if not values:
        yield 0
    codes = {value: code for code, value in enumerate(facet["values"]["ids"], 1)}
    for value in dict.fromkeys(values):
        if written(value) in codes:
            yield codes[written(value)]


def _id_of(address: str) -> str:
    """The id of the dataset with an address."""
    parts = address.removeprefix("/datasets/").removesuffix(".html").split("/")
    if any(part.startswith("-") and is_reserved_name(part[1:]) for part in parts):
        raise CannotPatchError("an address does not tell whether the hyphen is the id's")
    return "/".join(parts)
