"""Reads dataset cards: the YAML block at the top and the headings of the Markdown below it.

A card comes from anybody. Reading it takes time in proportion to its size, of which `CARD_LIMIT` bytes count, and never
fails: what cannot be read is among the card's problems, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.card import CARD_LIMIT, Card, Heading, sections_of
from otdi_site.source.yaml_reader import read_yaml

_BOUNDARY = re.compile(r"-{3}[ \t]*")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]++(.*))?")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MOST_SECTIONS = 2_000
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read_card(content: bytes, path: str) -> Card:
    """The card in the bytes of a file; `path` is what problems call it."""
    problems: list[Diagnostic] = []
    is_cut = len(content) > CARD_LIMIT
    if is_cut:
        help = "shorten it: move long tables and examples to files of their own"
        problems.append(
            warning("OTD261", Mark(path), f"is larger than {CARD_LIMIT:,} bytes; only these are read", help)
        )
        content = content[:CARD_LIMIT]
    text = _decode(content, path, is_cut, problems)
    if text is None:
        return Card(path, is_block_readable=False, is_text_readable=False, problems=tuple(problems))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    block, body = _find_block(lines, path, problems)
    fields: dict[str, object] = {}
    places: dict[str, int] = {}
    is_readable = True
    if block is not None:
        document = read_yaml("\n".join(lines[slice(*block)]), path, block[0] + 1)
        problems += document.diagnostics
        if isinstance(document.value, dict):
            fields = {str(key): value for key, value in document.value.items()}
            places = {name: mark.line for name, mark in (document.marks | document.key_marks).items()}
        else:
            is_readable = document.value is None and not document.diagnostics
            if document.value is not None:
                kind = "list" if isinstance(document.value, list) else "single value"
                help = "write one `name: value` on each line, such as `license: cdla-permissive-2.0`"
                problems.append(
                    error("OTD262", Mark(path, block[0] + 1), f"the YAML block is a {kind}, not fields", help)
                )
    elif any(problem.code == "OTD262" for problem in problems):
        is_readable = False
    sections = tuple(sections_of(_find_headings(lines, body)))
    is_complete = not is_cut and len(sections) < _MOST_SECTIONS
    if len(sections) == _MOST_SECTIONS:
        message = f"has more than {_MOST_SECTIONS:,} headings; only these are read"
        problems.append(warning("OTD261", Mark(path, sections[-1].line), message, "shorten it"))
    return Card(
        path,
        fields,
        places,
        has_block=block is not None,
        is_block_readable=is_readable,
        sections=sections,
        is_text_readable=is_complete,
        problems=tuple(problems),
    )


def _decode(content: bytes, path: str, is_cut: bool, problems: list[Diagnostic]) -> str | None:
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            problems.append(error("OTD260", Mark(path, 1), f"is {name}, not UTF-8", "save it as UTF-8"))
            return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        if is_cut and problem.start >= len(content) - 3:  # the limit went through a character
            return content[: problem.start].decode("utf-8-sig")
        line = content.count(b"\n", 0, problem.start) + 1
        problems.append(error("OTD260", Mark(path, line), "is not UTF-8 here", "save the file as UTF-8"))
        return None


def _find_block(lines: list[str], path: str, problems: list[Diagnostic]) -> tuple[tuple[int, int] | None, int]:
    """The lines of the YAML block, from and up to, and the line with which the text begins; from 0."""
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return None, 0
    if not _BOUNDARY.fullmatch(lines[start]):
        if lines[start].lstrip().startswith("<!--"):
            end = next((number for number in range(start, len(lines)) if "-->" in lines[number]), len(lines))
            after = next((number for number in range(end + 1, len(lines)) if lines[number].strip()), len(lines))
            if after < len(lines) and _BOUNDARY.fullmatch(lines[after]):
                message = "the YAML block is not at the top of the card, so that hosts do not see it"
                problems.append(error("OTD262", Mark(path, after + 1), message, "move it above everything else"))
        return None, 0
    end = next((number for number in range(start + 1, len(lines)) if _BOUNDARY.fullmatch(lines[number])), 0)
    if not end:
        message = "the YAML block that begins here has no end"
        problems.append(error("OTD262", Mark(path, start + 1), message, "end it with a line of three hyphens"))
        return None, start + 1
    _look_for_second_block(lines, end, path, problems)
    return (start + 1, end), end + 1


def _look_for_second_block(lines: list[str], end: int, path: str, problems: list[Diagnostic]) -> None:
    after = next((number for number in range(end + 1, len(lines)) if lines[number].strip()), len(lines))
    if after < len(lines) and _BOUNDARY.fullmatch(lines[after]):
        closing = next((n for n in range(after + 1, len(lines)) if _BOUNDARY.fullmatch(lines[n])), 0)
        if closing and all(":" in line or not line.strip() or line[0] in " -#" for line in lines[after + 1 : closing]):
            help = "put all fields into the first one"
            problems.append(error("OTD262", Mark(path, after + 1), "a second YAML block, which hosts ignore", help))


def _find_headings(lines: list[str], body: int) -> Iterator[Heading]:
    """The headings of the text in order; at most `_MOST_SECTIONS`. The first stands for the text above them."""
    shown = _without_comments(lines, body)
    headings: list[tuple[int, int, int, str]] = [(body, body, 0, "")]
    """Line of the heading, that on which its text begins, its level and its words."""
    fence = ""
    for number in range(body, len(lines)):
        line = shown[number - body]
        if fence:
            if (mark := _FENCE.match(line)) and mark[1].startswith(fence) and not line.strip(" \t" + fence[0]):
                fence = ""
            continue
        if mark := _FENCE.match(line):
            fence = mark[1]
        elif mark := _ATX.fullmatch(line):
            headings.append((number, number + 1, len(mark[1]), _CLOSING_MARKS.sub("", mark[2] or "").strip()))
        elif number > body and _SETEXT.fullmatch(line) and _may_be_title(shown, number - 1 - body):
            level = 1 if "=" in line else 2
            headings.append((number - 1, number + 1, level, shown[number - 1 - body].strip()))
        if len(headings) > _MOST_SECTIONS:
            break
    ends = [start for start, *_ in headings[1:]] + [len(lines)]
    for (start, text_line, level, words), end in zip(headings[:_MOST_SECTIONS], ends, strict=False):
        yield Heading(
            words, level, start + 1, text_line + 1, "\n".join(shown[text_line - body : end - body]).strip("\n")
        )


def _may_be_title(shown: list[str], place: int) -> bool:
    line = shown[place]
    return bool(line.strip()) and not line.startswith(("    ", "\t", "#", ">", "-", "*", "|", "<"))


def _without_comments(lines: list[str], body: int) -> list[str]:
    """The lines of the text with HTML comments taken out; a fence of code keeps what looks like one."""
    shown = []
    fence, is_inside = "", False
    for line in lines[body:]:
        if fence:
            shown.append(line)
            if (mark := _FENCE.match(line)) and mark[1].startswith(fence) and not line.strip(" \t" + fence[0]):
                fence = ""
            continue
        kept, at = [], 0
        while at < len(line):
            if is_inside:
                end = line.find("-->", at)
                is_inside = end < 0
                at = len(line) if is_inside else end + 3
            else:
                start = line.find("<!--", at)
                kept.append(line[at:] if start < 0 else line[at:start])
                is_inside = start >= 0
                at = len(line) if start < 0 else start + 4
        text = "".join(kept)
        shown.append(text)
        if mark := _FENCE.match(text):
            fence = mark[1]
    return shown
