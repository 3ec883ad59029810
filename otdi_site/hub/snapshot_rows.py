"""Converts the types of the snapshot to and from JSON objects.

Reading checks every value again: the files are committed, and a commit can come from anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import Any

from otdi_site.characters import without_unsafe
from otdi_site.hub_metadata.values import (
    DESCRIPTION_LIMIT,
    NOTE_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    WORD_LIMIT,
    check_gating,
    check_hub_id,
    check_number,
    check_revision,
    check_slug,
    check_url,
    check_word,
    parse_time,
)
from otdi_site.model.snapshot import (
    CheckTimes,
    CollectionRow,
    Event,
    EventKind,
    HistoryPoint,
    KeptReason,
    Membership,
    SnapshotRow,
    Status,
)
from otdi_site.model.times import EARLIEST, is_believable

JsonObject = dict[str, Any]

# Names of fields and their defaults, found once; those without one have a default that equals nothing.
_DEFAULTS: Mapping[type, tuple[tuple[str, object], ...]] = {
    kind: tuple(
        (field.name, field.default_factory() if field.default_factory is not MISSING else field.default)
        for field in fields(kind)
    )
    for kind in (SnapshotRow, CollectionRow, Membership, Event)
}


def to_object(value: SnapshotRow | CollectionRow | Membership | Event) -> JsonObject:
    """The fields in the order of the type, without those that have their default value."""
    result: JsonObject = {}
    for name, default in _DEFAULTS[type(value)]:
        content = getattr(value, name)
        if content != default:
            result[name] = _to_json(content)
    return result


def _to_json(content: object) -> object:
    if isinstance(content, str | int | None):
        return content
    if isinstance(content, tuple):
        return [to_object(part) if isinstance(part, Membership) else part for part in content]
    return content.value if isinstance(content, Enum) else content


class UnknownFieldError(ValueError):
    """A field that this version of the program does not know."""


def read_row(source: object, left_out: list[str]) -> SnapshotRow:
    """The row without values that make no sense; their fields are added to `left_out`.

    Raises `ValueError` where that would lose or distort the dataset.
    """
    values = _read(source, _ROW_FIELDS, ("id", "endpoint", "read_at"), _SPARED_OF_ROW, left_out)
    newest = max(values["read_at"], values.get("details_read_at", ""))
    for name in ("last_modified", "created_at", "details_of"):
        if name in values and not _was_before(values[name], newest):
            del values[name]
            left_out.append(name)
    if values.get("status") is Status.RENAMED and "renamed_to" not in values:
        raise ValueError("lacks the field 'renamed_to'")
    if left_out:
        values.pop("details_of", None)  # so that the next refresh reads the details again
    return SnapshotRow(**values)


def _was_before(time: str, read_at: str) -> bool:
    return time <= read_at or is_believable(parse_time(time), parse_time(read_at))


def read_collection_row(source: object, left_out: list[str]) -> CollectionRow:
    """As `read_row`."""
    required = ("slug", "endpoint", "read_at")
    return CollectionRow(**_read(source, _COLLECTION_FIELDS, required, {"title", "description"}, left_out))


def read_event(source: object, left_out: list[str]) -> Event:
    """As `read_row`, with nothing that can be left out."""
    return Event(**_read(source, _EVENT_FIELDS, ("at", "id", "kind"), (), left_out))


def history_to_object(hub_id: str, points: tuple[HistoryPoint, ...]) -> JsonObject:
    return {"id": hub_id, "points": [[point.date, point.downloads, point.likes] for point in points]}


def read_history(source: object, left_out: list[str]) -> tuple[str, tuple[HistoryPoint, ...]]:
    """As `read_row`, with nothing that can be left out."""
    checks = {"id": _required(check_hub_id), "points": _points}
    values = _read(source, checks, ("id", "points"), (), left_out)
    return values["id"], values["points"]


def checked_to_object(checked: CheckTimes) -> JsonObject:
    return {
        "collections": dict(sorted(checked.collections.items())),
        "datasets": dict(sorted(checked.datasets.items())),
    }


def read_checked(source: object, left_out: list[str]) -> CheckTimes:
    """As `read_row`: what is left out is fetched again."""
    checks = {"collections": _times(check_slug), "datasets": _times(check_hub_id)}
    return CheckTimes(**_read(source, checks, (), checks, left_out))


def _read(
    source: object,
    checks: Mapping[str, Callable[[object], Any]],
    required: tuple[str, ...],
    spared: Collection[str],
    left_out: list[str],
) -> dict[str, Any]:
    """The values of an object; those of `spared` fields are left out where they make no sense."""
    if not isinstance(source, dict):
        raise ValueError("is no JSON object")
    values = {}
    for name, value in source.items():
        check = checks.get(name)
        if check is None:
            raise UnknownFieldError(f"has an unknown field {name[:40]!r}")
        try:
            values[name] = check(value)
        except UnknownFieldError:
            raise
        except (ValueError, TypeError):
            if name not in spared:
                raise ValueError(f"has a value that makes no sense in {name!r}") from None
            left_out.append(name)
    for name in required:
        if name not in values:
            raise ValueError(f"lacks the field {name!r}")
    return values


def _required(check: Callable[[object], Any]) -> Callable[[object], Any]:
    """A check of `otdi_site.hub_metadata.values` that must pass."""

    def checked(value: object) -> Any:
        result = check(value)
        if result is None:
            raise ValueError
        return result

    return checked


def _text(limit: int) -> Callable[[object], str]:
    def checked(value: object) -> str:
        cleaned = without_unsafe(value) if isinstance(value, str) and len(value) <= limit else ""
        if not cleaned.strip():
            raise ValueError
        return cleaned

    return checked


def _time(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    if parse_time(value).date() < EARLIEST:
        raise ValueError
    return value


def _date(value: object) -> str:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError
    return date.fromisoformat(value).isoformat()


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    if not all(check_word(word) for word in value):
        raise ValueError
    return tuple(value)


def _times(check_key: Callable[[object], str | None]) -> Callable[[object], dict[str, str]]:
    def checked(value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValueError
        return {_required(check_key)(key): _time(time) for key, time in value.items()}

    return checked


def _older(value: object) -> dict[str, str]:
    return _times(_field_name)(value)


def _field_name(name: object) -> str | None:
    return name if isinstance(name, str) and name in _ROW_FIELDS else None


def _points(value: object) -> tuple[HistoryPoint, ...]:
    if not isinstance(value, list):
        raise ValueError
    points = []
    for day, downloads, likes in value:
        points.append(HistoryPoint(_date(day), _optional_number(downloads), _optional_number(likes)))
    if any(left.date >= right.date for left, right in pairwise(points)):
        raise ValueError
    return tuple(points)


def _optional_number(value: object) -> int | None:
    return None if value is None else int(_required(check_number)(value))


def _memberships(value: object) -> tuple[Membership, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(Membership(**_read(entry, _MEMBERSHIP_FIELDS, ("slug",), (), [])) for entry in value)


def _gated(value: object) -> Any:
    result = check_gating(value)
    if result is None:
        raise ValueError
    return result


_ENDPOINT = _text(URL_LIMIT)
_MEMBERSHIP_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "slug": _required(check_slug),
    "position": _required(check_number),
    "note": _text(NOTE_LIMIT),
}
_COLLECTION_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "slug": _required(check_slug),
    "endpoint": _required(check_url),
    "read_at": _time,
    "title": _text(TITLE_LIMIT),
    "description": _text(NOTE_LIMIT),
}
_EVENT_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "at": _time,
    "id": _required(check_hub_id),
    "kind": EventKind,
    "before": _text(URL_LIMIT),
    "after": _text(URL_LIMIT),
}
_ROW_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "id": _required(check_hub_id),
    "endpoint": _required(check_url),
    "read_at": _time,
    "details_read_at": _time,
    "details_of": _time,
    "older": _older,
    "status": Status,
    "status_since": _time,
    "renamed_to": _required(check_hub_id),
    "kept": KeptReason,
    "memberships": _memberships,
    "author": _text(WORD_LIMIT),
    "last_modified": _time,
    "downloads": _required(check_number),
    "likes": _required(check_number),
    "gated": _gated,
    "is_private": _flag,
    "row_count": _required(check_number),
    "modalities": _words,
    "formats": _words,
    "title": _text(TITLE_LIMIT),
    "description": _text(DESCRIPTION_LIMIT),
    "revision": _required(check_revision),
    "created_at": _time,
    "downloads_all_time": _required(check_number),
    "is_disabled": _flag,
    "licenses": _words,
    "license_name": _text(WORD_LIMIT),
    "license_link": _required(check_url),
    "languages": _words,
    "task_categories": _words,
    "size_categories": _words,
    "source_datasets": _words,
    "arxiv_ids": _words,
    "dois": _words,
    "tags": _words,
}

_SPARED_OF_ROW = frozenset(_ROW_FIELDS) - {
    "id", "endpoint", "read_at", "details_read_at", "older", "status", "status_since", "renamed_to", "memberships",
    "is_private",
}  # fmt: skip
"""Fields that can be left out without making the row another dataset, or a value newer than it is."""
