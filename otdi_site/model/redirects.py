"""Redirects from old addresses of datasets, and the conflicts between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from otdi_site.diagnostics import Diagnostic, error
from otdi_site.model.catalog import Catalog
from otdi_site.model.dataset import Dataset
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.snapshot import Snapshot, Status
from otdi_site.urls import address_of_hub_id, dataset_address


@dataclass(frozen=True, slots=True)
class Move:
    """An address at which a dataset is found no more, though people may look for it there."""

    address: str
    dataset: Dataset


def find_moves(catalog: Catalog, snapshot: Snapshot) -> tuple[Move, ...]:
    """Old addresses by address: those that entries state, those of former names, and those of the Hub's spelling.

    One that another dataset has now is left to that one.
    """
    datasets = (*catalog.former, *catalog.datasets)
    taken = {dataset.address.casefold() for dataset in datasets}
    moves = []
    for address, dataset in _old_addresses(datasets, snapshot):
        if address.casefold() not in taken:
            taken.add(address.casefold())
            moves.append(Move(address, dataset))
    return tuple(sorted(moves, key=lambda move: move.address))


def _old_addresses(datasets: Sequence[Dataset], snapshot: Snapshot) -> Iterator[tuple[str, Dataset]]:
    """The surest first."""
    for dataset in datasets:
        yield from ((address, dataset) for address in dataset.redirect_from)
    known = {dataset.hub_id.lower(): dataset for dataset in datasets if dataset.hub_id}
    lookup = snapshot.lookup()
    for row in snapshot.rows.values():
        current = lookup.resolve(row.id) if row.status is Status.RENAMED else None
        if current is not None and (found := known.get(current.id.lower())) is not None:
            yield _address_of(row.id), found
    for dataset in datasets:
        # There the dataset was while it was known from a collection or a file alone.
        if dataset.hub_id:
            yield _address_of(dataset.hub_id), dataset


def _address_of(hub_id: str) -> str:
    return dataset_address(*address_of_hub_id(hub_id))


def check_redirects(entries: Sequence[LocatedEntry], datasets: Sequence[Dataset]) -> list[Diagnostic]:
    """Whether the old addresses that entries state are free: stated once, and no page that something else has."""
    claims: dict[str, tuple[str, int | None]] = {
        each.address.casefold(): (each.entry_path or f"{each.hub_id} of the Hub", None)
        for each in datasets
        if each.departure is None or each.entry_path is not None
    }
    diagnostics = []
    for located in entries:
        for position, address in enumerate(located.entry.redirect_from):
            mine = (located.path, position)
            if (claim := claims.setdefault(address.casefold(), mine)) == mine:
                continue
            if claim[0] == located.path:
                message, help = f"{address} is the dataset's own address, or is stated twice", "take it out"
            else:
                message = f"{address} cannot lead here, since it belongs to {claim[0]}"
                help = "take it out, or give the other dataset another address first"
            field = f"redirect_from[{position}]"
            mark = located.marks.get(field) or located.mark("redirect_from")
            diagnostics.append(error("OTD443", mark, message, help, field))
    return diagnostics
