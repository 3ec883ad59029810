"""The one rule for characters of texts: those that are allowed, and those that are cleaned away or refused.

Refused are characters that nobody sees and that change how other text is shown, found or parsed: controls but for tabs
and line feeds, lone surrogates, non-characters, bidirectional embeddings and overrides, separators of lines, zero-width
spaces and joiners of words, byte order marks, interlinear annotation and tags. Some of those characters are part of
writing, and stay where they are: the joiners U+200C and U+200D and the marks U+200E, U+200F and U+061C anywhere,
bidirectional isolates that are closed in their line (Unicode Standard Annex 9), the zero-width space between words of
Thai, Lao, Burmese and Khmer, and tags that make the flag of a region (Unicode Technical Standard 51).
"""

from __future__ import annotations

import re
import unicodedata

_REFUSED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2028-\u202e\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
)
_BREAKS_WORDS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # scripts without spaces between words
_FLAG_TAGS = "[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_FLAG = f"\U0001f3f4{_FLAG_TAGS}"
REFUSED = re.compile(f"[{_REFUSED}]")
_UNSAFE = re.compile(f"({_FLAG}|(?<=[{_BREAKS_WORDS}])\u200b)|[{_REFUSED}]")
_ISOLATE = re.compile("[\u2066-\u2069]")
_CLOSES = "\u2069"
_CONTROL_NAMES = {0: "NULL", 8: "BACKSPACE", 12: "FORM FEED", 13: "CARRIAGE RETURN", 27: "ESCAPE", 127: "DELETE"}


def find_unsafe(text: str) -> list[int]:
    """The positions of characters that may not stand in a text."""
    if text.isprintable():  # so is nearly every text, and no unsafe character is
        return []
    found = [match.start() for match in _UNSAFE.finditer(text) if match.group(1) is None]
    if _ISOLATE.search(text):
        start = 0
        for line in text.split("\n"):
            found += [start + position for position in _unbalanced(line)]
            start += len(line) + 1
        found.sort()
    return found


def _unbalanced(line: str) -> list[int]:
    """The positions of isolates without an end, and of ends without an isolate."""
    opened: list[int] = []
    closing: list[int] = []
    for match in _ISOLATE.finditer(line):
        if match.group() != _CLOSES:
            opened.append(match.start())
        elif opened:
            opened.pop()
        else:
            closing.append(match.start())
    return opened + closing


def without_unsafe(text: str) -> str:
    """The text without characters that may not stand in it."""
    positions = find_unsafe(text)
    if not positions:
        return text
    kept = []
    start = 0
    for position in positions:
        kept.append(text[start:position])
        start = position + 1
    return "".join(kept) + text[start:]


def name_character(character: str) -> str:
    """``U+202E (RIGHT-TO-LEFT OVERRIDE)``."""
    number = ord(character)
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(number, "")
    kind = {"Cc": "control character", "Cs": "half a character", "Cn": "no character"}
    return f"U+{number:04X} ({name or kind.get(unicodedata.category(character), 'unnamed')})"
