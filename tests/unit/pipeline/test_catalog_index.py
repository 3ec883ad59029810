"""The index of the catalog as files of a build: made when something changed, from whole descriptions."""

from __future__ import annotations

import os
import signal
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.executors import TaskPools, Tasks, WorkerError, process_pool, result_of
from otdi_site.index import browser
from otdi_site.index.browser import IndexFile
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.catalog_index import IndexTask, write_catalog_index
from otdi_site.pipeline.partitions import save_context
from otdi_site.pipeline.spool import Texts, TextWriter
from otdi_site.source.vocabularies import read_vocabularies
from tests.sites import make_small_site

FILES = [IndexFile("rows/aa.bin", b"rows"), IndexFile("rows/aa.bin", b"rows"), IndexFile("head-bb.json", b"head")]


@pytest.fixture
def task(tmp_path: Path) -> Path:
    """The file of a task without datasets."""
    vocabularies: Vocabularies = read_vocabularies(make_small_site(tmp_path / "site"))[0]
    mark, spool = Mark(".cache"), tmp_path / "index"
    task = IndexTask((), array("Q"), (), vocabularies, {"rows_shown": 50, "seen_on": None}, spool, mark)
    return save_context(tmp_path, task, mark)


def test_each_file_is_written_once_and_the_head_is_the_last(
    task: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "write_index", lambda *_, **__: iter(FILES))
    with TaskPools(None, 1) as pools:
        found = result_of(pools.get(is_worth=True).submit(write_catalog_index, task))
    assert [path for path, *_ in found.files] == ["assets/catalog/rows/aa.bin", "assets/catalog/head-bb.json"]
    content = (tmp_path / "index").read_bytes()
    assert [content[offset : offset + size] for _, _, offset, size in found.files] == [b"rows", b"head"]


def test_a_process_that_is_killed_is_told(task: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> Iterator[IndexFile]:
        yield FILES[0]
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(browser, "write_index", die)
    with Tasks(process_pool, 1) as tasks, pytest.raises(WorkerError):
        result_of(tasks.submit(write_catalog_index, task))


def test_texts_are_read_back_in_any_order(tmp_path: Path) -> None:
    writer = TextWriter(tmp_path / "rows")
    given = [b"first", b"", "Größe 数据".encode(), b"x" * 50_000, b"last"]
    for text in given:
        writer.add(text)
    writer.flush()
    texts = Texts(tmp_path / "rows")
    assert len(texts) == len(given)
    assert [texts.at(position) for position in (4, 0, 1)] == [b"last", b"first", b""]
    assert texts.at(2).decode() == "Größe 数据"
    assert texts.at(3) == b"x" * 50_000
    texts.close()
    writer.close()
