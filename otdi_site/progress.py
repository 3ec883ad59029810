"""Progress of a run on standard error, shown after the first second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")

PATIENCE_SECONDS = 1.0


class Progress:
    """Says on a terminal what a run is doing; silent elsewhere, and while the run is short."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._started = time.monotonic()
        self._is_shown = not is_quiet and sys.stderr.isatty()
        self._is_in_line = False

    @property
    def seconds(self) -> float:
        """Time since the run began."""
        return time.monotonic() - self._started

    def say(self, message: str) -> None:
        """A line that will be followed by waiting."""
        if self._is_shown:
            self.finish()
            click.echo(f"{message}…", err=True)

    def step(self, done: int, to_do: int) -> None:
        """How far the refresh is, on one line that is written over."""
        if self._is_shown and self.seconds > PATIENCE_SECONDS:
            click.echo(f"\rAsking the Hub: {done} of {to_do}", err=True, nl=False)
            self._is_in_line = True

    def finish(self) -> None:
        """Ends the line that was written over; what comes next begins a new one."""
        if self._is_in_line:
            click.echo(err=True)
            self._is_in_line = False

    def track(self, steps: Iterable[T], length: int, label: str) -> Iterator[T]:
        """Yields `steps`, all of them, with a bar of `length` once the run is older than a second."""
        self.finish()
        iterator = iter(steps)
        done = 0
        while done >= length or not (self._is_shown and self.seconds > PATIENCE_SECONDS):
            try:
                step = next(iterator)
            except StopIteration:
                return
            done += 1
            yield step
        with click.progressbar(iterator, length=length - done, label=label, file=sys.stderr) as bar:
            yield from bar
