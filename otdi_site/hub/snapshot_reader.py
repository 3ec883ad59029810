"""Reads the snapshot's folder; a file that cannot be read is an error, never a dataset that left.

Line ends may be LF, CRLF or CR, a byte order mark may stand in front, and the last line may lack its end: people and
Git change these. A value that makes no sense costs itself alone where nothing is lost with it; all else is an error,
since a refresh that went on from the rest would make the loss permanent.
"""

from __future__ import annotations

import codecs
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from otdi_site.diagnostics import Diagnostic, Mark, Severity
from otdi_site.hub.events import event_key
from otdi_site.hub.http_parsing import parse_json
from otdi_site.hub.refresh_plan import Clock, system_clock
from otdi_site.hub.snapshot_rows import (
    JsonObject,
    UnknownFieldError,
    read_checked,
    read_collection_row,
    read_event,
    read_history,
    read_row,
)
from otdi_site.hub.snapshot_writer import (
    COLLECTIONS,
    COUNTED,
    DATASETS,
    EVENTS,
    FORMAT,
    HISTORY,
    SNAPSHOT_FOLDER,
    STATE,
)
from otdi_site.hub_metadata.values import format_time
from otdi_site.model.snapshot import CheckTimes, CollectionRow, Event, HistoryPoint, Snapshot, SnapshotRow, sort_key
from otdi_site.model.times import TOLERANCE
from otdi_site.plain_files import read_plain_file

_RESTORE = "restore the file from Git; a line that is to go is taken out of all files of the folder"
_NEWER = "was written by a newer version of the program; install that version, or restore the file from Git"
_MARKERS = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_TRIES = 40
_PAUSE = 0.05
"""Seconds between two tries to read a folder that is being written."""

Row = TypeVar("Row")
_Read = Callable[[object, list[str]], Row]


def load_snapshot(folder: Path, clock: Clock = system_clock) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """The snapshot and what is wrong with its files; a missing folder is an empty snapshot.

    Where an error is among the diagnostics the snapshot lacks something: it is not to be published or written back.
    """
    for _ in range(_TRIES):
        before = _state_of(folder)
        loaded = _Folder(folder, clock()).load()
        if _state_of(folder) == before:
            break
        time.sleep(_PAUSE)  # somebody is writing: files of two generations would not fit each other
    return loaded


def _state_of(folder: Path) -> list[tuple[int, int, int] | None]:
    """A value that changes when a file of the folder is replaced."""
    found: list[tuple[int, int, int] | None] = []
    for name in (DATASETS, COLLECTIONS, EVENTS, HISTORY, STATE):
        try:
            status = (folder / name).stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_ino, status.st_mtime_ns, status.st_size))
    return found


@dataclass(slots=True)
class _Problems:
    """Collects diagnostics; what recurs in a file is said once, with the number of lines."""

    lines: dict[tuple[str, str, Severity, str, str], list[int]] = field(default_factory=dict)

    def add(self, severity: Severity, code: str, name: str, number: int, message: str, help: str) -> None:
        self.lines.setdefault((name, code, severity, message, help), []).append(number)

    def error(self, code: str, name: str, number: int, message: str, help: str) -> None:
        self.add(Severity.ERROR, code, name, number, message, help)

    def warning(self, code: str, name: str, number: int, message: str, help: str) -> None:
        self.add(Severity.WARNING, code, name, number, message, help)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        found = []
        for (name, code, severity, message, help), numbers in self.lines.items():
            more = len(numbers) - 1
            if more:
                message += f", and so {'does another line' if more == 1 else f'do {more:,} other lines'}"
            path = f"{SNAPSHOT_FOLDER}/{name}" if name else SNAPSHOT_FOLDER
            found.append(Diagnostic(code, severity, message, help, Mark(path, numbers[0])))
        return tuple(found)


class _Folder:
    """One reading of the folder."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._latest = format_time(now + TOLERANCE)
        self._problems = _Problems()
        self._counts: dict[str, int] = {}
        """Lines of the files that could be read as a whole, as far as they hold something."""

    def load(self) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
        folder = self._folder
        if os.path.lexists(folder) and not folder.is_dir():
            self._problems.error("OTD400", "", 0, "is no folder", "restore the folder from Git")
            return Snapshot(), self._problems.diagnostics()
        rows = self._unique(DATASETS, read_row, lambda row: row.id.lower(), self._is_past_row)
        collections = self._unique(COLLECTIONS, read_collection_row, lambda row: row.slug, self._is_past_collection)
        events = [event for _, event, _ in self._read_lines(EVENTS, read_event, self._is_past_event)]
        history = self._unique(HISTORY, read_history, lambda pair: pair[0].lower(), self._is_past_history)
        checked = self._read_state()
        self._check_names(rows, events, history)
        snapshot = Snapshot(
            rows={row.id: row for row in sorted(rows.values(), key=lambda row: sort_key(row.id))},
            collections=tuple(collections[slug] for slug in sorted(collections)),
            events=tuple(sorted(dict.fromkeys(events), key=event_key)),
            history=dict(sorted(history.values(), key=lambda pair: sort_key(pair[0]))),
            checked=checked,
        )
        return snapshot, self._problems.diagnostics()

    def _unique(
        self, name: str, read: _Read[Row], key_of: Callable[[Row], str], is_past: Callable[[Row], bool]
    ) -> dict[str, Row]:
        """The rows of a file by their key. A second one is an error unless it says the same."""
        found: dict[str, Row] = {}
        for number, row, _ in self._read_lines(name, read, is_past):
            key = key_of(row)
            first = found.setdefault(key, row)
            if first is row:
                continue
            if first == row:
                help = "delete one of the lines, most likely a merge left both"
                self._problems.warning("OTD402", name, number, f"a second line for {key}, the same as the first", help)
            else:
                help = "keep the line with the newer times and delete the other, most likely a merge left both"
                message = f"a second line for {key}, which says something else than the first"
                self._problems.error("OTD402", name, number, message, help)
        return found

    def _read_lines(
        self, name: str, read: _Read[Row], is_past: Callable[[Row], bool]
    ) -> Iterator[tuple[int, Row, str]]:
        """Line numbers and what the lines hold; broken ones become problems."""
        text = self._read_text(name)
        if text is None:
            return
        lines = text.split("\n")
        if (marker := next((number for number, line in enumerate(lines, 1) if _MARKERS.match(line)), None)) is not None:
            help = "take one of the two versions of the file whole, then run refresh"
            self._problems.error("OTD403", name, marker, "a merge left its conflict in this file", help)
            return
        self._counts[name] = sum(1 for line in lines if line and not line.isspace())
        is_cut = bool(lines[-1].strip())
        for number, line in enumerate(lines, 1):
            if not line or line.isspace():
                continue
            left_out: list[str] = []
            try:
                row = read(_parse(line), left_out)
                if not is_past(row):
                    raise ValueError("has a time in the future")
            except UnknownFieldError as problem:
                self._problems.error("OTD404", name, number, f"this line {problem}", f"the file {_NEWER}")
            except ValueError as problem:
                reason = "is cut off" if is_cut and number == len(lines) and "JSON" in str(problem) else str(problem)
                help = _RESTORE if "future" not in reason else f"correct the clock of this machine, or {_RESTORE}"
                self._problems.error("OTD401", name, number, f"this line {reason}", help)
            else:
                if left_out:
                    self._note_left_out(name, number, left_out)
                yield number, row, line

    def _note_left_out(self, name: str, number: int, fields: list[str]) -> None:
        what = ", ".join(repr(each) for each in dict.fromkeys(fields))
        message = f"has a value that makes no sense in {what}, which is left out"
        help = "nothing to do if the next refresh reads it anew; else restore the line from Git"
        self._problems.warning("OTD405", name, number, message, help)

    def _read_text(self, name: str) -> str | None:
        """The text with line feeds alone; `None` where there is none or it cannot be read."""
        path, help = self._folder / name, "restore the file from Git"
        try:
            content = read_plain_file(path)
        except FileNotFoundError:
            if os.path.lexists(path):
                self._problems.error("OTD400", name, 0, "is a link that leads nowhere", help)
            return None
        except OSError as problem:
            message = f"the file cannot be read: {problem.strerror or type(problem).__name__}"
            self._problems.error("OTD400", name, 0, message, help)
            return None
        for mark, encoding in _ENCODINGS.items():
            if content.startswith(mark):
                message = f"the file is {encoding}, not UTF-8"
                self._problems.error("OTD400", name, 0, message, f"save it as UTF-8, or {help}")
                return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            message = f"the file is not UTF-8 (byte {problem.start + 1})"
            self._problems.error("OTD400", name, 0, message, help)
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _read_state(self) -> CheckTimes:
        text = self._read_text(STATE)
        help = "delete the file: the next refresh fetches everything and writes it anew"
        if text is None:
            return CheckTimes()
        left_out: list[str] = []
        try:
            source = _parse(text)
            if not isinstance(source, dict):
                raise ValueError
            if source.pop("format", FORMAT) != FORMAT:
                self._problems.error("OTD404", STATE, 0, "has a format that is not known", f"the folder {_NEWER}")
                return CheckTimes()
            self._check_counts(source)
            checked = read_checked(source, left_out)
        except UnknownFieldError as problem:
            self._problems.error("OTD404", STATE, 0, f"the file {problem}", f"the folder {_NEWER}")
            return CheckTimes()
        except ValueError:
            self._problems.error("OTD400", STATE, 0, "the file makes no sense", help)
            return CheckTimes()
        if left_out:
            self._note_left_out(STATE, 0, left_out)
        return checked

    def _check_counts(self, state: JsonObject) -> None:
        """Whether a file was cut off, emptied or removed: the state says how many lines each had."""
        counts = state.pop("lines", {})
        if not isinstance(counts, dict):
            raise ValueError
        for name in COUNTED:
            expected, found = counts.get(name, 0), self._counts.get(name)
            if isinstance(expected, bool) or not isinstance(expected, int):
                raise ValueError
            is_gone = found is None and not os.path.lexists(self._folder / name)
            if (is_gone and expected) or (found is not None and found < expected):
                what = "is missing" if is_gone else f"has {found:,} {'line' if found == 1 else 'lines'}"
                message = f"{what}, where the last refresh left {expected:,}"
                help = f"restore it from Git; if the lines are to go, delete {SNAPSHOT_FOLDER}/{STATE} too"
                self._problems.error("OTD406", name, 0, message, help)

    def _check_names(
        self,
        rows: dict[str, SnapshotRow],
        events: list[Event],
        history: dict[str, tuple[str, tuple[HistoryPoint, ...]]],
    ) -> None:
        """Whether every dataset that has a past has a line: a refresh takes none away."""
        if any(key[2] is Severity.ERROR for key in self._problems.lines):
            return  # what is missing may stand in what could not be read
        for name, ids in ((EVENTS, [event.id for event in events]), (HISTORY, [pair[0] for pair in history.values()])):
            lacking = sorted({hub_id for hub_id in ids if hub_id.lower() not in rows}, key=sort_key)
            if lacking:
                shown = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5:,} more" if len(lacking) > 5 else "")
                message = f"has no line for {shown}, of which {name} tells"
                help = f"restore the file from Git; if the datasets are to go, take them out of {name}, too"
                self._problems.error("OTD406", DATASETS, 0, message, help)
                return

    def _is_past_row(self, row: SnapshotRow) -> bool:
        times = (row.read_at, row.details_read_at or "", row.status_since or "", *row.older.values())
        return max(times) <= self._latest

    def _is_past_collection(self, row: CollectionRow) -> bool:
        return row.read_at <= self._latest

    def _is_past_event(self, event: Event) -> bool:
        return event.at <= self._latest

    def _is_past_history(self, pair: tuple[str, tuple[HistoryPoint, ...]]) -> bool:
        return not pair[1] or pair[1][-1].date <= self._latest


def _parse(line: str) -> object:
    try:
        return parse_json(line)
    except ValueError:
        raise ValueError("is not JSON") from None
