"""Hides template notation (Liquid, kramdown's extensions) from the Markdown parser.

Liquid runs before Markdown and may stand anywhere: in a link's target, inside HTML, in code that is about
Liquid. Each piece of notation is therefore replaced by characters the page does not use, of the same length,
so that the parser takes it for a word and every column stays. Afterwards each token gets what its kind needs:
code the notation as written, all else the value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, pairwise

from markdown_it.token import Token

_PRIVATE_USE = ((0xF0000, 0xFFFFE), (0x100000, 0x10FFFE))
_CODE = ("fence", "code_block", "code_inline")
_DELIMITER = re.compile(r"\{:[:/][^{}\n]*\}|\{\{[<%]?|[>%]?\}\}|\{%|%\}|\n(?=[ \t]*\n)")
_TAG = re.compile(r"\{%-?\s*+(\w++)(.*)%\}", re.DOTALL)
_RAW = r"\{%-?[ \t]*(?:end)?raw[ \t]*-?%\}"
_RAW_BEFORE_FENCE = re.compile(rf"^([ \t>]*)((?:{_RAW})+)(`{{3,}}[^`\n]*|~{{3,}}[^\n]*)$", re.MULTILINE)
_RAW_AFTER_FENCE = re.compile(rf"^([ \t>]*+(?:`{{3,}}+[^`{{\n]*+|~{{3,}}+[^{{\n]*+))((?:{_RAW})+)[ \t]*$", re.MULTILINE)
_QUOTE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*>")


class Kind(Enum):
    """The kind of a piece of notation."""

    OUTPUT = "{{ }}"
    TAG = "{% %}"
    SHORTCODE = "{{< >}}"
    EXTENSION = "{:: }"
    OPEN = "not closed"


_KIND_OF = {"{{": Kind.OUTPUT, "{{<": Kind.SHORTCODE, "{{%": Kind.SHORTCODE, "{%": Kind.TAG}
"""By how it begins."""


@dataclass(frozen=True, slots=True)
class Notation:
    """One piece of notation."""

    kind: Kind
    start: int
    source: str
    markers: str
    """The characters that stand for its lines."""

    is_quoted: bool = False
    """Whether it begins in a quote, whose marks its further lines keep."""
    name: str = field(init=False)
    """Of a tag, such as ``include``; else empty."""
    arguments: str = field(init=False)
    """Of a tag: what follows its name."""

    def __post_init__(self) -> None:
        match = _TAG.fullmatch(self.source) if self.kind is Kind.TAG else None
        object.__setattr__(self, "name", match.group(1) if match else "")
        object.__setattr__(self, "arguments", match.group(2).removesuffix("-").strip() if match else "")

    @property
    def end(self) -> int:
        return self.start + len(self.source)

    @property
    def lines(self) -> list[str]:
        """Its lines, each without the white space and quote marks that place it in a block."""
        first, *others = self.source.split("\n")
        return [first, *(line.lstrip(" \t>" if self.is_quoted else " \t") for line in others)]

    @property
    def label(self) -> str:
        """As messages quote it, on one line."""
        return " ".join(self.source.split())


@dataclass(frozen=True, slots=True)
class HiddenText:
    """A page's body without its notation."""

    text: str
    notations: tuple[Notation, ...]
    """In the order of the text."""
    filler: str
    """Stands for the rest of a line of notation."""
    void: str
    """Stands for what leaves nothing behind."""
    base: str
    """Stands for the base path in a link's target."""
    _by_marker: dict[str, Notation] = field(init=False, repr=False, compare=False)
    _line_starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_marker = {marker: notation for notation in self.notations for marker in notation.markers}
        object.__setattr__(self, "_by_marker", by_marker)
        object.__setattr__(self, "_line_starts", [0, *(match.end() for match in re.finditer("\n", self.text))])

    def place(self, position: int) -> tuple[int, int]:
        """Line and column, from 0, of a character of the text."""
        line = bisect_right(self._line_starts, position) - 1
        return line, position - self._line_starts[line]

    def in_code(self, tokens: Iterable[Token]) -> frozenset[str]:
        """First markers of the notation that stands in code."""
        markers = {notation.markers[0] for notation in self.notations}
        content = "".join(token.content for token in walk(tokens) if token.type in _CODE)
        return frozenset(markers.intersection(content))

    def replace(self, changes: Iterable[tuple[int, int, str | None]]) -> tuple[str, frozenset[int]]:
        """The text with `changes` of it made, and the lines that hold nothing any more, from 0.

        Each change has a start, an end and the new text, of the same length; `None` for nothing.
        """
        pieces = []
        gone: set[int] = set()
        at = line = 0
        for start, end, new in changes:
            line += self.text.count("\n", at, start)
            pieces += [self.text[at:start], re.sub(r"[^\n]", self.void, self.text[start:end]) if new is None else new]
            after = line + self.text.count("\n", start, end)
            if new is None:
                gone.update(range(line, after + 1))
            at, line = end, after
        lines = "".join([*pieces, self.text[at:]]).split("\n")
        empty = set()
        for number in gone:
            rest = lines[number].lstrip(" \t>")
            if not rest.strip(f"{self.void} \t"):
                lines[number] = lines[number][: len(lines[number]) - len(rest)].rstrip()
                empty.add(number)
        return "\n".join(lines), frozenset(empty)

    def code(self, content: str) -> str:
        """Code with its notation as written, but for a pair of ``raw`` tags around it."""
        found = [self._by_marker[marker] for marker in content if marker in self._by_marker]
        if not found and self.void not in content:
            return content
        table: dict[int, str] = {ord(self.filler): "", ord(self.void): ""}
        for notation in found:
            table |= {ord(marker): line for marker, line in zip(notation.markers, notation.lines, strict=True)}
        tags = [notation for notation in found if notation.name in ("raw", "endraw")]
        for opening, closing in pairwise(tags):
            if (opening.name, closing.name) == ("raw", "endraw"):
                table |= {ord(marker): "" for marker in opening.markers + closing.markers}
        return content.translate(table)


def walk(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token with its children, in order."""
    for token in tokens:
        yield token
        if token.children:
            yield from walk(token.children)


def _find(text: str) -> Iterator[tuple[Kind, int, int]]:
    opening: re.Match[str] | None = None
    line_end = 0
    for match in _DELIMITER.finditer(text):
        found = match.group()
        if found in _KIND_OF:
            if opening is None or found == "{%" or match.start() > line_end:
                if opening is not None:
                    yield Kind.OPEN, opening.start(), opening.end()
                opening = match
                if match.start() >= line_end:
                    line_end = text.find("\n", match.end()) % (len(text) + 1)
        elif found.endswith("}") and not found.startswith("{"):
            is_tag = opening is not None and opening.group() == "{%"
            if opening is not None and (found.startswith("%}") if is_tag else found.endswith("}}")):
                yield _KIND_OF[opening.group()], opening.start(), match.start() + 2 if is_tag else match.end()
                opening = None
        elif found == "\n":
            if opening is not None:
                yield Kind.OPEN, opening.start(), opening.end()
            opening = None
        elif opening is None:
            yield Kind.EXTENSION, match.start(), match.end()
    if opening is not None:
        yield Kind.OPEN, opening.start(), opening.end()


def _without_raw_at_fences(text: str) -> str:
    """Blanks for the tags ``raw`` and ``endraw`` on the lines of code fences, which they would hide from Markdown."""
    if "raw" not in text:
        return text
    text = _RAW_BEFORE_FENCE.sub(lambda match: f"{match[1]}{match[3]}{' ' * len(match[2])}", text)
    return _RAW_AFTER_FENCE.sub(lambda match: f"{match[1]}{' ' * len(match[2])}", text)


def hide_notation(text: str) -> HiddenText:
    """Replace notation; a page with more of it than Unicode has unused characters keeps the rest."""
    text = _without_raw_at_fences(text)
    used = set(text)
    code_points = chain.from_iterable(range(*bounds) for bounds in _PRIVATE_USE)
    unused = (character for character in map(chr, code_points) if character not in used)
    filler, void, base = next(unused), next(unused), next(unused)
    notations: list[Notation] = []
    pieces: list[str] = []
    at = 0
    for kind, start, end in _find(text):
        source = text[start:end]
        lines = source.split("\n")
        markers = "".join(marker for _, marker in zip(lines, unused, strict=False))
        if len(markers) < len(lines):
            break
        is_quoted = len(lines) > 1 and _QUOTE.match(text, text.rfind("\n", 0, start) + 1, start) is not None
        notation = Notation(kind, start, source, markers, is_quoted)
        notations.append(notation)
        hidden = [
            line[: len(line) - len(rest)] + f"{marker}{filler * len(rest)}"[: len(rest)]
            for line, marker, rest in zip(lines, markers, notation.lines, strict=True)
        ]
        pieces += [text[at:start], "\n".join(hidden)]
        at = end
    return HiddenText("".join([*pieces, text[at:]]), tuple(notations), filler, void, base)
