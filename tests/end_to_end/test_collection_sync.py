"""``collection sync`` against a Hub: the difference, the changes, and a failure half-way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer, Reply
from tests.live_sites import LiveSite, make_live_site
from tests.sites import Run

TOKEN = "hf_" + "InventedForTests" * 2
DIFFERENCE = """\
+ example-org/currents, with the note “Measured by hand.”
~ example-org/tides, with the note “The best of all.”
- example-org/reefs: excluded on 2026-02-03
- example-org/waves: its entry is in review
"""


def entry(hub_id: str, **fields: str) -> str:
    text = f"title: {hub_id}\nhuggingface: {hub_id}\nmodalities: [text]\n"
    return text + "".join(f"{name}: {value}\n" for name, value in fields.items())


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None, token=TOKEN) as hub:
        hub.items[COLLECTION] = [
            {"id": "example-org/tides"},
            {"id": "example-org/sands", "note": {"text": "Written by hand."}},
            {"id": "example-org/a-model", "type": "model"},
            {"id": "example-org/reefs"},
            {"id": "example-org/waves"},
            {"id": "other-org/in-no-entry"},
        ]
        yield hub


@pytest.fixture
def site(hub: HubServer, tmp_path: Path) -> LiveSite:
    folder = "catalog_data/datasets/example-org"
    return make_live_site(
        tmp_path / "site",
        hub,
        {
            f"{folder}/tides.yaml": entry("Example-Org/Tides", description="The best of all."),
            f"{folder}/currents.yaml": entry("example-org/currents", description="Measured by hand."),
            f"{folder}/sands.yaml": entry("example-org/sands", description="Sand."),
            f"{folder}/waves.yaml": entry("example-org/waves", state="in review"),
            f"{folder}/storms.yaml": entry("example-org/storms", state="proposed"),
            "catalog_data/exclusions.yaml": json.dumps(
                {"exclusions": [{"id": "example-org/reefs", "reason": "x", "date": "2026-02-03", "by": "its owner"}]}
            ),
        },
    )


def sync(site: LiveSite, *options: str, token: str = TOKEN) -> Run:
    return site.run("collection", "sync", *options, HF_TOKEN=token)


def items(hub: HubServer) -> list[tuple[str, str]]:
    kept = [each for each in hub.items[COLLECTION] if not each.get("is_removed")]
    return [(each["id"], each.get("note", {}).get("text", "")) for each in kept]


def changes(hub: HubServer) -> list[str]:
    return [request.method for request in hub.requests if request.method != "GET"]


def test_the_difference_is_shown_and_nothing_changed(site: LiveSite, hub: HubServer) -> None:
    finished = sync(site)
    assert (finished.status, finished.output, changes(hub)) == (0, DIFFERENCE, [])
    assert "6 items, 4 differences; nothing was changed: --apply does that" in finished.last_line


def test_changes_are_made_and_logged_and_are_no_difference_any_more(site: LiveSite, hub: HubServer) -> None:
    finished = sync(site, "--apply", "--yes")
    assert (finished.status, changes(hub)) == (0, ["POST", "PATCH", "DELETE", "DELETE"])
    assert finished.output == DIFFERENCE + "".join(f"done: {line}\n" for line in DIFFERENCE.splitlines())
    assert "4 of 4 changes made" in finished.last_line
    assert items(hub) == [
        ("example-org/tides", "The best of all."),
        ("example-org/sands", "Written by hand."),
        ("example-org/a-model", ""),
        ("other-org/in-no-entry", ""),
        ("example-org/currents", "Measured by hand."),
    ]
    again = sync(site, "--format", "json")
    assert (again.summary["changes"], again.summary["items"]) == ([], 5)


def test_a_failure_half_way_says_what_was_done_and_the_next_run_goes_on(site: LiveSite, hub: HubServer) -> None:
    refused = iter([False, False, True])
    hub.fail(f"change {COLLECTION}", lambda hub, reply: Reply.error(500, TOKEN) if next(refused, False) else reply)
    finished = sync(site, "--apply", "--yes", "--format", "json")
    assert (finished.status, finished.codes, finished.summary["applied"]) == (2, ["OTD461"], 2)
    message = json.loads(finished.output)["diagnostics"][0]["message"]
    assert message.startswith("remove example-org/reefs: the Hub answers with status 500; made before it: 2; not made")
    assert message.endswith("remove example-org/reefs, remove example-org/waves")
    assert TOKEN not in finished.output + finished.errors
    # This Hub had removed it all the same; who compares anew finds that out.
    assert sync(site, "--apply", "--yes", "--format", "json").summary["applied"] == 1
    assert "example-org/reefs" not in dict(items(hub))


@pytest.mark.parametrize(
    ("token", "code", "words"),
    [("", "OTD461", "there is no token"), ("hf_wrong", "OTD460", "the Hub does not accept the token")],
)
def test_without_a_token_that_may_write_nothing_is_changed(
    site: LiveSite, hub: HubServer, token: str, code: str, words: str
) -> None:
    finished = sync(site, "--apply", "--yes", token=token)
    assert finished.status == 2
    assert f"error {code}: " in finished.output
    assert words in finished.output
    assert changes(hub) == []


def test_nobody_is_asked_where_nobody_can_answer(site: LiveSite, hub: HubServer) -> None:
    finished = sync(site, "--apply")
    assert (finished.status, "add --yes" in finished.errors, changes(hub)) == (2, True, [])


def test_a_collection_that_is_gone_is_an_error(site: LiveSite, hub: HubServer) -> None:
    del hub.items[COLLECTION]
    finished = sync(site)
    assert (finished.status, "the Hub has no such collection" in finished.output) == (2, True)
    assert "the Hub must not be asked" in sync(site, "--offline").output
