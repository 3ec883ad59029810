"""Computes the points of a small chart of downloads over time, for an SVG.

A chart library's SVG carries inline styles, which the pages' security policy refuses, and weighs more than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from otdi_site.model.snapshot import HistoryPoint

WIDTH, HEIGHT = 240, 48
"""Of the drawing, in its own units."""
ROWS = 12
"""Points that are shown as text; a longer series is thinned to them."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Downloads of a dataset over time."""

    points: str
    """Of an SVG polyline in a box of `WIDTH` by `HEIGHT`."""
    first: HistoryPoint
    last: HistoryPoint
    lowest: int
    highest: int
    rows: tuple[HistoryPoint, ...]
    """The points as text, newest first, at most `ROWS`."""


def draw_chart(history: Sequence[HistoryPoint]) -> Chart | None:
    """The chart; `None` where fewer than two days have a number of downloads."""
    known = [(date.fromisoformat(point.date), point.downloads) for point in history if point.downloads is not None]
    if len(known) < 2:
        return None
    start, end = known[0][0], known[-1][0]
    days = max((end - start).days, 1)
    highest = max(downloads for _, downloads in known)
    # From zero, so that a small change does not look like a large one.
    scale = (HEIGHT - 4) / max(highest, 1)
    points = " ".join(
        f"{(day - start).days * WIDTH / days:.4g},{HEIGHT - 2 - downloads * scale:.4g}" for day, downloads in known
    )
    shown = [point for point in history if point.downloads is not None]
    lowest = min(downloads for _, downloads in known)
    return Chart(points, shown[0], shown[-1], lowest, highest, tuple(reversed(_thin(shown))))


def _thin(points: Sequence[HistoryPoint]) -> list[HistoryPoint]:
    """At most `ROWS` of them, evenly spread, the first and the last among them."""
    if len(points) <= ROWS:
        return list(points)
    return [points[round(index * (len(points) - 1) / (ROWS - 1))] for index in range(ROWS)]
