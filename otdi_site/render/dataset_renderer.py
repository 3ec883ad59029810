"""Renders what there are many of: pages of datasets, their rows and lists; it must not know the whole catalog.

A worker that imports many datasets needs only this part of the renderer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from otdi_site.diagnostics import Diagnostic
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.facet import Listing, ValueLink
from otdi_site.render.assets import Assets
from otdi_site.render.dataset_pages import DatasetPages
from otdi_site.render.environment import diagnose
from otdi_site.render.site import Surroundings
from otdi_site.render.templates import Templates

FindValue = Callable[[str, str], ValueLink | None]
"""The value of a facet, by facet and id; `None` where it has no page."""

_FROM_DATASET = ("../../", "../")
"""From a dataset's page to the home page, and to the folder of all datasets."""


class DatasetRenderer:
    """Each ``render_…`` returns what it renders, or the diagnostic of the template that failed."""

    def __init__(
        self, folders: Sequence[Path], surroundings: Surroundings, assets: Assets, find_value: FindValue
    ) -> None:
        self._folders = tuple(folders)
        # All datasets stand at one depth, so that the header and the like are the same on all of them even with
        # relative links. Those are shorter than a base path, and 100,000 pages hold two million links.
        to_home, to_datasets = _FROM_DATASET
        url = surroundings.url
        prefix = min(url.href("/"), to_home, key=len)
        templates = Templates(self._folders, surroundings, assets, prefix, to_datasets, find_value)
        self._pages = DatasetPages(templates, surroundings)
        self._templates = Templates(
            self._folders, surroundings, assets, url.href("/"), url.href("/datasets/"), find_value
        )
        self._row: Any = None

    def render_page(self, dataset: Dataset, related: Sequence[DatasetLink | Summary]) -> bytes | Diagnostic:
        """A dataset's page, with links to `related` ones."""
        try:
            return self._pages.render(dataset, related).encode()
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "dataset.html")

    def render_listing(
        self, listing: Listing, rows: Iterable[str], siblings: Markup, metadata_as_of: str | None
    ) -> bytes | Diagnostic:
        """One page of the datasets of a facet's value, with what else there is in its facet."""
        # Without the other values: their numbers change with datasets that are not in this list. And without what
        # the rows do not show of its datasets: whether the list is made again depends on the rows.
        narrow = replace(listing, facet=replace(listing.facet, values=(), unstated_count=0), summaries=())
        values = {
            "listing": narrow,
            "facet": narrow.facet,
            "value": listing.value,
            "rows": Markup("\n".join(rows)),
            "siblings": siblings,
            "metadata_as_of": metadata_as_of,
        }
        try:
            return self._templates.render("list.html", values).encode()
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "list.html")

    def render_row(self, summary: Summary) -> str | Diagnostic:
        """A dataset in a list."""
        try:
            if self._row is None:
                self._row = self._templates.macro("partials/row.html", "row")
            return str(self._row(summary))
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "partials/row.html")
