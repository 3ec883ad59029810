"""The snapshot's folder: broken files cost what is broken, and no moment of a run leaves half a file."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic, Severity
from otdi_site.hub import SNAPSHOT_FOLDER, load_snapshot, write_snapshot
from otdi_site.model.merge import Merger
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
from tests.samples import VOCABULARIES

ROOT = Path(__file__).resolve().parents[3]
TIME, LATER = "2026-01-02T03:04:05Z", "2026-02-03T04:05:06Z"
NEVER = "2026-07-01T00:00:00Z"
"""After the snapshot was read."""
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


def test_an_empty_snapshot_makes_no_files(tmp_path: Path) -> None:
    assert write_snapshot(tmp_path, Snapshot()).files == ()


def test_an_unchanged_snapshot_is_not_touched(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert write_snapshot(tmp_path, SNAPSHOT).files == ()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_only_the_file_that_changed_is_written(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    changed = replace(SNAPSHOT, rows={**SNAPSHOT.rows, FULL_ROW.id: replace(FULL_ROW, likes=4)})
    assert write_snapshot(tmp_path, changed).files == ("datasets.jsonl",)


NAMES = ["datasets.jsonl", "collections.jsonl", "events.jsonl", "history.jsonl", "state.json"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_other_line_ends_a_mark_in_front_and_a_missing_last_end_are_read(
    tmp_path: Path, start: str, end: str, is_ended: bool
) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    for name in NAMES:
        text = start + (tmp_path / name).read_text(encoding="utf-8").rstrip("\n").replace("\n", end)
        (tmp_path / name).write_bytes((text + (end if is_ended else "")).encode())
    assert load_snapshot(tmp_path) == (SNAPSHOT, ())
    # The next refresh writes it as it always does.
    write_snapshot(tmp_path, SNAPSHOT)
    assert b"\r" not in (tmp_path / "datasets.jsonl").read_bytes()


def errors_of(problems: tuple[Diagnostic, ...]) -> list[str]:
    return [problem.code for problem in problems if problem.severity is Severity.ERROR]


BROKEN_LINES = [
    ("", "[1]", "OTD401", "is no JSON object"),
    ("", '{"id":"a/b"}', "OTD401", "lacks the field 'endpoint'"),
    ("id", '"../x"', "OTD401", "makes no sense in 'id'"),
    ("endpoint", '"javascript:1"', "OTD401", "makes no sense in 'endpoint'"),
    ("read_at", '"yesterday"', "OTD401", "makes no sense in 'read_at'"),
    ("read_at", '"2999-01-01T00:00:00Z"', "OTD401", "has a time in the future"),
    ("read_at", '"0001-01-01T00:00:00Z"', "OTD401", "makes no sense in 'read_at'"),
    ("details_read_at", '"2999-01-01T00:00:00Z"', "OTD401", "has a time in the future"),
    ("status", '"?"', "OTD401", "makes no sense in 'status'"),
    ("status", '"renamed"', "OTD401", "lacks the field 'renamed_to'"),
    ("memberships", '[{"slug":"../x"}]', "OTD401", "makes no sense in 'memberships'"),
    ("colour", "1", "OTD404", "unknown field 'colour'"),
    ("memberships", '[{"slug":"a/b-1","weight":1}]', "OTD404", "unknown field 'weight'"),
    ("", "[" * 100_000, "OTD401", "is not JSON"),
    ("", '{"id":"a/b","endpoint"', "OTD401", "is not JSON"),
]


@pytest.mark.parametrize(("field", "text", "code", "message"), BROKEN_LINES)
def test_a_line_that_cannot_be_read_is_an_error_at_its_place(
    tmp_path: Path, field: str, text: str, code: str, message: str
) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    line = '{"id":"a/b","endpoint":"https://x.org","read_at":"2026-01-02T03:04:05Z"}'
    line = f'{line[:-1]},"{field}":{text}}}' if field else text
    file.write_text("\n".join([lines[0], line, *lines[1:]]) + "\n", encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == SNAPSHOT
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert str(problem.mark) == f"{SNAPSHOT_FOLDER}/datasets.jsonl:2"
    assert message in problem.message


def test_what_is_wrong_with_every_line_is_said_once(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('{"id"', '{"colour":1,"id"'), encoding="utf-8")
    _, (problem,) = load_snapshot(tmp_path)
    assert problem.code == "OTD404"
    assert "and so do 2 other lines" in problem.message
    assert "newer version" in problem.help


ODD_VALUES = [
    None, True, 7, -1, 10**30, 0.5, float("nan"), float("inf"), "", " ", "\t", "?", "\ud800", "\u202e", "\x00",
    "x" * 100_000, [], [None], [""], [" "], ["\ud800"], [[[]]], ["a"] * 3, {}, {"": 1}, {"a": {"b": [None]}},
    "2999-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_value_in_any_field_is_named_and_never_loses_what_it_belongs_to(tmp_path: Path, name: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / name
    text = file.read_text(encoding="utf-8")
    (first, *others), whole = text.splitlines(), load_snapshot(tmp_path)[0]
    for field in json.loads(first):
        for value in ODD_VALUES:
            changed = json.dumps({**json.loads(first), field: value})
            file.write_text("\n".join([changed, *others]) + "\n", encoding="utf-8")
            snapshot, problems = load_snapshot(tmp_path)
            if errors_of(problems):
                continue  # nothing is published, and nothing is written back
            assert snapshot.rows.keys() == whole.rows.keys(), (field, value)
            assert len(snapshot.events) == len(whole.events), (field, value)
            assert snapshot.history.keys() == whole.history.keys(), (field, value)
            for row in snapshot.rows.values():
                # What is read is fit to be merged and shown: this is where a blank licence was a traceback.
                Merger(VOCABULARIES).merge(None, row)
                assert row.status is whole.rows[row.id].status, (field, value)


def test_a_value_that_is_left_out_is_read_anew(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('["cc-by-4.0"]', '[" "]'), encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity, problem.mark.line) == ("OTD405", Severity.WARNING, 1)
    assert "'licenses'" in problem.message
    assert snapshot.rows[FULL_ROW.id] == replace(FULL_ROW, licenses=(), details_of=None)


def test_a_time_after_it_was_read_is_left_out(tmp_path: Path) -> None:
    rows = {**SNAPSHOT.rows, FULL_ROW.id: replace(FULL_ROW, created_at=NEVER)}
    write_snapshot(tmp_path, replace(SNAPSHOT, rows=rows))
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert "'created_at'" in problem.message
    assert snapshot.rows[FULL_ROW.id].created_at is None


def test_a_second_line_that_says_the_same_is_a_warning_and_another_an_error(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / "datasets.jsonl"
    text = file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    file.write_text(f"{text}{first}\n", encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == SNAPSHOT
    assert (problem.code, problem.severity, problem.mark.line) == ("OTD402", Severity.WARNING, 4)
    file.write_text(text + first.replace("example-org/tides", "Example-Org/TIDES", 1) + "\n", encoding="utf-8")
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity, problem.mark.line) == ("OTD402", Severity.ERROR, 4)


@pytest.mark.parametrize("name", NAMES)
def test_a_conflict_that_a_merge_left_is_said_once(tmp_path: Path, name: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / name
    text = file.read_text(encoding="utf-8")
    file.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n", encoding="utf-8")
    _, problems = load_snapshot(tmp_path)
    assert [(problem.code, problem.mark.path) for problem in problems] == [
        ("OTD403" if name != "state.json" else "OTD400", f"{SNAPSHOT_FOLDER}/{name}")
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"\xff\xfe{\x00", b"\x80", b"\xfe\xff\x00{"])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    (tmp_path / name).write_bytes(content)
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity) == ("OTD400", Severity.ERROR)
    assert problem.mark.path == f"{SNAPSHOT_FOLDER}/{name}"
    assert ("UTF-16" in problem.message) == (len(content) > 1)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity) == ("OTD400", Severity.ERROR)
    (tmp_path / name).rmdir()
    (tmp_path / name).symlink_to("nowhere")
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity) == ("OTD400", Severity.ERROR)


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("", encoding="utf-8")
    _, (problem,) = load_snapshot(tmp_path / "snapshots")
    assert (problem.code, problem.severity) == ("OTD400", Severity.ERROR)


@pytest.mark.parametrize("name", ["datasets.jsonl", "events.jsonl", "history.jsonl"])
@pytest.mark.parametrize("kind", ["missing", "empty", "without its last line", "in the middle of a line"])
def test_a_file_that_was_cut_off_is_an_error(tmp_path: Path, name: str, kind: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    file = tmp_path / name
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    cut = {"empty": "", "without its last line": "".join(lines[:-1])}.get(kind, "".join(lines)[:-9])
    file.write_text(cut, encoding="utf-8")
    if kind == "missing":
        file.unlink()
    problems = load_snapshot(tmp_path)[1]
    assert set(errors_of(problems)) == {"OTD401" if "middle" in kind else "OTD406"}
    # Without the counts, the past of a dataset still tells that its line is missing.
    (tmp_path / "state.json").unlink()
    if name == "datasets.jsonl" and kind in ("missing", "empty"):
        assert errors_of(load_snapshot(tmp_path)[1]) == ["OTD406"]


@pytest.mark.parametrize("text", ["", "no", "[]", '{"lines":[]}', '{"lines":{"datasets.jsonl":"many"}}'])
def test_a_broken_state_is_an_error_that_says_what_to_delete(tmp_path: Path, text: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    snapshot, (problem,) = load_snapshot(tmp_path)
    assert snapshot == replace(SNAPSHOT, checked=CheckTimes())
    assert (problem.code, problem.mark.path) == ("OTD400", f"{SNAPSHOT_FOLDER}/state.json")
    assert "delete the file" in problem.help


@pytest.mark.parametrize("text", ['{"format":2,"lines":{}}', '{"mood":"good"}'])
def test_a_newer_format_says_so(tmp_path: Path, text: str) -> None:
    write_snapshot(tmp_path, SNAPSHOT)
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    _, (problem,) = load_snapshot(tmp_path)
    assert (problem.code, problem.severity) == ("OTD404", Severity.ERROR)


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


WRITING = """
import sys
from pathlib import Path
from otdi_site.hub import load_snapshot, write_snapshot
from otdi_site.model.snapshot import Event, EventKind, Snapshot, SnapshotRow
folder, mine = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
for number in range(60):
    time = f"2026-01-02T03:{number:02}:{mine}Z"
    rows = {f"a/b{i}": SnapshotRow(f"a/b{i}", "https://x.org", time, likes=number) for i in range(300)}
    events = tuple(Event(time, f"a/b{i}", EventKind.ADDED) for i in range(300))
    problems = write_snapshot(folder, Snapshot(rows=rows, events=events)).diagnostics
    assert not problems, problems
"""


def test_two_that_write_at_once_do_not_take_each_others_files_and_no_reader_sees_half(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", WRITING, tmp_path, mine] for mine in ("01", "02")]
    writers = [subprocess.Popen(each, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for each in commands]
    readings = 0
    while any(writer.poll() is None for writer in writers):
        snapshot, problems = load_snapshot(tmp_path)
        assert problems == ()
        assert len(snapshot.rows) in (0, 300)
        readings += bool(snapshot.rows)
    for writer in writers:
        _, complaints = writer.communicate()
        assert (writer.returncode, complaints) == (0, b"")
    assert readings
    assert not list(tmp_path.glob("*.new"))
