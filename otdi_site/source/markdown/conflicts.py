"""Finds the marks that git leaves in a file at a merge conflict."""

from __future__ import annotations

import re
from collections.abc import Collection

from otdi_site.source.markdown.context import Context

_MARK = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")


def has_conflict_marks(text: str) -> bool:
    """Whether some line may be such a mark; costs next to nothing."""
    return "<<<<<<<" in text or ">>>>>>>" in text


def take_conflicts(context: Context, text: str, code_lines: Collection[int]) -> str:
    """The text without its marks, each conflict reported; those in code stay, and are a warning."""
    lines = text.split("\n")
    is_open = False
    for number, line in enumerate(lines):
        match = _MARK.fullmatch(line)
        if match is None:
            continue
        sign = match.group(1)[0]
        is_reported = (sign == "<" or (sign == ">" and not is_open)) and (sign == "<" or " " in line)
        is_mark = is_reported or is_open
        if is_reported:
            message = f"git left a merge conflict here: {line.strip()}"
            help = "keep one of the two versions, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
            if number in code_lines:
                help = f"{help}; where the code is meant to show them, indent it by a space"
                context.warning("OTD238", context.mark((number, 0)), message, help)
            else:
                context.error("OTD238", context.mark((number, 0)), message, help)
        is_open = sign != ">" and (is_open or sign == "<")
        if is_mark and number not in code_lines:
            lines[number] = ""
    return "\n".join(lines)
