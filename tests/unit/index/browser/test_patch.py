"""An index that is patched is byte for byte the one that would be made anew."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from otdi_site.index.browser import Change, Patch, patch_index, rows, shards, terms, values, write_index, writer
from otdi_site.model.catalog import Summary
from tests.samples import make_summary
from tests.unit.index.browser.asking import VOCABULARIES

SHOWN = 3
Dataset = tuple[Summary, str]
Files = dict[str, bytes]

WORDS = (
    *("tide", "tides", "tidal", "tideway", "Tidewater", "OpenTides2", "the", "the", "of", "data", "dataset", "_", "|"),
    *(
        "über",
        "Ødegård",
        "café",
        "cafe",
        "Straße",
        "naïve",
        "数据",
        "数据集",
        "中文",
        "データ",
        "한국어",
        "ไทย",
        "𠮷野家",
    ),
    *("x1", "2024", "٣", "\ud800", "=license:mit"),
)
word = st.one_of(st.sampled_from(WORDS), st.text("abtide1é", min_size=1, max_size=9))
text = st.lists(word, max_size=12).map(" ".join)
title = st.builds(str.join, st.sampled_from(" -_"), st.lists(word, max_size=4))


@st.composite
def catalogs(draw: st.DrawFn) -> list[Dataset]:
    """Up to 24 datasets in rank order."""
    datasets = []
    for number, (name, description) in enumerate(draw(st.lists(st.tuples(title, text), min_size=1, max_size=24))):
        summary = make_summary(
            f"{draw(st.sampled_from(['n', 'tide-', '-_', 'con']))}{number}",
            draw(st.sampled_from(["sample", "-sample", "maker"])),
            title=name,
            snippet=description[:20],
            license=draw(st.sampled_from([None, "MIT", "CC0-1.0"])),
            languages=tuple(draw(st.lists(st.sampled_from(["en", "de", "sw", "zu", "eo"]), max_size=4, unique=True))),
            downloads=draw(st.none() | st.integers(0, 300)),
            date_modified=draw(st.sampled_from([None, "2026-03-31", "2025-12-01", "2019-01-01"])),
        )
        datasets.append((summary, description))
    return datasets


edits = st.lists(
    st.lists(st.tuples(st.integers(0, 23), st.none() | title, st.none() | text), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def small_files() -> Iterator[None]:
    """Sizes at which a few datasets have many files of each family, and words are common soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "SHARD_MINIMUM", 30)
        patch.setattr(shards, "SHARD_SPREAD", 25)
        patch.setattr(shards, "SHARD_MAXIMUM", 70)
        patch.setattr(terms, "COMMON_MINIMUM", 3)
        patch.setattr(values, "LISTED", 2)
        patch.setattr(values, "LISTED_OF", {})
        patch.setattr(writer, "LEADS_FROM", 4)
        patch.setattr(writer, "PAGES_IN_DIRECTORY", 2)
        for module in (rows, writer):
            patch.setattr(module, "ROWS_IN_PAGE", 4)
        yield


def index_of(datasets: list[Dataset], shown: int = SHOWN, seen_on: str | None = None) -> Files:
    return {file.path: file.content for file in write_index(datasets, VOCABULARIES, rows_shown=shown, seen_on=seen_on)}


def head_of(files: Files) -> str:
    return next(path for path in files if path.startswith("head-"))


def change(datasets: list[Dataset], position: int, name: str | None, description: str | None) -> Change:
    """Changes a dataset in place."""
    before, before_text = datasets[position]
    after = replace(before, title=before.title if name is None else name)
    after_text = before_text if description is None else description
    if description is not None:
        after = replace(after, snippet=description[:20])
    datasets[position] = (after, after_text)
    return Change(before, before_text, after, after_text)


def patch(files: Files, *changes: tuple[int, Change], shown: int = SHOWN, seen_on: str | None = None) -> Patch | None:
    return patch_index(files.__getitem__, head_of(files), changes, rows_shown=shown, seen_on=seen_on)


def apply(files: Files, made: Patch) -> Files:
    """The patched index: what it drops was there, what it adds was not, and the head comes last."""
    assert made.dropped <= files.keys()
    added = {file.path: file.content for file in made.files}
    assert not added.keys() & files.keys()
    assert len(added) == len(made.files)
    assert not made.files or made.files[-1].path == made.head
    return {path: content for path, content in files.items() if path not in made.dropped} | added


def common_words(files: Files) -> set[str]:
    name = json.loads(files[head_of(files)])["directories"]["search"]
    return set(json.loads(zlib.decompress(files[f"directories/{name}.bin"], 31))["common"])


@pytest.mark.usefixtures("small_files")
@settings(max_examples=300, deadline=None)
@given(catalogs(), edits, st.sampled_from([None, "2026-05-01"]))
def test_patches_give_the_index_that_would_be_made_anew(
    datasets: list[Dataset], rounds: list[list[tuple[int, str | None, str | None]]], seen_on: str | None
) -> None:
    files = index_of(datasets, seen_on=seen_on)
    for edited in rounds:
        places = {position % len(datasets): (name, description) for position, name, description in edited}
        changes = [(position, change(datasets, position, *texts)) for position, texts in places.items()]
        expected = index_of(datasets, seen_on=seen_on)
        made = patch(files, *changes, seen_on=seen_on)
        if made is None:
            event("a word is no longer common, and nobody listed its texts")
            assert common_words(files) - common_words(expected)
            files = expected
        else:
            files = apply(files, made)
            assert made.head == head_of(expected)
            assert files == expected
