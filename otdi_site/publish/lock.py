"""A lock on a file that keeps two builds of one site apart.

The lock is the operating system's (POSIX record locks): it ends with the process that holds it, however that ends,
and worker processes do not inherit it. It does not keep threads of one process apart. The file stays where it is,
since removing it would let two processes lock two files of one name. It holds one JSON object, for people to read:

    {"host": "machine", "pid": 4711, "since": "2025-10-24T09:30:00+00:00"}
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from otdi_site.diagnostics import Mark, error
from otdi_site.publish.errors import LockedError

_PAUSE = 0.1  # seconds between two tries


@contextmanager
def hold_lock(path: Path, mark: Mark, wait: float, notify: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock `path` for the block; waits up to `wait` seconds for another holder, after one call of `notify`.

    Raises `LockedError` where the other holder keeps it for longer.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    try:
        deadline = time.monotonic() + wait
        has_notified = False
        while not _try_to_lock(descriptor):
            holder = _describe_holder(descriptor)
            if time.monotonic() >= deadline:
                raise LockedError(
                    error(
                        "OTD501",
                        mark,
                        f"Another build or refresh is at work: {holder} holds the lock '{path}'",
                        "Wait until it has ended, or end it, and try again",
                    )
                )
            if not has_notified:
                notify(f"Waiting for another build or refresh to end: {holder} holds the lock '{path}'")
                has_notified = True
            time.sleep(_PAUSE)
        _write_holder(descriptor)
        yield
    finally:
        os.close(descriptor)


def _try_to_lock(descriptor: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # POSIX allows EAGAIN and EACCES for a lock that is taken
        return False
    return True


def _write_holder(descriptor: int) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    holder = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": since}, sort_keys=True)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{holder}\n".encode(), 0)


def _describe_holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {holder['pid']} on {holder['host']}, since {holder['since']},"
    except (ValueError, KeyError, TypeError):  # taken a moment ago, and not yet described
        return "a process"
