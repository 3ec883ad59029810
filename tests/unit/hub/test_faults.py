"""The Hub at its worst: a fault costs what it must, the old facts stay and say so, and the run ends in time."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from otdi_site.model.refresh import RefreshReport
from otdi_site.model.snapshot import KeptReason, Snapshot, Status
from tests.hub_server import ALL, COLLECTION, FAULTS, HubServer, Reply
from tests.unit.hub.runs import Site, texts

ODD = "example-org/dataset-1"
NEWER = "2025-12-30T00:00:00.000Z"

KEPT = {
    "missing": KeptReason.NOT_FOUND,
    "gated": KeptReason.GATED,
    "429": KeptReason.QUOTA,
    "429-long": KeptReason.QUOTA,
    "500": KeptReason.SERVER_ERROR,
    "502": KeptReason.SERVER_ERROR,
    "slow": KeptReason.TIMEOUT,
    "drip": KeptReason.TIMEOUT,
    "drip-headers": KeptReason.TIMEOUT,
    "cut": KeptReason.CONNECTION,
    "hang-up": KeptReason.CONNECTION,
    "html": KeptReason.NOT_JSON,
    "empty": KeptReason.NOT_JSON,
    "not-utf-8": KeptReason.NOT_JSON,
    "half": KeptReason.NOT_JSON,
    "deep": KeptReason.NOT_JSON,
    "list": KeptReason.WRONG_SHAPE,
    "numeric-id": KeptReason.WRONG_SHAPE,
    "other-id": KeptReason.WRONG_SHAPE,
    "path-id": KeptReason.WRONG_SHAPE,
    "too-large": KeptReason.TOO_LARGE,
    "bomb": KeptReason.TOO_LARGE,
    "redirect-elsewhere": KeptReason.ELSEWHERE,
    "redirect-loop": KeptReason.WRONG_SHAPE,
}
"""Faults of the answer about one dataset that cost the whole answer, with what the catalog says of them."""


SLOW = ("slow", "drip", "drip-headers")


def limits_for(fault: str) -> dict[str, float]:
    """Short where the fault is slowness itself; else so long that a slow machine makes no difference."""
    return {"dataset_seconds": 0.8, "request_seconds": 0.5} if fault in SLOW else {}


def assert_complete(report: RefreshReport, before: Snapshot) -> None:
    """Nothing is lost: every dataset of before has a row, and the run did not stop."""
    assert set(before.rows) <= set(report.snapshot.rows)
    assert not report.needs_accept


@pytest.mark.parametrize("fault", sorted(set(KEPT) - {"429-long"}))
def test_a_dataset_with_a_fault_keeps_its_facts_and_says_why(site: Site, hub: HubServer, fault: str) -> None:
    hub.fill(3)
    site.refresh()
    before = site.snapshot
    for number in range(3):
        hub.datasets[f"example-org/dataset-{number}"].update(lastModified=NEWER, cardData={"pretty_name": "Newer"})
    hub.fail("listing", "html")
    hub.fail(ODD, fault)
    report = site.refresh(**limits_for(fault))
    assert_complete(report, before)
    row = site.row(ODD)
    assert row.kept is KEPT[fault]
    assert report.kept == {ODD: KEPT[fault]}
    assert (row.title, row.as_of("title")) == ("Dataset 1", "2026-01-02T03:04:05Z")
    # What the collection says about it is news all the same.
    assert (row.last_modified, row.as_of("downloads")) == ("2025-12-30T00:00:00Z", "2026-01-02T04:04:05Z")
    assert f"{KEPT[fault].explanation}: {ODD}" in texts(report)
    for number in (0, 2):
        healthy = site.row(f"example-org/dataset-{number}")
        assert (healthy.title, healthy.kept) == ("Newer", None)
    # Once the fault is over, the next run mends it.
    hub.mend()
    assert site.refresh().kept == {}
    assert site.row(ODD).title == "Newer"


@pytest.mark.parametrize("fault", ["missing", "gated", "500", "drip", "html", "path-id"])
def test_a_new_dataset_with_a_fault_is_in_the_catalog_with_what_the_collection_says(
    site: Site, hub: HubServer, fault: str
) -> None:
    hub.fill(3)
    hub.fail("listing", "html")
    hub.fail(ODD, fault)
    report = site.refresh(**limits_for(fault))
    row = site.row(ODD)
    assert (row.downloads, row.title, row.details_read_at) == (101, None, None)
    assert ODD in texts(report)
    assert site.row("example-org/dataset-2").title == "Dataset 2"


@pytest.mark.parametrize("fault", ["missing", "gated", "429-long", "500", "slow", "cut", "html", "other-id", "bomb"])
def test_an_entry_whose_dataset_has_a_fault_keeps_its_live_metadata(site: Site, hub: HubServer, fault: str) -> None:
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone"]
    site.refresh(collections=())
    hub.fail("other/alone", fault)
    report = site.refresh(collections=(), **limits_for(fault))
    row = site.row("other/alone")
    assert (row.title, row.as_of("title")) == ("Dataset 0", "2026-01-02T03:04:05Z")
    assert "other/alone" in texts(report)
    if fault == "missing":
        assert row.status is Status.GONE
    else:
        assert row.kept is KEPT[fault]


@pytest.mark.parametrize(("fault", "status"), [("private", Status.PRIVATE), ("disabled", Status.DISABLED)])
def test_an_entry_whose_dataset_was_closed_becomes_a_tombstone(
    site: Site, hub: HubServer, fault: str, status: Status
) -> None:
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone"]
    site.refresh(collections=())
    hub.fail("other/alone", fault)
    report = site.refresh(collections=())
    row = site.row("other/alone")
    assert (row.status, row.title, row.downloads) == (status, "Dataset 0", 100)
    assert f"other/alone, which {status.reason}" in texts(report)


@pytest.mark.parametrize("fault", ["wrong-types", "nan", "huge-numbers", "surrogates", "megabytes", "echo-token"])
def test_senseless_values_cost_themselves_alone(site: Site, hub: HubServer, fault: str) -> None:
    hub.fill(2)
    site.refresh()
    for number in range(2):
        hub.datasets[f"example-org/dataset-{number}"].update(lastModified=NEWER, downloads=5)
    hub.fail(ODD, fault)
    site.refresh()
    row = site.row(ODD)
    assert row.downloads in (5, 101)
    assert (row.likes or 0) >= 0
    assert len(row.description or "") < 5000
    assert all(len(tag) <= 200 for tag in row.tags)
    str(row).encode("utf-8")
    assert site.row("example-org/dataset-0").downloads == 5


def test_numbers_that_make_no_sense_are_absent_where_none_are_known(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    hub.datasets[ODD].update(downloads=-1, likes="x", lastModified="2999-01-01T00:00:00Z", createdAt="soon", gated=3)
    hub.datasets[ODD]["viewer"] = {"numRows": 1e300, "formats": "csv", "modalities": [1, "Text!", "text"]}
    report = site.refresh()
    row = site.row(ODD)
    assert (row.downloads, row.likes, row.last_modified, row.created_at) == (None, None, None, None)
    assert (row.gated, row.row_count, row.modalities) == (None, None, ("text",))
    assert f"{ODD} (created_at, downloads, formats, gated, last_modified, likes, row_count)" in texts(report)


def test_numbers_that_turn_senseless_stay_what_they_were_with_their_age(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    hub.datasets[ODD].update(downloads=-1, likes=50)
    report = site.refresh()
    row = site.row(ODD)
    assert (row.likes, row.as_of("likes")) == (50, "2026-01-02T04:04:05Z")
    assert (row.downloads, row.as_of("downloads")) == (101, "2026-01-02T03:04:05Z")
    assert row.kept is KeptReason.WRONG_SHAPE
    assert f"{ODD} (downloads)" in texts(report)
    assert [(point.downloads, point.likes) for point in site.snapshot.history[ODD]] == [(101, 50)]
    hub.datasets[ODD]["downloads"] = 101
    site.refresh()
    row = site.row(ODD)
    assert (row.kept, row.as_of("downloads")) == (None, "2026-01-02T05:04:05Z")


COLLECTION_FAULTS = {
    **{name: reason for name, reason in KEPT.items() if name != "gated" and not name.endswith("-id")},
    "missing": KeptReason.REFUSED,
    "wrong-shape": KeptReason.WRONG_SHAPE,
}


@pytest.mark.parametrize("fault", sorted(COLLECTION_FAULTS))
def test_a_collection_that_cannot_be_read_keeps_its_datasets(site: Site, hub: HubServer, fault: str) -> None:
    hub.fill(3)
    hub.add_dataset("other/alone", likes=1)
    site.extra_ids = ["other/alone"]
    site.refresh()
    before = site.snapshot
    hub.datasets["other/alone"]["likes"] = 9
    hub.fail(COLLECTION, FAULTS.get(fault, lambda *_: Reply.of({"items": "none"})))
    report = site.refresh(attempts=1, **limits_for(fault))
    assert_complete(report, before)
    ids = [f"example-org/dataset-{number}" for number in range(3)]
    assert {hub_id: report.kept[hub_id] for hub_id in ids} == dict.fromkeys(ids, COLLECTION_FAULTS[fault])
    assert all(site.row(hub_id).title == before.rows[hub_id].title for hub_id in ids)
    assert f"the collection {COLLECTION} could not be read" in texts(report)
    assert all(hub_id in texts(report) for hub_id in ids)
    # Entries are asked for all the same, unless the Hub told everybody to wait.
    if fault != "429-long":
        assert site.row("other/alone").likes == 9
    hub.mend()
    site.refresh()
    assert all(site.row(hub_id) == before.rows[hub_id] for hub_id in ids)


def test_items_that_make_no_sense_cost_themselves_alone(site: Site, hub: HubServer) -> None:
    hub.fill(3)
    site.refresh()
    hub.items[COLLECTION] = [
        {"id": "../../etc/passwd"},
        {"id": 7},
        {"id": "example-org/dataset-0", "_id": ...},
        {"id": "example-org/dataset-0", "note": {"text": "again"}},
        {"id": "EXAMPLE-org/dataset-0"},
        {"id": "example-org/model", "type": "model"},
        {"id": "example-org/dataset-1", "type": 5, "note": "no object", "position": -1},
        {"id": "con/index.html"},
    ]
    hub.add_dataset("con/index.html")
    report = site.refresh()
    assert sorted(site.snapshot.rows) == [
        "con/index.html",
        "example-org/dataset-0",
        "example-org/dataset-1",
        "example-org/dataset-2",
    ]
    assert site.row("example-org/dataset-0").kept is None
    assert site.row("example-org/dataset-1").memberships[0].position is None
    # Two items had no usable id; one of them may be the dataset that is missing.
    assert site.row("example-org/dataset-2").kept is KeptReason.UNEXPLAINED
    assert "2 items have no usable dataset id" in texts(report)
    assert "lists datasets more than once: EXAMPLE-org/dataset-0, example-org/dataset-0" in texts(report)
    assert report.dropped == ()


@pytest.mark.parametrize("fault", ["link-loop", "link-self", "link-elsewhere"])
@pytest.mark.parametrize("target", [COLLECTION, "listing"])
def test_links_that_lead_astray_are_not_followed_for_ever(site: Site, hub: HubServer, fault: str, target: str) -> None:
    hub.fill(4)
    site.refresh()
    before = site.snapshot
    for dataset in hub.datasets.values():
        dataset["lastModified"] = NEWER
    hub.fail(target, fault)
    report = site.refresh()
    assert_complete(report, before)
    assert report.requests < 10
    assert all(row.details_of == "2025-12-30T00:00:00Z" for row in site.snapshot.rows.values())


def test_a_dataset_missing_from_an_incomplete_collection_is_not_dropped(site: Site, hub: HubServer) -> None:
    hub.fill(3)
    site.refresh()
    hub.remove(ODD)
    hub.fail(COLLECTION, "link-elsewhere")
    report = site.refresh()
    assert site.row(ODD).kept is KeptReason.UNEXPLAINED
    assert "could not be read as a whole" in texts(report)
    hub.mend()
    site.refresh()
    assert site.row(ODD).status is Status.LEFT


def test_faults_all_at_once_cost_one_dataset_each(site: Site, hub: HubServer) -> None:
    names = sorted(set(FAULTS) - {"429", "429-long", "429-rate-limit", "429-retry-after", "503"})
    ids = hub.fill(2 * len(names))
    site.refresh()
    before = site.snapshot
    for dataset in hub.datasets.values():
        dataset["lastModified"] = NEWER
    hub.fail("listing", "html")
    for name, hub_id in zip(names, ids, strict=False):
        hub.fail(hub_id, name)
    report = site.refresh(dataset_seconds=2.0, request_seconds=1.0, max_drop_share=0.5)
    assert_complete(report, before)
    for hub_id in ids[len(names) :]:
        assert (site.row(hub_id).kept, site.row(hub_id).details_of) == (None, "2025-12-30T00:00:00Z"), hub_id
    kept = {names[ids.index(hub_id)]: reason for hub_id, reason in report.kept.items() if reason in KEPT.values()}
    assert {name: reason for name, reason in kept.items() if name in KEPT} == {
        name: reason for name, reason in KEPT.items() if name in names
    }


def test_too_many_requests_are_waited_for_as_the_hub_asks(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    hub.fail(COLLECTION, "429-retry-after", times=1)
    started = time.monotonic()
    report = site.refresh()
    assert report.counts.added == 2
    assert time.monotonic() - started >= 1.0


def test_a_rate_limit_without_retry_after_is_waited_for(site: Site, hub: HubServer) -> None:
    hub.quota = None
    hub.fill(2)
    hub.fail(COLLECTION, "429-rate-limit", times=1)
    started = time.monotonic()
    report = site.refresh()
    assert report.counts.added == 2
    assert time.monotonic() - started >= 1.0


def test_a_wait_longer_than_the_run_ends_it(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    hub.fail(COLLECTION, "429-long")
    report = site.refresh(deadline_seconds=5.0)
    assert report.requests == 1
    assert set(report.kept.values()) == {KeptReason.QUOTA}


@pytest.mark.parametrize("fault", ["500", "502", "429", "cut", "hang-up"])
def test_a_fault_that_passes_is_tried_again(site: Site, hub: HubServer, fault: str) -> None:
    hub.fill(2)
    hub.fail(COLLECTION, fault, times=1)
    report = site.refresh()
    assert report.counts.added == 2
    assert report.diagnostics == ()


@pytest.mark.parametrize("fault", ["slow", "drip", "drip-headers"])
def test_no_run_outlasts_its_deadline(site: Site, hub: HubServer, fault: str) -> None:
    hub.fill(30)
    site.refresh()
    site.extra_ids = [f"author-{number}/set" for number in range(30)]
    hub.slowness = 300.0
    hub.fail(ALL, fault)
    started = time.monotonic()
    report = site.refresh(deadline_seconds=1.0, request_seconds=300.0, dataset_seconds=300.0)
    assert time.monotonic() - started < 100
    assert len(report.kept) == 30
    assert set(report.kept.values()) == {KeptReason.DEADLINE}
    assert "ran out of time" in texts(report)


def test_what_was_fetched_before_the_deadline_is_kept(site: Site, hub: HubServer) -> None:
    hub.fill(5)
    hub.fail("listing", "slow")
    report = site.refresh(deadline_seconds=1.0, request_seconds=60.0, dataset_seconds=60.0)
    assert (report.counts.added, set(report.kept.values())) == (5, {KeptReason.DEADLINE})
    assert all(row.downloads for row in site.snapshot.rows.values())


def test_a_hub_that_is_not_there_is_soon_given_up(site: Site, hub: HubServer) -> None:
    hub.fill(3)
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone", *(f"author-{number}/set" for number in range(200))]
    site.refresh()
    before = site.snapshot
    hub.__exit__()
    report = site.refresh(attempts=3)
    hub.__enter__()
    assert_complete(report, before)
    assert report.requests < 30
    assert set(report.kept.values()) == {KeptReason.CONNECTION}
    assert "the connection to the Hub failed: example-org/dataset-0, example-org/dataset-1" in texts(report)
    assert "--offline" in texts(report)


@pytest.mark.parametrize(
    "endpoint", ["ftp://example.org", "no address", "http://", "http://[::1", "https://hüb.example"]
)
def test_an_endpoint_that_is_none_is_said_and_costs_nothing(site: Site, hub: HubServer, endpoint: str) -> None:
    hub.fill(2)
    site.refresh()
    before = site.snapshot
    report = site.refresh(endpoint=endpoint)
    assert report.snapshot == before
    assert "HF_ENDPOINT" in texts(report)


def test_an_endpoint_that_is_some_other_web_site_drops_nothing(site: Site, hub: HubServer) -> None:
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone"]
    site.refresh(collections=())
    hub.fail(ALL, lambda *_: Reply(404, b"<h1>Not here</h1>", (("Content-Type", "text/html"),)))
    report = site.refresh(collections=())
    assert (site.row("other/alone").status, report.kept) == (Status.LIVE, {"other/alone": KeptReason.REFUSED})


def test_old_facts_stay_marked_through_many_bad_nights(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    hub.fail(ALL, "500")
    site.refresh()
    marked = site.snapshot.rows
    for _ in range(3):
        site.now += timedelta(days=1)
        site.refresh()
    assert site.snapshot.rows == marked
    assert {row.read_at for row in marked.values()} == {"2026-01-02T03:04:05Z"}


def test_a_hub_that_answers_everybody_with_429_is_not_asked_on_and_on(site: Site, hub: HubServer) -> None:
    site.extra_ids = [f"author-{number}/set" for number in range(50)]
    hub.fill(3)
    hub.quota = None
    hub.fail(ALL, "429")
    report = site.refresh()
    assert report.requests < 30
    assert report.counts.unknown == 50


def test_a_wait_for_the_quota_is_not_the_datasets_fault(site: Site, hub: HubServer) -> None:
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone"]
    hub.fail("other/alone", "429-retry-after", times=1)
    report = site.refresh(collections=(), dataset_seconds=0.9)
    assert report.counts.added == 1


def test_the_endpoint_may_be_a_name_and_end_in_a_slash(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    report = site.refresh(endpoint=hub.url.replace("127.0.0.1", "localhost") + "/")
    assert report.counts.added == 2
    assert {row.endpoint for row in site.snapshot.rows.values()} == {hub.url.replace("127.0.0.1", "localhost")}
