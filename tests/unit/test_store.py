"""What the build store keeps, and that a broken one costs time and nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.store import Artifact, Store, StoreError

MARK = Mark(".cache/store.sqlite")
ARTIFACTS = {
    path: Artifact(bytes([number]) * 16, (6000 + number, 1_763_690_000_000_000_000 + number))
    for number, path in enumerate(
        ["index.html", "datasets/ibm/granite.html", "datasets/ibm/granite-2.html", "assets/größe.css", "a b/c.html"]
        + [f"datasets/publisher-{page % 20}/name-{page}.html" for page in range(200)]
    )
}


def open_store(folder: Path) -> Store:
    return Store(folder / "store.sqlite", MARK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder with a store of `ARTIFACTS`."""
    with open_store(tmp_path) as store:
        store.commit(ARTIFACTS, [])
    return tmp_path


def test_a_new_store_is_empty(tmp_path: Path) -> None:
    with open_store(tmp_path / "not" / "yet") as store:
        assert store.load() == {}


def test_what_was_committed_is_loaded_by_the_next_build(folder: Path) -> None:
    with open_store(folder) as store:
        assert store.load() == ARTIFACTS


def test_a_commit_changes_adds_and_removes(folder: Path) -> None:
    changed = {"index.html": Artifact(b"n" * 16, (1, 2)), "new.html": Artifact(b"m" * 16, (3, 4))}
    removed = ["assets/größe.css", "never-there.html"]
    with open_store(folder) as store:
        store.commit(changed, removed)
        expected = {path: artifact for path, artifact in (ARTIFACTS | changed).items() if path not in removed}
        assert store.load() == expected
    with open_store(folder) as store:
        assert store.load() == expected


def test_everything_can_be_removed(folder: Path) -> None:
    with open_store(folder) as store:
        store.commit({}, list(ARTIFACTS))
        assert store.load() == {}


def test_the_file_does_not_depend_on_the_order_of_artifacts(folder: Path, tmp_path: Path) -> None:
    def rows(path: Path) -> list[object]:
        connection = sqlite3.connect(path)
        try:
            return connection.execute("SELECT * FROM bucket ORDER BY id").fetchall()
        finally:
            connection.close()

    other = tmp_path / "other"
    with open_store(other) as store:
        store.commit(dict(reversed(ARTIFACTS.items())), [])
    assert rows(other / "store.sqlite") == rows(folder / "store.sqlite")


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_store_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.sqlite").write_bytes(content)
    with open_store(tmp_path) as store:
        assert store.load() == {}
        store.commit(ARTIFACTS, [])
    with open_store(tmp_path) as store:
        assert store.load() == ARTIFACTS


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_store_cut_short_counts_as_empty(folder: Path, part: float) -> None:
    file = folder / "store.sqlite"
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    with open_store(folder) as store:
        assert store.load() == {}
        store.commit(ARTIFACTS, [])
        assert store.load() == ARTIFACTS


def test_another_format_counts_as_empty(folder: Path) -> None:
    connection = sqlite3.connect(folder / "store.sqlite")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with open_store(folder) as store:
        assert store.load() == {}


def test_columns_that_do_not_fit_count_as_empty(folder: Path) -> None:
    connection = sqlite3.connect(folder / "store.sqlite", isolation_level=None)
    connection.execute("UPDATE bucket SET sizes = x'00'")
    connection.close()
    with open_store(folder) as store:
        assert store.load() == {}


def test_a_store_that_cannot_be_made_is_a_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as refused:
        open_store(tmp_path / "file")
    assert refused.value.diagnostic.code == "OTD504"
    assert refused.value.diagnostic.mark == MARK


def test_a_fingerprint_of_another_length_is_a_mistake_of_the_caller(folder: Path) -> None:
    with open_store(folder) as store:
        with pytest.raises(ValueError, match="has 3 bytes"):
            store.commit({"index.html": Artifact(b"abc", (1, 2))}, [])
        assert store.load() == ARTIFACTS


def test_what_was_derived_is_kept_until_it_is_dropped(folder: Path) -> None:
    with open_store(folder) as store:
        store.keep_derived("document", {"a.md": b"1", "b.md": b"2"}, [])
        store.keep_derived("page", {"a.md": b"3"}, [])
    with open_store(folder) as store:
        store.keep_derived("document", {"b.md": b"4", "c.md": b"5"}, {"a.md", "never-there.md"})
        store.commit({}, [], records={})
    with open_store(folder) as store:
        assert store.derived("document") == {"b.md": b"4", "c.md": b"5"}
        assert store.derived("page") == {"a.md": b"3"}
        assert store.load() == ARTIFACTS


def test_what_was_derived_is_not_taken_where_a_byte_is_wrong(folder: Path) -> None:
    with open_store(folder) as store:
        store.keep_derived("document", {"a.md": b"one", "b.md": b"two"}, [])
    connection = sqlite3.connect(folder / "store.sqlite")
    connection.execute("UPDATE derived SET content = ? WHERE name = 'a.md'", (b"ona",))
    connection.commit()
    connection.close()
    with open_store(folder) as store:
        assert store.derived("document") == {"b.md": b"two"}
