"""Maps numbers of rows to size categories, and SPDX expressions to licences."""

from __future__ import annotations

import re

from otdi_site.model.vocabulary import Term, Vocabulary

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_NUMBER = re.compile(r"~?(\d[\d,_ ']*+(?:\.\d++)?)\s*+([KMBT]?)\s*+(?:(?:rows|examples|samples|records|lines))?", re.I)
_RANGE = re.compile(r"(?:(?P<from>\d+)(?P<from_unit>[KMBT]?)<)?n(?:<(?P<to>\d+)(?P<to_unit>[KMBT]?))?")
_ABOVE = re.compile(r"n>(?P<from>\d+)(?P<from_unit>[KMBT]?)")
_EXPRESSION = re.compile(r"(?<!\s)\s++(?:OR|AND|WITH|or|and)\s++|[()]|(?<!\s)\s*+[/,;]\s*+")


def find_size(word: str, sizes: Vocabulary[Term]) -> str | None:
    """The size category of a number of rows, such as ``1K<n<10K`` for ``5,000``."""
    match = _NUMBER.fullmatch(word[:60].strip())
    if match is None:
        return None
    number = float(re.sub(r"[^\d.]", "", match[1])) * _UNITS[match[2].upper()]
    for term in sizes.terms:
        bounds = _RANGE.fullmatch(term.id) or _ABOVE.fullmatch(term.id)
        if bounds is None:
            continue
        parts = bounds.groupdict()
        low = int(parts["from"]) * _UNITS[parts["from_unit"]] if parts["from"] else 0
        high = int(parts["to"]) * _UNITS[parts["to_unit"]] if parts.get("to") else float("inf")
        if low <= number < high:
            return term.id
    return None


def licenses_of_expression(word: str) -> list[str]:
    """The ids that an SPDX expression such as ``MIT OR Apache-2.0`` joins, or a list of licences; none for one id."""
    parts = [part for part in _EXPRESSION.split(word[:400]) if part]
    return parts if len(parts) > 1 and all(re.fullmatch(r"[A-Za-z0-9.+-]+", part) for part in parts) else []
