"""What people at a terminal see of a long run, and what nobody else does."""

from __future__ import annotations

import io
import sys

import pytest

from otdi_site import progress
from otdi_site.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def sit_at_terminal(monkeypatch: pytest.MonkeyPatch, *, patience: float = -1.0) -> Terminal:
    """A terminal on standard error; a run is long from its first moment, unless there is more patience."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience)
    return shown


def test_a_long_run_shows_a_bar_that_ends_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = sit_at_terminal(monkeypatch)
    assert list(Progress().track(range(5), 5, "Rendering datasets")) == [0, 1, 2, 3, 4]
    shown = terminal.getvalue()
    assert "Rendering datasets" in shown
    assert "100%" in shown
    assert shown.endswith("\n")


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = sit_at_terminal(monkeypatch, patience=3600.0)
    run = Progress()
    assert list(run.track(range(5), 5, "Rendering")) == [0, 1, 2, 3, 4]
    run.step(1, 2)
    run.finish()
    assert terminal.getvalue() == ""


def test_nobody_at_a_terminal_or_a_quiet_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = sit_at_terminal(monkeypatch)
    pipe = io.StringIO()
    quiet = Progress(is_quiet=True)
    monkeypatch.setattr(sys, "stderr", pipe)
    for run in (quiet, Progress()):
        run.say("Waiting")
        run.step(1, 2)
        assert list(run.track("abc", 3, "Rendering")) == ["a", "b", "c"]
        run.finish()
    assert (terminal.getvalue(), pipe.getvalue()) == ("", "")


def test_what_follows_a_line_that_is_written_over_begins_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = sit_at_terminal(monkeypatch)
    run = Progress()
    run.step(1, 9)
    run.step(2, 9)
    run.say("Waiting for another build")
    run.step(3, 9)
    run.finish()
    run.finish()
    assert terminal.getvalue() == (
        "\rAsking the Hub: 1 of 9\rAsking the Hub: 2 of 9\nWaiting for another build…\n\rAsking the Hub: 3 of 9\n"
    )


@pytest.mark.parametrize("patience", [-1.0, 3600.0])
def test_steps_beyond_those_that_were_announced_are_not_lost(monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    sit_at_terminal(monkeypatch, patience=patience)
    assert list(Progress().track("abcd", 2, "Rendering")) == ["a", "b", "c", "d"]
    assert list(Progress().track("abcd", 0, "Rendering")) == ["a", "b", "c", "d"]
    assert list(Progress(is_quiet=True).track("abcd", 2, "Rendering")) == ["a", "b", "c", "d"]


def test_steps_may_end_early(monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_terminal(monkeypatch)
    assert list(Progress().track(iter("ab"), 5, "Rendering")) == ["a", "b"]
    assert list(Progress(is_quiet=True).track(iter("ab"), 5, "Rendering")) == ["a", "b"]
