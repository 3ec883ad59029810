from __future__ import annotations

import io
import json
import re

import pytest

from otdi_site.diagnostics import (
    Mark,
    error,
    format_github,
    format_json,
    format_text,
    has_errors,
    sort_diagnostics,
    warning,
)
from otdi_site.output import has_colours

WRONG = error("OTD012", Mark("a.yaml", 3, 5), "is wrong", "mend it", "sources[2].url")
ODD = warning("OTD104", Mark("b.yaml"), "is odd", "look at it")


def test_text_says_where_what_and_how_to_fix_it() -> None:
    assert format_text([WRONG, ODD]) == (
        "a.yaml:3:5: error OTD012: sources[2].url: is wrong\n"
        "  help: mend it\n"
        "b.yaml: warning OTD104: is odd\n"
        "  help: look at it\n"
    )


def test_nothing_wrong_is_no_text() -> None:
    assert format_text([]) == ""
    assert format_github([]) == ""


def excerpt(line: str, column: int) -> list[str]:
    diagnostic = error("OTD012", Mark("a.yaml", 3, column), "is wrong", "mend it").with_source_line(line)
    return format_text([diagnostic]).splitlines()[1:-1]


def test_the_line_is_shown_with_a_caret_under_its_column() -> None:
    assert excerpt("\tab: cd\n", 5) == ["  3 |  ab: cd", "    |     ^"]
    assert excerpt("ab: cd", 0) == ["  3 | ab: cd"]


@pytest.mark.parametrize("before", ["海a\u0301x", "\u200b\u200d…..", "\x00."], ids=["wide", "invisible", "control"])
def test_the_caret_stands_where_a_terminal_shows_the_column(before: str) -> None:
    _, caret = excerpt(f"{before}y", len(before) + 1)
    cells = {"海a\u0301x": 4, "\u200b\u200d…..": 3, "\x00.": 5}[before]
    assert caret == f"    | {' ' * cells}^"


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    shown, caret = excerpt("a" * 500_000 + "!" + "b" * 500_000, 500_001)
    assert len(shown) < 120
    assert shown[caret.index("^")] == "!"
    shown, caret = excerpt("!" + "b" * 500, 1)
    assert shown[caret.index("^")] == "!"


def test_a_password_in_a_source_line_is_not_shown() -> None:
    shown, caret = excerpt("base_url: https://ann:hunter2@example.org/ # x", 44)
    assert "hunter2" not in shown
    assert shown[caret.index("^")] == "#"


def test_a_whole_file_has_no_excerpt() -> None:
    assert len(format_text([ODD]).splitlines()) == 2


def test_colours_wrap_the_same_text() -> None:
    diagnostics = [WRONG.with_source_line("    a: b"), ODD]
    coloured = format_text(diagnostics, is_coloured=True)
    assert "\x1b[1;31merror OTD012\x1b[0m" in coloured
    assert "\x1b[1;33mwarning OTD104\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == format_text(diagnostics)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colours_are_for_terminals_unless_the_environment_says_otherwise(
    environment: dict[str, str], is_terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    assert has_colours(stream, environment) is expected


def test_hostile_names_move_no_cursor_and_forge_no_line() -> None:
    hostile = error("OTD010", Mark("a\n.yaml", 1, 1), "unknown \x1b[2J", "x", "a\rb").with_source_line("\x1b]0;x\x07")
    shown = format_text([hostile])
    assert shown.splitlines()[0] == "a\\x0a.yaml:1:1: error OTD010: a\\x0db: unknown \\x1b[2J"
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 4


def test_github_shows_problems_in_place_and_escapes_what_would_end_the_command() -> None:
    marked = error("OTD012", Mark("a,b:c.yaml", 3, 5), "100% wrong\nreally", "mend, it: now")
    assert format_github([marked]) == (
        "::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=OTD012::100%25 wrong%0Areally. Help: mend, it: now\n"
    )
    assert format_github([ODD]) == "::warning file=b.yaml,title=OTD104::is odd. Help: look at it\n"


def test_json_is_one_document_with_every_part() -> None:
    document = json.loads(format_json([WRONG, ODD], {"errors": 1}))
    assert document["summary"] == {"errors": 1}
    assert document["diagnostics"][0] == {
        "code": "OTD012",
        "severity": "error",
        "path": "a.yaml",
        "line": 3,
        "column": 5,
        "field": "sources[2].url",
        "message": "is wrong",
        "help": "mend it",
    }
    assert document["diagnostics"][1]["field"] is None
    assert json.loads(format_json([], {})) == {"diagnostics": [], "summary": {}}


def test_problems_come_by_place_each_once() -> None:
    late = error("OTD001", Mark("a.yaml", 10, 1), "x", "y")
    early = error("OTD009", Mark("a.yaml", 9, 1), "x", "y")
    other = error("OTD001", Mark("B.yaml", 1, 1), "x", "y")
    assert sort_diagnostics([late, early, other, late]) == [other, early, late]


def test_warnings_stop_publication_only_when_asked_to() -> None:
    assert has_errors([WRONG, ODD])
    assert not has_errors([ODD])
    assert has_errors([ODD], strict=True)
    assert not has_errors([], strict=True)


def test_of_one_kind_and_file_only_so_many_are_shown() -> None:
    many = [error("OTD101", Mark("a.yaml", line, 1), f"word {line}", "write another") for line in range(1, 100_001)]
    other = error("OTD102", Mark("a.yaml", 1, 1), "twice", "keep one")
    text = format_text([*many, other])
    assert text.count(": error OTD101: ") == 100
    assert text.endswith("a.yaml: and 99,900 more of OTD101\n")
    assert "OTD102" in text
    assert format_github([*many, other]).splitlines()[-1].endswith("::and 99,900 more of OTD101")
    assert len(json.loads(format_json([*many, other], {}))["diagnostics"]) == 100_001
