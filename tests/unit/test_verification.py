"""A published site is known to be as it was left, or not, with processes and without."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.publish import Publication, Verification, verification
from otdi_site.store import Store
from tests.crash.generations import generation, publish


@pytest.fixture(params=["processes", "no process"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a published site, which is verified in different ways."""
    monkeypatch.setattr(verification, "_WORTH_WORKERS", 1 if request.param == "processes" else 10**9)
    publish(tmp_path, generation(2))
    publish(tmp_path, generation(1))
    return tmp_path


def is_as_left(root: Path, *, is_mirrored: bool = False) -> bool:
    cache, output = root / ".cache", root / "_site"
    with (
        Publication(root, output, cache, notify=print) as publication,
        Store(cache / "store.sqlite", Mark("store")) as store,
        Verification(publication, store.paths(), 3, is_mirrored=is_mirrored) as found,
    ):
        return found.trees is not None


def test_a_site_is_as_it_was_left(site: Path) -> None:
    before = Path.cwd()
    assert is_as_left(site)
    assert is_as_left(site, is_mirrored=True)
    assert is_as_left(site, is_mirrored=True), "after the mirror was taken, and nothing published"
    assert Path.cwd() == before


def rewrite(file: Path) -> None:
    file.write_bytes(file.read_bytes()[::-1])


def replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replace_by_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "lost page": lambda site: (site / "index.html").unlink(),
    "lost folder": lambda site: shutil.rmtree(site / "datasets/publisher-1"),
    "page of the same size": lambda site: rewrite(site / "index.html"),
    "folder for a page": lambda site: replace_by_folder(site / "index.html"),
    "link for a folder": lambda site: replace_by_link(site / "datasets/publisher-1"),
    "foreign page": lambda site: (site / "datasets/publisher-1/foreign.html").touch(),
    "foreign page above all": lambda site: (site / "foreign.html").touch(),
    "foreign page among folders": lambda site: (site / "datasets/foreign.html").touch(),
    "foreign folder": lambda site: (site / "datasets/foreign").mkdir(),
    "lost site": lambda site: shutil.rmtree(site),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_seen(damage: Callable[[Path], object], site: Path) -> None:
    damage(site / "_site")
    assert not is_as_left(site)
    assert not is_as_left(site, is_mirrored=True)


def test_a_damaged_store_tells_nothing(site: Path) -> None:
    connection = sqlite3.connect(site / ".cache/store.sqlite", isolation_level=None)
    connection.execute("UPDATE bucket SET sizes = x'00'")
    connection.close()
    assert not is_as_left(site)


def test_the_verification_makes_the_mirror_equal(site: Path) -> None:
    (mirror,) = (site / "._site.next").glob("tree-*")
    rewrite(mirror / "datasets/publisher-1/name-1.html")  # one file with two names
    (mirror / "index.html").unlink()
    (mirror / "stray").mkdir()
    (mirror / "stray/stray.html").touch()
    (mirror / "datasets/stray.html").touch()
    publish(site, generation(1))
    assert is_as_left(site, is_mirrored=True)
    (mirror,) = (site / "._site.next").glob("tree-*")
    output = site / "_site"
    names = {path.relative_to(mirror): path.stat().st_ino for path in mirror.rglob("*") if path.is_file()}
    assert names == {path.relative_to(output): path.stat().st_ino for path in output.rglob("*") if path.is_file()}
    assert not (mirror / "stray").exists()
