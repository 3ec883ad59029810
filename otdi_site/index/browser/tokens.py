"""The tokenizer: splits text into the words that a search compares.

The rules, which site_src/js/index/tokenizer.js follows to the letter:

1. A run is a longest sequence of characters of `letters.LETTERS`.
2. A run is folded: NFKD, characters of `DROPPED` out, lower case, `REPLACED` letters and decimal digits of any script
   replaced, NFC. What is no letter any more splits it.
3. Within it, each longest sequence of `UNSPACED` characters gives its pairs of neighbours and, alone, its last
   character, so that any part of two or more characters is found by its pairs and any single one as a prefix of
   a token. Each other sequence is one token, cut after `TOKEN_LENGTH` characters.
4. Symbols that carry meaning are tokens beside these: ``c#`` and ``c++`` (any single letter), ``.net``, numbers with
   separators (``1,000,000`` as ``1000000``), and pictures such as emoji, each character by itself.
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

JOINED_LENGTH = 12
"""Characters of the longest word that three neighbours in a name make: compounds are of short parts."""

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
_SYMBOL = re.compile(
    rf"(?<![{_NEAR}.#+])(?:[A-Za-z](?:#|\+\+)|\.[Nn][Ee][Tt])(?![{_NEAR}#+])"
    rf"|(?<![{_NEAR}.,])[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![{_NEAR},])"
    "|[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
)
_PICTURE = re.compile("[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]")
_HINT = re.compile(r",[0-9]{3}|\.[Nn][Ee][Tt]")
"""Found much faster than the symbols themselves, and in every text that has one of these."""
_REPLACED = str.maketrans(REPLACED | {chr(zero + digit): str(digit) for zero in digit_zeros() for digit in range(10)})
_PART = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def tokenise(text: str) -> list[str]:
    """The tokens of a text in its order; a token may be there more than once."""
    if text.isascii():
        return [run[:TOKEN_LENGTH] for run in _ASCII_RUN.findall(text.lower())] + symbols(text)
    tokens: list[str] = []
    for run in _RUN.findall(text):
        if run.isascii():
            tokens.append(run.lower()[:TOKEN_LENGTH])
        else:
            tokens += _tokens_of_run(run)
    return tokens + symbols(text)


def symbols(text: str) -> list[str]:
    """The tokens of symbols that carry meaning."""
    if not (any(hint in text for hint in ("#", "++")) or _HINT.search(text) or _has_pictures(text)):
        return []
    return [match.lower().replace(",", "") for match in _SYMBOL.findall(text)]


def token_set(text: str) -> set[str]:
    """The tokens of a text, each once; quicker than `tokenise` where all its letters are of ASCII."""
    if not text.isascii() and any(map(_has_letters, _NOT_ASCII.findall(text))):
        return set(tokenise(text))
    tokens = {*text.encode("ascii", "replace").translate(_ASCII_WORDS).decode().split(), *symbols(text)}
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

    Beside its words these are the parts of words such as ``OpenTides2``, and two neighbours written as one
    (``opentides`` of ``open-tides``) or three short ones (``hotpotqa`` of ``hot-pot-qa``), be they words or parts.
    """
    words = tokenise(text)
    found = dict.fromkeys(words, min(len(words), NAME_LIMIT))
    runs = [text] if text.isascii() else filter(str.isascii, _RUN.findall(text))
    parts = [part.lower() for run in runs for part in _PART.findall(run)]
    for part in parts:
        found.setdefault(part, min(len(parts), NAME_LIMIT))
    for neighbours in (words, parts) if parts != words else (words,):
        count = min(len(neighbours), NAME_LIMIT)
        for joined in map("".join, pairwise(neighbours)):
            if len(joined) <= TOKEN_LENGTH and joined.isascii() and not joined.isdigit():
                found.setdefault(joined, count)
        for three in zip(neighbours, neighbours[1:], neighbours[2:], strict=False):
            joined = "".join(three)
            if len(joined) <= JOINED_LENGTH and joined.isalpha() and joined.isascii():
                found.setdefault(joined, count)
    return found


def _has_pictures(text: str) -> bool:
    return not text.isascii() and any(map(_is_picture, _NOT_ASCII.findall(text)))


@lru_cache(maxsize=65536)
def _is_picture(text: str) -> bool:
    return _PICTURE.search(text) is not None


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
