"""The policy of a site, near misses, and a requirement that is added to the specification alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import HubServer, Reply
from tests.live_sites import LiveSite, make_live_site
from tests.sites import PROJECT, change_config, run

COMPLETE = (PROJECT / "tests/cards/complete.md").read_text("utf-8")
TIDES, WAVES = "example-org/tides", "example-org/waves"
PAGE = "---\ntitle: Near misses\n---\n:::{slot} near-misses\n:::\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveSite]:
    with HubServer(quota=None) as hub:
        for hub_id in (TIDES, WAVES):
            data = {"license": "cdla-permissive-2.0", "pretty_name": hub_id}
            hub.add_dataset(hub_id, cardData=data, tags=["license:cdla-permissive-2.0"])
            hub.files[f"{hub_id}/README.md"] = COMPLETE.encode()
        hub.add_collection(ids=[TIDES, WAVES])
        hub.files[f"{WAVES}/README.md"] = COMPLETE.replace("2026-03-31", "soon").encode()
        yield make_live_site(tmp_path / "site", hub, {"content/coverage/near-misses.md": PAGE})


def near_misses(site: LiveSite) -> dict[str, list[str]]:
    """Ids of unmet requirements by dataset."""
    listed = json.loads((site.output / "coverage/near-misses.json").read_text("utf-8"))
    return {each["id"]: [row["id"] for row in each["unmet"]] for each in listed}


def test_near_misses_name_what_is_lacking_and_how_to_mend_it(site: LiveSite) -> None:
    assert site.build().status == 0
    assert near_misses(site)["example-org/waves"] == ["text.dataset_issue_date"]
    assert "example-org/tides" not in near_misses(site)
    text = site.words("coverage/near-misses/index.html")
    assert "Date of issue 1" in text
    assert f"{WAVES} example-org: lacks 1 Date of issue" in text
    assert "Write the day of this version in ISO 8601" in text
    assert f"/datasets/{WAVES}.html" in site.listed()


def test_a_dataset_that_fails_the_policy_keeps_its_page_and_leaves_the_lists(site: LiveSite) -> None:
    change_config(site.root, policy={"required": ["text.dataset_issue_date"]})
    assert site.build().status == 0
    assert f"/datasets/{WAVES}.html" not in site.listed()
    assert f"/datasets/{TIDES}.html" in site.listed()
    assert "Not in the catalogue. This dataset does not meet what this catalogue requires: Date of issue" in site.words(
        WAVES
    )
    assert near_misses(site)["example-org/waves"] == ["text.dataset_issue_date"]
    assert site.broken_links() == []


def test_where_sources_disagree_each_value_is_shown_and_none_counts_as_accepted(site: LiveSite) -> None:
    entry = site.root / "catalog_data/datasets/example-org/tides.yaml"
    sources = "sources: [{url: 'https://example.org/tides', date: 2026-01-02}]\n"
    entry.parent.mkdir(parents=True, exist_ok=True)
    stated = f"title: Tides\nhuggingface: {TIDES}\nlanguages: [fr]\n{sources}"
    entry.write_text(f"{stated}license: CDLA-Permissive-2.0\n", encoding="utf-8")
    (site.root / "content/checks.md").write_text("---\ntitle: Stated\n---\n:::{slot} checks\n:::\n", encoding="utf-8")
    assert site.build().status == 0
    assert "Sources differ" not in site.words(TIDES)
    before = site.words("checks/index.html")
    entry.write_text(f"{stated}license: MIT\n", encoding="utf-8")
    assert site.build("--offline").status == 0
    assert "Sources differ. Also stated: Community Data License Agreement Permissive 2.0 2" in site.words(TIDES)
    count = re.compile(r"a licence that the initiative accepts (\d+) of")
    accepted = [int(count.findall(text)[0]) for text in (before, site.words("checks/index.html"))]
    assert accepted[1] == accepted[0] - 1


def test_refusals_are_counted_by_source_and_reason_also_where_only_a_text_changed(site: LiveSite) -> None:
    rows = [{"id": "lab/one", "tags": ["license:mit"]}, {"id": "lab/two", "tags": ["license:gpl-3.0"]}, {"x": 1}]
    rows = [{"description": "Rain, measured.", **row} for row in [*rows, {"id": "lab/three", "tags": []}]]
    (site.root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    change_config(
        site.root,
        policy={"required": ["text.dataset_issue_date"]},
        sources=[{"path": "rows.jsonl", "date": "2025-10-24", "name": "Rows"}],
    )
    page = site.root / "content/refusals.md"
    page.write_text("---\ntitle: Refusals\n---\n:::{slot} refusals\n:::\n", encoding="utf-8")
    assert site.build().status == 0
    text = site.words("refusals/index.html")
    assert "Entries and live metadata does not meet what this catalogue requires: Date of issue 1" in text
    assert "Rows, 2025-10-24 no licence that this source may have 2 Rows, 2025-10-24 no row of a dataset 1" in text
    page.write_text("---\ntitle: Refusals\n---\nOnce more.\n\n:::{slot} refusals\n:::\n", encoding="utf-8")
    assert site.build("--offline").status == 0
    after = site.words("refusals/index.html")
    assert "Once more." in after
    assert text[text.index("Entries and live") :] == after[after.index("Entries and live") :]


def test_what_is_unknown_refuses_no_dataset(site: LiveSite) -> None:
    site.hub.fail(f"{WAVES}/README.md", lambda *_: Reply(500, b"", ()))
    change_config(site.root, policy={"required": ["text.dataset_issue_date"]})
    assert site.build().status == 0
    assert f"/datasets/{WAVES}.html" in site.listed()


def test_a_requirement_that_is_added_to_the_specification_alone_is_everywhere(site: LiveSite) -> None:
    file = site.root / "catalog_data/vocabulary/card_specification.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "catalog_data/vocabulary/card_specification.yaml", file)
    row = (
        "      - id: text.tide_gauge\n        name: tide_gauge\n        title: Tide gauge\n        status: required\n"
        "        check: {rule: section, headings: [Tide Gauge]}\n        fix: Name the gauge.\n"
    )
    text = file.read_text("utf-8")
    start = text.index("      - id: text.standards_version_used")
    file.write_text(text[:start] + row + text[start:], encoding="utf-8")
    (site.root / "content/fields.md").write_text(
        "---\ntitle: Fields\n---\n:::{slot} card-fields\nsection: markdown_content\n:::\n", encoding="utf-8"
    )
    assert site.build().status == 0
    assert "Tide gauge" in site.words("fields/index.html")
    assert "Name the gauge." in site.words("fields/index.html")
    assert "Tide gauge : not met : the card has no section “Tide Gauge”" in site.words(TIDES)
    template = (site.output / "downloads/dataset-card-template.md").read_text("utf-8")
    assert "\n## Tide Gauge\n\n<!-- Required. Name the gauge. -->\n\n[More Information Needed]\n" in template
    card = site.root / "card.md"
    card.write_text(COMPLETE, encoding="utf-8")
    checked = run(None, "card", "check", str(card), "--root", str(site.root))
    assert checked.status == 1
    assert "✗ not met  Tide gauge (tide_gauge)" in checked.output
    card.write_text(COMPLETE + "\n## Tide Gauge\n\nAt the pier.\n", encoding="utf-8")
    assert run(None, "card", "check", str(card), "--root", str(site.root)).status == 0


def test_the_page_draws_the_lineage_and_writes_it_as_a_list(site: LiveSite) -> None:
    entry = "title: Foam\nurl: https://example.org/foam\nsource_datasets: [example-org/waves, <b>none</b>]\n"
    (site.root / "catalog_data/datasets/example-org/foam.yaml").write_text(entry, encoding="utf-8")
    assert site.build().status == 0
    page = site.page("example-org/foam")
    assert page.count("<svg") == 1
    assert "Made from example-org/waves , CDLA-Permissive-2.0" in site.words("example-org/foam")
    assert "<b>none</b>" not in page
    assert "Used by Foam , licence unknown" in site.words(WAVES)
    assert site.broken_links() == []
