"""Fetches dataset cards, the ``README.md`` of datasets, from the Hub."""

from __future__ import annotations

import time
from typing import NamedTuple
from urllib.parse import quote

from otdi_site.hub.connection import connect
from otdi_site.hub.deadline import run_until_deadline
from otdi_site.hub.session import HubError, Usage, open_session
from otdi_site.model.card import CARD_LIMIT
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import KeptReason
from otdi_site.tokens import TokenFinder, find_tokens

_SECONDS = 60.0
_FILE = "README.md"


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


def _describe(failure: HubError) -> CardProblem:
    if failure.is_missing:
        text = "the Hub has no such dataset or it has no card (README.md), or it is private"
        return CardProblem(text, "check the id; private and gated datasets need HF_TOKEN")
    if failure.reason is KeptReason.TOO_LARGE:
        return CardProblem(f"its card is larger than {CARD_LIMIT:,} bytes", "download it and check the file")
    help = "try again later, or download the card and check the file"
    return CardProblem(f"its card cannot be read, because {failure.reason.explanation}", help)
