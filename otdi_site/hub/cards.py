"""Fetches dataset cards, the ``README.md`` of datasets, from the Hub.

A card that is gated, missing, huge or hostile costs only itself. A dataset's card is fetched once for each revision.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from otdi_site.hub.card_rows import as_kept
from otdi_site.hub.connection import connect
from otdi_site.hub.deadline import run_until_deadline
from otdi_site.hub.refresh_plan import Progress, system_clock
from otdi_site.hub.session import HubError, Session, Usage, open_session
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.card import CARD_LIMIT, Card, CardReading
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import KeptReason
from otdi_site.tokens import TokenFinder, find_tokens

_SECONDS = 60.0
_FILE = "README.md"
_LASTING = {
    KeptReason.TOO_LARGE: f"its card is larger than {CARD_LIMIT:,} bytes",
    KeptReason.GATED: "the Hub gives its card only to people with access",
    KeptReason.ELSEWHERE: "the Hub keeps its card on another host",
}
"""Why a card cannot be read, as long as its dataset has this revision; all else may be otherwise next time."""


class FetchedCard(NamedTuple):
    """The bytes of a card and their address."""

    content: bytes
    url: str


class CardProblem(NamedTuple):
    """Why there is no card; the text of a diagnostic."""

    text: str
    help: str


def card_path(hub_id: str, revision: str) -> str:
    """Where the Hub has the card of a dataset at a revision, below its address."""
    return f"/datasets/{quote(hub_id, safe='/')}/resolve/{quote(revision, safe='')}/{_FILE}"


def fetch_card(hub_id: str, *, is_offline: bool, revision: str = "main") -> FetchedCard | CardProblem:
    """The card of one dataset, of at most `CARD_LIMIT` bytes, within a minute."""
    if is_offline:
        return CardProblem("is on the Hub, which --offline does not ask", "name a file, or run without --offline")
    settings = RefreshSettings(collections=(), max_response_bytes=CARD_LIMIT)
    try:
        connection = connect(settings.endpoint)
    except ValueError as problem:
        return CardProblem(f"HF_ENDPOINT is {problem}", "correct HF_ENDPOINT")
    if connection.is_offline:
        return CardProblem("is on the Hub, and HF_HUB_OFFLINE is set", "name a file, or unset HF_HUB_OFFLINE")
    path, usage = card_path(hub_id, revision), Usage()
    found: list[bytes | HubError] = []

    async def work() -> None:
        async with open_session(connection, settings, usage, time.monotonic() + _SECONDS) as session:
            try:
                found.append(await session.get_bytes(path))
            except HubError as failure:
                found.append(failure)

    run_until_deadline(work, _SECONDS + 1, lambda: None)
    if not found or isinstance(found[0], HubError):
        return _describe(found[0] if found and isinstance(found[0], HubError) else HubError(KeptReason.DEADLINE))
    tokens = TokenFinder.of([connection.token, *find_tokens().tokens])
    if tokens.is_in(found[0].decode("utf-8", "replace")):
        return CardProblem("repeats your Hugging Face token", "revoke the token, and take it out of the card")
    return FetchedCard(found[0], connection.endpoint.shown + path)


def fetch_cards(
    settings: RefreshSettings,
    wanted: Sequence[tuple[str, str]],
    read: Callable[[bytes, str], Card],
    progress: Progress | None = None,
) -> dict[str, CardReading]:
    """The cards of datasets, each a Hub id and a revision, as far as they could be read by the deadline of `settings`.

    `read` parses the bytes of a card, whose address it is given. Cards that were not asked for, or for which there was
    no answer, are left out.
    """
    readings: dict[str, CardReading] = {}
    try:
        connection = connect(settings.endpoint)
    except ValueError:
        return readings
    if connection.is_offline or not wanted:
        return readings
    usage, ends_at = Usage(), time.monotonic() + settings.deadline_seconds
    settings = replace(settings, max_response_bytes=CARD_LIMIT)
    tokens = TokenFinder.of([connection.token, *find_tokens().tokens])
    waiting, now = deque(wanted), format_time(system_clock())

    async def fetch(session: Session) -> None:
        while waiting:
            hub_id, revision = waiting.popleft()
            source = connection.endpoint.shown + card_path(hub_id, revision).replace("/resolve/", "/blob/", 1)
            try:
                content = await session.get_bytes(card_path(hub_id, revision))
            except HubError as failure:
                if failure.is_missing:
                    readings[hub_id] = CardReading(source, now, revision, Card(source, exists=False))
                elif (problem := _LASTING.get(failure.reason)) is not None:
                    readings[hub_id] = CardReading(source, now, revision, None, problem)
                continue
            if tokens.is_in(content.decode("utf-8", "replace")):
                readings[hub_id] = CardReading(source, now, revision, None, "its card repeats an access token")
            else:
                readings[hub_id] = as_kept(CardReading(source, now, revision, read(content, source)))
            if progress is not None:
                progress(len(readings), len(wanted))

    async def work() -> None:
        async with open_session(connection, settings, usage, ends_at) as session, asyncio.TaskGroup() as group:
            for _ in range(min(settings.parallel_requests, len(wanted))):
                group.create_task(fetch(session))

    run_until_deadline(work, settings.deadline_seconds + 0.5, lambda: None)
    # Work that was left behind may still write into its own results.
    return dict(readings)


def _describe(failure: HubError) -> CardProblem:
    if failure.is_missing:
        text = "the Hub has no such dataset or it has no card (README.md), or it is private"
        return CardProblem(text, "check the id; private and gated datasets need HF_TOKEN")
    if failure.reason is KeptReason.TOO_LARGE:
        return CardProblem(f"its card is larger than {CARD_LIMIT:,} bytes", "download it and check the file")
    help = "try again later, or download the card and check the file"
    return CardProblem(f"its card cannot be read, because {failure.reason.explanation}", help)
