"""Pages in caches find their stylesheets, scripts, images and index for one more build."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.pipeline import Request
from otdi_site.progress import Progress
from otdi_site.publish import MANIFEST, Manifest
from otdi_site.render import BytecodeCache
from tests.builds import copy_sources, differences, look_at
from tests.sites import make_small_site

pytestmark = pytest.mark.usefixtures("warm_start")

WELLS = "catalog_data/datasets/example-org/wells.yaml"
CODES: BytecodeCache = {}
"""What is compiled of the templates, once for all tests."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A published site with a stylesheet of its own."""
    return publish(make_small_site(tmp_path / "site", {"site_src/css/site.css": "body { margin: 0 }\n"}))


def publish(root: Path) -> Path:
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    assert pipeline.build(request, Progress(is_quiet=True), CODES).exit_status == 0
    return root


def kept(root: Path) -> frozenset[str]:
    manifest = Manifest.read(root / "_site")
    assert manifest is not None
    return manifest.kept


def restyle(root: Path, margin: int) -> None:
    (root / "site_src/css/site.css").write_text(f"body {{ margin: {margin}px }}\n", encoding="utf-8")


def reword(root: Path, words: str) -> None:
    file = root / WELLS
    file.write_text(re.sub("description: .*", f"description: {words}", file.read_text("utf-8")), encoding="utf-8")


def files(root: Path) -> set[str]:
    return {path.relative_to(root / "_site").as_posix() for path in (root / "_site").rglob("*") if path.is_file()}


def assert_whole(root: Path, tmp_path: Path) -> None:
    """All that is kept is there, and all else is as a build from nothing makes it."""
    assert kept(root) <= files(root)
    twin = publish(copy_sources(root, tmp_path / f"twin-{len([*tmp_path.iterdir()])}"))
    assert differences(look_at(root / "_site"), look_at(twin / "_site")) == []


@pytest.mark.parametrize("change", [restyle, lambda root, step: reword(root, f"Depth {step}.")], ids=["style", "text"])
def test_files_that_the_build_before_names_stay_for_one_build(
    root: Path, tmp_path: Path, change: Callable[[Path, int], None]
) -> None:
    named = []
    for step in (1, 2, 3):
        before = files(root)
        change(root, step)
        publish(root)
        replaced = {path for path in before if path.startswith("assets/")} - _own(root)
        assert replaced, "nothing was replaced"
        assert kept(root) == replaced - {path for each in named for path in each}
        assert kept(root) <= files(root)
        assert not any(each & files(root) for each in named), "they stay for one build, and no longer"
        named = [kept(root)]
        publish(root)
        assert kept(root) == named[0], "a build with nothing to do changes nothing"
    assert_whole(root, tmp_path)


def _own(root: Path) -> set[str]:
    return files(root) - kept(root)


def test_what_comes_back_is_no_longer_kept(root: Path, tmp_path: Path) -> None:
    first = files(root)
    for step in (1, 0):
        restyle(root, step) if step else (root / "site_src/css/site.css").write_text("body { margin: 0 }\n")
        publish(root)
    assert first <= _own(root) | {MANIFEST}
    assert len(kept(root)) == 1
    assert_whole(root, tmp_path)


def test_they_stay_without_the_cache(root: Path, tmp_path: Path) -> None:
    (old,) = (path for path in files(root) if re.fullmatch(r"assets/site\.\w+\.css", path))
    for folder in (".cache", "._site.next"):
        shutil.rmtree(root / folder)
    restyle(root, 1)
    publish(root)
    assert kept(root) == {old}
    assert_whole(root, tmp_path)


def test_a_page_may_not_link_to_them(root: Path) -> None:
    (old,) = (path for path in files(root) if re.fullmatch(r"assets/site\.\w+\.css", path))
    restyle(root, 1)
    publish(root)
    about = root / "content/about.md"
    about.write_text(f"{about.read_text('utf-8')}\n[style](/{old})\n", encoding="utf-8")
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    outcome = pipeline.build(request, Progress(is_quiet=True), CODES)
    assert [each.code for each in outcome.diagnostics] == ["OTD206"]
