"""Long texts of imported datasets, kept in files until they are needed; it must not know what they say.

There are many: neither their worker nor anybody else holds them all, and no process that is started later shares them,
which would copy them as soon as it looked at them.
"""

from __future__ import annotations

import os
from array import array
from tempfile import TemporaryFile

_AT_ONCE = 256
"""Texts that are written at a time."""


class Texts:
    """Texts of one kind of one worker: it adds them, and when it has told of its datasets, others may read them."""

    def __init__(self) -> None:
        self._texts = TemporaryFile()  # noqa: SIM115 -- `close` closes them
        self._ends = TemporaryFile()  # noqa: SIM115
        self._end = 0
        self._new: list[bytes] = []
        self._new_ends = array("Q")
        self._starts: array[int] | None = None

    def add(self, text: bytes) -> None:
        """The next dataset's text."""
        self._end += len(text)
        self._new.append(text)
        self._new_ends.append(self._end)
        if len(self._new) == _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Lets others read what was added."""
        self._texts.write(b"".join(self._new))
        self._texts.flush()
        self._ends.write(self._new_ends.tobytes())
        self._ends.flush()
        self._new.clear()
        del self._new_ends[:]

    def at(self, position: int) -> bytes:
        """The text that was added as the one at `position`, from 0."""
        if self._starts is None:
            self._starts = array("Q", [0])
            self._starts.frombytes(os.pread(self._ends.fileno(), os.fstat(self._ends.fileno()).st_size, 0))
        start = self._starts[position]
        return os.pread(self._texts.fileno(), self._starts[position + 1] - start, start)

    def close(self) -> None:
        self._texts.close()
        self._ends.close()


class Spool:
    """The texts of one worker's datasets, by the place of the dataset among them."""

    def __init__(self) -> None:
        self.descriptions = Texts()
        self.rows = Texts()
        """How each looks in lists."""

    def flush(self) -> None:
        """Lets others read what was added."""
        self.descriptions.flush()
        self.rows.flush()

    def close(self) -> None:
        self.descriptions.close()
        self.rows.close()
