"""Previews of the Hub's dataset viewer: once a revision, without the token, bounded, escaped, never of gated data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub_server import HubServer
from tests.live_sites import LiveSite, make_live_site

TIDES, WAVES = "example-org/tides", "example-org/waves"
TOKEN = "hf_" + "q7Zt" * 8
HOSTILE = "<script>alert(1)</script>\u202e"


def info(*names: str) -> dict[str, Any]:
    splits = {"train": {"name": "train", "num_examples": 1200}}
    return {"dataset_info": {name: {"features": {}, "splits": splits} for name in names}, "partial": False}


def first_rows(value: str = "high") -> dict[str, Any]:
    columns = {
        "height": {"dtype": "float64", "_type": "Value"},
        "text": {"dtype": "string", "_type": "Value"},
        "photo": {"_type": "Image"},
        "photos": {"feature": {"_type": "Image"}, "_type": "List"},
    }
    row = {"height": 1.5, "text": value, "photo": {"src": "https://signed.invalid/a"}, "photos": [{"src": "https://b"}]}
    features = [{"feature_idx": n, "name": name, "type": kind} for n, (name, kind) in enumerate(columns.items())]
    return {"features": features, "rows": [{"row_idx": n, "row": row} for n in range(100)]}


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        server.add_dataset(TIDES)
        server.add_dataset(WAVES, gated="manual")
        server.add_collection(ids=[TIDES, WAVES])
        server.previews[TIDES] = {"/info": info("north", "south"), "/first-rows": first_rows(HOSTILE + "x" * 500)}
        server.previews[WAVES] = {"/info": info("default"), "/first-rows": first_rows()}
        yield server


@pytest.fixture
def site(tmp_path: Path, hub: HubServer) -> LiveSite:
    return make_live_site(tmp_path / "site", hub)


def asked(hub: HubServer) -> list[tuple[str, str]]:
    paths = ("/info", "/first-rows")
    return [(each.path, each.query["dataset"][0]) for each in hub.requests if each.path in paths]


def test_a_page_shows_configurations_columns_and_rows(site: LiveSite, hub: HubServer) -> None:
    assert site.build(HF_TOKEN=TOKEN).status == 0
    page, shown = site.page(TIDES), site.words(TIDES)
    assert "2 configurations" in shown
    assert "north : train (1,200 rows)" in shown
    assert "height float64" in shown
    assert "1.5 &lt;script&gt;alert(1)&lt;/script&gt;xxx" in " ".join(page.replace("<td>", " ").split())
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "signed.invalid" not in page, "signed links expire"
    assert "(image)" in page
    assert "(list of image)" in page
    assert page.count("<tr><td>") == 4
    assert "x" * 120 not in page
    assert 'load_dataset("example-org/tides", "north")' in page
    assert "*.parquet" not in page, "the files of several configurations are no one table"
    assert asked(hub) == [("/info", TIDES), ("/first-rows", TIDES)], "gated data are not asked for"
    assert all(each.authorization is None for each in hub.requests if each.path in ("/info", "/first-rows"))


def test_a_preview_is_asked_for_once_a_revision_and_goes_when_data_are_gated(site: LiveSite, hub: HubServer) -> None:
    site.refresh()
    hub.forget_requests()
    site.refresh()
    assert asked(hub) == []
    hub.datasets[TIDES].update(sha="f" * 40, lastModified="2025-12-30T10:00:00.000Z")
    hub.previews[TIDES]["/first-rows"] = first_rows("low")
    site.build()
    site.refresh()
    site.build()
    assert "1.5 low" in site.words(TIDES)
    hub.datasets[TIDES].update(gated="auto", lastModified="2025-12-31T10:00:00.000Z", sha="e" * 40)
    site.refresh()
    site.build()
    assert "Preview" not in site.words(TIDES)
    assert TIDES not in (site.snapshots / "previews.jsonl").read_text("utf-8")


def test_an_odd_response_costs_only_the_preview(site: LiveSite, hub: HubServer) -> None:
    hub.previews[TIDES] = {"/info": info("default"), "/first-rows": {"features": [{"name": 3}], "rows": 7}}
    assert site.build().status == 0
    assert "1 configuration," in site.words(TIDES)
    assert "First rows" not in site.page(TIDES)
    assert 'load_dataset("example-org/tides")' in site.page(TIDES)
    hub.forget_requests()
    site.refresh()
    assert asked(hub) == [], "the viewer had no more of this revision"
