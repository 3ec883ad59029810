"""Fetches what is due of collections and datasets from the Hub, a few requests at a time.

Collections come first, since their responses say much about their datasets; then the datasets that they leave open,
several of one author with one listing. `FetchResults` grows with every response; `merge` decides what they mean.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from urllib.parse import quote

from otdi_site.hub.fetch_results import FetchResult, FetchResults
from otdi_site.hub.pending_fetches import PendingFetch, find_pending_fetches, group_by_author
from otdi_site.hub.refresh_plan import RefreshPlan
from otdi_site.hub.session import HubError, Response, Session
from otdi_site.hub_metadata.parsing import EXPANDED_PROPERTIES, parse_collection, parse_dataset
from otdi_site.model.snapshot import KeptReason, Snapshot
from otdi_site.tokens import TokenFinder

_MAX_PAGES = 50
_PARAMETERS = [("expand", name) for name in EXPANDED_PROPERTIES]
_SMALL_GROUP, _SMALL_PAGE, _LARGE_PAGE = 20, 100, 500
"""A listing of few datasets requests short pages: an author's other datasets come along with theirs."""

Done = Callable[[int, int], None]


async def fetch_all(
    session: Session,
    previous: Snapshot,
    plan: RefreshPlan,
    results: FetchResults,
    now: datetime,
    tokens: TokenFinder,
    parallel: int,
    done: Done,
) -> None:
    """Fetches the collections that are due, then the datasets they leave open, those with the oldest facts first.

    `parallel` is the number of requests at a time; `done` is called with the number of datasets fetched and to fetch.
    """
    fetcher = _Fetcher(session, results, now, tokens)
    await _in_parallel([partial(fetcher.fetch_collection, slug) for slug in plan.due_collections], parallel)
    groups = group_by_author(find_pending_fetches(previous, results, plan))
    to_do = sum(len(group) for group in groups)

    async def fetch(group: tuple[PendingFetch, ...]) -> None:
        await fetcher.fetch_datasets(group)
        done(min(to_do, len(results.datasets)), to_do)

    await _in_parallel([partial(fetch, group) for group in groups], parallel)


async def _in_parallel(jobs: list[Callable[[], Awaitable[None]]], parallel: int) -> None:
    waiting = deque(jobs)

    async def work() -> None:
        while waiting:
            await waiting.popleft()()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(parallel, len(jobs))):
            group.create_task(work())


class _Fetcher:
    def __init__(self, session: Session, results: FetchResults, now: datetime, tokens: TokenFinder) -> None:
        self._session = session
        self._results = results
        self._now = now
        self._tokens = tokens

    async def fetch_collection(self, slug: str) -> None:
        """One collection: one request, unless its response names a next page."""
        responses: list[object] = []
        is_complete = False
        target: str | None = f"/api/collections/{quote(slug, safe='/')}"
        seen: set[object] = set()
        try:
            while target is not None and len(responses) < _MAX_PAGES:
                response = await self._session.get_target(target)
                responses.append(response.value)
                is_complete = response.next_target is None and not response.has_foreign_link
                new_ids = _ids(response.value) - seen
                seen |= new_ids
                # A page that brings nothing new leads in a circle, whatever its address.
                target = response.next_target if new_ids else None
        except HubError as fault:
            if not responses:
                self._results.failed_collections[slug] = fault.reason
                if fault.is_missing:
                    self._results.missing_collections.add(slug)
                return
        parsed = parse_collection(responses, self._now, self._tokens)
        if parsed is None:
            self._results.failed_collections[slug] = KeptReason.WRONG_SHAPE
            return
        if not is_complete or parsed.unreadable:
            self._results.incomplete_collections.add(slug)
        self._results.collections[slug] = parsed

    async def fetch_datasets(self, group: tuple[PendingFetch, ...]) -> None:
        """Datasets of one author with a listing, and what it leaves open one by one."""
        if len(group) > 1:
            await self._fetch_listing(group)
        for pending in group:
            if pending.id.lower() not in self._results.datasets:
                self._results.datasets[pending.id.lower()] = await self._fetch_dataset(pending.id)

    async def _fetch_listing(self, group: tuple[PendingFetch, ...]) -> None:
        missing = {pending.id.lower() for pending in group}
        size = _SMALL_PAGE if len(group) <= _SMALL_GROUP else _LARGE_PAGE
        author = group[0].id.partition("/")[0]
        target: str | None = None
        seen: set[str] = set()
        while len(missing) > 1 and len(seen) < _MAX_PAGES:
            try:
                if target is None:
                    parameters = [("author", author), ("limit", str(size)), *_PARAMETERS]
                    response = await self._session.get("/api/datasets", parameters)
                else:
                    response = await self._session.get_target(target)
            except HubError:
                return
            found = self._take_listed(response, missing)
            missing -= found
            # After a page without any of them, single requests are cheaper.
            if not found or response.next_target is None or response.next_target in seen:
                return
            target = response.next_target
            seen.add(target)

    def _take_listed(self, response: Response, missing: set[str]) -> set[str]:
        found = set()
        for entry in response.value if isinstance(response.value, list) else []:
            parsed = parse_dataset(entry, self._now, self._tokens)
            if parsed is not None and parsed.id.lower() in missing:
                self._results.datasets[parsed.id.lower()] = FetchResult(parsed)
                found.add(parsed.id.lower())
        return found

    async def _fetch_dataset(self, hub_id: str) -> FetchResult:
        try:
            response = await self._session.get(f"/api/datasets/{quote(hub_id, safe='/')}", _PARAMETERS)
        except HubError as fault:
            is_explained = fault.is_missing or fault.is_disabled
            return FetchResult(
                reason=None if is_explained else fault.reason,
                is_missing=fault.is_missing,
                is_disabled=fault.is_disabled,
            )
        parsed = parse_dataset(response.value, self._now, self._tokens)
        if parsed is None or (parsed.id.lower() != hub_id.lower() and not response.is_redirected):
            # Another dataset's numbers must never stand under this one's name.
            return FetchResult(reason=KeptReason.WRONG_SHAPE)
        return FetchResult(parsed)


def _ids(collection: object) -> set[object]:
    """The ids of a collection's entries, unchecked."""
    entries = collection.get("items") if isinstance(collection, dict) else None
    listed = entries if isinstance(entries, list) else []
    return {entry["id"] for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
