"""The processes that read partitions of the bulk files and then render the pages of their datasets, and lists."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from typing import NamedTuple

from otdi_site.bulk import PartitionSummaries, SelectedDataset
from otdi_site.pipeline.partitions import Common, ListOrder, Order, PartitionWork, Rendered, Task
from otdi_site.pipeline.texts import Spool
from otdi_site.pipeline.workers import Workers

_PAGES_IN_TASK = 2_000
"""Pages that a worker is told to render at a time."""
_LISTS_IN_TASK = 250


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


class _BulkWorkers:
    """Workers that read bulk rows, and then render what is ordered."""

    def __init__(self, spools: Sequence[Spool]) -> None:
        self._spools = spools

    def text(self, selected: SelectedDataset) -> str:
        """The description of a dataset, after `read`."""
        return self._spools[selected.partition].descriptions.at(selected.position).decode()

    def row(self, selected: SelectedDataset) -> bytes:
        """The row of a dataset in lists, after `read`."""
        return self._spools[selected.partition].rows.at(selected.position)

    def close(self) -> None:
        """Leaves nothing behind."""
        for spool in self._spools:
            spool.close()


class LocalBulkWorker(_BulkWorkers):
    """The one worker of a small build, in this process."""

    def __init__(self, make: Callable[[int, int], PartitionWork], spools: Sequence[Spool]) -> None:
        super().__init__(spools)
        self._work = make(0, 1)

    def read(self) -> list[PartitionSummaries]:
        """The summaries of the only partition."""
        summaries, known = PartitionSummaries(), dict[object, object]()
        for report in self._work.read():
            summaries.add(report, known)
        return [summaries]

    def make(self, pages: Sequence[Sequence[Order]], lists: Iterable[ListOrder], common: Common) -> Iterator[Rendered]:
        """Makes pages, by worker, and lists."""
        for task in _tasks(pages[0] if pages else (), iter(lists)):
            yield from self._work.make(task, common)


class ForkedBulkWorkers(_BulkWorkers):
    """Workers in processes of their own."""

    def __init__(self, make: Callable[[int, int], PartitionWork], count: int, spools: Sequence[Spool]) -> None:
        def work(number: int, connection: Connection) -> None:
            mine = make(number, count)
            for report in mine.read():
                connection.send((number, report))
            connection.send(None)
            mine.prepare(lambda: not connection.poll())
            common = connection.recv()
            while (task := connection.recv()) is not None:
                connection.send(Results.of(mine.make(task, common)))

        super().__init__(spools)
        self._count = count
        self._workers = Workers(count, work)

    def read(self) -> list[PartitionSummaries]:
        """The summaries of each partition."""
        summaries, known = [PartitionSummaries() for _ in range(self._count)], dict[object, object]()
        for number, report in self._workers.results():
            summaries[number].add(report, known)
        return summaries

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
