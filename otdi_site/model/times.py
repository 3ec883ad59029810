"""Checks dates and times for plausibility: none in the future, none before there were datasets to list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

EARLIEST = date(1990, 1, 1)
TOLERANCE = timedelta(days=1)
"""For clocks that are wrong, and for places where it is tomorrow already."""


def is_believable(value: date, now: datetime) -> bool:
    """Whether a date, or a time with its zone, can be true of something that has happened before `now`."""
    if isinstance(value, datetime):
        return value.date() >= EARLIEST and value <= now + TOLERANCE
    return EARLIEST <= value <= (now.astimezone(UTC) + TOLERANCE).date()
