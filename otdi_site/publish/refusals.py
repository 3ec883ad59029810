"""Refuses output folders that hold other things than a site, since publishing deletes everything else in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from otdi_site.diagnostics import Mark, error
from otdi_site.publish.errors import PublishError
from otdi_site.publish.manifest import is_own_folder

_WAY_OUT = "Choose a new or an empty folder with --output"
_OLD_SITE = frozenset({".nojekyll", "index.html", "sitemap.xml", "catalog", "assets"})
"""Files at the top of sites of versions that wrote no manifest."""


def refuse_place(output: Path, root: Path, cache: Path, mark: Mark) -> None:
    """Raises `PublishError` for an output that cannot be one, whatever is in it. All paths are absolute."""
    if root.is_relative_to(output):
        raise _refusal(mark, "The output folder holds the site's own sources, which publishing would delete")
    if Path(os.path.realpath(cache)).is_relative_to(output):
        raise _refusal(mark, "The output folder holds the cache, which publishing would delete")
    if output.is_symlink():
        raise _refusal(mark, "The output is a symbolic link that leads in a circle")
    if output.exists() and not output.is_dir():
        raise _refusal(mark, "The output is a file, not a folder")
    if os.path.realpath(os.path.expanduser("~")) == str(output):
        raise _refusal(mark, "The output folder is your home folder")
    if os.path.lexists(output / ".git"):
        raise _refusal(mark, "The output folder is a Git repository, which publishing would delete")


def refuse_sources(output: Path, sources: Iterable[Path]) -> None:
    """Raises `PublishError` for an output among sources, or around one: each is a file or folder of the site."""
    output = Path(os.path.realpath(output))
    for source in sources:
        place = Path(os.path.realpath(source))
        if output == place and place.is_file():
            raise _refusal(Mark(str(output)), "The output is a file, not a folder")
        if output.is_relative_to(place):
            raise _refusal(Mark(str(output)), f"The output folder lies in {source}, among the sources")
        if place.is_relative_to(output) and place.exists():
            raise _refusal(Mark(str(output)), f"The output folder holds {source}, which publishing would delete")


def refuse_cache(cache: Path, sources: Iterable[Path], mark: Mark) -> None:
    """Raises `PublishError` for a cache among sources, with which it would be published."""
    place = Path(os.path.realpath(cache))
    for source in sources:
        if place.is_relative_to(os.path.realpath(source)):
            what = f"The cache lies in {source}, among the sources"
            raise PublishError(error("OTD500", mark, what, "Choose another folder with --cache"))


def refuse_strangers(output: Path, mark: Mark) -> None:
    """Raises `PublishError` for a folder that has something in it and was not made by this tool."""
    names = sorted(os.listdir(output))
    if not names or is_own_folder(output):
        return
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    what = f"The output folder holds '{names[0]}'{more}, which no build made; publishing would delete them"
    is_old = _OLD_SITE.issubset(names)
    raise _refusal(mark, what, "; if an earlier version of this tool made all of it, empty it once" if is_old else "")


def _refusal(mark: Mark, what: str, more: str = "") -> PublishError:
    return PublishError(error("OTD500", mark, what, f"{_WAY_OUT}{more}"))
