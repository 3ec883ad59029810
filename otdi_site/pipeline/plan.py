"""Plans the artifacts of a site: the specification of every file that is published.

Assets, pages and files of data are planned each time. Datasets and lists are planned from the whole catalog or, where
only texts changed, from the record of the catalog that the last build left: then all others stay as they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from otdi_site.bulk import POSITION_BITS, position_of
from otdi_site.check import PageCache, check_layouts, find_fragment_targets
from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.fingerprints import fingerprint
from otdi_site.index import RelatedIndex, build_listings, values_of
from otdi_site.model.catalog import DatasetLink
from otdi_site.model.dataset import Dataset
from otdi_site.model.entry_schema import SCHEMA_PATH, entry_schema
from otdi_site.model.facets import LISTED_FACETS
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.model.markdown import Link
from otdi_site.model.page import Page
from otdi_site.pipeline.artifacts import ArtifactSpec, known_content, spec_of
from otdi_site.pipeline.catalog import RecalledCatalog, WholeCatalog
from otdi_site.pipeline.partitions import (
    ListContext,
    Tools,
    digest_of_row,
    render_bulk_page,
    render_dataset,
    render_list,
)
from otdi_site.pipeline.sources import Sources
from otdi_site.pipeline.state import OwnDataset, OwnList
from otdi_site.render import Assets, Fingerprints, Renderer, Site, digest_of_link, feed_address, has_feed
from otdi_site.source.config import find_places
from otdi_site.urls import file_of_address

_VALUE: Callable[[Value], tuple[object, ...]] = attrgetter(*Value.__dataclass_fields__)
_TOTALS: Callable[[Totals], tuple[int, int, int]] = attrgetter(*Totals.__dataclass_fields__)
_NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to publish files as they are."""
Addresses = list[tuple[str, str | None]]
"""For the sitemap, with the ISO 8601 dates of the last changes."""


@dataclass(slots=True)
class Plan:
    """Every file of the site, or every file that may differ."""

    specs: list[ArtifactSpec] = field(default_factory=list)
    """Paths, each as often as it is claimed."""
    always: list[str] = field(default_factory=list)
    """Paths of those that are planned each time, without the sitemap."""
    addresses: Addresses = field(default_factory=list)
    """Of pages."""
    lists: ListContext | None = None
    """The context in which lists and pages of bulk datasets are rendered; `None` where there are none."""
    own_lists: list[tuple[Listing, array[int]]] = field(default_factory=list)
    """Those with a dataset of an entry or live metadata, and the references of their rows."""
    related: dict[str, tuple[DatasetLink, ...]] = field(default_factory=dict)
    """Of these datasets, by address."""
    lists_changed: dict[str, OwnList] = field(default_factory=dict)
    """Lists made from the record of the last build, by path."""

    @property
    def by_path(self) -> dict[str, ArtifactSpec]:
        """Of two that claim one file, the last; that is an error, which is told elsewhere."""
        return {spec.path: spec for spec in self.specs}


def render_page(renderer: Renderer, page: Page) -> bytes | Diagnostic:
    """A page of prose."""
    return renderer.render_page(page)


def render_redirect(renderer: Renderer, title: str, address: str) -> bytes | Diagnostic:
    """A redirect at an old address."""
    return renderer.render_redirect(title, address)


def render_former(renderer: Renderer, dataset: Dataset) -> bytes | Diagnostic:
    """The page of a dataset that left."""
    return renderer.render_dataset(dataset, ())


def render_recalled_list(tools: Tools, listing: Listing, rows: Sequence[bytes], siblings: str) -> bytes | Diagnostic:
    """A list whose rows are at hand."""
    return tools.renderer.render_listing(listing, rows, siblings)


def links_of_config(config: SiteConfig) -> list[tuple[str, str]]:
    """Links to addresses of the site in ``site.yaml``, each with its field."""
    links = [("navigation", config.navigation), ("footer", config.footer)]
    return [
        (f"{name}[{index}].url", link.url)
        for name, listed in links
        for index, link in enumerate(listed)
        if link.url.startswith("/")
    ]


class Planner:
    """Plans the artifacts of one site; `diagnostics` grows meanwhile."""

    def __init__(
        self,
        sources: Sources,
        site: Site,
        assets: Assets,
        renderer: Renderer,
        fingerprints: Fingerprints,
        pages: PageCache,
    ) -> None:
        """`pages` is what builds before found out about pages; it comes to hold what this one does."""
        self.site = site
        self.renderer = renderer
        self.fingerprints = fingerprints
        self._sources = sources
        self._assets = assets
        self._pages = pages
        self.failed: set[str] = set()
        """Paths of pages that could not be rendered: a link to one is not wrong as well."""
        self.wanted = find_fragment_targets(site.pages, [url for _, url in links_of_config(site.config)])
        """Paths of files whose content is needed to check links."""
        self.diagnostics: list[Diagnostic] = list(check_layouts(site.pages, renderer.layouts))

    def plan(self, catalog: WholeCatalog, find_index: Callable[[], str]) -> Plan:
        """Every file but those of the index; a template that fails becomes a diagnostic instead."""
        plan, addresses = Plan(lists=ListContext({}, (), catalog.partitions)), list[tuple[str, str | None]]()
        rows = self._render_own_rows(catalog)
        self._plan_datasets(plan, catalog, addresses)
        if rows is not None:
            self._plan_lists(plan, catalog, rows, addresses)
        self._plan_others(plan, find_index)
        sitemap = self.renderer.render_sitemap(sorted([*addresses, *plan.addresses]))
        plan.specs += [spec_of(artifact.path, "data", artifact.content) for artifact in sitemap]
        return plan

    def plan_texts(
        self, recalled: RecalledCatalog, find_index: Callable[[], str], recall_list: Callable[[str], OwnList | None]
    ) -> Plan | None:
        """The files that may differ where only texts changed; `None` where the record of a list is damaged."""
        plan = Plan()
        for dataset, before, after in recalled.pairs:
            plan.specs += self._dataset(dataset, after.related)
            if before.summary != after.summary and not self._change_lists(plan, after, recall_list):
                return None
        for path, shown in plan.lists_changed.items():
            siblings = recalled.siblings[shown.listing.facet.name]
            of_siblings = fingerprint(siblings.encode())
            made_from = self.fingerprints.of_listing(shown.listing, of_siblings, map(digest_of_row, shown.rows))
            arguments = (shown.listing, shown.rows, siblings)
            plan.specs.append(ArtifactSpec(path, "list", made_from, render_recalled_list, arguments))
        self._plan_others(plan, find_index)
        return plan

    def _change_lists(self, plan: Plan, after: OwnDataset, recall_list: Callable[[str], OwnList | None]) -> bool:
        """Puts the new row of a dataset into its lists; whether these are known."""
        row = self.renderer.render_row(after.summary)
        if isinstance(row, Diagnostic):
            return False
        for path in after.lists:
            found = plan.lists_changed.get(path) or recall_list(path)
            if found is None or after.summary.address not in found.own:
                return False
            plan.lists_changed[path] = found
            found.rows[found.own[after.summary.address]] = row
        return True

    def _plan_others(self, plan: Plan, find_index: Callable[[], str]) -> None:
        always = list(self._always(find_index))
        plan.specs += always
        plan.always = [spec.path for spec in always]
        plan.addresses = self.addresses()

    def _render_own_rows(self, catalog: WholeCatalog) -> dict[str, bytes] | None:
        """How datasets of entries and live metadata look in lists, by address; `None` where the template fails."""
        rows = {}
        for summary in catalog.own.values():
            row = self.renderer.render_row(summary)
            if isinstance(row, Diagnostic):
                self.diagnostics.append(row)
                return None
            rows[summary.address] = row
        return rows

    def _plan_datasets(self, plan: Plan, catalog: WholeCatalog, addresses: Addresses) -> None:
        summaries, bulk = self.site.catalog.summaries, catalog.bulk
        own = {dataset.address: dataset for dataset in self.site.catalog.datasets}
        related = RelatedIndex(summaries)
        links = [DatasetLink(each.title, each.address, each.publisher_title) for each in summaries]
        digests: dict[int, bytes] = {}
        find_positions, of_bulk_row, references = related.find_positions, self.fingerprints.of_bulk_row, bulk.references
        page_digests = [each.digests for each in bulk.partitions]

        def digest_of(position: int) -> bytes:
            found = digests.get(position)
            if found is None:
                found = digests[position] = digest_of_link(links[position])
            return found

        for position, summary in enumerate(summaries):
            others = find_positions(position)
            alike = tuple([links[other] for other in others])
            address = summary.address
            addresses.append((address, summary.date_modified))
            if (dataset := own.get(address)) is not None:
                plan.related[address] = alike
                plan.specs += self._dataset(dataset, alike)
            else:
                reference = references[address]
                digest = page_digests[reference >> POSITION_BITS][position_of(reference)]
                made_from = of_bulk_row(digest, map(digest_of, others))
                path = file_of_address(address)
                plan.specs.append(ArtifactSpec(path, "dataset", made_from, render_bulk_page, (reference, alike)))

    def _dataset(self, dataset: Dataset, related: tuple[DatasetLink, ...]) -> Iterator[ArtifactSpec]:
        """Its page, and the feed of its changes where it has one."""
        made_from, path = self.fingerprints.of_dataset(dataset, related), file_of_address(dataset.address)
        yield ArtifactSpec(path, "dataset", made_from, render_dataset, (dataset, related))
        yield from self._feed(dataset)

    def _feed(self, dataset: Dataset) -> Iterator[ArtifactSpec]:
        if has_feed(dataset):
            yield spec_of(feed_address(dataset)[1:], "data", self.renderer.render_dataset_feed(dataset))

    def _plan_lists(self, plan: Plan, catalog: WholeCatalog, rows: Mapping[str, bytes], addresses: Addresses) -> None:
        site, bulk = self.site, catalog.bulk
        first_own = len(catalog.partitions) << POSITION_BITS
        references = bulk.references | {address: first_own | place for place, address in enumerate(rows)}
        digests = {
            address: bulk.partitions[reference >> POSITION_BITS].rows[position_of(reference)]
            for address, reference in bulk.references.items()
        } | {address: digest_of_row(row) for address, row in rows.items()}
        siblings: dict[str, tuple[Facet, str]] = {}
        of_siblings: dict[str, bytes] = {}
        for facet in site.facets:
            html = str(self.renderer.render_siblings(facet))
            siblings[facet.name] = replace(facet, values=(), unstated_count=0, largest=()), html
            of_siblings[facet.name] = fingerprint(html.encode())
        plan.lists = ListContext(siblings, tuple(rows.values()), catalog.partitions)
        own_values = {
            (facet.name, value)
            for summary in catalog.own.values()
            for facet in LISTED_FACETS
            for value in values_of(summary, facet.name)
        }
        of_listing = self.fingerprints.of_listing
        for listing in build_listings(site.facets, site.catalog.summaries, site.config.catalog.rows_per_page):
            name, value = listing.facet.name, listing.value
            path = file_of_address(listing.address)
            shown = [summary.address for summary in listing.summaries]
            made_from = of_listing(listing, of_siblings[name], [digests[address] for address in shown])
            places = array("Q", [references[address] for address in shown])
            arguments = (name, _VALUE(value), listing.number, listing.page_count, _TOTALS(listing.totals), places)
            plan.specs.append(ArtifactSpec(path, "list", made_from, render_list, arguments))
            if (name, value.id) in own_values and any(address in rows for address in shown):
                plan.own_lists.append((listing, places))
            addresses.append((listing.address, None))

    def addresses(self) -> Addresses:
        """Those of pages that the sitemap has, with the ISO 8601 date of their last change or `None`."""
        pages = [page for page in self.site.pages if page.address != "/404.html" and page.redirect_to is None]
        return [(page.address, page.last_modified) for page in pages]

    def _always(self, find_index: Callable[[], str]) -> Iterator[ArtifactSpec]:
        """The files that belong to no dataset or list; `find_index` gives the path of the index's head."""
        site, renderer = self.site, self.renderer
        renderer.show_index(find_index)
        own = {file.path for file in self._sources.files}
        if _NO_JEKYLL not in own:
            yield spec_of(_NO_JEKYLL, "data", b"")
        for artifact in self._assets.artifacts():
            yield spec_of(artifact.path, "asset", artifact.content)
        yield from self._static_files()
        yield spec_of(SCHEMA_PATH, "data", entry_schema(site.vocabularies, site.url.absolute(f"/{SCHEMA_PATH}")))
        for dataset in site.catalog.former:
            yield from self._page(dataset.address, b"", render_former, dataset)
            yield from self._feed(dataset)
        for move in site.moves:
            yield from self._redirect(move.address, move.dataset.title.value, move.dataset.address)
        for page in site.pages:
            if page.redirect_to is not None:
                yield from self._redirect(page.address, page.title, page.redirect_to)
            elif page.layout not in renderer.layouts:
                self.failed.add(file_of_address(page.address))
            else:
                self.diagnostics += renderer.check_slots(page)
                yield from self._page(page.address, self.fingerprints.of_page(page, site.navigation), render_page, page)
            for old_address in page.redirect_from:
                yield from self._redirect(old_address, page.title, page.address)
        if (robots := renderer.render_robots()).path not in own:
            yield spec_of(robots.path, "data", robots.content)
        if self.site.vocabularies.card_specification is not None:
            near_misses = renderer.render_near_misses()
            yield spec_of(near_misses.path, "data", near_misses.content)
        feed = renderer.render_feed()
        yield spec_of(feed.path, "data", feed.content)
        # Their content need not be made to know their places.
        self.wanted -= self._pages.with_ids

    def _redirect(self, address: str, title: str, target: str) -> Iterator[ArtifactSpec]:
        return self._page(address, self.fingerprints.of_redirect(title, target), render_redirect, title, target)

    def _page(
        self, address: str, made_from: bytes, render: Callable[..., bytes | Diagnostic], *arguments: object
    ) -> Iterator[ArtifactSpec]:
        """A page; `made_from` is its fingerprint, as long as its templates look at no more than that covers."""
        path = file_of_address(address)
        known = self._pages.find(path, made_from)
        if known is not None:
            self.renderer.add_links(known.links)
            yield ArtifactSpec(path, "page", made_from, render, arguments)
            return
        content = render(self.renderer, *arguments)
        trace = self.renderer.trace
        problems = [*trace.problems, content] if isinstance(content, Diagnostic) else trace.problems
        if problems or isinstance(content, Diagnostic):
            self.diagnostics += problems
            self.failed.add(path)
        elif trace.is_wide or not made_from:
            yield spec_of(path, "page", content)
        else:
            self._pages.add(path, made_from, trace.links)
            yield ArtifactSpec(path, "page", made_from, known_content, (content,))

    def _static_files(self) -> Iterator[ArtifactSpec]:
        for file in self._sources.files:
            try:
                yield spec_of(file.path, "asset", file.file.read_bytes())
            except OSError as problem:
                what = f"cannot be read: {problem.strerror}"
                self.diagnostics.append(
                    error("OTD001", Mark(file.source), what, "check that it is a file you may read")
                )

    def links(self) -> list[Link]:
        """Links that ``site.yaml`` states, and all others that templates make."""
        self._render_samples()
        stated = links_of_config(self.site.config)
        marks = find_places(self._sources.root, [field for field, _ in stated])
        links = [Link(url, mark) for (_, url), mark in zip(stated, marks, strict=True)]
        known = {url for _, url in stated}
        return links + [Link(address, mark) for address, mark in self.renderer.links.items() if address not in known]

    def _render_samples(self) -> None:
        """A dataset and a list, which workers render otherwise, so that the links of their templates are known."""
        dataset = next(iter(self.site.catalog.datasets), None)
        if dataset is not None:
            self.renderer.render_dataset(dataset, ())
        facet = next((facet for facet in self.site.facets if facet.values), None)
        if facet is not None:
            listing = Listing(facet, facet.values[0], (), 1, 1, Totals(0, 0, 0))
            self.renderer.render_listing(listing, ())


def is_rendered_in_partitions(spec: ArtifactSpec) -> bool:
    """Whether a file is one of the many that tasks render."""
    return spec.kind in ("dataset", "list")
