"""Reads bulk files in Parquet, with columns of any types. Values are not checked here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from otdi_site.bulk.columns import ColumnNames
from otdi_site.bulk.rows import CHUNK, BulkRow, Partition
from otdi_site.bulk.unpacking import Bounds, BulkFileError, missing_library
from otdi_site.config import HUB_PROPERTIES

_FEWEST_ROWS = 8
_LARGEST_BATCH = 1_000_000_000
"""Bytes of a batch if all its rows had the longest text that the file can hold."""
_WHOLE_BATCH = 64_000_000
"""Bytes of a batch that become Python's objects at once."""


def read_parquet(file: Path, names: ColumnNames, partition: Partition) -> Iterator[BulkRow]:
    """The rows of a partition. Raises `BulkFileError` and `OSError`."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise missing_library("PyArrow", "parquet", "name a file of JSON lines") from None
    try:
        size = file.stat().st_size
        with parquet.ParquetFile(file) as opened:
            columns = _find_columns(opened.schema_arrow.names, names)
            largest = _check_size(opened.metadata, set(columns.values()), size)
            Bounds.check_rows(opened.metadata.num_rows)
            position = unpacked = 0
            # Small batches: a row group may hold the whole file, and one long text may stand in each row of a batch.
            batch_rows = max(_FEWEST_ROWS, min(CHUNK, _LARGEST_BATCH // max(largest, 1)))
            for packed in opened.iter_batches(batch_rows, columns=sorted(set(columns.values())), use_threads=False):
                batch = _decoded(pyarrow, packed)
                unpacked += batch.nbytes
                Bounds.check_unpacked(unpacked, size)
                start, position = position, position + batch.num_rows
                places = [at for at in range(start, position) if partition.has(at)]
                if places:
                    rows = _rows_of(pyarrow, batch, columns, [at - start for at in places])
                    yield from (_row(at, row) for at, row in zip(places, rows, strict=True))
    except OSError:
        raise
    except (pyarrow.ArrowException, ValueError, OverflowError, LookupError, TypeError, MemoryError) as problem:
        text = str(problem).partition("\n")[0][:200]
        raise BulkFileError(f"is no Parquet file that can be read: {text}", "check that the file is whole") from problem


def _find_columns(present: list[str], names: ColumnNames) -> dict[str, str]:
    """The file's columns by the Hub's names."""
    columns = {name: names.columns.get(name, name) for name in HUB_PROPERTIES}
    names.notice(present)
    counts = Counter(present)
    found = {name: column for name, column in columns.items() if column in counts}
    for column in found.values():
        if counts[column] > 1:
            raise BulkFileError(f"has two columns {column!r}", "give one of them another name")
    if "id" not in found and columns["id"] not in names.missing:
        help = "write `columns: {id: …}` with the name of the column that holds the ids of the datasets"
        raise BulkFileError(f"has no column 'id', but only {', '.join(present[:20])}", help)
    return found


def _check_size(metadata: Any, wanted: set[str], size: int) -> int:
    """Refuses what would unpack to more than is read, before any of it is; the bytes of the largest part."""
    count = largest = 0
    for group in range(metadata.num_row_groups):
        group_metadata = metadata.row_group(group)
        for number in range(group_metadata.num_columns):
            column = group_metadata.column(number)
            if column.path_in_schema.partition(".")[0] in wanted:
                count += column.total_uncompressed_size
                largest = max(largest, column.total_uncompressed_size)
    Bounds.check_unpacked(count, size)
    return largest


def _decoded(pyarrow: Any, batch: Any) -> Any:
    """A batch with each value in its place, instead of its number in a list of values."""
    arrays = [
        array.dictionary_decode() if pyarrow.types.is_dictionary(array.type) else array for array in batch.columns
    ]
    return pyarrow.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _rows_of(
    pyarrow: Any, batch: Any, columns: Mapping[str, str], places: list[int]
) -> Iterator[dict[str, Any] | None]:
    """Rows of a batch by the Hub's names; `None` for one that cannot be read."""
    arrays = {name: _without_times(pyarrow, batch.column(column)) for name, column in columns.items()}
    if batch.nbytes <= _WHOLE_BATCH:
        try:
            values = {name: array.to_pylist() for name, array in arrays.items()}
        except (ValueError, OverflowError, pyarrow.ArrowException):
            pass  # One of them cannot be had; row by row, it costs only its own.
        else:
            for place in places:
                yield {name: _plain(column[place]) for name, column in values.items()}
            return
    for place in places:
        try:
            yield {name: _plain(array[place].as_py()) for name, array in arrays.items()}
        except (ValueError, OverflowError, pyarrow.ArrowException):
            yield None


def _without_times(pyarrow: Any, array: Any) -> Any:
    """A column of times as nanoseconds to seconds since 1970: not all of them are times that Python has."""
    kind = array.type
    if pyarrow.types.is_timestamp(kind) or pyarrow.types.is_date64(kind):
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[getattr(kind, "unit", "ms")]
        return _Seconds(array.cast(pyarrow.int64()), per_second)
    if pyarrow.types.is_date32(kind):
        return _Seconds(array.cast(pyarrow.int32()), 1 / 86_400)
    return array


class _Seconds:
    """A column of whole numbers, as text of Python's times where there is such a time."""

    def __init__(self, array: Any, per_second: float) -> None:
        self._array = array
        self._per_second = per_second

    def to_pylist(self) -> list[Any]:
        return [self._text(value) for value in self._array.to_pylist()]

    def __getitem__(self, place: int) -> _Seconds:
        return _Seconds(self._array.slice(place, 1), self._per_second)

    def as_py(self) -> Any:
        return self.to_pylist()[0]

    def _text(self, value: int | None) -> str | None:
        if value is None:
            return None
        try:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value / self._per_second)
        except OverflowError:
            return f"{value} (out of range)"
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(at: int, content: dict[str, Any] | None) -> BulkRow:
    source = b"" if content is None else json.dumps(content, sort_keys=True, default=str).encode()
    return BulkRow(at + 1, source, content)


def _plain(value: Any) -> Any:
    """A value of Parquet as JSON has it."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        # A map comes as a list of pairs.
        if value and all(isinstance(part, tuple) and len(part) == 2 for part in value):
            return {str(name): _plain(part) for name, part in value}
        return [_plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
