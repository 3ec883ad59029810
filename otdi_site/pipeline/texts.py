"""Long texts of imported datasets, kept in files until they are needed; it must not know what they say.

There are many: neither their worker nor anybody else holds them all, and no process that is started later shares them,
which would copy them as soon as it looked at them.
"""

from __future__ import annotations

import os
from tempfile import TemporaryFile

_NUMBER = 8


class Texts:
    """Texts of one kind of one worker: it adds them, and when it has told of its datasets, others may read them."""

    def __init__(self) -> None:
        self._texts = TemporaryFile()  # noqa: SIM115 -- `close` closes them
        self._ends = TemporaryFile()  # noqa: SIM115
        self._end = 0

    def add(self, text: str) -> None:
        """The next dataset's text."""
        content = text.encode("utf-8", "replace")
        self._texts.write(content)
        self._end += len(content)
        self._ends.write(self._end.to_bytes(_NUMBER, "little"))

    def flush(self) -> None:
        """Lets others read what was added."""
        self._texts.flush()
        self._ends.flush()

    def at(self, position: int) -> str:
        """The text that was added as the one at `position`, from 0."""
        before = os.pread(self._ends.fileno(), 2 * _NUMBER, max(0, position - 1) * _NUMBER)
        ends = [int.from_bytes(before[start : start + _NUMBER], "little") for start in (0, _NUMBER)]
        start, end = ends if position else (0, ends[0])
        return os.pread(self._texts.fileno(), end - start, start).decode("utf-8", "replace")

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
