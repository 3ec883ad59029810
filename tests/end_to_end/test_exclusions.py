"""Datasets that are withdrawn, or not yet reviewed, stay out of the lists whatever the Hub and bulk files say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from otdi_site.diagnostics import Severity
from otdi_site.source.exclusions import read_exclusions
from tests.hub_server import HubServer
from tests.live_sites import LiveSite, make_live_site
from tests.sites import change_config, read_tree, run, without_kept

TIDES, WAVES, ROCKS, SANDS = "example-org/tides", "example-org/Waves", "other-org/rocks", "other-org/sands"
FILE = "catalog_data/exclusions.yaml"


def fill(hub: HubServer) -> None:
    for hub_id in (TIDES, WAVES):
        hub.add_dataset(hub_id, cardData={"pretty_name": f"All {hub_id}"}, tags=["license:mit"])
    hub.add_collection(ids=[TIDES, WAVES])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """Two datasets of a collection, and two of a bulk file; the Hub is closed."""
    with HubServer(quota=None) as hub:
        fill(hub)
        site = make_live_site(tmp_path_factory.mktemp("built") / "site", hub)
        rows = [{"id": hub_id, "description": "Invented stones.", "tags": ["license:mit"]} for hub_id in (ROCKS, SANDS)]
        (site.root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        change_config(site.root, sources=[{"path": "rows.jsonl", "date": "2025-10-24"}])
        assert site.build().status == 0
        return site


@pytest.fixture
def site(built: LiveSite, tmp_path: Path) -> Iterator[LiveSite]:
    with HubServer(quota=None) as hub:
        fill(hub)
        yield built.copy(tmp_path / "site", hub)


def exclude(site: LiveSite, page: str, *hub_ids: str) -> None:
    exclusions = [
        {"id": each, "reason": "It held data of patients.", "date": "2026-02-03", "by": "its owner", "page": page}
        for each in hub_ids
    ]
    (site.root / FILE).write_text(json.dumps({"exclusions": exclusions}), encoding="utf-8")


def test_what_is_withdrawn_says_so_and_no_refresh_brings_it_back(site: LiveSite) -> None:
    exclude(site, "withdrawn", WAVES.upper().replace("EXAMPLE-ORG", "example-org"), ROCKS)
    for _ in range(2):
        finished = site.build()
        assert (finished.status, "warning" in finished.output) == (0, False), finished
        for name in ("example-org/waves", ROCKS):
            assert f"/datasets/{name}.html" not in site.listed()
            said = "was withdrawn at the request of its owner on 2026-02-03: It held data of patients"
            assert said in site.words(name)
            assert "stones" not in site.words(name)
            assert "huggingface.co/datasets/" + name not in site.page(name)
        assert site.mentions("All example-org/Waves") == set()
        assert site.broken_links() == []
        assert {"/datasets/example-org/tides.html", "/datasets/other-org/sands.html"} <= set(site.listed())
        site.age()
        assert site.refresh().status == 0


def test_what_is_to_be_gone_goes_wholly_and_is_not_called_lost(site: LiveSite) -> None:
    exclude(site, "gone", WAVES, ROCKS)
    finished = site.build("--strict")
    assert finished.status == 0, finished
    assert not site.has_page("example-org/waves")
    assert not site.has_page(ROCKS)
    assert site.broken_links() == []


def test_a_build_after_an_exclusion_makes_what_a_clean_one_makes(site: LiveSite, tmp_path: Path) -> None:
    for page, hub_ids in (("withdrawn", [ROCKS, WAVES]), ("gone", [])):
        exclude(site, page, *hub_ids)
        assert site.build("--offline").status == 0
        output, cache = tmp_path / f"clean-{page}-{len(hub_ids)}", tmp_path / f"cache-{page}-{len(hub_ids)}"
        assert run(site.root, "--offline", "--output", str(output), "--cache", str(cache)).status == 0
        assert without_kept(read_tree(site.output)) == without_kept(read_tree(output))


ONE = "id: {}, reason: x, date: {}, by: y"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"exclusions: [{{{ONE.format('a/b', '2026-01-02')}}}, {{{ONE.format('A/B', '2026-01-02')}}}]",
            "names A/B twice",
        ),
        (f"exclusions: [{{{ONE.format('a/b', 'soon')}}}]", "expected a date"),
        ("exclusions: [{id: a/b, date: 2026-01-02, by: y}]", "reason"),
        ("- id: a/b", "expected"),
        ("exclusions: [", ""),
    ],
)
def test_a_wrong_file_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "catalog_data").mkdir()
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    exclusions, problems = read_exclusions(tmp_path, ())
    assert (exclusions, {each.severity for each in problems}) == ((), {Severity.ERROR})
    assert message in problems[0].message


@pytest.mark.parametrize("state", ["proposed", "in review", "listed", "donated", "finished"])
def test_the_state_of_an_entry_is_shown_and_decides_whether_it_is_listed(site: LiveSite, state: str) -> None:
    entry = site.root / "catalog_data/datasets/example-org/tides.yaml"
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(f"title: Tides\nhuggingface: {TIDES}\nmodalities: [text]\nstate: {state}\n", encoding="utf-8")
    finished = site.build("--offline")
    if state == "finished":
        assert finished.status == 1
        assert "help: write proposed, in review, listed or donated" in finished.output
        return
    assert finished.status == 0, finished
    is_reviewed = state in ("listed", "donated")
    assert (f"/datasets/{TIDES}.html" in site.listed()) == is_reviewed
    said = {
        "proposed": "This dataset is proposed, and has not been reviewed yet",
        "in review": "This dataset is being reviewed",
    }
    said |= {"listed": "reviewed and listed", "donated": "donated: "}
    assert said[state] in site.words(TIDES)
    assert site.broken_links() == []
