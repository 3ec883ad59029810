"""Renders pages of bulk datasets in two steps, by page skeletons.

All of a page except its links to related datasets is known as soon as its dataset is. It is prepared then, as the
values that fill the skeleton of its signature, and finished when all datasets are known. Skeleton and values can be
kept in a file, so that another process, or a later build, finishes the page without the dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

from markupsafe import Markup

from otdi_site.formats import describe_for_machines
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME
from otdi_site.model.sourced import Sourced
from otdi_site.model.vocabulary import Term
from otdi_site.render.dataset_pages import FACTS, DatasetPages
from otdi_site.render.dataset_view import (
    SUMMARY_LENGTH,
    cite,
    days_of,
    python_id,
    shown_description,
    shown_tags,
    view_dataset,
)
from otdi_site.render.loading import Loading
from otdi_site.render.page_skeletons import PageSkeleton, Signature, SkeletonCache, show, show_all
from otdi_site.render.placeholders import Placeholder, any_number_placeholder, unusable
from otdi_site.render.templates import Templates
from otdi_site.render.truncation import LEVELS, PAGE_LIMIT, truncate

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
    "preview",
)
# The places of the values that fill a skeleton.
(
    _TITLE, _URL, _REPORT, _ISSUE, _SUMMARY, _DESCRIPTION, _HUB_URL,
    _TAGS, _CITATION, _DAY, _PUBLISHER, _LEDGER, _GLANCE, _STRUCTURED, _LOAD, _REST,
) = range(16)  # fmt: skip
_RELATED = _REST + len(_FACTS) + len(_NUMBERS)
_LINKS_KEPT = 20_000


class PreparedPage(NamedTuple):
    """A page without its links to related datasets."""

    skeleton: PageSkeleton
    values: tuple[bytes, ...]


class BulkPages:
    """Prepares and finishes pages of datasets that `BulkMerger` made."""

    def __init__(self, pages: DatasetPages, templates: Templates) -> None:
        self._pages = pages
        self._templates = templates
        self._skeletons = SkeletonCache()
        self._facts: dict[tuple[str, int, int], tuple[Sourced[Any], bytes]] = {}
        self._publishers: dict[tuple[str, str], bytes] = {}
        self._loads: dict[Loading, PageSkeleton | None] = {}
        self._related: dict[int, PageSkeleton | None] = {}
        self._links: dict[tuple[str, str, str], tuple[bytes, ...]] = {}

    def prepare(self, dataset: Dataset) -> PreparedPage | None:
        """`None` where the page must be made by its template. Raises whatever a template raises."""
        for step in range(LEVELS):
            prepared = self._prepare(truncate(dataset, step), step)
            if prepared is None or prepared.skeleton.size((*prepared.values, b"")) <= PAGE_LIMIT:
                return prepared
        return prepared

    def _prepare(self, dataset: Dataset, truncation_level: int) -> PreparedPage | None:
        signature = self._signature(dataset, truncation_level)
        if signature is None:
            return None
        skeleton = self._skeletons.find(signature, lambda: self._evaluate(dataset, truncation_level))
        if skeleton is None:
            return None
        hub_url, description, tags, day = dataset.hub_url, dataset.description, dataset.tags, dataset.date_modified
        url = self._templates.absolute(dataset.address)
        assert hub_url is not None
        assert dataset.hub_id is not None
        texts = (
            dataset.title.value,
            url,
            self._pages.report_url(dataset, url, truncation_level),
            self._pages.issue_url(dataset, url, truncation_level) or "",
            describe_for_machines(dataset, SUMMARY_LENGTH),
            "" if description is None else shown_description(description),
            hub_url,
            "" if tags is None else shown_tags(tags.value),
            cite(dataset, hub_url),
            "" if day is None else day.value[:10],
        )
        stated = zip(_get_facts(dataset), _FACTS)  # noqa: B905  # it runs for each dataset
        facts = [b"" if value is None else self._fact(value, name, truncation_level) for value, name in stated]
        numbers = [b"" if count is None else f"{count.value:,}".encode() for count in _get_numbers(dataset)]
        ledger, checks = self._pages.ledger(dataset)
        glance = self._pages.glance(dataset, checks, days_of(dataset, (dataset.title.origin,)), is_disputed=False)
        structured = self._pages.structured_data(dataset, url, truncation_level)
        parts = [part.encode() for part in (ledger, glance, structured)]
        shown = (*show_all(texts), self._publisher(dataset.publisher), *parts, self._load(dataset, truncation_level))
        return PreparedPage(skeleton, (*shown, *facts, *numbers))

    def finish(self, prepared: PreparedPage, related: Sequence[DatasetLink | Summary]) -> bytes:
        """The page. Raises whatever a template raises."""
        skeleton, values = prepared
        filled = (*values, self._related_to(related))
        page = skeleton.fill(filled)
        for count in range(len(related) - 1, -1, -1):
            if len(page) <= PAGE_LIMIT:
                break
            filled = (*values, self._related_to(related[:count]))
            if count == 0 or skeleton.size(filled) <= PAGE_LIMIT:
                page = skeleton.fill(filled)
        return page

    def _related_to(self, related: Sequence[DatasetLink | Summary]) -> bytes:
        count = len(related)
        if count not in self._related:
            links = [
                SimpleNamespace(
                    title=Placeholder(place),
                    address=Placeholder(becomes={"href": Placeholder(place + 1)}),
                    publisher_title=Placeholder(place + 2),
                )
                for place in range(0, 3 * count, 3)
            ]
            self._related[count] = self._templates.skeleton("partials/related.html", {"related": links})
        skeleton = self._related[count]
        if skeleton is None:
            return self._templates.render("partials/related.html", {"related": related}).encode()
        return skeleton.fill([value for each in related for value in self._link(each)])

    def _link(self, related: DatasetLink | Summary) -> tuple[bytes, ...]:
        key = (related.title, related.address, related.publisher_title)
        found = self._links.get(key)
        if found is None:
            if len(self._links) == _LINKS_KEPT:
                self._links.clear()
            texts = (related.title, self._templates.link(related.address), related.publisher_title)
            found = self._links[key] = tuple(show_all(texts))
        return found

    def _load(self, dataset: Dataset, truncation_level: int) -> bytes:
        loading = Loading.of(dataset, truncation_level)
        if loading is None or dataset.hub_id is None:
            return b""
        if loading not in self._loads:
            values = self._pages.load_values(Placeholder(0), loading)
            self._loads[loading] = self._templates.skeleton("partials/load.html", values)
        skeleton, id = self._loads[loading], python_id(dataset.hub_id)
        if skeleton is None:
            return self._pages.load(id, loading).encode()
        return skeleton.fill((show(id),)).strip()

    def _publisher(self, publisher: Term) -> bytes:
        key = (publisher.id, publisher.title)
        found = self._publishers.get(key)
        if found is None:
            found = self._publishers[key] = self._show_publisher(publisher)
        return found

    def _show_publisher(self, publisher: Term) -> bytes:
        listed = self._templates.find_value("publisher", publisher.id)
        skeleton = self._publisher_skeleton
        if listed is None or skeleton is None:
            return self._pages.publisher(publisher).encode()
        return skeleton.fill(show_all((publisher.title, listed.title, self._templates.link(listed.address)))).strip()

    @cached_property
    def _publisher_skeleton(self) -> PageSkeleton | None:
        """Of a publisher that has a list of its own."""
        listed: Any = SimpleNamespace(
            id=unusable(), title=Placeholder(1), address=Placeholder(becomes={"href": Placeholder(2)})
        )
        publisher = SimpleNamespace(id=Placeholder(becomes={"value_of:publisher": listed}), title=Placeholder(0))
        return self._templates.skeleton("partials/publisher.html", {"publisher": publisher})

    def _fact(self, value: Sourced[Any], name: str, truncation_level: int) -> bytes:
        if not FIELDS_BY_NAME[name].kind.is_shared:
            return self._pages.fact_of(name, value, 0, truncation_level).encode()
        # Bulk reading makes one object of equal values. It is held here, so that no other gets its number.
        key = (name, id(value), truncation_level)
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = (value, self._pages.fact_of(name, value, 0, truncation_level).encode())
        return found[1]

    def _signature(self, dataset: Dataset, truncation_level: int) -> Signature | None:
        """All that the skeleton of a page depends on; `None` for a dataset unlike those of bulk files."""
        url, card = dataset.url, dataset.card_url
        if url is None or card is None or not url.value == card.value == dataset.hub_url or any(_get_absent(dataset)):
            return None
        return (truncation_level, dataset.title.origin, *[value is not None for value in _get_varying(dataset)])

    def _evaluate(self, dataset: Dataset, truncation_level: int) -> PageSkeleton | None:
        origin = dataset.title.origin
        if any(value.origin is not origin for value in _get_varying(dataset) if value is not None):
            return None
        title, hub_url, description = Placeholder(_TITLE), Placeholder(_HUB_URL), Placeholder(_DESCRIPTION)
        values: dict[str, Any] = {
            "title": title,
            "url": hub_url,
            "card_url": hub_url,
            "description": unusable(),
            "date_modified": Placeholder(becomes={"day": Placeholder(_DAY)}),
            **{name: any_number_placeholder(place) for place, name in enumerate(_NUMBERS, _REST + len(_FACTS))},
        }
        placeholders: dict[str, Any] = {
            name: unusable() for name in ("id", "address", "name", "publisher", "hub_id", "hub_url")
        }
        view: Any = view_dataset(dataset)
        facts: dict[str, Markup | Placeholder] = {
            name: self._pages.fact(name, dataset, view, truncation_level) for name in FACTS
        }
        facts |= {
            name: Placeholder(number, is_html=True)
            for number, name in enumerate(_FACTS, _REST)
            if getattr(dataset, name) is not None
        }
        for field in FIELDS:
            if getattr(dataset, field.name) is not None:
                placeholders[field.name] = Sourced(values.get(field.name, unusable()), origin)
        view = replace(
            view,
            home_url=hub_url,
            hub_url=hub_url,
            python_id=unusable(),
            tags=Placeholder(_TAGS) if dataset.tags is not None else "",
            description=description if dataset.description is not None else "",
            summary=Placeholder(_SUMMARY),
            citation=Placeholder(_CITATION),
        )
        known = {
            "url": Placeholder(_URL),
            "report_url": Placeholder(_REPORT),
            "issue_url": Placeholder(_ISSUE) if self._pages.issue_url(dataset, "", truncation_level) else None,
            "publisher": Placeholder(_PUBLISHER, is_html=True),
            "structured_data": Placeholder(_STRUCTURED, is_html=True) if truncation_level < LEVELS - 1 else "",
            "glance": Placeholder(_GLANCE, is_html=True),
            "load": Placeholder(_LOAD, is_html=True),
            "feed_href": None,
            "related": unusable(),
            "related_list": Placeholder(_RELATED, is_html=True, is_true=False, unlike=()),
        }
        partial = replace(dataset, **placeholders)
        ledger = Placeholder(_LEDGER, is_html=True, is_true=False, unlike=())
        values = self._pages.values(partial, view, facts, ledger, truncation_level)
        return self._templates.skeleton("dataset.html", {**values, **known})
