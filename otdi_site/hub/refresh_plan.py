"""Plans a refresh: the collections and datasets that the site names, and which of them are due.

No HTTP client is imported here: every build finds out whether anything is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from otdi_site.hub_metadata.values import check_hub_id, check_slug, parse_time
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import Snapshot, sort_key

Progress = Callable[[int, int], None]
"""Called with the number of datasets done and to do, in the caller's thread."""
Clock = Callable[[], datetime]
"""The time in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RefreshPlan:
    """The collections and datasets of one refresh."""

    collections: tuple[str, ...]
    """All slugs of the site."""
    due_collections: tuple[str, ...]
    """Those to be fetched."""
    extra_ids: tuple[str, ...]
    """Hub ids of the catalog's entries, each once without regard to case."""
    due_ids: frozenset[str]
    """Those to be fetched unless a collection lists them, in lower case."""


def is_due(settings: RefreshSettings, snapshot: Snapshot, extra_ids: Sequence[str], now: datetime) -> bool:
    """Whether `refresh` would fetch anything."""
    plan = plan_refresh(settings, snapshot, extra_ids, now)
    return bool(plan.due_collections or plan.due_ids)


def plan_refresh(settings: RefreshSettings, previous: Snapshot, extra_ids: Sequence[str], now: datetime) -> RefreshPlan:
    """The plan of a refresh: due is whatever was last checked longer ago than the settings allow."""
    lookup = previous.lookup()
    # A dataset known to be renamed is fetched by its new name, which saves a redirect.
    resolved = [lookup.resolve(hub_id) for hub_id in extra_ids]
    ids = unique_ids(
        row.id if row else hub_id
        for hub_id, row in zip(extra_ids, resolved, strict=True)
        if check_hub_id(hub_id) is not None
    )
    slugs = tuple(sorted(slug for slug in set(settings.collections) if check_slug(slug) is not None))

    def is_old(checked_at: str | None) -> bool:
        if settings.max_age_hours <= 0 or checked_at is None:
            return True
        age = now - parse_time(checked_at)
        # A time in the future is a clock that was wrong, then or now.
        return not timedelta(0) <= age < timedelta(hours=settings.max_age_hours)

    due = tuple(slug for slug in slugs if is_old(previous.checked.collections.get(slug)))
    checked_alone = {hub_id.lower(): time for hub_id, time in previous.checked.datasets.items()}
    due_ids = []
    for hub_id in ids:
        row = lookup.find(hub_id)
        times = [checked_alone.get(hub_id.lower())]
        # A collection's response is one about its datasets, too.
        times += [previous.checked.collections.get(membership.slug) for membership in row.memberships] if row else []
        if is_old(max((time for time in times if time), default=None)):
            due_ids.append(hub_id.lower())
    return RefreshPlan(slugs, due, ids, frozenset(due_ids))


def unique_ids(hub_ids: Iterable[str]) -> tuple[str, ...]:
    """Each id once without regard to case, sorted."""
    return tuple(sorted({hub_id.lower(): hub_id for hub_id in sorted(hub_ids, reverse=True)}.values(), key=sort_key))
