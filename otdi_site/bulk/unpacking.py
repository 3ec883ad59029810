"""Opens bulk files, compressed or not, and limits how much of each is read, since strangers make them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

_BLOCK = 1 << 20
_MEGABYTE = 1_000_000


class FileProblem(NamedTuple):
    """Why a bulk file could not be read, or not to its end; the text of a diagnostic."""

    text: str
    help: str


class BulkFileError(Exception):
    """The file cannot be read at all, or not to its end; the text says why, `help` what to do."""

    def __init__(self, text: str, help: str) -> None:
        super().__init__(text)
        self.help = help


class Bounds:
    """How much of one file is read; the handbook names them."""

    ROWS = 10_000_000
    BROKEN_ROWS = 100_000
    """Rows that describe no dataset; more of them are another kind of file."""
    LINE = 4 * _MEGABYTE
    """Bytes of a line; a longer one, which could fill the memory, is no row."""
    UNPACKED = 50_000 * _MEGABYTE
    """Bytes of a file when unpacked."""
    RATIO = 200
    """Times that a packed file may grow; metadata of datasets grows five to twenty times."""
    HARMLESS = 100 * _MEGABYTE
    """Bytes that a file may unpack to, whatever its size."""

    @classmethod
    def check_rows(cls, count: int) -> None:
        """Raises `BulkFileError` where a file has more rows than are read."""
        if count > cls.ROWS:
            raise BulkFileError(f"has more than {cls.ROWS:,} rows", "split it, and name its parts in `sources`")

    @classmethod
    def check_broken(cls, count: int) -> None:
        """Raises `BulkFileError` where too many rows describe no dataset."""
        if count > cls.BROKEN_ROWS:
            help = "name a file with a dataset a row; `columns` says what its columns are called"
            raise BulkFileError(f"has more than {cls.BROKEN_ROWS:,} rows that describe no dataset", help)

    @classmethod
    def check_unpacked(cls, count: int, size: int) -> None:
        """Raises `BulkFileError` where a file of `size` bytes holds more than is read."""
        help = "check where it comes from; unpack it if it is what you expect, or split it"
        if count > max(cls.HARMLESS, size * cls.RATIO):
            shown = f"{size:,} bytes" if size < _MEGABYTE else f"{size // _MEGABYTE:,} MB"
            raise BulkFileError(f"unpacks from {shown} to more than {count // _MEGABYTE:,} MB", help)
        if count > cls.UNPACKED:
            raise BulkFileError(f"holds more than {cls.UNPACKED // _MEGABYTE:,} MB", help)


def read_blocks(file: Path) -> Iterator[bytes]:
    """The unpacked content of a file in blocks. Raises `BulkFileError`, `OSError`, `EOFError` or `zlib.error`."""
    size, count = file.stat().st_size, 0
    is_packed = file.suffix in (".gz", ".zst")
    with _open(file) as opened:
        while block := opened.read(_BLOCK):
            count += len(block)
            if is_packed:
                Bounds.check_unpacked(count, size)
            yield block


def _open(file: Path) -> IO[bytes]:
    if file.suffix == ".gz":
        return cast(IO[bytes], gzip.open(file))
    if file.suffix == ".zst":
        return _open_zstandard(file)
    return file.open("rb")


def missing_library(library: str, extra: str, way_out: str) -> BulkFileError:
    """The problem of an optional library that is not installed."""
    help = f"run `make setup EXTRAS={extra}` in the clone of the project, or {way_out}"
    return BulkFileError(f"needs the library {library}, which is not installed", help)


def _open_zstandard(file: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError:
        raise missing_library("zstandard", "zstd", "unpack the file") from None
    import io

    class Reader(io.RawIOBase):
        """Turns the library's own error into one of the system's."""

        def __init__(self) -> None:
            self._packed = file.open("rb")
            try:
                _refuse_half(self._packed, zstandard)
            except zstandard.ZstdError as problem:
                raise OSError(str(problem)) from problem
            # A frame may ask for a window of gigabytes.
            unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
            self._stream = unpacker.stream_reader(self._packed, read_across_frames=True)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            try:
                return int(self._stream.readinto(buffer))
            except zstandard.ZstdError as problem:
                raise OSError(str(problem)) from problem

        def close(self) -> None:
            self._packed.close()
            super().close()

    return io.BufferedReader(Reader(), _BLOCK)


def _refuse_half(packed: IO[bytes], zstandard: Any) -> None:
    """Raises `EOFError` for a file that ends within a frame, which the library takes for the end of the rows.

    It goes from block to block without unpacking any (RFC 8878, 3.1.1).
    """
    size, position = packed.seek(0, 2), 0
    while position < size:
        packed.seek(position)
        head = packed.read(18)
        if head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5:  # a frame to be skipped
            position += 8 + int.from_bytes(head[4:8], "little")
            continue
        has_checksum = zstandard.get_frame_parameters(head).has_checksum
        position += zstandard.frame_header_size(head)
        is_last = False
        while not is_last:
            packed.seek(position)
            block = packed.read(3)
            if len(block) < 3:
                raise EOFError("it ends early")
            header = int.from_bytes(block, "little")
            is_last = header & 1 == 1
            position += 3 + (1 if header >> 1 & 3 == 1 else header >> 3)
        position += 4 if has_checksum else 0
    if position > size:
        raise EOFError("it ends early")
    packed.seek(0)
