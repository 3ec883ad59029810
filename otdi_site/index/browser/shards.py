"""Shards: sorted keys in files of about equal size, cut by content-defined chunking, with separators to find them.

A shard of terms, and one of prefixes, unpacked::

    4 bytes    length of the keys in bytes, lowest byte first
    keys       UTF-8, a line feed between two, sorted as JavaScript compares strings
    counts     for each key: number of postings of names, number of postings of texts
    postings   for each key: positions of names as `encode_ascending` has them, the number of words of each name in a
               byte, and positions of texts as `encode_ascending` has them

A shard of words, and one of suffixes, has the keys and for each the number of names that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

from otdi_site.index.browser.encoding import (
    IndexFile,
    decode_ascending,
    decode_numbers,
    encode_ascending,
    encode_number,
    encode_numbers,
    number_ends,
    pack,
    sort_key,
)
from otdi_site.index.browser.postings import NAME_BITS

SHARD_MINIMUM = 24_000
"""Bytes from which a shard may end: with the first key whose checksum says so, …"""
SHARD_SPREAD = 10_000
"""… which on average is this many bytes later, …"""
SHARD_MAXIMUM = 40_000
"""… and before it exceeds this size, unless it has a single key."""

_LENGTH_BYTES = 4
_WORDS = (1 << NAME_BITS) - 1
"""Bits of a name's posting that hold the number of words of the name."""


class Key(NamedTuple):
    """A key with its encoded postings, as a shard stores it."""

    text: bytes
    """UTF-8."""
    counts: bytes
    postings: bytes = b""

    @property
    def size(self) -> int:
        """The bytes it takes in its shard."""
        return len(self.text) + 1 + len(self.counts) + len(self.postings)

    @property
    def sort_key(self) -> bytes:
        """The sort key of keys."""
        return sort_key(self.text.decode())


class Chunker:
    """Content-defined chunking: decides with which keys shards begin.

    Most shards end where the checksum of their last key says so, whatever comes before or after: when a key is added,
    changed or removed, the boundaries of one or two shards move, and not those of all that follow.
    """

    def __init__(self) -> None:
        self._size = 0
        self.is_full = True
        """Whether the next key begins a shard, whichever it is."""

    def begins(self, key: Key) -> bool:
        """Whether a shard begins if `key` is next."""
        return self.is_full or self._size + key.size > SHARD_MAXIMUM

    def add(self, key: Key) -> bool:
        """Adds the next key; returns whether a shard begins with it."""
        text, counts, postings = key
        size = len(text) + 1 + len(counts) + len(postings)
        filled = self._size + size
        begins = self.is_full or filled > SHARD_MAXIMUM
        self._size = filled = size if begins else filled
        self.is_full = filled >= SHARD_MINIMUM and crc32(text) * SHARD_SPREAD < size << 32
        return begins


class Shards:
    """A family of shards that is being written."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.keys: list[str] = []
        """For each shard the shortest text that is above all keys before it and not above its own."""
        self.names: list[str] = []
        """Names of the files."""
        self._texts: list[bytes] = []
        self._counts: list[bytes] = []
        self._postings: list[bytes] = []
        self._chunker = Chunker()
        self._last = b""

    def add(self, key: Key) -> IndexFile | None:
        """Adds a key above all before it; returns the shard that is complete, if any."""
        file = None
        if self._chunker.add(key):
            file = self.finish()
            self.keys.append(separator(self._last, key.text))
        # In lists of their own they are no work for the collector of garbage, which looks at tuples again and again.
        self._texts.append(key.text)
        self._counts.append(key.counts)
        self._postings.append(key.postings)
        self._last = key.text
        return file

    def finish(self) -> IndexFile | None:
        """The last shard, if there is any."""
        if not self._texts:
            return None
        file = pack(self.folder, encode_shard(self._texts, self._counts, self._postings))
        self.names.append(file.name)
        self._texts, self._counts, self._postings = [], [], []
        return file


def separator(last: bytes, key: bytes) -> str:
    """The shortest prefix of `key` that is above `last`; the empty text where nothing is before `key`."""
    if not last:
        return ""
    above, text = sort_key(last.decode()), key.decode()
    return next((text[:length] for length in range(1, len(text)) if sort_key(text[:length]) > above), text)


def encode_shard(texts: Iterable[bytes], counts: Iterable[bytes], postings: Iterable[bytes]) -> bytes:
    """The content of a shard, unpacked; of each key in turn what `Key` has."""
    text = b"\n".join(texts)
    return b"".join((len(text).to_bytes(_LENGTH_BYTES, "little"), text, *counts, *postings))


def decode_shard(content: bytes, *, has_postings: bool) -> list[Key]:
    """The keys of a shard; those of words and suffixes have no postings. `ValueError` where they do not add up."""
    start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    texts, numbers = content[_LENGTH_BYTES:start].split(b"\n"), content[start:]
    ends = number_ends(numbers)
    per_key = 2 if has_postings else 1
    count_ends = ends[: per_key * len(texts) + 1 : per_key]
    bounds = count_ends[-1:] * (len(texts) + 1)
    if has_postings:
        figures = decode_numbers(numbers[: count_ends[-1]])
        sums = (2 * names + others for names, others in zip(figures[::2], figures[1::2], strict=True))
        bounds = list(map(ends.__getitem__, accumulate(sums, initial=len(figures))))
    if not len(count_ends) == len(bounds) == len(texts) + 1 or bounds[-1] != len(numbers):
        raise ValueError("a shard is not as long as it says")
    return list(map(Key, texts, _slices(numbers, count_ends), _slices(numbers, bounds)))


def _slices(content: bytes, bounds: Sequence[int]) -> Iterator[bytes]:
    return map(content.__getitem__, map(slice, bounds, bounds[1:]))


def encode_postings(names: Sequence[int], texts: Sequence[int]) -> tuple[bytes, bytes]:
    """Counts and postings of one key."""
    if len(texts) == 1 and not names:
        return b"\0\1", encode_number(texts[0])
    return encode_numbers((len(names), len(texts))), _encode_names(names) + encode_ascending(texts)


def decode_postings(counts: bytes, postings: bytes) -> tuple[list[int], list[int]]:
    """Decodes the output of `encode_postings`: names and texts."""
    name_count, _ = decode_numbers(counts)
    end = number_ends(postings)[2 * name_count]
    return _decode_names(postings[:end]), decode_ascending(postings[end:])


def _encode_names(names: Sequence[int]) -> bytes:
    """Positions, then numbers of words: apart, they pack by a quarter better than together."""
    positions = [name >> NAME_BITS for name in names]
    return encode_ascending(positions) + bytes([name & _WORDS for name in names])


def _decode_names(content: bytes) -> list[int]:
    numbers = decode_numbers(content)
    count = len(numbers) // 2
    return [
        position << NAME_BITS | words
        for position, words in zip(accumulate(numbers[:count]), numbers[count:], strict=True)
    ]
