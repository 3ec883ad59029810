"""The snapshot's folder: reading that never fails, writing that never leaves half a file; it must not change a row."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.hub.events import event_key
from otdi_site.hub.fields import UNSAFE_CHARACTER
from otdi_site.hub.rows import (
    JsonObject,
    checked_to_object,
    history_to_object,
    read_checked,
    read_collection_row,
    read_event,
    read_history,
    read_row,
    to_object,
)
from otdi_site.model.snapshot import CheckTimes, Snapshot, sort_key

SNAPSHOT_FOLDER = "catalog_data/snapshots"
"""Where the folder is in a site; diagnostics name its files so."""
DATASETS, COLLECTIONS, EVENTS, HISTORY, STATE = (
    "datasets.jsonl",
    "collections.jsonl",
    "events.jsonl",
    "history.jsonl",
    "state.json",
)
_TEMPORARY = ".new"
_RESTORE = "restore the line from git, or delete it: the next refresh writes what the Hub says"

# A backslash before `u` that is not itself escaped.
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

Row = TypeVar("Row")


def _refuse_constant(_: str) -> None:
    raise ValueError


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_snapshot` did."""

    files: tuple[str, ...]
    """Names of the files that changed; the others were not touched."""
    diagnostics: tuple[Diagnostic, ...]


def load_snapshot(folder: Path) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """The snapshot and what is wrong with its files; what cannot be read is left out, a missing folder is empty."""
    problems: list[Diagnostic] = []
    rows = {}
    for number, row in _read_lines(folder, DATASETS, read_row, problems):
        if row.id.lower() in rows:
            problems.append(_twice(DATASETS, number, row.id))
        else:
            rows[row.id.lower()] = row
    collections = {}
    for number, collection in _read_lines(folder, COLLECTIONS, read_collection_row, problems):
        if collection.slug in collections:
            problems.append(_twice(COLLECTIONS, number, collection.slug))
        else:
            collections[collection.slug] = collection
    events = [event for _, event in _read_lines(folder, EVENTS, read_event, problems)]
    history = {}
    for number, (hub_id, points) in _read_lines(folder, HISTORY, read_history, problems):
        if hub_id in history:
            problems.append(_twice(HISTORY, number, hub_id))
        else:
            history[hub_id] = points
    snapshot = Snapshot(
        rows={row.id: row for row in sorted(rows.values(), key=lambda row: sort_key(row.id))},
        collections=tuple(collections[slug] for slug in sorted(collections)),
        events=tuple(sorted(dict.fromkeys(events), key=event_key)),
        history={hub_id: history[hub_id] for hub_id in sorted(history, key=sort_key)},
        checked=_read_state(folder, problems),
    )
    return snapshot, tuple(problems)


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
        STATE: _json(checked_to_object(snapshot.checked)),
    }
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
    try:
        for name in changed:
            with (folder / (name + _TEMPORARY)).open("wb") as file:
                file.write(contents[name])
                file.flush()
                os.fsync(file.fileno())
        for name in changed:
            (folder / (name + _TEMPORARY)).replace(folder / name)
    finally:
        for name in contents:
            with contextlib.suppress(OSError):
                (folder / (name + _TEMPORARY)).unlink()
    _sync_folder(folder)
    return tuple(changed)


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
        return path.read_bytes()
    except OSError:
        return None


def _json(value: JsonObject) -> bytes:
    return (_ENCODER.encode(value) + "\n").encode()


def _lines(objects: Iterable[JsonObject]) -> bytes:
    return b"".join(_json(value) for value in objects)


def _read_lines(
    folder: Path, name: str, read: Callable[[object], Row], problems: list[Diagnostic]
) -> Iterable[tuple[int, Row]]:
    """Line numbers and what the lines hold; broken ones become problems."""
    text = _read_file(folder, name, problems)
    for number, line in enumerate(text.split("\n") if text else (), start=1):
        if not line.strip():
            continue
        try:
            yield number, read(_parse(line))
        except ValueError as problem:
            message = f"this line {problem}"
            problems.append(warning("OTD401", Mark(f"{SNAPSHOT_FOLDER}/{name}", number), message, _RESTORE))


def _parse(line: str) -> object:
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    # One search of the line is enough unless it escapes characters, which a written line seldom does.
    has_escapes = "\\u" in line and _ESCAPE.search(line)
    texts = _strings(value) if has_escapes else () if line.isprintable() else (line,)
    if any(UNSAFE_CHARACTER.search(text) for text in texts):
        raise ValueError("holds a character that is not allowed")
    return value


def _strings(value: object) -> Iterable[str]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, dict):
            waiting.extend((*current, *current.values()))


def _read_file(folder: Path, name: str, problems: list[Diagnostic]) -> str | None:
    try:
        return (folder / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as problem:
        message = f"the file is not UTF-8 (byte {problem.start + 1})"
    except OSError as problem:
        message = f"the file cannot be read: {problem.strerror or type(problem).__name__}"
    help_text = "restore the file from git, or delete it: the next refresh writes what the Hub says"
    problems.append(warning("OTD400", Mark(f"{SNAPSHOT_FOLDER}/{name}"), message, help_text))
    return None


def _read_state(folder: Path, problems: list[Diagnostic]) -> CheckTimes:
    text = _read_file(folder, STATE, problems)
    if text is None:
        return CheckTimes()
    try:
        return read_checked(_parse(text))
    except ValueError:
        help_text = "delete the file: the next refresh asks for everything and writes it anew"
        problems.append(warning("OTD400", Mark(f"{SNAPSHOT_FOLDER}/{STATE}"), "the file makes no sense", help_text))
        return CheckTimes()


def _twice(name: str, number: int, key: str) -> Diagnostic:
    return warning(
        "OTD402",
        Mark(f"{SNAPSHOT_FOLDER}/{name}", number),
        f"a second line for {key}; the first one counts",
        "delete one of the lines, most likely a merge left both",
    )
