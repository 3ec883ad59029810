"""Explains YAML syntax errors in plain words, at the place of their cause.

The parser is libyaml 0.2.5, whose problems are listed in its ``scanner.c``, ``parser.c`` and ``reader.c``; PyYAML adds
those of its ``_yaml.pyx``. The parser notices many mistakes far below their cause, such as an unclosed quote at the end
of the file.
"""

from __future__ import annotations

from typing import NamedTuple

import yaml

_QUOTE = "put text that begins with this character in quotes"
_INDENT = "indent it as the other lines of its level"
_NO_TAGS = "leave the tag out; put text that begins with an exclamation mark in quotes"
_NO_DIRECTIVES = "delete the line; put text that begins with a percent sign in quotes"
_NO_ALIASES = "write the value out; put text that begins with * or & in quotes"
_BLOCK = "end the line after > or |, and write the text on the lines below, indented"

_ESCAPES = "write \\\\ for a backslash, or use single quotes"
_WORDING = {
    "block sequence entries are not allowed in this context": (
        "a list cannot begin here",
        "put each `- …` on a line of its own below the key, or put text that begins with a hyphen in quotes",
    ),
    "mapping keys are not allowed in this context": ("a key cannot begin here", _QUOTE),
    "found unexpected ':'": ("a colon cannot stand here", "put text with a colon in it in quotes"),
    "found unexpected non-alphabetical character": ("this is no directive of YAML", _NO_DIRECTIVES),
    "could not find expected directive name": ("this is no directive of YAML", _NO_DIRECTIVES),
    "found unknown directive name": ("this is no directive of YAML", _NO_DIRECTIVES),
    "did not find expected version number": ("this is no directive of YAML", _NO_DIRECTIVES),
    "found extremely long version number": ("this is no directive of YAML", _NO_DIRECTIVES),
    "did not find expected digit or '.' character": ("this is no directive of YAML", _NO_DIRECTIVES),
    "did not find expected whitespace or line break": ("this is no tag of YAML", _NO_TAGS),
    "did not find expected whitespace": ("this is no directive of YAML", _NO_DIRECTIVES),
    "found duplicate %YAML directive": ("the YAML version is given twice", "delete the line"),
    "found duplicate %TAG directive": ("the tag is declared twice", _NO_DIRECTIVES),
    "found incompatible YAML document": ("the file asks for another version of YAML", "delete the line"),
    "did not find expected <document start>": ("this belongs to nothing above it", _INDENT),
    "did not find expected alphabetic or numeric character": ("this is no name of an alias or anchor", _NO_ALIASES),
    "found undefined alias": ("there is no value with this name to repeat", _NO_ALIASES),
    "second occurrence": ("the name of this value is given twice", _NO_ALIASES),
    "did not find expected tag URI": ("this is no tag of YAML", _NO_TAGS),
    "did not find expected '!'": ("this is no tag of YAML", _NO_TAGS),
    "did not find the expected '>'": ("this is no tag of YAML", _NO_TAGS),
    "did not find URI escaped octet": ("this is no tag of YAML", _NO_TAGS),
    "found an incorrect leading UTF-8 octet": ("this is no tag of YAML", _NO_TAGS),
    "found an incorrect trailing UTF-8 octet": ("this is no tag of YAML", _NO_TAGS),
    "found undefined tag handle": ("this is no tag of YAML", _NO_TAGS),
    "did not find expected comment or line break": ("text cannot begin on the line of > or |", _BLOCK),
    "found an indentation indicator equal to 0": ("text below > or | is indented by at least one space", _BLOCK),
    "found unknown escape character": ("a backslash in double quotes begins an escape, and this is none", _ESCAPES),
    "did not find expected hexdecimal number": ("an escape such as \\u00e9 lacks digits here", _ESCAPES),
    "found invalid Unicode character escape code": ("there is no character with this number", _ESCAPES),
    "did not find expected node content": (
        "a value is missing here",
        "write the value, or put text that begins with this character in quotes",
    ),
    "but found another document": ("a second document begins here", "keep one in the file: delete the line `---`"),
    "did not find expected '-' indicator": (
        "this line stands among the items of a list and is none",
        "begin it with a hyphen, or indent it as its key",
    ),
}
_TAB_HELP = "indent with spaces, not tabs"


class YamlProblem(NamedTuple):
    """Why a text is not YAML."""

    line: int
    column: int
    message: str
    help: str
    other_line: int | None = None
    """The value of ``LINE`` in `message` and `help`, from 0."""


def explain(problem: yaml.YAMLError, text: str, first_line: int = 1) -> YamlProblem:
    """The cause of what the parser said about `text`, which begins at `first_line` of its file."""
    found = _find_cause(problem, text)
    line, column, message, help = found.line + first_line, found.column + 1, found.message, found.help
    if found.other_line is not None:
        message, help = (part.replace("LINE", str(found.other_line + first_line)) for part in (message, help))
    return YamlProblem(line, column, message, help)


def _find_cause(problem: yaml.YAMLError, text: str) -> YamlProblem:
    position = getattr(problem, "position", None)
    if isinstance(position, int):
        # The reader counts bytes.
        before = text.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "ignore")
        column = len(before) - before.rfind("\n") - 1
        help = "delete it; an editor can show invisible characters"
        return YamlProblem(before.count("\n"), column, "an invisible character that YAML does not allow", help)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("<<<<<<<"):
            help = "keep one of the two versions, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
            return YamlProblem(number, 0, "git left a merge conflict here", help)
    place, begin = getattr(problem, "problem_mark", None), getattr(problem, "context_mark", None)
    if place is None:
        return YamlProblem(0, 0, "this is not YAML", "write one `name: value` a line")
    return _explain(str(getattr(problem, "problem", "")), place, begin, lines, text)


def _explain(what: str, place: yaml.Mark, begin: yaml.Mark | None, lines: list[str], text: str) -> YamlProblem:
    line = lines[place.line] if place.line < len(lines) else ""
    rest = line[place.column :]
    if begin is not None and ("unexpected end of stream" in what or "unexpected document indicator" in what):
        return _unclosed_quote(begin, lines)
    if "tab character" in what or ("cannot start any token" in what and rest.startswith("\t")):
        return YamlProblem(place.line, place.column, "a tab stands where spaces must", _TAB_HELP)
    if "cannot start any token" in what:
        return YamlProblem(place.line, place.column, f"a value cannot begin with {rest[:1]}", _QUOTE)
    if (quoted := _scalar_before(place, text)) is not None:
        return quoted
    if begin is not None and "expected ',' or " in what:
        return _flow(begin, place, lines)
    if "mapping values are not allowed" in what:
        return _second_colon(place, line)
    if begin is not None and "could not find expected ':'" in what:
        word = lines[begin.line][begin.column :].strip()
        message = f"{_shorten(word)} is no `name: value`"
        help = "put a colon and a space after the name, or indent text that goes on from the line above"
        return YamlProblem(begin.line, begin.column, message, help)
    if "did not find expected key" in what:
        if rest.startswith("-") and (not rest[1:] or rest[1] in " \t"):
            message, help = "an item of a list stands among fields", "indent it below its key"
        else:
            message, help = "the indentation of this line fits none above it", _INDENT
        if begin is not None and begin.line != place.line:
            message += ", which begin at line LINE" if message.endswith("fields") else " (from line LINE)"
            return YamlProblem(place.line, place.column, message, help, begin.line)
        return YamlProblem(place.line, place.column, message, help)
    if "did not find expected node content" in what and rest[:1] in ("]", "}", ","):
        return YamlProblem(place.line, place.column, f"a value is missing before {rest[0]}", f"write it, or {_QUOTE}")
    message, help = next(
        (wording for key, wording in _WORDING.items() if key in what),
        ("YAML cannot be read from here on", "check indentation, colons and quotes on this line and the one before"),
    )
    if begin is not None and "alphabetic or numeric" in what:
        place = begin
    return YamlProblem(place.line, place.column, message, help)


def _shorten(word: str) -> str:
    return repr(word if len(word) <= 40 else f"{word[:40]}…")


def _unclosed_quote(begin: yaml.Mark, lines: list[str]) -> YamlProblem:
    quote = lines[begin.line][begin.column : begin.column + 1]
    help = f"end the text with {quote}"
    if quote == "'":
        help += "; an apostrophe within single quotes is written twice"
    return YamlProblem(begin.line, begin.column, f"the quote {quote} is not closed", help)


def _scalar_before(place: yaml.Mark, text: str) -> YamlProblem | None:
    """Where the text in quotes that ends right before `place` begins: it ended too early, or too late."""
    last: yaml.ScalarToken | None = None
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if token.start_mark.index >= place.index:
                break
            if isinstance(token, yaml.ScalarToken):
                last = token
    except yaml.YAMLError:
        pass
    if last is None or last.style not in ("'", '"') or text[last.end_mark.index : place.index].strip(" \t"):
        return None
    start, end = last.start_mark, last.end_mark
    if start.line != end.line:
        message = f"the quote {last.style} is not closed before line LINE"
        return YamlProblem(start.line, start.column, message, f"end the text with {last.style}", end.line)
    if end.line != place.line:
        return None
    help = "put the whole value in quotes"
    if last.style == "'":
        help += "; an apostrophe within single quotes is written twice"
    else:
        help += '; write a quotation mark within double quotes as \\"'
    return YamlProblem(place.line, place.column, "the text in quotes ended before this", help)


def _flow(begin: yaml.Mark, place: yaml.Mark, lines: list[str]) -> YamlProblem:
    """A list in brackets or fields in braces that are not closed, or lack a comma."""
    opening = lines[begin.line][begin.column : begin.column + 1]
    closing = {"[": "]", "{": "}"}.get(opening, "]")
    line = lines[place.line] if place.line < len(lines) else ""
    is_below = place.line > begin.line and _indentation(line) <= _indentation(lines[begin.line])
    if is_below and not line.lstrip().startswith(closing):
        help = f"add {closing} after the last value"
        return YamlProblem(begin.line, begin.column, f"{opening} is not closed", help)
    message = f"a comma or {closing} is missing before this"
    help = f"separate values with commas, and close {opening} with {closing}"
    return YamlProblem(place.line, place.column, message, help)


def _second_colon(place: yaml.Mark, line: str) -> YamlProblem:
    before = line[: place.column]
    if ": " in before or before.rstrip().endswith(":"):
        message, help = "a second colon in one line", "put text with a colon and a space in it in quotes"
        return YamlProblem(place.line, place.column, message, help)
    column = _indentation(line)
    message = "this line is indented as if it went on with the value above"
    return YamlProblem(place.line, column, message, _INDENT)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
