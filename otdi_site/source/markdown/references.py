"""Finds definitions of links and footnotes without effect: repeated ones, and unused ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from otdi_site.source.markdown.context import Context, context_of

_LINES = "footnote_lines"


def _note_footnotes(state: StateCore) -> None:
    """Keep the lines of footnotes: markdown-it drops those that nobody refers to."""
    lines = state.env.setdefault(_LINES, {})
    around: list[int] = []
    for token in state.tokens:
        if token.type == "footnote_reference_close" and around:
            around.pop()
        if token.type == "footnote_reference_open" and token.map is not None:
            lines.setdefault(token.meta["label"], []).append((token.map[0], token.map[1]))
            if around:
                context = context_of(state.env)
                begin = around[-1] + context.first_line
                message = f"the footnote {token.meta['label']!r} stands in another one, which begins in line {begin}"
                help = "put it at the margin, outside of lists and quotes"
                context.error("OTD241", context.mark_of_text(token.map[0], "[^"), message, help)
            around.append(token.map[0])


def report_references(context: Context, environment: Mapping[str, Any]) -> None:
    """Report what the parser left in its `environment`."""
    known = environment.get("references", {})
    for repeated in environment.get("duplicate_refs", ()):
        first = known[repeated["label"]]
        if (first["href"], first["title"]) == (repeated["href"], repeated["title"]) or repeated["href"] == "#":
            continue  # the same again, or the comment [//]: # (…)
        label, line = repeated["label"].lower(), first["map"][0] + context.first_line
        message = f"the link {label!r} is defined in line {line} already, and that definition counts"
        mark = context.mark_of_text(repeated["map"][0], "[")
        context.warning("OTD249", mark, message, "delete one of the two, or give one another name")
    identifiers = environment.get("footnotes", {}).get("refs", {})
    for label, lines in environment.get(_LINES, {}).items():
        for first, end in lines[:-1]:
            message = f"the footnote {label!r} is defined again below, and only the last one is shown"
            message += _describe_extent(context, first, end)
            context.warning("OTD249", context.mark_of_text(first, "["), message, "give one of them another name")
        if identifiers.get(f":{label}", -1) < 0:
            first, end = lines[-1]
            message = f"nobody refers to the footnote {label!r}, so it is not shown"
            message += _describe_extent(context, first, end)
            help = f"refer to it, [^{label}], or delete it"
            context.warning("OTD248", context.mark_of_text(first, "["), message, help)


def _describe_extent(context: Context, first: int, end: int) -> str:
    """The lines of the file that a footnote of several lines takes; lines in it may be hidden notation."""
    while end > first + 1 and not context.line(end - 1).strip():
        end -= 1
    return f" (lines {first + context.first_line} to {end - 1 + context.first_line})" if end > first + 1 else ""


def references_plugin(md: MarkdownIt) -> None:
    """Note what `report_references` needs; to be used after the plugin that reads footnotes."""
    md.core.ruler.before("inline", "footnote_lines", _note_footnotes)
