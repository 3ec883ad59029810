"""Requests to the Hub, within limits on their time, number, size and address.

What `huggingface_hub` leaves open is decided here: every request has a deadline that covers connecting, headers and
a body that drips in; requests go to the endpoint's own origin only, so that neither a redirect nor a ``Link`` header
can carry the token away; no message holds the text of an exception or of a server, either of which may repeat it.
"""

from __future__ import annotations

import asyncio
import random
import time
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from otdi_site.hub.connection import Connection
from otdi_site.hub.http_parsing import parse_json, parse_rate_limit, parse_retry_after
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import KeptReason

_MAX_REDIRECTS = 5
_RETRIED_STATUSES = frozenset({408, 425, 429, *range(500, 600)})
_MISSING_STATUSES = frozenset({401, 404, 410, 451})
_HOPELESS_REASONS = frozenset({KeptReason.CONNECTION, KeptReason.TIMEOUT, KeptReason.QUOTA})
_HOPELESS_FAILURES = 3

Parse = Callable[[bytes], object]
"""Makes a value of the body of a response."""


class HubError(Exception):
    """Raised when a request fails for good. Its text is never shown; `reason` is."""

    def __init__(self, reason: KeptReason, *, is_missing: bool = False, is_disabled: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.is_missing = is_missing
        """The Hub says that there is no such thing, or that it is private."""
        self.is_disabled = is_disabled
        """The Hub says that it disabled the dataset."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response of the Hub."""

    value: Any
    """Made of its JSON, or its bytes."""
    is_redirected: bool
    next_target: str | None
    """The next page, from the ``Link`` header; `None` for the last."""
    has_foreign_link: bool
    """The ``Link`` header names a next page on another host, which was not fetched."""


@dataclass(slots=True)
class Usage:
    """The requests and bytes that a run has used so far."""

    requests: int = 0
    quota_left: int | None = None
    has_responded: bool = False
    """The Hub has answered at least once."""
    failures_in_a_row: int = 0
    """Fetches that ended without a response, or with 429, since the last that succeeded."""
    last_reason: KeptReason = KeptReason.CONNECTION
    is_token_refused: bool = False

    def note_failure(self, reason: KeptReason) -> None:
        self.failures_in_a_row += 1
        self.last_reason = reason

    @property
    def is_hopeless(self) -> bool:
        """Whether more requests would only add load or time: nobody responds, or all responses are 429."""
        is_silent = not self.has_responded or self.last_reason is KeptReason.QUOTA
        return is_silent and self.failures_in_a_row >= _HOPELESS_FAILURES


class Session:
    """Asks the Hub for JSON; made by `open_session`."""

    def __init__(
        self, client: Any, connection: Connection, settings: RefreshSettings, usage: Usage, ends_at: float
    ) -> None:
        self._client = client
        self._headers = dict(connection.headers)
        self._endpoint = connection.endpoint
        self._settings = settings
        self._usage = usage
        self._ends_at = ends_at
        self._opens_at = 0.0

    async def get(self, path: str, parameters: list[tuple[str, str]] | None = None) -> Response:
        """The JSON response at ``path``, after retries; raises `HubError`."""
        return await self.get_target(f"{path}?{urlencode(parameters)}" if parameters else path)

    async def get_bytes(self, path: str) -> bytes:
        """The bytes at ``path``, after retries; raises `HubError`."""
        content: bytes = (await self.get_target(path, bytes)).value
        return content

    async def get_target(self, target: str, parse: Parse | None = None) -> Response:
        """Gets a path with its query, such as a next page's; `parse` reads the body where that is no JSON."""
        remaining = self._ends_at - time.monotonic()
        if remaining <= 0:
            raise HubError(KeptReason.DEADLINE)
        if self._usage.is_hopeless:
            # Nobody responds: the rest of a long list must not wait for its own timeouts.
            raise HubError(self._usage.last_reason)
        try:
            async with asyncio.timeout(min(self._settings.dataset_seconds, remaining)) as limit:
                response = await self._get_with_retries(target, parse or self._parse, limit)
        except TimeoutError:
            reason = self._timeout_reason()
        except HubError as failure:
            if failure.reason not in _HOPELESS_REASONS:
                self._usage.failures_in_a_row = 0
                raise
            reason = failure.reason
        else:
            self._usage.failures_in_a_row = 0
            return response
        self._usage.note_failure(reason)
        raise HubError(reason)

    async def _get_with_retries(self, target: str, parse: Parse, limit: asyncio.Timeout) -> Response:
        attempt = 1
        while True:
            try:
                return await self._follow(target, parse, limit)
            except _RetryError as retry:
                if attempt >= self._settings.attempts:
                    raise HubError(retry.reason) from None
                wait = retry.wait if retry.wait is not None else self._backoff(attempt)
                if time.monotonic() + wait >= self._ends_at:
                    raise HubError(retry.reason) from None
                await asyncio.sleep(wait)
                attempt += 1

    def _backoff(self, attempt: int) -> float:
        longest = min(self._settings.backoff_cap_seconds, self._settings.backoff_seconds * 2.0 ** (attempt - 1))
        # Jitter keeps parallel calls, and sites that are built at the same hour, apart.
        return longest * random.uniform(0.5, 1.0)

    async def _follow(self, target: str, parse: Parse, limit: asyncio.Timeout) -> Response:
        current = target
        for _ in range(_MAX_REDIRECTS + 1):
            result = await self._request_in_time(current, parse, limit)
            if isinstance(result, Response):
                return replace(result, is_redirected=current != target)
            following = self._endpoint.target_of(current, result)
            if following is None:
                raise HubError(KeptReason.ELSEWHERE)
            current = following
        raise HubError(KeptReason.WRONG_SHAPE)

    async def _request_in_time(self, target: str, parse: Parse, limit: asyncio.Timeout) -> Response | str:
        await self._wait_for_quota(limit)
        if self._usage.requests >= self._settings.max_requests:
            raise HubError(KeptReason.QUOTA)
        self._usage.requests += 1
        try:
            async with asyncio.timeout(self._settings.request_seconds):
                return await self._request(target, parse)
        except TimeoutError:
            raise _RetryError(self._timeout_reason()) from None
        except _TokenRefusedError:
            # With a good token the Hub says 404 for what is missing; without one it responds for all that is public.
            self._usage.is_token_refused = True
            self._headers.pop("authorization", None)
            return await self._request_in_time(target, parse, limit)

    async def _wait_for_quota(self, limit: asyncio.Timeout) -> None:
        while (wait := self._opens_at - time.monotonic()) > 0:
            if self._opens_at >= self._ends_at:
                raise HubError(KeptReason.QUOTA)
            # The wait is the Hub's wish and not the dataset's fault: its own time stands still.
            if (ends := limit.when()) is not None:
                limit.reschedule(min(ends + wait, self._ends_at))
            await asyncio.sleep(wait)

    async def _request(self, target: str, parse: Parse) -> Response | str:
        """One request: its response, or the ``Location`` it redirects to."""
        has_token = "authorization" in self._headers
        try:
            async with self._client.stream(
                "GET", self._endpoint.url(target), headers=self._headers, follow_redirects=False, timeout=None
            ) as response:
                self._usage.has_responded = True
                status, headers = response.status_code, response.headers
                self._note_quota(headers)
                location = headers.get("location")
                if status in (301, 302, 303, 307, 308) and location:
                    return str(location)
                if status == 401 and has_token:
                    raise _TokenRefusedError
                if status != 200:
                    raise self._fault_of(status, headers)
                body = await self._read_body(response)
                link = response.links.get("next", {}).get("url")
        except (HubError, _RetryError, _TokenRefusedError):
            raise
        except Exception:
            # The classes are those of the library's transport, which it may change: httpx, then httpx2.
            raise _RetryError(KeptReason.CONNECTION) from None
        following = self._endpoint.target_of(target, link) if link else None
        return Response(parse(body), False, following, bool(link) and following is None)

    def _fault_of(self, status: int, headers: Any) -> Exception:
        if status in _RETRIED_STATUSES:
            reason = KeptReason.QUOTA if status == 429 else KeptReason.SERVER_ERROR
            wait = parse_retry_after(headers.get("retry-after", ""))
            if status == 429 and wait is not None:
                self._opens_at = max(self._opens_at, time.monotonic() + wait)
            if status == 429 and self._opens_at > time.monotonic():
                # All fetches wait together, before the next request.
                wait = 0.0
            return _RetryError(reason, wait)
        if headers.get("x-error-code") == "GatedRepo":
            return HubError(KeptReason.GATED)
        if status == 403 and headers.get("x-error-message") == "Access to this resource is disabled.":
            return HubError(KeptReason.REFUSED, is_disabled=True)
        # A page instead of JSON is the word of a proxy or of a wrong address, not of the Hub.
        is_page = "html" in headers.get("content-type", "").lower()
        return HubError(KeptReason.REFUSED, is_missing=status in _MISSING_STATUSES and not is_page)

    async def _read_body(self, response: Any) -> bytes:
        limit = self._settings.max_response_bytes
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip"):
            raise HubError(KeptReason.WRONG_SHAPE)
        # Unpacked here and not by the client, whom a small response that unpacks to a huge one would cost all memory.
        unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
            if len(body) > limit:
                raise HubError(KeptReason.TOO_LARGE)
        if unpack and not unpack.eof:
            raise _RetryError(KeptReason.CONNECTION)
        return bytes(body)

    @staticmethod
    def _parse(body: bytes) -> object:
        try:
            return parse_json(body)
        except ValueError:
            raise HubError(KeptReason.NOT_JSON) from None

    def _note_quota(self, headers: Any) -> None:
        left = parse_rate_limit(headers.get("ratelimit", ""))
        if left is not None:
            self._usage.quota_left, seconds = left
            if self._usage.quota_left == 0:
                self._opens_at = max(self._opens_at, time.monotonic() + seconds)

    def _timeout_reason(self) -> KeptReason:
        return KeptReason.DEADLINE if time.monotonic() >= self._ends_at - 0.01 else KeptReason.TIMEOUT


class _TokenRefusedError(Exception):
    """The endpoint takes the token for a wrong one."""


class _RetryError(Exception):
    """A failure that may pass."""

    def __init__(self, reason: KeptReason, wait: float | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.wait = wait
        """Seconds to wait as the Hub states them; `None` where it does not."""


@asynccontextmanager
async def open_session(
    connection: Connection, settings: RefreshSettings, usage: Usage, ends_at: float
) -> AsyncIterator[Session]:
    """A session that ends at `ends_at`, a time of `time.monotonic`."""
    client = connection.make_client()
    # The library's own hook reads the body of an error whole, and unpacks it.
    client.event_hooks = {"request": client.event_hooks.get("request", []), "response": []}
    try:
        yield Session(client, connection, settings, usage, ends_at)
    finally:
        await client.aclose()
