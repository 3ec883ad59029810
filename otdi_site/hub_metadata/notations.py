"""Reads the notations in which tools write the Hub's values: pandas, NumPy, Arrow, Spark, DuckDB, SQL, spreadsheets.

A bulk file that went through such a tool has numbers, times, flags and lists as text. Each function returns the value
as the Hub's API would state it, or the value unchanged where its notation is unknown; none raises.
"""

from __future__ import annotations

import ast
import json
import math
import re
from datetime import UTC, date, datetime, timedelta

_LENGTH_LIMIT = 200_000
"""Characters of a list or an object that was written as text; a longer one is not read."""
_MISSING = frozenset({"", "nan", "nat", "none", "null", "<na>", "n/a", "\\n"})
"""Words for "nothing" in columns of text, in lower case."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,_]\d{3})++|\d{1,30})(?:\.0{0,30})?", re.ASCII)
_FLOAT = re.compile(r"[+-]?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
# ISO 8601 and RFC 3339, and what SQL (`+00`), pandas, Spark and Excel (no seconds) make of them.
_TIME = re.compile(
    r"(\d{4})[-/](\d\d?)[-/](\d\d?)"
    r"(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?[ ]?(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_EXCEL_DAYS = range(36_526, 73_415)
"""2000 to 2100 as days since the end of 1899; as seconds since 1970 they would all be of that year's first days."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A part of a list: quoted as Python, NumPy and Postgres do, or bare as Spark and DuckDB do. A quote that is not
# closed ends with the text.
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.?)*+)(?:'|\Z)|"((?:[^"\\]|\\.?)*+)(?:"|\Z)""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WORD = re.compile(r"\w")
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


def is_missing(value: object) -> bool:
    """Whether a value is a tool's word for "nothing"."""
    if isinstance(value, str):
        return len(value) <= 6 and value.strip().lower() in _MISSING
    return value is None or (isinstance(value, float) and math.isnan(value))


def as_number(value: object) -> object:
    """``1234.0``, ``"1234"``, ``"1,234"`` and ``"1.234e3"`` as 1234."""
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return int(text.partition(".")[0].replace(",", "").replace("_", ""))
        if _FLOAT.fullmatch(text):
            value = float(text)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def as_time(value: object) -> datetime | None:
    """A time, in UTC where it names no zone; a number counts days (Excel), or seconds to nanoseconds, from 1970."""
    try:
        if isinstance(value, str):
            found = _TIME.fullmatch(value.strip())
            if found is None:
                number = as_number(value)
                return None if isinstance(number, str) else as_time(number)
            return _time_of(found)
        if isinstance(value, datetime):
            return value.replace(tzinfo=value.tzinfo or UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if int(value) in _EXCEL_DAYS:
            return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=value)
        for unit, limit in ((1, 10**11), (10**3, 10**14), (10**6, 10**17), (10**9, 10**20)):
            if abs(value) < limit:
                return _EPOCH + timedelta(seconds=value // unit)
    except (ValueError, OverflowError):
        pass
    return None


def _time_of(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, _, sign, hours, minutes = found.groups(default="0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    clock = (int(part) for part in (year, month, day, hour, minute, second))
    return datetime(*clock, tzinfo=UTC) - (-offset if sign == "-" else offset)  # type: ignore[arg-type,misc]


def as_flag(value: object) -> object:
    """True and false as JSON has them."""
    if isinstance(value, str):
        word = value.strip().lower()
        return {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}.get(word, word)
    return bool(value) if value in (0, 1) else value


def as_list(value: object) -> object:
    """A list that was written as text: JSON, Python, NumPy, Postgres, Spark, or words with commas between them."""
    if not isinstance(value, str) or len(value) > _LENGTH_LIMIT:
        return value
    text = value.strip()
    try:
        parsed = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, list):
        return parsed
    if _BRACKETS.get(text[:1]) == text[-1:]:
        text = text[1:-1]
    if "'" in text or '"' in text:
        quoted = [found.group(1) or found.group(2) or "" for found in _QUOTED.finditer(text)]
        # An apostrophe within a bare word quotes nothing.
        if _WORD.search(_QUOTED.sub("", text)) is None:
            return [_ESCAPED.sub(r"\1", word) for word in quoted]
    return [word for part in text.split(",") if (word := part.strip("\"' \t\n"))]


def as_object(value: object) -> object:
    """An object that was written as text: JSON, or Python as pandas writes it."""
    if not isinstance(value, str) or len(value) > _LENGTH_LIMIT or not value.lstrip().startswith("{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return value
