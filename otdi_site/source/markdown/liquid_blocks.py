"""Pairs Liquid tags, and finds the code and comments that they enclose.

``{% raw %}``, ``{% comment %}`` and ``{% highlight %}`` end at the first tag that closes them; other tags that have
an end, such as ``if``, ``for`` and ``capture``, may be nested.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from otdi_site.source.markdown.notation import HiddenText, Kind, Notation

_ENCLOSING = ("raw", "comment", "highlight")
_NAMING = ("assign", "capture", "increment", "decrement")
_WORD = re.compile(r"[\w-]+")
_BEGINNING_OF_LINE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_TILDES = re.compile(r"~{3,}")
_BACKTICKS = re.compile(r"`+")

Change = tuple[int, int, str | None]
"""Start, end and new text of a piece of the page, of the same length; `None` for nothing."""


@dataclass(frozen=True, slots=True)
class LiquidBlocks:
    """The ranges that tags of a page enclose; notation is named by its start."""

    changes: tuple[Change, ...]
    """To make before Markdown is parsed: comments removed, fences instead of ``highlight``."""
    removed: frozenset[int]
    """Notation in `changes`."""
    literal: frozenset[int]
    """Notation that stands for itself."""
    tags: frozenset[int]
    """Tags that have done their work and leave nothing behind."""
    ends: Mapping[int, Notation]
    """The ends of the outermost other blocks by their first tag."""
    inner: frozenset[int]
    """Notation inside and at the end of such blocks."""
    open: frozenset[int]
    """Tags ``raw`` and ``comment`` without an end."""
    names: frozenset[str]
    """Variables that tags of the page set."""
    is_settled: bool
    """Whether code was found where it is: no end of an enclosing block was taken for code."""

    def is_explained(self, notation: Notation) -> bool:
        """Whether a problem with it follows from a block or variable that is reported anyway."""
        if notation.start in self.inner:
            return True
        word = _WORD.search(notation.source) if notation.kind is Kind.OUTPUT else None
        return word is not None and word.group() in self.names


def _as_code(hidden: HiddenText, arguments: str, opening: tuple[int, int], closing: tuple[int, int]) -> list[Change]:
    """The changes that make a fence or a code span of ``highlight``; none where that cannot be."""
    text = hidden.text
    content = text[opening[1] : closing[0]]
    lengths = (opening[1] - opening[0], closing[1] - closing[0])
    if "\n" in text[slice(*opening)] + text[slice(*closing)]:
        return []
    if "\n" not in content:
        ticks = "`" * (max(map(len, _BACKTICKS.findall(content)), default=0) + 1)
        before, after = (hidden.void * (length - len(ticks) - 1) for length in lengths)
        return [(*opening, f"{before}{ticks} "), (*closing, f" {ticks}{after}")] if content.strip() else []
    begins = _BEGINNING_OF_LINE.fullmatch(text, text.rfind("\n", 0, opening[0]) + 1, opening[0])
    is_apart = not content.partition("\n")[0].strip() and not text[closing[1] : text.find("\n", closing[1])].strip()
    is_closed_apart = not content.rpartition("\n")[2].strip(" \t>")
    fence = "~" * (max(map(len, _TILDES.findall(content)), default=2) + 1)
    info = fence + arguments.partition(" ")[0]
    has_room = len(info) <= lengths[0] and len(fence) <= lengths[1]
    if not begins or not is_apart or not is_closed_apart or not has_room:
        return []
    return [(*opening, info.ljust(lengths[0])), (*closing, fence.ljust(lengths[1]))]


class _Finder:
    def __init__(self, hidden: HiddenText, in_code: frozenset[str]) -> None:
        self.hidden = hidden
        self.in_code = in_code
        self.notations = hidden.notations
        self.places: dict[str, list[int]] = {}
        for index, notation in enumerate(self.notations):
            if notation.name:
                self.places.setdefault(notation.name, []).append(index)
        self.changes: list[Change] = []
        self.removed: set[int] = set()
        self.literal: set[int] = set()
        self.tags: set[int] = set()
        self.open: set[int] = set()
        self.ends: dict[int, Notation] = {}
        self.inner: set[int] = set()
        self.names: set[str] = set()
        self.is_settled = True

    def next_place(self, name: str, after: int) -> int | None:
        """The index of the next tag of that name."""
        places: Sequence[int] = self.places.get(name, ())
        position = bisect_right(places, after)
        return places[position] if position < len(places) else None

    def enclose(self, index: int, end: int) -> None:
        """Note a ``raw``, ``comment`` or ``highlight`` that begins and ends at these indices."""
        opening, closing = self.notations[index], self.notations[end]
        within = self.notations[index + 1 : end]
        self.is_settled &= closing.markers[0] not in self.in_code
        if opening.name == "comment":
            self.changes.append((opening.start, closing.end, None))
            self.removed.update(notation.start for notation in self.notations[index : end + 1])
            return
        self.literal.update(notation.start for notation in within)
        if opening.name == "raw":
            self.tags |= {opening.start, closing.start}
        else:
            self.enclose_code(opening, closing, within)

    def enclose_code(self, opening: Notation, closing: Notation, within: Sequence[Notation]) -> None:
        """Note a ``highlight``, with the tags ``raw`` and ``endraw`` that touch its own."""
        tags = [opening, closing]
        if within and within[0].name == "raw" and within[0].start == opening.end:
            tags.insert(1, within[0])
        if within and within[-1].name == "endraw" and within[-1].end == closing.start:
            tags.insert(-1, within[-1])
        first = (opening.start, tags[1].end if tags[1].name == "raw" else opening.end)
        last = (tags[-2].start if tags[-2].name == "endraw" else closing.start, closing.end)
        code = _as_code(self.hidden, opening.arguments, first, last)
        if code:
            self.changes += code
            self.removed.update(tag.start for tag in tags)
        else:
            self.ends[opening.start] = closing
            self.inner.add(closing.start)

    def find(self) -> None:
        stack: list[int] = []
        open_names: Counter[str] = Counter()
        pairs: dict[int, int] = {}
        index = -1
        while (index := index + 1) < len(self.notations):
            notation = self.notations[index]
            name = notation.name
            if not name or notation.markers[0] in self.in_code:
                continue
            if name in _NAMING and (word := _WORD.match(notation.arguments)):
                self.names.add(word.group())
            end = self.next_place(f"end{name}", index)
            if name in _ENCLOSING:
                if end is not None:
                    self.enclose(index, end)
                    index = end
                elif name != "highlight":
                    self.open.add(notation.start)
            elif end is not None:
                stack.append(index)
                open_names[name] += 1
            elif open_names[name.removeprefix("end")]:
                while stack:
                    opening = stack.pop()
                    opened = self.notations[opening].name
                    open_names[opened] -= 1
                    if f"end{opened}" == name:
                        pairs[opening] = index
                        break
        self.note_outermost(pairs)

    def note_outermost(self, pairs: Mapping[int, int]) -> None:
        """Note the blocks between these indices that are not inside another one."""
        last = -1
        for opening, closing in sorted(pairs.items()):
            if opening > last:
                last = closing
                self.ends[self.notations[opening].start] = self.notations[closing]
                self.inner.update(notation.start for notation in self.notations[opening + 1 : closing + 1])


def find_blocks(hidden: HiddenText, in_code: frozenset[str]) -> LiquidBlocks:
    """Pairs of tags; `in_code` are first markers of notation that stands in code."""
    finder = _Finder(hidden, in_code)
    finder.find()
    return LiquidBlocks(
        changes=tuple(finder.changes),
        removed=frozenset(finder.removed),
        literal=frozenset(finder.literal),
        tags=frozenset(finder.tags),
        ends=finder.ends,
        inner=frozenset(finder.inner),
        open=frozenset(finder.open),
        names=frozenset(finder.names),
        is_settled=finder.is_settled,
    )
