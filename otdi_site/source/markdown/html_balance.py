"""Checks that every element of raw HTML ends in the block in which it began.

What is left open swallows the rest of the page, or of the block of Markdown it stands in; an end tag too many ends
what the page's template began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from otdi_site.diagnostics import Mark
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.html_checks import ELEMENTS
from otdi_site.source.markdown.notation import walk
from otdi_site.source.markdown.positions import place_in, position_of
from otdi_site.source.markdown.tags import RAW_ELEMENTS, Tag, TagReader

_HTML = ("html_block", "html_inline")
_NAMES = """
    body caption colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr
"""
_OPTIONAL = frozenset(_NAMES.split())
"""Elements whose end HTML lets authors leave out."""


@dataclass(slots=True)
class _Scope:
    """The page, or one element of Markdown: what begins in it ends in it."""

    open: list[tuple[str, Mark]] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)


class _Balance:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.scopes = [_Scope()]
        self.unclosed: Counter[str] = Counter()

    def report_open(self, name: str, mark: Mark) -> None:
        if name in _OPTIONAL or name not in ELEMENTS:  # the latter are reported as unknown
            return
        self.unclosed[name] += 1
        help = f"write </{name}> where it ends, in the same paragraph, list or quote; to show it, put it in backticks"
        self.context.error("OTD237", mark, f"<{name}> is not closed", help, kind=name)

    def pop(self, scope: _Scope) -> tuple[str, Mark]:
        name, mark = scope.open.pop()
        scope.names[name] -= 1
        return name, mark

    def begin(self, name: str, mark: Mark) -> None:
        self.scopes[-1].open.append((name, mark))
        self.scopes[-1].names[name] += 1

    def end(self, name: str, mark: Mark) -> None:
        scope = next((scope for scope in reversed(self.scopes) if scope.names[name]), None)
        if scope is None:
            self.unclosed[name] -= 1
            if self.unclosed[name] < 0:
                help = "delete it, or write the tag that it ends"
                self.context.error("OTD237", mark, f"</{name}> ends nothing", help, kind=f"/{name}")
            return
        if scope is not self.scopes[-1]:
            message = f"</{name}> stands in a paragraph, list or quote in which its element did not begin"
            help = "put it on a line of its own, behind an empty line and not indented"
            self.context.error("OTD237", mark, message, help, kind=f"/{name}")
        while (last := self.pop(scope))[0] != name:
            self.report_open(*last)

    def leave(self) -> None:
        """End the innermost scope."""
        for name, mark in self.scopes.pop().open:
            self.report_open(name, mark)

    def read(self, parent: Token, token: Token) -> None:
        start = position_of(token) if token is not parent else 0

        def mark_at(position: int) -> Mark:
            return self.context.mark(place_in(parent, start + max(position, 0)))

        reader = TagReader()
        last: Tag | None = None
        for tag in reader.read(token.content):
            last = tag
            if tag.is_closing:
                self.end(tag.name, mark_at(tag.start))
            elif not tag.is_complete:
                self.begin(tag.name, mark_at(tag.start))
        if reader.is_in_tag:
            mark = mark_at(token.content.rfind("<"))
            help = "end the tag with > before the next empty line; to show the sign itself, write &lt;"
            self.context.error("OTD237", mark, "the tag that begins here has no end", help)
        elif reader.is_in_text and not (last and last.name in RAW_ELEMENTS and not last.is_closing):
            mark = mark_at(max(token.content.rfind("<!"), token.content.rfind("<?")))
            self.context.error("OTD237", mark, "the comment that begins here has no end", "end it with -->")


def check_balance(context: Context, tokens: Sequence[Token]) -> None:
    """Report elements that do not end, or do not begin, where they should."""
    if not any(token.type in _HTML for token in walk(tokens)):
        return
    balance = _Balance(context)
    for parent in tokens:
        for token in [parent, *(parent.children or ())]:
            if token.type in _HTML:
                balance.read(parent, token)
            elif token.hidden:  # a paragraph that leaves no trace in the page
                continue
            elif token.nesting == 1:
                balance.scopes.append(_Scope())
            elif token.nesting == -1 and len(balance.scopes) > 1:
                balance.leave()
    while balance.scopes:
        balance.leave()
