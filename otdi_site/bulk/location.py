"""Finds the bulk files that lie in the site's folder; those on the Hub are downloaded by `otdi_site.hub`."""

from __future__ import annotations

from pathlib import Path

from otdi_site.bulk.unpacking import FileProblem
from otdi_site.tree import Fence


def locate_file(path: str, root: Path) -> Path | FileProblem:
    """The file at `path` below `root`; a problem where links lead out of the folders that the site may read."""
    problem = Fence(root).refusal(root / path)
    if problem is not None and not problem.startswith("cannot be read"):  # reading reports that
        return FileProblem(problem, "put the file into the site's folder")
    return root / path
