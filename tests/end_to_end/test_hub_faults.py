"""The Hub at its worst, seen from the site: every page is there, old facts are marked, messages name the datasets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.hub_server import ALL, COLLECTION, FAULTS, Fault, HubServer, Reply
from tests.live_sites import LONG_AGO, LiveSite, make_live_site
from tests.sites import Run, change_config, stamps

IDS = [f"org-{number}/dataset-{number}" for number in range(4)]
ODD = IDS[1]
SLUG = "example-org/water-{}-66d21b3cb66342762fb6108e"
SLOW = ("slow", "drip", "drip-headers")

KEPT = {
    "missing": "a collection lists it, and the Hub does not find it",
    "gated": "the Hub gives its metadata only to people with access",
    "429": "the refresh used up the requests it may make",
    "429-retry-after": "the refresh used up the requests it may make",
    "429-long": "the refresh used up the requests it may make",
    "429-rate-limit": "the refresh used up the requests it may make",
    "500": "the Hub answered with an error",
    "502": "the Hub answered with an error",
    "503": "the Hub answered with an error",
    "slow": "the Hub took too long to answer",
    "drip": "the Hub took too long to answer",
    "drip-headers": "the Hub took too long to answer",
    "cut": "the connection to the Hub failed",
    "hang-up": "the connection to the Hub failed",
    "html": "the Hub's answer was not JSON",
    "empty": "the Hub's answer was not JSON",
    "not-utf-8": "the Hub's answer was not JSON",
    "half": "the Hub's answer was not JSON",
    "deep": "the Hub's answer was not JSON",
    "list": "the Hub's answer made no sense",
    "numeric-id": "the Hub's answer made no sense",
    "other-id": "the Hub's answer made no sense",
    "path-id": "the Hub's answer made no sense",
    "too-large": "the Hub's answer was too large",
    "bomb": "the Hub's answer was too large",
    "redirect-elsewhere": "the Hub pointed to another host",
    "redirect-loop": "the Hub's answer made no sense",
}
"""Faults of the answer about one dataset that cost the whole answer, with what is said of them."""
TOO_LARGE: Fault = lambda _, reply: replace(reply, body=reply.body + b" " * 17_000_000)  # noqa: E731
"""More than a site accepts without a setting of its own, which the server's own fault is not."""
SENSELESS = ("wrong-types", "nan", "huge-numbers", "megabytes")
"""Faults of single values: the others of the same answer are taken."""
CLOSED = {
    "private": "This dataset was made private by its publisher",
    "disabled": "This dataset was disabled by the Hub",
}
HARMLESS = ("surrogates", "link-loop", "link-self", "link-elsewhere")
"""Halves of characters are left out of a text; an answer about one dataset has no next page, whatever it says."""


@dataclass(frozen=True)
class Outcome:
    """A site after a build with a fault."""

    site: LiveSite
    run: Run


def make_news(hub: HubServer) -> None:
    """Lets every dataset change, so that its details are asked for again."""
    for number, dataset in enumerate(hub.datasets.values()):
        dataset.update(lastModified="2025-12-30T00:00:00.000Z", cardData={"pretty_name": f"Newer {number}"})


def fill(hub: HubServer) -> None:
    """One dataset an author, so that each is asked for by itself."""
    for hub_id in IDS:
        hub.add_dataset(hub_id)
    hub.add_collection(COLLECTION, IDS)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """A site that was built on a good night long ago."""
    with HubServer(quota=None) as hub:
        fill(hub)
        site = make_live_site(tmp_path_factory.mktemp("healthy") / "site", hub)
        finished = site.build()
        assert (finished.status, finished.output) == (0, ""), finished
        site.age()
        return site


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None, slowness=600.0) as server:
        fill(server)
        yield server


@pytest.fixture
def site(healthy: LiveSite, hub: HubServer, tmp_path: Path) -> LiveSite:
    """A copy of the healthy site, and news of every dataset on the Hub."""
    make_news(hub)
    return healthy.copy(tmp_path / "site", hub)


@pytest.fixture(scope="module")
def outcomes(healthy: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Outcome]]:
    """What each fault alone does to a site. Most of the time is waiting, so that several are tried at a time."""
    folder = tmp_path_factory.mktemp("faults")

    def build_with(fault: str) -> Outcome:
        with HubServer(quota=None, slowness=600.0) as hub:
            fill(hub)
            site = healthy.copy(folder / fault, hub)
            make_news(hub)
            hub.fail(ODD, TOO_LARGE if fault == "too-large" else fault)
            if fault in SLOW:
                change_config(site.root, metadata={"request_timeout_seconds": 2, "deadline_seconds": 8})
            elif fault == "429-long":
                change_config(site.root, metadata={"deadline_seconds": 20})
            return Outcome(site, site.build())

    wanted = [*KEPT, *SENSELESS, *CLOSED, *HARMLESS]
    with ThreadPoolExecutor(4) as pool:
        futures: Mapping[str, Future[Outcome]] = {fault: pool.submit(build_with, fault) for fault in wanted}
        yield lambda fault: futures[fault].result()
        pool.shutdown(cancel_futures=True)


def assert_complete(site: LiveSite, ids: list[str]) -> None:
    """Every dataset has its page and its place in the lists, and no link leads nowhere."""
    assert [hub_id for hub_id in ids if not site.has_page(hub_id)] == []
    assert set(site.listed()) == {f"/datasets/{hub_id.lower()}.html" for hub_id in [*ids, "example-org/wells"]}
    assert site.broken_links() == []


def assert_is_old(site: LiveSite, hub_id: str, reason: str) -> None:
    """The page has the facts of before, says how old they are, and why there are no newer ones."""
    page, shown = site.page(hub_id), site.words(hub_id)
    assert f"<h1>Dataset {hub_id.rpartition('-')[2]}</h1>" in page
    assert f"Hugging Face Hub, read on {LONG_AGO[:10]}" in shown
    assert f"Live metadata is older than the last refresh: {reason}" in shown


def messages(run: Run, code: str) -> list[str]:
    return [line for line in run.output.splitlines() if f": warning {code}: " in line]


def test_every_fault_of_the_server_is_tried() -> None:
    tried = {*KEPT, *SENSELESS, *CLOSED, *HARMLESS}
    assert set(FAULTS) - tried == {"echo-token"}, "which the tests of the token try"


@pytest.mark.parametrize("fault", [*KEPT, *SENSELESS, *CLOSED, *HARMLESS])
def test_a_fault_leaves_the_site_complete_and_the_others_new(outcomes: Callable[[str], Outcome], fault: str) -> None:
    outcome = outcomes(fault)
    assert outcome.run.status == 0, outcome.run
    ids = [hub_id for hub_id in IDS if hub_id != ODD or fault not in CLOSED]
    assert_complete(outcome.site, ids)
    assert outcome.site.has_page(ODD)
    if fault not in SLOW and not fault.startswith("429"):  # which keep the others waiting, too
        for number in (0, 2, 3):
            assert f"<h1>Newer {number}</h1>" in outcome.site.page(IDS[number])


@pytest.mark.parametrize("fault", KEPT)
def test_an_answer_that_fails_leaves_the_old_facts_with_age_and_reason(
    outcomes: Callable[[str], Outcome], fault: str
) -> None:
    outcome = outcomes(fault)
    reason = KEPT[fault]
    if fault in SLOW and "the refresh ran out of time" in outcome.run.output:
        reason = "the refresh ran out of time"
    assert_is_old(outcome.site, ODD, reason)
    (message,) = [line for line in messages(outcome.run, "OTD430") if reason in line]
    assert ODD in message
    assert "warnings" in outcome.run.last_line or "1 warning" in outcome.run.last_line


@pytest.mark.parametrize("fault", SENSELESS)
def test_values_that_make_no_sense_are_named_and_not_shown(outcomes: Callable[[str], Outcome], fault: str) -> None:
    outcome = outcomes(fault)
    (message,) = messages(outcome.run, "OTD431")
    assert f"values that make no sense were left out: {ODD} (" in message
    page = outcome.site.page(ODD)
    assert len(page) < 20_000
    assert not [text for text in ("NaN", "Infinity", "9999999", "\ufffd", "many") if text in page]
    assert "101 in 30 days" in outcome.site.words(ODD), "the collection said so"


def test_half_a_character_is_left_out(outcomes: Callable[[str], Outcome]) -> None:
    assert "half of a pair" in outcomes("surrogates").site.words(ODD)


@pytest.mark.parametrize("fault", CLOSED)
def test_a_dataset_that_was_closed_keeps_a_page_that_says_so(outcomes: Callable[[str], Outcome], fault: str) -> None:
    outcome = outcomes(fault)
    assert CLOSED[fault] in outcome.site.words(ODD)
    (message,) = messages(outcome.run, "OTD435")
    assert ODD in message


def test_all_faults_at_once(healthy: LiveSite, hub: HubServer, tmp_path: Path) -> None:
    faults = [fault for fault in [*KEPT, *SENSELESS, *HARMLESS] if fault not in SLOW and not fault.startswith("429")]
    names = {fault: f"{fault}-org/dataset-{number}" for number, fault in enumerate(faults)}
    hub.datasets.clear()
    for hub_id in ["good-org/dataset-99", *names.values()]:
        hub.add_dataset(hub_id, cardData={"pretty_name": f"Dataset {hub_id.rpartition('-')[2]}"})
    hub.add_collection(COLLECTION, list(hub.datasets))
    site = healthy.copy(tmp_path / "site", hub)
    for file in site.snapshots.iterdir():
        file.unlink()
    assert site.build("--accept").status == 0
    site.age()
    make_news(hub)
    for fault, hub_id in names.items():
        hub.fail(hub_id, TOO_LARGE if fault == "too-large" else fault)

    run = site.build("--format", "json")
    assert run.status == 0, run
    assert_complete(site, list(hub.datasets))
    assert "<h1>Newer 0</h1>" in site.page("good-org/dataset-99")
    for fault, hub_id in names.items():
        if fault in KEPT:
            assert_is_old(site, hub_id, KEPT[fault])
    told = {hub_id for found in json.loads(run.output)["summary"]["refresh"]["kept"].values() for hub_id in found}
    assert {names[fault] for fault in KEPT if fault in names} <= told
    (senseless,) = [found for found in json.loads(run.output)["diagnostics"] if found["code"] == "OTD431"]
    assert [fault for fault in SENSELESS if names[fault] not in senseless["message"]] == []
    before = stamps(site.output)
    strict = site.build("--strict")
    assert strict.status == 1
    assert stamps(site.output) == before


def test_collections_that_fail_cost_their_own_datasets_alone(healthy: LiveSite, hub: HubServer, tmp_path: Path) -> None:
    faults = ["500", "502", "cut", "hang-up", "html", "empty", "not-utf-8", "half", "deep", "list", "missing", "gated"]
    faults += ["too-large", "bomb", "redirect-elsewhere", "redirect-loop"]
    slugs = {fault: SLUG.format(fault) for fault in [*faults, "good"]}
    hub.datasets.clear()
    for number, (fault, slug) in enumerate(slugs.items()):
        hub.add_dataset(f"{fault}-org/dataset-{number}")
        hub.add_collection(slug, [f"{fault}-org/dataset-{number}"])
    site = healthy.copy(tmp_path / "site", hub)
    for file in site.snapshots.iterdir():
        file.unlink()
    change_config(site.root, collections=list(slugs.values()))
    assert site.build("--accept").status == 0
    site.age()
    make_news(hub)
    for fault in faults:
        hub.fail(slugs[fault], TOO_LARGE if fault == "too-large" else fault)

    run = site.build()
    assert run.status == 0, run
    assert_complete(site, list(hub.datasets))
    for number, fault in enumerate(faults):
        assert_is_old(site, f"{fault}-org/dataset-{number}", KEPT["gated"] if fault == "gated" else "")
        assert any(slugs[fault] in line for line in messages(run, "OTD420"))
        assert f"{fault}-org/dataset-{number}" in run.output
    assert f"<h1>Newer {len(faults)}</h1>" in site.page(f"good-org/dataset-{len(faults)}")


@pytest.mark.parametrize("fault", ["link-loop", "link-elsewhere", "html"])
def test_a_listing_that_fails_leaves_the_site_complete(site: LiveSite, hub: HubServer, fault: str) -> None:
    ids = [f"org-0/tides-{number}" for number in range(4)]
    for hub_id in ids:
        hub.add_dataset(hub_id)
    hub.add_collection(COLLECTION, [*IDS, *ids])
    hub.fail("listing", fault)
    run = site.build()
    assert run.status == 0, run
    assert len([request for request in hub.requests if request.path == "/api/datasets"]) < 30
    assert_complete(site, [*IDS, *ids])


def test_items_that_make_no_sense_cost_themselves_alone(site: LiveSite, hub: HubServer) -> None:
    hub.add_dataset("org-9/Tides")
    hub.datasets["org-9/tides"] = {**hub.datasets["org-9/Tides"], "id": "org-9/tides"}
    hub.add_dataset("con/index.html")
    hub.add_dataset("alone")
    hub.items[COLLECTION] += [
        {"id": "org-9/Tides"},
        {"id": "org-9/tides"},
        {"id": ODD},
        {"id": "con/index.html"},
        {"id": "alone"},
        {"id": "../../etc/passwd", "author": "..", "downloads": 1},
        {"id": "/etc/passwd"},
        {"id": "org/..%2f..%2fetc"},
        {"id": "org\\..\\windows"},
        {"id": 12},
        {"id": None},
        {"id": ...},
        {"id": "x" * 1_000_000},
        {"id": "org-9/\ud800"},
        {"id": "other/model", "type": "model"},
        {"id": "org-9/odd", "type": 7},
    ]
    hub.items[COLLECTION][2]["_id"] = ...
    before = {path.name for path in site.root.iterdir()}
    run = site.build()
    assert run.status == 0, run
    assert [hub_id for hub_id in IDS if not site.has_page(hub_id)] == []
    assert "<h1>Newer 2</h1>" in site.page(IDS[2]), "an item without _id is as good as the others"
    assert site.broken_links() == []
    listed = [address for address in site.listed() if "org-9/tides" in address]
    assert listed == ["/datasets/org-9/tides.html"]
    assert site.has_page("-con/-index.html")
    assert site.has_page("_/alone")
    (message,) = messages(run, "OTD422")
    assert ODD in message
    assert COLLECTION in messages(run, "OTD421")[0]
    assert {path.name for path in site.root.iterdir()} == before
    assert not [path for path in site.output.rglob("*") if "passwd" in path.name or "windows" in path.name]


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "OTD420", "the connection to the Hub failed"),
        ({"HF_ENDPOINT": "ftp://example.org"}, "OTD411", "HF_ENDPOINT is"),
        ({"HF_HUB_OFFLINE": "1"}, "OTD410", ODD),
    ],
    ids=["refused", "wrong endpoint", "offline"],
)
def test_nobody_there_leaves_the_site_as_it_was(
    site: LiveSite, variables: dict[str, str], code: str, said: str
) -> None:
    run = site.build(**variables)
    assert run.status == 0, run
    (message,) = messages(run, code)
    assert said in message
    assert_complete(site, IDS)
    for hub_id in IDS:
        assert f"read on {LONG_AGO[:10]}" in site.words(hub_id)
    if code == "OTD420":
        for hub_id in IDS:
            assert_is_old(site, hub_id, "the connection to the Hub failed")
            assert hub_id in run.output


@pytest.mark.parametrize(
    ("token", "code"), [("hf_notTheRightOne", "OTD413"), ("hf_tökén", "OTD412")], ids=["refused", "not ASCII"]
)
def test_a_wrong_token_costs_a_warning_alone(site: LiveSite, hub: HubServer, token: str, code: str) -> None:
    hub.token = "hf_theRightOne"
    run = site.build(HF_TOKEN=token)
    assert run.status == 0, run
    assert len(messages(run, code)) == 1
    assert token not in run.output + run.errors
    assert_complete(site, IDS)
    assert "<h1>Newer 1</h1>" in site.page(ODD)


@pytest.mark.parametrize("fault", SLOW)
def test_a_run_ends_by_itself_however_slow_the_hub(site: LiveSite, hub: HubServer, fault: str) -> None:
    """The server would take hours; how exactly the deadline is kept, the tests of the room measure."""
    change_config(site.root, metadata={"deadline_seconds": 2, "request_timeout_seconds": 600})
    hub.fail(ALL, fault)
    run = site.build("--format", "json")
    assert run.status == 0, run
    assert run.summary["refresh"]["kept"] == {"deadline": IDS}
    assert "OTD420" in run.codes
    assert_complete(site, IDS)
    assert_is_old(site, ODD, "the refresh ran out of time")


def test_a_web_site_that_is_not_the_hub_drops_nothing(site: LiveSite, hub: HubServer) -> None:
    hub.fail(ALL, lambda *_: Reply(404, b"<h1>Not here</h1>", (("Content-Type", "text/html"),)))
    assert site.build().status == 0
    assert_complete(site, IDS)


def test_two_thousand_unchanged_datasets_are_confirmed_with_three_requests_at_most(tmp_path: Path) -> None:
    with HubServer() as hub:
        site = make_live_site(tmp_path / "site", hub)
        hub.fill(2000)
        first = site.refresh("--format", "json")
        assert (first.status, first.summary["refresh"]["asked"]) == (0, 2000), first
        hub.forget_requests()
        second = site.refresh("--format", "json")
        assert second.summary["refresh"]["unchanged"] == 2000
        # Cards that the first refresh had no requests left for are read now, each once.
        of_metadata = [request for request in hub.requests if request.path.startswith("/api/")]
        assert len(of_metadata) <= 3
        assert second.summary["refresh"]["requests"] == len(of_metadata)
