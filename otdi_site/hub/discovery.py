"""Lists the openly licensed datasets of the whole Hub: all of them, or those that changed since.

A full listing reads every page of every licence. A delta reads each listing newest first, to the first page that is
wholly older than the last full listing: what a delta says is as new as its day, and one that fails leaves the one of
before. Every page is kept as it comes (`Journal`), so that a run that ends early is continued by the next. A dataset
that a full listing lacks is asked for by its id before it is said to be gone.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from otdi_site.hub.connection import Connection, connect
from otdi_site.hub.deadline import Ending, run_until_deadline
from otdi_site.hub.discovered_files import Journal, Page, load_discovered, read_rows, write_rows, write_state
from otdi_site.hub.discovered_rows import MAX_EVENTS, Reader, find_changes
from otdi_site.hub.discovery_report import DiscoveryReport
from otdi_site.hub.refresh_plan import Clock, Progress
from otdi_site.hub.session import HubError, Session, Usage, open_session
from otdi_site.hub_metadata.parsing import EXPANDED_PROPERTIES, ParsedDataset
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.discovery import DiscoverConfig, Discovered
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import KeptReason
from otdi_site.tokens import TokenFinder, find_tokens

_PAGE_SIZE = 1_000
_MOST_PAGES = 1_000
_LARGEST_PAGE = 64_000_000
_SECONDS_OF_A_PAGE = 120.0
_CLOCKS = timedelta(hours=1)
"""By which the clocks of the Hub and of this machine may differ."""
_SMALLEST_DROP = 2


@dataclass(slots=True)
class _Run:
    journal: Journal
    licenses: Sequence[str]
    is_full: bool
    mark: str
    """UTC time: what was changed before it is known."""
    reader: Reader
    known: dict[str, bytes]
    absent: dict[str, ParsedDataset | None] = field(default_factory=dict)
    """What the Hub says of known datasets that a full listing lacks."""
    found: dict[str, bytes] = field(default_factory=dict)
    reason: KeptReason | None = None

    def next_of(self, license: str) -> str | None:
        """Where the listing of a licence goes on; `None` where it ended."""
        pages = [page for page in self.journal.pages if page.license == license]
        return pages[-1].following if pages else self.first_of(license)

    def first_of(self, license: str) -> str:
        expand = "".join(f"&expand={name}" for name in EXPANDED_PROPERTIES)
        return f"/api/datasets?filter={quote(f'license:{license}')}&sort=lastModified&limit={_PAGE_SIZE}{expand}"

    @property
    def waiting(self) -> list[str]:
        return [license for license in self.licenses if self.next_of(license) is not None]


def discover(
    folder: Path,
    config: DiscoverConfig,
    licenses: Sequence[str],
    settings: RefreshSettings,
    clock: Clock,
    progress: Progress | None,
) -> DiscoveryReport:
    """Lists what is due and writes what came of it into `folder`, where it is safe to end at any time.

    Raises `DamagedError` for files that are there and cannot be believed, and `OSError` where none can be written.
    """
    now, before = clock(), load_discovered(folder)
    key = blake2b(repr((config, tuple(licenses))).encode(), digest_size=8).hexdigest()
    is_same = before is not None and before.key == key
    is_full = not is_same or before is None or _is_older(before.listed_at, now, timedelta(days=config.full_days))
    report = DiscoveryReport(is_full)
    try:
        connection = connect(settings.endpoint)
    except ValueError:
        report.reason = KeptReason.CONNECTION
        return report
    if connection.is_offline:
        report.reason = KeptReason.OFFLINE
        return report
    base = read_rows(folder, before.base) if before else {}
    changes = read_rows(folder, before.changes) if before else {}
    mark = "" if is_full or before is None else format_time(datetime.fromisoformat(before.listed_at) - _CLOCKS)
    head = {"started_at": format_time(now), "key": key, "mark": mark, "endpoint": connection.endpoint.shown}
    tokens = TokenFinder.of([connection.token, *find_tokens().tokens])
    reader = Reader(config, tuple(licenses), now, tokens)
    run = _Run(Journal(folder, head), licenses, is_full, mark, reader, {**base, **changes})
    usage = Usage()
    settings = replace(settings, max_response_bytes=_LARGEST_PAGE, dataset_seconds=_SECONDS_OF_A_PAGE)
    ending = _fetch(connection, settings, usage, run, progress, report)
    report.requests, report.quota_left = usage.requests, usage.quota_left
    report.licenses_left, report.reason = len(run.waiting), run.reason
    report.is_interrupted = ending is Ending.INTERRUPTED
    if ending is not Ending.DONE or run.reason is not None or run.waiting:
        report.reason = run.reason or KeptReason.DEADLINE
        return report
    lost = set(run.known) - set(run.found) if is_full else set()
    has_mass_drop = len(lost) >= _SMALLEST_DROP and len(lost) > settings.max_drop_share * len(run.known)
    if is_same and has_mass_drop and not settings.accept:
        report.held = len(lost)
        return report
    started = datetime.fromisoformat(run.journal.started_at)
    day, at = started.date().isoformat(), format_time(started)
    departed = run.absent if is_same else {}
    after = run.found if is_full else {**run.known, **run.found}
    found = list(find_changes(run.known, after, departed, at, now)) if is_same else []
    events = [*(before.events if before else ()), *found][-MAX_EVENTS:]
    if is_full or before is None:
        parts = (write_rows(folder, run.found, day), write_rows(folder, {}, day))
    else:
        # A changed dataset that this delta lacks stays until a full listing says what became of it.
        fresh = {name: line for name, line in {**changes, **run.found}.items() if base.get(name) != line}
        parts = (before.base, write_rows(folder, fresh, day))
    listed_at = at if is_full or before is None else before.listed_at
    write_state(folder, Discovered(key, listed_at, at, *parts, tuple(events)))
    report.is_finished, report.datasets, report.departed = True, len(after), len(lost)
    report.changed = sum(run.known.get(name) != line for name, line in after.items())
    return report


def _fetch(
    connection: Connection,
    settings: RefreshSettings,
    usage: Usage,
    run: _Run,
    progress: Progress | None,
    report: DiscoveryReport,
) -> Ending:
    ends_at = time.monotonic() + settings.deadline_seconds
    done: deque[int] = deque(maxlen=1)

    async def work() -> None:
        async with open_session(connection, settings, usage, ends_at) as session:
            await _list_all(session, run, settings.parallel_requests, done)
            for page in run.journal.pages:
                report.unreadable += page.unreadable
                # The first page is the newest word, since each listing begins with what changed last.
                for name, line in page.rows.items():
                    run.found.setdefault(name, line)
            if run.is_full and not run.waiting and run.reason is None:
                await _ask_for_absent(session, run, settings)

    def tick() -> None:
        if progress and done:
            progress(done.pop(), max(len(run.known), 1))

    ending = run_until_deadline(work, settings.deadline_seconds + 0.5, tick)
    tick()
    return ending


async def _list_all(session: Session, run: _Run, parallel: int, done: deque[int]) -> None:
    waiting = deque(run.waiting)

    async def work() -> None:
        while waiting:
            try:
                await _list_license(session, run, waiting.popleft(), done)
            except HubError as failure:
                run.reason = run.reason or failure.reason

    async with asyncio.TaskGroup() as group:
        for _ in range(min(parallel, len(waiting))):
            group.create_task(work())


async def _list_license(session: Session, run: _Run, license: str, done: deque[int]) -> None:
    seen = {name for page in run.journal.pages if page.license == license for name in page.rows}
    target = run.next_of(license)
    for _ in range(_MOST_PAGES):
        if target is None:
            return
        try:
            response = await session.get_target(target)
        except HubError as failure:
            if failure.reason is not KeptReason.REFUSED or target == run.first_of(license):
                raise
            # The place in the listing is no longer known to the Hub.
            target = run.first_of(license)
            seen = set()
            response = await session.get_target(target)
        if not isinstance(response.value, list):
            raise HubError(KeptReason.WRONG_SHAPE)
        if response.has_foreign_link:
            raise HubError(KeptReason.ELSEWHERE)
        rows, unreadable, has_newer, has_new = {}, 0, False, False
        for entry in response.value:
            listed = run.reader.read(entry)
            if listed is None:
                unreadable += 1
                continue
            name = listed.parsed.id.lower()
            is_older = listed.last_modified is not None and listed.last_modified < run.mark
            has_newer = has_newer or not is_older
            has_new = has_new or name not in seen
            seen.add(name)
            if listed.is_wanted and not is_older:
                rows[name] = listed.line
        is_over = not has_new or (bool(run.mark) and not has_newer)
        # A page that brings nothing new leads in a circle, whatever its address.
        target = None if is_over else response.next_target
        run.journal.append(Page(license, target, rows, unreadable))
        done.append(sum(len(page.rows) for page in run.journal.pages))
    if target is not None:
        raise HubError(KeptReason.WRONG_SHAPE)


async def _ask_for_absent(session: Session, run: _Run, settings: RefreshSettings) -> None:
    """Asks for known datasets that the listings lack; where there are too many to believe, for none."""
    lost = sorted(set(run.known) - set(run.found))
    if len(lost) > settings.max_drop_share * len(run.known) and len(lost) >= _SMALLEST_DROP:
        return
    parameters = [("expand", name) for name in EXPANDED_PROPERTIES]
    for name in lost:
        hub_id = json.loads(run.known[name])["id"]
        try:
            response = await session.get(f"/api/datasets/{quote(hub_id, safe='/')}", parameters)
        except HubError as failure:
            if not (failure.is_missing or failure.is_disabled):
                run.reason = failure.reason
                return
            run.absent[name] = None
            continue
        listed = run.reader.read(response.value)
        if listed is None or (listed.parsed.id.lower() != name and not response.is_redirected):
            run.reason = KeptReason.WRONG_SHAPE
            return
        run.absent[name] = listed.parsed
        if listed.is_wanted:
            run.found.setdefault(listed.parsed.id.lower(), listed.line)
            if listed.parsed.id.lower() == name:
                del run.absent[name]


def _is_older(at: str, now: datetime, age: timedelta) -> bool:
    return now - datetime.fromisoformat(at) >= age
