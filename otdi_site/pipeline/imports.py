"""Which imported datasets are in the catalog, and the workers that hold them; it must not read or render by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import NamedTuple

from otdi_site.diagnostics import Diagnostic
from otdi_site.hub import RefusedRow
from otdi_site.model.catalog import Summary
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.pipeline.importing import ImportWork, Order, Place, Reading, Rendered, batches
from otdi_site.pipeline.texts import Spool
from otdi_site.pipeline.workers import Workers
from otdi_site.publish import Staging

_ORDERS_IN_ROUND = 4_000
"""Pages that a worker is told to render at a time."""
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


@dataclass(slots=True)
class Imports:
    """What is imported."""

    datasets: dict[str, Imported] = field(default_factory=dict)
    """By address."""
    stated: list[int] = field(default_factory=list)
    """Of each, which facts it states."""
    refused: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """With the number of the source, in the order of sources and rows."""


class Gathered:
    """All that one worker told of its rows."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.described: list[tuple[Place, SnapshotRow]] = []
        self.refused: list[tuple[int, RefusedRow]] = []
        self.problems: list[tuple[int, str, str]] = []
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


class LocalImporters:
    """The one worker of a small build, in this process."""

    def __init__(self, make: Callable[[int, int], ImportWork], spools: Sequence[Spool]) -> None:
        self._work = make(0, 1)
        self._spools = spools

    def text(self, imported: Imported) -> str:
        """The description of a dataset, after `read`."""
        return self._spools[0].descriptions.at(imported.position).decode()

    def row(self, imported: Imported) -> bytes:
        """How a dataset looks in lists, after `read`."""
        return self._spools[0].rows.at(imported.position)

    def read(self) -> list[Gathered]:
        gathered, known = Gathered(), dict[object, object]()
        for reading in self._work.read():
            gathered.take(reading, known)
        return [gathered]

    def render(
        self, orders: Sequence[Sequence[Order]], staging: Staging | None, wanted: frozenset[str]
    ) -> Iterator[Rendered]:
        yield from self._work.render(orders[0], staging, wanted)

    def close(self) -> None:
        """Leaves nothing behind."""
        _close(self._spools)


class ForkedImporters:
    """Workers in processes of their own."""

    def __init__(self, make: Callable[[int, int], ImportWork], count: int, spools: Sequence[Spool]) -> None:
        def work(number: int, connection: Connection) -> None:
            mine = make(number, count)
            for reading in mine.read():
                connection.send((number, reading))
            connection.send(None)
            while (message := connection.recv()) is not None:
                orders, staging, wanted = message
                for batch in batches(mine.render(orders, staging, wanted)):
                    connection.send(batch)
                connection.send(None)

        self._count = count
        self._spools = spools
        self._workers = Workers(count, work)

    def text(self, imported: Imported) -> str:
        """The description of a dataset, after `read`."""
        return self._spools[imported.worker].descriptions.at(imported.position).decode()

    def row(self, imported: Imported) -> bytes:
        """How a dataset looks in lists, after `read`."""
        return self._spools[imported.worker].rows.at(imported.position)

    def read(self) -> list[Gathered]:
        gathered, known = [Gathered() for _ in range(self._count)], dict[object, object]()
        for number, reading in self._workers.results():
            gathered[number].take(reading, known)
        return gathered

    def render(
        self, orders: Sequence[Sequence[Order]], staging: Staging | None, wanted: frozenset[str]
    ) -> Iterator[Rendered]:
        # In rounds, so that no worker holds all of its orders with the names of related datasets at once.
        for start in range(0, max(map(len, orders), default=0), _ORDERS_IN_ROUND):
            for number in range(self._count):
                # The last workers may have no orders: a small file has no part for them.
                mine = orders[number][start : start + _ORDERS_IN_ROUND] if number < len(orders) else ()
                self._workers.send(number, (mine, staging, wanted))
            for batch in self._workers.results():
                yield from batch
        for number in range(self._count):
            self._workers.send(number, None)  # which ends it, and frees what it holds

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        self._workers.__exit__(InterruptedError, None, None)
        _close(self._spools)


def _close(spools: Iterable[Spool]) -> None:
    for each in spools:
        each.close()
