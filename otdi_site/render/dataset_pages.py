"""Renders the pages of datasets, the most numerous by far; it must not hold what templates can say.

What many datasets share, such as a licence's terms or a list of modalities, is rendered once and reused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset, Origin
from otdi_site.render.dataset_view import SHARED_FACTS, DatasetView, view_dataset
from otdi_site.render.mail import MailTemplate
from otdi_site.render.site import Surroundings, source_url
from otdi_site.render.templates import Templates

_NO_HTML = Markup("")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+\Z")


class Source(NamedTuple):
    """An entry of the list of sources."""

    number: int
    origin: Origin
    html: Markup


class DatasetPages:
    """Renders ``dataset.html``, with what ``facts/`` and ``partials/`` hold for it."""

    def __init__(self, templates: Templates, site: Surroundings) -> None:
        self._templates = templates
        self._site = site
        self._facts: dict[tuple[str, object, int], Markup] = {}
        self._entry_prefix = source_url(site.config, "", "blob")
        report = site.config.contact.report
        self._report = MailTemplate.of(site.config.contact.email, report.subject, report.body)

    def render(self, dataset: Dataset, related: Sequence[DatasetLink | Summary]) -> str:
        """The page, with links to `related` datasets. Raises whatever a template raises."""
        view = view_dataset(dataset)
        url = self._templates.absolute(dataset.address)
        shared = self._templates.render_shared
        publisher = dataset.publisher
        marks = [_NO_HTML, *(self._mark(number) for number in range(1, len(view.sources) + 1))]
        return self._templates.render(
            "dataset.html",
            {
                "dataset": dataset,
                "view": view,
                "url": url,
                "related": related,
                "report_url": self._report.fill(title=dataset.title.value, url=url),
                "entry_url": self._entry_url(dataset.entry_path),
                **self._frame,
                "publisher": shared("publisher", (publisher.id, publisher.title), publisher=publisher),
                "facts": {name: self._fact(name, dataset, view) for name in SHARED_FACTS},
                "marks": {field: marks[number] for field, number in view.numbers.items()},
                "sources": [self._source(number, origin) for number, origin in enumerate(view.sources, 1)],
            },
        )

    @cached_property
    def _frame(self) -> dict[str, Markup]:
        """What stands on every page."""
        shared = self._templates.render_shared
        return {
            "header": shared("header", "dataset", section="/catalog/", is_section=False),
            "breadcrumbs": shared("dataset-breadcrumbs", ""),
        }

    def _entry_url(self, path: str | None) -> str | None:
        if path is None or self._entry_prefix is None:
            return None
        return self._entry_prefix + (path if _PLAIN_PATH.match(path) else quote(path))

    def _fact(self, name: str, dataset: Dataset, view: DatasetView) -> Markup:
        """What ``facts/<name>.html`` makes of a value, remembered for the next dataset that states the same."""
        sourced = getattr(dataset, name)
        number = 0 if sourced is None else view.numbers[name]
        key = (name, None if sourced is None else SHARED_FACTS[name](sourced.value), number)
        found = self._facts.get(key)
        if found is None:
            values = {
                "value": None if sourced is None else sourced.value,
                "mark": self._mark(number) if number else _NO_HTML,
            }
            html = self._templates.render(f"facts/{name}.html", values)
            found = self._facts[key] = Markup(html.strip())
        return found

    def _source(self, number: int, origin: Origin) -> Source:
        if origin.kind == "entry":
            return Source(number, origin, _NO_HTML)  # the only one that differs from dataset to dataset
        key = (number, origin.location, origin.as_of)
        return Source(number, origin, self._templates.render_shared("source", key, number=number, origin=origin))

    def _mark(self, number: int) -> Markup:
        return self._templates.render_shared("source-mark", number, number=number)
