"""The build store: the fingerprint and file stamp of each artifact, and the records of the build state.

A SQLite file in the cache, always deletable. A file that is unreadable, or whose ``PRAGMA user_version`` is not this
format's, counts as empty. Artifacts are spread over 64 rows by a checksum of their folders: few rows, so that 100,000
artifacts load fast, and small ones, so that a change of one artifact writes little; and a folder's artifacts stand
together, so that rows can be compared with the published site by themselves. The columns of a row hold, for each of its
artifacts in the same order:

    CREATE TABLE bucket (
        id INTEGER PRIMARY KEY,         -- CRC-32 of the path of the folder in UTF-8, modulo 64
        paths BLOB NOT NULL,            -- UTF-8, sorted by folder and name, separated by NUL
        fingerprints BLOB NOT NULL,     -- 16 bytes each
        sizes BLOB NOT NULL,            -- bytes; 8 bytes each, little-endian
        modified BLOB NOT NULL          -- nanoseconds since 1970; 8 bytes each, little-endian
    )

Records describe the same site as the artifacts, such as its catalog. Both are written in one transaction:

    CREATE TABLE record (
        name TEXT PRIMARY KEY,
        content BLOB NOT NULL
    )

Values that take long to derive from one source, such as the document of a page, belong to no site. Each names all that
it was derived from, and counts for whoever asks for a value derived from the same:

    CREATE TABLE derived (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        content BLOB NOT NULL,
        digest BLOB NOT NULL,           -- BLAKE2b of the content, 16 bytes: SQLite does not notice a damaged byte
        PRIMARY KEY (kind, name)
    )

The artifacts are written after their site was published: a build killed between the two leaves files that are not as
the store describes them, and the next build makes just those again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from zlib import crc32

from otdi_site.diagnostics import Diagnostic, Mark, error, warning

FINGERPRINT_SIZE = 16
"""Bytes of a fingerprint."""
_FORMAT = 4
_BUCKETS = 64
_TABLES = (
    """CREATE TABLE bucket (
        id INTEGER PRIMARY KEY, paths BLOB NOT NULL, fingerprints BLOB NOT NULL, sizes BLOB NOT NULL,
        modified BLOB NOT NULL
    )""",
    "CREATE TABLE record (name TEXT PRIMARY KEY, content BLOB NOT NULL)",
    """CREATE TABLE derived (
        kind TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (kind, name)
    )""",
)


class StoreError(Exception):
    """The store cannot be used, `diagnostic` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class Artifact(NamedTuple):
    """A file of the published site. A named tuple, since a dataclass takes four times as long to make."""

    fingerprint: bytes
    """Hash, of `FINGERPRINT_SIZE` bytes, of all that the artifact was made from."""
    stamp: tuple[int, int]
    """Size in bytes and time of last modification in nanoseconds, as they were after writing."""


class Columns(NamedTuple):
    """Some artifacts as they are stored: all of some folders, those of one folder together."""

    paths: bytes
    sizes: bytes
    modified: bytes

    @property
    def length(self) -> int:
        """Number of artifacts."""
        return len(self.sizes) // 8

    def unpack(self) -> tuple[list[str], array[int], array[int]]:
        """Paths, sizes in bytes and times of modification in nanoseconds; `ValueError` where they are damaged."""
        return _decode(self.paths).split("\0"), _unpack_integers(self.sizes), _unpack_integers(self.modified)


class StoredPaths(Collection[str]):
    """The paths of all artifacts, unpacked where they are asked for."""

    def __init__(self, columns: Mapping[int, Columns]) -> None:
        """`columns` are by the number of the bucket."""
        self._columns = columns
        self._unpacked: dict[int, frozenset[str]] = {}
        self.hidden: frozenset[str] = frozenset()
        """Those that no page may link to: `in` does not find them."""

    @property
    def parts(self) -> Sequence[Columns]:
        """All artifacts, those of one folder together."""
        return list(self._columns.values())

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and path not in self.hidden and path in self._of_bucket(_bucket_of(path))

    def __iter__(self) -> Iterator[str]:
        return (path for bucket in sorted(self._columns) for path in self._of_bucket(bucket))

    def __len__(self) -> int:
        return sum(columns.length for columns in self._columns.values())

    def find_empty(self, folders: Iterable[str]) -> list[str]:
        """Those of some folders in which there is no artifact, sorted."""
        empty: list[str] = []
        for bucket, group in groupby(sorted(folders, key=_bucket_of_folder), _bucket_of_folder):
            empty += set(group).difference(path.rpartition("/")[0] for path in self._of_bucket(bucket))
        return sorted(empty)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each artifact."""
        unpacked = (columns.unpack() for columns in self._columns.values())
        return {path: size for paths, sizes, _ in unpacked for path, size in zip(paths, sizes, strict=True)}

    @property
    def largest(self) -> int:
        """Bytes of the largest artifact."""
        return max((max(columns.unpack()[1], default=0) for columns in self._columns.values()), default=0)

    def _of_bucket(self, bucket: int) -> frozenset[str]:
        found = self._unpacked.get(bucket)
        if found is None:
            columns = self._columns.get(bucket)
            found = self._unpacked[bucket] = frozenset(columns.unpack()[0]) if columns else frozenset()
        return found


class Store:
    """The store of one site; a context manager. One process at a time has it open: the site's lock sees to that."""

    def __init__(self, path: Path, mark: Mark) -> None:
        """Opens the store, empty where there is none that can be read. Raises `StoreError` where none can be made."""
        self._path = path
        self._mark = mark
        self._connection = self._open()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def load(self) -> dict[str, Artifact]:
        """Every artifact by its path relative to the output folder."""
        try:
            return self._load()
        except (sqlite3.DatabaseError, TypeError, ValueError):  # the last two from damaged columns
            self._connection.close()
            self._connection = self._remake()
            return {}

    def paths(self) -> StoredPaths:
        """The paths of all artifacts, without the cost of an object for each; none where the store is damaged."""
        try:
            rows = self._connection.execute("SELECT id, paths, sizes, modified FROM bucket ORDER BY id").fetchall()
            return StoredPaths({int(bucket): Columns(*map(bytes, columns)) for bucket, *columns in rows})
        except (sqlite3.DatabaseError, TypeError, ValueError):
            return StoredPaths({})

    def find(self, paths: Iterable[str]) -> dict[str, Artifact] | None:
        """Those of some artifacts that are stored; `None` where the store is damaged."""
        found: dict[str, Artifact] = {}
        try:
            for bucket, wanted in groupby(sorted(paths, key=_bucket_of), _bucket_of):
                found.update(self._find_in_bucket(bucket, wanted))
        except (sqlite3.DatabaseError, TypeError, ValueError, IndexError):
            return None
        return found

    def record(self, name: str) -> bytes | None:
        """The record of a name that came with the newest commit."""
        with suppress(sqlite3.DatabaseError):
            found = self._connection.execute("SELECT content FROM record WHERE name = ?", (name,)).fetchone()
            if found and isinstance(found[0], bytes):
                return found[0]
        return None

    def derived(self, kind: str) -> dict[str, bytes]:
        """All that was derived of one kind, by name, but for what is damaged."""
        found = {}
        with suppress(sqlite3.DatabaseError, TypeError):
            query = "SELECT name, content, digest FROM derived WHERE kind = ?"
            for name, content, digest in self._connection.execute(query, (kind,)):
                if _digest(content) == digest:
                    found[name] = content
        return found

    def keep_derived(self, kind: str, new: Mapping[str, bytes], dropped: Collection[str]) -> None:
        """Keeps what was derived, and drops what nobody needs. Where it cannot be kept, the next build derives it."""
        if not new and not dropped:
            return
        rows = [(kind, name, content, _digest(content)) for name, content in sorted(new.items())]
        try:
            self._connection.execute("BEGIN")
            dropping = [(kind, name) for name in sorted(dropped)]
            self._connection.executemany("DELETE FROM derived WHERE kind = ? AND name = ?", dropping)
            self._connection.executemany("REPLACE INTO derived VALUES (?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        except (sqlite3.DatabaseError, UnicodeEncodeError):
            self._roll_back()

    def commit(
        self,
        written: Mapping[str, Artifact],
        removed: Collection[str],
        *,
        records: Mapping[str, bytes] | None = None,
        are_others_kept: bool = False,
    ) -> None:
        """Takes over what a publication wrote and removed, all of it or, raising `StoreError`, nothing.

        `records` replace all records; with `are_others_kept`, those of the same names only.
        """
        changes: defaultdict[int, dict[str, Artifact | None]] = defaultdict(dict)
        for path in removed:
            changes[_bucket_of(path)][path] = None
        for path, artifact in written.items():
            if len(artifact.fingerprint) != FINGERPRINT_SIZE:
                raise ValueError(f"the fingerprint of {path!r} has {len(artifact.fingerprint)} bytes")
            changes[_bucket_of(path)][path] = artifact
        try:
            self._connection.execute("BEGIN")
            for bucket, changed in sorted(changes.items()):
                self._change_bucket(bucket, changed)
            if not are_others_kept:
                self._connection.execute("DELETE FROM record")
            self._connection.executemany("REPLACE INTO record VALUES (?, ?)", sorted((records or {}).items()))
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as problem:
            self._roll_back()
            raise StoreError(
                warning(
                    "OTD505",
                    self._mark,
                    f"The build store cannot be saved: {problem}",
                    "Free some space, or delete the cache folder; the next build makes again what this one made",
                )
            ) from problem

    def _roll_back(self) -> None:
        with suppress(sqlite3.DatabaseError):  # SQLite has by itself, or does when the store is next opened
            self._connection.execute("ROLLBACK")

    def _load(self) -> dict[str, Artifact]:
        artifacts: dict[str, Artifact] = {}
        for columns in self._connection.execute("SELECT paths, fingerprints, sizes, modified FROM bucket ORDER BY id"):
            artifacts.update(_unpack(*columns))
        return artifacts

    def _load_bucket(self, bucket: int) -> dict[str, Artifact]:
        columns = self._columns_of(bucket)
        return dict(_unpack(*columns)) if columns else {}

    def _find_in_bucket(self, bucket: int, wanted: Iterable[str]) -> Iterator[tuple[str, Artifact]]:
        columns = self._columns_of(bucket)
        if columns is None:
            return
        paths = _decode(columns[0]).split("\0")
        sizes, modified = _unpack_integers(columns[2]), _unpack_integers(columns[3])
        places = {path: place for place, path in enumerate(paths)}
        for path in wanted:
            if (place := places.get(path)) is not None:
                start = place * FINGERPRINT_SIZE
                own = columns[1][start : start + FINGERPRINT_SIZE]
                yield path, Artifact(own, (sizes[place], modified[place]))

    def _columns_of(self, bucket: int) -> tuple[bytes, bytes, bytes, bytes] | None:
        query = "SELECT paths, fingerprints, sizes, modified FROM bucket WHERE id = ?"
        columns: tuple[bytes, bytes, bytes, bytes] | None = self._connection.execute(query, (bucket,)).fetchone()
        return columns

    def _change_bucket(self, bucket: int, changed: Mapping[str, Artifact | None]) -> None:
        artifacts: dict[str, Artifact | None] = {**self._load_bucket(bucket), **changed}
        kept = {path: artifact for path, artifact in artifacts.items() if artifact is not None}
        if kept:
            self._connection.execute("REPLACE INTO bucket VALUES (?, ?, ?, ?, ?)", (bucket, *_pack(kept)))
        else:
            self._connection.execute("DELETE FROM bucket WHERE id = ?", (bucket,))

    def _open(self) -> sqlite3.Connection:
        with suppress(sqlite3.DatabaseError):  # not a database, or one that cannot be opened: made anew
            connection = self._connect()
            with suppress(sqlite3.DatabaseError):
                if connection.execute("PRAGMA user_version").fetchone() == (_FORMAT,):
                    return connection
            connection.close()
        return self._remake()

    def _remake(self) -> sqlite3.Connection:
        try:
            for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
                path.unlink(missing_ok=True)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connect()
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        except (sqlite3.DatabaseError, OSError) as problem:
            raise StoreError(
                error(
                    "OTD504",
                    self._mark,
                    f"The build store cannot be made: {problem}",
                    "Make the cache folder writable, free some space, or choose another folder with --cache",
                )
            ) from problem
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            # Without waiting for the disk: that would wait for the whole new site too. A power cut may cost the store,
            # and never makes a wrong site, since files that did not reach the disk do not have the size they had.
            connection.execute("PRAGMA synchronous = OFF")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _bucket_of(path: str) -> int:
    """The number of the row in which an artifact is stored, from 0."""
    return _bucket_of_folder(path.rpartition("/")[0])


def _bucket_of_folder(folder: str) -> int:
    return crc32(_encode(folder)) % _BUCKETS


def _pack(artifacts: Mapping[str, Artifact]) -> tuple[bytes, bytes, bytes, bytes]:
    """The columns of one bucket."""
    ordered = sorted(artifacts.items(), key=lambda pair: pair[0].rpartition("/"))
    return (
        _encode("\0".join([path for path, _ in ordered])),
        b"".join([artifact.fingerprint for _, artifact in ordered]),
        _pack_integers(artifact.stamp[0] for _, artifact in ordered),
        _pack_integers(artifact.stamp[1] for _, artifact in ordered),
    )


def _unpack(paths: bytes, fingerprints: bytes, sizes: bytes, modified: bytes) -> Iterable[tuple[str, Artifact]]:
    """The artifacts of one bucket; raises `ValueError`, while read, where the columns do not fit each other."""
    starts = range(0, len(fingerprints), FINGERPRINT_SIZE)
    stamps = zip(_unpack_integers(sizes), _unpack_integers(modified), strict=True)
    pairs = zip([fingerprints[start : start + FINGERPRINT_SIZE] for start in starts], stamps, strict=True)
    return zip(_decode(paths).split("\0"), map(Artifact._make, pairs), strict=True)


def _pack_integers(values: Iterable[int]) -> bytes:
    packed = array("q", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpack_integers(packed: bytes) -> array[int]:
    values = array("q", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return values
