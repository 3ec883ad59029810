"""Where the time of a full build goes, by part of the program; it must not judge it.

    python -m bench.time_spent [--datasets 8000] [--folder /dev/shm]

A build of the whole site in one process under Python's profiler, which makes it about twice as slow and calls of small
functions seem dearer than they are: shares are what to read, not seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from bench.build import PROJECT, command, make_site


def part_of(file: str) -> str:
    """A room of the program, a folder of templates, or a library."""
    path = Path(file)
    if path.is_relative_to(PROJECT) and ".venv" not in path.parts:
        return "/".join(path.relative_to(PROJECT).parts[:2])
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    return "built-in functions" if file == "~" else "Python's library"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=8_000)
    parser.add_argument("--folder", default="/dev/shm")
    options = parser.parse_args()
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        site = make_site(Path(name) / "site", options.datasets)
        sys.argv = command(site, Path(name) / "out", 1)[1:]
        profile.enable()
        with suppress(SystemExit), redirect_stdout(io.StringIO()):
            from otdi_site.cli import main as build

            build()
        profile.disable()
    statistics: Any = pstats.Stats(profile)
    own: Counter[str] = Counter()
    for (file, _, _), (_, _, seconds, _, _) in statistics.stats.items():
        own[part_of(file)] += seconds
    total = sum(own.values())
    print(f"{options.datasets:,} datasets, {total:.1f} s with the profiler")
    for part, seconds in own.most_common(20):
        print(f"{seconds / total:6.1%}  {part}")
    statistics.sort_stats("cumulative").print_stats("otdi_site", 40)


if __name__ == "__main__":
    main()
