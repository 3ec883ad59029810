"""Pages of bulk datasets, made in two steps by outlines.

All of a page except its links to related datasets is known as soon as its dataset is. It is prepared then, as the
values that fill the outline of its shape, and finished when all datasets are known. Outline and values can be kept in a
file, so that another process, or a later build, finishes the page without the dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

from markupsafe import Markup

from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME
from otdi_site.model.sourced import Sourced
from otdi_site.model.vocabulary import Term
from otdi_site.render.abridging import PAGE_LIMIT, STEPS, abridge
from otdi_site.render.dataset_pages import FACTS, DatasetPages
from otdi_site.render.dataset_view import (
    cite,
    python_id,
    shown_description,
    shown_tags,
    summary_of,
    view_dataset,
)
from otdi_site.render.outlines import Gap, Outline, Outlines, Shape, any_number_gap, show_all, unknown
from otdi_site.render.templates import Templates

_FROM_BULK = tuple(field for field in FIELDS if field.hub and "memberships" not in field.hub)
"""Fields that rows of bulk files state: they come from no collection."""
_FACTS = tuple(field.name for field in _FROM_BULK if field.fact is not None)
_NUMBERS = ("row_count", "downloads", "downloads_all_time", "likes")
_VARYING = tuple(field.name for field in _FROM_BULK if field.from_hub_id is None)
"""Fields that a bulk file may state or not; the others it always does, or never."""
_get_varying = attrgetter(*_VARYING)
_get_facts = attrgetter(*_FACTS)
_get_numbers = attrgetter(*_NUMBERS)
_get_absent = attrgetter(
    *(field.name for field in FIELDS if field not in _FROM_BULK and not field.from_hub_id and field.name != "listing"),
    "kept_because",
    "entry_path",
    "departure",
    "events",
    "history",
    "evidence",
)
# The places of the values that fill an outline.
(
    _TITLE, _URL, _REPORT, _SUMMARY, _DESCRIPTION, _HUB_URL,
    _PYTHON_ID, _TAGS, _CITATION, _DAY, _PUBLISHER, _LEDGER, _REST,
) = range(13)  # fmt: skip
_RELATED = _REST + len(_FACTS) + len(_NUMBERS)
_LINKS_KEPT = 20_000


class PreparedPage(NamedTuple):
    """A page without its links to related datasets."""

    outline: Outline
    values: tuple[bytes, ...]


class BulkPages:
    """Prepares and finishes pages of datasets that `BulkMerger` made."""

    def __init__(self, pages: DatasetPages, templates: Templates) -> None:
        self._pages = pages
        self._templates = templates
        self._outlines = Outlines()
        self._facts: dict[tuple[str, int, int], tuple[Sourced[Any], bytes]] = {}
        self._publishers: dict[tuple[str, str], bytes] = {}
        self._related: dict[int, Outline | None] = {}
        self._links: dict[tuple[str, str, str], tuple[bytes, ...]] = {}

    def prepare(self, dataset: Dataset) -> PreparedPage | None:
        """`None` where the page must be made by its template. Raises whatever a template raises."""
        for step in range(STEPS):
            prepared = self._prepare(abridge(dataset, step), step)
            if prepared is None or prepared.outline.size((*prepared.values, b"")) <= PAGE_LIMIT:
                return prepared
        return prepared

    def _prepare(self, dataset: Dataset, brief: int) -> PreparedPage | None:
        shape = self._shape(dataset, brief)
        if shape is None:
            return None
        outline = self._outlines.find(shape, lambda: self._sketch(dataset, brief))
        if outline is None:
            return None
        hub_url, description, tags, day = dataset.hub_url, dataset.description, dataset.tags, dataset.date_modified
        url = self._templates.absolute(dataset.address)
        assert hub_url is not None
        assert dataset.hub_id is not None
        texts = (
            dataset.title.value,
            url,
            self._pages.report_url(dataset, url, brief),
            "" if description is None else summary_of(description),
            "" if description is None else shown_description(description),
            hub_url,
            python_id(dataset.hub_id),
            "" if tags is None else shown_tags(tags.value),
            cite(dataset, hub_url),
            "" if day is None else day.value[:10],
        )
        stated = zip(_get_facts(dataset), _FACTS)  # noqa: B905  # it runs for each dataset
        facts = [b"" if value is None else self._fact(value, name, brief) for value, name in stated]
        numbers = [b"" if count is None else f"{count.value:,}".encode() for count in _get_numbers(dataset)]
        ledger = self._pages.ledger(dataset).encode()
        return PreparedPage(outline, (*show_all(texts), self._publisher(dataset.publisher), ledger, *facts, *numbers))

    def finish(self, prepared: PreparedPage, related: Sequence[DatasetLink | Summary]) -> bytes:
        """The page. Raises whatever a template raises."""
        outline, values = prepared
        filled = (*values, self._related_to(related))
        page = outline.fill(filled)
        for count in range(len(related) - 1, -1, -1):
            if len(page) <= PAGE_LIMIT:
                break
            filled = (*values, self._related_to(related[:count]))
            if count == 0 or outline.size(filled) <= PAGE_LIMIT:
                page = outline.fill(filled)
        return page

    def _related_to(self, related: Sequence[DatasetLink | Summary]) -> bytes:
        count = len(related)
        if count not in self._related:
            links = [
                DatasetLink(Gap(place), Gap(becomes={"href": Gap(place + 1)}), Gap(place + 2))  # type: ignore[arg-type]
                for place in range(0, 3 * count, 3)
            ]
            self._related[count] = self._templates.outline("partials/related.html", {"related": links})
        outline = self._related[count]
        if outline is None:
            return self._templates.render("partials/related.html", {"related": related}).encode()
        return outline.fill([value for each in related for value in self._link(each)])

    def _link(self, related: DatasetLink | Summary) -> tuple[bytes, ...]:
        key = (related.title, related.address, related.publisher_title)
        found = self._links.get(key)
        if found is None:
            if len(self._links) == _LINKS_KEPT:
                self._links.clear()
            texts = (related.title, self._templates.link(related.address), related.publisher_title)
            found = self._links[key] = tuple(show_all(texts))
        return found

    def _publisher(self, publisher: Term) -> bytes:
        key = (publisher.id, publisher.title)
        found = self._publishers.get(key)
        if found is None:
            found = self._publishers[key] = self._show_publisher(publisher)
        return found

    def _show_publisher(self, publisher: Term) -> bytes:
        listed = self._templates.find_value("publisher", publisher.id)
        outline = self._publisher_outline
        if listed is None or outline is None:
            return self._pages.publisher(publisher).encode()
        return outline.fill(show_all((publisher.title, listed.title, self._templates.link(listed.address)))).strip()

    @cached_property
    def _publisher_outline(self) -> Outline | None:
        """Of a publisher that has a list of its own."""
        listed: Any = SimpleNamespace(id=unknown(), title=Gap(1), address=Gap(becomes={"href": Gap(2)}))
        publisher = SimpleNamespace(id=Gap(becomes={"value_of:publisher": listed}), title=Gap(0))
        return self._templates.outline("partials/publisher.html", {"publisher": publisher})

    def _fact(self, value: Sourced[Any], name: str, brief: int) -> bytes:
        if not FIELDS_BY_NAME[name].kind.is_shared:
            return self._pages.fact_of(name, value, 1, brief).encode()
        # Bulk reading makes one object of equal values. It is held here, so that no other gets its number.
        key = (name, id(value), brief)
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = (value, self._pages.fact_of(name, value, 1, brief).encode())
        return found[1]

    def _shape(self, dataset: Dataset, brief: int) -> Shape | None:
        """All that the outline of a page depends on; `None` for a dataset that is not like imported ones."""
        url, card = dataset.url, dataset.card_url
        if url is None or card is None or not url.value == card.value == dataset.hub_url or any(_get_absent(dataset)):
            return None
        return (brief, dataset.title.origin, *[value is not None for value in _get_varying(dataset)])

    def _sketch(self, dataset: Dataset, brief: int) -> Outline | None:
        origin = dataset.title.origin
        if any(value.origin is not origin for value in _get_varying(dataset) if value is not None):
            return None
        title, hub_url, description = Gap(_TITLE), Gap(_HUB_URL), Gap(_DESCRIPTION)
        values: dict[str, Any] = {
            "title": title,
            "url": hub_url,
            "card_url": hub_url,
            "description": unknown(),
            "date_modified": Gap(becomes={"day": Gap(_DAY)}),
            **{name: any_number_gap(place) for place, name in enumerate(_NUMBERS, _REST + len(_FACTS))},
        }
        gaps: dict[str, Any] = {name: unknown() for name in ("id", "address", "name", "publisher", "hub_id", "hub_url")}
        view: Any = view_dataset(dataset)
        facts: dict[str, Markup | Gap] = {name: self._pages.fact(name, dataset, view, brief) for name in FACTS}
        facts |= {
            name: Gap(number, is_html=True)
            for number, name in enumerate(_FACTS, _REST)
            if getattr(dataset, name) is not None
        }
        for field in FIELDS:
            if getattr(dataset, field.name) is not None:
                gaps[field.name] = Sourced(values.get(field.name, unknown()), origin)
        view = replace(
            view,
            home_url=hub_url,
            hub_url=hub_url,
            python_id=Gap(_PYTHON_ID),
            tags=Gap(_TAGS) if dataset.tags is not None else "",
            description=description if dataset.description is not None else "",
            summary=Gap(_SUMMARY) if dataset.description is not None else "",
            citation=Gap(_CITATION),
        )
        known = {
            "url": Gap(_URL),
            "report_url": Gap(_REPORT),
            "publisher": Gap(_PUBLISHER, is_html=True),
            "related": unknown(),
            "related_list": Gap(_RELATED, is_html=True, is_true=False, unlike=()),
        }
        sketched = replace(dataset, **gaps)
        ledger = Gap(_LEDGER, is_html=True, is_true=False, unlike=())
        values = self._pages.values(sketched, view, facts, ledger, brief)
        return self._templates.outline("dataset.html", {**values, **known})
