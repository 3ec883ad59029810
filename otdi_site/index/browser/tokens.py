"""The tokenizer: splits text into the words that a search compares.

The rules, which site_src/js/index/tokenizer.js follows to the letter:

1. A run is a longest sequence of characters of `letters.LETTERS`.
2. A run is folded: NFKD, characters of `DROPPED` out, lower case, `REPLACED` letters and decimal digits of any script
   replaced, NFC. What is no letter any more splits it.
3. Within it, each longest sequence of `UNSPACED` characters gives its pairs of neighbours and, alone, its last
   character, so that any part of two or more characters is found by its pairs and any single one as a prefix of
   a token. Each other sequence is one token, cut after `TOKEN_LENGTH` characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from otdi_site.index.browser.letters import (
    DROPPED,
    REPLACED,
    UNSPACED,
    character_class,
    digit_zeros,
    letter_ranges,
    listed_ranges,
)

TOKEN_LENGTH = 32
"""Characters (code points) of a token that count."""

NAME_LIMIT = 15
"""The most words a name can be said to have."""

_NEAR = character_class(pair for pair in letter_ranges() if pair[1] <= 0xFFFF)
_FAR = character_class(pair for pair in letter_ranges() if pair[0] > 0xFFFF)
# Python looks up characters beyond U+FFFF range by range: without the look-ahead every gap would pay for that.
_RUN = re.compile(f"(?:[{_NEAR}]+|(?=[\U00010000-\U0010ffff])[{_FAR}])+")
_ASCII_RUN = re.compile("[0-9a-z]+")
_ASCII_WORDS = bytes(
    ord(chr(byte).lower()) if chr(byte).isascii() and chr(byte).isalnum() else 32 for byte in range(256)
)
"""Of each byte what it becomes so that words are lower case and a space apart."""
_NOT_ASCII = re.compile("[^\\x00-\\x7f]+")
_DROPPED = re.compile(f"[{character_class(listed_ranges(DROPPED))}]+")
_SEGMENT = re.compile("[{0}]+|[^{0}]+".format(character_class(listed_ranges(UNSPACED))))
_UNSPACED = re.compile(f"[{character_class(listed_ranges(UNSPACED))}]")
_REPLACED = str.maketrans(REPLACED | {chr(zero + digit): str(digit) for zero in digit_zeros() for digit in range(10)})
_PART = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def tokenise(text: str) -> list[str]:
    """The tokens of a text in its order; a token may be there more than once."""
    if text.isascii():
        return [run[:TOKEN_LENGTH] for run in _ASCII_RUN.findall(text.lower())]
    tokens: list[str] = []
    for run in _RUN.findall(text):
        if run.isascii():
            tokens.append(run.lower()[:TOKEN_LENGTH])
        else:
            tokens += _tokens_of_run(run)
    return tokens


def token_set(text: str) -> set[str]:
    """The tokens of a text, each once; quicker than `tokenise` where all its letters are of ASCII."""
    if not text.isascii() and any(map(_has_letters, _NOT_ASCII.findall(text))):
        return set(tokenise(text))
    tokens = set(text.encode("ascii", "replace").translate(_ASCII_WORDS).decode().split())
    if len(max(tokens, key=len, default="")) > TOKEN_LENGTH:
        return {token[:TOKEN_LENGTH] for token in tokens}
    return tokens


def fold(text: str) -> str:
    """`text` without case and accents, its words a space apart: what names are sorted by."""
    if text.isascii():
        return " ".join(_ASCII_RUN.findall(text.lower()))
    return " ".join(token for run in _RUN.findall(text) for token in _RUN.findall(_fold_run(run)))


def name_tokens(text: str) -> dict[str, int]:
    """The tokens by which a name is found, each with the number of words the name has, at most `NAME_LIMIT`.

    Beside its words these are the parts of words such as ``OpenTides2``, and neighbours written as one
    (``opentides`` of ``open-tides``).
    """
    words = tokenise(text)
    found = dict.fromkeys(words, min(len(words), NAME_LIMIT))
    runs = [text] if text.isascii() else filter(str.isascii, _RUN.findall(text))
    parts = [part.lower() for run in runs for part in _PART.findall(run)]
    for part in parts:
        found.setdefault(part, min(len(parts), NAME_LIMIT))
    for first, second in pairwise(words):
        joined = first + second
        if len(joined) <= TOKEN_LENGTH and joined.isascii() and not joined.isdigit():
            found.setdefault(joined, min(len(words), NAME_LIMIT))
    return found


@lru_cache(maxsize=65536)
def _has_letters(text: str) -> bool:
    return _RUN.search(text) is not None


def _fold_run(run: str) -> str:
    if run.isascii():
        return run.lower()
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", run))
    return unicodedata.normalize("NFC", bare.lower().translate(_REPLACED))


@lru_cache(maxsize=65536)
def _tokens_of_run(run: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for piece in _RUN.findall(_fold_run(run)):
        for segment in _SEGMENT.findall(piece):
            if _UNSPACED.match(segment):
                tokens += (segment[position : position + 2] for position in range(len(segment)))
            else:
                tokens.append(segment[:TOKEN_LENGTH])
    return tuple(tokens)
