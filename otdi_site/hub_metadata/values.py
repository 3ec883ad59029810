"""Checks single values that come from a host: an id, a number, a time, a text, a URL, a list of words.

Each function takes whatever JSON can hold and returns a value that is safe to keep, or `None`. Text that passes is
valid UTF-8 without control or bidirectional-override characters and within its limit; it still has to be escaped in
HTML.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from otdi_site.characters import find_unsafe, without_unsafe
from otdi_site.hub_metadata.notations import as_flag, as_number, as_time
from otdi_site.model.snapshot import Gating
from otdi_site.model.times import is_believable
from otdi_site.urls import is_web_url

TITLE_LIMIT = 300
DESCRIPTION_LIMIT = 4_000
NOTE_LIMIT = 1_000
WORD_LIMIT = 200
URL_LIMIT = 2_000
LIST_LIMIT = 1_000
NUMBER_LIMIT = 10**15

# huggingface_hub 2.4, utils/_validators.py: ASCII letters, digits, `-`, `_`, `.`; no `-` or `.` at an end.
_HUB_ID = re.compile(r"(?:\w(?:[\w.-]{0,94}\w)?/)?\w(?:[\w.-]{0,94}\w)?", re.ASCII)
_SLUG = re.compile(r"\w(?:[\w.-]{0,94}\w)?/[\w.-]{1,200}", re.ASCII)
_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_EARLIEST = datetime(2016, 1, 1, tzinfo=UTC)  # the year in which Hugging Face was founded
_HUB_TIME = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{3})?Z", re.ASCII)
"""A time as the Hub itself writes it."""


def check_hub_id(value: object) -> str | None:
    """A dataset id as the Hub allows them; it may still be a name such as ``con/index.html``."""
    if not isinstance(value, str) or not _HUB_ID.fullmatch(value):
        return None
    if "--" in value or ".." in value or value.endswith(".git"):
        return None
    return value


def check_slug(value: object) -> str | None:
    """A collection's slug, ``namespace/title-id``."""
    return value if isinstance(value, str) and _SLUG.fullmatch(value) and ".." not in value else None


def check_revision(value: object) -> str | None:
    """A full commit hash."""
    return value if isinstance(value, str) and _REVISION.fullmatch(value) else None


def check_number(value: object) -> int | None:
    """A whole number from 0 to `NUMBER_LIMIT`, however it is written."""
    if not isinstance(value, int):
        value = as_number(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= NUMBER_LIMIT else None


def check_gating(value: object) -> Gating | None:
    """How access is granted: by a person (``manual``) where a file only says that it must be requested."""
    if value is False or value == "auto" or value == "manual":
        return value
    flag = as_flag(value)
    if flag == "auto" or flag == "manual":
        return flag
    return False if flag is False else "manual" if flag is True else None


def check_flag(value: object) -> bool | None:
    flag = as_flag(value)
    return flag if isinstance(flag, bool) else None


def check_time(value: object, now: datetime) -> str | None:
    """A time that is not in the future, however it is written, as UTC in whole seconds."""
    if isinstance(value, str) and _HUB_TIME.fullmatch(value):
        # Most times have this form. Taking and formatting it apart costs four times as much as checking it.
        text = value if len(value) == 20 else f"{value[:19]}Z"
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return None
        return text if time >= _EARLIEST and is_believable(time, now) else None
    parsed = as_time(value)
    return format_time(parsed) if parsed is not None and parsed >= _EARLIEST and is_believable(parsed, now) else None


def format_time(time: datetime) -> str:
    """ISO 8601, UTC, whole seconds: ``2026-01-02T03:04:05Z``."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """The inverse of `format_time`; raises `ValueError`."""
    # `strptime` would do, at ten times the cost, and a snapshot holds several times a dataset.
    if len(text) != 20 or text[10] != "T" or text[19] != "Z":
        raise ValueError("not a time in UTC and whole seconds")
    return datetime.fromisoformat(text)


def clean_line(value: object, limit: int) -> str | None:
    """Text in one line, cut at `limit` characters; `None` where nothing is left."""
    if not isinstance(value, str):
        return None
    return _cut(" ".join(without_unsafe(_shortened(value, limit)).split()), limit) or None


def clean_text(value: object, limit: int) -> str | None:
    """Text in lines, with single spaces and at most one empty line in a row, cut at `limit` characters."""
    if not isinstance(value, str):
        return None
    text = _shortened(value, limit)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = text.replace("\t", " ")
    if spaced.replace("\n", " ").isprintable():
        # So it is nearly always: nothing unsafe, and no white space but these two.
        text = _single("\n".join([line.strip() for line in spaced.split("\n")]), " ", 1)
    else:
        # Splitting and joining is an order of magnitude faster than replacing each run of white space.
        text = "\n".join([" ".join(without_unsafe(line).split()) for line in text.split("\n")])
    return _cut(_single(text, "\n", 2).strip(), limit) or None


def _single(text: str, character: str, count: int) -> str:
    """`text` with at most `count` of a character in a row."""
    many, few = character * (count + 1), character * count
    while many in text:
        text = text.replace(many, few)
    return text


def check_word(value: object, pattern: re.Pattern[str] | None = None) -> str | None:
    """A short text that must be right as it stands: nothing is cut or mended."""
    if not isinstance(value, str) or not 0 < len(value) <= WORD_LIMIT:
        return None
    if not value.isprintable() and (find_unsafe(value) or "\n" in value or "\t" in value):
        return None
    if value != value.strip():
        return None
    return value if pattern is None or pattern.fullmatch(value) else None


def check_url(value: object) -> str | None:
    """An absolute http or https URL."""
    if not isinstance(value, str) or not 0 < len(value) <= URL_LIMIT:
        return None
    return value if is_web_url(value) else None


def check_words(value: object, pattern: re.Pattern[str] | None = None) -> tuple[str, ...] | None:
    """The right ones of a list of words, sorted, each once; `None` for what is no list."""
    if not isinstance(value, list):
        return None
    words = {word for entry in listed(value) if (word := check_word(entry, pattern)) is not None}
    return tuple(sorted(words))


def listed(values: list[object]) -> list[object]:
    """The first entries of a list, up to the limit of entries that are read."""
    return values[:LIST_LIMIT]


def _shortened(text: str, limit: int) -> str:
    # White space may go, so that more than the limit is looked at; a text of megabytes is not.
    return text[: 4 * limit + 1]


def _cut(text: str, limit: int) -> str:
    # A cut may leave an isolate without its end.
    return text if len(text) <= limit else without_unsafe(text[: limit - 1]).rstrip() + "…"
