"""The files of one partition of a bulk file, by which other processes and later builds know its datasets.

They stand in a folder that is named by all that they were made from::

    .cache/partitions/0f3c…/rows            rows of lists (HTML), one after the other, and where each ends
    .cache/partitions/0f3c…/descriptions    whole descriptions
    .cache/partitions/0f3c…/pages           prepared pages: number of the skeleton and values, or the facts of the row
    .cache/partitions/0f3c…/summaries-0000  summaries of the first 2,000 datasets, as JSON, and so on
    .cache/partitions/0f3c…/findings        refused rows and the like, as JSON; written when all summaries are there
    .cache/partitions/0f3c…/skeletons       skeletons of pages, as JSON
    .cache/partitions/0f3c…/complete        size and time of each file, as JSON; written last

A folder without ``complete``, or with a file that was changed since, counts as absent.
"""

from __future__ import annotations

import json
import os
import shutil
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from otdi_site.bulk import BulkDataset, ColumnReport, FileProblem, PartitionSummaries, RefusedRow, UnreadValues
from otdi_site.diagnostics import from_json, to_json
from otdi_site.hub import to_object
from otdi_site.model.catalog import SUMMARY_FIELDS, Summary
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.render import PageSkeleton, PreparedPage

_KINDS = ("rows", "descriptions", "pages")
_OWN = frozenset({"id", "address", "title", "snippet"})
"""Fields of a summary whose values are as many as the datasets."""
_AT_ONCE = 256
"""Texts that are written at a time."""
_BETWEEN = b"\0"


class TextWriter:
    """Texts of one kind: they are added one by one."""

    def __init__(self, file: Path) -> None:
        self._texts = file.open("wb")
        self._ends = file.with_suffix(".ends").open("wb")
        self._end = 0
        self._new: list[bytes] = []
        self._new_ends = array("Q")

    def add(self, text: bytes) -> None:
        self._end += len(text)
        self._new.append(text)
        self._new_ends.append(self._end)
        if len(self._new) == _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Lets others read all that was added."""
        self._texts.write(b"".join(self._new))
        self._texts.flush()
        self._ends.write(self._new_ends.tobytes())
        self._ends.flush()
        self._new.clear()
        del self._new_ends[:]

    def close(self) -> None:
        if not self._texts.closed:
            self.flush()
        self._texts.close()
        self._ends.close()


class Texts:
    """Texts of one kind, read in any order."""

    def __init__(self, file: Path) -> None:
        self._texts = file.open("rb", buffering=0)
        self._starts = array("Q", [0])
        self._starts.frombytes(file.with_suffix(".ends").read_bytes())

    def __len__(self) -> int:
        return len(self._starts) - 1

    def at(self, position: int) -> bytes:
        """The text that was added as the one at `position`, from 0."""
        start = self._starts[position]
        return os.pread(self._texts.fileno(), self._starts[position + 1] - start, start)

    def close(self) -> None:
        self._texts.close()


class PartitionWriter:
    """Writes the files of a partition; a context manager. `OSError` where the disk is full or the like."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._texts = {kind: TextWriter(folder / kind) for kind in _KINDS}
        self._chunks = 0
        self._skeletons: dict[PageSkeleton, int] = {}

    def __enter__(self) -> PartitionWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        for texts in self._texts.values():
            texts.close()

    def add_row(self, row: bytes, description: str) -> None:
        """How the next dataset looks in lists, and its whole description."""
        self._texts["rows"].add(row)
        self._texts["descriptions"].add(description.encode("utf-8", "replace"))

    def add_page(self, page: PreparedPage | None, dataset: BulkDataset) -> None:
        """The page of the next dataset; `None` where it is made of the whole dataset."""
        if page is not None:
            number = self._skeletons.setdefault(page.skeleton, len(self._skeletons))
            content = _BETWEEN.join((b"%d" % number, *page.values))
            if content.count(_BETWEEN) == len(page.values):
                self._texts["pages"].add(content)
                return
        self._texts["pages"].add(_BETWEEN + _encode([dataset.hub_id, dict(dataset.facts)]))

    def add_summaries(self, summaries: PartitionSummaries) -> None:
        """Some datasets, in the order of their rows."""
        columns: dict[str, object] = {}
        for name in SUMMARY_FIELDS:
            values = [getattr(summary, name) for summary in summaries.summaries]
            if name in _OWN:
                columns[name] = values
            else:
                codes: dict[object, int] = {}
                numbers = [codes.setdefault(value, len(codes)) for value in values]
                columns[name] = {"values": list(codes), "codes": numbers}
        document = {
            "numbers": summaries.numbers,
            "hub_ids": summaries.hub_ids,
            "stated": summaries.stated,
            "rows": b"".join(summaries.rows).hex(),
            "digests": b"".join(summaries.digests).hex(),
            "fields": columns,
        }
        self._put(f"summaries-{self._chunks:04d}", _encode(document))
        self._chunks += 1

    def finish_summaries(self, findings: PartitionSummaries) -> None:
        """All that was found beside datasets; lets others read all that there is but pages."""
        for texts in self._texts.values():
            texts.flush()
        report = findings.report
        assert report is not None
        described = [[number, to_object(row)] for number, row in findings.described]
        document = {
            "chunks": self._chunks,
            "described": described,
            "refused": findings.refused,
            "report": {
                "missing": sorted(report.names.missing),
                "seen": list(report.names.seen),
                "rows": report.rows,
                "broken": report.broken,
                "unread": report.unread,
            },
            "problem": findings.problem,
            "diagnostics": [to_json(each) for each in findings.diagnostics],
        }
        self._put("findings", _encode(document))

    def finish(self) -> None:
        """Closes the files and says that they are complete."""
        self.__exit__()
        skeletons = [[each.format.decode("utf-8", "surrogateescape"), each.numbers] for each in self._skeletons]
        self._put("skeletons", _encode(skeletons))
        self._put("complete", _encode(_stamps(self._folder)))

    def _put(self, name: str, content: bytes) -> None:
        temporary = self._folder / f".{name}"
        temporary.write_bytes(content)
        temporary.replace(self._folder / name)


class PartitionFiles:
    """Reads the files of a partition."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def is_complete(self) -> bool:
        """Whether all files are there, as they were written."""
        try:
            stamps = json.loads((self.folder / "complete").read_bytes())
            return bool(stamps == _stamps(self.folder))
        except (OSError, ValueError):
            return False

    def has_findings(self) -> bool:
        """Whether all summaries are there."""
        return (self.folder / "findings").exists()

    def read_chunk(self, number: int, summaries: PartitionSummaries, share: dict[object, object]) -> bool:
        """Adds the chunk of a number, from 0, to `summaries`; whether it is there.

        `share` holds values that many datasets have in common, so that each is held once.
        """
        try:
            document = json.loads(
                (self.folder / f"summaries-{number:04d}").read_bytes().decode("utf-8", "surrogatepass")
            )
        except FileNotFoundError:
            return False
        columns: list[Any] = []
        for name in SUMMARY_FIELDS:
            column = document["fields"][name]
            if name not in _OWN:
                values = [tuple(value) if isinstance(value, list) else value for value in column["values"]]
                shared = [share.setdefault(value, value) for value in values]
                column = map(shared.__getitem__, column["codes"])
            columns.append(column)
        summaries.summaries += map(Summary.of_values, zip(*columns, strict=True))
        for name in ("numbers", "hub_ids", "stated"):
            getattr(summaries, name).extend(document[name])
        count = len(document["numbers"])
        for name in ("rows", "digests"):
            content = bytes.fromhex(document[name])
            size = len(content) // count if count else 1
            getattr(summaries, name).extend([content[at : at + size] for at in range(0, len(content), size)])
        return True

    def read_findings(self, summaries: PartitionSummaries, columns: Mapping[str, str]) -> int:
        """Adds all that was found beside datasets; the number of chunks of summaries."""
        document = json.loads((self.folder / "findings").read_bytes().decode("utf-8", "surrogatepass"))
        report = ColumnReport(columns)
        known = document["report"]
        report.names.missing, report.names.seen = set(known["missing"]), dict.fromkeys(known["seen"])
        report.rows, report.broken = known["rows"], known["broken"]
        report.unread = {name: UnreadValues(*values) for name, values in known["unread"].items()}
        summaries.report = report
        summaries.described += [(number, read_row(row)) for number, row in document["described"]]
        summaries.refused += [RefusedRow(*row) for row in document["refused"]]
        summaries.problem = FileProblem(*document["problem"]) if document["problem"] else None
        summaries.diagnostics += map(from_json, document["diagnostics"])
        return int(document["chunks"])

    def texts(self, kind: str) -> Texts:
        """``rows``, ``descriptions`` or ``pages``."""
        return Texts(self.folder / kind)

    def skeletons(self) -> list[PageSkeleton]:
        """By number."""
        return [
            PageSkeleton(format.encode("utf-8", "surrogateescape"), numbers)
            for format, numbers in json.loads((self.folder / "skeletons").read_bytes())
        ]


def read_page(content: bytes, skeletons: Sequence[PageSkeleton]) -> PreparedPage | tuple[str, dict[str, Any]]:
    """A page as `PartitionWriter.add_page` took it: prepared, or the Hub id and the facts of its row."""
    number, *values = content.split(_BETWEEN)
    if number:
        return PreparedPage(skeletons[int(number)], tuple(values))
    hub_id, facts = json.loads(content[1:].decode("utf-8", "surrogatepass"))
    return hub_id, {name: _with_tuples(value) for name, value in facts.items()}


def read_row(source: Mapping[str, Any]) -> SnapshotRow:
    """The row of a bulk file that `to_object` made plain: it has nothing but texts, figures and lists of texts."""
    values: Any = {name: _with_tuples(value) for name, value in source.items()}
    return SnapshotRow(**values)


def prune(folder: Path, kept: Iterator[str]) -> None:
    """Removes the files of all partitions but of those that are `kept`, by the names of their folders."""
    names = frozenset(kept)
    if folder.is_dir():
        for each in folder.iterdir():
            if each.name not in names:
                shutil.rmtree(each, ignore_errors=True)


def _with_tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _stamps(folder: Path) -> dict[str, list[int]]:
    """Size in bytes and time in nanoseconds of each file but ``complete``."""
    with os.scandir(folder) as entries:
        found = {entry.name: entry.stat() for entry in entries if entry.name != "complete"}
    return {name: [found[name].st_size, found[name].st_mtime_ns] for name in sorted(found) if not name.startswith(".")}


def _encode(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
