"""A build after an edit makes what a clean one makes: it plans only what shows an edited text, and keeps rows read."""

from __future__ import annotations

import gc
import json
import multiprocessing
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.index.browser import writer
from otdi_site.index.browser.searchable import searchable_tokens
from otdi_site.model.catalog import Summary
from otdi_site.pipeline import Request, bulk_files
from otdi_site.pipeline.partitions import PartitionTask, read_partition
from otdi_site.progress import Progress
from otdi_site.render import BytecodeCache
from tests.builds import MOMENT, Built, build, copy_sources, differences, look_at
from tests.sites import change_config, make_small_site, stamps

pytestmark = pytest.mark.usefixtures("warm_start")

WELLS = "catalog_data/datasets/example-org/wells.yaml"
ROWS = "".join(
    json.dumps(
        {
            "id": f"lab-{number % 7}/set-{number}",
            "description": f"Rain of year {number}.",
            "tags": ["license:mit", "modality:text", "language:en"],
            "downloads": number,
        }
    )
    + "\n"
    for number in range(130)
)
SOURCE = {"path": "rows.jsonl", "date": "2025-10-24", "name": "Rows", "licenses": "all"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with one entry among 130 bulk datasets, which has been built."""
    root = make_small_site(tmp_path / "site", {"rows.jsonl": ROWS})
    change_config(root, sources=[SOURCE])
    again(root)
    return root


def again(root: Path) -> Built:
    time.sleep(MOMENT)
    return build(root)


def replace(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def assert_clean(root: Path, elsewhere: Path) -> None:
    """The site is what its sources make in a folder of their own."""
    twin = copy_sources(root, elsewhere)
    assert again(twin).status == 0
    assert differences(look_at(root / "_site"), look_at(twin / "_site")) == []


def test_only_what_shows_the_text_of_an_entry_is_written(root: Path, tmp_path: Path) -> None:
    for words in ("Depths of few wells.", "Depths of no wells."):
        before = stamps(root / "_site")
        text = (root / WELLS).read_text("utf-8").splitlines()
        text[1] = f"description: {words}"
        (root / WELLS).write_text("\n".join(text), encoding="utf-8")
        built = again(root)
        after = stamps(root / "_site")
        written = {path for path in after if after[path] != before.get(path)}
        pages = {path for path in written if not path.startswith("assets/catalog/")}
        assert built.plans_texts_only
        assert built.status == 0
        assert pages == {
            "catalog/index.html",
            "catalog/modality/text/page-3/index.html",
            "catalog/publisher/example-org/index.html",
            "datasets/example-org/wells.html",
        }
        assert built.summary["written"] == len(written)
        assert words in (root / "_site/catalog/modality/text/page-3/index.html").read_text("utf-8")
    assert_clean(root, tmp_path / "twin")
    assert again(root).summary["written"] == 0


def test_only_the_page_is_written_whose_text_changed(root: Path, tmp_path: Path) -> None:
    replace(root, "content/about.md", "We measure", "We do measure")
    built = again(root)
    assert (built.plans_texts_only, built.summary["written"], built.summary["removed"]) == (True, 1, 0)
    assert_clean(root, tmp_path / "twin")


def test_an_entry_that_an_imported_row_completes_is_edited(root: Path, tmp_path: Path) -> None:
    with (root / WELLS).open("a", encoding="utf-8") as entry:
        entry.write("\nhuggingface: lab-3/set-3\n")
    assert not again(root).plans_texts_only
    replace(root, WELLS, "invented", "deep")
    assert again(root).plans_texts_only
    page = (root / "_site/datasets/example-org/wells.html").read_text("utf-8")
    assert "Depths of deep wells." in page
    assert "MIT" in page
    assert_clean(root, tmp_path / "twin")


def test_a_comment_changes_nothing(root: Path) -> None:
    before = stamps(root / "_site")
    with (root / WELLS).open("a", encoding="utf-8") as entry:
        entry.write("\n# to be checked\n")
    built = again(root)
    assert (built.plans_texts_only, built.summary["written"]) == (True, 0)
    assert stamps(root / "_site") == before
    replace(root, WELLS, "invented", "deep")
    assert again(root).plans_texts_only


def put(path: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return change


def change_state(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        connection = sqlite3.connect(root / ".cache/store.sqlite", isolation_level=None)
        changed = connection.execute("UPDATE record SET content = x'7b' WHERE name LIKE ?", (name,)).rowcount
        connection.close()
        assert changed

    return change


def damage_partitions(root: Path) -> None:
    for file in (root / ".cache/partitions").glob("*/pages"):
        file.write_bytes(file.read_bytes()[::-1])


def damage_environment(root: Path) -> None:
    change_state("environment")(root)
    replace(root, WELLS, "Depths", "Breadths")


def shown_by_home(root: Path) -> None:
    page = "{% for each in site.catalog.summaries %}{{ each.title }} {{ each.snippet }}\n{% endfor %}"
    put("templates/pages/home.html", page)(root)
    assert again(root).status == 0


INCREMENTAL: dict[str, Callable[[Path], object]] = {
    "title": lambda root: replace(root, WELLS, "title: Wells", "title: Deep wells"),
    "modality": lambda root: replace(root, WELLS, "[text]", "[image]"),
    "licence": lambda root: replace(root, WELLS, "modalities", "license: MIT\nmodalities"),
    "no description": lambda root: replace(root, WELLS, "description", "# description"),
    "a row of the Hub": lambda root: replace(root, WELLS, "modalities", "huggingface: lab-1/set-1\nmodalities"),
    "new entry": put("catalog_data/datasets/lab/ice.yaml", "title: Ice\nurl: https://example.org/ice\n"),
    "lost entry": lambda root: (root / WELLS).unlink(),
    "old address": lambda root: replace(root, "content/about.md", "title", "redirect_from: /old/\ntitle"),
    "date of a page": lambda root: replace(root, "content/about.md", "title", "last_modified: 2026-01-02\ntitle"),
    "bulk rows": put("rows.jsonl", ROWS.replace("Rain of year 7.", "Snow.")),
    "lost page": lambda root: (root / "_site/about/index.html").unlink(),
    "changed page": put("_site/about/index.html", "Something else"),
    "foreign page": put("_site/about/foreign.html", ""),
    "foreign folder": lambda root: (root / "_site/catalog/foreign").mkdir(),
    "lost part of the index": lambda root: shutil.rmtree(root / "_site/assets/catalog/terms"),
    "record of the catalog": change_state("catalog"),
    "record of facets": change_state("facets"),
    "records of lists": change_state("list/%"),
    "record of the index": change_state("index"),
    "files of partitions": damage_partitions,
    "lost partitions": lambda root: shutil.rmtree(root / ".cache/partitions"),
}
FULL: dict[str, tuple[Callable[[Path], object], str]] = {
    "new page": (put("content/new.md", "---\ntitle: New\n---\nWords.\n"), "the navigation changed"),
    "title of a page": (
        lambda root: replace(root, "content/about.md", "title: About", "title: About us"),
        "the navigation changed",
    ),
    "layout": (
        lambda root: replace(root, "content/catalog.md", "layout: catalog", "layout: page"),
        "the navigation changed",
    ),
    "template": (put("templates/partials/footer.html", "<footer>Ours</footer>"), "templates changed"),
    "vocabulary": (
        lambda root: replace(root, "catalog_data/vocabulary/modalities.yaml", "Words.", "Letters."),
        "vocabularies changed",
    ),
    "configuration": (lambda root: change_config(root, title="Wet data"), "the configuration changed"),
    "lost state": (lambda root: (root / ".cache/store.sqlite").unlink(), "there is no state of an earlier build"),
    "damaged state": (damage_environment, "the state of the last build cannot be read"),
}


@pytest.mark.parametrize("change", INCREMENTAL.values(), ids=INCREMENTAL.keys())
def test_any_edit_of_data_is_incremental(change: Callable[[Path], object], root: Path, tmp_path: Path) -> None:
    change(root)
    if (root / WELLS).exists():
        replace(root, WELLS, "Depths", "Breadths")
    built = again(root)
    assert (built.plans_texts_only, built.status, built.is_incremental) == (False, 0, True)
    assert built.summary["rebuild_reason"] is None
    assert_clean(root, tmp_path / "twin")


@pytest.mark.parametrize(("change", "reason"), FULL.values(), ids=FULL.keys())
def test_an_edit_of_all_pages_requires_a_full_build(
    change: Callable[[Path], object], reason: str, root: Path, tmp_path: Path
) -> None:
    change(root)
    built = again(root)
    assert (built.plans_texts_only, built.status, built.is_incremental) == (False, 0, False)
    assert built.summary["rebuild_reason"] == reason
    assert_clean(root, tmp_path / "twin")


def test_rows_of_an_unchanged_bulk_file_are_read_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(context_file: Path, task: PartitionTask) -> None:
        read.append(task.file.name)
        read_partition(context_file, task)

    monkeypatch.setattr(bulk_files, "read_partition", reading)
    more = {**SOURCE, "path": "more.jsonl", "name": "More"}
    put("more.jsonl", '{"id": "lab/ice", "tags": ["license:mit"]}\n')(root)
    change_config(root, sources=[SOURCE, more])
    edits: list[tuple[Callable[[Path], object], list[str]]] = [
        (lambda root: None, ["rows.jsonl", "more.jsonl"]),
        (INCREMENTAL["licence"], []),
        (INCREMENTAL["new entry"], []),
        (lambda root: (root / "catalog_data/datasets/lab/ice.yaml").unlink(), []),
        (put("more.jsonl", '{"id": "lab/snow", "tags": ["license:mit"]}\n'), ["more.jsonl"]),
        (INCREMENTAL["a row of the Hub"], ["rows.jsonl"]),
    ]
    for change, expected in edits:
        read.clear()
        change(root)
        time.sleep(MOMENT)
        request = Request(root, root / "_site", None, True, False, 1, accept=True)
        assert pipeline.build(request, Progress(is_quiet=True)).exit_status == 0
        assert read == expected


LANGUAGES = """
aa ab af ak am ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cs cv cy da de dv dz ee el en eo es et eu fa ff fi
fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz id ig ii ik io is it iu ja jv
"""


def test_the_search_is_made_anew_only_where_names_texts_or_its_values_change(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A facet has more values than the head lists: the others are among the terms of the search."""
    rows = [json.loads(line) for line in ROWS.splitlines()]
    languages = LANGUAGES.split()
    for number, row in enumerate(rows):
        row["tags"] = ["license:mit", "language:en", f"language:{languages[number % len(languages)]}"]
    (root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    tokenised: list[str] = []

    def tokens(summary: Summary, text: str) -> tuple[dict[str, int], set[str]]:
        tokenised.append(summary.id)
        return searchable_tokens(summary, text)

    monkeypatch.setattr(writer, "searchable_tokens", tokens)

    def lose(folder: str, old: str, new: str) -> None:
        shutil.rmtree(root / "_site/assets/catalog" / folder)
        replace(root, WELLS, old, new)

    add = partial(replace, root, WELLS, "modalities")
    edits: list[tuple[str, Callable[[], object], bool]] = [
        ("rows", lambda: None, True),
        ("licence", lambda: add("license: MIT\nmodalities"), False),
        ("text", lambda: replace(root, WELLS, "Depths", "Breadths"), False),
        ("licence after a text", lambda: replace(root, WELLS, "MIT", "CC0-1.0"), False),
        ("language that the head lists", lambda: add("languages: [en]\nmodalities"), False),
        ("language that it does not list", lambda: replace(root, WELLS, "[en]", "[jv]"), False),
        ("new entry", lambda: INCREMENTAL["new entry"](root), True),
        ("lost files", lambda: lose("terms", "modalities", "size: n<1K\nmodalities"), True),
        ("lost directories", lambda: lose("directories", "n<1K", "1K<n<10K"), True),
        ("licence once more", lambda: replace(root, WELLS, "CC0-1.0", "MIT"), False),
    ]
    for name, edit, is_made in edits:
        tokenised.clear()
        edit()
        time.sleep(MOMENT)
        request = Request(root, root / "_site", None, True, False, 1, accept=True)
        assert pipeline.build(request, Progress(is_quiet=True)).exit_status == 0, name
        assert bool(tokenised) == is_made, name
        assert_clean(root, tmp_path / name.replace(" ", "-"))


def test_a_page_that_shows_all_datasets_is_rendered_with_all(root: Path, tmp_path: Path) -> None:
    shown_by_home(root)
    replace(root, WELLS, "Depths", "Breadths")
    built = again(root)
    assert (built.plans_texts_only, built.status) == (True, 0)
    assert "Breadths" in (root / "_site/index.html").read_text("utf-8")
    assert_clean(root, tmp_path / "twin")


@pytest.mark.parametrize("method", ["spawn", "threads"])
def test_any_executor_makes_the_same_site(method: str, root: Path, tmp_path: Path) -> None:
    """Nothing is inherited from the process that builds."""

    def executor(jobs: int) -> Executor:
        if method == "threads":
            return ThreadPoolExecutor(jobs)
        return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))

    request = Request(
        root, tmp_path / "other", None, True, False, 2, cache_folder=tmp_path / "cache", executor=executor
    )
    assert pipeline.build(request, Progress(is_quiet=True)).exit_status == 0
    assert differences(look_at(root / "_site"), look_at(tmp_path / "other")) == []


def test_damage_to_the_mirror_does_not_reach_the_site(root: Path, tmp_path: Path) -> None:
    for number in range(2):
        replace(root, WELLS, "invented", "invented, and invented")
        assert again(root).plans_texts_only, number
    (mirror,) = (root / "._site.next").glob("tree-*")
    (mirror / "index.html").unlink()
    (mirror / "about/index.html").unlink()
    (mirror / "about/index.html").write_text("wrong")
    (mirror / "about/stray.html").write_text("stray")
    (mirror / "catalog/stray/deep").mkdir(parents=True)
    (mirror / "catalog/stray/deep/stray.html").write_text("stray")
    shutil.rmtree(mirror / "catalog/modality")
    replace(root, WELLS, "Depths", "Breadths")
    assert again(root).plans_texts_only
    assert_clean(root, tmp_path / "twin")


def test_a_link_to_nowhere_keeps_the_site_until_it_is_mended(root: Path) -> None:
    before = stamps(root / "_site")
    good = (root / "content/about.md").read_text("utf-8")
    replace(root, "content/about.md", "We measure", "See [nowhere](/nowhere/) and [us](#uss). We measure")
    built = again(root)
    assert (built.status, sorted(built.codes)) == (1, ["OTD206", "OTD207"])
    assert "did you mean #us?" in built.diagnostics[1].help
    assert stamps(root / "_site") == before
    (root / "content/about.md").write_text(good + "\nMended.\n", encoding="utf-8")
    built = again(root)
    assert (built.plans_texts_only, built.status, built.summary["written"]) == (True, 0, 1)


def test_what_came_out_as_it_was_is_remembered_too(root: Path) -> None:
    """Files that are made anew, and turn out to be the same, are not made once more by the next build."""
    with (root / "rows.jsonl").open("a", encoding="utf-8") as rows:
        rows.write("\n")
    assert again(root).summary["written"] == 0
    change_state("index")(root)
    with (root / "rows.jsonl").open("a", encoding="utf-8") as rows:
        rows.write("\n")
    assert again(root).summary["written"] == 0
    replace(root, WELLS, "invented", "deep")
    assert again(root).plans_texts_only


def test_builds_of_one_process_keep_nothing_of_the_builds_before(root: Path) -> None:
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    codes: BytecodeCache = {}
    kept = []
    for number in range(4):
        (root / WELLS).write_text(f"title: Wells {number}\nurl: https://example.org/wells\n", encoding="utf-8")
        shutil.rmtree(root / ".cache")
        assert pipeline.build(request, Progress(is_quiet=True), codes).exit_status == 0
        gc.collect()
        kinds = Counter(type(each).__name__ for each in gc.get_objects())
        kept.append({kind: kinds[kind] for kind in ("Site", "Renderer", "Templates", "StoredPaths", "Dataset", "Page")})
    assert kept[1:] == [kept[0]] * 3
