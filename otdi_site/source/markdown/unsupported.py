"""Reports inline notation of other generators that is not supported.

Each row of the tables names one notation: how it looks, what is said of it, and what the page shows instead.
An inline rule of markdown-it marks what it finds as a token of its own; `report_unsupported` turns these into text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from otdi_site.diagnostics import Severity
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.positions import place_of, set_position

_TOKEN = "unsupported"
_ROW = "row"
_LATEX = re.compile(r"\\[a-zA-Z]|[\^_=+<>{}()|`*/]|\A.{1,3}\Z")
"""Distinguishes mathematics from prices: ``$x$`` and ``$a + b$``, not ``$5 or 6$``."""
_TEX = re.compile(r"\\[a-zA-Z]{2}|[\^=]|\A\\\(.{1,3}\\\)\Z")
"""Mathematics between escaped brackets, which may be no more than brackets."""


IsMeant = Callable[[StateInline, re.Match[str]], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One notation."""

    code: str
    pattern: re.Pattern[str]
    message: str
    """With ``{label}`` for what the pattern names so."""
    help: str
    shows: str = "source"
    """The part that the page shows: ``source``, ``code``, ``nothing``, or ``first``, its first character, so that
    the text after it is parsed as usual."""
    is_meant: IsMeant = lambda state, match: True
    """Whether a match is really this notation."""
    severity: Severity = Severity.WARNING


def _is_math(state: StateInline, match: re.Match[str]) -> bool:
    return _LATEX.search(match.group().strip("$")) is not None


def _is_tex(state: StateInline, match: re.Match[str]) -> bool:
    return _TEX.search(match.group()) is not None


def _has_no_target(state: StateInline, match: re.Match[str]) -> bool:
    label = normalizeReference(match["label"] or match["text"])
    return bool(label) and label not in state.env.get("references", {})


def _is_no_link(state: StateInline, match: re.Match[str]) -> bool:
    return normalizeReference(match["text"]) not in state.env.get("references", {})


MATHEMATICS = (
    "mathematics is not set: the page shows its source as code",
    "write it in words or Unicode (x², √2, ≤), put it into backticks, or show it as an image",
)
"""Message and help for mathematics."""


def _math(pattern: str, is_meant: IsMeant) -> Row:
    return Row("OTD246", re.compile(pattern, re.DOTALL), *MATHEMATICS, "code", is_meant)


def _always(state: StateInline, match: re.Match[str]) -> bool:
    return True


def _row(pattern: str, what: str, help: str, shows: str = "source", is_meant: IsMeant = _always) -> Row:
    done = "left out" if shows == "nothing" else "shown as written"
    return Row("OTD245", re.compile(pattern, re.DOTALL), f"{what} are not supported and {done}", help, shows, is_meant)


_EARLY = {
    "$": [
        _math(r"\$\$(?!\$).{1,4000}?\$\$", _always),
        _math(r"(?<![\w$])\$(?![\s$])(?:[^$\\]|\\.){1,500}?(?<![\s\\])\$(?![\w$])", _is_math),
    ],
    "`": [
        _row(
            r"(?<!`)`(?!`)[^`<>\n]{1,200}[ \t]<[^`<>\n]{1,500}>`__?(?!\w)",
            "links of reStructuredText",
            "write [text](address)",
        ),
        _row(
            r"(?<!`)`(?!`)[^`\n]{1,300}`\{=[a-z]\w{0,20}\}",
            "raw texts of Pandoc, `…`{=html},",
            "write the HTML without the backticks, and delete what is for another format",
        ),
    ],
    "\\": [
        _row(r"\\@ref\([\w:.-]{1,100}\)", "references of bookdown", "write a link to the heading, [text](#id)"),
        _math(r"\\\((?:(?!\\\().){1,1000}?\\\)", _is_tex),
        _math(r"\\\[(?:(?!\\\[).){1,4000}?\\\]", _is_tex),
        _math(r"\\begin\{(\w{1,20}\*?)\}(?:(?!\\begin).){1,4000}?\\end\{\1\}", _always),
    ],
    ":": [
        _row(r"(?<=\bxref):[^\s\[\]]{1,200}\[[^\[\]\n]{0,200}\]", "references of AsciiDoc", "write [text](page.md)"),
        _row(r"(?<=\blink):[^\s\[\]]{1,200}\[[^\[\]\n]{0,200}\]", "links of AsciiDoc", "write [text](address)"),
        _row(
            r"(?<![\w:]):(?:fa|fontawesome|material|mdi|octicons|simple|bootstrap)-[\w-]{1,80}:(?:\{[^{}\n]{0,200}\})?",
            "icons such as :material-check:",
            "write a word or a Unicode character, such as ✓",
            "nothing",
        ),
        _row(
            r"(?<![\w:`]):[\w.+:-]{1,40}:`[^`\n]{1,300}`",
            "roles of reStructuredText",
            "write a link, emphasis or code in Markdown",
        ),
        _row(
            r"(?<![\w:]):(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]{2,60}:(?![\w:`])",
            "shortcodes that name no emoji",
            "write the character itself, or the name that GitHub has for it",
        ),
        _row(
            r"(?<![\w:])::?[a-z][\w-]{1,30}\[[^\[\]\n]{0,300}\](?:\{[^{}\n]{0,200}\})?",
            "directives such as :name[text]",
            "write it in Markdown or HTML",
        ),
    ],
    "{": [
        _row(r"\{[a-z][\w:+-]{1,40}\}`[^`\n]{1,300}`", "roles of MyST", "write a link, emphasis or code in Markdown"),
        _row(
            r"\{>>(?:(?!\{>>).){0,1000}?<<\}",
            "comments of editors, {>> … <<},",
            "delete it, or write <!-- … -->",
            "nothing",
        ),
        Row(
            "OTD252",
            re.compile(r"\{/\*(?:(?!\{/\*).){0,2000}?\*/\}", re.DOTALL),
            "comments of MDX are left out",
            "delete it, or write <!-- … -->",
            "nothing",
        ),
        Row(
            "OTD252",
            re.compile(
                r"\{(?:[A-Za-z_$][\w$]{0,60}"
                r"(?:\.[A-Za-z_$][\w$]{0,60}|\([^(){}\n]{0,200}\)|\[[^\[\]\n]{0,50}\]){1,9}|'[^'\n]{0,200}'|`[^`\n]{0,200}`)\}"
            ),
            "expressions of JavaScript are shown as written",
            "write the text itself; to show braces, put them into backticks",
        ),
    ],
    "-": [
        Row(
            "OTD245",
            re.compile(r"(?<!\S)-{1,10}8<-{1,10}(?:[ \t]+(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?"),
            "snippets are not included: the text is missing from the page",
            "write the included text here, or link to it",
            severity=Severity.ERROR,
        )
    ],
    "%": [
        _row(
            r"(?<!\S)%%(?!%)(?:(?!%%).){1,2000}%%(?!\S)",
            "comments of Obsidian, %% … %%,",
            "delete it, or write <!-- … -->",
            "nothing",
        )
    ],
    "^": [
        _row(r"\^\[[^\[\]]{1,1000}\]", "footnotes inside a line, ^[…],", "write [^1] here, and [^1]: … below"),
        _row(r"(?<=\s)\^[a-zA-Z0-9-]{1,40}(?=\n|\Z)", "block ids of Obsidian", "write {: #id} on the line below"),
    ],
    "<": [
        _row(r"<<[\w#/.-]{1,100},[^<>\n]{1,200}>>", "references of AsciiDoc", "write [text](#id)"),
        _row(r"(?<!\S)<<<[ \t]{1,9}@?[\w./{}#,-]{1,200}", "snippets of VitePress", "write the included text here"),
    ],
}
_LATE = {
    "!": [
        _row(
            r"!\[\[[^\[\]\n]{1,300}\]\]",
            "embedded notes of Obsidian",
            "write ![what it shows](image.png), or link to the page",
        )
    ],
    "[": [
        _row(
            r"\[\[(?!\^)(?P<text>[^\[\]\n]{1,300})\]\](?![(\[])",
            "wiki links",
            "write [text](page.md)",
            is_meant=_is_no_link,
        ),
        _row(
            r"\[(?:[^\[\]@\n]{1,40}\s)?-?@[\w{][^\[\]\n]{0,300}\](?![(\[:])",
            "citations of Pandoc",
            "write a link or a footnote",
        ),
        _row(
            r"\[https?://[^\s\[\]]{1,500}[ \t][^\[\]\n]{1,300}\](?![(\[:])",
            "links of MediaWiki, [address text],",
            "write [text](address)",
        ),
        _row(
            r"\[[a-z][\w-]{1,30}[ \t]{1,9}[a-z]\w{0,30}=[\"'][^\[\]\n]{0,300}\](?![(\[:])",
            "shortcodes of WordPress",
            "write it in Markdown or HTML",
        ),
        _row(
            r"\[(b|i|u|s|code|quote|img|url|color|size|center)(?:=[^\[\]\n]{1,200})?\][^\[\]]{1,1000}\[/\1\]",
            "tags of BBCode",
            "write it in Markdown",
        ),
        Row(
            "OTD247",
            re.compile(r"\[\^(?P<label>[^\s\[\]]{1,200})\](?!:)"),
            "no footnote is named '{label}'",
            "write [^{label}]: and its text below, or correct the name",
        ),
        Row(
            "OTD247",
            re.compile(
                r"(?<![\w\]])\[(?!\^)(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]\n]{0,100}\]){1,500})\]\[(?P<label>[^\[\]]{0,300})\]",
                re.DOTALL,
            ),
            "no link is defined for '{label}'",
            "write the address, [text](address), or define it below: [{label}]: address",
            "first",
            _has_no_target,
        ),
    ],
}


def _find(rows: dict[str, list[Row]], state: StateInline) -> tuple[Row, re.Match[str]] | None:
    for row in rows.get(state.src[state.pos], ()):
        match = row.pattern.match(state.src, state.pos, state.posMax)
        if match is not None and row.is_meant(state, match):
            return row, match
    return None


def _rule(rows: dict[str, list[Row]]) -> Callable[[StateInline, bool], bool]:
    def find_unsupported(state: StateInline, silent: bool) -> bool:
        found = _find(rows, state)
        if found is None:
            return False
        row, match = found
        source = match.group() if row.shows != "first" else match.group()[0]
        if not silent:
            token = state.push(_TOKEN, "", 0)
            token.content = source if row.shows != "nothing" else ""
            names = match.groupdict()
            label = " ".join((names.get("label") or names.get("text") or "").split())
            token.meta[_ROW] = (row, label)
            set_position(token, state.pos)
        state.pos += len(source)
        return True

    return find_unsupported


def report_unsupported(context: Context, tokens: Sequence[Token]) -> None:
    """Report what was found, and leave text or code in its place."""
    for parent in tokens:
        for child in parent.children or ():
            _report_in(context, parent, child, child)


def _report_in(context: Context, parent: Token, placed: Token, token: Token) -> None:
    for child in token.children or ():  # of an image, whose own place is known
        _report_in(context, parent, placed, child)
    if token.type != _TOKEN:
        return
    row, label = token.meta.pop(_ROW)
    message, help = row.message.replace("{label}", label), row.help.replace("{label}", label)
    context.report(row.severity, row.code, context.mark(place_of(parent, placed)), message, help, message)
    token.type = "text"
    if row.shows == "code":
        token.type, token.tag, token.attrs = "code_inline", "code", {"class": "math"}
        token.content = " ".join(token.content.split())


def unsupported_plugin(md: MarkdownIt) -> None:
    """Find such notation; to be used after the plugins that would read some of it."""
    md.inline.ruler.before("escape", "unsupported_early", _rule(_EARLY))
    md.inline.ruler.after("footnote_ref", "unsupported_late", _rule(_LATE))
