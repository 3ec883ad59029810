"""Reads YAML with the place of every value.

Nodes come from PyYAML's C composer, which keeps positions and is an order of magnitude faster than
``yaml.safe_load``; they are made into values here, so that duplicate keys are seen and aliases bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from otdi_site.characters import find_unsafe
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.values import find_date_problem
from otdi_site.source.unsafe_text import report_unsafe
from otdi_site.source.yaml_problems import explain

MAX_DEPTH = 40
MAX_VALUES = 200_000
"""Values in one file after aliases are followed; stops the "billion laughs" attack."""

_PATH_WEIGHT = 64
"""Characters of a value's path that count as a value more; stops long keys above many aliases."""
_HARMLESS_DEPTH = 2_000
_SHOWN_LENGTH = 60
_PREFIX = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({f"{_PREFIX}str", f"{_PREFIX}value"})  # YAML 1.1 makes a lone "=" a kind of its own.
_NULL_TAG = f"{_PREFIX}null"
_TAGS = _TEXT_TAGS | {_PREFIX + name for name in ("int", "float", "bool", "null", "timestamp", "map", "seq")}
# YAML 1.1 counts these as line breaks and folds them into spaces, which editors do not: lines would be misnumbered.
_ODD_BREAK = re.compile("[\x85\u2028\u2029]")
# PyYAML lets these through where an explicit tag and its value do not fit, such as `!!bool maybe`.
_CONSTRUCTION_ERRORS = (yaml.YAMLError, ValueError, ArithmeticError, LookupError, AttributeError)

_KINDS = {
    "timestamp": "date",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "null": "empty value",
    "map": "group of fields",
    "seq": "list",
}
_PLAIN_HELP = "write the values out plainly, without aliases and deep nesting"


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML document as plain values, and where they stand."""

    value: Any
    """`None` for an empty document, and where `diagnostics` say that it could not be read."""
    marks: dict[str, Mark]
    """Place of each value by its path, such as ``sources[2].url``; the document's own is ``""``."""
    key_marks: dict[str, Mark]
    """Place of each key by the path of its value."""
    diagnostics: tuple[Diagnostic, ...]
    written: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """By path, how single values that are no text are written, and what they are: ``0x1F`` and 31."""

    def mark(self, path: str, *, of_key: bool = False) -> Mark:
        """The place of a path, or of the nearest value around it."""
        marks = self.key_marks if of_key else self.marks
        while path:
            if path in marks:
                return marks[path]
            marks = self.marks
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.marks[""]


class _TooLargeError(Exception):
    def __init__(self, mark: Mark, message: str) -> None:
        self.mark = mark
        self.message = message


@dataclass(slots=True)
class _Builder:
    path: str
    first_line: int
    construct: Callable[[yaml.ScalarNode], Any]
    texts: frozenset[str]
    marks: dict[str, Mark] = field(default_factory=dict)
    key_marks: dict[str, Mark] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    written: dict[str, tuple[str, Any]] = field(default_factory=dict)
    count: int = 0

    def mark_of(self, node: yaml.Node) -> Mark:
        return Mark(self.path, node.start_mark.line + self.first_line, node.start_mark.column + 1)

    def report(self, code: str, mark: Mark, message: str, help: str) -> None:
        self.diagnostics.append(error(code, mark, message, help))

    def build(self, node: yaml.Node, where: str, depth: int) -> Any:
        self.count += 1 + len(where) // _PATH_WEIGHT
        mark = self.mark_of(node)
        if depth > MAX_DEPTH:
            raise _TooLargeError(mark, f"is nested deeper than {MAX_DEPTH} levels")
        if self.count > MAX_VALUES:
            raise _TooLargeError(mark, f"has more than {MAX_VALUES} values once aliases are followed")
        self.marks[where] = mark
        if node.tag not in _TAGS:
            help = "leave the tag out, or put the value in quotes if it is text"
            self.report(
                "OTD003", mark, f"{_shorten(node.tag.replace(_PREFIX, '!!'))} is no kind of value used here", help
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return self.build_mapping(node, where, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, f"{where}[{i}]", depth + 1) for i, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        is_text = node.tag in _TEXT_TAGS or (where.partition("[")[0] in self.texts and node.tag != _NULL_TAG)
        if is_text:
            return node.value if self.is_safe(str(node.value), mark) else None
        value = self.build_scalar(node, mark)
        if value is not None:
            self.written[where] = (str(node.value), value)
        return value

    def is_safe(self, text: str, mark: Mark) -> bool:
        """Whether a text holds no character that may not stand in one: as an escape it does not stand in the file."""
        positions = find_unsafe(text)
        if positions:
            self.diagnostics.append(report_unsafe(mark, text[positions[0]], len(positions) - 1))
        return not positions

    def build_scalar(self, node: yaml.ScalarNode, mark: Mark) -> Any:
        text, kind = str(node.value), node.tag.removeprefix(_PREFIX)
        try:
            value = self.construct(node)
            if isinstance(value, int) and value.bit_length() > 64:
                raise OverflowError  # Python refuses to print longer ones, and nothing here counts so far.
        except _CONSTRUCTION_ERRORS:
            message = (find_date_problem(text) if kind == "timestamp" else None) or (
                f"{_shorten(text)} is no {_KINDS.get(kind, 'value')} that can be used here"
            )
            help = "correct it, or put it in quotes if it is text"
            self.report("OTD003", mark, message, help if node.value else "write the value")
            return None
        return value

    def build_mapping(self, node: yaml.MappingNode, where: str, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            mark = self.mark_of(key_node)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _TAGS:
                what = (
                    "`<<` does not merge fields here"
                    if key_node.value == "<<"
                    else "the name of a field must be plain text"
                )
                self.report("OTD003", mark, what, "write the fields out one by one, as `name: value`")
                continue
            key = str(key_node.value)
            if not self.is_safe(key, mark):
                continue
            if key in mapping:
                message = f"{key!r} is given twice, first at line {lines[key]}"
                self.report("OTD004", mark, message, "keep one of the two")
                continue
            lines[key] = mark.line
            path = f"{where}.{key}" if where else key
            self.key_marks[path] = mark
            mapping[key] = self.build(value_node, path, depth + 1)
        return mapping


def _shorten(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…")


def _check_depth(text: str, path: str, first_line: int) -> None:
    """Stops nesting so deep that libyaml's recursive composer would crash the interpreter.

    A block level needs a column of its own or a list at its key's, a flow level a bracket: few texts can hold
    many levels, and only those are read twice.
    """
    longest = max(map(len, text.split("\n")))
    if 2 * longest + text.count("[") + text.count("{") <= _HARMLESS_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            place = event.start_mark
            mark = Mark(path, place.line + first_line, place.column + 1) if place else Mark(path, first_line)
            raise _TooLargeError(mark, f"is nested deeper than {MAX_DEPTH} levels")


def _syntax_error(problem: yaml.YAMLError, text: str, path: str, first_line: int) -> Diagnostic:
    found = explain(problem, text, first_line)
    return error("OTD003", Mark(path, found.line, found.column), found.message, found.help)


def read_yaml(text: str, path: str, first_line: int = 1, texts: frozenset[str] = frozenset()) -> YamlDocument:
    """The values of one YAML document; `first_line` is the line of the file on which `text` begins.

    Values of the fields `texts` are text as it stands, even where YAML takes it for a number, a date or a truth value.

    Never raises: what is wrong is in the diagnostics (OTD003 to OTD005).
    """
    start = Mark(path, first_line, 1)

    def unreadable(diagnostic: Diagnostic) -> YamlDocument:
        return YamlDocument(None, {"": start}, {}, (diagnostic,))

    text = _ODD_BREAK.sub(" ", text)
    try:
        _check_depth(text, path, first_line)
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return YamlDocument(None, {"": start}, {}, ())
            builder = _Builder(path, first_line, loader.construct_object, texts)
            value = builder.build(node, "", 0)
        finally:
            loader.dispose()
    except _TooLargeError as problem:
        return unreadable(error("OTD005", problem.mark, problem.message, _PLAIN_HELP))
    except UnicodeError:
        return unreadable(error("OTD003", start, "holds half a character", "save the file as UTF-8"))
    except yaml.YAMLError as problem:
        return unreadable(_syntax_error(problem, text, path, first_line))
    return YamlDocument(value, builder.marks, builder.key_marks, tuple(builder.diagnostics), builder.written)
