"""The rendering stage: plans every artifact of a site, makes those that are needed; it must not decide which are."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from otdi_site.bulk import BulkCatalog
from otdi_site.check import check_layouts, find_fragment_targets
from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.index import RelatedIndex, build_listings, value_finder, values_of
from otdi_site.model.catalog import DatasetLink, Summary
from otdi_site.model.dataset import Dataset
from otdi_site.model.entry_schema import SCHEMA_PATH, entry_schema
from otdi_site.model.facets import LISTED_FACETS
from otdi_site.model.listing import Listing, Totals, Value
from otdi_site.model.markdown import Link
from otdi_site.pipeline.bulk_workers import ForkedBulkWorkers, LocalBulkWorker
from otdi_site.pipeline.catalog_index import FOLDER, INDEX_FILE, CatalogIndex, fingerprint_of_index, index_options
from otdi_site.pipeline.fingerprints import Fingerprints, digest_of_link, fingerprint
from otdi_site.pipeline.page_cache import PageCache
from otdi_site.pipeline.partitions import (
    PLACE_BITS,
    Common,
    ListOrder,
    Order,
    Rendered,
    batches,
    digest_of_row,
    row_reference,
    write,
)
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.sources import Sources, template_folders
from otdi_site.pipeline.workers import Workers, can_fork
from otdi_site.publish import Staging
from otdi_site.render import Artifact, Assets, Codes, Renderer, Site, Surroundings
from otdi_site.source.config import find_places
from otdi_site.urls import file_of_address

if TYPE_CHECKING:
    from otdi_site.index.browser import IndexFile

_VALUE: Callable[[Value], tuple[object, ...]] = attrgetter(*Value.__dataclass_fields__)
_TOTALS: Callable[[Totals], tuple[int, int, int]] = attrgetter(*Totals.__dataclass_fields__)
_WORTH_WORKERS = 400
"""Files to be rendered from which on it pays to start processes."""
_WORTH_INDEX_WORKER = 2_000
"""Datasets from which on it pays to have the index made by a process of its own."""


_NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to publish files as they are."""


class _Planned(NamedTuple):
    """A file that is rendered only if it is needed."""

    path: str
    make: Callable[[], bytes | Diagnostic]


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file that belongs to no single dataset or list, such as a page or an asset."""

    path: str
    made_from: bytes
    """Its fingerprint."""
    content: bytes | None
    """`None` for a page that is as it was."""
    make: Callable[[], bytes | Diagnostic]

    @classmethod
    def of(cls, path: str, content: bytes) -> SiteFile:
        """One that is compared by its content."""
        return cls(path, fingerprint(content), content, lambda: content)


@dataclass(slots=True)
class Plan:
    """Every file of the site."""

    fingerprints: dict[str, bytes] = field(default_factory=dict)
    """Of what each is made from, by path."""
    ready: dict[str, bytes] = field(default_factory=dict)
    """Those that have been made, by path."""
    later: list[_Planned] = field(default_factory=list)
    lists: list[tuple[str, Listing]] = field(default_factory=list)
    """By path."""
    orders: list[list[Order]] = field(default_factory=list)
    """By partition, pages of bulk datasets."""
    claims: list[str] = field(default_factory=list)
    """The path of each file, as often as it is claimed."""
    few: list[str] = field(default_factory=list)
    """Paths of those that belong to no dataset or list, without the sitemap."""
    addresses: list[tuple[str, str | None]] = field(default_factory=list)
    """Of pages, with the dates of their last changes."""


def links_of_config(config: SiteConfig) -> list[tuple[str, str]]:
    """Links to addresses of the site in ``site.yaml``, each with its field."""
    links = [("navigation", config.navigation), ("footer", config.footer)]
    return [
        (f"{name}[{index}].url", link.url)
        for name, listed in links
        for index, link in enumerate(listed)
        if link.url.startswith("/")
    ]


class Rendering:
    """Plans and makes the artifacts of a site; `diagnostics` grows meanwhile."""

    def __init__(
        self,
        request: Request,
        sources: Sources,
        site: Site,
        assets: Assets,
        bulk: BulkCatalog,
        bulk_workers: LocalBulkWorker | ForkedBulkWorkers | None,
        codes: Codes,
        pages: PageCache,
        *,
        has_index: bool,
    ) -> None:
        """With `has_index`, a page that asks for the browser's index has it made; else it gets a name in its place.

        `pages` is what builds before found out about pages; it comes to hold what this one does.
        """
        self._request = request
        self._files = sources.files
        self.site = site
        self._assets = assets
        self._bulk = bulk
        self._bulk_workers = bulk_workers
        self._pages = pages
        self._has_index = has_index
        folders = template_folders(request.root)
        self.renderer = Renderer(folders, site, assets, value_finder(site.vocabularies), codes)
        self.fingerprints = Fingerprints(folders, Surroundings.of(site), assets, site.metadata_as_of)
        self._rows: dict[str, bytes] = {}
        """Of the datasets that are not of bulk files."""
        self.related: dict[str, tuple[DatasetLink, ...]] = {}
        """Of the datasets that are not of bulk files, by address."""
        self.own_lists: list[Listing] = []
        """Those with a dataset that is not of a bulk file."""
        self.bulk_fingerprint = b""
        """Of the bulk datasets in the index, once it is made."""
        self._own = {dataset.address: dataset for dataset in site.catalog.datasets}
        self.index: CatalogIndex | None = None
        self._started_index: CatalogIndex | None = None
        self.failed: set[str] = set()
        """Paths of pages that could not be made: a link to one is not wrong as well."""
        self.wanted = find_fragment_targets(site.pages, [url for _, url in links_of_config(site.config)])
        self.diagnostics: list[Diagnostic] = list(check_layouts(site.pages, self.renderer.layouts))

    def plan(self) -> Plan:
        """Every file; a template that fails becomes a diagnostic instead."""
        self._start_index()
        plan = Plan()
        plan.orders = [[] for _ in range(1 + max((each.partition for each in self._bulk.datasets.values()), default=0))]
        addresses: list[tuple[str, str | None]] = []
        self._plan_datasets(plan, addresses)
        self._plan_listings(plan, addresses)
        plan.addresses = self.addresses()
        sitemap = self.renderer.render_sitemap(sorted([*addresses, *plan.addresses]))
        if self._started_index is not None:
            _ = self._started_index.fingerprints  # here, since what it raises is no mistake of a template
        few = list(self.few(self._find_index))
        plan.few = [file.path for file in few]
        for file in (*few, *(SiteFile.of(artifact.path, artifact.content) for artifact in sitemap)):
            if file.content is None:
                plan.later.append(_Planned(file.path, file.make))
            else:
                plan.ready[file.path] = file.content
            plan.claims.append(file.path)
            plan.fingerprints[file.path] = file.made_from
        self._plan_index(plan)
        return plan

    def _plan_datasets(self, plan: Plan, addresses: list[tuple[str, str | None]]) -> None:
        catalog = self.site.catalog
        selected, related = self._bulk.datasets, RelatedIndex(catalog.summaries)
        links = [DatasetLink(each.title, each.address, each.publisher_title) for each in catalog.summaries]
        digests: dict[int, bytes] = {}

        def digest_of(position: int) -> bytes:
            found = digests.get(position)
            if found is None:
                found = digests[position] = digest_of_link(links[position])
            return found

        for position, summary in enumerate(catalog.summaries):
            others = related.find_positions(position)
            alike = tuple([links[other] for other in others])
            path = file_of_address(summary.address)
            plan.claims.append(path)
            addresses.append((summary.address, summary.date_modified))
            if (dataset := self._own.get(summary.address)) is not None:
                self.related[summary.address] = alike
                plan.fingerprints[path] = self.fingerprints.of_dataset(dataset, alike)
                plan.later.append(_Planned(path, self._maker(dataset, alike)))
            else:
                found = selected[summary.address]
                plan.fingerprints[path] = self.fingerprints.of_bulk_row(found.digest, map(digest_of, others))
                plan.orders[found.partition].append(Order(found.position, path, alike))

    def _maker(self, dataset: Dataset, related: Sequence[DatasetLink]) -> Callable[[], bytes | Diagnostic]:
        return lambda: self.renderer.render_dataset(dataset, related)

    def _plan_listings(self, plan: Plan, addresses: list[tuple[str, str | None]]) -> None:
        catalog = self.site.catalog
        digests = {address: selected.row for address, selected in self._bulk.datasets.items()}
        for summary in catalog.summaries:
            if summary.address not in digests:
                row = self.renderer.render_row(summary)
                if isinstance(row, Diagnostic):
                    self.diagnostics.append(row)
                    return
                self._rows[summary.address] = row
                digests[summary.address] = digest_of_row(row)
        siblings: dict[str, bytes] = {}
        own_values = {
            (facet.name, value)
            for summary in catalog.summaries
            if summary.address in self._own
            for facet in LISTED_FACETS
            for value in values_of(summary, facet.name)
        }
        for listing in build_listings(self.site.facets, catalog.summaries, self.site.config.catalog.rows_per_page):
            name = listing.facet.name
            if name not in siblings:
                siblings[name] = fingerprint(self.renderer.render_siblings(listing.facet).encode())
            path = file_of_address(listing.address)
            members = [digests[summary.address] for summary in listing.summaries]
            plan.claims.append(path)
            plan.fingerprints[path] = self.fingerprints.of_listing(listing, siblings[name], members)
            plan.lists.append((path, listing))
            if (name, listing.value.id) in own_values and any(each.address in self._own for each in listing.summaries):
                self.own_lists.append(listing)
            addresses.append((listing.address, None))

    def _list_maker(self, listing: Listing) -> Callable[[], bytes | Diagnostic]:
        return lambda: self.renderer.render_listing(listing, [self._rows[each.address] for each in listing.summaries])

    def row_of(self, summary: Summary) -> bytes:
        """How a dataset looks in lists."""
        selected = self._bulk.datasets.get(summary.address)
        if selected is not None and self._bulk_workers is not None:
            return self._bulk_workers.row(selected)
        return self._rows[summary.address]

    def _list_orders(self, lists: Iterable[tuple[str, Listing]], spools: int) -> Iterator[ListOrder]:
        """Lists as orders for the bulk workers."""
        selected, own = self._bulk.datasets, {address: place for place, address in enumerate(self._rows)}
        first_own = spools << PLACE_BITS
        for path, listing in lists:
            rows = array("Q")
            for summary in listing.summaries:
                found = selected.get(summary.address)
                rows.append(first_own | own[summary.address] if found is None else row_reference(found))
            value, totals = _VALUE(listing.value), _TOTALS(listing.totals)
            yield ListOrder(path, listing.facet.name, value, listing.number, listing.page_count, totals, rows)

    def _common(self, staging: Staging | None) -> Common:
        """What all pages and lists have in common."""
        facets = {
            facet.name: (replace(facet, values=(), unstated_count=0, largest=()), self.renderer.render_siblings(facet))
            for facet in self.site.facets
        }
        return Common(facets, tuple(self._rows.values()), staging, self.wanted)

    def _plan_index(self, plan: Plan) -> None:
        """The files that the catalog's script reads, if a page asked for them."""
        if self.index is None:
            return
        for path, content_fingerprint in self.index.fingerprints.items():
            plan.claims.append(path)
            plan.fingerprints[path] = content_fingerprint
            plan.later.append(_Planned(path, partial(self.index.content, path)))

    def _start_index(self) -> None:
        """Lets a process make a large index while all else is planned, if there is a page that will ask for it."""
        is_large = (
            self._has_index and self._request.jobs > 1 and len(self.site.catalog.summaries) >= _WORTH_INDEX_WORKER
        )
        if is_large and any(page.layout == "catalog" for page in self.site.pages):
            self._started_index = self._make_index()
            self._started_index.start()

    def close(self) -> None:
        """Leaves no process behind."""
        if self._started_index is not None:
            self._started_index.close()

    def _find_index(self) -> str:
        """The path of the index's head, which names all other files; the index is made for the first who asks."""
        if not self._has_index:
            return f"{FOLDER}/head.json"
        if self.index is None:
            self.index = self._started_index or self._make_index()
        return self.index.head

    def _make_index(self) -> CatalogIndex:
        from otdi_site.index.browser import write_index  # which takes as long to import as all pages to read

        site, selected = self.site, self._bulk.datasets
        own = [
            (position, summary, self.text_of(summary))
            for position, summary in enumerate(site.catalog.summaries)
            if summary.address in self._own
        ]
        self.bulk_fingerprint = fingerprint(
            *(
                each.address.encode() + selected[each.address].digest
                for each in site.catalog.summaries
                if each.address in selected
            )
        )

        def files() -> Iterator[IndexFile]:
            texts = ((summary, self.text_of(summary)) for summary in site.catalog.summaries)
            return write_index(texts, site.vocabularies, **index_options(site))

        cache = self._request.cache / INDEX_FILE
        return CatalogIndex(cache, fingerprint_of_index(site, self.bulk_fingerprint, own), files)

    def text_of(self, summary: Summary) -> str:
        """The whole description."""
        selected = self._bulk.datasets.get(summary.address)
        if selected is not None and self._bulk_workers is not None:
            return self._bulk_workers.text(selected)
        description = self._own[summary.address].description
        return description.value if description else ""

    def addresses(self) -> list[tuple[str, str | None]]:
        """Those of pages that the sitemap has, with the ISO 8601 date of their last change or `None`."""
        pages = [page for page in self.site.pages if page.address != "/404.html" and page.redirect_to is None]
        return [(page.address, page.last_modified) for page in pages]

    def few(self, find_index: Callable[[], str]) -> Iterator[SiteFile]:
        """The files that belong to no dataset or list; `find_index` gives the path of the index's head."""
        site, renderer = self.site, self.renderer
        renderer.show_index(find_index)
        own = {file.path for file in self._files}
        if _NO_JEKYLL not in own:
            yield SiteFile.of(_NO_JEKYLL, b"")
        for artifact in (*self._assets.artifacts(), *self._static_files()):
            yield SiteFile.of(artifact.path, artifact.content)
        yield SiteFile.of(SCHEMA_PATH, entry_schema(site.vocabularies, site.url.absolute(f"/{SCHEMA_PATH}")))
        for dataset in site.catalog.former:
            yield from self._page(dataset.address, b"", partial(renderer.render_dataset, dataset, ()))
        for move in site.moves:
            yield from self._redirect(move.address, move.dataset.title.value, move.dataset.address)
        for page in site.pages:
            if page.redirect_to is not None:
                yield from self._redirect(page.address, page.title, page.redirect_to)
            elif page.layout not in renderer.layouts:
                self.failed.add(file_of_address(page.address))
            else:
                self.diagnostics += renderer.check_slots(page)
                made_from = self.fingerprints.of_page(page, site.navigation)
                yield from self._page(page.address, made_from, partial(renderer.render_page, page))
            for old_address in page.redirect_from:
                yield from self._redirect(old_address, page.title, page.address)
        if (robots := renderer.render_robots()).path not in own:
            yield SiteFile.of(robots.path, robots.content)
        feed = renderer.render_feed()
        yield SiteFile.of(feed.path, feed.content)
        # Their content need not be made to know their places.
        self.wanted -= self._pages.with_ids

    def _redirect(self, address: str, title: str, target: str) -> Iterator[SiteFile]:
        made_from = self.fingerprints.of_redirect(title, target)
        return self._page(address, made_from, partial(self.renderer.render_redirect, title, target))

    def _page(self, address: str, made_from: bytes, make: Callable[[], bytes | Diagnostic]) -> Iterator[SiteFile]:
        """A page; `made_from` is its fingerprint, as long as its templates look at no more than that covers."""
        path = file_of_address(address)
        known = self._pages.find(path, made_from)
        if known is not None:
            self.renderer.add_links(known.links)
            yield SiteFile(path, made_from, None, make)
            return
        content = make()
        trace = self.renderer.trace
        problems = [*trace.problems, content] if isinstance(content, Diagnostic) else trace.problems
        if problems or isinstance(content, Diagnostic):
            self.diagnostics += problems
            self.failed.add(path)
        elif trace.is_wide or not made_from:
            yield SiteFile.of(path, content)
        else:
            self._pages.add(path, made_from, trace.links)
            yield SiteFile(path, made_from, content, make)

    def links(self) -> list[Link]:
        """Links that ``site.yaml`` states, and all others that templates make."""
        self._render_samples()
        stated = links_of_config(self.site.config)
        marks = find_places(self._request.root, [field for field, _ in stated])
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

    def _static_files(self) -> Iterator[Artifact]:
        for file in self._files:
            try:
                yield Artifact(file.path, "asset", file.file.read_bytes())
            except OSError as problem:
                what = f"cannot be read: {problem.strerror}"
                self.diagnostics.append(
                    error("OTD001", Mark(file.source), what, "check that it is a file you may read")
                )

    def make(self, plan: Plan, needed: Collection[str], staging: Staging | None) -> Iterator[Rendered]:
        """Makes the files that are needed, and writes them where there is a `staging`.

        Those into which links of pages lead are made in any case, and come with their content.
        """
        wanted = self.wanted
        needed = wanted.union(needed)
        for path, content in plan.ready.items():
            if path in needed:
                yield write(path, content, staging, wanted)
        lists = [(path, listing) for path, listing in plan.lists if path in needed]
        planned = [each for each in plan.later if each.path in needed]
        if self._bulk_workers is None:
            planned += [_Planned(path, self._list_maker(listing)) for path, listing in lists]
        else:
            pages = [[order for order in mine if order.path in needed] for mine in plan.orders]
            plan.orders.clear()
            if lists or any(pages):
                orders = self._list_orders(lists, self._request.jobs)
                yield from self._bulk_workers.make(pages, orders, self._common(staging))
        if self.index is not None and not self.index.fingerprints.keys().isdisjoint(needed):
            self.index.prepare()
        yield from self._make(planned, staging, wanted)

    def _make(self, planned: Sequence[_Planned], staging: Staging | None, wanted: frozenset[str]) -> Iterator[Rendered]:
        jobs = self._request.jobs

        def results(start: int, step: int) -> Iterator[Rendered]:
            for path, make in planned[start::step]:
                yield write(path, make(), staging, wanted)

        def work(number: int, connection: Connection) -> None:
            for batch in batches(results(number, jobs)):
                connection.send(batch)
            connection.send(None)

        if jobs == 1 or len(planned) < _WORTH_WORKERS or not can_fork():
            yield from results(0, 1)
            return
        with Workers(jobs, work) as workers:
            for batch in workers.results():
                yield from batch
