"""Files that anybody may have put there: none is waited for, and none ends a run with a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from otdi_site.hub import load_snapshot
from otdi_site.plain_files import read_plain_file, read_plain_json
from otdi_site.publish.manifest import MANIFEST, Manifest, is_own_folder
from tests.sites import make_small_site, run

SNAPSHOT_FILES = ["datasets.jsonl", "collections.jsonl", "events.jsonl", "history.jsonl", "state.json"]


def make_odd(file: Path, kind: str) -> Path:
    """Something of a name that a file should have."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    elif kind == "folder":
        file.mkdir()
    elif kind == "loop":
        file.symlink_to(file.name)
    return file


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "loop", "nothing"])
def test_only_files_are_read(tmp_path: Path, kind: str) -> None:
    file = make_odd(tmp_path / "file", kind)
    with pytest.raises(OSError, match=r"no file|directory|symbolic links|No such file"):
        read_plain_file(file)
    assert not is_own_folder(tmp_path)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 100_000, "", "nul", '"' * 9, "1" * 5_000])
def test_what_is_no_json_is_an_error_that_is_expected(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ValueError, match=r"nested|Expecting|Unterminated|Extra data|digits"):
        read_plain_json(tmp_path / MANIFEST)
    assert Manifest.read(tmp_path) is None
    assert Manifest.decode(text.encode()) is None
    assert not is_own_folder(tmp_path)


@pytest.mark.parametrize("name", SNAPSHOT_FILES)
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "loop"])
def test_a_snapshot_that_is_no_file_is_an_error(tmp_path: Path, kind: str, name: str) -> None:
    make_odd(tmp_path / name, kind)
    _, found = load_snapshot(tmp_path)
    assert [(each.code, each.severity.value) for each in found] == [("OTD400", "error")]


def test_a_build_waits_for_no_pipe_and_writes_through_no_link(tmp_path: Path) -> None:
    root = make_small_site(tmp_path / "site")
    assert run(root, "build", "--offline").status == 0
    for name in ("unanswered.json", "refused-rows.jsonl"):
        make_odd(root / ".cache" / name, "pipe")
    (root / "_site" / MANIFEST).write_text("[" * 200_000)
    built = run(root, "build", "--offline")
    assert (built.status, "Traceback" in built.errors) == (0, False)
    assert Manifest.read(root / "_site") is not None

    precious = tmp_path / "precious"
    precious.write_text("precious")
    (root / ".cache/lock").unlink()
    (root / ".cache/lock").symlink_to(precious)
    built = run(root, "build", "--offline")
    assert (built.status, "Traceback" in built.errors, precious.read_text()) == (2, False, "precious")
