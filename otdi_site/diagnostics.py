"""Problems found in a site: where, what and how to fix them; it must not decide what a problem is nor print.

A run collects every diagnostic and shows all of them once, sorted by place.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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
    """What is wrong, one sentence without a full stop."""
    help: str
    """How to fix it: names the next edit, command or option."""
    mark: Mark
    field: str | None = None
    """Path of a nested value, such as ``sources[2].url``; `None` where the place says it all."""
    source_line: str | None = None
    """The text of the line at `mark`, for the caret shown on a terminal; `None` where it cannot be shown."""

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


def format_text(diagnostics: Sequence[Diagnostic], *, show_source: bool = False) -> str:
    """One paragraph a diagnostic: ``path:line:column: error OTD012: what``, then ``  help: how``."""
    lines: list[str] = []
    for diagnostic in diagnostics:
        severity = diagnostic.severity.value
        lines.append(f"{diagnostic.mark}: {severity} {diagnostic.code}: {_message(diagnostic)}")
        if show_source and diagnostic.source_line is not None and diagnostic.mark.column:
            number = str(diagnostic.mark.line)
            text = diagnostic.source_line.rstrip("\r\n").replace("\t", " ")
            before = sum(_width(character) for character in text[: diagnostic.mark.column - 1])
            lines.append(f"  {number} | {text}")
            lines.append(f"  {' ' * len(number)} | {' ' * before}^")
        lines.append(f"  help: {diagnostic.help}")
    return "".join(f"{_printable(line)}\n" for line in lines)


def _width(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(line: str) -> str:
    # Names of files and fields may hold what moves the cursor or forges a line.
    return _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", line)


def _escape_github(text: str, *, is_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text


def format_github(diagnostics: Sequence[Diagnostic]) -> str:
    """GitHub's workflow commands, one line a diagnostic, so that a pull request shows them in place."""
    lines = []
    for diagnostic in diagnostics:
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
