"""Parses the info string of a code block: language, title, lines to mark, line numbers.

Read are the spellings of GitHub, MkDocs (``yaml title="a.yml" hl_lines="1 3-5" linenums="1"``), Pandoc and pymdown
(``{.yaml .wide title=a.yml}``), Docusaurus and VitePress (``js {1,3-5} showLineNumbers``, ``js:line-numbers``) and Hugo
(``go {linenos=table,hl_lines=[8,"15-17"]}``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from otdi_site.diagnostics import Severity
from otdi_site.source.markdown.attributes import add_classes
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.unsupported import MATHEMATICS

CODE = "code"
"""The key in a fence's meta under which its `CodeInfo` is kept."""

_LANGUAGE = re.compile(r"[A-Za-z][\w+#.-]*")
_DIRECTIVE = re.compile(r"\{([A-Za-z][\w:+.-]*)\}[ \t]*(.*)", re.DOTALL)
_PIECE = re.compile(
    r"\{(?P<lines>[\d,\s-]+)\}"
    r"|(?P<name>[A-Za-z][\w-]*)[ \t]*=[ \t]*(?:\"(?P<double>[^\"]{0,500})\""
    r"|'(?P<single>[^']{0,500})'|\[(?P<list>[^\]]{0,500})\]|(?P<bare>[^\s,}]+))"
    r"|\.(?P<class>[\w-]+)|\#(?P<id>[\w-]+)"
    r"|:?(?P<word>[A-Za-z][\w-]*)"
    r"|[{}\s,:]|(?P<other>.)",
    re.DOTALL,
)
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_TITLES = frozenset({"caption", "file", "filename", "title"})
_MARKED = frozenset({"emphasize-lines", "highlight", "hl_lines", "mark"})
_FIRST_NUMBER = frozenset({"lineno-start", "linenostart", "linenums", "startfrom", "startlinenumber"})
_NUMBERED = frozenset({"line-numbers", "lineno", "linenos", "linenums", "numberlines", "showlinenumbers"})
_OFF = frozenset({"0", "false", "no", "off"})
_WITHOUT_MEANING = frozenset({"annotate", "copy", "no-copy", "no-select", "select"})
"""Classes that other themes add to a block for the mouse."""

_DRAWN = frozenset({"dot", "geojson", "graphviz", "mermaid", "plantuml", "stl", "topojson", "vega", "vega-lite"})
"""Languages that others draw a picture of."""
_SNIPPET = re.compile(r"\s*-{1,10}8<-{1,10}[ \t]+[\"'][^\"'\n]*[\"']\s*")
_ANNOTATION = re.compile(r"(?:#|//|--|/\*|;|%)[ \t]*\(\d{1,3}\)!")
_INLINE_LANGUAGE = re.compile(r"(?:#!|:::)([a-z][\w+-]*) +(?=\S)")
_CLOSING = re.compile(r"[ \t>]*+(`{3,}+|~{3,}+)[ \t]*")
_ESCAPED_SNIPPET = re.compile(r"^([ \t]*);(-+8<-+)", re.MULTILINE)


@dataclass(slots=True)
class CodeInfo:
    """The settings of one code block."""

    language: str = ""
    title: str = ""
    marked: str = ""
    """Numbers and ranges of lines, counted from 1, such as ``1 3-5``."""
    first_number: int | None = None
    """The number of the first line; `None` where lines have none."""
    classes: tuple[str, ...] = ()
    id: str = ""
    unknown: list[str] = field(default_factory=list)
    """Options that mean nothing here."""


def _take_option(info: CodeInfo, name: str, value: str) -> None:
    key = name.lower()
    if key in _TITLES:
        info.title = value
    elif key in _MARKED:
        info.marked += f" {value}"
    elif key in _FIRST_NUMBER and value.isdecimal() and len(value) < 7:
        info.first_number = int(value) or None
    elif key in _NUMBERED:
        info.first_number = None if value.lower() in _OFF else info.first_number or 1
    else:
        info.unknown.append(name)


def read_info(source: str) -> CodeInfo:
    """Parses the words behind the marks."""
    info = CodeInfo()
    source = unescapeAll(source).strip()
    language = _LANGUAGE.match(source)
    if language is not None and source[language.end() :].lstrip()[:1] != "=":
        info.language = language.group()
        source = source[language.end() :]
    for piece in _PIECE.finditer(source):
        if piece["lines"]:
            info.marked += f" {piece['lines']}"
        elif piece["name"]:
            value = piece["double"] or piece["single"] or piece["list"] or piece["bare"] or ""
            _take_option(info, piece["name"], value)
        elif piece["class"]:
            name = piece["class"]
            if name.lower() in _NUMBERED:
                info.first_number = info.first_number or 1
            elif not info.language:
                info.language = name.removeprefix("language-")
            else:
                info.classes += (name,)
        elif piece["id"]:
            info.id = piece["id"]
        elif piece["word"] and piece["word"].lower() in _NUMBERED:
            info.first_number = info.first_number or 1
        elif piece["word"] or piece["other"]:
            info.unknown.append(piece["word"] or piece["other"])
    info.unknown = [name for name in dict.fromkeys(info.unknown) if name.lower() not in _WITHOUT_MEANING]
    return info


def marked_lines(ranges: str, count: int) -> list[bool]:
    """Which of `count` lines the ranges name."""
    steps = [0] * (count + 1)
    for first, last in _RANGE.findall(ranges):
        start, end = int(first), min(int(last or first), count)
        if 1 <= start <= end:
            steps[start - 1] += 1
            steps[end] -= 1
    return [depth > 0 for depth in accumulate(steps[:count])]


def _report(context: Context, token: Token, info: CodeInfo) -> None:
    assert token.map is not None
    mark = context.mark_of_text(token.map[0], token.markup)
    if info.language in _DRAWN:
        help = "add an image of it, or say the same in words"
        context.warning("OTD245", mark, "diagrams are not drawn: the page shows their source", help, "diagrams")
    elif info.language in ("math", "latex-math"):
        context.warning("OTD246", mark, *MATHEMATICS, MATHEMATICS[0])
    if _SNIPPET.fullmatch(token.content):
        message = "snippets are not included: the text is missing from the page"
        help = "write the included text here; to show the notation itself, write ;--8<--"
        context.report(Severity.ERROR, "OTD245", mark, message, help, message)
    if _ANNOTATION.search(token.content):
        help = "say it in the text, and delete the mark"
        message = "annotations of code, (1)!, are not supported and shown as written"
        context.warning("OTD245", mark, message, help, message)
    for name in info.unknown:
        help = "delete it; understood are title, hl_lines, linenums, {1,3-5}, .class and #id"
        context.warning("OTD251", mark, f"{name!r} is no option of a code block", help, name)


def _report_unclosed(context: Context, token: Token) -> None:
    """Code between ``` that ends with the page, or with the list or quotation that it stands in."""
    assert token.map is not None
    first, end = token.map
    # A line of attributes below the code belongs to it; then the lines of the code lead to its end.
    for last in (end - 1, first + 1 + token.content.count("\n")):
        closing = _CLOSING.fullmatch(context.line(last)) if first < last < end else None
        if closing is not None and closing[1].startswith(token.markup):
            return
    mark = context.mark_of_text(first, token.markup)
    message = f"the code that begins with {token.markup} is not closed"
    help = f"end it with a line {token.markup}, indented like the first"
    context.warning("OTD257", mark, message, help)


def _name_language(children: Sequence[Token]) -> None:
    """Take ``#!python`` from the beginning of code in a line, as pymdown's inline highlighting has it."""
    for child in children:
        match = _INLINE_LANGUAGE.match(child.content) if child.type == "code_inline" else None
        if match is not None:
            add_classes(child, (f"language-{match.group(1)}",))
            child.content = child.content[match.end() :]


def prepare_code(context: Context, tokens: Sequence[Token]) -> None:
    """Read what stands behind the marks of every fence."""
    for token in tokens:
        _name_language(token.children or ())
        if token.type != "fence":
            continue
        _report_unclosed(context, token)
        directive = _DIRECTIVE.fullmatch(token.info.strip())
        if directive is not None:
            message = "fences with a name in braces, ```{name}, are not carried out: the page shows their source"
            help = "write it in Markdown; for a note, > [!NOTE]"
            assert token.map is not None
            mark = context.mark_of_text(token.map[0], token.markup)
            context.warning("OTD245", mark, message, help, message)
            info = CodeInfo(language=directive.group(1))
        else:
            info = read_info(token.info)
            _report(context, token, info)
        for name in _TITLES.intersection(token.attrs) - {"title"}:  # of an attribute list
            info.title = str(token.attrs.pop(name))
        token.content = _ESCAPED_SNIPPET.sub(r"\1\2", token.content)
        token.meta[CODE] = info
        add_classes(token, info.classes)
        if info.id:
            token.attrs.setdefault("id", info.id)
