"""Renders pages of datasets, rows of lists, and lists.

A task that renders bulk datasets needs only this part of the renderer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Listing, ValueLink
from otdi_site.render.assets import Assets
from otdi_site.render.bulk_pages import BulkPages, PreparedPage
from otdi_site.render.dataset_pages import DatasetPages, Judge
from otdi_site.render.environment import BytecodeCache, diagnose
from otdi_site.render.lists import Lists, Rows
from otdi_site.render.site import PageContext
from otdi_site.render.templates import Templates

FindValue = Callable[[str, str], ValueLink | None]
"""The value of a facet, by facet and id; `None` where it has no page."""
Related = Sequence[DatasetLink | Summary]

_FROM_DATASET = ("../../", "../")
"""From a dataset's page to the home page, and to the folder of all datasets."""


class DatasetRenderer:
    """Each ``render_…`` returns the bytes of what it renders, or the diagnostic of the template that failed."""

    def __init__(
        self,
        folders: Sequence[Path],
        page_context: PageContext,
        assets: Assets,
        find_value: FindValue,
        metadata_as_of: str | None = None,
        bytecode: BytecodeCache | None = None,
        judge: Judge | None = None,
    ) -> None:
        """`metadata_as_of` is the ISO 8601 UTC time of the newest live metadata, which lists tell.

        `bytecode` holds what was compiled of the templates. `judge` checks datasets that have no ledger yet.
        """
        bytecode = {} if bytecode is None else bytecode
        self._folders = tuple(folders)
        # All datasets stand at one depth, so that the header and the like are the same on all of them even with
        # relative links. Those are shorter than a base path, and 100,000 pages hold two million links.
        to_home, to_datasets = _FROM_DATASET
        url = page_context.url
        prefix = min(url.href("/"), to_home, key=len)
        self._templates = Templates(self._folders, page_context, assets, prefix, to_datasets, find_value, bytecode)
        self._pages = DatasetPages(self._templates, page_context, judge)
        self._bulk_pages = BulkPages(self._pages, self._templates)
        self._list_templates = templates = Templates(
            self._folders, page_context, assets, url.href("/"), url.href("/datasets/"), find_value, bytecode
        )
        self._rows = Rows(templates)
        self._lists = Lists(templates, metadata_as_of)

    @property
    def links(self) -> dict[str, Mark]:
        """The addresses that templates linked to so far, with where they did."""
        return {**self._templates.links, **self._list_templates.links}

    def render_page(self, dataset: Dataset, related: Related) -> bytes | Diagnostic:
        """A dataset's page, with links to `related` ones."""
        try:
            return self._pages.render(dataset, related)
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "dataset.html")

    def prepare_page(self, dataset: Dataset) -> PreparedPage | None:
        """The page of a bulk dataset before related ones are known; `None` where it is made of the whole dataset."""
        try:
            return self._bulk_pages.prepare(dataset)
        except Exception:  # the template that fails will be told of when it is rendered
            return None

    def finish_page(self, page: PreparedPage, related: Related) -> bytes | Diagnostic:
        """The page as `render_page` renders it, with links to `related` datasets."""
        try:
            return self._bulk_pages.finish(page, related)
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "dataset.html")

    def render_listing(self, listing: Listing, rows: Iterable[bytes], siblings: str) -> bytes | Diagnostic:
        """One page of the datasets of a facet's value; `siblings` is HTML: what else there is in its facet."""
        try:
            return self._lists.render(listing, rows, siblings)
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "list.html")

    def render_row(self, summary: Summary) -> bytes | Diagnostic:
        """A dataset in a list."""
        try:
            return self._rows.render(summary)
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, "partials/row.html")
