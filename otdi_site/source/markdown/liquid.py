"""Evaluates the part of Jekyll's Liquid that pages may use.

Known are the site's variables, text in quotes, the filters that make addresses, and the tags ``link``, ``raw``,
``comment`` and ``highlight``. All else is reported, and leaves nothing in the page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from otdi_site.diagnostics import Mark
from otdi_site.source.markdown.addresses import FOLDER
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.liquid_blocks import LiquidBlocks, find_blocks
from otdi_site.source.markdown.notation import HiddenText, Kind, Notation, walk

_TERM = r"\"[^\"]*\"|'[^']*'|[\w.-]+"
_PRIMARY = re.compile(rf"\s*({_TERM})\s*")
_FILTER = re.compile(rf"\|\s*(\w+)\s*(?::\s*({_TERM})\s*)?")
_ABSOLUTE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//")
_SHOW = "to show the notation itself, write it in backticks or between {% raw %} and {% endraw %}"
_HELP_OF_TAG = {
    "include": "write the included text here, or use a slot",
    "include_relative": "write the included text here, or use a slot",
    "highlight": "put the tag and its end on lines of their own, or use a fenced code block",
    "endhighlight": "use a fenced code block: three backticks and the language",
    "post_url": "link to the page by its path, such as ../about.md",
}
_HELP_OF_SHORTCODE = {
    "figure": "write ![what it shows](image.png)",
    "highlight": "use a fenced code block: three backticks and the language",
    "ref": "link to the page by its path, such as ../about.md",
    "relref": "link to the page by its path, such as ../about.md",
    "vimeo": "link to the video",
    "youtube": "link to the video",
}
_HELP_OF_EXTENSION = {
    "comment": "write <!-- … --> instead",
    "nomarkdown": "delete it: HTML may stand in a page as it is",
    "options": "delete it: there are no options",
    "toc": "write {:toc} below a list of one line",
}
_NO_LOGIC = "pages hold no logic: write the text itself"


class Value(NamedTuple):
    """The replacement of a piece of notation."""

    text: str
    target: str
    """The replacement in a link's target, where the base path is still to be added."""


_NOTHING = Value("", "")


@dataclass(slots=True)
class Substitutions:
    """The replacement of each character that stands for notation, by the kind of the text around it."""

    hidden: HiddenText
    text: dict[int, str] = field(default_factory=dict)
    html: dict[int, str] = field(default_factory=dict)
    target: dict[int, str] = field(default_factory=dict)

    def set(self, notation: Notation, value: Value) -> None:
        for index, marker in enumerate(notation.markers):
            text, target = value if index == 0 else _NOTHING
            self.text[ord(marker)] = text
            self.html[ord(marker)] = escapeHtml(text)
            self.target[ord(marker)] = target

    def set_verbatim(self, notation: Notation) -> None:
        for marker, line in zip(notation.markers, notation.lines, strict=True):
            self.text[ord(marker)] = line
            self.html[ord(marker)] = escapeHtml(line)
            self.target[ord(marker)] = line

    def apply(self, tokens: Iterable[Token]) -> None:
        """Put the values into tokens; the targets of raw HTML are left to who knows attributes."""
        for token in walk(tokens):
            if token.type in ("fence", "code_block", "code_inline"):
                token.content = self.hidden.code(token.content)
                token.info = self.hidden.code(token.info)
            elif token.type not in ("inline", "html_block", "html_inline"):
                token.content = token.content.translate(self.text)
                token.info = token.info.translate(self.text)
            for name, value in token.attrs.items():
                table = self.target if name in ("href", "src") else self.text
                token.attrs[name] = str(value).translate(table)


class _Liquid:
    def __init__(self, context: Context, hidden: HiddenText) -> None:
        self.context = context
        self.hidden = hidden
        self.base = Value(context.base, hidden.base)

    def mark(self, notation: Notation) -> Mark:
        return self.context.mark(self.hidden.place(notation.start))

    def term(self, source: str) -> Value | None:
        if source[0] in "\"'":
            return Value(source[1:-1], source[1:-1])
        scope, _, name = source.partition(".")
        if scope != "site":
            return None
        if name == "baseurl":
            return self.base
        text = self.context.options.site_variables.get(name)
        return None if text is None else Value(text, text)

    def relative(self, value: Value) -> Value:
        if value.target.startswith(self.base.target) or _ABSOLUTE.match(value.text):
            return value
        path = f"/{value.text.lstrip('/')}"
        return Value(self.base.text + path, self.base.target + path)

    def filtered(self, value: Value, name: str, argument: Value | None) -> Value | None:
        if name == "relative_url":
            return self.relative(value)
        if name == "absolute_url" and (origin := self.term("site.url")) is not None:
            url = self.relative(value).text
            return Value(url, url) if _ABSOLUTE.match(url) else Value(origin.text + url, origin.text + url)
        if name == "prepend" and argument is not None:
            return Value(argument.text + value.text, argument.target + value.target)
        if name == "append" and argument is not None:
            return Value(value.text + argument.text, value.target + argument.target)
        return None

    def expression(self, source: str) -> Value | None:
        match = _PRIMARY.match(source)
        value = self.term(match.group(1)) if match else None
        at = match.end() if match else 0
        while value is not None and at < len(source):
            match = _FILTER.match(source, at)
            if match is None:
                return None
            value = self.filtered(value, match.group(1), self.term(match.group(2)) if match.group(2) else None)
            at = match.end()
        return value

    def output(self, notation: Notation, blocks: LiquidBlocks) -> Value:
        inner = notation.source[2:-2].removeprefix("-").removesuffix("-")
        value = self.expression(inner)
        if value is None and not blocks.is_explained(notation):
            known = ", ".join(f"site.{name}" for name in sorted({*self.context.options.site_variables, "baseurl"}))
            message = f"{notation.label} cannot be filled in"
            help = f"write the text itself; known are {known} and relative_url; {_SHOW}"
            self.context.error("OTD220", self.mark(notation), message, help, kind=notation.label)
        return value or _NOTHING

    def link(self, notation: Notation) -> Value:
        path = notation.arguments.strip("\"'").lstrip("/").removeprefix(FOLDER)
        address = self.context.resolve(posixpath.normpath(FOLDER + path)) if path else None
        if address is None:
            message = f"{notation.label} names no page"
            help = "write the path of a page's file, counted from content/, such as {% link about.md %}"
            self.context.error("OTD223", self.mark(notation), message, help)
            return _NOTHING
        return Value(address, address)

    def tag(self, notation: Notation, blocks: LiquidBlocks) -> Value:
        if notation.name == "link":
            return self.link(notation)
        if notation.start in blocks.open:
            self.report_open(notation, f"{{% end{notation.name} %}}")
        elif not blocks.is_explained(notation):
            end = blocks.ends.get(notation.start)
            what = f"{notation.label} … {end.label}" if end else notation.label
            help = f"{_HELP_OF_TAG.get(notation.name, _NO_LOGIC)}; {_SHOW}"
            mark = self.mark(notation)
            self.context.error("OTD221", mark, f"{what} cannot be carried out", help, kind=notation.name)
        return _NOTHING

    def value(self, notation: Notation, blocks: LiquidBlocks) -> Value:
        match notation.kind:
            case Kind.OUTPUT:
                return self.output(notation, blocks)
            case Kind.TAG:
                return self.tag(notation, blocks)
            case Kind.SHORTCODE:
                return self.shortcode(notation)
            case Kind.EXTENSION:
                name = notation.source.strip("{}:/ ").partition(" ")[0]
                message = f"kramdown's extension {notation.label} is not supported"
                help = _HELP_OF_EXTENSION.get(name, "delete it, and write what it stood for")
                self.context.error("OTD224", self.mark(notation), message, help)
                return _NOTHING
            case Kind.OPEN:
                ends = {"{{": "}}", "{{<": ">}}", "{{%": "%}}"}
                self.report_open(notation, ends.get(notation.source, "%}"))
                return Value(notation.source, notation.source)

    def shortcode(self, notation: Notation) -> Value:
        name = notation.source[3:-3].strip(" /*").partition(" ")[0]
        message = f"Hugo's shortcode {name!r} cannot be carried out"
        help = f"{_HELP_OF_SHORTCODE.get(name, 'write what it stands for in Markdown, or use a slot')}; {_SHOW}"
        self.context.error("OTD256", self.mark(notation), message, help, name)
        return _NOTHING

    def report_open(self, notation: Notation, end: str) -> None:
        message = f"{notation.label} is not closed"
        self.context.error("OTD222", self.mark(notation), message, f"close it with {end}; {_SHOW}")


def substitute_notation(
    context: Context, hidden: HiddenText, in_code: frozenset[str]
) -> tuple[str, frozenset[int], Substitutions]:
    """The text to parse, the lines that are empty only because notation was removed, and what notation becomes.

    `in_code` are first markers of what stands in code.
    """
    liquid = _Liquid(context, hidden)
    result = Substitutions(hidden)
    nothing = {ord(hidden.filler): "", ord(hidden.void): ""}
    result.text |= nothing
    result.html |= nothing
    result.target |= nothing
    blocks = find_blocks(hidden, in_code)
    changes = list(blocks.changes)
    for notation in hidden.notations:
        if notation.start in blocks.removed:
            continue
        if notation.markers[0] in in_code or notation.start in blocks.literal:
            result.set_verbatim(notation)
            continue
        value = _NOTHING if notation.start in blocks.tags else liquid.value(notation, blocks)
        result.set(notation, value)
        if value == _NOTHING:
            changes.append((notation.start, notation.end, None))
    text, void_lines = hidden.replace(sorted(changes, key=lambda change: change[:2]))
    return text, void_lines, result
