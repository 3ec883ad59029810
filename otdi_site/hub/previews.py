"""Fetches previews of datasets from the Hub's dataset viewer: two requests a dataset, once for each revision.

The token is not sent: what only some people may see is not shown. A dataset that fails costs only itself.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from otdi_site.hub.connection import Connection, Endpoint, connect
from otdi_site.hub.deadline import run_until_deadline
from otdi_site.hub.refresh_plan import Progress, system_clock
from otdi_site.hub.session import HubError, Session, Usage, open_session
from otdi_site.hub.viewer_parsing import read_configurations, read_rows
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.preview import Preview
from otdi_site.model.refresh import RefreshSettings
from otdi_site.tokens import TokenFinder, find_tokens
from otdi_site.urls import HUB_URL

VIEWER_VARIABLE = "HF_DATASETS_SERVER"
"""The environment variable with the address of the viewer's interface; empty for none."""
_VIEWER_OF_HUB = "https://datasets-server.huggingface.co"
_RESPONSE_BYTES = 4_000_000


def fetch_previews(
    settings: RefreshSettings, wanted: Sequence[tuple[str, str]], progress: Progress | None = None
) -> dict[str, Preview]:
    """The previews of datasets, each a Hub id and a revision, as far as they came by the deadline of `settings`.

    A dataset of which the viewer has nothing gets an empty one. Those for which there was no answer are left out.
    """
    previews: dict[str, Preview] = {}
    try:
        connection = _connect(settings)
    except ValueError:
        return previews
    if connection is None or not wanted:
        return previews
    source, tokens, waiting = connection.endpoint.shown, TokenFinder.of(find_tokens().tokens), deque(wanted)
    usage, ends_at, now = Usage(), time.monotonic() + settings.deadline_seconds, format_time(system_clock())
    settings = replace(settings, max_response_bytes=_RESPONSE_BYTES)

    async def fetch(session: Session) -> None:
        while waiting:
            hub_id, revision = waiting.popleft()
            empty = Preview(revision, source, now)
            try:
                preview = await _fetch(session, hub_id, empty)
            except HubError as failure:
                if not failure.is_missing:
                    continue
                preview = empty
            except ValueError:
                preview = empty
            previews[hub_id] = empty if tokens.is_in(repr(preview)) else preview
            if progress is not None:
                progress(len(previews), len(wanted))

    async def work() -> None:
        async with open_session(connection, settings, usage, ends_at) as session, asyncio.TaskGroup() as group:
            for _ in range(min(settings.parallel_requests, len(wanted))):
                group.create_task(fetch(session))

    run_until_deadline(work, settings.deadline_seconds + 0.5, lambda: None)
    # Work that was left behind may still write into its own results.
    return dict(previews)


async def _fetch(session: Session, hub_id: str, empty: Preview) -> Preview:
    response = (await session.get("/info", [("dataset", hub_id)])).value
    configurations, count = read_configurations(response)
    preview = replace(empty, configurations=configurations, configuration_count=count)
    first = next(((each.name, each.splits[0][0]) for each in configurations if each.splits), None)
    if first is None:
        return preview
    name, split = first
    try:
        rows = await session.get("/first-rows", [("dataset", hub_id), ("config", name), ("split", split)])
    except HubError as failure:
        if failure.is_missing:
            return preview
        raise
    try:
        columns, column_count, values = read_rows(rows.value)
    except ValueError:
        return preview
    return replace(preview, configuration=name, split=split, columns=columns, column_count=column_count, rows=values)


def _connect(settings: RefreshSettings) -> Connection | None:
    """To the viewer, without the token; `None` where there is no viewer to ask."""
    connection = connect(settings.endpoint)
    address = os.environ.get(VIEWER_VARIABLE)
    if address is None and connection.endpoint.shown == HUB_URL:
        address = _VIEWER_OF_HUB
    if not address or connection.is_offline:
        return None
    public = {name: value for name, value in connection.headers.items() if name.lower() != "authorization"}
    return replace(connection, endpoint=Endpoint.parse(address), headers=public, token=None)
