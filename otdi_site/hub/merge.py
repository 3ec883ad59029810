"""Merges the rows of the last snapshot with the results of a refresh into the rows of the new one.

Nothing is lost and nothing is made up: a row changes only by what the Hub said about its dataset, and is the same to
the byte where the Hub said nothing new. A dataset that is gone becomes a tombstone; one that could not be read is kept,
with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from otdi_site.hub.fetch_results import FetchResult, FetchResults
from otdi_site.hub.pending_fetches import absent_rows, kept_memberships
from otdi_site.hub.refresh_plan import RefreshPlan, unique_ids
from otdi_site.hub_metadata.parsing import ParsedDataset
from otdi_site.model.snapshot import (
    DETAIL_FIELDS,
    KeptReason,
    Membership,
    Snapshot,
    SnapshotRow,
    Status,
    sort_key,
)

_UNITED_FIELDS = ("modalities", "formats")
"""Fields of which a collection and a response about the dataset each state a part."""
_COMMON_FIELDS = ("author", "last_modified", "downloads", "likes", "gated", "row_count")
_DETAIL_FIELDS = tuple(sorted(DETAIL_FIELDS - set(_UNITED_FIELDS)))


@dataclass(slots=True)
class Merged:
    """The new rows, and what became of each dataset of the refresh, by Hub id."""

    rows: dict[str, SnapshotRow] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    kept: dict[str, KeptReason] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    """Live before, tombstones now; renamed ones are not dropped."""
    unknown: dict[str, KeptReason | None] = field(default_factory=dict)
    """Without a row, before and now: why, or `None` where the Hub says that there is no such dataset."""
    rejected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields whose value made no sense."""
    private_count: int = 0
    """Private datasets that were never public; they must not be named."""


def merge(previous: Snapshot, results: FetchResults, plan: RefreshPlan, endpoint: str, now: str) -> Merged:
    """The new rows. Every dataset of `previous` is among them."""
    return _Merge(previous, results, plan, endpoint, now).run()


class _Merge:
    def __init__(self, previous: Snapshot, results: FetchResults, plan: RefreshPlan, endpoint: str, now: str) -> None:
        self._lookup = previous.lookup()
        self._previous = previous
        self._results = results
        self._plan = plan
        self._endpoint = endpoint
        self._now = now
        self._listed = results.listed()
        self._memberships = results.memberships()
        self._absent = {row.id.lower() for row in absent_rows(previous, results, plan)}
        self._extra = {hub_id.lower() for hub_id in plan.extra_ids}
        self._old_names: dict[str, SnapshotRow] = {}
        """Live rows under their old name, by the new one in lower case."""
        self._merged = Merged()

    def run(self) -> Merged:
        ids = [listed.parsed.id for listed in self._listed.values()]
        ids += unique_ids(
            hub_id for hub_id in (*self._previous.rows, *self._plan.extra_ids) if hub_id.lower() not in self._listed
        )
        rows: dict[str, SnapshotRow] = {}
        # Renamed datasets first: their response is also the one about their new name.
        for hub_id in sorted(ids, key=lambda hub_id: self._new_name(hub_id) is None):
            if hub_id.lower() not in rows:
                rows.update((row.id.lower(), row) for row in self._resolve(hub_id))
        self._merged.rows = {row.id: row for row in sorted(rows.values(), key=lambda row: sort_key(row.id))}
        return self._merged

    def _new_name(self, hub_id: str) -> str | None:
        result = self._results.datasets.get(hub_id.lower())
        parsed = result.parsed if result else None
        return parsed.id if parsed and parsed.id.lower() != hub_id.lower() else None

    def _resolve(self, hub_id: str) -> list[SnapshotRow]:
        """The new rows of one dataset: none, one, or the old and the new one of a renamed dataset."""
        folded = hub_id.lower()
        before = self._lookup.find(folded)
        listed = self._listed.get(folded)
        result = self._results.datasets.get(folded)
        parsed = result.parsed if result else None
        if (listed and listed.parsed.is_private) or (parsed and parsed.is_private):
            return self._tombstone(before, Status.PRIVATE) if before else self._withhold()
        if parsed and self._new_name(hub_id):
            return self._rename(hub_id, before, listed.parsed if listed else None, parsed)
        if before and before.status is Status.RENAMED and listed and parsed is None:
            # The collection still uses the old name; nothing says that the dataset took it back.
            return [self._keep(before, result)]
        if result and (result.is_disabled or (parsed and parsed.facts.get("is_disabled"))):
            return self._tombstone(before, Status.DISABLED) if before else self._unknown(hub_id, result.reason)
        if result and result.is_missing and not listed:
            return self._tombstone(before, Status.GONE) if before else self._unknown(hub_id, None)
        if folded in self._absent:
            assert before is not None
            return self._explain_absence(before, result)
        if listed or (parsed and folded in self._extra):
            return [self._renew(before, listed.parsed if listed else None, result)]
        if before is None:
            is_due = folded in self._plan.due_ids
            return self._unknown(hub_id, result.reason if result else None) if is_due else []
        return [self._keep(before, result)]

    def _explain_absence(self, before: SnapshotRow, result: FetchResult | None) -> list[SnapshotRow]:
        was_taken_out = not any(membership.slug in self._results.collections for membership in before.memberships)
        if was_taken_out or (result and result.parsed):
            return self._tombstone(before, Status.LEFT)
        return [self._keep(before, result or FetchResult(reason=KeptReason.UNEXPLAINED))]

    def _keep(self, before: SnapshotRow, result: FetchResult | None) -> SnapshotRow:
        """The row of a dataset about which nothing new is known: it was not fetched, or could not be."""
        reason = result.reason if result else None
        if before.is_live and reason is None:
            slugs = [membership.slug for membership in kept_memberships(before, self._results, self._plan)]
            failed = [reason for slug in slugs if (reason := self._results.failed_collections.get(slug))]
            if failed:
                reason = failed[0]
            elif any(slug in self._results.incomplete_collections for slug in slugs):
                reason = KeptReason.UNEXPLAINED
        if reason is None:
            return before
        self._merged.kept[before.id] = reason
        return replace(before, kept=reason) if before.is_live else before

    def _withhold(self) -> list[SnapshotRow]:
        self._merged.private_count += 1
        return []

    def _unknown(self, hub_id: str, reason: KeptReason | None) -> list[SnapshotRow]:
        self._merged.unknown[hub_id] = reason
        return []

    def _tombstone(self, before: SnapshotRow, status: Status, renamed_to: str | None = None) -> list[SnapshotRow]:
        """The tombstone of a row, with its last facts."""
        if before.status is status and before.renamed_to == renamed_to:
            self._merged.unchanged.append(before.id)
            return [before]
        if before.is_live and status is not Status.RENAMED:
            self._merged.dropped.append(before.id)
        else:
            self._merged.updated.append(before.id)
        is_private = status is Status.PRIVATE
        return [
            replace(
                before,
                status=status,
                status_since=self._now,
                renamed_to=renamed_to,
                memberships=(),
                kept=None,
                is_private=is_private,
            )
        ]

    def _rename(
        self, hub_id: str, before: SnapshotRow | None, listed: ParsedDataset | None, parsed: ParsedDataset
    ) -> list[SnapshotRow]:
        folded, old_folded = parsed.id.lower(), hub_id.lower()
        if folded not in self._listed and old_folded not in self._extra and listed is None:
            return self._tombstone(before, Status.LEFT) if before else []
        if before is not None and before.is_live:
            self._old_names[folded] = before
        # An entry that names the old id must find the new row, so that even an id never seen gets a tombstone.
        rows = self._tombstone(before or SnapshotRow(hub_id, self._endpoint, self._now), Status.RENAMED, parsed.id)
        if folded not in self._listed:
            self._memberships.setdefault(folded, self._memberships.get(old_folded, []))
            rows.append(self._renew(self._lookup.find(folded), listed, FetchResult(parsed)))
        return rows

    def _renew(
        self, before: SnapshotRow | None, listed: ParsedDataset | None, result: FetchResult | None
    ) -> SnapshotRow:
        detail = result.parsed if result else None
        parsed = detail or listed
        assert parsed is not None
        folded = parsed.id.lower()
        if before is None and folded in self._old_names:
            # Under its new name it is still the dataset it was.
            before = replace(self._old_names[folded], id=parsed.id)
        memberships = list(self._memberships.get(folded, []))
        if before is not None:
            memberships += kept_memberships(before, self._results, self._plan)
        failure = result.reason if result else None
        if result and result.is_missing:
            failure = KeptReason.NOT_FOUND
        row = renew(before, parsed.id, listed, detail, _sorted_once(memberships), failure, self._endpoint, self._now)
        rejected = {*(listed.rejected if listed else ()), *(detail.rejected if detail else ())}
        if rejected:
            self._merged.rejected[row.id] = tuple(sorted(rejected))
        if row.kept is not None:
            self._merged.kept[row.id] = row.kept
        if before is None:
            self._merged.added.append(row.id)
        elif row.kept is not None:
            pass
        elif replace(before, kept=None) == row:
            self._merged.unchanged.append(row.id)
        else:
            self._merged.updated.append(row.id)
        return row


def renew(
    before: SnapshotRow | None,
    hub_id: str,
    listed: ParsedDataset | None,
    detail: ParsedDataset | None,
    memberships: tuple[Membership, ...],
    failure: KeptReason | None,
    endpoint: str,
    now: str,
) -> SnapshotRow:
    """A live row with the newest facts; equal to `before` where they are its own."""
    base = before or SnapshotRow(hub_id, endpoint, now)
    facts = _united(before, listed, detail)
    row = replace(
        base,
        id=hub_id,
        status=Status.LIVE,
        status_since=None,
        renamed_to=None,
        is_private=False,
        memberships=memberships,
        **facts,
    )
    has_news = (
        before is None
        or not before.is_live
        or before.id != hub_id
        or _differs(before, row, _COMMON_FIELDS)
        or (detail is None and _differs(before, row, _UNITED_FIELDS))
        or any(name in base.older for name in facts if name in _COMMON_FIELDS)
    )
    has_new_details = detail is not None and (
        before is None
        or before.details_read_at is None
        or before.details_of != row.last_modified
        or _differs(before, row, (*_DETAIL_FIELDS, *_UNITED_FIELDS))
        or any(name in base.older for name in facts if name in _DETAIL_FIELDS)
    )
    row = replace(
        row,
        endpoint=endpoint if has_news or has_new_details else base.endpoint,
        read_at=now if has_news else base.read_at,
        details_read_at=now if has_new_details else base.details_read_at,
        details_of=row.last_modified if has_new_details else base.details_of,
    )
    older = _older(base, row, facts, has_news, has_new_details)
    rejected = {*(listed.rejected if listed else ()), *(detail.rejected if detail else ())} - set(facts)
    is_old = any(getattr(row, name) not in (None, (), False) for name in rejected)
    was_old = base.kept is KeptReason.WRONG_SHAPE and detail is None and any(name in _DETAIL_FIELDS for name in older)
    kept = failure or (KeptReason.WRONG_SHAPE if before and (is_old or was_old) else None)
    return replace(row, older=older, kept=kept)


def _united(before: SnapshotRow | None, listed: ParsedDataset | None, detail: ParsedDataset | None) -> dict[str, Any]:
    """The facts of both responses; the one about the dataset itself is the newer one."""
    both = [parsed for parsed in (listed, detail) if parsed is not None]
    facts = {name: value for parsed in both for name, value in parsed.facts.items()}
    for name in _UNITED_FIELDS:
        parts = [parsed.facts[name] for parsed in both if name in parsed.facts]
        if parts:
            if detail is None and before is not None:
                parts.append(getattr(before, name))
            facts[name] = tuple(sorted({word for part in parts for word in part}))
    return facts


def _older(
    base: SnapshotRow, row: SnapshotRow, facts: Mapping[str, Any], has_news: bool, has_new_details: bool
) -> dict[str, str]:
    """The read times of values that stand beside newer ones and were not confirmed with them."""
    older = {}
    for names, is_newer in ((_COMMON_FIELDS, has_news), (_DETAIL_FIELDS, has_new_details)):
        for name in names:
            is_kept = name not in facts and getattr(row, name) not in (None, (), False)
            if is_kept and (is_newer or name in base.older):
                time = base.as_of(name)
                if time != row.as_of(name) or name in base.older:
                    older[name] = time
    return dict(sorted(older.items()))


def _differs(before: SnapshotRow, row: SnapshotRow, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(row, name) for name in names)


def _sorted_once(memberships: list[Membership]) -> tuple[Membership, ...]:
    by_slug: dict[str, Membership] = {}
    for membership in memberships:
        by_slug.setdefault(membership.slug, membership)
    return tuple(by_slug[slug] for slug in sorted(by_slug))
