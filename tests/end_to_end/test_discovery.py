"""Datasets of the whole Hub in the catalogue: listed, built, changed, and damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.live_sites import LiveSite, make_live_site
from tests.sites import change_config, read_tree


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, hub: HubServer) -> LiveSite:
    site = make_live_site(tmp_path / "site", hub)
    change_config(site.root, collections=[], discover={"licenses": ["mit"]})
    for number in range(4):
        hub.add_dataset(f"owner/set-{number}", tags=["license:mit"], description="Invented measurements of tides.")
    return site


def test_discovered_datasets_have_pages_and_follow_the_hub(site: LiveSite, hub: HubServer) -> None:
    refreshed = site.refresh("--format", "json")
    assert refreshed.status == 0, refreshed.output + refreshed.errors
    assert refreshed.summary["discovered"]["datasets"] == 4
    assert site.build("--offline").status == 0
    assert site.has_page("owner/set-3")
    assert site.build("--offline", "--format", "json").summary["written"] == 0
    hub.add_dataset("owner/new", tags=["license:mit"], lastModified="2999-01-01T00:00:00.000Z")
    hub.datasets["owner/set-1"] |= {"description": "Newly measured ebb.", "lastModified": "2999-01-01T00:00:00.000Z"}
    assert site.refresh().status == 0
    built = site.build("--offline", "--format", "json")
    assert built.status == 0, built.output + built.errors
    assert site.has_page("owner/new")
    assert "Newly measured ebb" in site.page("owner/set-1")
    assert built.summary["rebuild_reason"] is None


def test_damaged_files_publish_nothing(site: LiveSite) -> None:
    assert site.refresh().status == 0
    assert site.build("--offline").status == 0
    before = read_tree(site.output)
    state = site.root / ".cache/discovered/state.json"
    state.write_bytes(state.read_bytes()[:-20])
    built = site.build("--offline")
    assert built.status == 1
    assert "OTD462" in built.output
    assert read_tree(site.output) == before
