"""Writes the files of the snapshot, each atomically; `snapshot_reader` reads them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.hub.snapshot_rows import JsonObject, checked_to_object, history_to_object, to_object
from otdi_site.model.snapshot import Snapshot
from otdi_site.plain_files import read_plain_file
from otdi_site.tokens import find_tokens

SNAPSHOT_FOLDER = "catalog_data/snapshots"
"""The folder within a site, as diagnostics name it."""
DATASETS, COLLECTIONS, EVENTS, HISTORY, STATE = (
    "datasets.jsonl",
    "collections.jsonl",
    "events.jsonl",
    "history.jsonl",
    "state.json",
)
COUNTED = (DATASETS, EVENTS, HISTORY)
"""Files that never lose a line; the state says how many each has, so that one that was cut off is noticed."""
FORMAT = 1
"""Of the folder; a newer one is refused."""
_TEMPORARY = ".new"
_REVOKE = "revoke the token on the Hub, and look for it in what the datasets of the collections say"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Written:
    """The result of `write_snapshot`."""

    files: tuple[str, ...]
    """Names of the files that changed; the others were not touched."""
    diagnostics: tuple[Diagnostic, ...]


def write_snapshot(folder: Path, snapshot: Snapshot) -> Written:
    """Writes the files that changed, each whole or not at all.

    All new files are on the disk before the first takes its place, events before the rows they tell of: a run that
    is killed leaves the old snapshot or a newer one that the next run completes.
    """
    contents = {
        EVENTS: _lines(to_object(event) for event in snapshot.events),
        HISTORY: _lines(history_to_object(hub_id, points) for hub_id, points in snapshot.history.items() if points),
        COLLECTIONS: _lines(to_object(collection) for collection in snapshot.collections),
        DATASETS: _lines(to_object(row) for row in snapshot.rows.values()),
    }
    counts = {name: lines for name in COUNTED if (lines := contents[name].count(b"\n"))}
    state = checked_to_object(snapshot.checked)
    if counts or any(state.values()) or (folder / STATE).exists():
        # Last, since it says what the others hold.
        contents[STATE] = _json({"format": FORMAT, "lines": counts, **state})
    tokens = find_tokens()
    for name, content in contents.items():
        # Parsing refuses tokens; this is for rows that were there before, and for whatever it missed.
        if tokens.is_in(content.decode()):
            mark = Mark(f"{SNAPSHOT_FOLDER}/{name}")
            return Written((), (error("OTD445", mark, "would hold the Hugging Face token", _REVOKE),))
    try:
        return Written(_replace_changed(folder, contents), ())
    except OSError as problem:
        problem_text = problem.strerror or type(problem).__name__
        return Written(
            (),
            (
                error(
                    "OTD409",
                    Mark(SNAPSHOT_FOLDER),
                    f"the snapshot cannot be written: {problem_text}",
                    "make the folder writable and free space on the disk, then run refresh again",
                ),
            ),
        )


def _replace_changed(folder: Path, contents: dict[str, bytes]) -> tuple[str, ...]:
    changed = [name for name, content in contents.items() if _read_bytes(folder / name) != content]
    # A file that never was is only made when it has something to say.
    changed = [name for name in changed if contents[name] or (folder / name).exists()]
    if not changed:
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    # Named for this process and run: two that write at once must not take each other's files.
    suffix = f".{os.getpid()}-{secrets.token_hex(4)}{_TEMPORARY}"
    try:
        for name in changed:
            with (folder / (name + suffix)).open("wb") as file:
                file.write(contents[name])
                file.flush()
                os.fsync(file.fileno())
        for name in changed:
            (folder / (name + suffix)).replace(folder / name)
    finally:
        for name in changed:
            with contextlib.suppress(OSError):
                (folder / (name + suffix)).unlink()
    _sync_folder(folder)
    return tuple(changed)


def _remove_leftovers(folder: Path) -> None:
    """Removes what a process left that was killed while it wrote."""
    for file in folder.glob(f"*.*-*{_TEMPORARY}"):
        process = file.name.removesuffix(_TEMPORARY).rpartition(".")[2].partition("-")[0]
        if process.isascii() and process.isdigit() and not _is_running(int(process)):
            with contextlib.suppress(OSError):
                file.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the new names; not every system lets a folder be opened.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read_bytes(path: Path) -> bytes | None:
    try:
        return read_plain_file(path)
    except OSError:
        return None


def _json(value: JsonObject) -> bytes:
    return (_ENCODER.encode(value) + "\n").encode()


def _lines(objects: Iterable[JsonObject]) -> bytes:
    return b"".join(_json(value) for value in objects)
