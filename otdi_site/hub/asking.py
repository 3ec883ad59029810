"""Asks the Hub for collections and datasets, a few at a time, and notes what it says; it must not judge it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from urllib.parse import quote

from otdi_site.hub.findings import Findings, Outcome, Want, group_by_author, wanted
from otdi_site.hub.scope import Scope
from otdi_site.hub.session import Answer, HubError, Session
from otdi_site.hub_metadata.parsing import EXPANDED, read_collection, read_dataset
from otdi_site.model.snapshot import KeptReason, Snapshot
from otdi_site.tokens import TokenFinder

_MAX_PAGES = 50
_PARAMETERS = [("expand", name) for name in EXPANDED]
_SMALL_GROUP, _SMALL_PAGE, _LARGE_PAGE = 20, 100, 500
"""A listing of few datasets asks for short pages: an author's other datasets come along with theirs."""

Done = Callable[[int, int], None]


async def ask_all(
    session: Session,
    previous: Snapshot,
    scope: Scope,
    findings: Findings,
    now: datetime,
    tokens: TokenFinder,
    parallel: int,
    done: Done,
) -> None:
    """The collections first, then what they leave open, the oldest facts first; `findings` grows at every answer."""
    asking = _Asking(session, findings, now, tokens)
    await _in_parallel([partial(asking.collection, slug) for slug in scope.due_collections], parallel)
    jobs = group_by_author(wanted(previous, findings, scope))
    to_do = sum(len(job) for job in jobs)

    async def ask(job: tuple[Want, ...]) -> None:
        await asking.datasets(job)
        done(min(to_do, len(findings.outcomes)), to_do)

    await _in_parallel([partial(ask, job) for job in jobs], parallel)


async def _in_parallel(jobs: list[Callable[[], Awaitable[None]]], parallel: int) -> None:
    waiting = deque(jobs)

    async def work() -> None:
        while waiting:
            await waiting.popleft()()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(parallel, len(jobs))):
            group.create_task(work())


class _Asking:
    def __init__(self, session: Session, findings: Findings, now: datetime, tokens: TokenFinder) -> None:
        self._session = session
        self._findings = findings
        self._now = now
        self._tokens = tokens

    async def collection(self, slug: str) -> None:
        """One collection: one request, unless its answer names a next page."""
        answers: list[object] = []
        is_complete = False
        target: str | None = f"/api/collections/{quote(slug, safe='/')}"
        seen: set[object] = set()
        try:
            while target is not None and len(answers) < _MAX_PAGES:
                answer = await self._session.get_target(target)
                answers.append(answer.value)
                is_complete = answer.next_target is None and not answer.has_foreign_link
                new_ids = _ids(answer.value) - seen
                seen |= new_ids
                # A page that brings nothing new leads in a circle, whatever its address.
                target = answer.next_target if new_ids else None
        except HubError as fault:
            if not answers:
                self._findings.failed_collections[slug] = fault.reason
                if fault.is_missing:
                    self._findings.missing_collections.add(slug)
                return
        reading = read_collection(answers, self._now, self._tokens)
        if reading is None:
            self._findings.failed_collections[slug] = KeptReason.WRONG_SHAPE
            return
        if not is_complete or reading.unreadable:
            self._findings.incomplete_collections.add(slug)
        self._findings.collections[slug] = reading

    async def datasets(self, job: tuple[Want, ...]) -> None:
        """Datasets of one author with a listing, and what it leaves open one by one."""
        if len(job) > 1:
            await self._listing(job)
        for want in job:
            if want.id.lower() not in self._findings.outcomes:
                await self._dataset(want.id)

    async def _listing(self, job: tuple[Want, ...]) -> None:
        missing = {want.id.lower() for want in job}
        size = _SMALL_PAGE if len(job) <= _SMALL_GROUP else _LARGE_PAGE
        author = job[0].id.partition("/")[0]
        target: str | None = None
        seen: set[str] = set()
        while len(missing) > 1 and len(seen) < _MAX_PAGES:
            try:
                if target is None:
                    parameters = [("author", author), ("limit", str(size)), *_PARAMETERS]
                    answer = await self._session.get("/api/datasets", parameters)
                else:
                    answer = await self._session.get_target(target)
            except HubError:
                return
            found = self._note_listing(answer, missing)
            missing -= found
            # A page without any of them is a sign that asking one by one is cheaper.
            if not found or answer.next_target is None or answer.next_target in seen:
                return
            target = answer.next_target
            seen.add(target)

    def _note_listing(self, answer: Answer, missing: set[str]) -> set[str]:
        found = set()
        for entry in answer.value if isinstance(answer.value, list) else []:
            reading = read_dataset(entry, self._now, self._tokens)
            if reading is not None and reading.id.lower() in missing:
                self._findings.outcomes[reading.id.lower()] = Outcome(reading)
                found.add(reading.id.lower())
        return found

    async def _dataset(self, hub_id: str) -> None:
        self._findings.outcomes[hub_id.lower()] = await self._ask_for(hub_id)

    async def _ask_for(self, hub_id: str) -> Outcome:
        try:
            answer = await self._session.get(f"/api/datasets/{quote(hub_id, safe='/')}", _PARAMETERS)
        except HubError as fault:
            is_explained = fault.is_missing or fault.is_disabled
            return Outcome(
                reason=None if is_explained else fault.reason,
                is_missing=fault.is_missing,
                is_disabled=fault.is_disabled,
            )
        reading = read_dataset(answer.value, self._now, self._tokens)
        if reading is None or (reading.id.lower() != hub_id.lower() and not answer.is_redirected):
            # Another dataset's numbers must never stand under this one's name.
            return Outcome(reason=KeptReason.WRONG_SHAPE)
        return Outcome(reading)


def _ids(collection: object) -> set[object]:
    """The ids of a collection's items, unchecked."""
    items = collection.get("items") if isinstance(collection, dict) else None
    listed = items if isinstance(items, list) else []
    return {item["id"] for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)}
