"""From a site that was made to what is remembered of it; it must not write it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from otdi_site.bulk import source_facts
from otdi_site.hub import to_object
from otdi_site.model.catalog import facts_stated
from otdi_site.pipeline.assembly import Assembly
from otdi_site.pipeline.memory import (
    CATALOG,
    Memory,
    OwnDataset,
    OwnList,
    encode_facets,
    name_of_list,
    read_bulk_row,
)
from otdi_site.pipeline.sources import Sources
from otdi_site.urls import file_of_address


def remembered(assembly: Assembly, sources: Sources, size: int) -> Mapping[str, bytes]:
    """What the store is to keep of a site of `size` bytes."""
    site, rendering, bulk = assembly.site, assembly.rendering, assembly.bulk
    described = tuple(bulk.described.values())
    if any(read_bulk_row(to_object(row)) != row for row in described):
        return {}  # a row that would come back as another one
    catalog = site.catalog
    datasets = {dataset.address: dataset for dataset in catalog.datasets}
    lists: dict[str, list[str]] = {address: [] for address in datasets}
    blobs = encode_facets(site.facets)
    for listing in rendering.own_lists:
        path = file_of_address(listing.address)
        own = {each.address: row for row, each in enumerate(listing.summaries) if each.address in datasets}
        for address in own:
            lists[address].append(path)
        narrow = replace(listing, facet=replace(listing.facet, values=(), unstated_count=0, largest=()), summaries=())
        rows = [rendering.row_of(summary) for summary in listing.summaries]
        blobs[name_of_list(path)] = OwnList(narrow, rows, own).encode()
    newest = {summary.address for summary in catalog.newest}
    positions = {
        summary.address: position
        for position, summary in enumerate(catalog.summaries)
        if summary.address in newest or summary.address in datasets
    }
    first = range(min(site.config.catalog.rows_per_page, len(catalog.summaries)))
    shown = {*first, *(positions[address] for address in newest)}
    memory = Memory(
        base=rendering.fingerprints.base.hex(),
        hub_ids=tuple(sorted(hub_id.lower() for hub_id in sources.hub_ids)),
        datasets=len(catalog.summaries),
        own=tuple(
            OwnDataset(
                position=positions[address],
                summary=catalog.summaries[positions[address]],
                stated=facts_stated(dataset),
                text=rendering.text_of(catalog.summaries[positions[address]]),
                related=rendering.related[address],
                lists=tuple(lists[address]),
            )
            for address, dataset in datasets.items()
        ),
        shown={position: catalog.summaries[position] for position in sorted(shown)},
        siblings={
            listing.facet.name: str(rendering.renderer.render_siblings(listing.facet))
            for listing in rendering.own_lists
        },
        newest=tuple(positions[summary.address] for summary in catalog.newest),
        coverage=catalog.coverage,
        described=described,
        few=tuple(assembly.plan.few),
        addresses=tuple(assembly.plan.addresses),
        index=rendering.bulk_fingerprint.hex() if rendering.index is not None else None,
        size=size,
        sources=source_facts(site.config.sources, bulk) if site.config.sources else None,
        refused=len(bulk.refused),
        diagnostics=assembly.of_bulk_files,
    )
    return {**blobs, CATALOG: memory.encode()}
