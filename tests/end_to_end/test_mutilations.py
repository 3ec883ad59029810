"""Whatever happens to the files of a published site: it is built without loss, or what is lost is said."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otdi_site import pipeline
from otdi_site.pipeline import Outcome, Request
from otdi_site.progress import Progress
from otdi_site.render import BytecodeCache
from tests.builds import IS_THOROUGH
from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import make_live_site
from tests.sites import change_config, read_tree

pytestmark = pytest.mark.usefixtures("warm_start")

EXAMPLES = 3_000 if IS_THOROUGH else 25
SOURCES = ("content", "catalog_data", "templates", "site_src", "site.yaml", "rows.jsonl")
ENTRY = "title: {0}\nurl: https://example.org/{0}\nmodalities: [text]\nhosting: owner\n"
FILES = {
    "content/guide/index.md": "---\ntitle: Guide\n---\nHow to measure: [depth](depth.md).\n",
    "content/guide/depth.md": "---\ntitle: Depth\nredirect_from: [/deep/]\n---\nHow deep.\n",
    "content/uses.md": "---\ntitle: Uses\n---\n# What for\n\nSee [the guide](/guide/).\n",
    "content/plan.txt": "An invented plan.\n",
    "templates/partials/footer.html": "<footer>Ours</footer>\n",
    "site_src/css/site.css": "body { margin: 0 }\n",
    "site_src/downloads/form.txt": "Name:\n",
    "catalog_data/datasets/example-org/springs.yaml": ENTRY.format("springs"),
    "catalog_data/datasets/other-org/lakes.yaml": ENTRY.format("lakes"),
    "catalog_data/datasets/example-org/tides.yaml": "title: Tides\nhuggingface: example-org/tides\n",
}
CODES: BytecodeCache = {}
"""What is compiled of the templates, once for all builds of this process."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published site with live metadata, a dataset that has left, and bulk rows."""
    root = tmp_path_factory.mktemp("published") / "site"
    with HubServer(quota=None) as hub:
        ids = [f"example-org/{name}" for name in ("tides", "floods", "rivers", "storms")]
        for hub_id in ids:
            hub.add_dataset(hub_id)
        hub.add_collection(COLLECTION, ids)
        site = make_live_site(root, hub, FILES)
        rows = [{"id": f"bulk-org/set-{number}", "tags": ["license:mit"]} for number in range(6)]
        (root / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        sources = [{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}]
        change_config(root, sources=sources, metadata={"max_drop_share": 0.3})
        assert site.build().status == 0
        hub.delete("example-org/storms")
        assert site.build().status == 0
        assert site.has_page("example-org/storms")
    assert build(root).exit_status == 0
    return root


def build(root: Path) -> Outcome:
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    return pipeline.build(request, Progress(is_quiet=True), CODES)


def targets(root: Path) -> list[Path]:
    """Every file and folder of the sources, in a stable order."""
    found = [root / name for name in SOURCES]
    return sorted(path for top in found if os.path.lexists(top) for path in [top, *top.rglob("*")])


def delete(path: Path, other: Path, number: int) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def truncate(path: Path, other: Path, number: int) -> None:
    for file in _files(path):
        os.truncate(file, number % (file.stat().st_size + 1))


def encode(path: Path, other: Path, number: int) -> None:
    """As another editor or a checkout on another system saves it."""
    ways: list[Callable[[bytes], bytes]] = [
        lambda text: text.decode("utf-8", "replace").encode("utf-16"),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.rstrip(b"\n"),
        lambda text: text + b"\xe9\xff",
        lambda text: text.replace(b"\n", b"\n\0", 1),
    ]
    for file in _files(path):
        file.write_bytes(ways[number % len(ways)](file.read_bytes()))


def rename(path: Path, other: Path, number: int) -> None:
    names = [f"{path.stem}-2{path.suffix}", f"{path.name}.bak", f"_{path.name}", path.name.upper(), f"é{path.name}"]
    path.rename(path.with_name(names[number % len(names)]))


def duplicate(path: Path, other: Path, number: int) -> None:
    copy = path.with_name(f"copy-{number % 10}{path.suffix}")
    if path.is_dir():
        shutil.copytree(path, copy, symlinks=True)
    else:
        shutil.copy(path, copy)


def empty(path: Path, other: Path, number: int) -> None:
    for file in _files(path):
        file.write_bytes(b"")
    if path.is_dir() and number % 2:
        shutil.rmtree(path)
        path.mkdir()


def swap(path: Path, other: Path, number: int) -> None:
    if path.is_relative_to(other) or other.is_relative_to(path):
        return
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


def make_unreadable(path: Path, other: Path, number: int) -> None:
    """Permissions do not stop root: what stands in for them is of a kind that nobody can read."""
    was_folder = path.is_dir()
    delete(path, other, number)
    kind = number % 4
    if kind == 0:
        path.symlink_to("nowhere")
    elif kind == 1:
        path.symlink_to(path.name)
    elif kind == 2:
        os.mkfifo(path)
    elif was_folder:
        path.write_text("no folder", encoding="utf-8")
    else:
        path.mkdir()


def _files(path: Path) -> list[Path]:
    return [file for file in [path, *sorted(path.rglob("*"))] if file.is_file()]


KINDS = (delete, truncate, encode, rename, duplicate, empty, swap, make_unreadable)
steps = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000)),
    min_size=1,
    max_size=2,
)


def is_page(path: str) -> bool:
    """Whether a file is a page or a dataset: lists come and go with what they list."""
    is_list = path.startswith("catalog/") or (path.startswith("datasets/") and path.endswith("index.html"))
    return path.endswith(".html") and (not is_list or path == "catalog/index.html")


def is_named(path: str, outcome: Outcome) -> bool:
    """Whether a problem says that a page is gone: its address, or the id of its dataset."""
    address = f"/{path.removesuffix('index.html')}"
    words = (address, path.removeprefix("datasets/").removesuffix(".html"))
    said = [f"{each.mark.path} {each.message} {each.help}" for each in outcome.diagnostics]
    return any(word in text for word in words for text in said)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(mutilations=steps)
def test_nothing_is_lost_unsaid(
    published: Path, mutilations: list[tuple[Callable[[Path, Path, int], None], int, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(published, Path(folder) / "site", symlinks=True))
        before = read_tree(root / "_site")
        for mutilate, first, second, number in mutilations:
            found = targets(root)
            with suppress(OSError):  # such as a copy of what there is a copy of
                mutilate(found[first % len(found)], found[second % len(found)], number)
        outcome = build(root)
        after = read_tree(root / "_site")
        if outcome.exit_status:
            assert outcome.exit_status in (1, 2)
            assert any(each.severity.value == "error" for each in outcome.diagnostics)
            assert after == before
            return
        lost = [path for path in before.keys() - after.keys() if is_page(path)]
        assert [path for path in sorted(lost) if not is_named(path, outcome)] == []
