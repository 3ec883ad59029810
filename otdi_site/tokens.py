"""Recognises the Hugging Face token in texts however it is wrapped, so that it is never written.

A server that was sent the token may hand it back in disguise, and a file that a page is made from may hold it. Texts
are unescaped, and compared by their letters and digits of ASCII alone: whatever cleaning, folding or wrapping does to a
text, these stay.
"""

from __future__ import annotations

import html
import os
import re
import string
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_PLAIN = (string.ascii_letters + string.digits).encode()
_OTHERS = bytes(set(range(256)) - set(_PLAIN))
_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_MOST_ROUNDS = 4
"""Of escapes within escapes."""
_SHORTEST = 8
"""Letters and digits of a token that is looked for in disguise; a shorter one, as no host gives them, as it stands."""
_JSON_ESCAPE = re.compile(r"\\{1,8}(?:u\{?([0-9a-fA-F]{4})\}?|x([0-9a-fA-F]{2}))")
_TAG = re.compile(r"<[^<>]*+>")
_LEFT_OUT = "(left out: it repeats the Hugging Face token)"


@dataclass(frozen=True, slots=True, repr=False)
class TokenFinder:
    """Finds tokens in texts."""

    tokens: tuple[str, ...]
    _needles: tuple[bytes, ...]

    @classmethod
    def of(cls, tokens: Iterable[str | None]) -> TokenFinder:
        """`None` and empty ones are left out."""
        known = tuple(dict.fromkeys(token for token in tokens if token))
        return cls(known, tuple(needle for token in known for needle in _disguises(token)))

    def holds_plainly(self, content: bytes) -> bool:
        """Whether a token stands in `content` as it is: fast enough for every file of a site."""
        return any(token.encode("utf-8", "replace") in content for token in self.tokens)

    def is_in(self, text: str) -> bool:
        """Whether a token stands in `text`, or would once that is unescaped, decoded, cleaned or joined."""
        if not self.tokens:
            return False
        if any(token in text for token in self.tokens):
            return True
        return any(needle in folded for folded in _readings(text) for needle in self._needles)

    def without(self, text: str) -> str:
        """`text`, or what says that it is left out."""
        return _LEFT_OUT if self.is_in(text) else text


def find_tokens(environment: os._Environ[str] | dict[str, str] = os.environ) -> TokenFinder:
    """The tokens that `huggingface_hub` would send: of the environment, and of its file."""
    named = [environment.get("HF_TOKEN"), environment.get("HUGGING_FACE_HUB_TOKEN")]
    return TokenFinder.of([*(token.strip() for token in named if token), _stored_token(environment)])


def _stored_token(environment: os._Environ[str] | dict[str, str]) -> str | None:
    # huggingface_hub 2.4, constants.py. The library itself is not imported: that takes longer than a build may.
    cache = environment.get("XDG_CACHE_HOME", "~/.cache")
    home = environment.get("HF_HOME", f"{cache}/huggingface")
    file = Path(os.path.expandvars(environment.get("HF_TOKEN_PATH", f"{home}/token"))).expanduser()
    try:
        return file.read_text(encoding="utf-8").replace("\r", "").replace("\n", "").strip()
    except (OSError, ValueError, RuntimeError):
        return None


def _disguises(token: str) -> Iterator[bytes]:
    """How a token looks among nothing but letters and digits: as it is, in hexadecimal, and in Base64 at any place."""
    folded = _fold(token)
    if len(folded) < _SHORTEST:
        return
    yield folded
    content = token.encode("utf-8", "replace")
    yield content.hex().encode()
    for before in range(3):
        encoded = b64encode(b"\0" * before + content)
        # Characters at the ends depend on what stands beside it.
        yield _fold(encoded[before + (before > 0) : len(encoded) - 4].decode())


def _readings(text: str) -> Iterator[bytes]:
    """A text folded, without its tags, then what it reads as once it is unescaped, until nothing changes."""
    yield from _folds(text)
    for _ in range(_MOST_ROUNDS):
        plain = text
        if "%" in plain:
            plain = unquote(plain, errors="ignore")
        if "&" in plain:
            plain = html.unescape(plain)
        if "\\" in plain:
            plain = _JSON_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), plain)
        if plain == text:
            return
        text = plain
        yield from _folds(text)


def _folds(text: str) -> Iterator[bytes]:
    yield _fold(text)
    if "<" in text:
        yield _fold(_TAG.sub("", text))


def _fold(text: str) -> bytes:
    if not text.isascii():
        # Full-width, circled and mathematical letters are letters too.
        text = unicodedata.normalize("NFKD", text)
    return text.encode("ascii", "ignore").translate(_LOWER, _OTHERS)
