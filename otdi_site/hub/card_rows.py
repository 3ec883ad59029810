"""Keeps what checks need of dataset cards beside the snapshot, ``catalog_data/snapshots/cards.jsonl``.

One dataset a line, sorted by id (broken here to be read); ``text`` is what stands below each heading, cut::

    {"id":"example-org/tides","revision":"0123…","source":"https://huggingface.co/datasets/example-org/tides/blob/0123…/README.md",
     "read_at":"2026-01-02T03:04:05Z","has_block":true,"fields":{"license":"cc-by-4.0"},"lines":{"license":2},
     "headings":[["Dataset Summary",2,9,10,"Water levels."]]}
    {"id":"example-org/waves","revision":"…","source":"…","read_at":"…","problem":"its card is larger than …"}
    {"id":"example-org/winds","revision":"…","source":"…","read_at":"…","exists":false}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from otdi_site.diagnostics import Diagnostic, Mark, error, from_json, to_json
from otdi_site.hub.snapshot_writer import SNAPSHOT_FOLDER
from otdi_site.model.card import Card, CardReading, Heading, sections_of
from otdi_site.model.snapshot import sort_key
from otdi_site.plain_files import read_plain_file, replace_plain_file
from otdi_site.tokens import find_tokens

CARDS = "cards.jsonl"
_TEXT_LENGTH, _VALUE_LENGTH, _LIST_LENGTH = 400, 300, 30
"""Characters of a section and of a value, and elements of a list, that are kept."""
_CARD_SIZE = 60_000
"""Characters of all sections of a card that are kept."""
_MARK = Mark(f"{SNAPSHOT_FOLDER}/{CARDS}")


def load_cards(root: Path) -> tuple[dict[str, CardReading], tuple[Diagnostic, ...]]:
    """The readings by Hub id; a missing file holds none, and one that cannot be read is an error."""
    help = "restore the file from Git, or remove it and run refresh"
    try:
        lines = read_plain_file(root / SNAPSHOT_FOLDER / CARDS).decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeError):
        return {}, (error("OTD265", _MARK, "cannot be read", help),)
    readings: dict[str, CardReading] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            readings[str(row["id"])] = _read(row)
        except (ValueError, LookupError, TypeError, AttributeError):
            problems.append(error("OTD265", Mark(_MARK.path, number), "is no reading of a card", help))
    return readings, tuple(problems[:20])


def as_kept(reading: CardReading) -> CardReading:
    """A reading as the next build finds it: long texts are cut."""
    return _read(_row("", reading))


def write_cards(root: Path, readings: Mapping[str, CardReading]) -> tuple[Diagnostic, ...]:
    """Writes the file if it changes, whole or not at all."""
    rows = [_row(hub_id, readings[hub_id]) for hub_id in sorted(readings, key=sort_key)]
    content = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    file = root / SNAPSHOT_FOLDER / CARDS
    if find_tokens().is_in(content):
        help = "revoke the token on the Hub, and look for it in the cards of the datasets"
        return (error("OTD445", _MARK, "would hold the Hugging Face token", help),)
    try:
        if content or file.exists():
            if file.exists() and read_plain_file(file) == content.encode("utf-8", "surrogatepass"):
                return ()
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_plain_file(file, content)
    except OSError as problem:
        help = "make the folder writable and free space on the disk, then run refresh again"
        return (error("OTD409", _MARK, f"cannot be written: {problem.strerror}", help),)
    return ()


def _bounded(value: Any, depth: int = 0) -> Any:
    if isinstance(value, list):
        return [_bounded(each, depth + 1) for each in value[:_LIST_LENGTH]] if depth < 2 else []
    if isinstance(value, dict):
        return {str(name)[:80]: True for name in list(value)[:5]}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:_VALUE_LENGTH]


def _row(hub_id: str, reading: CardReading) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": hub_id,
        "revision": reading.revision,
        "source": reading.source,
        "read_at": reading.read_at,
    }
    card = reading.card
    if card is None:
        return row | {"problem": reading.problem}
    if not card.exists:
        return row | {"exists": False}
    headings, size = [], 0
    for section in card.sections:
        text = section.own_text[:_TEXT_LENGTH]
        size += len(text) + len(section.heading)
        if size > _CARD_SIZE:
            break
        headings.append([section.heading[:_VALUE_LENGTH], section.level, section.line, section.text_line, text])
    row |= {
        "has_block": card.has_block,
        "fields": {name[:80]: _bounded(value) for name, value in list(card.fields.items())[:200]},
        "lines": {name: card.lines[name] for name in list(card.fields)[:200] if name in card.lines},
        "headings": headings,
    }
    is_whole = card.is_text_readable and len(headings) == len(card.sections)
    return row | {
        name: value
        for name, value in (
            ("unreadable_block", not card.is_block_readable),
            ("unreadable_text", not is_whole),
            ("problems", [to_json(each) for each in card.problems[:10]]),
        )
        if value
    }


def _read(row: Mapping[str, Any]) -> CardReading:
    source, read_at, revision = str(row["source"]), str(row["read_at"]), str(row["revision"])
    if not row.get("exists", True):
        return CardReading(source, read_at, revision, Card(source, exists=False))
    if "problem" in row:
        return CardReading(source, read_at, revision, None, str(row["problem"]))
    headings = [
        Heading(str(h), int(level), int(line), int(at), str(text)) for h, level, line, at, text in row["headings"]
    ]
    card = Card(
        source,
        dict(row["fields"]),
        {str(name): int(line) for name, line in row["lines"].items()},
        has_block=bool(row["has_block"]),
        is_block_readable=not row.get("unreadable_block", False),
        sections=tuple(sections_of(headings)),
        is_text_readable=not row.get("unreadable_text", False),
        problems=tuple(map(from_json, row.get("problems", ()))),
    )
    return CardReading(source, read_at, revision, card)
