"""The search finds what a plain look through all texts finds, names first, and forgives one typing error."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.synthesis import base_records, records
from otdi_site.index.browser import terms
from otdi_site.index.browser.tokens import name_tokens, tokenise
from otdi_site.model.catalog import Summary
from tests.samples import make_summary
from tests.unit.index.browser.asking import VOCABULARIES, ask, ask_about, files_of, titles, write_to


def named(title: str, text: str = "", **fields: Any) -> tuple[Summary, str]:
    name = "-".join(tokenise(title)) or "unnamed"
    return make_summary(name, title=title, snippet=text, **fields), text


def test_words_in_names_count_more_than_words_in_texts(tmp_path: Path) -> None:
    datasets = [named("River levels", "Tide heights"), named("Tide heights of ports"), named("Tide heights")]
    (answer,) = ask_about(tmp_path, datasets, {"query": "tide heights"})
    assert titles(answer) == ["Tide heights", "Tide heights of ports", "River levels"]


def test_equals_stay_in_rank_order(tmp_path: Path) -> None:
    datasets = [named(f"Dataset {number}", "About tides") for number in range(30)]
    (answer,) = ask_about(tmp_path, datasets, {"query": "tides"})
    assert titles(answer) == [f"Dataset {number}" for number in range(10)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("OpenTides", "open-tides_v2"),
        ("open tides", "OpenTides2"),
        ("TIDES open", "OpenTides2"),
        ("opent", "OpenTides2"),
        ("zurich", "Zürich weather"),
        ("Zürich", "ZURICH weather"),
        ("lodz", "Łódź"),
        ("数据", "中文数据集"),
        ("数据集", "中文数据集"),
        ("集", "中文数据集"),
        ("文", "中文数据集"),
        ("データ", "日本語データ"),
        ("데이터셋", "한국어 데이터셋을 위한"),
        ("ภาษา", "ข้อมูลภาษาไทย"),
        ("servicenow/repliqa", "repliqa"),
    ],
)
def test_names_are_found_however_they_are_written(tmp_path: Path, query: str, title: str) -> None:
    datasets = [named("Something else", "entirely"), named(title, publisher="servicenow", publisher_title="ServiceNow")]
    (answer,) = ask_about(tmp_path, datasets, {"query": query})
    assert titles(answer) == [title]


@pytest.mark.parametrize("query", ["wikipdia", "wikipediaa", "wkipedia", "wikipeida", "vikipedia", "wikipedla"])
def test_one_typing_error_in_a_longer_word_is_forgiven(tmp_path: Path, query: str) -> None:
    datasets = [named("News"), named("Wikipedia-abstracts")]
    (answer,) = ask_about(tmp_path, datasets, {"query": f"{query} abstracts"})
    assert titles(answer) == ["Wikipedia-abstracts"]
    assert answer["corrections"] == ["wikipedia"]


def test_a_word_that_many_datasets_have_is_taken_for_no_typing_error(tmp_path: Path) -> None:
    datasets = [*(named(f"Reading {number}") for number in range(40)), named("Heading kept")]
    (answer,) = ask_about(tmp_path, datasets, {"query": "reading kept"})
    assert answer["count"] == 0
    assert answer["corrections"] == []


@pytest.mark.parametrize("query", ["wikpdia", "mesw", "zzzzzz"])
def test_more_than_one_error_and_errors_in_short_words_find_nothing(tmp_path: Path, query: str) -> None:
    (answer,) = ask_about(tmp_path, [named("Wikipedia"), named("News")], {"query": query})
    assert answer["count"] == 0


def test_a_query_without_words_searches_for_nothing(tmp_path: Path) -> None:
    (answer,) = ask_about(tmp_path, [named("News"), named("Tides")], {"query": " … "})
    assert answer["count"] == 2


def test_searches_and_filters_narrow_each_other(tmp_path: Path) -> None:
    datasets = [named("Tides one", license="MIT"), named("Tides two"), named("Other", license="MIT")]
    question = {"query": "tides", "selected": {"license": ["MIT"]}, "facets": ["license"]}
    (answer,) = ask_about(tmp_path, datasets, question)
    assert titles(answer) == ["Tides one"]
    assert answer["counts"]["license"] == {"MIT": 1, "none-stated": 1}


def test_words_that_most_datasets_have_do_not_narrow_but_count_in_names(tmp_path: Path) -> None:
    count = terms.COMMON_MINIMUM + 100
    datasets = [
        named(f"Set {number}", "A dataset about tides" if number == 5 else "A dataset") for number in range(count)
    ]
    datasets += [named("The dataset"), named("Odd one", "tides")]
    by_both, by_common = ask_about(tmp_path, datasets, {"query": "tides dataset"}, {"query": "dataset"})
    assert titles(by_both) == ["Set 5", "Odd one"]
    assert by_common["count"] == len(datasets)
    assert titles(by_common)[0] == "The dataset"


def test_searches_find_what_a_plain_look_through_the_texts_finds(tmp_path: Path) -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 3_000))
    tokens = [
        set(tokenise(f"{text} {summary.publisher} {summary.publisher_title}"))
        | name_tokens(summary.title).keys()
        | name_tokens(summary.id.partition("/")[2]).keys()
        for summary, text in datasets
    ]
    chance = random.Random(11)
    frequency = Counter(token for each in tokens for token in each)
    words = sorted(token for token, count in frequency.items() if count >= 12 and len(token) >= 6 and token.isascii())
    queries = [chance.sample(words, chance.choice([1, 2, 2, 3])) for _ in range(300)]
    head = write_to(tmp_path, files_of(datasets))
    answers = ask(tmp_path, head, *({"query": " ".join(query), "rows": 0} for query in queries))
    compared = 0
    for query, answer in zip(queries, answers, strict=True):
        *whole, begun = query
        expected = sum(each.issuperset(whole) and any(t.startswith(begun) for t in each) for each in tokens)
        if expected >= 10 or not answer["corrections"]:
            assert answer["count"] == expected, query
            compared += 1
    assert compared > 50


def test_a_search_for_two_words_reads_at_most_four_shards_of_terms(tmp_path: Path) -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 3_000))
    head = write_to(tmp_path, files_of(datasets))
    queries = ["question answering", "the d", "medical da", "a s", "speech c", "数据 t"]
    for answer in ask(tmp_path, head, *({"query": query, "isFresh": True} for query in queries)):
        shards = [path for path in answer["requests"] if path.startswith(("terms/", "prefixes/"))]
        assert 1 <= len(shards) <= 4


def test_many_directories_lead_to_the_same_shards_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 3_000))
    texts = ["question answering", "a s", "s", "the d", "medical da", "qeustion", "wikiepdia", "数据", "zzzzzz", "0"]
    queries = [{"query": query, "isFresh": True} for query in texts]
    expected = ask(tmp_path, write_to(tmp_path, files_of(datasets)), *queries)
    monkeypatch.setattr(terms, "SHARDS_IN_DIRECTORY", 3)
    found = ask(tmp_path, write_to(tmp_path, files_of(datasets)), *queries)
    for query, one, other in zip(texts, expected, found, strict=True):
        for answer in (one, other):
            answer["requests"] = sorted(path for path in answer["requests"] if not path.startswith("directories/"))
        assert one == other, query
