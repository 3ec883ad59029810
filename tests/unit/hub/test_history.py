"""The series of downloads and likes stays small and keeps what a chart needs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from otdi_site.hub.history import MAX_POINTS, extend_history
from otdi_site.model.snapshot import HistoryPoint

START = date(2026, 1, 1)


def series(days: int, step: int = 1) -> tuple[HistoryPoint, ...]:
    points: tuple[HistoryPoint, ...] = ()
    for day in range(0, days, step):
        points = extend_history(points, HistoryPoint((START + timedelta(days=day)).isoformat(), day, None))
    return points


def test_thirty_years_stay_within_the_limit() -> None:
    points = series(365 * 30, step=10)
    assert len(points) == MAX_POINTS
    assert points[-1].downloads == 365 * 30 - 10


def test_the_last_weeks_are_daily_the_year_weekly_and_the_rest_monthly() -> None:
    points = series(1000)
    days = [date.fromisoformat(point.date) for point in points]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert gaps[-30:] == [1] * 30
    assert set(gaps[-70:-40]) == {7}
    assert all(21 <= gap <= 38 for gap in gaps[:15])
    assert [point.date for point in points] == sorted(point.date for point in points)


def test_thinning_all_at_once_or_night_by_night_ends_with_one_point_a_period() -> None:
    points = series(400)
    weeks = [date.fromisoformat(point.date).isocalendar()[:2] for point in points[:-37]]
    assert len(weeks) == len(set(weeks))


def test_the_same_numbers_add_no_point() -> None:
    points = (HistoryPoint("2026-01-01", 5, 1),)
    assert extend_history(points, HistoryPoint("2026-02-01", 5, 1)) == points
    assert extend_history(points, HistoryPoint("2026-02-01", None, 1)) == points
    assert extend_history(points, HistoryPoint("2026-02-01", None, None)) == points


def test_a_second_run_of_a_day_replaces_the_first() -> None:
    points = extend_history((HistoryPoint("2026-01-01", 5, 1),), HistoryPoint("2026-01-01", 6, None))
    assert points == (HistoryPoint("2026-01-01", 6, 1),)


def test_a_clock_that_was_set_back_costs_no_point() -> None:
    points = series(5)
    assert extend_history(points, HistoryPoint("2025-12-01", 99, 99)) == points
