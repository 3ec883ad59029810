"""Runs asynchronous work with a deadline that holds whatever the work does.

The work has a thread and an event loop of its own: the caller may have a running loop, Ctrl-C reaches the caller at
once, and work that hangs where it cannot be cancelled (a name server, one long computation) is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

_GRACE_SECONDS = 0.7
_TICK_SECONDS = 0.1


class Ending(Enum):
    """How the work ended."""

    DONE = "done"
    LATE = "late"
    INTERRUPTED = "interrupted"


def run_until_deadline(
    work: Callable[[], Coroutine[Any, Any, None]], seconds: float, tick: Callable[[], None]
) -> Ending:
    """Runs `work` for at most `seconds`, calling `tick` in the caller's thread meanwhile. Raises what the work raises.

    Cancelled work has a moment to finish; then it is left to itself.
    """
    worker = _Worker(work)
    worker.start()
    ends_at = time.monotonic() + seconds
    try:
        while not worker.wait(min(_TICK_SECONDS, max(0.0, ends_at - time.monotonic()))):
            tick()
            if time.monotonic() >= ends_at:
                worker.cancel()
                return Ending.LATE
    except KeyboardInterrupt:
        worker.cancel()
        return Ending.INTERRUPTED
    worker.check()
    return Ending.DONE


class _Worker:
    """A thread with an event loop for one coroutine."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._finished = threading.Event()
        self._failure: BaseException | None = None
        self._loop = _Loop()
        self._task: asyncio.Task[None] | None = None
        # A daemon: Python must be able to end although the thread hangs.
        self._thread = threading.Thread(target=self._run, name="otdi-site refresh", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        return self._finished.wait(seconds)

    def check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def cancel(self) -> None:
        """Ends the work and waits a moment for it."""

        def cancel_task() -> None:
            if self._task is not None:
                self._task.cancel()

        with contextlib.suppress(RuntimeError):  # the loop may just have been closed
            self._loop.call_soon_threadsafe(cancel_task)
        self._finished.wait(_GRACE_SECONDS)

    def _run(self) -> None:
        try:
            self._task = self._loop.create_task(self._work())
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as failure:
            self._failure = failure
        finally:
            self._loop.close()
            self._finished.set()


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose name lookups delay nobody.

    The standard loop looks up addresses in an executor, whose threads Python joins before it ends: a name server
    that does not respond would stretch every deadline.
    """

    async def getaddrinfo(  # type: ignore[override]  # the standard loop's types name no return type
        self,
        host: str | bytes | None,
        port: str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        future: asyncio.Future[list[Any]] = self.create_future()

        def deliver(addresses: list[Any] | None, failure: OSError | None) -> None:
            if future.done():
                return
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(addresses or [])

        def look_up() -> None:
            addresses, failure = None, None
            try:
                addresses = socket.getaddrinfo(host, port, family, type, proto, flags)
            except OSError as problem:
                failure = problem
            except UnicodeError:
                failure = socket.gaierror("the host's name cannot be encoded")
            with contextlib.suppress(RuntimeError):  # the loop may have been closed meanwhile
                self.call_soon_threadsafe(deliver, addresses, failure)

        threading.Thread(target=look_up, name="otdi-site name lookup", daemon=True).start()
        return await future
