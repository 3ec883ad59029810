"""The files of the browser's index: the same for the same datasets, named by content, safe for any text."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.synthesis import base_records, records
from otdi_site.index.browser import postings
from otdi_site.index.browser.encoding import pack
from otdi_site.model.regions import REGIONS, region_of
from tests.samples import make_summary
from tests.unit.index.browser.asking import VOCABULARIES, ask, ask_about, files_of, titles, write_to


def head_of(files: list[Any]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(files[-1].content)
    return head


def facet_of(files: list[Any], name: str) -> dict[str, Any]:
    return next(facet for facet in head_of(files)["facets"] if facet["name"] == name)


def test_the_same_datasets_give_the_same_bytes() -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 300))
    assert files_of(datasets) == files_of(iter(datasets))


def test_postings_that_do_not_fit_into_memory_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 300))
    in_memory = files_of(datasets)
    monkeypatch.setattr(postings, "POSTINGS_IN_MEMORY", 1000)
    assert files_of(datasets) == in_memory


def test_files_are_named_by_their_content_and_the_head_comes_last() -> None:
    files = files_of(records(base_records(VOCABULARIES)[0], 300))
    *packed, head = files
    assert head.path == f"head-{hashlib.sha256(head.content).hexdigest()[:12]}.json"
    for file in packed:
        assert file.name == hashlib.sha256(gzip.decompress(file.content)).hexdigest()[:12]
    contents = {}
    for file in files:
        assert contents.setdefault(file.path, file.content) == file.content


def test_a_long_list_of_distances_takes_a_tenth_less_than_gzip_makes_of_it_by_itself() -> None:
    chance = random.Random(3)
    distances = bytes(min(127, int(chance.expovariate(1 / 8))) for _ in range(100_000))
    packed = pack("terms", distances).content
    assert gzip.decompress(packed) == distances
    assert len(packed) < 0.92 * len(gzip.compress(distances, 6))


def test_a_changed_description_leaves_most_files_as_they_were() -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 2000))
    before = {file.path for file in files_of(datasets)}
    summary, text = datasets[700]
    datasets[700] = (replace(summary, snippet="Another snippet"), text)
    after = {file.path for file in files_of(datasets)}
    assert sorted(path.split("/")[0].split("-")[0] for path in after - before) == ["directories", "head", "rows"]


def test_an_empty_catalog_has_an_index(tmp_path: Path) -> None:
    (answer,) = ask_about(tmp_path, [], {"query": "tides", "facets": ["domain"]})
    assert (answer["count"], answer["rows"]) == (0, [])


def test_rows_show_what_is_known_of_a_dataset(tmp_path: Path) -> None:
    summary = make_summary(
        "tides",
        title="Tide heights",
        snippet="Heights of tides",
        license="MIT",
        domains=("climate",),
        languages=("de", "sw"),
        size="1K<n<10K",
        access="gated",
        downloads=0,
        likes=7,
        date_modified="2026-02-28",
        date_added="2024-02-29",
        formats=("csv",),
        license_accepted="yes",
        provenance_stated="unknown",
    )
    (answer,) = ask_about(tmp_path, [(summary, "")], {"rows": 1})
    assert answer["rows"] == [
        {
            "position": 0,
            "title": "Tide heights",
            "address": "/datasets/sample/tides.html",
            "snippet": "Heights of tides",
            "values": {
                "publisher": [{"id": "sample", "title": "Sample"}],
                "domain": [{"id": "climate", "title": "Climate"}],
                "modality": [],
                "language": [{"id": "de", "title": "German"}, {"id": "sw", "title": "Swahili"}],
                "license": [{"id": "MIT", "title": "MIT"}],
                "task": [],
                "size": [{"id": "1K<n<10K", "title": "1K<n<10K"}],
                "format": [{"id": "csv", "title": "csv"}],
                "access": [{"id": "gated", "title": "Gated: its host asks for conditions to be accepted"}],
                "license-accepted": [{"id": "yes", "title": "Yes"}],
                "provenance-stated": [{"id": "unknown", "title": "Unknown"}],
                "sensitive-stated": [],
            },
            "valueCounts": {},
            "downloads": 0,
            "likes": 7,
            "changed": "2026-02-28",
            "added": "2024-02-29",
        }
    ]


def test_a_row_names_values_that_the_head_does_not_list_and_counts_those_it_does_not_name(tmp_path: Path) -> None:
    tags = [f"qa{number}" for number in range(70)]
    datasets = [(make_summary(f"copy-{number}", languages=tuple(tags)), "") for number in range(3)]
    datasets.append((make_summary("rare", languages=("zu", *tags[:30])), ""))
    folder = tmp_path
    head = write_to(folder, files_of(datasets))
    (rare,) = ask(folder, head, {"selected": {"language": ["ZU"]}, "rows": 1})
    (row,) = rare["rows"]
    assert row["values"]["language"][0] == {"id": "zu", "title": "Zulu"}
    assert len(row["values"]["language"]) == 8
    assert row["valueCounts"] == {"language": 31}


def test_hostile_texts_are_written_as_data(tmp_path: Path) -> None:
    title = '</script><img src=x onerror="alert(1)">\u2028\ud800 \x00'
    (answer,) = ask_about(tmp_path, [(make_summary("x", title=title, snippet="\n\x1f=\n"), "=license:MIT\n")], {})
    assert titles(answer) == [title.replace("\ud800", "?")]
    assert answer["rows"][0]["snippet"] == "\n\x1f=\n"


def test_last_changes_are_seen_from_a_day_in_the_data() -> None:
    dates = ["2026-03-31", "2026-03-01", "2026-02-01", "2025-06-01", "2024-06-01", "2019-01-01", None]
    datasets = [(make_summary(f"n{number}", date_modified=day), "") for number, day in enumerate(dates)]
    change = facet_of(files_of(datasets), "change")
    assert change["values"]["ids"] == ["month", "quarter", "year", "two-years", "older"]
    assert change["values"]["counts"] == [2, 1, 1, 1, 1]
    assert change["unstated"] == 1
    later = facet_of(files_of(datasets, seen_on="2028-01-01T00:00:00Z"), "change")
    assert later["values"]["ids"] == ["two-years", "older"]


def test_values_stand_in_their_groups() -> None:
    datasets = [(make_summary("a", languages=("de", "sw", "eo"), domains=("climate",)), "")]
    language = facet_of(files_of(datasets), "language")
    groups = dict(zip(language["values"]["ids"], language["values"]["group_numbers"], strict=True))
    assert {tag: language["groups"][number] for tag, number in groups.items()} == {
        "de": "Europe",
        "sw": "Africa",
        "eo": "Without a region",
    }
    assert language["values"]["hints"][language["values"]["ids"].index("de")] == "Deutsch"
    assert facet_of(files_of(datasets), "domain")["groups"] == ["Science"]


@pytest.mark.parametrize(
    ("tag", "region"),
    [
        ("pt-BR", "Europe"),
        ("en", "Europe"),
        ("zh-Hant", "Asia"),
        ("mi", "Oceania"),
        ("qu", "Americas"),
        ("ha", "Africa"),
        ("la", "Europe"),
    ],
)
def test_languages_stand_where_they_are_at_home(tag: str, region: str) -> None:
    assert region_of(tag) == region
    assert region in REGIONS
