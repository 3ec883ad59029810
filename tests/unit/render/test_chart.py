from __future__ import annotations

from otdi_site.model.snapshot import HistoryPoint
from otdi_site.render.chart import HEIGHT, ROWS, WIDTH, draw_chart


def days(*downloads: int | None) -> tuple[HistoryPoint, ...]:
    return tuple(HistoryPoint(f"2026-03-{day:02}", number, 1) for day, number in enumerate(downloads, 1))


def test_one_day_is_no_line() -> None:
    assert draw_chart(days(5)) is None
    assert draw_chart(days(5, None, None)) is None


def test_the_line_runs_from_the_first_day_to_the_last_and_stays_in_its_box() -> None:
    chart = draw_chart(days(0, 50, 100))
    assert chart is not None
    points = [tuple(map(float, point.split(","))) for point in chart.points.split()]
    assert [x for x, _ in points] == [0, WIDTH / 2, WIDTH]
    heights = [y for _, y in points]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= y <= HEIGHT for y in heights)


def test_a_line_of_zeros_lies_on_the_ground() -> None:
    chart = draw_chart(days(0, 0))
    assert chart is not None
    assert (chart.lowest, chart.highest) == (0, 0)


def test_its_numbers_can_be_read_newest_first_and_bounded() -> None:
    chart = draw_chart(days(*range(31)))
    assert chart is not None
    assert len(chart.rows) == ROWS
    assert (chart.rows[0].downloads, chart.rows[-1].downloads) == (30, 0)


def test_days_without_a_number_are_left_out_and_not_zero() -> None:
    chart = draw_chart(days(5, None, 7))
    assert chart is not None
    assert (chart.lowest, [row.downloads for row in chart.rows]) == (5, [7, 5])
