"""The results of a refresh so far: parsed collections and datasets, and reasons for those that are missing."""

from __future__ import annotations

from dataclasses import dataclass, field

from otdi_site.hub_metadata.parsing import ListedDataset, ParsedCollection, ParsedDataset
from otdi_site.model.snapshot import KeptReason, Membership


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of fetching one dataset."""

    parsed: ParsedDataset | None = None
    reason: KeptReason | None = None
    """Why nothing was parsed; `None` where something was, or the Hub says why there is nothing."""
    is_missing: bool = False
    is_disabled: bool = False


@dataclass(slots=True)
class FetchResults:
    """The results so far; complete results only, so that it may be read at any time."""

    collections: dict[str, ParsedCollection] = field(default_factory=dict)
    """By slug."""
    failed_collections: dict[str, KeptReason] = field(default_factory=dict)
    missing_collections: set[str] = field(default_factory=set)
    """Of the failed ones, those the Hub does not know."""
    incomplete_collections: set[str] = field(default_factory=set)
    """Of the others, those with entries or pages that could not be read: they may hold more datasets."""
    datasets: dict[str, FetchResult] = field(default_factory=dict)
    """By Hub id in lower case."""

    def copy(self) -> FetchResults:
        return FetchResults(
            dict(self.collections),
            dict(self.failed_collections),
            set(self.missing_collections),
            set(self.incomplete_collections),
            dict(self.datasets),
        )

    def listed(self) -> dict[str, ListedDataset]:
        """The datasets of all collections that were read, by id in lower case, as the first collection states them."""
        datasets: dict[str, ListedDataset] = {}
        for _, collection in sorted(self.collections.items()):
            for listed in collection.datasets:
                datasets.setdefault(listed.parsed.id.lower(), listed)
        return datasets

    def memberships(self) -> dict[str, list[Membership]]:
        """The places of the same datasets in the collections, by id in lower case."""
        found: dict[str, list[Membership]] = {}
        for slug, collection in sorted(self.collections.items()):
            for listed in collection.datasets:
                membership = Membership(slug, listed.position, listed.note)
                found.setdefault(listed.parsed.id.lower(), []).append(membership)
        return found
