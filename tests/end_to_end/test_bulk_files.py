"""Catalogs of bulk files, and what builds of them write again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.catalog_index import index_folder
from tests.sites import change_config, make_small_site, read_tree, run, stamps
from tests.unit.index.browser.asking import ask

COUNT = 900


def rows() -> list[dict[str, object]]:
    return [
        {
            "id": f"owner-{number % 70}/set-{number}",
            "description": f"Invented measurements, number {number}. " + "Water is wet. " * 30 + f"deepword{number}",
            "tags": ["license:cc-by-4.0", "modality:text" if number % 3 else "modality:image", f"word-{number % 9}"],
            "downloads": number % 50,
            "gated": False,
        }
        for number in range(COUNT)
    ]


def write(root: Path, content: list[dict[str, object]]) -> None:
    (root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_small_site(tmp_path / "site")
    write(root, rows())
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
    return root


def build(root: Path, *options: str) -> dict[str, object]:
    finished = run(root, "build", "--offline", "--format", "json", *options)
    assert finished.status == 0, finished.output + finished.errors
    return finished.summary


def test_any_number_of_processes_makes_the_same_bytes(root: Path, tmp_path: Path) -> None:
    alone = build(root, "--jobs", "1", "--output", str(tmp_path / "alone"))
    (root / ".cache" / "store.sqlite").unlink()
    together = build(root, "--jobs", "3", "--output", str(tmp_path / "together"))
    assert alone["datasets"] == together["datasets"] == COUNT + 1
    assert read_tree(tmp_path / "alone") == read_tree(tmp_path / "together")


def test_a_second_build_writes_nothing(root: Path) -> None:
    build(root, "--jobs", "2")
    before = stamps(root / "_site")
    assert build(root, "--jobs", "2")["written"] == 0
    assert stamps(root / "_site") == before


def test_a_changed_row_costs_its_page_its_lists_and_what_counts_all(root: Path, tmp_path: Path) -> None:
    build(root)
    before = read_tree(root / "_site")
    content = rows()
    content[5]["description"] = "Something else entirely, with words of its own."
    write(root, content)
    summary = build(root)
    after = read_tree(root / "_site")
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert "datasets/owner-5/set-5.html" in changed
    assert not any(path.startswith("datasets/") for path in changed - {"datasets/owner-5/set-5.html"})
    assert len([path for path in changed if path.startswith("catalog/") and "/owner-" in path]) == 1
    assert summary["written"] == len([path for path in changed if path in after])
    (root / ".cache" / "store.sqlite").unlink()
    build(root, "--output", str(tmp_path / "clean"))
    assert read_tree(tmp_path / "clean") == after


def test_an_entry_wins_over_an_imported_row_and_takes_what_it_does_not_say(root: Path) -> None:
    entry = root / "catalog_data" / "datasets" / "owner-1" / "set-1.yaml"
    entry.parent.mkdir(parents=True)
    entry.write_text("title: Our own words\nhuggingface: owner-1/set-1\n", encoding="utf-8")
    assert build(root)["datasets"] == COUNT + 1
    page = (root / "_site" / "datasets" / "owner-1" / "set-1.html").read_text("utf-8")
    assert "Our own words" in page
    assert "Invented measurements, number 1." in page


def test_refused_rows_are_counted_and_listed(root: Path) -> None:
    content = rows()[:6]
    content[1]["gated"] = "manual"
    content[2]["description"] = ""
    content[3]["id"] = content[4]["id"]
    write(root, content)
    with (root / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    finished = run(root, "build", "--offline", "--format", "json")
    assert finished.status == 0, finished.output
    assert finished.codes == ["OTD451"]
    [source] = finished.summary["sources"]
    assert source["datasets"] == 3
    assert source["refused"] == {"broken": 1, "gated": 1, "placeholder": 1, "repeated": 1}
    report = [json.loads(line) for line in (root / ".cache" / "refused-rows.jsonl").read_text("utf-8").splitlines()]
    assert [(row["row"], row["reason"]) for row in report] == [
        (2, "gated"),
        (3, "placeholder"),
        (5, "repeated"),
        (7, "broken"),
    ]


def test_a_missing_file_publishes_nothing(root: Path) -> None:
    build(root)
    before = read_tree(root / "_site")
    (root / "rows.jsonl").unlink()
    finished = run(root, "build", "--offline", "--format", "json")
    assert finished.status == 1
    assert finished.codes == ["OTD450"]
    assert read_tree(root / "_site") == before


def test_a_report_that_cannot_be_written_costs_only_itself(root: Path) -> None:
    (root / ".cache" / "refused-rows.jsonl").mkdir(parents=True)
    finished = run(root, "build", "--offline", "--format", "json")
    assert (finished.status, finished.codes) == (0, ["OTD452"]), finished
    assert (root / "_site" / "index.html").exists()


def test_whole_descriptions_are_searched_and_an_unchanged_index_stays(root: Path) -> None:
    build(root, "--jobs", "2")
    folder = index_folder(root / "_site")
    (head,) = folder.glob("head-*.json")
    questions: list[dict[str, object]] = [{"query": f"deepword{number} "} for number in (0, 617)]
    for answer, title in zip(ask(folder, head.name, *questions), ("set-0", "set-617"), strict=True):
        assert [row["title"] for row in answer["rows"]][:1] == [title]
    before = stamps(root / "_site")
    (root / "content/about.md").write_text("---\ntitle: About\n---\nWe measure the sea.\n", encoding="utf-8")
    build(root, "--jobs", "2")
    after = stamps(root / "_site")
    assert all(after[path] == stamp for path, stamp in before.items() if path.startswith("assets/catalog/"))
    (folder / head.name).unlink()
    build(root, "--jobs", "2")
    assert (folder / head.name).is_file(), "a lost file is made again"


def test_values_are_read_as_pandas_and_sql_write_them(root: Path) -> None:
    good = {"description": "Invented.", "tags": ["license:mit"]}
    forms: dict[str, dict[str, object]] = {
        "pandas": {"downloads": 1234.0, "likes": float("nan"), "lastModified": 1709287200000, "private": 0.0},
        "sql": {"downloads": "1,234", "lastModified": "2024-03-01 10:00:00+00", "gated": "false", "private": "False"},
        "text": {"downloads": "1234", "lastModified": "2024-03-01", "tags": "['license:mit' 'language:en']"},
        "card": {
            "downloads": 1234,
            "lastModified": 45352,
            "tags": None,
            "cardData": "{'license': 'MIT', 'language': ['en'], 'task_categories': ['Question-Answering']}",
        },
    }
    write(root, [{**good, "id": f"o/{name}", **row} for name, row in forms.items()])
    summary = build(root)
    assert summary["sources"][0]["unread"] == {}  # type: ignore[index]
    for name in forms:
        page = (root / "_site" / "datasets" / "o" / f"{name}.html").read_text("utf-8")
        assert ("1,234" in page, "2024" in page, "MIT" in page) == (True, True, True), name
    for name in ("text", "card"):
        assert "English" in (root / "_site" / "datasets" / "o" / f"{name}.html").read_text("utf-8")
    assert "uestion" in (root / "_site" / "datasets" / "o" / "card.html").read_text("utf-8")


def test_private_however_it_is_written_stays_private(root: Path) -> None:
    write(
        root, [{"id": f"o/{index}", "description": "x", "private": value} for index, value in enumerate([1, "True", 7])]
    )
    finished = run(root, "build", "--offline", "--format", "json")
    assert finished.summary["sources"][0]["refused"] == {"private": 3}


def test_values_that_make_no_sense_are_counted_by_column(root: Path) -> None:
    content = rows()
    content[7]["lastModified"] = "last week"
    content[9]["lastModified"] = "03/01/2024"
    content[11]["tags"] = ["license:" + "x" * 300, *(f"t{number}" for number in range(1_500))]
    write(root, content)
    finished = run(root, "build", "--offline", "--format", "json", "--jobs", "2")
    assert (finished.status, finished.codes) == (0, [])
    assert finished.summary["sources"][0]["unread"] == {
        "lastModified": {"values": 2, "row": 8, "example": "last week"},
        "tags": {"values": 2, "row": 12, "example": "the values after the first 1,000"},
    }
    finished = run(root, "build", "--offline")
    assert "2 values of lastModified not read (first in rows.jsonl:8: 'last week')" in finished.errors


def test_a_file_without_a_single_dataset_publishes_nothing(root: Path) -> None:
    build(root)
    before = read_tree(root / "_site")
    for text in ("", "\n\n\n", "{}\n[]\n", "{\n", '{"key": "a/b"}\n'):
        (root / "rows.jsonl").write_text(text, encoding="utf-8")
        finished = run(root, "build", "--offline", "--format", "json")
        assert (finished.status, finished.codes) == (1, ["OTD450"]), (text, finished.output)
    assert read_tree(root / "_site") == before


def test_a_column_that_no_row_has_is_an_error_in_site_yaml(root: Path) -> None:
    source = {"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all", "columns": {"description": "descripton"}}
    change_config(root, sources=[source])
    finished = run(root, "build", "--offline", "--format", "json", "--jobs", "2")
    [problem] = json.loads(finished.output)["diagnostics"]
    assert (finished.status, problem["code"], problem["path"].rpartition("/")[2]) == (1, "OTD453", "site.yaml")
    assert problem["line"] > 1
    assert "did you mean description?" in problem["help"]
    change_config(root, sources=[{**source, "columns": {"descripton": "x"}}])
    finished = run(root, "build", "--offline", "--format", "json")
    assert (finished.status, finished.codes) == (2, ["OTD012"])
    assert "did you mean description?" in json.loads(finished.output)["diagnostics"][0]["help"]
