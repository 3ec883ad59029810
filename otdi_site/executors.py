"""Runs tasks on an executor: a process pool by default, or any `concurrent.futures.Executor` that the program chooses.

A task is a module-level function whose arguments and result can be pickled. Data that is large lies in files that the
task names, so that an executor may run it on another machine that sees the same folders. Nothing is inherited from the
process that submits it.
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
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from otdi_site.diagnostics import Mark, error

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
ExecutorFactory = Callable[[int], Executor]
"""Makes an executor for a number of processes."""

_PR_SET_PDEATHSIG = 1
_SELDOM = (1_000_000, 1_000, 1_000)


class WorkerError(Exception):
    """A worker process ended before its task; `diagnostic` says so."""

    def __init__(self) -> None:
        message = "a worker process was killed, perhaps for want of memory"
        help = "run it again, with fewer --jobs or with more memory"
        self.diagnostic = error("OTD520", Mark("site.yaml"), message, help)
        super().__init__(self.diagnostic)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Raises the garbage collector's threshold to a million objects: datasets and pages have no cycles.

    Collecting all the time takes a tenth of a build. With the threshold, garbage with cycles cannot fill the memory.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class InlineExecutor(Executor):
    """Runs each task in this process while it is submitted."""

    def submit(
        self, task: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """The finished task. `KeyboardInterrupt` and the like are raised here."""
        future: Future[Result] = Future()
        try:
            future.set_result(task(*arguments, **named))
        except Exception as problem:
            future.set_exception(problem)
        return future


def inline(_: int) -> Executor:
    """One process."""
    return InlineExecutor()


def process_pool(processes: int) -> Executor:
    """Processes on this machine: forked where that is safe, else spawned, unless the program set a start method."""
    from concurrent.futures import ProcessPoolExecutor

    method = multiprocessing.get_start_method(allow_none=True)
    if method is None:
        can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
        method = "fork" if can_fork else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(os.getpid(),))


def _begin(parent: int) -> None:
    """Prepares a worker process: it ends with its parent, however that ends, and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*_SELDOM)
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


class Tasks:
    """The tasks of one executor; a context manager. On leaving it after an exception, tasks are cancelled."""

    def __init__(self, make: ExecutorFactory, processes: int) -> None:
        self._others = set(multiprocessing.active_children())
        self._executor = make(processes)
        self._futures: WeakSet[Future[Any]] = WeakSet()
        if not isinstance(self._executor, InlineExecutor):
            # What exists now belongs to all: a collector that touched it would copy it for each forked process.
            gc.freeze()

    def __enter__(self) -> Tasks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(is_cancelled=kind is not None)

    def close(self, *, is_cancelled: bool) -> None:
        """Ends the executor; with `is_cancelled` without waiting for its tasks."""
        if is_cancelled:
            for process in multiprocessing.active_children():
                if process not in self._others:
                    process.terminate()
            for future in list(self._futures):
                future.cancel()
        # Not every executor, such as Dask's, takes `cancel_futures`.
        self._executor.shutdown(wait=True)
        if not isinstance(self._executor, InlineExecutor):
            gc.unfreeze()

    def submit(
        self, task: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """Starts a task, as soon as the executor has room for it. Raises `WorkerError`."""
        if isinstance(self._executor, InlineExecutor):
            return self._executor.submit(task, *arguments, **named)
        try:
            future: Future[Result] = self._executor.submit(_run, task, arguments, named)
        except BrokenExecutor:
            raise WorkerError from None
        self._futures.add(future)
        return future


class TaskPools:
    """The executors of a build: processes from when on they are worth it, and this process; a context manager."""

    def __init__(self, make: ExecutorFactory | None, jobs: int) -> None:
        """`make` is the program's choice, for tasks of any size; `None` for a process pool if there are `jobs`."""
        self._make = make or (process_pool if jobs > 1 else None)
        self._is_chosen = make is not None
        self._jobs = jobs
        self._inline = Tasks(inline, 1)
        self._pool: Tasks | None = None

    def __enter__(self) -> TaskPools:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close(is_cancelled=kind is not None)

    def has_processes(self, *, is_worth: bool) -> bool:
        """Whether tasks run elsewhere; `is_worth` says that they take longer than starting processes."""
        return self._make is not None and (is_worth or self._is_chosen)

    def get(self, *, is_worth: bool) -> Tasks:
        """Where to submit tasks."""
        if self._make is None or not self.has_processes(is_worth=is_worth):
            return self._inline
        if self._pool is None:
            self._pool = Tasks(self._make, self._jobs)
        return self._pool


def result_of(future: Future[Result]) -> Result:
    """The result of a task, once it is finished. Raises what the task raised, or `WorkerError`."""
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise WorkerError from None


def results_of(futures: Iterable[Future[Result]]) -> Iterator[tuple[Future[Result], Result]]:
    """The results of tasks in the order in which these finish. Raises as `result_of` does."""
    for future in as_completed(futures):
        yield future, result_of(future)


def _run(task: Callable[..., Result], arguments: tuple[object, ...], named: dict[str, object]) -> Result:
    try:
        return task(*arguments, **named)
    except Exception as problem:
        # The traceback of the process that waits ends where it heard of the exception.
        problem.add_note(f"In a worker process:\n{traceback.format_exc()}")
        failure = _picklable(problem)
    # Some libraries, such as Dask's, pickle the exceptions that led to one as well, and those may be any.
    failure.__cause__ = failure.__context__ = None
    raise failure


def _picklable(problem: Exception) -> Exception:
    """An exception that arrives whole: not every one can be pickled, nor unpickled again."""
    try:
        pickle.loads(pickle.dumps(problem))
    except Exception:
        other = RuntimeError(f"{type(problem).__name__}: {problem}")
        other.__notes__ = list(problem.__notes__)
        return other
    return problem
