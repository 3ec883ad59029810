from __future__ import annotations

import pytest

from otdi_site.contribution import find_same
from otdi_site.model.sourced import Sourced
from tests.unit.render.sample_site import ENTRY, make_dataset


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("https://example.org/tides", "http://www.Example.org/tides/#data", True),
        ("https://example.org/tides", "https://example.org/tides?utm_source=mail&ref=x", True),
        ("https://example.org/get?id=5", "https://example.org/get?utm_source=mail&id=5", True),
        ("https://example.org/get?id=5", "https://example.org/get?id=6", False),
        ("https://example.org/get?id=5", "https://example.org/get", False),
        ("https://example.org/a", "https://example.org/b", False),
    ],
)
def test_datasets_with_one_address_are_the_same(first: str, second: str, is_same: bool) -> None:
    dataset = make_dataset(url=Sourced(first, ENTRY), hub_id=None, hub_url=None)
    assert bool(find_same("", second, [dataset])) == is_same
