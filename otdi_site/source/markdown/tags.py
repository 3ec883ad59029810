"""Finds the tags of raw HTML line by line, and the comments and code that hide others.

Comments, the text of ``<script>`` and its like, and quoted attributes may go over lines. Every character is looked at
a bounded number of times, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_NAMES = """
    area base basefont br col embed frame hr img input keygen link meta param source track wbr
"""
VOID_ELEMENTS = frozenset(_NAMES.split())
"""Elements that have no end tag."""
TEXT_ELEMENTS = frozenset({"script", "style", "textarea", "title"})
"""Elements in which browsers see no tags."""
RAW_ELEMENTS = TEXT_ELEMENTS | {"pre", "svg", "math"}
"""Elements whose content Markdown never reads."""

_BEGINNING = re.compile(r"<(?:!--|\?|!\[CDATA\[|![A-Za-z]|/?[A-Za-z][^\s/>]*)")
_ENDS = {"<!--": re.compile("-->"), "<?": re.compile(r"\?>"), "<![CDATA[": re.compile(r"\]\]>")}
_END_OF_DECLARATION = re.compile(">")
_UNQUOTED = re.compile(r"[^>\"']*")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag."""

    name: str
    """In lower case."""
    is_closing: bool
    is_complete: bool
    """Whether it ends in itself, as ``<br/>``."""
    start: int
    """Of its ``<`` in the line it began in; negative where that is not the line it ends in."""
    end: int
    """After its ``>``."""
    source: str


class TagReader:
    """Reads the lines of a block of HTML in turn."""

    def __init__(self, raw_elements: frozenset[str] = RAW_ELEMENTS) -> None:
        self._raw_elements = raw_elements
        self._until: re.Pattern[str] | None = None
        """Ends a comment or the text of a raw element; `None` outside of them."""
        self._quote = ""
        """Ends the value of an attribute; empty outside of them."""
        self._tag: list[str] = []
        """The pieces of a tag that has not ended."""

    @property
    def is_in_text(self) -> bool:
        """Whether a comment or raw element is open, in which an empty line means nothing."""
        return self._until is not None

    @property
    def is_in_tag(self) -> bool:
        """Whether a tag is open."""
        return bool(self._tag)

    def read(self, line: str, position: int = 0) -> Iterator[Tag]:
        """The tags that end in a line, from a position of it on."""
        began = -1
        while position < len(line):
            if self._tag:
                position = self._read_tag(line, position)
                if not self._tag[-1].endswith(">") or self._quote:
                    return
                yield self._take_tag(began, position)
            elif self._until is not None:
                end = self._until.search(line, position)
                if end is None:
                    return
                position = end.end()
                self._until = None
            else:
                match = _BEGINNING.search(line, position)
                if match is None:
                    return
                began, position = match.span()
                self._begin(match.group(), line, position)

    def _begin(self, prefix: str, line: str, position: int) -> None:
        if prefix[1] not in "!?":
            self._tag = [prefix]
        elif prefix != "<!--" or not line.startswith((">", "->"), position):  # else an empty comment
            self._until = _ENDS.get(prefix, _END_OF_DECLARATION)

    def _read_tag(self, line: str, start: int) -> int:
        """Add to the open tag what the line holds of it; the position after it."""
        position = start
        while position < len(line):
            if self._quote:
                end = line.find(self._quote, position)
                if end < 0:
                    position = len(line)
                    break
                self._quote, position = "", end + 1
                continue
            match = _UNQUOTED.match(line, position)
            assert match is not None
            position = match.end()
            if line.startswith(">", position):
                position += 1
                break
            if position < len(line):
                self._quote = line[position] if match.group().rstrip().endswith("=") else ""
                position += 1
        self._tag.append(line[start:position])
        return position

    def _take_tag(self, began: int, end: int) -> Tag:
        source = "".join(self._tag)
        self._tag = []
        match = _BEGINNING.match(source)
        assert match is not None
        found = match.group().lower()
        is_closing = found.startswith("</")
        name = found[2:] if is_closing else found[1:]
        is_complete = not is_closing and (source.endswith("/>") or name in VOID_ELEMENTS)
        if name in self._raw_elements and not is_closing and not is_complete:
            self._until = re.compile(rf"(?=</{name}\b)", re.IGNORECASE)
        return Tag(name, is_closing, is_complete, began, end, source)


def replace_tags(content: str, replacement: Callable[[Tag], str]) -> str:
    """HTML with each of its tags replaced; comments and what is text in it, such as a script, stay."""
    pieces = []
    at = 0
    for tag in TagReader(TEXT_ELEMENTS).read(content):
        pieces += [content[at : tag.start], replacement(tag)]
        at = tag.end
    return "".join([*pieces, content[at:]])
