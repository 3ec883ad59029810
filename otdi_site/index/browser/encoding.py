"""Encodings of the index: gzip files named by content, byte planes of columns, and delta-encoded posting lists."""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, compress
from operator import sub

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""No name and no time, so that the same content gives the same bytes."""
_LEVEL = 6
_LISTS_FROM = 40_000
"""Bytes from which on a file may be one long list of numbers, in which nothing repeats by more than chance."""
SMALLEST = 9
"""Effort for files that nearly every page reads; elsewhere it takes twice as long and saves nothing."""
NAME_LENGTH = 12
"""Hexadecimal digits of a file's name."""
NO_NAME = "0" * NAME_LENGTH
"""Stands for no file among names."""
_IS_LAST = bytes(byte <= 0x7F for byte in range(256))
"""Of each byte, whether a number ends with it."""


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One file of the index."""

    path: str
    """Below the index's folder, such as ``terms/0a1b2c3d4e5f.bin``; it changes with the content."""
    content: bytes

    @property
    def name(self) -> str:
        """The hexadecimal digits by which other files call it."""
        return self.path.rpartition("/")[2].partition(".")[0]


def digest(content: bytes) -> str:
    """The name of a file with this (unpacked) content."""
    return hashlib.sha256(content).hexdigest()[:NAME_LENGTH]


def pack(folder: str, content: bytes, level: int = _LEVEL) -> IndexFile:
    """A gzip file (RFC 1952) named by what it holds unpacked."""
    body = _deflate(content, level, zlib.Z_DEFAULT_STRATEGY)
    if len(content) > _LISTS_FROM:
        body = min(body, _deflate(content, level, zlib.Z_HUFFMAN_ONLY), key=len)  # a tenth less for a frequent word
    trailer = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return IndexFile(f"{folder}/{digest(content)}.bin", _GZIP_HEADER + body + trailer)


def unpack(content: bytes) -> bytes:
    """Unpacks the output of `pack`; `zlib.error` where it is damaged."""
    return zlib.decompress(content, zlib.MAX_WBITS | 16)


def sort_key(text: str) -> bytes:
    """The sort key of keys: UTF-16 code units, as JavaScript compares strings."""
    return text.encode("utf-16-be")


def _deflate(content: bytes, level: int, strategy: int) -> bytes:
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    return deflate.compress(content) + deflate.flush()


def width_of(largest: int) -> int:
    """Bytes that a column of numbers up to `largest` needs for each."""
    return max(1, (largest.bit_length() + 7) // 8)


def encode_column(numbers: Iterable[int], width: int) -> bytes:
    """The lowest byte of each number, then the next byte of each, and so on: `width` planes, which pack well."""
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    content = packed.tobytes()
    return b"".join(content[plane :: packed.itemsize] for plane in range(width))


def decode_column(content: bytes, width: int) -> list[int]:
    """The numbers that `encode_column` encoded."""
    count = len(content) // width
    numbers = list(content[:count])
    for plane in range(1, width):
        higher = content[plane * count : (plane + 1) * count]
        numbers = [number | byte << 8 * plane for number, byte in zip(numbers, higher, strict=True)]
    return numbers


def encode_number(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow (LEB128)."""
    if number <= 0x7F:
        return bytes((number,))
    if number < 1 << 14:
        return bytes((number & 0x7F | 0x80, number >> 7))
    return bytes((number & 0x7F | 0x80, number >> 7 & 0x7F | 0x80)) + encode_number(number >> 14)


@cache
def _short_numbers() -> tuple[bytes, ...]:
    """The output of `encode_number` for all numbers of one byte or two."""
    return tuple(map(encode_number, range(1 << 14)))


def encode_numbers(numbers: Sequence[int]) -> bytes:
    """Each as `encode_number` has it, one after the other."""
    largest = max(numbers, default=0)
    if largest <= 0x7F:
        return bytes(numbers)
    short = _short_numbers()
    if largest < len(short):
        return b"".join(map(short.__getitem__, numbers))
    return b"".join([short[number] if number < len(short) else encode_number(number) for number in numbers])


def encode_ascending(positions: Sequence[int]) -> bytes:
    """The first position, then the distance of each from the one before."""
    if not positions:
        return b""
    return encode_numbers([positions[0], *map(sub, positions[1:], positions)])


def decode_numbers(content: bytes) -> list[int]:
    """The numbers that `encode_numbers` encoded."""
    if content.isascii():
        return list(content)
    numbers = []
    number = shift = 0
    for byte in content:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte <= 0x7F:
            numbers.append(number)
            number = shift = 0
    return numbers


def decode_ascending(content: bytes) -> list[int]:
    """The positions that `encode_ascending` encoded."""
    return list(accumulate(decode_numbers(content)))


def number_ends(content: bytes) -> list[int]:
    """Where each of the numbers that `encode_numbers` encoded ends, after a 0 for where the first begins."""
    return [0, *compress(range(1, len(content) + 1), content.translate(_IS_LAST))]
