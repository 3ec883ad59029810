from __future__ import annotations

import json

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


def test_a_terminal_shows_the_line_with_a_caret_under_its_column() -> None:
    shown = format_text([WRONG.with_source_line("\tab: cd\n")], show_source=True).splitlines()
    assert shown[1:3] == ["  3 |  ab: cd", "    |     ^"]


def test_the_caret_counts_wide_characters_twice_and_accents_not() -> None:
    shown = format_text([WRONG.with_source_line("海a\u0301x: y")], show_source=True).splitlines()
    assert shown[2] == "    |     ^"


def test_a_whole_file_has_no_caret() -> None:
    assert len(format_text([ODD.with_source_line("a")], show_source=True).splitlines()) == 2


def test_hostile_names_move_no_cursor_and_forge_no_line() -> None:
    hostile = error("OTD010", Mark("a\n.yaml", 1, 1), "unknown \x1b[2J", "x", "a\rb").with_source_line("\x1b]0;x\x07")
    shown = format_text([hostile], show_source=True)
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
