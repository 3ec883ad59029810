"""Which imported datasets are in the catalog, and the workers that hold them; it must not read or render by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import NamedTuple

from otdi_site.hub import RefusedRow
from otdi_site.model.catalog import Summary
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.pipeline.importing import ImportWork, Order, Place, Reading, Rendered, batches
from otdi_site.pipeline.texts import Texts
from otdi_site.pipeline.workers import Workers
from otdi_site.publish import Staging


class Imported(NamedTuple):
    """A dataset of an imported file that is in the catalog."""

    place: Place
    summary: Summary
    row: str
    """How it looks in lists."""
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


def described_rows(readings: Iterable[Reading]) -> dict[str, SnapshotRow]:
    """Rows of datasets that entries describe, by Hub id in lower case; the first of each."""
    found: dict[str, SnapshotRow] = {}
    for _, row in sorted((each for reading in readings for each in reading.described), key=lambda each: each[0]):
        found.setdefault(row.id.lower(), row)
    return found


def choose_datasets(readings: Sequence[Reading], taken: Iterable[str]) -> Imports:
    """The datasets that are in the catalog: of each address the first, and none of addresses that are `taken`."""
    imports = Imports()
    refused = [each for reading in readings for each in reading.refused]
    claimed = {address.casefold() for address in taken}
    places: list[tuple[Place, int, int]] = []
    for worker, reading in enumerate(readings):
        places += [(found.place, worker, index) for index, found in enumerate(reading.summaries)]
    for (source, number), worker, index in sorted(places):
        _, values, row, digest = readings[worker].summaries[index]
        summary = Summary(*values)  # type: ignore[arg-type]  # its own fields, as the worker took them apart
        claim = summary.address.casefold()
        if claim in claimed:
            refused.append((source, RefusedRow(number, summary.id, "repeated")))
            continue
        claimed.add(claim)
        imports.datasets[summary.address] = Imported((source, number), summary, row, digest, worker, index)
        imports.stated.append(readings[worker].stated[index])
    imports.refused = sorted(refused, key=lambda each: (each[0], each[1].number))
    return imports


class LocalImporters:
    """The one worker of a small build, in this process."""

    def __init__(self, make: Callable[[int, int], ImportWork], texts: Sequence[Texts]) -> None:
        self._work = make(0, 1)
        self._texts = texts

    def text(self, imported: Imported) -> str:
        """The description of a dataset, after `read`."""
        return self._texts[0].at(imported.position)

    def read(self) -> list[Reading]:
        return [self._work.read()]

    def render(
        self, orders: Sequence[Sequence[Order]], staging: Staging | None, wanted: frozenset[str]
    ) -> Iterator[Rendered]:
        yield from self._work.render(orders[0], staging, wanted)

    def close(self) -> None:
        """Leaves nothing behind."""
        _close(self._texts)


class ForkedImporters:
    """Workers in processes of their own."""

    def __init__(self, make: Callable[[int, int], ImportWork], count: int, texts: Sequence[Texts]) -> None:
        def work(number: int, connection: Connection) -> None:
            mine = make(number, count)
            connection.send(mine.read())
            orders, staging, wanted = connection.recv()
            for batch in batches(mine.render(orders, staging, wanted)):
                connection.send(batch)
            connection.send(None)

        self._count = count
        self._texts = texts
        self._workers = Workers(count, work)

    def text(self, imported: Imported) -> str:
        """The description of a dataset, after `read`."""
        return self._texts[imported.worker].at(imported.position)

    def read(self) -> list[Reading]:
        return [self._workers.receive(number) for number in range(self._count)]

    def render(
        self, orders: Sequence[Sequence[Order]], staging: Staging | None, wanted: frozenset[str]
    ) -> Iterator[Rendered]:
        for number in range(self._count):
            # The last workers may have no orders: a small file has no part for them.
            mine = orders[number] if number < len(orders) else ()
            self._workers.send(number, (mine, staging, wanted))
        for batch in self._workers.results():
            yield from batch

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        self._workers.__exit__(InterruptedError, None, None)
        _close(self._texts)


def _close(texts: Iterable[Texts]) -> None:
    for each in texts:
        each.close()
