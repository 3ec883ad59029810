"""Reports lines of other generators that are not supported, at the start of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.positions import place_in

_MDX_HELP = "delete it, and write what it stood for in Markdown or HTML"
_INCLUDE_HELP = "write the included text here, or link to it"
Line = tuple[re.Pattern[str], str, str, str]
"""How it looks, the code, the message and the help."""


def _line(pattern: str, what: str, help: str) -> Line:
    return re.compile(pattern, re.MULTILINE), "OTD245", f"{what} are not supported and shown as written", help


_FIRST_LINES: list[Line] = [
    (
        re.compile(
            r"import\s+(?:[\w*{][^\n]*?\sfrom\s+)?['\"][^'\"\n]+['\"];?\s*$|export\s+(?:default|const|let|function|class)\s",
            re.MULTILINE,
        ),
        "OTD252",
        "JavaScript of MDX is shown as written",
        _MDX_HELP,
    ),
    (
        re.compile(r"\.\.\s+(?:\|[^|\n]+\|\s+)?[\w:+.-]+::"),
        "OTD245",
        "directives of reStructuredText are not supported and shown as written",
        "write it in Markdown; for a note, > [!NOTE]",
    ),
    (
        re.compile(r"%(?!%)[ \t]"),
        "OTD245",
        "comments of MyST, % …, are not supported and shown as written",
        "delete it, or write <!-- … -->",
    ),
    (
        re.compile(r"\([\w.:-]+\)=[ \t]*$", re.MULTILINE),
        "OTD245",
        "labels of MyST, (name)=, are not supported and shown as written",
        "give the heading an id: ## Heading {#name}",
    ),
    (
        re.compile(r"\+\+\+(?:[ \t]|$)", re.MULTILINE),
        "OTD245",
        "lines of +++ are not supported and shown as written",
        "write front matter in YAML, between lines of ---; delete the line elsewhere",
    ),
    _line(r"\+(?:[-=:]{3,100}+\+){1,50}+[ \t]*$", "grid tables of Pandoc", "write a table with | between its cells"),
    _line(
        r"\|(?:[ \t]+[^|\s][^|\n]*$|[ \t]*\n\|[ \t]+[^|\s][^|\n]*$)",
        "line blocks of Pandoc, | …,",
        "end each line that is to stay with a backslash",
    ),
    _line(r"h[1-6]\.[ \t]+\S", "headings of Textile", "write # before the words of the heading"),
    _line(
        r"(?:bq|fn\d{1,3}|pre|bc)\.[ \t]+\S", "blocks of Textile", "write > before a quotation, [^1]: before a footnote"
    ),
    _line(r"\{\|(?:[ \t][^\n]{0,200})?\n", "tables of MediaWiki", "write a table with | between its cells"),
    _line(r"\(@[\w-]{0,60}\)[ \t]+\S", "example lists of Pandoc", "write 1. before each item"),
    _line(r"@start(?:uml|mindmap|gantt|json|yaml|wbs|salt)\b", "diagrams of PlantUML", "add an image of it"),
    _line(r":[A-Z][\w -]{1,40}:[ \t]+\S", "fields of reStructuredText", "write a list"),
]
"""Patterns at the start of the first line of a paragraph."""
_LINES: list[Line] = [
    (
        re.compile(r"^/{3,}+(?:[ \t]++[\w-]++[^\n]*+)?+$", re.MULTILINE),
        "OTD245",
        "blocks between /// are not supported and shown as written",
        "write > [!NOTE] for a note, <details> for what unfolds",
    ),
    (
        re.compile(r"^(?:\{(?:==|\+\+|--|>>)|(?:==|\+\+|--|<<)\})[ \t]*$", re.MULTILINE),
        "OTD245",
        "critic markup around blocks is not supported and shown as written",
        "mark the text of each block, {==…==}, or delete the marks",
    ),
    _line(r"^(?:\{!>?[ \t]*[^{}\n]{1,200}!\}|<<\[[^\]\n]{1,200}\])[ \t]*$", "included files", _INCLUDE_HELP),
    _line(r"^@(?:import[ \t]+['\"]|include(?:[ \t]|\())[^\n]{1,200}$", "included files, @import,", _INCLUDE_HELP),
    _line(r"^include::[^\[\]\s]{1,200}\[[^\[\]\n]{0,200}\][ \t]*$", "included files of AsciiDoc", _INCLUDE_HELP),
    _line(
        r"^(?:image|video|audio|toc|ifdef|ifndef|endif)::[^\[\]\s]{0,200}\[[^\[\]\n]{0,200}\][ \t]*$",
        "macros of AsciiDoc",
        "write it in Markdown",
    ),
    _line(
        r"^\\(?:newpage|pagebreak|clearpage|tableofcontents|maketitle|noindent)\b[^\n]*$",
        "commands of LaTeX",
        "delete it; a page has no pages of its own",
    ),
    _line(
        r"^(={2,6})[ \t]+[^=\s](?:[^=\n]{0,200}[^=\s])?[ \t]+\1[ \t]*$",
        "headings of MediaWiki, == … ==,",
        "write ## before the words of the heading",
    ),
    _line(
        r"^#\+[A-Za-z_]{3,30}:?(?:[ \t][^\n]*)?$",
        "lines of Org",
        "write it in Markdown; front matter holds title and date",
    ),
    _line(r"^#\.[ \t]+\S[^\n]*$", "lists numbered by #.", "write 1. before each item"),
    _line(r"^\^[a-zA-Z0-9-]{1,40}[ \t]*$", "block ids of Obsidian", "write {: #id} on the line below"),
    _line(r"^#{1,6}[\u00a0\u3000]|^#{2,6}[^\W\d_]|^\uff03", "headings without a space after #", "write ## and a space"),
    _line(
        r"^\{(?:code|panel|quote|noformat|info|note|tip|warning|expand|toc|blurb|aside)(?::[^{}\n]{0,200})?\}",
        "macros of Confluence",
        "write > [!NOTE] for a note, and code between lines of ```",
    ),
    _line(
        r"^[@\\](?:param|returns?|brief|throws|deprecated)[ \t]+\S[^\n]*$",
        "commands of Doxygen",
        "write it in words, or a list",
    ),
    _line(
        r"^[^\n'`]*+'''?(?!')[^\n'`]{1,300}'''?(?!')",
        "marks of MediaWiki, ''…'',",
        "write *…* or **…**",
    ),
    _line(
        r"^<%[^\n]*$|^[^\n<`]*<%(?:=|-)?[ \t][^\n]*%>",
        "tags of ERB and EJS, <% … %>,",
        "write the text that it stands for",
    ),
]
"""Patterns of whole lines of a paragraph."""

_COLUMNS = re.compile(r"[ \t]*+-{2,}+(?:[ \t]++-{2,}+)++[ \t]*")
"""The line below the header of a table of Pandoc without pipes, which CommonMark takes for a thematic break."""
_QUOTE = re.compile(r"^(?: {0,3}>)++ ?")
"""The marks of quotations that a line stands in."""


def _found(inline: Token) -> Iterator[tuple[int, Line]]:
    yield from ((0, line) for line in _FIRST_LINES if line[0].match(inline.content))
    for line in _LINES:
        yield from ((match.start(), line) for match in line[0].finditer(inline.content))


def report_unsupported_lines(context: Context, tokens: Sequence[Token]) -> None:
    """Report such lines in paragraphs, and tables whose columns are lines of dashes, each kind once."""

    def line_of(number: int) -> str:
        return _QUOTE.sub("", context.line(number))

    for token in tokens:
        if token.type == "hr" and token.map is not None and _COLUMNS.fullmatch(line_of(token.map[0])):
            line = token.map[0]
            if line_of(line - 1).strip() or line_of(line + 1).strip():
                message = "tables of Pandoc without | are not supported and shown as written"
                help = "write a table with | between its cells; draw a line across the page with empty lines around ---"
                context.warning("OTD245", context.mark_of_text(line, "-"), message, help, message)
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open":
            for position, (_, code, message, help) in _found(inline):
                context.warning(code, context.mark(place_in(inline, position)), message, help, message)
