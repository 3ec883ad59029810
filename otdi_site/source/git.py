"""Reads from git when files last changed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


def _git(root: Path, *arguments: str) -> str | None:
    try:
        result = subprocess.run(
            ["git", "-c", "core.quotePath=false", "-C", str(root), *arguments],
            capture_output=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.decode("utf-8", "replace")


def describe_history(root: Path) -> str:
    """The state that `last_changes` depends on: the commit that is checked out, and whether the history is whole."""
    return _git(root, "rev-parse", "HEAD", "--is-shallow-repository") or ""


def last_changes(root: Path, folder: str) -> Mapping[str, str]:
    """ISO 8601 dates (of the committer) of the last commit of each file below `folder`, by path relative to `root`.

    Empty where there is no git, no repository, or only a part of the history, whose dates would be wrong.
    """
    if _git(root, "rev-parse", "--is-shallow-repository") != "false\n":
        return {}
    log = _git(root, "log", "--format=%x00%cs", "--name-only", "--relative", "--no-renames", "--", folder)
    dates: dict[str, str] = {}
    for commit in (log or "").split("\0")[1:]:
        date, *files = commit.split("\n")
        for file in filter(None, files):
            dates.setdefault(file, date)
    return dates
