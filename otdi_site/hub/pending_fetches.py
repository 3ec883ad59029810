"""The datasets that a refresh has to fetch one by one after it has read the collections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otdi_site.hub.fetch_results import FetchResults
from otdi_site.hub.refresh_plan import RefreshPlan
from otdi_site.hub_metadata.parsing import ParsedDataset
from otdi_site.model.snapshot import Membership, Snapshot, SnapshotRow, sort_key

LISTING_THRESHOLD = 3
"""From this number on, datasets of one author are fetched with a listing of the author's datasets."""


@dataclass(frozen=True, slots=True)
class PendingFetch:
    """A dataset to be fetched."""

    id: str
    known_since: str
    """UTC time of the facts known about it; empty where there are none. The oldest is fetched first."""


def find_pending_fetches(previous: Snapshot, results: FetchResults, plan: RefreshPlan) -> list[PendingFetch]:
    """The datasets to fetch once the collections have been read, those with the oldest facts first."""
    lookup = previous.lookup()
    listed = results.listed()
    checked = {hub_id.lower(): time for hub_id, time in previous.checked.datasets.items()}
    pending = []
    for folded, dataset in listed.items():
        row = lookup.find(folded)
        if not dataset.parsed.is_private and _needs_details(row, dataset.parsed):
            pending.append(PendingFetch(dataset.parsed.id, row.details_read_at or "" if row else ""))
    for hub_id in plan.extra_ids:
        row = lookup.find(hub_id)
        if hub_id.lower() in plan.due_ids and hub_id.lower() not in listed:
            pending.append(PendingFetch(hub_id, checked.get(hub_id.lower()) or (row.last_read_at if row else "")))
    for row in absent_rows(previous, results, plan):
        # A dataset in no collection that the site still names was taken out by its maintainers: nothing is to fetch.
        if any(membership.slug in results.collections for membership in row.memberships):
            pending.append(PendingFetch(row.id, ""))
    return sorted(pending, key=lambda each: (each.known_since, sort_key(each.id)))


def _needs_details(row: SnapshotRow | None, parsed: ParsedDataset) -> bool:
    if row is None or row.details_read_at is None or not row.is_live:
        return True
    modified = parsed.facts.get("last_modified")
    return modified is not None and modified != row.details_of


def absent_rows(previous: Snapshot, results: FetchResults, plan: RefreshPlan) -> list[SnapshotRow]:
    """Live rows that no collection that was read lists any more, and no entry names."""
    listed = results.listed()
    extra = {hub_id.lower() for hub_id in plan.extra_ids}
    return [
        row
        for row in previous.rows.values()
        if row.is_live
        and row.id.lower() not in listed
        and row.id.lower() not in extra
        and not kept_memberships(row, results, plan)
    ]


def kept_memberships(row: SnapshotRow, results: FetchResults, plan: RefreshPlan) -> list[Membership]:
    """Places in collections that this run did not or could not read, though the site names them."""
    return [
        membership
        for membership in row.memberships
        if membership.slug in plan.collections
        and (membership.slug not in results.collections or membership.slug in results.incomplete_collections)
    ]


def group_by_author(pending: Sequence[PendingFetch]) -> list[tuple[PendingFetch, ...]]:
    """Groups that one listing may fetch, and the others alone; in the order of the oldest of each."""
    by_author: dict[str, list[PendingFetch]] = {}
    for each in pending:
        author, separator, _ = each.id.lower().partition("/")
        by_author.setdefault(author if separator else "", []).append(each)
    groups: list[tuple[PendingFetch, ...]] = []
    for author, members in by_author.items():
        if author and len(members) >= LISTING_THRESHOLD:
            groups.append(tuple(members))
        else:
            groups.extend((member,) for member in members)
    return sorted(groups, key=lambda group: (group[0].known_since, sort_key(group[0].id)))
