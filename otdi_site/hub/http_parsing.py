"""Parses HTTP responses: JSON of any origin, and the headers that state waits and quotas."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# The RateLimit field of draft-ietf-httpapi-ratelimit-headers-09, as the Hub sends it: "api";r=499;t=300
_RATE_LIMIT = re.compile(r'"\w{1,40}"\s*;\s*r\s*=\s*(\d{1,9})\s*;\s*t\s*=\s*(\d{1,9})', re.ASCII)


def parse_json(body: bytes | str) -> object:
    """Raises `ValueError` for what is not JSON, or nested deeper than Python can follow."""
    try:
        return json.loads(body, parse_int=_parse_int)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _parse_int(digits: str) -> int | float:
    # Python refuses numbers of more than 4,300 digits, which would cost the whole response; none here has 20.
    return int(digits) if len(digits) < 20 else math.inf


def parse_rate_limit(value: str) -> tuple[int, int] | None:
    """Requests left and seconds until there are more, of a ``RateLimit`` header."""
    match = _RATE_LIMIT.search(value)
    return (int(match[1]), int(match[2])) if match else None


def parse_retry_after(value: str) -> float | None:
    """Seconds to wait of a ``Retry-After`` header (RFC 9110): a number, or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
