"""Discovered datasets as rows: which of a listing are wanted, what is kept of each, and what changed between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from otdi_site.hub_metadata.parsing import ParsedDataset, parse_dataset
from otdi_site.model.discovery import DiscoverConfig
from otdi_site.model.snapshot import Event, EventKind, Status
from otdi_site.tokens import TokenFinder

MAX_EVENTS = 5_000
"""The newest are kept."""
_LARGEST_ROW = 100_000
_LARGEST_NUMBER = 10**15
_NUMBERS = ("downloads", "downloadsAllTime", "likes")
_TEXTS = ("author", "createdAt", "lastModified", "sha")
_CARD = ("title", "pretty_name", "license", "licenses", "license_name", "license_link", "language", "languages")
_LONGEST_TEXT, _LONGEST_DESCRIPTION, _MOST_WORDS = 300, 4_000, 500


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a listing that could be read."""

    parsed: ParsedDataset
    line: bytes
    is_wanted: bool

    @property
    def last_modified(self) -> str | None:
        """UTC time; `None` where it is not stated or makes no sense."""
        time: str | None = self.parsed.facts.get("last_modified")
        return time


class Reader:
    """Reads entries of listings under the settings of a site."""

    def __init__(self, config: DiscoverConfig, licenses: tuple[str, ...], now: datetime, tokens: TokenFinder) -> None:
        self._config = config
        self._licenses = frozenset(licenses)
        self._authors = frozenset(map(str.lower, config.exclude_authors))
        self._now = now
        self._tokens = tokens

    def read(self, entry: object) -> Listed | None:
        """`None` for what is no dataset with a usable id, or repeats the token."""
        parsed = parse_dataset(entry, self._now, self._tokens)
        if parsed is None or not isinstance(entry, dict):
            return None
        line = _make_line(parsed.id, entry)
        return None if len(line) > _LARGEST_ROW else Listed(parsed, line, self._wants(parsed))

    def _wants(self, parsed: ParsedDataset) -> bool:
        config, facts = self._config, parsed.facts
        return (
            not parsed.is_private
            and not facts["is_disabled"]
            and (config.gated or not facts.get("gated"))
            and not self._licenses.isdisjoint(facts.get("licenses", ()))
            and (not config.languages or not set(config.languages).isdisjoint(facts.get("languages", ())))
            and (not config.tasks or not set(config.tasks).isdisjoint(facts.get("task_categories", ())))
            and set(config.tags) <= set(facts.get("tags", ()))
            and facts.get("downloads", 0) >= config.min_downloads
            and facts.get("likes", 0) >= config.min_likes
            and parsed.id.partition("/")[0].lower() not in self._authors
        )


def find_changes(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    departed: Mapping[str, ParsedDataset | None],
    at: str,
    now: datetime,
) -> Iterator[Event]:
    """The events between two sets of rows; `departed` says of those that left the listing what the Hub says of them.

    A dataset of `departed` that has another id was renamed; `None` is gone.
    """
    renamed = {}
    for name, parsed in sorted(departed.items()):
        old = _read(before[name], now)
        if parsed is None or parsed.is_private:
            yield Event(at, old.id, EventKind.STATUS, Status.LIVE.value, Status.GONE.value)
        elif parsed.id.lower() != name:
            renamed[parsed.id.lower()] = old.id
            yield Event(at, parsed.id, EventKind.RENAMED, old.id, parsed.id)
        else:
            yield from _compare(old, parsed, at)
    for name, line in sorted(after.items()):
        if before.get(name) == line:
            continue
        new = _read(line, now)
        if name in before:
            yield from _compare(_read(before[name], now), new, at)
        elif name not in renamed:
            yield Event(at, new.id, EventKind.ADDED)


def _compare(old: ParsedDataset, new: ParsedDataset, at: str) -> Iterator[Event]:
    before, after = (",".join(each.facts.get("licenses", ())) or None for each in (old, new))
    if before != after:
        yield Event(at, new.id, EventKind.LICENSE, before, after)
    gatings = [each.facts.get("gated", None) for each in (old, new)]
    if None not in gatings and gatings[0] != gatings[1]:
        yield Event(at, new.id, EventKind.GATING, gatings[0] or "open", gatings[1] or "open")


def _read(line: bytes, now: datetime) -> ParsedDataset:
    parsed = parse_dataset(json.loads(line), now, None)
    assert parsed is not None
    return parsed


def _make_line(hub_id: str, entry: Mapping[str, Any]) -> bytes:
    """The row of an entry: the properties that bulk rows may have, and nothing of any other shape."""
    row: dict[str, Any] = {"id": hub_id, "private": entry.get("private"), "disabled": entry.get("disabled")}
    for name in ("private", "disabled"):
        if not isinstance(row[name], bool):
            del row[name]
    row |= {name: entry[name] for name in _NUMBERS if _is_number(entry.get(name))}
    row |= {name: entry[name][:_LONGEST_TEXT] for name in _TEXTS if isinstance(entry.get(name), str)}
    if isinstance(entry.get("gated"), bool | str):
        row["gated"] = entry["gated"]
    if isinstance(entry.get("description"), str):
        row["description"] = entry["description"][:_LONGEST_DESCRIPTION]
    row["tags"] = _words(entry.get("tags"))
    card = entry.get("cardData")
    if isinstance(card, dict):
        kept = {name: card[name] for name in _CARD if name in card}
        row["cardData"] = {
            name: value[:_LONGEST_TEXT] if isinstance(value, str) else _words(value) for name, value in kept.items()
        }
    return json.dumps(row, separators=(",", ":"), sort_keys=True).encode()


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST_NUMBER


def _words(value: object) -> list[str]:
    words = value if isinstance(value, list) else []
    return sorted({word for word in words if isinstance(word, str) and len(word) <= _LONGEST_TEXT})[:_MOST_WORDS]
