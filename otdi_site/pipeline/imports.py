"""Which imported datasets are in the catalog, and the workers that hold them; it must not read or render by itself."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection
from typing import NamedTuple

from otdi_site.diagnostics import Diagnostic
from otdi_site.hub import ColumnReport, RefusedRow
from otdi_site.model.catalog import Summary
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.pipeline.importing import (
    PLACE_BITS,
    Common,
    ImportWork,
    ListOrder,
    Order,
    Place,
    Reading,
    Rendered,
    Task,
)
from otdi_site.pipeline.texts import Spool
from otdi_site.pipeline.workers import Workers

_PAGES_IN_TASK = 2_000
"""Pages that a worker is told to make at a time."""
_LISTS_IN_TASK = 250
_FIELDS = tuple(Summary.__dataclass_fields__)
_COMMON = frozenset(_FIELDS) - {"id", "address", "title", "snippet"}


class Found(NamedTuple):
    """A dataset of an imported file that may be in the catalog."""

    place: Place
    summary: Summary
    row: bytes
    """Digest of how it looks in lists."""
    digest: bytes
    stated: int
    """Which facts it states."""


class Imported(NamedTuple):
    """A dataset of an imported file that is in the catalog."""

    place: Place
    summary: Summary
    row: bytes
    """Digest of how it looks in lists."""
    digest: bytes
    worker: int
    position: int
    """Its place with its worker."""

    @property
    def reference(self) -> int:
        """Where its row is."""
        return self.worker << PLACE_BITS | self.position


@dataclass(slots=True)
class Imports:
    """What is imported."""

    datasets: dict[str, Imported] = field(default_factory=dict)
    """By address."""
    stated: list[int] = field(default_factory=list)
    """Of each, which facts it states."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """With the number of the source, in the order of sources and rows."""
    described: dict[str, SnapshotRow] = field(default_factory=dict)
    """Rows of datasets that entries describe, by Hub id in lower case."""
    reports: dict[int, ColumnReport] = field(default_factory=dict)
    """By the number of the source."""


class Results(NamedTuple):
    """What a worker made, in the order in which it was told, as it travels."""

    sizes: array[int]
    times: array[int]
    new: bytes
    odd: dict[int, Rendered]
    """By place, those that are not just files that were written."""

    @classmethod
    def of(cls, made: Iterable[Rendered]) -> Results:
        sizes, times, new, odd = array("q"), array("q"), bytearray(), dict[int, Rendered]()
        for place, rendered in enumerate(made):
            size, time = rendered.stamp or (0, 0)
            sizes.append(size)
            times.append(time)
            new.append(rendered.is_new)
            if rendered.stamp is None or rendered.content is not None:
                odd[place] = rendered
        return cls(sizes, times, bytes(new), odd)

    def of_paths(self, paths: Sequence[str]) -> Iterator[Rendered]:
        """The same again."""
        for place, (path, size, time, is_new) in enumerate(zip(paths, self.sizes, self.times, self.new, strict=True)):
            odd = self.odd.get(place)
            yield Rendered(path, (size, time), bool(is_new), size, None, None) if odd is None else odd


class Gathered:
    """All that one worker told of its rows."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.described: list[tuple[Place, SnapshotRow]] = []
        self.refused: list[tuple[int, RefusedRow]] = []
        self.problems: list[tuple[int, str, str]] = []
        self.reports: list[tuple[int, ColumnReport]] = []
        self.diagnostics: list[Diagnostic] = []

    def take(self, reading: Reading, known: dict[object, object]) -> None:
        """Adds what comes next. `known` holds what many datasets have in common, so that it is held once."""
        share = known.setdefault
        for (place, values, row, digest), stated in zip(reading.summaries, reading.stated, strict=True):
            shared = [share(value, value) if name in _COMMON else value for name, value in zip(_FIELDS, values)]  # noqa: B905
            summary = Summary(*shared)  # type: ignore[arg-type]  # its own fields, as the worker took them apart
            self.found.append(Found(place, summary, row, digest, stated))
        self.described += reading.described
        self.refused += reading.refused
        self.problems += reading.problems
        self.reports += reading.reports
        self.diagnostics += reading.diagnostics


def described_rows(readings: Iterable[Gathered]) -> dict[str, SnapshotRow]:
    """Rows of datasets that entries describe, by Hub id in lower case; the first of each."""
    found: dict[str, SnapshotRow] = {}
    for _, row in sorted((each for reading in readings for each in reading.described), key=lambda each: each[0]):
        found.setdefault(row.id.lower(), row)
    return found


def choose_datasets(readings: Sequence[Gathered], taken: Iterable[str]) -> Imports:
    """The datasets that are in the catalog: of each address the first, and none of addresses that are `taken`."""
    imports = Imports()
    for source, report in (each for reading in readings for each in reading.reports):
        if source in imports.reports:
            imports.reports[source].merge(report)
        else:
            imports.reports[source] = report
    refused = [each for reading in readings for each in reading.refused]
    claimed = {address.casefold() for address in taken}
    places: list[tuple[Place, int, int]] = []
    for worker, reading in enumerate(readings):
        places += [(found.place, worker, index) for index, found in enumerate(reading.found)]
    for (source, number), worker, index in sorted(places):
        _, summary, row, digest, stated = readings[worker].found[index]
        claim = summary.address.casefold()
        if claim in claimed:
            refused.append((source, RefusedRow(number, summary.id, "repeated")))
            continue
        claimed.add(claim)
        imports.datasets[summary.address] = Imported((source, number), summary, row, digest, worker, index)
        imports.stated.append(stated)
    imports.refused = sorted(refused, key=lambda each: (each[0], each[1].number))
    return imports


class _Importers:
    """Workers that read rows, and then make what is ordered."""

    def __init__(self, spools: Sequence[Spool]) -> None:
        self._spools = spools

    def text(self, imported: Imported) -> str:
        """The description of a dataset, after `read`."""
        return self._spools[imported.worker].descriptions.at(imported.position).decode()

    def row(self, imported: Imported) -> bytes:
        """How a dataset looks in lists, after `read`."""
        return self._spools[imported.worker].rows.at(imported.position)

    def close(self) -> None:
        """Leaves nothing behind."""
        for spool in self._spools:
            spool.close()


class LocalImporters(_Importers):
    """The one worker of a small build, in this process."""

    def __init__(self, make: Callable[[int, int], ImportWork], spools: Sequence[Spool]) -> None:
        super().__init__(spools)
        self._work = make(0, 1)

    def read(self) -> list[Gathered]:
        """What the rows hold."""
        gathered, known = Gathered(), dict[object, object]()
        for reading in self._work.read():
            gathered.take(reading, known)
        return [gathered]

    def make(self, pages: Sequence[Sequence[Order]], lists: Iterable[ListOrder], common: Common) -> Iterator[Rendered]:
        """Makes pages, by worker, and lists."""
        for task in _tasks(pages[0] if pages else (), iter(lists)):
            yield from self._work.make(task, common)


class ForkedImporters(_Importers):
    """Workers in processes of their own."""

    def __init__(self, make: Callable[[int, int], ImportWork], count: int, spools: Sequence[Spool]) -> None:
        def work(number: int, connection: Connection) -> None:
            mine = make(number, count)
            for reading in mine.read():
                connection.send((number, reading))
            connection.send(None)
            mine.prepare(lambda: not connection.poll())
            common = connection.recv()
            while (task := connection.recv()) is not None:
                connection.send(Results.of(mine.make(task, common)))

        super().__init__(spools)
        self._count = count
        self._workers = Workers(count, work)

    def read(self) -> list[Gathered]:
        """What the rows hold, by worker."""
        gathered, known = [Gathered() for _ in range(self._count)], dict[object, object]()
        for number, reading in self._workers.results():
            gathered[number].take(reading, known)
        return gathered

    def make(self, pages: Sequence[Sequence[Order]], lists: Iterable[ListOrder], common: Common) -> Iterator[Rendered]:
        """Makes pages, by worker, and lists: who is through with its pages first makes more of them."""
        waiting = iter(lists)
        # The last workers may have no pages: a small file has no part for them.
        tasks = [_tasks(pages[number] if number < len(pages) else (), waiting) for number in range(self._count)]
        at_work: dict[int, list[str]] = {}
        for number in range(self._count):
            self._workers.send(number, common)
            self._give(number, tasks[number], at_work)
        while at_work:
            for number in self._workers.ready(at_work):
                results: Results = self._workers.receive(number)
                paths = at_work.pop(number)
                self._give(number, tasks[number], at_work)
                yield from results.of_paths(paths)

    def _give(self, number: int, tasks: Iterator[Task], at_work: dict[int, list[str]]) -> None:
        """Something to do for a worker that has nothing; or its end, which frees what it holds."""
        task = next(tasks, None)
        if task is not None:
            at_work[number] = task.paths
        self._workers.send(number, task)

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        self._workers.__exit__(InterruptedError, None, None)
        super().close()


def _tasks(pages: Sequence[Order], lists: Iterator[ListOrder]) -> Iterator[Task]:
    """All pages, then as many lists as are left."""
    # In parts, so that no worker holds all of its orders with the names of related datasets at once.
    for start in range(0, len(pages), _PAGES_IN_TASK):
        yield Task(pages[start : start + _PAGES_IN_TASK], ())
    while batch := list(islice(lists, _LISTS_IN_TASK)):
        yield Task((), batch)
