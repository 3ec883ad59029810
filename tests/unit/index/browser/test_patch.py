"""An index that is patched is byte for byte the one that would be made anew."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bench.synthesis import HUB_SAMPLE, base_records, records
from otdi_site.index.browser import Change, Patch, patch_index, rows, shards, terms, values, write_index, writer
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import FACETS_BY_NAME
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
        patch.setattr(terms, "SHARDS_IN_DIRECTORY", 3)
        patch.setattr(terms, "COMMON_MINIMUM", 3)
        few = {name: replace(facet, listed=2) for name, facet in FACETS_BY_NAME.items()}
        patch.setattr(values, "FACETS_BY_NAME", few)
        patch.setattr(writer, "PREVIEWS_FROM", 4)
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
    return set(json.loads(files[head_of(files)])["directories"]["search"]["common"])


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
            event("a word became common, or is no longer: its prefixes have other texts")
            assert common_words(files) != common_words(expected)
            files = expected
        else:
            files = apply(files, made)
            assert made.head == head_of(expected)
            assert files == expected


@pytest.mark.usefixtures("small_files")
def test_a_word_is_common_as_soon_as_most_datasets_have_it() -> None:
    datasets = [(make_summary(f"n{number}"), "tides" if number < 3 else "waves") for number in range(5)]
    files = index_of(datasets)
    assert patch(files, (4, change(datasets, 4, None, "tides"))) is None, "its texts are listed no longer"
    files = index_of(datasets)
    assert "tides" in common_words(files)
    made = patch(files, (0, change(datasets, 0, "Tides", "")))
    assert made is not None
    assert apply(files, made) == index_of(datasets)
    assert patch(files, (0, change(datasets, 0, "Heights", ""))) is None


@pytest.mark.usefixtures("small_files")
def test_several_datasets_of_one_page_and_one_value_are_patched_at_once() -> None:
    datasets = [(make_summary(f"n{number}", license="MIT"), "waves") for number in range(9)]
    files = index_of(datasets)
    changes = [
        (position, change(datasets, position, f"Tides {position}", f"tides {position}")) for position in (2, 0, 1)
    ]
    made = patch(files, *changes)
    assert made is not None
    assert apply(files, made) == index_of(datasets)


@pytest.mark.usefixtures("small_files")
def test_a_patch_that_changes_nothing_has_no_files() -> None:
    datasets = [(make_summary("tides"), "Heights of tides")]
    files = index_of(datasets)
    assert patch(files, (0, change(datasets, 0, None, None))) == Patch(head_of(files), (), frozenset())


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize(
    "fields",
    [
        {"id": "sample/other"},
        {"address": "/datasets/sample/other.html"},
        {"publisher_title": "Other"},
        {"license": "MIT"},
        {"languages": ("de", "en")},
        {"downloads": 2},
        {"likes": 1},
        {"date_modified": "2026-03-02"},
        {"date_added": "2026-03-01"},
        {"hosting": "owner"},
    ],
)
def test_an_index_is_not_patched_where_more_than_texts_changed(fields: dict[str, object]) -> None:
    summary = make_summary("tides", languages=("en", "de"), downloads=1, date_modified="2026-03-01")
    files = index_of([(summary, "")])
    assert patch(files, (0, Change(summary, "", replace(summary, title="Heights"), ""))) is not None
    assert patch(files, (0, Change(summary, "", replace(summary, **fields), ""))) is None  # type: ignore[arg-type]


@pytest.mark.usefixtures("small_files")
def test_an_index_is_not_patched_that_is_not_what_it_is_said_to_be() -> None:
    datasets = [(make_summary(f"n{number}", title=f"Tides {number}"), "waves") for number in range(5)]
    files = index_of(datasets, seen_on="2026-03-01")
    heights = change(datasets, 1, "Heights", "heights")
    assert patch(files, (1, heights), seen_on="2026-03-01") is not None
    assert patch(files, (1, heights), seen_on="2026-03-02") is None
    assert patch(files, (1, heights), seen_on="2026-03-01", shown=4) is None
    assert patch(files, (2, heights), seen_on="2026-03-01") is None
    assert patch(files, (5, heights), seen_on="2026-03-01") is None
    assert patch(files, (1, heights), (1, heights), seen_on="2026-03-01") is None
    assert patch(files, (1, heights._replace(before_text="currents")), seen_on="2026-03-01") is None


@pytest.mark.usefixtures("small_files")
def test_an_index_is_not_patched_where_a_file_it_needs_is_gone_or_damaged() -> None:
    datasets = [(make_summary(f"n{number}", title=f"Tides {9 - number}"), "waves") for number in range(5)]
    files = index_of(datasets)
    heights = change(datasets, 1, "Heights", "heights")
    needed: list[str] = []

    def read(path: str) -> bytes:
        needed.append(path)
        return files[path]

    def without(path: str) -> bytes:
        if path == missing:
            raise FileNotFoundError(path)
        return files[path]

    assert patch_index(read, head_of(files), [(1, heights)], rows_shown=SHOWN, seen_on=None) is not None
    assert {path.partition("/")[0] for path in needed[1:]} >= {"rows", "previews", "terms", "directories", "orders"}
    other = index_of(datasets)
    for missing in needed:
        assert patch_index(without, head_of(files), [(1, heights)], rows_shown=SHOWN, seen_on=None) is None
        family = missing.partition("/")[0].partition("-")[0]
        for content in (files[missing][:-9], *(other[path] for path in sorted(other) if path.startswith(family))):
            if content != files[missing]:
                damaged = files | {missing: content}
                assert (
                    patch_index(damaged.__getitem__, head_of(files), [(1, heights)], rows_shown=SHOWN, seen_on=None)
                    is None
                )


@pytest.mark.usefixtures("small_files")
def test_an_index_of_another_format_is_not_patched() -> None:
    datasets = [(make_summary("tides"), "waves")]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(writer, "FORMAT", 0)
        files = index_of(datasets)
    assert patch(files, (0, change(datasets, 0, "Heights", "heights"))) is None


@pytest.mark.skipif(not HUB_SAMPLE.is_file(), reason="the sample of the Hub is not beside the project")
def test_real_datasets_are_patched_with_files_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PREVIEWS_FROM", 1000)
    monkeypatch.setattr(terms, "COMMON_MINIMUM", 1000)
    datasets = list(records(base_records(VOCABULARIES)[0], 3000))
    chance = random.Random(11)
    files = index_of(datasets, shown=50)
    for _ in range(12):
        changes = []
        for position in {
            chance.choice((chance.randrange(40), chance.randrange(3000))) for _ in range(chance.choice((1, 1, 3)))
        }:
            summary, described = datasets[chance.randrange(3000)]
            kept = datasets[position][1].split()
            start = chance.randrange(len(kept) + 1)
            description = " ".join((*kept[:start], *described.split()[: chance.choice((1, 9, 99))], *kept[start + 4 :]))
            name = chance.choice((None, None, summary.title, f"{datasets[position][0].title} {summary.title}"))
            changes.append((position, change(datasets, position, name, description)))
        made = patch(files, *changes, shown=50)
        assert made is not None
        files = apply(files, made)
    assert files == index_of(datasets, shown=50)


def test_one_word_in_a_description_changes_few_files() -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 3000))
    files = index_of(datasets, shown=50)
    made = patch(files, (700, change(datasets, 700, None, f"{datasets[700][1]} quokka")), shown=50)
    assert made is not None
    families = sorted(file.path.split("/")[0].split("-")[0] for file in made.files)
    assert [family for family in families if family != "terms"] == ["directories", "directories", "head", "rows"]
    assert 1 <= families.count("terms") <= 3
