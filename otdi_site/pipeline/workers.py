"""Processes that work for a build: started by forking, talked to through pipes; it must not know what they do.

A worker ends with its parent, however that ends: the system kills it, and where it cannot, its pipe closes.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any

_PR_SET_PDEATHSIG = 1


def can_fork() -> bool:
    """Whether workers can be had here. Elsewhere all is done in one process."""
    return "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"


class WorkerError(Exception):
    """A worker failed or was killed."""


class _Failure:
    """What a worker sends as its last word."""

    def __init__(self, problem: BaseException, text: str) -> None:
        self.problem = problem
        self.text = text


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

    def receive(self, number: int) -> Any:
        """What a worker says next. Raises what it raised, or `WorkerError`."""
        return _receive(self.connections[number])

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
        text = "a worker process was killed, perhaps for want of memory; fewer --jobs need less"
        raise WorkerError(text) from problem
    if isinstance(result, _Failure):
        print(result.text, file=sys.stderr)
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
        text = traceback.format_exc()
        try:
            connection.send(_Failure(problem, ""))
        except Exception:  # it cannot be pickled
            connection.send(_Failure(WorkerError(text.splitlines()[-1]), text))
