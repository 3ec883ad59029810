"""Changes of the catalog between refreshes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otdi_site.model.catalog import Catalog
from otdi_site.model.dataset import Dataset
from otdi_site.model.snapshot import Event, Snapshot

CHANGE_LIMIT = 200
"""Changes that the site lists; the older ones stand on the pages of their datasets."""


@dataclass(frozen=True, slots=True)
class Change:
    """An event, and the dataset it is about."""

    event: Event
    dataset: Dataset | None
    """`None` where the site has no page for it."""

    @property
    def title(self) -> str:
        """The dataset's name as people write it."""
        return self.dataset.title.value if self.dataset else self.event.id


def _by_hub_id(datasets: Sequence[Dataset]) -> dict[str, Dataset]:
    return {dataset.hub_id.lower(): dataset for dataset in datasets if dataset.hub_id}


def find_changes(catalog: Catalog, snapshot: Snapshot) -> tuple[Change, ...]:
    """The newest changes, newest first, at most `CHANGE_LIMIT`."""
    known = _by_hub_id((*catalog.former, *catalog.datasets))
    lookup = snapshot.lookup()
    changes = []
    for event in reversed(snapshot.events[-CHANGE_LIMIT:]):
        current = lookup.resolve(event.id)
        changes.append(Change(event, known.get((current.id if current else event.id).lower())))
    return tuple(changes)
