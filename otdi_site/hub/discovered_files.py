"""The files of discovered datasets, in the cache folder: written whole or not at all, and checked when read.

::

    state.json               {"digest": "0f3c…", "state": {"format": 1, "key": …, "base": [file, day, rows, digest], …}}
    rows-0f3c….jsonl.gz      one row a line, as the Hub's API has it, sorted by id
    listing.jsonl.gz         pages of a listing that is not finished, each a gzip member with a head line

``state.json`` is replaced last and names the others by their content, so that a run that is killed leaves the old
datasets or the new ones. A damaged file is an error, never an empty catalog.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from otdi_site.model.discovery import Discovered, DiscoveredPart
from otdi_site.model.snapshot import Event, EventKind
from otdi_site.plain_files import read_plain_file

FOLDER = "discovered"
"""In the cache folder."""
STATE = "state.json"
_JOURNAL, _FORMAT = "listing.jsonl.gz", 1
_LARGEST = 400_000_000
"""Bytes of a file; larger ones are none of ours."""


class DamagedError(Exception):
    """A file of discovered datasets is there and cannot be believed."""


class Page(NamedTuple):
    """A page of an unfinished listing."""

    license: str
    following: str | None
    """Where the next page is; `None` after the last."""
    rows: Mapping[str, bytes]
    """By id in lower case."""
    unreadable: int


def load_discovered(folder: Path) -> Discovered | None:
    """`None` where nothing was discovered yet; raises `DamagedError`."""
    try:
        content = read_plain_file(folder / STATE, _LARGEST)
    except FileNotFoundError:
        if any(folder.glob("rows-*.jsonl.gz")):
            raise DamagedError(f"{STATE} is missing") from None
        return None
    except OSError as problem:
        raise DamagedError(f"{STATE} cannot be read: {problem.strerror}") from None
    try:
        whole = json.loads(content)
        state = whole["state"]
        if whole["digest"] != _digest(_encode(state)) or state["format"] != _FORMAT:
            raise DamagedError(f"{STATE} is damaged, or of another version")
        events = tuple(Event(at, hub_id, EventKind(kind), *rest) for at, hub_id, kind, *rest in state["events"])
        base, changes = (DiscoveredPart(*state[name]) for name in ("base", "changes"))
        found = Discovered(state["key"], state["listed_at"], state["checked_at"], base, changes, events)
    except (ValueError, LookupError, TypeError, RecursionError):
        raise DamagedError(f"{STATE} is damaged") from None
    for part in (base, changes):
        _read_part(folder, part)
    return found


def read_rows(folder: Path, part: DiscoveredPart) -> dict[str, bytes]:
    """Lines by id in lower case; raises `DamagedError`."""
    try:
        lines = gzip.decompress(_read_part(folder, part)).splitlines()
        return {json.loads(line)["id"].lower(): line for line in lines}
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError):
        raise DamagedError(f"{part.file} is damaged") from None


def write_rows(folder: Path, rows: Mapping[str, bytes], day: str) -> DiscoveredPart:
    """Writes rows under a name of their content, and forces them to the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    content = gzip.compress(b"".join(rows[name] + b"\n" for name in sorted(rows)), 6, mtime=0)
    digest = _digest(content)
    part = DiscoveredPart(f"rows-{digest}.jsonl.gz", day, len(rows), digest)
    _replace(folder / part.file, content)
    return part


def write_state(folder: Path, state: Discovered) -> None:
    """Makes rows that were written those that count, and removes all others and the finished listing."""
    parts = {name: [part.file, part.day, part.rows, part.digest] for name, part in _parts(state)}
    value: dict[str, Any] = {
        "format": _FORMAT,
        "key": state.key,
        "listed_at": state.listed_at,
        "checked_at": state.checked_at,
        **parts,
        "events": [[each.at, each.id, each.kind.value, each.before, each.after] for each in state.events],
    }
    _replace(folder / STATE, _encode({"digest": _digest(_encode(value)), "state": value}))
    kept = {part.file for _, part in _parts(state)}
    for file in folder.glob("rows-*"):
        if file.name not in kept:
            file.unlink(missing_ok=True)
    (folder / _JOURNAL).unlink(missing_ok=True)


class Journal:
    """The pages of a listing so far, of which a run that ends early leaves all that it read."""

    def __init__(self, folder: Path, head: Mapping[str, object]) -> None:
        """`head` tells the listing; pages of one with another head are of no use and are removed."""
        self._file = folder / _JOURNAL
        folder.mkdir(parents=True, exist_ok=True)
        self.started_at = str(head["started_at"])
        self.pages: list[Page] = []
        if not self._take_up(head):
            _replace(self._file, _member([dict(head)]))

    def append(self, page: Page) -> None:
        """Adds a page and forces it to the disk."""
        head = {"license": page.license, "next": page.following, "unreadable": page.unreadable}
        content = _member([head], page.rows.values())
        with self._file.open("ab") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        self.pages.append(page)

    def _take_up(self, head: Mapping[str, object]) -> bool:
        content = b""
        with suppress(OSError):
            content = read_plain_file(self._file, _LARGEST)
        members, length = _read_members(content)
        if not members or len(members[0]) != 1:
            return False
        try:
            known = json.loads(members[0][0])
            if {**known, "started_at": ""} != {**head, "started_at": ""}:
                return False
            for about, *lines in members[1:]:
                page = json.loads(about)
                rows = {json.loads(line)["id"].lower(): line for line in lines}
                self.pages.append(Page(page["license"], page["next"], rows, page["unreadable"]))
        except (ValueError, LookupError, TypeError, AttributeError):
            self.pages = []
            return False
        self.started_at = known["started_at"]
        with self._file.open("r+b") as opened:
            # A run was killed while it wrote its last page.
            opened.truncate(length)
        return True


def _read_members(content: bytes) -> tuple[list[list[bytes]], int]:
    """The lines of each whole gzip member, and how many bytes these members have."""
    members, position = [], 0
    while position < len(content):
        unpack = zlib.decompressobj(wbits=31)
        try:
            text = unpack.decompress(content[position:], 64_000_000)
        except zlib.error:
            break
        if not unpack.eof:
            break
        members.append(text.splitlines())
        position = len(content) - len(unpack.unused_data)
    return members, position


def _member(heads: Iterable[object], lines: Iterable[bytes] = ()) -> bytes:
    return gzip.compress(b"".join(line + b"\n" for line in [*map(_encode, heads), *lines]), 3, mtime=0)


def _parts(state: Discovered) -> tuple[tuple[str, DiscoveredPart], ...]:
    return (("base", state.base), ("changes", state.changes))


def _read_part(folder: Path, part: DiscoveredPart) -> bytes:
    if part.file != f"rows-{part.digest}.jsonl.gz" or "/" in part.file:
        raise DamagedError(f"{STATE} is damaged")
    try:
        content = read_plain_file(folder / part.file, _LARGEST)
    except OSError as problem:
        raise DamagedError(f"{part.file} cannot be read: {problem.strerror}") from None
    if _digest(content) != part.digest:
        raise DamagedError(f"{part.file} is damaged")
    return content


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _encode(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _replace(file: Path, content: bytes) -> None:
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    with new.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
