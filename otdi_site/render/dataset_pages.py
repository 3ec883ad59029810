"""Renders the pages of datasets with ``dataset.html`` and the templates in ``facts/``.

What many datasets share, such as a licence's terms or a list of modalities, is rendered once and reused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from otdi_site.formats import CatalogReference, describe_breadcrumbs, describe_dataset, html_script
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.facets import FACET_OF_FIELD
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME
from otdi_site.model.ledger import Checks, Ledger
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.vocabulary import Term
from otdi_site.render.dataset_view import DatasetView, view_dataset
from otdi_site.render.feed import feed_address, has_feed
from otdi_site.render.issue import IssueTemplate
from otdi_site.render.loading import Loading
from otdi_site.render.mail import MailTemplate
from otdi_site.render.placeholders import Placeholder
from otdi_site.render.site import PageContext, source_url
from otdi_site.render.templates import Templates
from otdi_site.render.truncation import LEVELS, is_limited, longest_within_limit, truncate
from otdi_site.urls import HUB_URL

FACTS = tuple(field.name for field in FIELDS if field.fact is not None)
"""Fields that templates of ``facts/`` show. Many datasets have the same values, and each is rendered once."""
_LISTED = tuple(field.name for field in FIELDS if field.fact == "listed")
_FACTS_KEPT = 20_000
Judge = Callable[[Dataset], Ledger | None]
"""Checks a dataset by its metadata alone."""
_NO_HTML = Markup("")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+\Z")


_ANSWERED = tuple(field.name for field in FIELDS if field.hub)
_get_answered = attrgetter(*_ANSWERED)


def key_of_ledger(dataset: Dataset) -> tuple[object, ...]:
    """All that the states of a ledger depend on that is made of metadata alone."""
    stated = [value is not None for value in _get_answered(dataset)]
    license, access, title = dataset.license, dataset.access, dataset.title
    return (
        title.origin.kind,
        title.value == dataset.name or title.value == (dataset.hub_id or "").rpartition("/")[2],
        None if license is None else (license.value.id, license.value.is_accepted),
        None if access is None else access.value,
        *stated,
    )


class Source(NamedTuple):
    """An entry of the list of sources."""

    number: int
    origin: Origin
    html: Markup


class DatasetPages:
    """Renders ``dataset.html``, with what ``facts/`` and ``partials/`` hold for it."""

    def __init__(self, templates: Templates, site: PageContext, judge: Judge | None) -> None:
        """`judge` gives the ledgers of datasets that have none yet."""
        self._templates = templates
        self._site = site
        self._judge = judge
        self._ledgers: dict[tuple[object, ...], tuple[Markup, Checks | None]] = {}
        self._facts: dict[tuple[str, object, int, int], Markup] = {}
        self._entry_prefix = source_url(site.config, "", "blob")
        self._edit_prefix = source_url(site.config, "", "edit")
        report = site.config.contact.report
        self._report = MailTemplate.of(site.config.contact.email, report.subject, report.body)
        issue, repository = site.config.contact.report_issue, site.config.repository
        self._catalog = CatalogReference(site.config.title, site.url.absolute(site.catalog_address or "/"))
        shown_above = [page for page in site.pages if page.address == site.catalog_address]
        home = (site.config.short_title or site.config.title, site.url.absolute("/"))
        self._above = [home, *((page.title, site.url.absolute(page.address)) for page in shown_above)]
        self._issue = None if repository is None else IssueTemplate.of(repository.url, issue.title, issue.body)

    def render(self, dataset: Dataset, related: Sequence[DatasetLink | Summary]) -> bytes:
        """The page, with links to `related` datasets. Raises whatever a template raises."""
        if not is_limited(dataset):
            return self._render(dataset, related, 0)
        return longest_within_limit(
            len(related), lambda step, count: self._render(truncate(dataset, step), related[:count], step)
        )

    def _render(self, dataset: Dataset, related: Sequence[DatasetLink | Summary], truncation_level: int) -> bytes:
        view = view_dataset(dataset)
        url, publisher = self._templates.absolute(dataset.address), dataset.publisher
        ledger, checks = self.ledger(dataset)
        known = {
            "url": url,
            "report_url": self.report_url(dataset, url, truncation_level),
            "issue_url": self.issue_url(dataset, url, truncation_level),
            "publisher": self.publisher(publisher),
            "glance": self.glance(dataset, checks, view.days, is_disputed="license" in view.disputed),
            "load": self.load(view.python_id, Loading.of(dataset, truncation_level)),
            "feed_href": self._templates.href(feed_address(dataset)) if has_feed(dataset) else None,
            "structured_data": self.structured_data(dataset, url, truncation_level),
            "related": related,
            "related_list": Markup(self._templates.render("partials/related.html", {"related": related})),
        }
        facts = {name: self.fact(name, dataset, view, truncation_level) for name in FACTS}
        for name, others in view.disputed.items():
            facts[name] += self._dispute(name, others)
        values = self.values(dataset, view, facts, ledger, truncation_level)
        return self._templates.render("dataset.html", {**values, **known}).encode()

    def values(
        self,
        dataset: Dataset,
        view: DatasetView,
        facts: Mapping[str, Markup | Placeholder],
        ledger: Markup | Placeholder,
        truncation_level: int,
    ) -> dict[str, object]:
        """The values of the template, except those made from the address, the publisher and other datasets."""
        marks = [_NO_HTML, *(self._mark(number) for number in range(1, len(view.sources) + 1))]
        return {
            "dataset": dataset,
            "ledger": ledger,
            "view": view,
            "facts": facts,
            "listed_facts": _LISTED,
            "truncation_level": truncation_level,
            "marks": {field: marks[number] for field, number in view.numbers.items()},
            "sources": [self._source(number, origin) for number, origin in enumerate(view.sources, 1)],
            "entry_url": self._entry_url(dataset.entry_path, self._entry_prefix),
            "edit_url": self._entry_url(dataset.entry_path, self._edit_prefix),
            **self._frame,
        }

    def ledger(self, dataset: Dataset) -> tuple[Markup, Checks | None]:
        """How a dataset meets the specification: all rows, or the counts of one that is known by its metadata alone."""
        has_left = dataset.departure is not None and not dataset.departure.is_refusal
        if has_left or (dataset.ledger is None and self._judge is None):
            return _NO_HTML, None
        if dataset.ledger is not None:
            html = Markup(self._templates.render("partials/ledger.html", {"ledger": dataset.ledger}).strip())
            return html, dataset.ledger.checks
        key = key_of_ledger(dataset)
        found = self._ledgers.get(key)
        if found is None:
            ledger = self._judge(dataset) if self._judge else None
            html = Markup(self._templates.render("partials/ledger-counts.html", {"ledger": ledger}).strip())
            found = self._ledgers[key] = html, None if ledger is None else ledger.checks
        return found

    def structured_data(self, dataset: Dataset, url: str, truncation_level: int) -> Markup:
        """The description for search engines; nothing of a dataset that has left, and where a page has no room."""
        if dataset.departure is not None or truncation_level == LEVELS - 1:
            return _NO_HTML
        is_short = is_limited(dataset)
        described = describe_dataset(dataset, url, self._catalog, is_short=is_short)
        if is_short:
            return Markup(html_script(described))
        breadcrumbs = describe_breadcrumbs([*self._above, (dataset.title.value, url)])
        return Markup(html_script([described, breadcrumbs]))

    def glance(
        self, dataset: Dataset, checks: Checks | None, days: tuple[str, str] | None, *, is_disputed: bool
    ) -> Markup:
        """The line at the top: licence, access, checks and age of a dataset; nothing of one that is gone."""
        if dataset.departure is not None and not dataset.departure.is_reachable:
            return _NO_HTML
        license = None if dataset.license is None else dataset.license.value
        access = None if dataset.access is None else dataset.access.value
        known = None if license is None else (license.id, license.title, license.is_accepted, license.spdx_url is None)
        return self._templates.render_shared(
            "glance",
            (known, is_disputed, access, checks, days),
            license=license, is_disputed=is_disputed, access=access, checks=checks, days=days,
        )  # fmt: skip

    def load(self, id: str, loading: Loading | None) -> Markup:
        """How to load a dataset of the Hub."""
        if loading is None:
            return _NO_HTML
        return Markup(self._templates.render("partials/load.html", self.load_values(id, loading)).strip())

    def load_values(self, id: str | Placeholder, loading: Loading) -> dict[str, object]:
        """The values of the template of `load`."""
        return {"id": id, "loading": loading, "hub": HUB_URL}

    def publisher(self, publisher: Term) -> Markup:
        """Who publishes a dataset, as its page says."""
        key = (publisher.id, publisher.title)
        return self._templates.render_shared("publisher", key, publisher=publisher)

    def report_url(self, dataset: Dataset, url: str, truncation_level: int) -> str:
        """The mail by which readers tell of a problem with a page."""
        # Letters that are not Latin take nine bytes each, and the title stands there twice.
        return self._report.fill(title=dataset.id if truncation_level else dataset.title.value, url=url)

    def issue_url(self, dataset: Dataset, url: str, truncation_level: int) -> str | None:
        """The issue by which readers do the same in public; `None` without a repository, and where texts are cut."""
        # It takes some 400 bytes of the 6,000 of a page, or 700 with a long id; the mail says the same.
        return None if self._issue is None or truncation_level else self._issue.fill(id=dataset.id, url=url)

    @cached_property
    def _frame(self) -> dict[str, Markup]:
        """The parts that are the same on every page."""
        shared = self._templates.render_shared
        return {
            "header": shared("header", "dataset", section=self._site.catalog_address, is_section=False),
            "breadcrumbs": shared("dataset-breadcrumbs", ""),
        }

    def _entry_url(self, path: str | None, prefix: str | None) -> str | None:
        if path is None or prefix is None:
            return None
        return prefix + (path if _PLAIN_PATH.match(path) else quote(path))

    def fact(self, name: str, dataset: Dataset, view: DatasetView, truncation_level: int) -> Markup:
        """A dataset's value, rendered by ``facts/<name>.html``."""
        sourced = getattr(dataset, name)
        return self.fact_of(name, sourced, 0 if sourced is None else view.numbers[name], truncation_level)

    def _dispute(self, name: str, others: Sequence[tuple[str, int]]) -> Markup:
        """What other sources state of a field, each with the mark of its source."""
        marked = [(text, self._mark(number)) for text, number in others]
        values = {"others": marked, "is_license": name == "license"}
        return Markup(self._templates.render("partials/dispute.html", values).strip())

    def fact_of(self, name: str, sourced: Sourced[Any] | None, number: int, truncation_level: int) -> Markup:
        """A value and the number of its source, rendered by ``facts/<name>.html``; cached, as many share it."""
        field = FIELDS_BY_NAME[name]
        key = (name, None if sourced is None else field.key_of(sourced.value), number, truncation_level)
        found = self._facts.get(key)
        if found is None:
            values = {
                "value": None if sourced is None else sourced.value,
                "mark": self._mark(number) if number else _NO_HTML,
                "truncation_level": truncation_level,
            }
            template = name
            if field.fact == "listed" and name not in self._own_facts:
                template, kind = "plain", field.kind
                named = () if sourced is None else zip(kind.ids(sourced.value), kind.titles(sourced.value), strict=True)
                values |= {"title": field.title, "facet": FACET_OF_FIELD.get(name), "named": tuple(named)}
            html = self._templates.render(f"facts/{template}.html", values)
            if len(self._facts) == _FACTS_KEPT:
                self._facts.clear()
            found = self._facts[key] = Markup(html.strip())
        return found

    @cached_property
    def _own_facts(self) -> frozenset[str]:
        """Fields that have a template of their own in ``facts/``."""
        return self._templates.names_in("facts/")

    def _source(self, number: int, origin: Origin) -> Source:
        if origin.kind == "entry":
            return Source(number, origin, _NO_HTML)  # the only one that differs from dataset to dataset
        key = (number, origin.location, origin.as_of)
        return Source(number, origin, self._templates.render_shared("source", key, number=number, origin=origin))

    def _mark(self, number: int) -> Markup:
        return self._templates.render_shared("source-mark", number, number=number)
