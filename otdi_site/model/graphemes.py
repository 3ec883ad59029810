"""Cuts texts between grapheme clusters, so that no character that readers see is broken."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_VIRAMA = 9
"""Combining class of the signs that join a letter of an Indic script to the next one."""


def find_break(text: str, position: int) -> int:
    """The last place up to `position` between two graphemes.

    The rules are those of Unicode Standard Annex 29 that need no table of its own: combining marks, joiners, emoji
    with modifiers, flags, syllables of Hangul in pieces, and conjuncts of Indic scripts.
    """
    while 0 < position < len(text) and not _is_break(text, position):
        position -= 1
    return position


def _is_break(text: str, position: int) -> bool:
    before, after = text[position - 1], text[position]
    if _extends(after) or before == _JOINER or (unicodedata.combining(before) == _VIRAMA and after.isalpha()):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        start = position - 1
        while start > 0 and _is_flag_letter(text[start - 1]):
            start -= 1
        return (position - start) % 2 == 0
    return not "\u1160" <= after <= "\u11ff"  # vowels and final consonants of Hangul


def _extends(character: str) -> bool:
    is_modifier = "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"
    return character in (_JOINER, "\u200c") or is_modifier or unicodedata.category(character)[0] == "M"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
