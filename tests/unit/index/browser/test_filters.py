"""Filters, counts and orders of the browser's index are those of a plain count over the same datasets."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.synthesis import base_records, records, vocabularies
from otdi_site.index.browser import write_index
from otdi_site.index.browser.tokens import fold
from otdi_site.index.facets import values_of
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import CHANGES, FACETS_BY_NAME
from tests.builds import IS_THOROUGH
from tests.unit.index.browser.asking import ask, write_to

COUNT = 5_200
COMBINATIONS = 1_000 if IS_THOROUGH else 300
FACETS = [name for name in FACETS_BY_NAME if name != "publisher"]
UNSTATED = "none-stated"


@dataclass(frozen=True)
class Built:
    folder: Path
    head: str
    summaries: list[Summary]
    values: list[dict[str, tuple[str, ...]]]
    """Of each dataset, by facet."""

    def count(self, selected: dict[str, list[str]]) -> tuple[list[int], dict[str, Counter[str]]]:
        """Positions of the datasets that pass, and for each facet the values of those that pass all other facets."""
        passing = []
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        for position, values in enumerate(self.values):
            failing = [facet for facet, chosen in selected.items() if not any(v in chosen for v in values[facet])]
            if not failing:
                passing.append(position)
            for facet in failing if failing else FACETS:
                if len(failing) <= 1 and facet in counts:
                    counts[facet].update(values[facet])
        return passing, counts


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("index")
    known = vocabularies()
    datasets = list(records(base_records(known)[0], COUNT))
    summaries = [summary for summary, _ in datasets]
    newest = max(summary.date_modified or "" for summary in summaries)

    def value_of(summary: Summary, facet: str) -> tuple[str, ...]:
        if facet != "change":
            return tuple(dict.fromkeys(values_of(summary, facet))) or (UNSTATED,)
        if summary.date_modified is None:
            return (UNSTATED,)
        days = (date.fromisoformat(newest) - date.fromisoformat(summary.date_modified)).days
        return (next(value for value, (most, _) in CHANGES.items() if days <= most),)

    values = [{facet: value_of(summary, facet) for facet in FACETS_BY_NAME} for summary in summaries]
    return Built(folder, write_to(folder, write_index(datasets, known)), summaries, values)


def draw(chance: random.Random, built: Built) -> dict[str, list[str]]:
    """Up to four facets, each with up to three values; frequent and rare ones."""
    selected = {}
    for facet in chance.sample(list(FACETS_BY_NAME), chance.choice([1, 1, 2, 2, 3, 4])):
        chosen = [chance.choice(chance.choice(built.values)[facet]) for _ in range(chance.choice([1, 1, 2, 3]))]
        selected[facet] = sorted(set(chosen))
    return selected


def test_results_and_counts_of_random_combinations_equal_a_plain_count(built: Built) -> None:
    chance = random.Random(7)
    combinations = [draw(chance, built) for _ in range(COMBINATIONS)]
    questions = [
        {"selected": selected, "facets": FACETS, "rows": 20, "isFresh": number % 3 == 0}
        for number, selected in enumerate(combinations)
    ]
    for selected, answer in zip(combinations, ask(built.folder, built.head, *questions), strict=True):
        positions, counts = built.count(selected)
        assert answer["count"] == len(positions), selected
        assert [row["position"] for row in answer["rows"]] == positions[:20], selected
        assert answer["unknown"] == []
        for facet in FACETS:
            shown = answer["counts"][facet]
            assert shown == {value: counts[facet][value] for value in shown}, (selected, facet)
            assert facet == "language" or shown == counts[facet], (selected, facet)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("downloads", lambda summary: -1 if summary.downloads is None else summary.downloads),
        ("likes", lambda summary: -1 if summary.likes is None else summary.likes),
        ("changed", lambda summary: summary.date_modified or ""),
        ("added", lambda summary: summary.date_added or ""),
    ],
)
def test_lists_are_sorted_with_what_is_not_stated_last(built: Built, sort: str, key: Callable[[Summary], Any]) -> None:
    questions = [{"sort": sort, "rows": 300}, {"sort": sort, "rows": 300, "selected": {"access": ["gated"]}}]
    for question, answer in zip(questions, ask(built.folder, built.head, *questions), strict=True):
        positions, _ = built.count(question.get("selected", {}))  # type: ignore[arg-type]
        positions.sort(key=lambda position: key(built.summaries[position]), reverse=True)
        assert [row["position"] for row in answer["rows"]] == positions[:300]


def test_names_are_sorted_without_regard_to_case_and_accents(built: Built) -> None:
    (answer,) = ask(built.folder, built.head, {"sort": "name", "rows": COUNT})
    names = [fold(row["title"]) for row in answer["rows"]]
    assert names == sorted(names)
    assert len(names) == COUNT


def test_the_largest_datasets_come_first(built: Built) -> None:
    order = {term.id: number for number, term in enumerate(vocabularies().size_categories.terms, 1)}
    (answer,) = ask(built.folder, built.head, {"sort": "size", "rows": COUNT})
    sizes = [order[row["values"]["size"][0]["id"]] if row["values"]["size"] else 0 for row in answer["rows"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_value_the_catalog_does_not_have_is_ignored_and_named(built: Built) -> None:
    selected = {"domain": ["no-such-domain"], "publisher": ["no-such-publisher"], "no-such-facet": ["x"]}
    (answer,) = ask(built.folder, built.head, {"selected": selected})
    assert answer["count"] == COUNT
    assert answer["unknown"] == [
        "domain=no-such-domain",
        "publisher=no-such-publisher",
        "no-such-facet=x",
    ]


def test_the_first_click_on_a_listed_value_needs_one_file(built: Built) -> None:
    question = {"selected": {"modality": ["text"]}, "facets": FACETS, "rows": 50, "isFresh": True}
    (answer,) = ask(built.folder, built.head, question)
    assert [path.split("/")[0] for path in answer["requests"]] == ["previews"]
    assert len(answer["rows"]) == 50
