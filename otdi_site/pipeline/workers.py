"""Processes that work for a build: started by forking, talked to through pipes; it must not know what they do.

A worker ends with its parent, however that ends: the system kills it, and where it cannot, its pipe closes.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any

from otdi_site.diagnostics import Mark, error

_PR_SET_PDEATHSIG = 1


def can_fork() -> bool:
    """Whether workers can be had here. Elsewhere all is done in one process."""
    return "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Lets Python look for cycles seldom, here and in workers started meanwhile: datasets and pages have none.

    Looking through all of them again and again takes a tenth of a build. It still looks when a million objects more
    were made than went away, so that the little garbage that has cycles cannot fill the memory.
    """
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 1_000, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class WorkerError(Exception):
    """A worker was killed, `diagnostic` says so."""

    def __init__(self) -> None:
        message = "a worker process was killed, perhaps for want of memory"
        help = "run it again, with fewer --jobs or with more memory"
        self.diagnostic = error("OTD520", Mark("site.yaml"), message, help)
        super().__init__(self.diagnostic)


class _Failure:
    """What a worker sends as its last word."""

    def __init__(self, problem: BaseException) -> None:
        self.problem = problem


class Workers:
    """A context manager: on leaving it, no worker is left."""

    def __init__(self, count: int, work: Callable[[int, Connection], None]) -> None:
        """Starts `count` workers, each with a number from 0 and its end of a pipe. They see what this process sees."""
        self._processes = []
        self.connections: list[Connection] = []
        context = multiprocessing.get_context("fork")
        # What exists now belongs to all: a collector that touched it would copy it for each.
        gc.freeze()
        parent = os.getpid()
        for number in range(count):
            ours, theirs = context.Pipe()
            self.connections.append(ours)
            arguments = (work, number, theirs, tuple(self.connections), parent)
            process = context.Process(target=_run, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self.connections:
            connection.close()
        for process in self._processes:
            if kind is not None:
                process.terminate()
            process.join()
        gc.unfreeze()

    def send(self, number: int, message: object) -> None:
        """Tells a worker something. Raises what it raised, or `WorkerError`."""
        try:
            self.connections[number].send(message)
        except OSError:  # it has ended
            _receive(self.connections[number])
            raise WorkerError from None

    def receive(self, number: int) -> Any:
        """What a worker says next. Raises what it raised, or `WorkerError`."""
        return _receive(self.connections[number])

    def ready(self, numbers: Collection[int]) -> list[int]:
        """Those of some workers that have something to say; waits for the first."""
        found = wait([self.connections[number] for number in numbers])
        return [number for number in numbers if self.connections[number] in found]

    def results(self) -> Iterator[Any]:
        """What all workers say, as it comes, until each has said `None`."""
        waiting = list(self.connections)
        while waiting:
            for connection in wait(waiting):
                assert isinstance(connection, Connection)
                result = _receive(connection)
                if result is None:
                    waiting.remove(connection)
                else:
                    yield result


def _receive(connection: Connection) -> Any:
    try:
        result = connection.recv()
    except (EOFError, OSError) as problem:
        raise WorkerError from problem
    if isinstance(result, _Failure):
        raise result.problem
    return result


def _run(
    work: Callable[[int, Connection], None],
    number: int,
    connection: Connection,
    others: tuple[Connection, ...],
    parent: int,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends its workers
    for other in others:
        other.close()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    try:
        work(number, connection)
    except (EOFError, BrokenPipeError):  # the parent is gone
        return
    except BaseException as problem:
        # The parent's traceback ends where it heard of it.
        problem.add_note(f"In a worker process:\n{traceback.format_exc()}")
        with suppress(BrokenPipeError):  # the parent is gone
            connection.send(_Failure(_that_travels(problem)))


def _that_travels(problem: BaseException) -> BaseException:
    """An exception that arrives whole: not each can be pickled, and not each that can be unpickled again."""
    try:
        pickle.loads(pickle.dumps(problem))
    except Exception:
        other = RuntimeError(f"{type(problem).__name__}: {problem}")
        other.__notes__ = list(problem.__notes__)
        return other
    return problem
