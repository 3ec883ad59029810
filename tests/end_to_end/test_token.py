"""The Hub's token reaches the endpoint alone: no other host, no file, no word of the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import LiveSite, make_live_site
from tests.sites import read_tree

TOKEN = "hf_aMarkerThatMustBeNowhereElse0000"
AWAY = ["redirect-elsewhere", "link-elsewhere"]


@pytest.fixture
def elsewhere() -> Iterator[HubServer]:
    """The host that redirects and links lead to; it would answer anybody."""
    with HubServer() as server:
        server.fill(3)
        yield server


@pytest.fixture
def hub(elsewhere: HubServer) -> Iterator[HubServer]:
    with HubServer(quota=None, token=TOKEN, elsewhere=elsewhere.url.replace("127.0.0.1", "localhost")) as server:
        for name in [*AWAY, "echo-token", "missing", "html", "good"]:
            server.add_dataset(f"{name}-org/dataset")
        for number in range(4):
            server.add_dataset(f"many-org/dataset-{number}")
        server.add_collection(COLLECTION, list(server.datasets))
        yield server


@pytest.fixture
def site(tmp_path: Path, hub: HubServer) -> LiveSite:
    return make_live_site(tmp_path / "site", hub)


def test_the_token_reaches_no_other_host_no_file_and_no_word(
    site: LiveSite, hub: HubServer, elsewhere: HubServer
) -> None:
    for name in [*AWAY, "echo-token", "missing", "html"]:
        hub.fail(f"{name}-org/dataset", name)
    hub.items[COLLECTION][0]["note"] = {"text": f"Bearer {TOKEN}"}
    hub.titles[COLLECTION] = TOKEN
    hub.datasets["many-org/dataset-1"].update(tags=[f"language:{TOKEN}"], cardData={"pretty_name": TOKEN})
    shown = ""
    for away in ["link-elsewhere", "redirect-elsewhere"]:
        hub.fail("listing", away)
        run = site.build(HF_TOKEN=TOKEN, HF_DEBUG="1")
        assert run.status == 0, run
        shown += run.output + run.errors
        hub.fail(COLLECTION, away)
    run = site.refresh("--format", "json", HF_TOKEN=TOKEN)
    shown += run.output + run.errors
    assert run.summary["refresh"]["asked"] > 0

    assert {request.authorization for request in hub.requests} == {f"Bearer {TOKEN}"}
    assert elsewhere.requests == [], "nobody else is even asked"
    assert TOKEN not in shown
    assert site.has_page("good-org/dataset")
    written = read_tree(site.root)
    assert {path.split("/")[0] for path in written} >= {"_site", ".cache", "catalog_data"}
    assert {path for path, content in written.items() if TOKEN.encode() in content} == set()


def test_a_traceback_of_our_own_mistakes_does_not_show_the_token(site: LiveSite) -> None:
    # A folder where the snapshot's file should be is a failure in the middle of a refresh.
    (site.snapshots / "datasets.jsonl").mkdir(parents=True)
    run = site.refresh(HF_TOKEN=TOKEN)
    assert run.status != 0
    assert TOKEN not in run.output + run.errors


def test_a_page_that_holds_the_token_is_not_published(site: LiveSite) -> None:
    (site.root / "content/about.md").write_text(f"---\ntitle: About\n---\nSecret: {TOKEN}\n", encoding="utf-8")
    run = site.build("--offline", HF_TOKEN=TOKEN)
    assert run.status != 0
    assert "OTD445" in run.output
    assert TOKEN not in run.output + run.errors
    assert site.mentions(TOKEN) == set()


def test_a_message_that_would_quote_the_token_does_not(site: LiveSite) -> None:
    (site.root / "content/about.md").write_text(f"---\ntitle: [{TOKEN}\n---\nAbout.\n", encoding="utf-8")
    for form in ("text", "json", "github"):
        run = site.build("--offline", "--format", form, HF_TOKEN=TOKEN)
        assert run.status == 1
        assert TOKEN not in run.output + run.errors
