"""Quotations of what cards and hosts say, short and safe for a terminal; a page escapes them as well."""

from __future__ import annotations

import re

from otdi_site.characters import without_unsafe
from otdi_site.model.catalog import cut_text

_LIST_MARK = re.compile(r"\A\s{0,3}[-*+] +(?=\S)")
QUOTED_LENGTH = 160
"""Characters of a quotation at most."""


def quote(value: object) -> str:
    """A value as evidence quotes it: on one line, and without characters that a terminal would obey."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(each)[:QUOTED_LENGTH] for each in value[:20]) or "[]"
    text = _LIST_MARK.sub("", str(value)[: 10 * QUOTED_LENGTH])
    return cut_text(without_unsafe(text), QUOTED_LENGTH)
