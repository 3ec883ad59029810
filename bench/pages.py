"""Times builds of sites with many pages or entries of invented text, full and edited; it must not judge them.

    python -m bench.pages [--pages 300 3000 10000] [--entries 3000] [--jobs 1] [--folder /dev/shm]

Of each size: a full build, one with nothing changed, one with the text of one page changed, one with its title changed,
and one with a page added; of entries, a full build and one after the text of one, and then the licence of one, changed.
CPU time counts all processes of a build. A page has about 2 KB of Markdown, and stands in a folder of fifty.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from pathlib import Path

from bench.build import PROJECT, command, run
from bench.rebuild import edit, written

_PAGE = """\
---
title: Invented page {number}
---
An **invented** page, number {number}, with [a link to a neighbour]({neighbour}.md), [one to a place](#second) and
[one to the catalogue](/catalog/).

## First

{text}

- one item, with `code`
- another, *emphasised*

## Second

> [!NOTE]
> A note on {number}.

| Column | Other |
| --- | --- |
| {number} | two |

{text}

## Third

{text} A footnote stands here.[^1]

[^1]: Its text.
"""
_TEXT = "Nothing here is real: words stand in lines so that there is something to read, to render and to link. " * 4
_ENTRY = """\
title: Invented dataset {number}
description: Invented words of the dataset number {number}.
url: https://example.org/invented-{number}
license: CDLA-Permissive-2.0
modalities: [text]
languages: [en]
"""
_FOLDER_SIZE = 50


def make_site(folder: Path) -> Path:
    """The project's pages and settings, and one entry."""
    shutil.copytree(PROJECT / "content", folder / "content")
    shutil.copy(PROJECT / "site.yaml", folder)
    add_entries(folder, 1)
    return folder


def add_pages(site: Path, count: int) -> Path:
    """Writes pages, each folder with an index of its own; gives the last page."""
    for number in range(count):
        folder = site / "content" / "many" / f"part-{number // _FOLDER_SIZE}"
        folder.mkdir(parents=True, exist_ok=True)
        place = number % _FOLDER_SIZE
        name = f"page-{place}" if place else "index"
        text = _PAGE.format(number=number, neighbour="index", text=_TEXT)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (site / "content" / "many" / "index.md").write_text("---\ntitle: Many\n---\nInvented pages.\n", encoding="utf-8")
    return folder / f"{name}.md"


def add_entries(site: Path, count: int) -> Path:
    """Writes entries of ten invented publishers; gives the last."""
    for number in range(count):
        folder = site / "catalog_data" / "datasets" / f"invented-{number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"dataset-{number}.yaml"
        file.write_text(_ENTRY.format(number=number), encoding="utf-8")
    return file


def tell(what: str, build: list[str]) -> None:
    """Runs a build and prints what it took."""
    time.sleep(0.1)
    seconds, cpu, _ = run(build)
    print(f"  {what:28} {cpu:7.2f} s CPU, {seconds:7.2f} s wall", flush=True)


def navigation_size(page: Path) -> int:
    """Bytes of the header, the breadcrumbs and the lists of pages in a published page."""
    found = re.findall(r"<header class=\"site-header\".*?</header>|<nav.*?</nav>", page.read_text("utf-8"), re.DOTALL)
    return sum(len(part.encode()) for part in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="*", default=[300, 3_000, 10_000])
    parser.add_argument("--entries", type=int, nargs="*", default=[300, 3_000])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", default="/dev/shm")
    options = parser.parse_args()
    for count in options.pages:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            site, output = make_site(Path(name) / "site"), Path(name) / "out"
            page = add_pages(site, count)
            build = command(site, output, options.jobs)
            print(f"{count:,} pages")
            tell("full", build)
            tell("nothing changed", build)
            for number in range(2):
                edit(page, "invented", number)
                tell("text of a page", build)
            edit(page, "Invented page", 0)
            tell("title of a page", build)
            page.with_name("added.md").write_text(_PAGE.format(number=0, neighbour="index", text=_TEXT), "utf-8")
            tell("a page more", build)
            edit(page, "Nothing", 0)
            print(f"  {written(build)} files written after an edit of a text")
            sizes = sorted(navigation_size(file) for file in output.rglob("many/*/*/index.html"))
            print(json.dumps({"navigation": {"median": sizes[len(sizes) // 2], "most": sizes[-1]}}))
    for count in options.entries:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            site, output = make_site(Path(name) / "site"), Path(name) / "out"
            entry = add_entries(site, count)
            build = command(site, output, options.jobs)
            print(f"{count:,} entries")
            tell("full", build)
            tell("nothing changed", build)
            for number in range(2):
                edit(entry, "words", number)
                tell("text of an entry", build)
            edit(entry, "CDLA-Permissive-2.0", 0, "MIT")
            tell("licence of an entry", build)


if __name__ == "__main__":
    main()
