"""Writes the diagnostics of a run to standard output, in the format and colours asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

import click

from otdi_site.diagnostics import Diagnostic, format_github, format_json, format_text


def has_colours(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether text for `stream` is coloured: on a terminal, unless the environment says otherwise.

    ``NO_COLOR`` (https://no-color.org/) wins over ``FORCE_COLOR`` (https://force-color.org/); either counts if it is
    not empty. ``TERM=dumb`` is a terminal without colours.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def write_findings(diagnostics: Sequence[Diagnostic], summary: dict[str, object], output_format: str) -> None:
    """Writes the diagnostics in the format ``text``, ``github`` or ``json``."""
    if output_format == "json":
        text = format_json(diagnostics, summary)
    elif output_format == "github":
        text = format_github(diagnostics)
    else:
        text = format_text(diagnostics, is_coloured=has_colours(sys.stdout))
    write_text(text)


def write_text(text: str) -> None:
    """To standard output, whose reader may leave early."""
    try:
        click.echo(text, nl=False, color=True)  # Else `click` takes the colours out that FORCE_COLOR asks for.
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; what Python still holds must not fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
