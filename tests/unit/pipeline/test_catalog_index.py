"""The index of the catalog as files of a build: made when something changed, from whole descriptions."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from otdi_site.index.browser import IndexFile
from otdi_site.pipeline.catalog_index import CatalogIndex
from otdi_site.pipeline.texts import Texts
from otdi_site.pipeline.workers import WorkerError

FILES = [IndexFile("rows/aa.bin", b"rows"), IndexFile("rows/aa.bin", b"rows"), IndexFile("head-bb.json", b"head")]


class Writer:
    """Counts how often an index is written."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Iterator[IndexFile]:
        self.calls += 1
        yield from FILES


def test_files_are_made_once_and_the_head_is_the_last(tmp_path: Path) -> None:
    writer = Writer()
    index = CatalogIndex(tmp_path / "cache/index.json", b"one", writer)
    assert list(index.fingerprints) == ["assets/catalog/rows/aa.bin", "assets/catalog/head-bb.json"]
    assert index.head == "assets/catalog/head-bb.json"
    index.prepare()
    assert index.content("assets/catalog/rows/aa.bin") == b"rows"
    assert index.content(index.head) == b"head"
    assert writer.calls == 1


def test_an_index_of_the_same_is_not_made_again_until_a_file_of_it_is_needed(tmp_path: Path) -> None:
    cache = tmp_path / "cache/index.json"
    first = CatalogIndex(cache, b"one", Writer())
    first.remember()
    writer = Writer()
    second = CatalogIndex(cache, b"one", writer)
    assert second.fingerprints == first.fingerprints
    assert writer.calls == 0
    second.prepare()
    assert second.content(second.head) == b"head"
    changed = Writer()
    assert CatalogIndex(cache, b"two", changed).head == first.head
    assert changed.calls == 1


def test_a_process_can_make_it_meanwhile(tmp_path: Path) -> None:
    cache, writer = tmp_path / "cache/index.json", Writer()
    index = CatalogIndex(cache, b"one", writer)
    index.start()
    assert list(index.fingerprints) == ["assets/catalog/rows/aa.bin", "assets/catalog/head-bb.json"]
    assert index.content(index.head) == b"head"
    assert writer.calls == 0, "made here"
    index.close()
    index.remember()
    assert CatalogIndex(cache, b"one", writer).fingerprints == index.fingerprints


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    def die() -> Iterator[IndexFile]:
        yield FILES[0]
        os.kill(os.getpid(), signal.SIGKILL)

    index = CatalogIndex(tmp_path / "cache/index.json", b"one", die)
    index.start()
    with pytest.raises(WorkerError):
        _ = index.fingerprints
    index.close()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"made_from": "6f6e65"}', '{"made_from": "6f6e65", "files": [["a", 7]]}']
)
def test_a_damaged_memory_costs_the_time_to_make_the_index(tmp_path: Path, text: str) -> None:
    cache = tmp_path / "index.json"
    cache.write_text(text)
    writer = Writer()
    assert CatalogIndex(cache, b"one", writer).head == "assets/catalog/head-bb.json"
    assert writer.calls == 1


def test_texts_are_read_back_in_any_order() -> None:
    texts = Texts()
    given = [b"first", b"", "Größe 数据".encode(), b"x" * 50_000, b"last"]
    for text in given:
        texts.add(text)
    texts.flush()
    assert [texts.at(position) for position in (4, 0, 1)] == [b"last", b"first", b""]
    assert texts.at(2).decode() == "Größe 数据"
    assert texts.at(3) == b"x" * 50_000
    texts.close()
