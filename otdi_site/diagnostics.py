"""Diagnostics: problems of a site with their places, messages and remedies.

A run collects every diagnostic and shows all of them once, sorted by place.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

SHOWN_OF_A_KIND = 100
"""Diagnostics of one code that are shown of a file; ``--format json`` has all."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SECRET_IN_URL = re.compile(r"(?<=//)[^/\s@]*@")
_SHOWN_WIDTH = 100
"""Characters of a source line that are shown at most."""

_RESET, _BOLD, _RED, _YELLOW, _BLUE, _CYAN = "\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[34m", "\x1b[36m"


class Severity(Enum):
    """How bad a diagnostic is: an error stops publication, a warning fails only with ``--strict``."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: `path` relative to the site's root with forward slashes, line and column from 1.

    Line 0 means the whole file, column 0 the whole line.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: a permanent code, its place, what is wrong and what to do about it."""

    code: str
    """``OTD`` and three digits; documented in ``docs/diagnostics/<code>.md``."""
    severity: Severity
    message: str
    """The problem, in one sentence without a full stop."""
    help: str
    """How to fix it: names the next edit, command or option."""
    mark: Mark
    field: str | None = None
    """Path of a nested value, such as ``sources[2].url``; `None` where the place says it all."""
    source_line: str | None = None
    """The text of the line at `mark`; `None` where it cannot be shown."""

    def sort_key(self) -> tuple[Mark, str, str]:
        return (self.mark, self.code, self.message)

    def with_source_line(self, line: str) -> Diagnostic:
        return replace(self, source_line=line)


def error(code: str, mark: Mark, message: str, help: str, field: str | None = None) -> Diagnostic:
    """A diagnostic that stops publication."""
    return Diagnostic(code, Severity.ERROR, message, help, mark, field)


def warning(code: str, mark: Mark, message: str, help: str, field: str | None = None) -> Diagnostic:
    """A diagnostic that is shown and, with ``--strict``, stops publication."""
    return Diagnostic(code, Severity.WARNING, message, help, mark, field)


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by path and position, each once."""
    return sorted(dict.fromkeys(diagnostics), key=Diagnostic.sort_key)


def has_errors(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> bool:
    """Whether publication must stop; `strict` counts warnings too."""
    return any(strict or diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def _message(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.field}: {diagnostic.message}" if diagnostic.field else diagnostic.message


def format_text(diagnostics: Sequence[Diagnostic], *, is_coloured: bool = False) -> str:
    """One paragraph a diagnostic::

    content/about.md:4:9: error OTD206: '/trsut/' leads to nothing on this site
      4 | See our [rules](/trsut/).
        |         ^
      help: did you mean /trust/?
    """

    def paint(text: str, colour: str) -> str:
        return f"{colour}{_printable(text)}{_RESET}" if is_coloured else _printable(text)

    lines: list[str] = []
    shown, left_out = _bounded(diagnostics)
    for diagnostic in shown:
        severity = diagnostic.severity.value
        colour = _RED if diagnostic.severity is Severity.ERROR else _YELLOW
        label = paint(f"{severity} {diagnostic.code}", colour)
        lines.append(f"{paint(str(diagnostic.mark), _BOLD)}: {label}: {_printable(_message(diagnostic))}")
        lines += [
            f"  {paint(margin, _BLUE)} {paint(text, colour) if text.endswith('^') else _printable(text)}".rstrip()
            for margin, text in _excerpt(diagnostic)
        ]
        lines.append(f"  {paint('help:', _CYAN)} {_printable(diagnostic.help)}")
    lines += [f"{paint(path, _BOLD)}: and {count:,} more of {code}" for (path, code), count in left_out.items()]
    return "".join(f"{line}\n" for line in lines)


def _bounded(diagnostics: Sequence[Diagnostic]) -> tuple[list[Diagnostic], dict[tuple[str, str], int]]:
    """The first diagnostics of each path and code, and the numbers of further ones."""
    counts: Counter[tuple[str, str]] = Counter()
    shown = []
    for diagnostic in diagnostics:
        key = (diagnostic.mark.path, diagnostic.code)
        counts[key] += 1
        if counts[key] <= SHOWN_OF_A_KIND:
            shown.append(diagnostic)
    return shown, {key: count - SHOWN_OF_A_KIND for key, count in counts.items() if count > SHOWN_OF_A_KIND}


def _excerpt(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    """The source line and the caret below it, each after its margin; of a long line, the part around the caret."""
    line, column = diagnostic.source_line, diagnostic.mark.column
    if line is None or not line.strip():
        return []
    text = _show_line(line.rstrip("\r\n"))
    place = len(_show_line(line[: max(column - 1, 0)]))
    start = max(0, place - _SHOWN_WIDTH // 2) if len(text) > _SHOWN_WIDTH else 0
    shown, place = text[start : start + _SHOWN_WIDTH], place - start
    if start:
        shown, place = f"…{shown}", place + 1
    if start + _SHOWN_WIDTH < len(text):
        shown += "…"
    number = str(diagnostic.mark.line)
    rows = [(f"{number} |", shown)]
    if column:
        before = sum(map(_width, _printable(shown[:place])))
        rows.append((f"{' ' * len(number)} |", f"{' ' * before}^"))
    return rows


def _show_line(text: str) -> str:
    # A log must not tell the password of a URL that is refused for it.
    return _SECRET_IN_URL.sub("***@", text).replace("\t", " ")


def _width(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(line: str) -> str:
    # Names of files and fields may hold what moves the cursor or forges a line.
    return _CONTROLS.sub(_escape, line)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _escape_github(text: str, *, is_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text


def format_github(diagnostics: Sequence[Diagnostic]) -> str:
    """GitHub's workflow commands, one line a diagnostic, so that a pull request shows them in place."""
    lines = []
    shown, left_out = _bounded(diagnostics)
    for diagnostic in shown:
        mark = diagnostic.mark
        properties = [("file", mark.path)]
        if mark.line:
            properties.append(("line", str(mark.line)))
        if mark.column:
            properties.append(("col", str(mark.column)))
        properties.append(("title", diagnostic.code))
        listed = ",".join(f"{name}={_escape_github(value, is_property=True)}" for name, value in properties)
        text = _escape_github(f"{_message(diagnostic)}. Help: {diagnostic.help}")
        lines.append(f"::{diagnostic.severity.value} {listed}::{text}\n")
    for (path, code), count in left_out.items():
        file = _escape_github(path, is_property=True)
        lines.append(f"::notice file={file},title={code}::and {count:,} more of {code}\n")
    return "".join(lines)


def to_json(diagnostic: Diagnostic) -> dict[str, object]:
    """The JSON object of one diagnostic; `field` is null where the place says it all."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "path": diagnostic.mark.path,
        "line": diagnostic.mark.line,
        "column": diagnostic.mark.column,
        "field": diagnostic.field,
        "message": diagnostic.message,
        "help": diagnostic.help,
    }


def from_json(document: dict[str, object]) -> Diagnostic:
    """The diagnostic that `to_json` described. Raises `LookupError` or `ValueError` where it is none."""
    code, message, help, path = (str(document[name]) for name in ("code", "message", "help", "path"))
    line, column, field = document["line"], document["column"], document["field"]
    if not (isinstance(line, int) and isinstance(column, int)):
        raise ValueError("a place is two numbers")
    severity = Severity(document["severity"])
    return Diagnostic(code, severity, message, help, Mark(path, line, column), None if field is None else str(field))


def format_json(diagnostics: Sequence[Diagnostic], summary: dict[str, object]) -> str:
    """One JSON document: ``{"diagnostics": […], "summary": {…}}``."""
    document = {"diagnostics": [to_json(diagnostic) for diagnostic in diagnostics], "summary": summary}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
