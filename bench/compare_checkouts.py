"""Compares the sites that two checkouts of the program build from the same random sources; it must not judge.

    python -m bench.compare_checkouts BEFORE AFTER [--sites 50] [--seed 10] [--lines 40]

BEFORE and AFTER are folders, such as worktrees of two commits. Files are compared byte by byte; those that differ only
in fingerprints, which name assets, files of the index and versions, are told apart. Of pages the lines that differ are
counted over all files and sites, so that one change of a template is one line of the report; of other files the names.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.end_to_end.edits import FIRST, Edit, apply, edits
from tests.sites import environment, make_small_site, read_tree

_NAME = re.compile(rb"(?<=[.-])[0-9a-f]{8}(?=\.)|\b[0-9a-f]{12}\b")
_CONTENT = (".html", ".xml", ".txt", ".css", ".js")
_WIDTH = 150


def random_sites(count: int, number: int) -> list[list[Edit]]:
    """For each site the edits that make it of the small one."""
    found: list[list[Edit]] = []

    @seed(number)
    @settings(
        max_examples=10 * count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(st.lists(edits, min_size=1, max_size=3))
    def collect(changes: list[Edit]) -> None:
        found.append(changes)

    collect()
    return found


def build(checkout: Path, root: Path, output: Path) -> dict[str, bytes] | None:
    """The files that a checkout makes; `None` where the sources are wrong."""
    command = [sys.executable, str(checkout / "build.py"), "build", "--offline", "--root", str(root)]
    done = subprocess.run([*command, "--output", str(output)], env=environment(), capture_output=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return read_tree(output) if done.returncode == 0 else None


def without_names(path: str, content: bytes) -> tuple[str, bytes]:
    """A file without the fingerprints in its path and its text."""
    text = _NAME.sub(b"*", content) if path.endswith(_CONTENT) else content
    return _NAME.sub(b"*", path.encode()).decode(), text


class Comparison:
    """The differences so far."""

    def __init__(self) -> None:
        self.sites = self.refused = self.same = 0
        self.files: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def add(self, number: int, before: dict[str, bytes], after: dict[str, bytes]) -> None:
        """The two trees of one site."""
        self.sites += 1
        self.same += before == after
        old = {path: content for path, content in before.items() if after.get(path) != content}
        new = {path: content for path, content in after.items() if before.get(path) != content}
        self.files["the same"] += len(after) - len(new)
        plain_old = dict(without_names(*file) for file in old.items())
        plain_new = dict(without_names(*file) for file in new.items())
        for path in sorted(plain_old.keys() | plain_new.keys()):
            one, other = plain_old.get(path), plain_new.get(path)
            if one == other:
                self.files["the same but for fingerprints"] += 1
            elif one is None or other is None:
                self._note(f"{'only after' if one is None else 'only before'}: {path}", number)
            elif path.endswith((".css", ".js")):
                self._note(f"different script or style: {path}", number)
            elif path.endswith(_CONTENT):
                self.files["different text"] += 1
                changed = difflib.unified_diff(one.decode().splitlines(), other.decode().splitlines(), n=0, lineterm="")
                for line in list(changed)[2:]:
                    if not line.startswith("@@"):
                        self._note(line[:_WIDTH], f"{number}, {path}")
            else:
                self._note(f"different data: {path}", number)

    def _note(self, what: str, example: object) -> None:
        self.lines[what] += 1
        self.examples.setdefault(what, str(example))

    def report(self, most: int) -> None:
        print(f"{self.sites} sites, {self.same} of them the same to the byte; {self.refused} refused by both")
        for kind, count in self.files.most_common():
            print(f"{count:8,} files: {kind}")
        for what, count in self.lines.most_common(most):
            print(f"{count:8,} x {what}   [site {self.examples[what]}]")
        print(f"{max(0, len(self.lines) - most):8,} more kinds of differences")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--lines", type=int, default=40)
    options = parser.parse_args()
    comparison = Comparison()
    with suppress(KeyboardInterrupt):  # which asks for what is known by then
        compare(options.before.resolve(), options.after.resolve(), comparison, options)
    comparison.report(options.lines)


def compare(before_folder: Path, after_folder: Path, comparison: Comparison, options: argparse.Namespace) -> None:
    """Builds random sites with both, until enough were built."""
    for number, changes in enumerate(random_sites(options.sites, options.seed)):
        if comparison.sites == options.sites:
            break
        with tempfile.TemporaryDirectory() as name:
            root = make_small_site(Path(name) / "site", FIRST)
            for change in changes:
                apply(root, change)
            before = build(before_folder, root, Path(name) / "before")
            after = build(after_folder, root, Path(name) / "after")
        if before is None and after is None:
            comparison.refused += 1
        elif before is None or after is None:
            comparison.lines[f"site {number}: refused {'after' if after is None else 'before'} only"] += 1
            comparison.examples[f"site {number}: refused {'after' if after is None else 'before'} only"] = str(number)
        else:
            comparison.add(number, before, after)


if __name__ == "__main__":
    main()
