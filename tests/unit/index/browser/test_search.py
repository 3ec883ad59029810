"""The search finds what a plain look through all texts finds, names first, and forgives one typing error."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.synthesis import base_records, records
from otdi_site.index.browser import terms
from otdi_site.index.browser.tokens import name_tokens, tokenise
from otdi_site.model.catalog import Summary
from tests.samples import make_summary
from tests.unit.index.browser.asking import ROOT, VOCABULARIES, ask, ask_about, files_of, titles, write_to


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
    assert answer["whole"] == 0
    assert answer["corrections"] == []


@pytest.mark.parametrize("query", ["chest", "moths"])
def test_a_word_that_is_right_is_not_corrected(tmp_path: Path, query: str) -> None:
    datasets = [named(f"Chess months {number}") for number in range(40)]
    datasets += [named(f"Scans {number}", "of the chest, not of moths") for number in range(3)]
    (answer,) = ask_about(tmp_path, datasets, {"query": query})
    assert titles(answer) == ["Scans 0", "Scans 1", "Scans 2"]
    assert answer["corrections"] == []


@pytest.mark.parametrize(
    ("query", "correction"),
    [("convrsatoin", "conversation"), ("mulitlingaul", "multilingual"), ("clasificaton", "classification")],
)
def test_two_typing_errors_in_a_long_word_are_forgiven(tmp_path: Path, query: str, correction: str) -> None:
    datasets = [
        named("News"),
        *(named(f"{word}-{n}") for n in range(3) for word in ("conversation", "multilingual", "classification")),
    ]
    (answer,) = ask_about(tmp_path, datasets, {"query": query})
    assert titles(answer) == [f"{correction}-{n}" for n in range(3)]
    assert answer["corrections"] == [correction]


def test_most_of_the_words_are_found_where_nothing_has_all(tmp_path: Path) -> None:
    datasets = [
        named("Weather"),
        named("Calls", "Emergency calls by telephone"),
        named("Spanish calls", "Recorded telephone calls"),
    ]
    (answer,) = ask_about(tmp_path, datasets, {"query": "spanish telephone emergency calls"})
    assert (answer["count"], answer["whole"]) == (2, 0)
    assert {row["title"]: row["missing"] for row in answer["rows"]} == {
        "Calls": ["spanish"],
        "Spanish calls": ["emergency"],
    }
    assert [(each["word"], each["count"], each["rest"]) for each in answer["without"]] == [
        ("spanish", 1, "telephone emergency calls"),
        ("emergency", 1, "spanish telephone calls"),
    ]


def test_a_word_that_nothing_has_does_not_hide_what_has_the_others(tmp_path: Path) -> None:
    datasets = [named("Tides of ports"), named("Tides"), named("Ports")]
    (answer,) = ask_about(tmp_path, datasets, {"query": "tides ports xyzzyq"})
    assert titles(answer)[0] == "Tides of ports"
    assert answer["rows"][0]["missing"] == ["xyzzyq"]


def test_few_with_all_words_come_before_those_with_most(tmp_path: Path) -> None:
    datasets = [named("Tides one", "ports"), named("Ports", "tides, heights"), named("Heights", "of tides in ports")]
    (answer,) = ask_about(tmp_path, datasets, {"query": "tides ports heights"})
    assert titles(answer)[:2] == ["Heights", "Ports"] or titles(answer)[:2] == ["Ports", "Heights"]
    assert (answer["count"], answer["whole"]) == (3, 2)
    (by_name,) = ask_about(tmp_path, datasets, {"query": "tides ports heights", "sort": "name"})
    assert titles(by_name) == ["Heights", "Ports"], "in another order, those with most would stand among them"


@pytest.mark.parametrize(
    ("query", "name", "text"),
    [
        ("hot pot qa", "HotpotQA", ""),
        ("hot pot qa", "Questions", "like those of hotpotqa"),
        ("hotpotqa", "hot_pot_qa", ""),
        ("deep math", "Sums", "from deepmath"),
        ("deepmath", "Deep-Math", ""),
        ("fineweb", "FineWeb2-X", ""),
        ("chestxray", "Chest scans", "chest xray pictures"),
        ("tumors", "Scans", "of a tumour"),
        ("tumour", "Tumors", ""),
        ("stories", "A story", ""),
        ("classify tweets", "Tweet classification", ""),
        ("summarising", "Summarization", ""),
        ("labelled", "Labels", ""),
        ("catalog", "Catalogue", ""),
        ("haematology", "Hematology", ""),
        ("NER", "Named entity recognition", ""),
        ("named entity recognition", "ner-corpus", ""),
        ("C#", "Code", "in C# and others"),
        ("C++", "Code", "c++"),
        (".NET", "Code", "for .NET"),
        ("🚀", "Rockets", "🚀 fast"),
        ("1,000,000", "Sums", "1,000,000 of them"),
        ("1000000", "Sums", "1,000,000 of them"),
        ("100k", "Sums", "100,000 of them"),
        ("a dataset of the tides", "Tides", "The dataset is new"),
        ("الطب", "طب", ""),
    ],
)
def test_words_are_found_in_other_forms(tmp_path: Path, query: str, name: str, text: str) -> None:
    datasets = [named("Something else", "Can it be cut? No: 1,000 of 000 ♥"), named(name, text)]
    (answer,) = ask_about(tmp_path, datasets, {"query": query})
    assert titles(answer) == [name]
    assert answer["whole"] == 1


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("yoruba", "yo"),
        ("Èdè Yorùbá", "yo"),
        ("yo", "yo"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("MIT license", "MIT"),
        ("mit", "MIT"),
        ("climate", "climate"),
        ("MT", "translation"),
        ("translating", "translation"),
    ],
)
def test_a_value_is_found_by_every_name_it_has_and_offered(tmp_path: Path, query: str, value: str) -> None:
    datasets = [
        named("One", languages=("yo",)),
        named("Two", languages=("de", "fr")),
        named("Three", license="MIT"),
        named("Four", domains=("climate",)),
        named("Five", tasks=("translation",)),
        named("Six"),
    ]
    (answer,) = ask_about(tmp_path, datasets, {"query": f"{query}"})
    place = ["yo", "de", "MIT", "climate", "translation"].index(value)
    assert titles(answer) == [datasets[place][0].title]
    assert [(each["id"], each["count"], each["rest"]) for each in answer["values"]] == [(value, 1, "")]


def test_a_value_that_is_chosen_is_not_offered(tmp_path: Path) -> None:
    datasets = [named("One", languages=("yo",)), named("Yoruba two", languages=("yo",))]
    question = {"query": "yoruba two", "selected": {"language": ["yo"]}}
    (answer,) = ask_about(tmp_path, datasets, question)
    assert answer["values"] == []


def test_a_publisher_an_id_and_a_name_come_first(tmp_path: Path) -> None:
    datasets = [
        named("About c4", "by allenai"),
        named("c4 of allenai, allenai"),
        named("c4", publisher="other", publisher_title="Other"),
        named("c4", publisher="allenai", publisher_title="Ai2"),
        named("Other", publisher="allenai", publisher_title="Ai2"),
    ]
    by_publisher, by_id, by_name = ask_about(
        tmp_path, datasets, {"query": "allenai"}, {"query": "AllenAI/C4"}, {"query": "c4"}
    )
    assert [row["values"]["publisher"][0]["id"] for row in by_publisher["rows"]][:2] == ["allenai", "allenai"]
    assert by_id["rows"][0]["values"]["publisher"][0]["id"] == "allenai"
    assert titles(by_id)[0] == "c4"
    assert titles(by_name)[:2] == ["c4", "c4"]


def test_a_beginning_finds_what_the_longer_word_finds(tmp_path: Path) -> None:
    datasets = list(records(base_records(VOCABULARIES)[0], 3_000))
    head = write_to(tmp_path, files_of(datasets))
    words = ["tasks", "swahili", "radiology", "medical", "conversation"]
    queries = [word[:length] for word in words for length in range(1, len(word) + 1)]
    answers = ask(tmp_path, head, *({"query": query, "rows": 0} for query in queries))
    found = {query: answer["count"] for query, answer in zip(queries, answers, strict=True)}
    for word in words:
        for length in range(2, len(word)):
            assert found[word[:length]] >= found[word] or found[word] < 10, (word[:length], found)


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
    driver = ROOT / "tests/js/index/drivers/roots.mjs"
    run = subprocess.run(
        ["node", str(driver)], input=json.dumps([*frequency]), capture_output=True, text=True, check=True
    )
    roots = dict(zip(frequency, json.loads(run.stdout), strict=True))
    head = write_to(tmp_path, files_of(datasets))
    answers = ask(tmp_path, head, *({"query": " ".join(query), "rows": 0} for query in queries))
    compared = 0
    for query, answer in zip(queries, answers, strict=True):
        *whole, begun = query
        expected = sum(each.issuperset(whole) and any(t.startswith(begun) for t in each) for each in tokens)
        assert answer["whole"] >= expected, query
        if expected >= 10 and not answer["values"]:
            alike = [{word for word in frequency if roots[word] == roots[each]} for each in whole]
            begin = {word for word in frequency if word.startswith(begun) or roots[word] == roots[begun]}
            most = sum(all(not forms.isdisjoint(each) for forms in (*alike, begin)) for each in tokens)
            assert answer["whole"] <= most, query
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
