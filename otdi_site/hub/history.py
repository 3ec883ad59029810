"""The series of downloads and likes of a dataset: adding points, and thinning old ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from otdi_site.model.snapshot import HistoryPoint

DAILY_DAYS = 35
"""Every point of this many days is kept: the Hub counts downloads over 30."""
WEEKLY_DAYS = 366
"""Older points: the last of each week; older than this: the last of each month."""
MAX_POINTS = 240
"""About a dozen years; then the oldest months go."""


def extend_history(points: Sequence[HistoryPoint], new: HistoryPoint) -> tuple[HistoryPoint, ...]:
    """The series with one more point; itself where the numbers have not changed, so that nothing is written.

    A second point of a day replaces the first. Thinning keeps the last point of a period, because a value holds
    until the next one.
    """
    last = points[-1] if points else HistoryPoint("", None, None)
    if last.date == new.date:
        # An earlier response of the day may state what the later one does not.
        new = HistoryPoint(new.date, _first(new.downloads, last.downloads), _first(new.likes, last.likes))
    numbers = ((new.downloads, last.downloads), (new.likes, last.likes))
    if all(number is None or number == known for number, known in numbers):
        return tuple(points)
    earlier = [point for point in points if point.date < new.date]
    if len(earlier) < len(points) - 1:
        # A clock that was set back must not cost the series its later points.
        return tuple(points)
    return thin([*earlier, new])


def thin(points: Sequence[HistoryPoint]) -> tuple[HistoryPoint, ...]:
    """The last point of each period, as seen from the newest point."""
    newest = date.fromisoformat(points[-1].date)
    last_of_period: dict[str, HistoryPoint] = {}
    for point in points:
        last_of_period[_period(date.fromisoformat(point.date), newest)] = point
    return tuple(last_of_period.values())[-MAX_POINTS:]


def _first(new: int | None, old: int | None) -> int | None:
    return old if new is None else new


def _period(day: date, newest: date) -> str:
    if newest - day <= timedelta(days=DAILY_DAYS):
        return day.isoformat()
    if newest - day <= timedelta(days=WEEKLY_DAYS):
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return f"{day.year}-{day.month:02}"
