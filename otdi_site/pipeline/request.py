"""The request of a run and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, Severity, has_errors, sort_diagnostics
from otdi_site.executors import ExecutorFactory
from otdi_site.progress import Progress
from otdi_site.source.files import find_repository, read_lines, relative_path, shown_path, working_folder
from otdi_site.tokens import TokenFinder, find_tokens

_CACHE_FOLDER = ".cache"
CLEAN, PROBLEMS, FAILURE = 0, 1, 2
"""Exit statuses: nothing wrong; problems in the content; wrong usage, configuration or an internal error."""


@dataclass(frozen=True, slots=True)
class Request:
    """The command and options of the user."""

    root: Path
    """The site's folder, resolved."""
    output: Path
    base_url: str | None
    """`None` takes that of ``site.yaml``."""
    offline: bool
    strict: bool
    jobs: int
    accept: bool = False
    """Whether it is meant that an unusual share of pages, files or datasets goes."""
    cache_folder: Path | None = None
    """Absolute; `None` for ``.cache`` in the site's folder."""
    executor: ExecutorFactory | None = None
    """The program's own choice of an executor; `None` for a pool of processes on this machine."""

    @property
    def cache(self) -> Path:
        """The folder of the build store, partitions and downloads."""
        return self.cache_folder or self.root / _CACHE_FOLDER

    def mark_of_cache(self, name: str = "") -> Mark:
        """How messages name the cache, or a file in it."""
        return Mark(relative_path(self.root, self.cache / name))


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


@dataclass(frozen=True, slots=True)
class MetadataAge:
    """How old live metadata is. The summary says it; nothing that is written depends on it."""

    read_at: str | None
    """ISO 8601 UTC time of the newest reading; `None` where there is no live metadata."""
    checked_at: str | None
    """When facts were last confirmed, which they may be without a new reading."""
    hosts: tuple[str, ...]

    def describe(self) -> str:
        if self.read_at is None:
            return "no live metadata"
        age = datetime.now(UTC) - datetime.fromisoformat(self.checked_at or self.read_at)
        days, hours = age.days, int(age.total_seconds() // 3600)
        old = f"{hours} h old" if days < 2 else f"{days} days old"
        if hours < 1:
            old = "less than an hour old"
        return f"metadata of {' and '.join(self.hosts)} {old}"


def describe_changes(files: int, written: int, removed: int) -> str:
    """``521 files, 3 written``."""
    if not (written or removed):
        return f"{count(files, 'file')}, all as they were"
    more = f", {removed:,} removed" if removed else ""
    return f"{count(files, 'file')}, {written:,} written{more}"


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
    tokens = find_tokens()
    shown = [_censor(each, tokens) for each in _locate(request, sort_diagnostics(diagnostics))]
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in shown)
    warnings = len(shown) - errors
    if status is None:
        status = PROBLEMS if has_errors(shown, strict=request.strict) else CLEAN
    seconds = progress.seconds
    summary: dict[str, object] = {"command": command, "exit_status": status, **facts}
    summary |= {"errors": errors, "warnings": warnings, "seconds": round(seconds, 3)}
    problems = [count(errors, "error")] if errors else []
    problems.append(count(warnings, "warning"))
    if warnings and request.strict:
        problems.append("--strict counts warnings as errors")
    line = f"{command}: " + "; ".join([*map(tokens.without, texts), ", ".join(problems), f"{seconds:.1f} s"])
    return Outcome(status, tuple(shown), summary, line)


def _censor(diagnostic: Diagnostic, tokens: TokenFinder) -> Diagnostic:
    """Without what repeats the Hugging Face token: a message or a source line may quote a file that holds it."""
    line = diagnostic.source_line
    if not tokens.is_in(f"{diagnostic.message}\n{diagnostic.help}\n{line or ''}"):
        return diagnostic
    message, help = tokens.without(diagnostic.message), tokens.without(diagnostic.help)
    return replace(diagnostic, message=message, help=help, source_line=tokens.without(line) if line else None)


def _locate(request: Request, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """With their source lines, and paths as people and GitHub find them."""
    lines = read_lines(request.root, (diagnostic.mark for diagnostic in diagnostics))
    base = find_repository(request.root) or working_folder()
    paths = {
        path: shown_path(request.root, path, base) for path in {diagnostic.mark.path for diagnostic in diagnostics}
    }
    return [
        replace(
            diagnostic,
            mark=replace(diagnostic.mark, path=paths[diagnostic.mark.path]),
            source_line=lines.get(diagnostic.mark),
        )
        for diagnostic in diagnostics
    ]


def refuse(request: Request, problem: Diagnostic, progress: Progress) -> Outcome:
    """The outcome of a build that cannot begin."""
    texts = ["nothing was published"]
    return conclude(request, "build", [problem], progress, facts={}, texts=texts, status=FAILURE)
