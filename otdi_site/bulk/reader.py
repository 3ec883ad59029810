"""Reads bulk files, which hold the metadata of one dataset in each row, in the shape of the Hub's public exports.

The suffix of the name tells the format: JSON lines, plain or compressed (``.gz``, ``.zst``), or Parquet. A file is read
as a stream, so that memory does not grow with it, and in partitions, so that several processes can share the work: each
reads every line, which is cheap, and parses its own, which is not. Values are not checked here; `Bounds` limits how
much of a file is read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from otdi_site.bulk.columns import ColumnNames
from otdi_site.bulk.parquet import read_parquet
from otdi_site.bulk.rows import BulkRow, Partition
from otdi_site.bulk.unpacking import Bounds, BulkFileError, read_blocks


def read_bulk_rows(file: Path, names: ColumnNames, partition: Partition) -> Iterator[BulkRow]:
    """The rows of a partition. Raises `BulkFileError`."""
    try:
        yield from (
            read_parquet(file, names, partition) if file.suffix == ".parquet" else _read_lines(file, names, partition)
        )
    except (OSError, EOFError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        raise BulkFileError(f"cannot be read: {reason}", "check that the file is there and whole") from problem


def _read_lines(file: Path, names: ColumnNames, partition: Partition) -> Iterator[BulkRow]:
    for rows, (position, line) in enumerate(_number_lines(file), start=1):
        Bounds.check_rows(rows)
        if partition.has(position):
            content = None if len(line) > Bounds.LINE else _parse_line(line)
            yield BulkRow(position + 1, line, None if content is None else names.rename(content))


def _number_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, each with its place from 0; of one that is too long, only the beginning."""
    position, rest = 0, b""
    for block in read_blocks(file):
        # A block of nothing but line ends, of which a small packed file can hold any number, costs a search.
        if not rest and block.isspace():
            position += block.count(b"\n")
            rest = block[block.rfind(b"\n") + 1 :]
            continue
        if len(rest) > Bounds.LINE:  # of a line that is too long, nothing more is kept
            _, end, block = block.partition(b"\n")
            if not end:
                continue
            yield position, rest
            position, rest = position + 1, b""
        lines = (rest + block).split(b"\n")
        rest = lines.pop()[: Bounds.LINE + 1]
        for line in lines:
            if line and not line.isspace():
                yield position, line.rstrip(b"\r")
            position += 1
    if rest and not rest.isspace():
        yield position, rest.rstrip(b"\r")


def _parse_line(line: bytes) -> dict[str, Any] | None:
    """A line as an object; `None` for what is none."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
