"""What a refresh asks for and what it makes of the answers, against a real server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from otdi_site.hub import is_due, load_snapshot, refresh, write_snapshot
from otdi_site.model.snapshot import EventKind, KeptReason, Membership, Snapshot, Status
from tests.hub_server import COLLECTION, HubServer
from tests.unit.hub.runs import START, Site, limits, texts

DETAILS = "/api/datasets/"
CALL = f"/api/collections/{COLLECTION}"


def test_a_dataset_of_a_collection_gets_every_fact_of_both_answers(site: Site, hub: HubServer) -> None:
    hub.add_dataset(
        "example-org/tides",
        downloads=120,
        likes=3,
        gated="manual",
        tags=[
            "task_categories:text-generation",
            "license:other",
            "language:en",
            "language:haw",
            "modality:audio",
            "format:json",
            "size_categories:1K<n<10K",
            "arxiv:2401.01234",
            "doi:10.57967/hf/1234",
            "source_datasets:original",
            "region:us",
            "ocean",
        ],
        cardData={"pretty_name": "Tides", "license_name": "Sea licence", "license_link": "https://example.org/licence"},
        description="Tides.\n\n\n\n\tMeasured hourly.",
    )
    hub.add_collection(ids=["example-org/tides"])
    hub.items[COLLECTION][0]["note"] = {"text": "Measured  hourly", "html": "<b>Measured</b>"}
    report = site.refresh()
    row = site.row("example-org/tides")
    assert report.diagnostics == ()
    assert (row.downloads, row.likes, row.gated, row.row_count) == (120, 3, "manual", 1000)
    assert (row.title, row.description) == ("Tides", "Tides.\n\nMeasured hourly.")
    assert (row.licenses, row.license_name) == (("other",), "Sea licence")
    assert row.license_link == "https://example.org/licence"
    assert row.languages == ("en", "haw")
    assert row.modalities == ("audio", "text")
    assert row.formats == ("json", "parquet")
    assert row.task_categories == ("text-generation",)
    assert row.size_categories == ("1K<n<10K",)
    assert (row.arxiv_ids, row.dois) == (("2401.01234",), ("10.57967/hf/1234",))
    assert row.source_datasets == ("original",)
    assert row.tags == ("ocean", "region:us")
    assert row.memberships == (Membership(COLLECTION, 0, "Measured hourly"),)
    assert (row.last_modified, row.created_at) == ("2025-12-20T10:00:00Z", "2024-05-01T00:00:00Z")
    assert (row.endpoint, row.read_at) == (hub.url, "2026-01-02T03:04:05Z")
    assert row.revision == "0" * 40
    assert site.snapshot.collections[0].title == "Water"


def test_the_first_request_is_for_the_collection(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    assert site.paths()[0] == CALL


def test_a_second_refresh_of_2000_unchanged_datasets_makes_one_request_and_changes_no_row(
    site: Site, hub: HubServer, tmp_path: Path
) -> None:
    hub.quota = 100_000
    hub.fill(2000)
    first = site.refresh()
    assert first.counts.added == 2000
    assert first.requests <= 10
    write_snapshot(tmp_path, site.snapshot)
    second = site.refresh()
    assert site.paths() == [CALL]
    assert second.counts.unchanged == 2000
    assert write_snapshot(tmp_path, site.snapshot).files == ("state.json",)


def test_only_a_dataset_with_a_new_commit_is_asked_for_again(site: Site, hub: HubServer) -> None:
    hub.fill(4)
    site.refresh()
    hub.datasets["example-org/dataset-2"].update(
        lastModified="2025-12-30T00:00:00.000Z", cardData={"pretty_name": "Newer"}, downloads=5
    )
    report = site.refresh()
    assert site.paths() == [CALL, f"{DETAILS}example-org/dataset-2"]
    assert (report.counts.updated, report.counts.unchanged) == (1, 3)
    row = site.row("example-org/dataset-2")
    assert (row.title, row.downloads) == ("Newer", 5)
    assert row.as_of("title") == row.as_of("downloads") == "2026-01-02T04:04:05Z"
    assert site.row("example-org/dataset-1").read_at == "2026-01-02T03:04:05Z"


def test_new_downloads_alone_cost_no_further_request_and_leave_the_age_of_the_details(
    site: Site, hub: HubServer
) -> None:
    hub.fill(1)
    site.refresh()
    hub.datasets["example-org/dataset-0"]["downloads"] = 999
    site.refresh()
    row = site.row("example-org/dataset-0")
    assert site.paths() == [CALL]
    assert row.downloads == 999
    assert row.as_of("downloads") == "2026-01-02T04:04:05Z"
    assert row.as_of("downloads_all_time") == row.as_of("title") == "2026-01-02T03:04:05Z"


def test_an_entry_outside_of_collections_gets_live_metadata(site: Site, hub: HubServer) -> None:
    hub.add_collection()
    hub.add_dataset("other/alone", likes=8)
    site.extra_ids = ["other/alone"]
    site.refresh()
    assert site.row("other/alone").likes == 8
    assert site.refresh().counts.unchanged == 1
    assert site.paths() == [CALL, f"{DETAILS}other/alone"]


def test_several_entries_of_one_author_are_asked_for_together(site: Site, hub: HubServer) -> None:
    site.extra_ids = [f"other/set-{number}" for number in range(5)]
    for hub_id in [*site.extra_ids, "other/unlisted"]:
        hub.add_dataset(hub_id)
    site.refresh(collections=())
    assert site.paths() == ["/api/datasets"]
    assert sorted(site.snapshot.rows) == site.extra_ids


def test_what_a_listing_lacks_is_asked_for_alone(site: Site, hub: HubServer) -> None:
    for number in range(3):
        hub.add_dataset(f"other/set-{number}")
    hub.rename("other/set-1", "other/new-name")
    site.extra_ids = ["other/set-0", "other/set-1", "other/set-2", "other/missing"]
    report = site.refresh(collections=())
    assert site.row("other/set-1").renamed_to == "other/new-name"
    assert "other/missing is not on the Hub, or private there" in texts(report)


def test_a_listing_that_fails_costs_no_dataset(site: Site, hub: HubServer) -> None:
    hub.fill(4)
    hub.fail("listing", "html")
    report = site.refresh()
    assert report.counts.added == 4
    assert all(row.title for row in site.snapshot.rows.values())
    assert report.diagnostics == ()


def test_pages_of_a_listing_are_followed(site: Site, hub: HubServer) -> None:
    hub.page_size = 2
    hub.fill(6)
    site.refresh()
    assert site.paths() == [CALL] + ["/api/datasets"] * 3


def test_facts_checked_recently_are_not_asked_for(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone", "example-org/dataset-0"]
    settings = limits(hub.url, max_age_hours=24)
    assert is_due(settings, site.snapshot, site.extra_ids, site.now)
    site.refresh(max_age_hours=24)
    assert not is_due(settings, site.snapshot, site.extra_ids, site.now)
    report = site.refresh(max_age_hours=24)
    assert (report.requests, report.counts.asked) == (0, 0)
    site.now += timedelta(hours=24)
    assert is_due(settings, site.snapshot, site.extra_ids, site.now)
    # An entry that is new is asked for at once, and nothing else with it.
    site.now -= timedelta(hours=24)
    hub.add_dataset("other/new")
    site.extra_ids = [*site.extra_ids, "other/new"]
    site.refresh(max_age_hours=24)
    assert site.paths() == [f"{DETAILS}other/new"]


def test_an_entry_that_was_renamed_or_is_spelt_otherwise_is_not_asked_for_too_soon(site: Site, hub: HubServer) -> None:
    hub.add_dataset("Other/Old")
    hub.rename("Other/Old", "Other/New")
    hub.add_dataset("Other/Spelling")
    site.extra_ids = ["Other/Old", "other/spelling"]
    site.refresh(collections=(), max_age_hours=24)
    assert sorted(row.id for row in site.snapshot.rows.values() if row.is_live) == ["Other/New", "Other/Spelling"]
    assert site.refresh(collections=(), max_age_hours=24).requests == 0


def test_a_dataset_that_left_the_collection_becomes_a_tombstone_with_its_facts(site: Site, hub: HubServer) -> None:
    hub.fill(3)
    site.refresh()
    before = site.row("example-org/dataset-1")
    hub.remove("example-org/dataset-1")
    report = site.refresh()
    row = site.row("example-org/dataset-1")
    assert (row.status, row.status_since) == (Status.LEFT, "2026-01-02T04:04:05Z")
    assert (row.title, row.downloads, row.as_of("downloads")) == (before.title, before.downloads, before.read_at)
    assert report.dropped == ("example-org/dataset-1",)
    assert "example-org/dataset-1" in texts(report)
    # A tombstone is not asked for again, and stays as it is.
    site.refresh()
    assert site.paths() == [CALL]
    assert site.row("example-org/dataset-1") == row


def test_a_deleted_dataset_becomes_a_tombstone_and_comes_back_when_the_dataset_does(site: Site, hub: HubServer) -> None:
    hub.fill(3)
    site.refresh()
    saved = hub.datasets["example-org/dataset-1"]
    hub.delete("example-org/dataset-1")
    site.refresh()
    assert site.row("example-org/dataset-1").status is Status.GONE
    hub.datasets["example-org/dataset-1"] = saved
    hub.items[COLLECTION].append({"id": "example-org/dataset-1"})
    site.refresh()
    row = site.row("example-org/dataset-1")
    assert (row.status, row.status_since) == (Status.LIVE, None)
    changes = [(event.before, event.after) for event in site.snapshot.events_of("example-org/dataset-1")]
    assert changes == [("live", "gone"), ("gone", "live")]


def test_a_renamed_dataset_leaves_a_redirect_and_takes_its_history_along(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    hub.rename("example-org/dataset-1", "new-org/dataset-one")
    report = site.refresh()
    old, new = site.row("example-org/dataset-1"), site.row("new-org/dataset-one")
    assert (old.status, old.renamed_to) == (Status.RENAMED, "new-org/dataset-one")
    assert (new.status, new.author, new.title) == (Status.LIVE, "new-org", "Dataset 1")
    assert report.dropped == ()
    assert list(site.snapshot.history) == ["example-org/dataset-0", "new-org/dataset-one"]
    event = site.snapshot.events_of("new-org/dataset-one")[-1]
    assert (event.kind, event.before, event.after) == (
        EventKind.RENAMED,
        "example-org/dataset-1",
        "new-org/dataset-one",
    )
    assert site.snapshot.lookup().resolve("EXAMPLE-org/dataset-1") == new
    site.refresh()
    assert site.paths() == [CALL]


def test_an_entry_with_an_old_name_is_found_under_the_new_one_and_told_of(site: Site, hub: HubServer) -> None:
    hub.add_dataset("other/old")
    hub.rename("other/old", "other/new")
    site.extra_ids = ["other/old"]
    for _ in range(2):
        report = site.refresh(collections=())
        resolved = site.snapshot.lookup().resolve("other/old")
        assert resolved is not None
        assert (resolved.id, resolved.status) == ("other/new", Status.LIVE)
        assert "write huggingface: other/new" in texts(report)
    assert site.paths() == [f"{DETAILS}other/new"]


def test_a_new_spelling_of_the_same_id_is_the_same_dataset(site: Site, hub: HubServer) -> None:
    hub.fill(1)
    site.refresh()
    hub.datasets["Example-Org/Dataset-0"] = {
        **hub.datasets.pop("example-org/dataset-0"),
        "id": "Example-Org/Dataset-0",
        "author": "Example-Org",
    }
    hub.items[COLLECTION] = [{"id": "Example-Org/Dataset-0"}]
    site.refresh()
    assert list(site.snapshot.rows) == ["Example-Org/Dataset-0"]
    assert site.snapshot.events[-1].kind is EventKind.RENAMED
    assert list(site.snapshot.history) == ["Example-Org/Dataset-0"]


def test_a_dataset_made_private_is_a_tombstone_and_one_that_always_was_is_not_named(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    hub.add_dataset("example-org/secret", private=True)
    hub.items[COLLECTION].append({"id": "example-org/secret"})
    report = site.refresh()
    assert "1 private dataset was left out" in texts(report)
    assert "secret" not in texts(report)
    assert "example-org/secret" not in site.snapshot.rows
    hub.datasets["example-org/dataset-0"]["private"] = True
    report = site.refresh()
    assert site.row("example-org/dataset-0").status is Status.PRIVATE
    assert "example-org/dataset-0, which was made private by its publisher" in texts(report)


def test_a_collection_that_leaves_the_configuration_takes_its_datasets_out_after_a_question(
    site: Site, hub: HubServer
) -> None:
    hub.fill(3)
    hub.add_collection("example-org/air-66d21b3cb66342762fb6108f", [])
    site.refresh()
    report = site.refresh(collections=("example-org/air-66d21b3cb66342762fb6108f",))
    assert report.needs_accept
    assert all(row.is_live for row in site.snapshot.rows.values())
    site.refresh(collections=("example-org/air-66d21b3cb66342762fb6108f",), accept=True)
    assert {row.status for row in site.snapshot.rows.values()} == {Status.LEFT}


def test_a_mass_drop_changes_nothing_until_it_is_accepted(site: Site, hub: HubServer, tmp_path: Path) -> None:
    hub.fill(10)
    site.refresh()
    write_snapshot(tmp_path, site.snapshot)
    for number in range(3):
        hub.delete(f"example-org/dataset-{number}")
    report = site.refresh(max_drop_share=0.2)
    assert report.needs_accept
    assert "3 of 10 datasets would be dropped" in texts(report)
    assert "refresh --accept" in texts(report)
    assert write_snapshot(tmp_path, report.snapshot).files == ()
    report = site.refresh(max_drop_share=0.2, accept=True)
    assert not report.needs_accept
    assert len(report.dropped) == 3
    assert sum(row.is_live for row in site.snapshot.rows.values()) == 7


def test_a_smaller_drop_needs_no_question(site: Site, hub: HubServer) -> None:
    hub.fill(10)
    site.refresh()
    hub.delete("example-org/dataset-0")
    hub.delete("example-org/dataset-1")
    report = site.refresh(max_drop_share=0.2)
    assert (report.needs_accept, len(report.dropped)) == (False, 2)


def test_changes_become_events(site: Site, hub: HubServer) -> None:
    hub.fill(2)
    site.refresh()
    assert site.snapshot.events == ()
    hub.add_dataset("example-org/late")
    hub.items[COLLECTION].append({"id": "example-org/late"})
    hub.datasets["example-org/dataset-0"].update(
        lastModified="2025-12-30T00:00:00.000Z", sha="a" * 40, gated="auto", tags=["license:mit"], cardData={}
    )
    site.refresh()
    found = [(event.id, event.kind, event.before, event.after) for event in site.snapshot.events]
    assert found == [
        ("example-org/dataset-0", EventKind.GATING, "open", "auto"),
        ("example-org/dataset-0", EventKind.LICENSE, "cc-by-4.0", "mit"),
        ("example-org/dataset-0", EventKind.REVISION, "0" * 40, "a" * 40),
        ("example-org/late", EventKind.ADDED, None, None),
    ]
    assert site.snapshot.events[0].at == "2026-01-02T04:04:05Z"
    site.refresh()
    assert len(site.snapshot.events) == 4


def test_downloads_and_likes_make_a_series(site: Site, hub: HubServer) -> None:
    hub.fill(1)
    for downloads in (10, 10, 12):
        hub.datasets["example-org/dataset-0"]["downloads"] = downloads
        site.refresh()
        site.now += timedelta(days=1)
    points = [(point.date, point.downloads) for point in site.snapshot.history["example-org/dataset-0"]]
    assert points == [("2026-01-02", 10), ("2026-01-04", 12)]


def test_a_dataset_in_two_collections_stays_while_one_lists_it(site: Site, hub: HubServer) -> None:
    other = "example-org/air-66d21b3cb66342762fb6108f"
    hub.fill(2)
    hub.add_collection(other, ["example-org/dataset-0"])
    site.refresh(collections=(COLLECTION, other))
    assert [membership.slug for membership in site.row("example-org/dataset-0").memberships] == [other, COLLECTION]
    hub.items[COLLECTION] = [{"id": "example-org/dataset-1"}]
    report = site.refresh(collections=(COLLECTION, other))
    assert report.dropped == ()
    assert [membership.slug for membership in site.row("example-org/dataset-0").memberships] == [other]


def test_a_run_that_reaches_its_ceiling_goes_on_next_time_with_the_oldest(site: Site, hub: HubServer) -> None:
    site.extra_ids = [f"author-{number}/set" for number in range(6)]
    for hub_id in site.extra_ids:
        hub.add_dataset(hub_id)
    first = site.refresh(collections=(), max_requests=4, parallel_requests=1)
    assert (first.requests, first.counts.added, first.counts.unknown) == (4, 4, 2)
    assert "used up the requests" in texts(first)
    site.refresh(collections=(), max_requests=4, parallel_requests=1)
    asked = [path.removeprefix(DETAILS) for path in site.paths()]
    assert asked == ["author-4/set", "author-5/set", "author-0/set", "author-1/set"]
    report = site.refresh(collections=(), max_requests=4, parallel_requests=1)
    asked = [path.removeprefix(DETAILS) for path in site.paths()]
    assert asked == ["author-2/set", "author-3/set", "author-0/set", "author-1/set"]
    assert report.kept == {"author-4/set": KeptReason.QUOTA, "author-5/set": KeptReason.QUOTA}


def test_a_used_up_quota_ends_the_run_and_is_told(site: Site, hub: HubServer) -> None:
    site.extra_ids = [f"author-{number}/set" for number in range(6)]
    for hub_id in site.extra_ids:
        hub.add_dataset(hub_id)
    site.refresh(collections=())
    hub.quota = 3
    report = site.refresh(collections=(), parallel_requests=1)
    assert (report.requests, report.quota_left, report.counts.kept) == (3, 0, 3)
    assert "HF_TOKEN" in texts(report)
    assert all(row.is_live for row in site.snapshot.rows.values())


def test_the_summary_says_what_became_of_every_dataset(site: Site, hub: HubServer) -> None:
    hub.fill(6)
    site.refresh()
    hub.delete("example-org/dataset-5")
    hub.datasets["example-org/dataset-1"]["likes"] = 77
    hub.datasets["example-org/dataset-2"]["lastModified"] = "2025-12-30T00:00:00Z"
    hub.fail("example-org/dataset-2", "500")
    hub.fail("listing", "500")
    hub.add_dataset("example-org/late")
    hub.items[COLLECTION].append({"id": "example-org/late"})
    site.extra_ids = ["nobody/nothing"]
    report = site.refresh()
    document = report.to_json()
    assert document["asked"] == 8
    assert (document["unchanged"], document["updated"], document["added"], document["unknown"]) == (3, 1, 1, 1)
    assert document["kept"] == {"server-error": ["example-org/dataset-2"]}
    assert document["dropped"] == ["example-org/dataset-5"]
    assert document["requests"] == len(hub.requests)
    assert document["quota_left"] == hub.quota
    assert "8 datasets asked for, 3 unchanged, 1 updated, 1 new, 1 kept from before, 1 dropped" in report.summary()


@pytest.mark.parametrize("slug", ["no slug", "../../etc", "a/b c", "a//b", ""])
def test_a_senseless_slug_is_never_asked_for(hub: HubServer, slug: str) -> None:
    report = refresh(limits(hub.url, collections=(slug,)), Snapshot(), clock=lambda: START)
    assert (report.requests, hub.requests) == (0, [])


@pytest.mark.parametrize("hub_id", ["../../etc/passwd", "a/b/c", "a b", "-a/b", "a--b/c", "a/b.git", "a\n/b", "ä/b"])
def test_a_senseless_id_of_an_entry_is_never_asked_for(hub: HubServer, hub_id: str) -> None:
    report = refresh(limits(hub.url, collections=()), Snapshot(), [hub_id], clock=lambda: START)
    assert (report.requests, hub.requests) == (0, [])


def test_two_runs_of_the_same_answers_write_the_same_bytes(hub: HubServer, tmp_path: Path) -> None:
    hub.fill(30)
    for name in ("one", "two"):
        report = refresh(limits(hub.url), Snapshot(), clock=lambda: START)
        write_snapshot(tmp_path / name, report.snapshot)
    for file in ("datasets.jsonl", "history.jsonl", "collections.jsonl", "state.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert load_snapshot(tmp_path / "one") == (report.snapshot, ())
