"""The Nu HTML checker, where it is installed; it must not assert anything."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.sites import PROJECT

_CHECKER = PROJECT / "node_modules/vnu-jar/build/dist/vnu.jar"
# Java's second compiler takes longer than the whole run without it; the stack is what its code would need less of.
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m")


def is_html_checker_installed() -> bool:
    return _CHECKER.exists() and shutil.which("java") is not None


def find_html_errors(site: Path, *options: str) -> list[tuple[str | None, str, str | None]]:
    """Address, message and extract of each error in the pages of a built site; `options` are the checker's."""
    command = [*_JAVA, "-jar", str(_CHECKER), "--errors-only", "--skip-non-html", *options, "--format", "json"]
    checked = subprocess.run([*command, str(site)], capture_output=True, check=False)
    messages = json.loads(checked.stderr)["messages"]
    return [(found.get("url"), found["message"], found.get("extract")) for found in messages]
