"""Quotations of what cards and hosts say, short and safe for a terminal; a page escapes them as well."""

from __future__ import annotations

import re

from otdi_site.characters import without_unsafe
from otdi_site.model.catalog import cut_text

_LIST_MARK = re.compile(r"\A\s{0,3}[-*+] +(?=\S)")
QUOTED_LENGTH = 160
"""Characters of a quotation at most."""


def in_words(value: object) -> str:
    """The words of a value of a card: of fields below a field, their names."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value[:20])) or "[]"
    if isinstance(value, dict):
        return ", ".join(map(str, [*value][:20])) or "{}"
    return str(value)


def quote(value: object) -> str:
    """A value as evidence quotes it: on one line, and without characters that a terminal would obey."""
    if isinstance(value, list | tuple):
        words = ", ".join(in_words(each)[:QUOTED_LENGTH] for each in value[:20]) or "[]"
    else:
        words = in_words(value)
    text = _LIST_MARK.sub("", words[: 10 * QUOTED_LENGTH])
    return cut_text(without_unsafe(text), QUOTED_LENGTH)
