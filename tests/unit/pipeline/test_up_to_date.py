"""A build that finds nothing to do says so at once; anything that may have changed makes it look."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.pipeline import Outcome, Request
from otdi_site.pipeline.up_to_date import Started, begin, describe_inputs
from otdi_site.progress import Progress
from tests.sites import make_small_site, read_tree, stamps

pytestmark = pytest.mark.usefixtures("warm_start")

ROWS = '{"id": "example-org/rain", "tags": ["license:mit"], "description": "Rain that was invented."}\n'
SOURCES = "sources:\n  - {path: rows.jsonl, date: 2025-10-24, name: Rows, licenses: all}\n"


def build(request: Request) -> Outcome:
    time.sleep(0.06)  # what has just been written may be written again within one tick of the file system's clock
    return pipeline.build(request, Progress(is_quiet=True))


def again(request: Request) -> Outcome | None:
    found = begin(request, Progress(is_quiet=True))
    if isinstance(found, Started):
        found.stack.close()
    return found if isinstance(found, Outcome) else None


@pytest.fixture
def asked(tmp_path: Path) -> Request:
    """For a site with a warning, since one of its rows is broken."""
    root = make_small_site(tmp_path / "site", {"rows.jsonl": ROWS + "broken\n", "templates/partials/note.html": "a"})
    config = root / "site.yaml"
    config.write_text(config.read_text("utf-8") + SOURCES, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return Request(root, tmp_path / "out", None, offline=True, strict=False, jobs=1)


def test_nothing_is_read_and_all_is_said_again(asked: Request) -> None:
    first = build(asked)
    before = stamps(asked.output)
    outcome = again(asked)
    assert outcome is not None
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["OTD451"]
    assert outcome.diagnostics == first.diagnostics
    assert {**outcome.summary, "seconds": 0} == {
        **first.summary,
        "seconds": 0,
        "written": 0,
        "rebuild": "unchanged",
        "rebuild_reason": None,
    }
    assert "5 pages, 2 datasets; 1 bulk row refused; " in outcome.line
    assert "all as they were" in outcome.line
    assert stamps(asked.output) == before


def rewrite(path: str, text: str | None = None) -> Callable[[Request], None]:
    def change(request: Request) -> None:
        file = request.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or file.read_text("utf-8") + "\n", encoding="utf-8")

    return change


def keep_size_and_time(request: Request) -> None:
    page = request.root / "content/about.md"
    status = page.stat()
    page.write_text(page.read_text("utf-8").replace("water", "steam"), encoding="utf-8")
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))


def commit(request: Request) -> None:
    git = ["git", "-C", str(request.root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "add", "content"], check=True)
    subprocess.run([*git, "commit", "-qm", "Pages"], check=True)


def change_record(statement: str) -> Callable[[Request], None]:
    def change(request: Request) -> None:
        connection = sqlite3.connect(request.root / ".cache/store.sqlite", isolation_level=None)
        connection.execute(statement)
        connection.close()

    return change


CHANGES: dict[str, Callable[[Request], None]] = {
    "page": rewrite("content/about.md"),
    "page of the same size and time": keep_size_and_time,
    "new page": rewrite("content/new.md", "# New\n"),
    "lost page": lambda request: (request.root / "content/new.md").unlink(),
    "entry": rewrite("catalog_data/datasets/example-org/wells.yaml"),
    "vocabulary": rewrite("catalog_data/vocabulary/modalities.yaml"),
    "snapshot": rewrite("catalog_data/snapshots/new.yaml", "a: b\n"),
    "template": rewrite("templates/partials/note.html"),
    "style": rewrite("site_src/css/own.css", "a {}\n"),
    "configuration": rewrite("site.yaml"),
    "bulk rows": rewrite("rows.jsonl"),
    "date of a page": commit,
    "published page": lambda request: (request.output / "about/index.html").unlink(),
    "foreign file": lambda request: (request.output / "foreign.txt").touch(),
    "store": lambda request: (request.root / ".cache/store.sqlite").unlink(),
    "record": change_record("DELETE FROM record WHERE name = 'last'"),
    "damaged record": change_record("UPDATE record SET content = x'7b7d' WHERE name = 'last'"),
}


def test_any_change_makes_a_build_look(asked: Request) -> None:
    assert build(asked).exit_status == 0
    for name, change in CHANGES.items():
        assert again(asked) is not None, name
        change(asked)
        assert again(asked) is None, name
        assert build(asked).exit_status == 0, name
    assert "foreign.txt" not in read_tree(asked.output)
    assert "about/index.html" in read_tree(asked.output)
    clean = replace(asked, output=asked.output.with_name("clean"))
    shutil.rmtree(asked.root / ".cache")
    assert build(clean).exit_status == 0
    assert read_tree(clean.output) == read_tree(asked.output)


@pytest.mark.parametrize(
    "other",
    [{"base_url": "https://other.example.org/"}, {"strict": True}, {"offline": False}],
    ids=["base-url", "strict", "online"],
)
def test_another_question_is_not_answered_with_this_answer(other: dict[str, object], asked: Request) -> None:
    build(asked)
    assert again(replace(asked, **other)) is None  # type: ignore[arg-type]


def test_what_was_written_a_moment_ago_may_change_again(asked: Request) -> None:
    file = asked.root / "content/new.md"
    file.write_text("# New\n", encoding="utf-8")
    written = file.stat().st_ctime_ns
    assert describe_inputs(asked.root, [], written + 1_000_000) is None
    assert describe_inputs(asked.root, [], written + 60_000_000_000) is not None


def test_a_link_may_lead_to_anything(asked: Request) -> None:
    (asked.root / "content/link.md").symlink_to("about.md")
    assert describe_inputs(asked.root, [], time.time_ns() + 60_000_000_000) is None


def test_a_build_that_failed_is_not_repeated(asked: Request) -> None:
    build(asked)
    (asked.root / "content/new.md").write_text("No heading\n", encoding="utf-8")
    assert build(asked).exit_status == 1
    assert again(asked) is None
