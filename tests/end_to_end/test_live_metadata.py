"""What a build makes of the Hub: its words on the pages, few questions, and no harm where it fails."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.sites import BuiltSite, Run, change_config, make_small_site, read_tree, run, stamps

ENTRY = """\
title: Springs
description: Invented springs.
url: https://example.org/springs
huggingface: other-org/springs
hosting: owner
sources:
  - {url: 'https://example.org/springs', date: 2025-01-02}
"""
DATES = re.compile(r"<time[^>]*>([^<]*)</time>")


@pytest.fixture(scope="module")
def running_hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        yield server


@pytest.fixture
def hub(running_hub: HubServer) -> HubServer:
    """A Hub in the state in which every test begins."""
    running_hub.mend()
    running_hub.datasets.clear()
    running_hub.add_dataset("example-org/tides", downloads=123456, likes=78, lastModified="2025-11-12T10:00:00.000Z")
    running_hub.add_dataset("example-org/floods", downloads=5, gated="manual")
    running_hub.add_dataset("other-org/springs", downloads=4321, likes=9, lastModified="2024-02-29T10:00:00.000Z")
    running_hub.add_collection(COLLECTION, ["example-org/tides", "example-org/floods"])
    running_hub.forget_requests()
    return running_hub


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with an entry that is on the Hub, one that is not, and a collection."""
    return make_small_site(tmp_path / "site", {"catalog_data/datasets/other-org/springs.yaml": ENTRY})


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs a built site keeps a copy of it."""
    return tmp_path_factory.mktemp("first") / "site"


@pytest.fixture
def built(root: Path, hub: HubServer, first_build: Path) -> Path:
    """The same site after its first build, which is made once."""
    if not first_build.exists():
        finished = build(root, hub)
        assert finished.status == 0, finished
        shutil.copytree(root, first_build)
        hub.forget_requests()
    else:
        shutil.rmtree(root)
        shutil.copytree(first_build, root)
    return root


def build(root: Path, hub: HubServer, *arguments: str) -> Run:
    return run(root, "build", *arguments, variables={"HF_ENDPOINT": hub.url})


def page(root: Path, name: str) -> str:
    return (root / "_site" / "datasets" / f"{name}.html").read_text(encoding="utf-8")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def targets(hub: HubServer) -> list[str]:
    return sorted(request.path for request in hub.requests)


def test_the_hub_s_downloads_likes_and_dates_are_on_the_pages(built: Path) -> None:
    today = json.loads((built / "catalog_data/snapshots/datasets.jsonl").read_text().splitlines()[0])["read_at"][:10]
    tides = page(built, "example-org/tides")
    assert "123,456" in words(tides)
    assert "78" in words(tides)
    assert {"2025-11-12", today} <= set(DATES.findall(tides))
    assert 'load_dataset("example-org/tides")' in tides
    springs = page(built, "other-org/springs")
    assert "Springs" in springs, "what the entry says wins over the Hub"
    assert "Invented springs." in springs
    assert "4,321" in words(springs)
    assert "2024-02-29" in DATES.findall(springs)
    assert "123,456" in words((built / "_site/catalog/index.html").read_text(encoding="utf-8"))


def test_a_dataset_of_the_collection_alone_is_in_the_catalog(built: Path) -> None:
    catalog = (built / "_site/catalog/index.html").read_text(encoding="utf-8")
    assert "/datasets/example-org/floods.html" in catalog
    assert "gated" in words(page(built, "example-org/floods")).lower()


def test_the_summary_says_where_the_metadata_came_from_and_how_old_it_is(root: Path, hub: HubServer) -> None:
    finished = build(root, hub)
    assert finished.last_line.startswith("build: 5 pages, 4 datasets; metadata of 127.0.0.1:")
    assert " less than an hour old; " in finished.last_line


def test_a_second_build_asks_only_for_what_may_have_changed(built: Path, hub: HubServer) -> None:
    build(built, hub)
    # The collection's answer tells that its datasets are as they were; the entry's dataset is in no collection.
    assert targets(hub) == ["/api/collections/" + COLLECTION, "/api/datasets/other-org/springs"]
    hub.forget_requests()
    hub.datasets["example-org/tides"]["lastModified"] = "2025-11-30T10:00:00.000Z"
    build(built, hub)
    assert "/api/datasets/example-org/tides" in targets(hub)
    assert "/api/datasets/example-org/floods" not in targets(hub)
    assert "2025-11-30" in DATES.findall(page(built, "example-org/tides"))


def test_a_second_build_with_nothing_changed_writes_nothing(built: Path, hub: HubServer) -> None:
    before, metadata = stamps(built / "_site"), read_tree(built / "catalog_data/snapshots")
    second = build(built, hub, "--format", "json")
    assert stamps(built / "_site") == before
    assert (second.summary["written"], second.summary["removed"]) == (0, 0)
    after = read_tree(built / "catalog_data/snapshots")
    assert after.keys() == metadata.keys()
    assert {name for name in after if after[name] != metadata[name]} <= {"state.json"}, "when it was asked, no more"


def test_young_metadata_is_not_asked_for_again(built: Path, hub: HubServer) -> None:
    change_config(built, metadata={"max_age_hours": 20})
    assert build(built, hub).status == 0
    assert hub.requests == []


def test_refresh_asks_for_all_and_leaves_the_site_alone(built: Path, hub: HubServer) -> None:
    change_config(built, metadata={"max_age_hours": 20})
    before = stamps(built / "_site")
    hub.datasets["example-org/tides"]["downloads"] = 234567
    finished = run(built, "refresh", variables={"HF_ENDPOINT": hub.url})
    assert finished.status == 0
    assert finished.last_line.startswith("refresh: ")
    assert "234567" in (built / "catalog_data/snapshots/datasets.jsonl").read_text(encoding="utf-8")
    assert stamps(built / "_site") == before


def test_a_hub_that_fails_leaves_the_old_facts_with_their_age(built: Path, hub: HubServer) -> None:
    before = read_tree(built / "_site")
    hub.fail("*", "500")
    finished = build(built, hub)
    assert finished.status == 0
    assert "warning OTD420: the collection " in finished.output
    assert "; metadata of 127.0.0.1:" in finished.last_line
    after = read_tree(built / "_site")
    assert after.keys() == before.keys()
    assert {path for path in after if after[path] != before[path]} == {
        f"datasets/{name}.html" for name in ("example-org/tides", "example-org/floods", "other-org/springs")
    }
    tides = page(built, "example-org/tides")
    assert "older than the last refresh: the Hub answered with an error" in words(tides)
    assert "123,456" in words(tides)
    assert DATES.findall(tides) == DATES.findall(before["datasets/example-org/tides.html"].decode())


def test_what_an_edit_mends_is_told_at_the_line_to_edit(root: Path, hub: HubServer) -> None:
    missing = COLLECTION.replace("water", "fire")
    change_config(root, collections=[COLLECTION, missing])
    entries = root / "catalog_data/datasets/other-org"
    for name, hub_id in (("gone", "other-org/gone"), ("old", "other-org/old"), ("odd", "Other-Org/Nowhere")):
        (entries / f"{name}.yaml").write_text(ENTRY.replace("other-org/springs", hub_id), encoding="utf-8")
    hub.add_dataset("other-org/old")
    hub.rename("other-org/old", "other-org/new")
    config = (root / "site.yaml").read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(config, 1) if missing in text)
    finished = build(root, hub, "--format", "json")
    found = {(each["code"], each["path"], each["line"]) for each in json.loads(finished.output)["diagnostics"]}
    assert found == {
        ("OTD420", "site.yaml", line),
        ("OTD432", "catalog_data/datasets/other-org/gone.yaml", 4),
        ("OTD432", "catalog_data/datasets/other-org/odd.yaml", 4),
        ("OTD434", "catalog_data/datasets/other-org/old.yaml", 4),
        ("OTD110", "catalog_data/datasets/other-org/old.yaml", 4),
    }


def test_strict_makes_a_hub_that_fails_a_failure(built: Path, hub: HubServer) -> None:
    before = stamps(built / "_site")
    hub.fail("*", "500")
    finished = build(built, hub, "--strict")
    assert finished.status == 1
    assert "nothing was published" in finished.last_line
    assert stamps(built / "_site") == before


def test_no_network_and_no_snapshot_builds_from_the_entries_and_says_so(root: Path) -> None:
    finished = run(root, "build")
    assert finished.status == 0
    assert "warning OTD420" in finished.output
    assert "no live metadata" in finished.last_line
    springs = words(page(root, "other-org/springs"))
    assert "Invented springs." in springs
    assert "Likes" not in springs, "nothing is invented"
    assert not (root / "_site/datasets/example-org/tides.html").exists()


def test_offline_uses_no_network_at_all(root: Path, hub: HubServer) -> None:
    for command in ("build", "check", "refresh"):
        finished = run(root, command, "--offline", variables={"HF_ENDPOINT": hub.url})
        assert finished.status == 0, finished
        assert finished.output == ""
    assert hub.requests == []
    assert "no live metadata" in finished.last_line
    assert not (root / "catalog_data/snapshots").exists()


def test_offline_shows_the_snapshot_there_is(built: Path, hub: HubServer) -> None:
    before = stamps(built / "_site")
    finished = run(built, "build", "--offline", variables={"HF_ENDPOINT": hub.url})
    assert hub.requests == []
    assert "metadata of 127.0.0.1" in finished.last_line
    assert stamps(built / "_site") == before


def test_huggingface_hub_s_own_variable_keeps_a_build_offline(root: Path, hub: HubServer) -> None:
    finished = run(root, "build", variables={"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "1"})
    assert finished.status == 0
    assert "warning OTD410" in finished.output
    assert hub.requests == []


def test_the_token_is_sent_and_never_shown(root: Path, hub: HubServer) -> None:
    token = "hf_doNotShowThisToAnybody"
    hub.fail("example-org/tides", "echo-token")
    variables = {"HF_ENDPOINT": hub.url, "HF_TOKEN": token}
    shown = ""
    for arguments in (["build"], ["refresh", "--format", "json"]):
        finished = run(root, *arguments, variables=variables)
        shown += finished.output + finished.errors
    assert {request.authorization for request in hub.requests} == {f"Bearer {token}"}
    assert token not in shown
    written = read_tree(root)
    assert len(written) > 30
    assert {path for path, content in written.items() if token.encode() in content} == set()


def test_a_dataset_without_any_fact_still_has_a_page(built_site: BuiltSite) -> None:
    bare = words(built_site.read("/datasets/example-org/bare.html"))
    assert "bare" in bare
    assert "not stated" in bare


def test_what_the_hub_says_is_text_and_never_markup(built_site: BuiltSite) -> None:
    for address in ("/datasets/example-org/hostile.html", "/catalog/", "/catalog/publisher/example-org/"):
        html = built_site.read(address)
        assert "alert(3)" in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
