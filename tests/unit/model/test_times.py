"""Which dates and times are believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from otdi_site.model.times import is_believable

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "is_believed"),
    [
        (NOW, True),
        (NOW + timedelta(hours=23), True),
        (NOW + timedelta(hours=25), False),
        (NOW.astimezone(timezone(timedelta(hours=14))), True),
        (date(2026, 3, 5), True),
        (date(2026, 3, 6), False),
        (date(2099, 1, 1), False),
        (date(1990, 1, 1), True),
        (date(1989, 12, 31), False),
        (date(1, 1, 1), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
    ],
)
def test_neither_the_future_nor_what_is_too_old_is_believed(value: date, is_believed: bool) -> None:
    assert is_believable(value, NOW) is is_believed
