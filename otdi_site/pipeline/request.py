"""What a run is asked to do and how it ended; it must not run anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Severity, has_errors, sort_diagnostics
from otdi_site.progress import Progress
from otdi_site.source.files import read_line

CACHE_FOLDER = ".cache"
"""In the site's folder."""
CLEAN, PROBLEMS, FAILURE = 0, 1, 2
"""Exit statuses: nothing wrong; problems in the content; wrong usage, configuration or an internal error."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for."""

    root: Path
    """The site's folder, resolved."""
    output: Path
    base_url: str | None
    """`None` takes that of ``site.yaml``."""
    offline: bool
    strict: bool
    jobs: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    exit_status: int
    diagnostics: tuple[Diagnostic, ...]
    """Sorted; each once."""
    summary: dict[str, object]
    """For ``--format json``."""
    line: str
    """For people."""


def count(number: int, noun: str, plural: str | None = None) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def conclude(
    request: Request,
    command: str,
    diagnostics: Sequence[Diagnostic],
    progress: Progress,
    *,
    facts: dict[str, object],
    texts: Sequence[str],
    status: int | None = None,
) -> Outcome:
    """The outcome of a run: `facts` for machines and `texts` for people say what it did.

    `status` is given where the diagnostics do not decide it.
    """
    progress.finish()
    shown = []
    for diagnostic in sort_diagnostics(diagnostics):
        line = read_line(request.root, diagnostic.mark) if diagnostic.mark.column else None
        shown.append(diagnostic if line is None else diagnostic.with_source_line(line))
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in shown)
    warnings = len(shown) - errors
    if status is None:
        status = PROBLEMS if has_errors(shown, strict=request.strict) else CLEAN
    seconds = progress.seconds
    summary: dict[str, object] = {"command": command, "exit_status": status, **facts}
    summary |= {"errors": errors, "warnings": warnings, "seconds": round(seconds, 3)}
    problems = [count(errors, "error")] if errors else []
    problems.append(count(warnings, "warning"))
    line = f"{command}: " + "; ".join([*texts, ", ".join(problems), f"{seconds:.1f} s"])
    return Outcome(status, tuple(shown), summary, line)
