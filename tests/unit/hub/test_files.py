"""The snapshot's folder: broken files cost what is broken, and no moment of a run leaves half a file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from otdi_site.hub import SNAPSHOT_FOLDER, load_snapshot, write_snapshot
from otdi_site.model.snapshot import (
    CheckTimes,
    CollectionRow,
    Event,
    EventKind,
    HistoryPoint,
    KeptReason,
    Membership,
    Snapshot,
    SnapshotRow,
    Status,
)

ROOT = Path(__file__).resolve().parents[3]
TIME, LATER = "2026-01-02T03:04:05Z", "2026-02-03T04:05:06Z"
SLUG = "example-org/water-66d21b3cb66342762fb6108e"
FULL_ROW = SnapshotRow(
    id="example-org/tides",
    endpoint="https://huggingface.co",
    read_at=LATER,
    details_read_at=TIME,
    details_of=TIME,
    older={"downloads": TIME},
    kept=KeptReason.WRONG_SHAPE,
    memberships=(Membership(SLUG, 0, "Measured hourly"),),
    author="example-org",
    last_modified=TIME,
    downloads=0,
    likes=3,
    gated=False,
    row_count=8760,
    modalities=("audio", "text"),
    formats=("parquet",),
    title="Tides “und” 潮汐 <b>",
    description="One line.\n\nAnother \\under line, with \u200f a mark.",
    revision="0" * 40,
    created_at=TIME,
    downloads_all_time=900,
    licenses=("cc-by-4.0",),
    license_name="A name",
    license_link="https://example.org/licence",
    languages=("en", "haw"),
    task_categories=("text-generation",),
    size_categories=("1K<n<10K",),
    source_datasets=("original",),
    arxiv_ids=("2401.01234",),
    dois=("10.57967/hf/1234",),
    tags=("region:us",),
)
SNAPSHOT = Snapshot(
    rows={
        "example-org/tides": FULL_ROW,
        "example-org/waves": SnapshotRow(
            "example-org/waves", "http://127.0.0.1:1", TIME, status=Status.GONE, status_since=LATER
        ),
        "Other/old": SnapshotRow(
            "Other/old", "http://127.0.0.1:1", TIME, status=Status.RENAMED, status_since=LATER, renamed_to="Other/new"
        ),
    },
    collections=(CollectionRow(SLUG, "https://huggingface.co", TIME, "Water", "About water"),),
    events=(Event(TIME, "example-org/tides", EventKind.LICENSE, "mit", "cc-by-4.0"),),
    history={"example-org/tides": (HistoryPoint("2026-01-01", 5, None), HistoryPoint("2026-01-02", 0, 3))},
    checked=CheckTimes({SLUG: LATER}, {"other/alone": TIME}),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    assert load_snapshot(tmp_path) == (SNAPSHOT, ())


def test_a_line_has_the_shape_that_the_model_documents(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    lines = (tmp_path / "datasets.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines[1] == (
        '{"id":"example-org/waves","endpoint":"http://127.0.0.1:1","read_at":"2026-01-02T03:04:05Z",'
        '"status":"gone","status_since":"2026-02-03T04:05:06Z"}'
    )
    assert lines[0].startswith(
        '{"id":"example-org/tides","endpoint":"https://huggingface.co","read_at":"2026-02-03T04:05:06Z",'
        '"details_read_at":"2026-01-02T03:04:05Z","details_of":"2026-01-02T03:04:05Z",'
        '"older":{"downloads":"2026-01-02T03:04:05Z"},"kept":"wrong-shape",'
        '"memberships":[{"slug":"example-org/water-66d21b3cb66342762fb6108e","position":0,"note":"Measured hourly"}],'
        '"author":"example-org","last_modified":"2026-01-02T03:04:05Z","downloads":0,"likes":3,"gated":false,'
    )
    assert (tmp_path / "history.jsonl").read_text(encoding="utf-8") == (
        '{"id":"example-org/tides","points":[["2026-01-01",5,null],["2026-01-02",0,3]]}\n'
    )


def test_no_folder_and_an_empty_one_are_an_empty_snapshot(tmp_path: Path) -> None:
    assert load_snapshot(tmp_path / "none") == (Snapshot(), ())
    assert load_snapshot(tmp_path) == (Snapshot(), ())


def test_an_empty_snapshot_makes_no_files_of_rows(tmp_path: Path) -> None:
    assert write_snapshot(tmp_path, Snapshot()).files == ("state.json",)


def test_an_unchanged_snapshot_is_not_touched(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert write_snapshot(tmp_path, SNAPSHOT).files == ()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_only_the_file_that_changed_is_written(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    changed = replace(SNAPSHOT, rows={**SNAPSHOT.rows, FULL_ROW.id: replace(FULL_ROW, likes=4)})
    assert write_snapshot(tmp_path, changed).files == ("datasets.jsonl",)


BROKEN_LINES = [
    ("<<<<<<< HEAD", "is not JSON"),
    ("[1]", "is no JSON object"),
    ('{"id":"a/b"}', "lacks the field 'endpoint'"),
    ('{"id":"../x","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z"}', "makes no sense in 'id'"),
    ('{"id":"a/b","endpoint":"javascript:1","read_at":"2026-01-02T03:04:05Z"}', "makes no sense in 'endpoint'"),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"yesterday"}', "makes no sense in 'read_at'"),
    (
        '{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","likes":-1}',
        "makes no sense in 'likes'",
    ),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","likes":NaN}', "is not JSON"),
    (
        '{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","status":"?"}',
        "makes no sense in 'status'",
    ),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","colour":1}', "unknown field 'colour'"),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","title":"\u202e"}', "not allowed"),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","title":"\\u202e"}', "not allowed"),
    ('{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z","title":"\\ud800"}', "not allowed"),
    ("[" * 100_000, "is not JSON"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN_LINES)
def test_a_broken_line_is_named_and_costs_itself_alone(tmp_path: Path, line: str, message: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], line, *lines[1:]]) + "\n", encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == SNAPSHOT
    assert (problem.code, str(problem.mark)) == ("OTD401", f"{SNAPSHOT_FOLDER}/datasets.jsonl:2")
    assert message in problem.message


def test_a_second_line_for_a_dataset_is_named_and_the_first_counts(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines()[0].replace("example-org/tides", "Example-Org/TIDES", 1) + "\n", "utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == SNAPSHOT
    assert (problem.code, problem.mark.line) == ("OTD402", 4)
    assert "Example-Org/TIDES" in problem.message


@pytest.mark.parametrize("name", ["datasets.jsonl", "collections.jsonl", "events.jsonl", "history.jsonl", "state.json"])
def test_a_file_that_cannot_be_read_is_named_and_costs_itself_alone(tmp_path: Path, name: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.mark.path) == ("OTD400", f"{SNAPSHOT_FOLDER}/{name}")
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    _, (problem,) = load_snapshot(tmp_path)
    assert problem.code == "OTD400"


@pytest.mark.parametrize("text", ["", "no", "[]", '{"collections":[]}', '{"collections":{"../x":1}}'])
def test_a_broken_state_means_that_everything_is_asked_again(tmp_path: Path, text: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == replace(SNAPSHOT, checked=CheckTimes())
    assert (problem.code, problem.mark.path) == ("OTD400", f"{SNAPSHOT_FOLDER}/state.json")


def test_a_folder_that_cannot_be_written_is_a_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("a file, no folder", encoding="utf-8")
    written = write_snapshot(tmp_path / "snapshots", SNAPSHOT)
    assert written.files == ()
    assert [problem.code for problem in written.diagnostics] == ["OTD409"]


KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
from otdi_site.hub import write_snapshot
from otdi_site.model.snapshot import Snapshot, SnapshotRow, Event, EventKind
folder = Path(sys.argv[1])
number = 0
while True:
    number += 1
    time = f"2026-01-02T03:{number // 60 % 60:02}:{number % 60:02}Z"
    rows = {f"a/b{i}": SnapshotRow(f"a/b{i}", "https://x.org", time, likes=number) for i in range(2000)}
    events = tuple(Event(time, f"a/b{i}", EventKind.ADDED) for i in range(2000))
    write_snapshot(folder, Snapshot(rows=rows, events=events))
    if number == 1:
        print("written", flush=True)
"""


def test_a_run_killed_at_any_moment_leaves_a_whole_snapshot(tmp_path: Path) -> None:
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        process = subprocess.Popen([sys.executable, "-c", KILLED, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        time.sleep(random.random() / 5)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        snapshot, problems = load_snapshot(folder)
        assert problems == ()
        assert len(snapshot.rows) == len(snapshot.events) == 2000
        assert len({row.likes for row in snapshot.rows.values()}) == 1
        assert len({event.at for event in snapshot.events}) == 1
        # What the killed run left lying about is gone after the next one.
        write_snapshot(folder, SNAPSHOT)
        assert load_snapshot(folder) == (SNAPSHOT, ())
        assert not list(folder.glob("*.new"))
