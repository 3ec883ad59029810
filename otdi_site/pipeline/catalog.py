"""Makes the catalog of a build: merged from all sources, or recalled from the build state where only texts changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from otdi_site import __version__
from otdi_site.bulk import REASONS, BulkCatalog, PartitionSummaries, described_rows, select_datasets, source_facts
from otdi_site.diagnostics import Diagnostic
from otdi_site.index import build_facets
from otdi_site.model.catalog import Catalog, Summary, facts_stated
from otdi_site.model.changes import find_changes
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Facet, Value
from otdi_site.model.merge import described_hub_ids, merge_catalog
from otdi_site.model.navigation import build_navigation
from otdi_site.model.redirects import find_moves
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline.partitions import PartitionTask
from otdi_site.pipeline.sources import Sources
from otdi_site.pipeline.state import CatalogRecord, OwnDataset, Recalled, decode_facets
from otdi_site.render import Refusal, Site
from otdi_site.store import Store
from otdi_site.trust import apply_policy, with_ledgers, with_lineages

ReadPartitions = Callable[[], Sequence[PartitionSummaries]]


@dataclass(slots=True)
class WholeCatalog:
    """A catalog of which every dataset is known."""

    site: Site
    bulk: BulkCatalog
    partitions: tuple[PartitionTask, ...]
    own: Mapping[int, Summary]
    """The datasets of entries and live metadata, by their place in rank order."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Of entries."""


@dataclass(slots=True)
class RecalledCatalog:
    """A catalog that differs from that of the last build in nothing but texts."""

    site: Site
    pairs: list[tuple[Dataset, OwnDataset, OwnDataset]]
    """The datasets of entries and live metadata, each as it was and as it is, in rank order."""
    record: CatalogRecord
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Of entries."""

    @property
    def siblings(self) -> Mapping[str, str]:
        """The common part of all lists of a facet, as HTML, by the facet's name."""
        return self.record.siblings

    @property
    def own(self) -> tuple[OwnDataset, ...]:
        """The datasets of entries and live metadata as they are."""
        return tuple(after for _, _, after in self.pairs)


def merge_whole(
    sources: Sources,
    snapshot: Snapshot,
    partitions: tuple[PartitionTask, ...],
    summaries: Sequence[PartitionSummaries],
) -> WholeCatalog:
    """Entries merged with live metadata, and the datasets of bulk files, in order."""
    described = described_rows(summaries)
    datasets, diagnostics = merge_catalog(
        sources.entries, snapshot, sources.vocabularies, described, sources.exclusions
    )
    datasets = _judge(datasets, sources, snapshot)
    catalog = Catalog.of(datasets)
    moves = find_moves(catalog, snapshot)
    taken = [*(dataset.address for dataset in datasets), *(move.address for move in moves)]
    bulk = select_datasets(summaries, taken)
    bulk.described = described
    if bulk.summaries:
        catalog = Catalog.with_bulk_rows(datasets, bulk.summaries, bulk.stated)
    facets = build_facets(catalog.summaries, sources.vocabularies)
    site = _make_site(sources, snapshot, catalog, facets, source_facts(sources.config.sources, bulk))
    addresses = {dataset.address for dataset in catalog.datasets}
    own = {place: each for place, each in enumerate(catalog.summaries) if each.address in addresses}
    return WholeCatalog(site, bulk, partitions, own, diagnostics)


def recall(
    sources: Sources,
    snapshot: Snapshot,
    record: CatalogRecord,
    store: Store,
    partitions: tuple[PartitionTask, ...],
    read: ReadPartitions,
) -> RecalledCatalog | None:
    """The catalog, if only texts changed since the last build; `read` is called where a page looks at all datasets.

    `None` where more changed, or where that cannot be told.
    """
    if [each.folder.name for each in partitions] != list(record.partitions):
        return None
    if sorted(described_hub_ids(sources.entries, snapshot, sources.exclusions)) != list(record.hub_ids):
        return None
    described = {row.id.lower(): row for row in record.described}
    merged, diagnostics = merge_catalog(sources.entries, snapshot, sources.vocabularies, described, sources.exclusions)
    catalog = Catalog.of(_judge(merged, sources, snapshot))
    if len(catalog.datasets) != len(record.own):
        return None
    pairs = []
    for dataset, summary, before in zip(catalog.datasets, catalog.summaries, record.own, strict=True):
        text = dataset.description.value if dataset.description else ""
        after = replace(before, summary=summary, stated=facts_stated(dataset), text=text)
        if not after.is_alike(before):
            return None
        pairs.append((dataset, before, after))
    whole: list[Site] = []

    def load() -> Site:
        if not whole:
            whole.append(merge_whole(sources, snapshot, partitions, read()).site)
        return whole[0]

    def remake_values(name: str) -> Sequence[Value]:
        return next(facet.values for facet in load().facets if facet.name == name)

    known = {**record.shown, **{after.position: after.summary for _, _, after in pairs}}
    facets = decode_facets(store, remake_values)
    if facets is None or not known.keys() >= set(record.newest):
        return None
    catalog = Catalog(
        datasets=catalog.datasets,
        summaries=Recalled(record.datasets, known, lambda: load().catalog.summaries),
        former=catalog.former,
        coverage=record.coverage,
        by_domain=record.by_domain,
        newest=tuple(known[position] for position in record.newest),
    )
    return RecalledCatalog(
        _make_site(sources, snapshot, catalog, facets, record.sources or ()), pairs, record, diagnostics
    )


def _judge(datasets: Sequence[Dataset], sources: Sources, snapshot: Snapshot) -> list[Dataset]:
    """The datasets with their ledgers; those that the policy of the site refuses are in no list."""
    judged = with_ledgers(datasets, sources.vocabularies, snapshot.cards, sources.cards, sources.ledgers)
    return with_lineages(apply_policy(judged, sources.config.policy.required))


def _find_refusals(sources: Sources, catalog: Catalog, of_files: Sequence[Mapping[str, Any]]) -> Iterator[Refusal]:
    """The datasets that are not listed: of entries and live metadata by the policy, of bulk files by their settings."""
    by_policy = Counter(
        each.departure.reason for each in catalog.former if each.departure and each.departure.is_refusal
    )
    for reason, number in by_policy.most_common():
        yield Refusal("", None, reason, number)
    for config, facts in zip(sources.config.sources, of_files, strict=True):
        for name, number in sorted(facts["refused"].items(), key=lambda pair: (-pair[1], pair[0])):
            yield Refusal(config.shown_name, config.date.isoformat(), REASONS[name], number)


def _make_site(
    sources: Sources,
    snapshot: Snapshot,
    catalog: Catalog,
    facets: tuple[Facet, ...],
    of_files: Sequence[Mapping[str, Any]],
) -> Site:
    """The site of a catalog whose live metadata is that of a snapshot; `of_files` are the facts of its bulk files."""
    return Site(
        config=sources.config,
        url=sources.url,
        navigation=build_navigation(sources.pages),
        pages=sources.pages,
        catalog=catalog,
        facets=facets,
        vocabularies=sources.vocabularies,
        metadata_as_of=snapshot.newest_read_at,
        version=__version__,
        changes=find_changes(catalog, snapshot),
        moves=find_moves(catalog, snapshot),
        refusals=tuple(_find_refusals(sources, catalog, of_files)),
    )
