"""Renders lists of datasets and the rows in them, with skeletons where many have one signature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from otdi_site.model.catalog import Summary
from otdi_site.model.listing import Listing, Totals, Value
from otdi_site.render.page_skeletons import PageSkeleton, SkeletonCache, show, show_all
from otdi_site.render.placeholders import Placeholder, number_placeholder, unusable
from otdi_site.render.templates import Templates

_ROW = ("partials/row.html", "row")
_LANGUAGES_SHOWN = 3

# The places of the values that fill a skeleton of a row, before the titles of modalities and languages.
_TITLE, _ADDRESS, _PUBLISHER, _SNIPPET, _DAY, _LICENSE, _DOWNLOADS, _LIKES, _REST = range(9)
# And of a list.
_NAME, _LINK, _URL, _ID, _COUNT, _ROWS, _SUM_DOWNLOADS, _SUM_LIKES = range(8)


class Rows:
    """Renders datasets as lists show them."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._skeletons = SkeletonCache()
        self._titles: dict[tuple[str, str], bytes] = {}

    def render(self, summary: Summary) -> bytes:
        """A dataset in a list. Raises whatever the template raises."""
        signature = (
            bool(summary.snippet),
            bool(summary.license),
            len(summary.modalities),
            len(summary.languages),
            _size_of(summary.downloads),
            _size_of(summary.likes),
            bool(summary.date_modified),
        )
        skeleton = self._skeletons.find(signature, lambda: _evaluate_row(self._templates, summary))
        if skeleton is None:
            return str(self._macro(summary)).encode()
        title = self._title
        return skeleton.fill(
            [
                *show_all(
                    (
                        summary.title,
                        self._templates.link(summary.address),
                        summary.publisher_title,
                        summary.snippet,
                        (summary.date_modified or "")[:10],
                    )
                ),
                title("license", summary.license) if summary.license else b"",
                _show_number(summary.downloads),
                _show_number(summary.likes),
                *[title("modality", value) for value in summary.modalities],
                *[title("language", value) for value in summary.languages[:_LANGUAGES_SHOWN]],
            ]
        )

    @cached_property
    def _macro(self) -> Any:
        return self._templates.macro(*_ROW)

    def _title(self, facet: str, value: str) -> bytes:
        found = self._titles.get((facet, value))
        if found is None:
            found = self._titles[facet, value] = show(self._templates.title_of(facet, value))
        return found


def _evaluate_row(templates: Templates, summary: Summary) -> PageSkeleton | None:
    def title(facet: str, number: int) -> Placeholder:
        return Placeholder(becomes={f"title_of:{facet}": Placeholder(number)})

    languages = _REST + len(summary.modalities)
    placeholders: dict[str, Any] = {name: unusable() for name in Summary.__dataclass_fields__}
    placeholders |= {
        "title": Placeholder(_TITLE),
        "address": Placeholder(becomes={"href": Placeholder(_ADDRESS)}),
        "publisher_title": Placeholder(_PUBLISHER),
        "snippet": Placeholder(_SNIPPET) if summary.snippet else "",
        "license": title("license", _LICENSE) if summary.license else None,
        "downloads": _placeholder_of(summary.downloads, _DOWNLOADS),
        "likes": _placeholder_of(summary.likes, _LIKES),
        "date_modified": Placeholder(becomes={"day": Placeholder(_DAY)}) if summary.date_modified else None,
        "modalities": tuple(title("modality", number) for number in range(_REST, languages)),
        "languages": tuple(
            title("language", languages + number) if number < _LANGUAGES_SHOWN else unusable()
            for number in range(len(summary.languages))
        ),
    }
    return templates.macro_skeleton(*_ROW, Summary(**placeholders))


class Lists:
    """Renders lists."""

    def __init__(self, templates: Templates, metadata_as_of: str | None) -> None:
        self._templates = templates
        self._metadata_as_of = metadata_as_of
        self._skeletons = SkeletonCache()

    def render(self, listing: Listing, rows: Iterable[bytes], siblings: str) -> bytes:
        """One page of the datasets of a facet's value; `siblings` is HTML: what else there is in its facet.

        Raises whatever the template raises.
        """
        joined = b"\n".join(rows)
        if listing.page_count > 1:
            return self._fill(_narrow(listing), Markup(joined.decode()), Markup(siblings))
        value, totals = listing.value, listing.totals
        signature = (
            listing.facet.name,
            siblings,
            min(value.count, 2),
            totals.counted and (totals.counted == value.count, _size_of(totals.downloads), _size_of(totals.likes)),
        )
        skeleton = self._skeletons.find(signature, lambda: self._evaluate(_narrow(listing), Markup(siblings)))
        if skeleton is None:
            return self._fill(_narrow(listing), Markup(joined.decode()), Markup(siblings))
        return skeleton.fill(
            (
                *show_all((value.title, self._templates.link(value.address), self._templates.absolute(value.address))),
                quote(value.id, safe="/").encode(),
                _show_number(value.count),
                joined,
                _show_number(totals.downloads),
                _show_number(totals.likes),
            )
        )

    def _fill(self, listing: Listing, rows: Markup, siblings: Markup) -> bytes:
        return self._templates.render("list.html", self._values(listing, rows, siblings)).encode()

    def _values(self, listing: Listing, rows: object, siblings: Markup) -> dict[str, object]:
        return {
            "listing": listing,
            "facet": listing.facet,
            "value": listing.value,
            "rows": rows,
            "siblings": siblings,
            "metadata_as_of": self._metadata_as_of,
        }

    def _evaluate(self, listing: Listing, siblings: Markup) -> PageSkeleton | None:
        count, totals = listing.value.count, listing.totals
        if totals.counted not in (0, count):
            return None
        placeholders: dict[str, Any] = {
            "id": Placeholder(becomes={"urlencode": Placeholder(_ID)}),
            "title": Placeholder(_NAME),
            "group": unusable(),
            "count": _placeholder_of(count, _COUNT),
            "address": Placeholder(becomes={"href": Placeholder(_LINK), "absolute": Placeholder(_URL)}),
            "hint": unusable(),
        }
        sums: dict[str, Any] = {
            "downloads": _placeholder_of(totals.downloads, _SUM_DOWNLOADS),
            "likes": _placeholder_of(totals.likes, _SUM_LIKES),
            "counted": placeholders["count"] if totals.counted else 0,
        }
        partial = replace(listing, value=Value(**placeholders), totals=Totals(**sums))
        rows = Placeholder(_ROWS, is_html=True)
        return self._templates.skeleton("list.html", self._values(partial, rows, siblings))


def _narrow(listing: Listing) -> Listing:
    """A list without the other values of its facet: their numbers change with datasets that are not in it.

    And without what its rows do not show of its datasets: whether the list is made again depends on the rows.
    """
    return replace(listing, facet=replace(listing.facet, values=(), unstated_count=0, largest=()), summaries=())


def _size_of(number: int | None) -> int | None:
    """The part of a number that a skeleton depends on."""
    return None if number is None else min(number, 2)


def _placeholder_of(number: int | None, place: int) -> Any:
    """A gap for a number above 1; others stand in the skeleton."""
    return number if number is None or number < 2 else number_placeholder(place)


def _show_number(number: int | None) -> bytes:
    return b"" if number is None else f"{number:,}".encode()
