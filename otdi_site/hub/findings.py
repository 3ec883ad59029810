"""What a run found out, and what it still wants to ask; it must not ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from otdi_site.hub.scope import Scope
from otdi_site.hub_metadata.parsing import CollectionReading, ListedItem, Reading
from otdi_site.model.snapshot import KeptReason, Membership, Snapshot, SnapshotRow, sort_key

LISTING_THRESHOLD = 3
"""From this number on, datasets of one author are asked for with a listing of the author's datasets."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question about one dataset ended."""

    reading: Reading | None = None
    reason: KeptReason | None = None
    """Why there is no reading; `None` where there is one, or the Hub says why there is none."""
    is_missing: bool = False
    is_disabled: bool = False
    is_redirected: bool = False


@dataclass(slots=True)
class Findings:
    """Grows while a run asks; everything in it is whole at any moment."""

    collections: dict[str, CollectionReading] = field(default_factory=dict)
    """By slug."""
    failed_collections: dict[str, KeptReason] = field(default_factory=dict)
    missing_collections: set[str] = field(default_factory=set)
    """Of the failed ones, those the Hub does not know."""
    incomplete_collections: set[str] = field(default_factory=set)
    """Of the others, those with items or pages that could not be read: what is not in them may be all the same."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """By Hub id in lower case."""

    def copy(self) -> Findings:
        return Findings(
            dict(self.collections),
            dict(self.failed_collections),
            set(self.missing_collections),
            set(self.incomplete_collections),
            dict(self.outcomes),
        )

    def listed(self) -> dict[str, ListedItem]:
        """The datasets of all collections that were read, by id in lower case; the first collection's word counts."""
        items: dict[str, ListedItem] = {}
        for _, collection in sorted(self.collections.items()):
            for item in collection.items:
                items.setdefault(item.reading.id.lower(), item)
        return items

    def memberships(self) -> dict[str, list[Membership]]:
        """The same datasets' places in the collections, by id in lower case."""
        found: dict[str, list[Membership]] = {}
        for slug, collection in sorted(self.collections.items()):
            for item in collection.items:
                found.setdefault(item.reading.id.lower(), []).append(Membership(slug, item.position, item.note))
        return found


@dataclass(frozen=True, slots=True)
class Want:
    """A dataset to be asked for by itself."""

    id: str
    known_since: str
    """UTC time of what is known about it; empty where nothing is. The oldest is asked for first."""


def absent_rows(previous: Snapshot, findings: Findings, scope: Scope) -> list[SnapshotRow]:
    """Live rows that no collection that was read lists any more, and nothing else asks for."""
    listed = findings.listed()
    extra = {hub_id.lower() for hub_id in scope.extra_ids}
    return [
        row
        for row in previous.rows.values()
        if row.is_live
        and row.id.lower() not in listed
        and row.id.lower() not in extra
        and not kept_memberships(row, findings, scope)
    ]


def kept_memberships(row: SnapshotRow, findings: Findings, scope: Scope) -> list[Membership]:
    """Places in collections that this run did not or could not read, though the site names them."""
    return [
        membership
        for membership in row.memberships
        if membership.slug in scope.collections
        and (membership.slug not in findings.collections or membership.slug in findings.incomplete_collections)
    ]


def wanted(previous: Snapshot, findings: Findings, scope: Scope) -> list[Want]:
    """The datasets to be asked for one by one, once the collections have been read; the oldest facts first."""
    lookup = previous.lookup()
    listed = findings.listed()
    checked = {hub_id.lower(): time for hub_id, time in previous.checked.datasets.items()}
    wants = []
    for folded, item in listed.items():
        row = lookup.find(folded)
        if not item.reading.is_private and _needs_details(row, item.reading):
            wants.append(Want(item.reading.id, row.details_read_at or "" if row else ""))
    for hub_id in scope.extra_ids:
        row = lookup.find(hub_id)
        if hub_id.lower() in scope.due_ids and hub_id.lower() not in listed:
            wants.append(Want(hub_id, checked.get(hub_id.lower()) or (row.last_read_at if row else "")))
    for row in absent_rows(previous, findings, scope):
        # A dataset in no collection the site still names was taken out by its maintainers: nothing is to be asked.
        if any(membership.slug in findings.collections for membership in row.memberships):
            wants.append(Want(row.id, ""))
    return sorted(wants, key=lambda want: (want.known_since, sort_key(want.id)))


def _needs_details(row: SnapshotRow | None, reading: Reading) -> bool:
    if row is None or row.details_read_at is None or not row.is_live:
        return True
    modified = reading.facts.get("last_modified")
    return modified is not None and modified != row.details_of


def group_by_author(wants: Sequence[Want]) -> list[tuple[Want, ...]]:
    """Questions that one listing may answer together, and the others alone; in the order of the oldest of each."""
    groups: dict[str, list[Want]] = {}
    for want in wants:
        author, separator, _ = want.id.lower().partition("/")
        groups.setdefault(author if separator else "", []).append(want)
    jobs: list[tuple[Want, ...]] = []
    for author, members in groups.items():
        if author and len(members) >= LISTING_THRESHOLD:
            jobs.append(tuple(members))
        else:
            jobs.extend((member,) for member in members)
    return sorted(jobs, key=lambda job: (job[0].known_since, sort_key(job[0].id)))
