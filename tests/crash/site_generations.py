"""Four states of one site's sources, what each is built to, and a reader who knows them; it must not kill."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.builds import build, copy_sources, look_at
from tests.sites import change_config, make_small_site

Tree = Mapping[str, bytes | None]

_ASSET = re.compile(rb"assets/(?:[\w-]+/)*[\w.-]+")
_FOOTER = '<footer>Number {}, <img src="{{{{ asset("img/mark.svg") }}}}" alt=""></footer>\n'


def make_generations(folder: Path, rows: int) -> list[Path]:
    """The sources of each: everything changes in the second, little in the third, the fourth has other files."""
    roots = [make_small_site(folder / str(number)) for number in range(4)]
    for number, root in enumerate(roots):
        _write_rows(root, range(rows), changed=number)
        title = "Water" if number == 0 else "Other water"
        sources = [{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}]
        change_config(root, title=title, sources=sources)
        style = min(number, 1)
        _write(root / "site_src/css/site.css", f"body {{ margin: {style}px }}\n")
        _write(root / "site_src/img/mark.svg", f"<svg xmlns='http://www.w3.org/2000/svg' id='i{style}'/>\n")
        _write(root / "templates/partials/footer.html", _FOOTER.format(style))
    (roots[2] / "catalog_data/datasets/example-org/wells.yaml").unlink()
    (roots[2] / "content/about.md").rename(roots[2] / "content/us.md")
    (roots[2] / "content/index.md").write_text("---\ntitle: Home\nlayout: home\n---\nRead [about us](/us/).\n")
    _write_rows(roots[3], range(rows // 3, rows * 4 // 3), changed=1)
    _write(roots[3] / "site_src/css/site.css", "body { margin: 3px }\n")
    return roots


TEXTS = ("catalog_data/datasets/example-org/wells.yaml", "content/about.md")


def make_text_generations(folder: Path, rows: int) -> list[Path]:
    """The sources of each: they differ in nothing but some words of `TEXTS`."""
    first = make_generations(folder / "first", rows)[0]
    roots = [Path(shutil.copytree(first, folder / str(number))) for number in range(4)]
    for number, root in enumerate(roots):
        for path in TEXTS:
            text = (root / path).read_text("utf-8")
            words = f"invented{number} " * (1 + 300 * number)
            _write(root / path, text.replace("invented", words).replace("measure", f"measure {words}"))
    return roots


def take_texts(generation: Path, root: Path) -> None:
    """The same as `take_sources` where nothing but texts differs: no other file is touched."""
    for path in TEXTS:
        (root / path).write_bytes((generation / path).read_bytes())


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _write_rows(root: Path, numbers: range, *, changed: int) -> None:
    rows = [
        {
            "id": f"owner-{number % 40}/set-{number}",
            "description": f"Invented, {number}, {changed if number % 50 == 0 else 0}. " + "Water is wet. " * 65,
            "tags": ["license:cc-by-4.0", "modality:text" if number % 3 else "modality:image"],
            "downloads": number % 50,
        }
        for number in numbers
    ]
    _write(root / "rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def take_sources(generation: Path, root: Path) -> None:
    """Puts the sources of a generation in place of those of a site, of which what builds made stays."""
    for path in root.iterdir() if root.exists() else ():
        if path.name in (".cache", "_site", "._site.next"):
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(generation, root, dirs_exist_ok=True)


def build_clean(generation: Path, folder: Path) -> Tree:
    """What a first build in a folder of its own makes of a generation."""
    root = copy_sources(generation, folder)
    built = build(root)
    assert built.status == 0, built
    tree = look_at(root / "_site")
    assert tree is not None
    for path, content in tree.items():
        if path.endswith(".html"):
            assert assets_of(content) <= tree.keys(), path
    return tree


def assets_of(page: bytes | None) -> set[str]:
    """Paths of the assets that a page names."""
    return {path.decode() for path in _ASSET.findall(page or b"")}


class Reader:
    """Visits pages of a site while it is being built."""

    def __init__(self, site: Path, old: Tree | None, new: Tree, chance: random.Random) -> None:
        """`old` and `new` are what may be seen; `None` where there is no site yet."""
        self._site = site
        self._old = old
        self._new = new
        self._chance = chance
        self._pages = sorted(path for path in {**(old or {}), **new} if path.endswith(".html"))
        self.visits = 0

    def visit(self) -> None:
        """One page and all its assets, each of which must be there and whole."""
        path = self._chance.choice(self._pages)
        page = self._read(path)
        self._check(path, page)
        for asset in sorted(assets_of(page)):
            content = self._read(asset)
            self._check(asset, content)
            if content is None:
                # Only where a newer site has come out in between, which no longer has this page.
                assert self._read(path) != page, f"{path} needs {asset}"
        self.visits += 1

    def _read(self, path: str) -> bytes | None:
        try:
            return (self._site / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _check(self, path: str, content: bytes | None) -> None:
        allowed = [(self._old or {}).get(path), self._new.get(path)]
        assert content in allowed, f"{path} is {'missing' if content is None else 'of neither site'}"
