"""What GitHub Pages does not take, told before it is deployed."""

from __future__ import annotations

import json
from pathlib import Path

from otdi_site.pipeline import publishing
from otdi_site.pipeline.publishing import check_limits
from tests.builds import build
from tests.sites import change_config, make_small_site


def test_a_site_of_more_than_nine_tenths_of_the_limit_is_told_with_figures() -> None:
    page, pages = 6_000, 150_000
    sizes = {f"datasets/owner/set-{number}.html": page for number in range(pages)}
    assert check_limits(sizes) == []
    [found] = check_limits({**sizes, "index.html": 50_000_000})
    assert (found.code, found.severity.value) == ("OTD510", "warning")
    assert found.message == (
        "the site has 950 MB in 150,001 files, 150,000 of them of datasets; GitHub Pages takes 1,000 MB"
    )
    assert "sources" in found.help


def test_files_of_more_than_nine_tenths_of_the_limit_are_named_the_largest_first() -> None:
    sizes = {f"downloads/{number}.zip": 90_000_000 + number * 1_000_000 for number in range(6)}
    found = [diagnostic for diagnostic in check_limits(sizes) if diagnostic.code == "OTD511"]
    assert [str(diagnostic.mark) for diagnostic in found] == [f"downloads/{number}.zip" for number in (5, 4, 3)]
    assert found[0].message == "has 95 MB; GitHub takes 100 MB a file"


def test_a_build_warns_each_time_and_publishes(tmp_path: Path) -> None:
    """With limits that a small site passes."""

    def lower() -> None:
        publishing.SITE_LIMIT = 500_000  # in a process of its own
        publishing.FILE_LIMIT = 1_000_000  # none of the program's own assets is as large

    rows = [{"id": f"owner/set-{number}", "description": "Water is wet. " * 70} for number in range(60)]
    root = make_small_site(tmp_path / "site", {"content/files/large.csv": "a" * 950_000})
    (root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
    for jobs in (1, 2):  # the second has nothing to do
        built = build(root, jobs=jobs, before=lower)
        assert (built.status, built.codes) == (0, ["OTD511", "OTD510"]), built
        assert "files/large.csv" in str(built.diagnostics[0].mark)
        assert (root / "_site/files/large.csv").exists()
