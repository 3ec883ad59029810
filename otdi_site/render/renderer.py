"""Renders all pages of a site.

A renderer is made once in each process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.formats import CatalogReference, describe_catalog, html_script
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Facet, Listing, Value, ValueLink
from otdi_site.model.markdown import Slot
from otdi_site.model.page import Page
from otdi_site.render.assets import Assets
from otdi_site.render.dataset_pages import Judge
from otdi_site.render.dataset_renderer import DatasetRenderer
from otdi_site.render.environment import BytecodeCache, diagnose
from otdi_site.render.feed import changes_feed, dataset_feed
from otdi_site.render.near_misses import NearMiss, find_near_misses, near_misses_as_data
from otdi_site.render.site import Artifact, PageContext, Site
from otdi_site.render.sitemap import robots, sitemaps
from otdi_site.render.slots import check_arguments
from otdi_site.render.templates import Templates
from otdi_site.render.tracing import Trace, TracedSite

_FOLDER_OF_LAYOUTS = "pages/"
_FOLDER_OF_SLOTS = "slots/"


class Renderer:
    """Renders one site with the templates of `template_folders`, the first winning file by file.

    The last folder is the project's own. Each ``render_…`` returns the bytes of a file, or the diagnostic of the
    template that failed.
    """

    def __init__(
        self,
        template_folders: Sequence[Path],
        site: Site,
        assets: Assets,
        describe: Callable[[str, str], ValueLink | None] | None = None,
        bytecode: BytecodeCache | None = None,
        judge: Judge | None = None,
    ) -> None:
        """`describe` tells how the pages of datasets name a facet's value; as its facet does where left out.

        `bytecode` holds what was compiled of the templates. `judge` checks datasets that have no ledger yet.
        It must know values that no dataset has: no page of a dataset may change with another dataset.
        """
        self._folders = tuple(template_folders)
        self._site = site
        self._assets = assets
        self._bytecode: BytecodeCache = {} if bytecode is None else bytecode
        self._siblings: dict[str, Markup] = {}
        self._values: dict[str, dict[str, Value]] = {}
        """Values by id, of the facets that were asked for."""
        self._templates = templates = Templates(
            self._folders,
            site,
            assets,
            site.url.href("/"),
            site.url.href("/datasets/"),
            self._show_value,
            self._bytecode,
        )
        traced = TracedSite(site, lambda: templates.trace)
        catalog = CatalogReference(site.config.title, site.url.absolute(site.catalog_address or "/"))
        config = site.config
        described = describe_catalog(catalog, config.description, config.organization, config.organization_url)
        templates.add(data_catalog=Markup(html_script(described)))
        templates.add(site=traced, navigation=traced.navigation, index_href=lambda: None, near_misses=self._near_misses)
        self.trace = Trace()
        """The trace of the page that was rendered last."""
        self._datasets = DatasetRenderer(
            self._folders,
            PageContext.of(site),
            assets,
            describe or self._find_link,
            site.metadata_as_of,
            self._bytecode,
            judge,
        )

    def _find_value(self, facet: str, value_id: str) -> Value | None:
        values = self._values.get(facet)
        if values is None:  # one facet at a time, since publishers are many and seldom asked for
            values = {value.id: value for each in self._site.facets if each.name == facet for value in each.values}
            self._values[facet] = values
        return values.get(value_id)

    def _show_value(self, facet: str, value_id: str) -> Value | None:
        """`_find_value` for the templates of pages."""
        self._templates.trace.is_wide = True
        return self._find_value(facet, value_id)

    def _find_link(self, facet: str, value_id: str) -> ValueLink | None:
        value = self._find_value(facet, value_id)
        return None if value is None else ValueLink(value.id, value.title, value.address)

    @property
    def datasets(self) -> DatasetRenderer:
        """The renderer of pages of datasets in the catalog, and of lists."""
        return self._datasets

    @property
    def links(self) -> dict[str, Mark]:
        """The addresses that templates linked to so far, those of pages apart, with where they did."""
        return {**self._datasets.links, **self._templates.links}

    def add_links(self, links: Mapping[str, Mark]) -> None:
        """Takes over what templates linked to from a page that, in its turn, is not rendered."""
        for address, mark in links.items():
            self._templates.links.setdefault(address, mark)

    @cached_property
    def _former(self) -> DatasetRenderer:
        """Of datasets that left: they are in no list, so that what they state may have none to link to."""
        return DatasetRenderer(
            self._folders, PageContext.of(self._site), self._assets, self._find_link, bytecode=self._bytecode
        )

    @cached_property
    def layouts(self) -> frozenset[str]:
        """The layouts that pages may name."""
        return self._templates.names_in(_FOLDER_OF_LAYOUTS)

    @cached_property
    def slots(self) -> frozenset[str]:
        """Names a page's slots may have."""
        return self._templates.names_in(_FOLDER_OF_SLOTS)

    def render_page(self, page: Page) -> bytes | Diagnostic:
        """A page of prose, with its layout."""
        before, after = self._site.navigation.neighbours.get(page.address, (None, None))
        values: dict[str, object] = {"page": page, "before": before, "after": after}
        return self._render(f"{_FOLDER_OF_LAYOUTS}{page.layout}.html", values, page.address)

    def check_slots(self, page: Page) -> list[Diagnostic]:
        """Arguments of a page's slots that their templates do not know."""
        slots = [block for block in page.document.blocks if isinstance(block, Slot) and block.arguments]
        return [each for slot in slots for each in check_arguments(slot, self._templates.arguments_of(slot.name))]

    def render_redirect(self, title: str, address: str) -> bytes | Diagnostic:
        """The page at an old address, which leads to the new one."""
        return self._render("redirect.html", {"title": title, "address": address})

    def render_dataset(self, dataset: Dataset, related: Sequence[DatasetLink | Summary]) -> bytes | Diagnostic:
        """A dataset's page, with links to `related` ones."""
        renderer = self._datasets if dataset.departure is None else self._former
        return renderer.render_page(dataset, related)

    def render_row(self, summary: Summary) -> bytes | Diagnostic:
        """A dataset in a list."""
        return self._datasets.render_row(summary)

    def render_listing(
        self, listing: Listing, rows: Iterable[bytes], siblings: str | None = None
    ) -> bytes | Diagnostic:
        """One page of the datasets of a facet's value; `rows` are what `render_row` makes of them.

        `siblings` are what `render_siblings` made of the facet, where that is known.
        """
        if siblings is None:
            try:
                siblings = self.render_siblings(listing.facet)
            except Exception as problem:  # whatever a template does wrong is its author's to mend
                return diagnose(problem, self._folders, "partials/siblings.html")
        return self._datasets.render_listing(listing, rows, siblings)

    def render_siblings(self, facet: Facet) -> Markup:
        """The common part of all lists of a facet: links to the lists of its largest values."""
        found = self._siblings.get(facet.name)
        if found is None:
            found = self._siblings[facet.name] = self._templates.render_shared("siblings", facet.name, facet=facet)
        return found

    def show_index(self, find: Callable[[], str]) -> None:
        """Lets the catalog's page say where the head of the index is that its script reads; `find` gives its path."""

        def index_href() -> str:
            self._templates.trace.is_wide = True
            return self._templates.link(f"/{find()}")

        self._templates.add(index_href=index_href)

    def render_sitemap(self, addresses: Iterable[tuple[str, str | None]]) -> tuple[Artifact, ...]:
        """The sitemap of addresses, each with the ISO 8601 date of its last change or `None`."""
        files = sitemaps(self._site.url, addresses)
        return tuple(Artifact(path, "data", content) for path, content in files.items())

    def render_feed(self) -> Artifact:
        """``feed.xml``: the newest changes of the catalog."""
        return Artifact("feed.xml", "data", changes_feed(self._site))

    def render_dataset_feed(self, dataset: Dataset) -> bytes:
        """The feed of one dataset."""
        return dataset_feed(dataset, self._site)

    def render_near_misses(self) -> Artifact:
        """``coverage/near-misses.json``: the datasets that fail requirements."""
        return near_misses_as_data(self._site)

    def _near_misses(self) -> list[NearMiss]:
        self._templates.trace.is_wide = True
        return find_near_misses(self._site)

    def render_robots(self) -> Artifact:
        """``robots.txt``."""
        return Artifact("robots.txt", "data", robots(self._site.url))

    def _render(self, name: str, values: dict[str, object], address: str | None = None) -> bytes | Diagnostic:
        try:
            with self._templates.tracing(address) as self.trace:
                return self._templates.render(name, values).encode()
        except Exception as problem:  # whatever a template does wrong is its author's to mend
            return diagnose(problem, self._folders, name)
