"""Files of many datasets' metadata, in the shape of the Hub's public dumps, object by object; it must not check them.

JSON lines, plain or packed (``.gz``, ``.zst``), or Parquet; the ending of the name tells which. A file is read as a
stream, so that memory does not grow with it, and in parts, so that several processes can share the work: each reads
every line, which is cheap, and parses its own, which is not.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

CHUNK = 256
"""Rows that stand together in one part."""
LINE_LIMIT = 4_000_000
"""Bytes of a line; a longer one, which could fill the memory, is no row."""
COLUMNS = (
    "id",
    "author",
    "tags",
    "cardData",
    "description",
    "downloads",
    "downloadsAllTime",
    "likes",
    "lastModified",
    "createdAt",
    "gated",
    "private",
    "disabled",
    "sha",
)
"""The Hub's names for what a row holds."""


class DumpError(Exception):
    """The file cannot be read at all, or not to its end; the text says why, `help` what to do."""

    def __init__(self, text: str, help: str) -> None:
        super().__init__(text)
        self.help = help


class DumpRow(NamedTuple):
    """One row of a file."""

    number: int
    """From 1; in JSON lines, the line."""
    source: bytes
    """What tells it from its former self: the line; of Parquet, the row as JSON."""
    content: object | None
    """The row with the Hub's names; `None` for a line that is no JSON object."""


class Part(NamedTuple):
    """One share of `total` of a file's rows; together they are the file."""

    number: int = 0
    total: int = 1

    def has(self, position: int) -> bool:
        """Whether the row at a position, from 0, belongs to it."""
        return position // CHUNK % self.total == self.number


def read_dump(file: Path, columns: Mapping[str, str], part: Part) -> Iterator[DumpRow]:
    """The rows of a part. `columns` gives the file's name for a Hub's name where the two differ.

    Raises `DumpError`.
    """
    try:
        if file.suffix == ".parquet":
            yield from _read_parquet(file, columns, part)
        else:
            yield from _read_lines(file, columns, part)
    except (OSError, EOFError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        raise DumpError(f"cannot be read: {reason}", "check that the file is there and whole") from problem


def _read_lines(file: Path, columns: Mapping[str, str], part: Part) -> Iterator[DumpRow]:
    with _open(file) as lines:
        position = -1
        while line := lines.readline(LINE_LIMIT):
            position += 1
            is_too_long = len(line) == LINE_LIMIT and not line.endswith(b"\n")
            while is_too_long and (rest := lines.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            if part.has(position) and not line.isspace():
                content = None if is_too_long else parse_line(line, columns)
                yield DumpRow(position + 1, line.rstrip(b"\r\n"), content)


def parse_line(line: bytes, columns: Mapping[str, str]) -> dict[str, Any] | None:
    """A line as an object with the Hub's names; `None` for what is none."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    return rename(content, columns) if columns else content


def rename(content: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The values of an object under the Hub's names."""
    return {name: content.get(columns.get(name, name)) for name in COLUMNS}


def _open(file: Path) -> IO[bytes]:
    if file.suffix == ".gz":
        return cast(IO[bytes], gzip.open(file))
    if file.suffix == ".zst":
        return _open_zstandard(file)
    return file.open("rb")


def _open_zstandard(file: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError:
        help = "install it with `pip install otdi-site[zstd]`, or unpack the file"
        raise DumpError("needs the library zstandard, which is not installed", help) from None
    import io

    class Reader(io.RawIOBase):
        """Turns the library's own error into one of the system's."""

        def __init__(self) -> None:
            self._packed = file.open("rb")
            try:
                _refuse_half(self._packed, zstandard)
            except zstandard.ZstdError as problem:
                raise OSError(str(problem)) from problem
            self._stream = zstandard.ZstdDecompressor().stream_reader(self._packed, read_across_frames=True)

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

    return io.BufferedReader(Reader(), 1 << 20)


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


def _read_parquet(file: Path, columns: Mapping[str, str], part: Part) -> Iterator[DumpRow]:
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        help = "install it with `pip install otdi-site[parquet]`, or name a file of JSON lines"
        raise DumpError("needs the library PyArrow, which is not installed", help) from None
    try:
        with parquet.ParquetFile(file) as opened:
            wanted = {columns.get(name, name): name for name in COLUMNS}
            present = [name for name in opened.schema_arrow.names if name in wanted]
            position = 0
            # Small batches: a row group may hold the whole file.
            for batch in opened.iter_batches(CHUNK, columns=present, use_threads=False):
                start, position = position, position + batch.num_rows
                if not any(part.has(at) for at in (start, position - 1)):
                    continue
                named = batch.rename_columns([wanted[name] for name in batch.schema.names])
                for at, content in enumerate(named.to_pylist(), start):
                    if part.has(at):
                        content = {name: _plain(value) for name, value in content.items()}
                        yield DumpRow(at + 1, json.dumps(content, sort_keys=True).encode(), content)
    except pyarrow.ArrowException as problem:
        text = str(problem).partition("\n")[0]
        raise DumpError(f"is no Parquet file that can be read: {text}", "check that the file is whole") from problem


def _plain(value: Any) -> Any:
    """A value of Parquet as JSON has it: times are text there, and a card may be JSON in a string."""
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return text if text[-6:-5] in "+-" or text.endswith("Z") else f"{text}Z"
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
