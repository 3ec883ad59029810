"""How well the catalog's search finds datasets: ``python bench/search_quality.py`` prints one JSON document.

Two hundred real datasets are drawn by lot, always the same. For each, its name is searched for; it counts as found when
it is among the first ten. The same for three telling words of a description: words that fewer than one dataset in a
hundred has and that some other dataset has too; the three rarest. Datasets whose description has no three such words,
most of them a sentence that the Hub puts where there is none, are not drawn. The stricter measure takes words that at
least three other datasets have.

The questions of `bench.search_questions` are asked as people type them. One is satisfied when at least half of its
first ten answers, or of all right ones where there are fewer, are right. Each figure is given for the questions that
the ranking is tuned with and for those set aside; ``--set-aside`` lists what failed among the latter, too.

Typing errors: a fixed list of well-known names with one error each counts as found when one of the first ten results
has the right name; and one error is made in the longest word of each of the drawn names that has one of eight letters.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.search_questions import questions
from bench.synthesis import ROOT, base_records, records, vocabularies
from otdi_site.index.browser import write_index
from otdi_site.index.browser.tokens import tokenise
from otdi_site.model.catalog import Summary

DRAWN = 200
FIRST = 10
TYPING_ERRORS = {
    "alpaca claened": "alpaca-cleaned",
    "finewebb edu": "fineweb-edu",
    "openhemres": "openhermes",
    "wikipdia": "wikipedia",
    "comon voice": "common_voice",
    "sentimnt analysis": "sentiment-analysis",
    "translaton": "translation",
    "insturction": "instruction",
    "finacial news": "financial-news",
    "medcial": "medical",
    "mathmatics": "mathematics",
    "conversatoin": "conversation",
    "multilingaul": "multilingual",
    "benchmrak": "benchmark",
    "classificaton": "classification",
    "preferense": "preference",
    "reasonning": "reasoning",
    "summarizaton": "summarization",
    "embeddngs": "embeddings",
    "qestion answering": "question-answering",
}
"""What was typed, and what the name of a dataset found must hold, both without regard to case and separators."""


def ask(folder: Path, head: str, questions: list[dict[str, object]]) -> list[dict[str, object]]:
    """The answers that the browser's modules give."""
    driver = ROOT / "tests/js/index/drivers/ask.mjs"
    command = ["node", str(driver), str(folder), head]
    run = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, check=True)
    answers: list[dict[str, object]] = json.loads(run.stdout)
    return answers


def telling_words(tokens: list[str], frequency: Counter[str], others: int, dataset_count: int) -> list[str]:
    """The three rarest words of a text that at least `others` other texts have, and fewer than one in a hundred."""
    words = {
        token
        for token in tokens
        if len(token) > 2 and not token.isdigit() and others < frequency[token] < dataset_count / 100
    }
    return sorted(words, key=lambda word: (frequency[word], word))[:3]


def misspell(chance: random.Random, name: str) -> str | None:
    """A name with one error in its longest word; `None` where that is short."""
    words = tokenise(name)
    longest = max(words, key=len, default="")
    if len(longest) < 8 or not longest.isascii() or longest.isdigit():
        return None
    place = chance.randrange(1, len(longest) - 1)
    wrong = chance.choice(
        [
            longest[:place] + longest[place + 1 :],
            longest[:place] + longest[place + 1] + longest[place] + longest[place + 2 :],
            longest[:place] + "e" + longest[place:],
        ]
    )
    return " ".join(wrong if word == longest else word for word in words)


def share_found(folder: Path, head: str, searches: list[tuple[str, Summary]]) -> dict[str, object]:
    """How many of the datasets searched for are among the first ten, and which are not."""
    questions: list[dict[str, object]] = [{"query": query, "rows": FIRST} for query, _ in searches]
    missed = []
    for (query, summary), answer in zip(searches, ask(folder, head, questions), strict=True):
        addresses = [row["address"] for row in answer["rows"]]  # type: ignore[attr-defined]
        if summary.address not in addresses:
            missed.append(f"{query} -> {summary.id} ({answer['count']} found)")
    return {
        "searches": len(searches),
        "found": len(searches) - len(missed),
        "share": round(1 - len(missed) / len(searches), 3),
        "missed": missed,
    }


def judge_questions(
    folder: Path, head: str, datasets: list[tuple[Summary, str]], *, shows_set_aside: bool
) -> dict[str, object]:
    """Success and mean reciprocal rank of the questions by kind, tuned with and set aside."""
    asked = list(questions())
    answers = ask(folder, head, [{"query": each.query, "rows": FIRST} for each in asked])
    figures: dict[str, dict[str, list[tuple[bool, float]]]] = {"tuned": {}, "set_aside": {}}
    failed = []
    for question, answer in zip(asked, answers, strict=True):
        right = {summary.address for summary, text in datasets if question.answers(summary, text)}
        hits = [row["address"] in right for row in answer["rows"]]  # type: ignore[attr-defined]
        is_satisfied = sum(hits) * 2 >= min(FIRST, len(right))
        part = "set_aside" if question.is_set_aside else "tuned"
        reciprocal = 1 / (hits.index(True) + 1) if any(hits) else 0.0
        figures[part].setdefault(question.kind, []).append((is_satisfied, reciprocal))
        if not is_satisfied and (shows_set_aside or not question.is_set_aside):
            found = f"{sum(hits)} of {min(FIRST, len(right))} right, {answer['count']} found"
            failed.append(f"{part}, {question.kind}: {question.query} ({found})")
    return {
        part: {
            "questions": sum(map(len, kinds.values())),
            "satisfied": _mean([float(good) for kind in kinds.values() for good, _ in kind]),
            "reciprocal_rank": _mean([rank for kind in kinds.values() for _, rank in kind]),
            "by_kind": {
                name: f"{sum(good for good, _ in kind)}/{len(kind)}, {_mean([rank for _, rank in kind])}"
                for name, kind in kinds.items()
            },
        }
        for part, kinds in figures.items()
    } | {"failed": failed}


def _mean(figures: list[float]) -> float:
    return round(sum(figures) / len(figures), 3)


def main() -> None:
    """Builds the index of all real rows and searches it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--set-aside", action="store_true", help="list what failed of the questions set aside, too")
    parser.add_argument("--questions", action="store_true", help="ask the questions alone, not the names drawn by lot")
    options = parser.parse_args()
    known = vocabularies()
    base, is_real = base_records(known)
    datasets = list(records(base, len(base)))
    tokens = [tokenise(text) for _, text in datasets]
    frequency = Counter(token for each in tokens for token in set(each))
    chance = random.Random(6)
    drawn = chance.sample(range(len(datasets)), DRAWN)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for file in write_index(datasets, known):
            path = folder / file.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.content)
            head = file.path
        asked = judge_questions(folder, head, datasets, shows_set_aside=options.set_aside)
        if options.questions:
            json.dump(asked, sys.stdout, indent=2, ensure_ascii=False)
            print()
            return
        names = [(datasets[number][0].title, datasets[number][0]) for number in drawn]
        shuffled = chance.sample(range(len(datasets)), len(datasets))

        def described(others: int) -> list[tuple[str, Summary]]:
            found = (
                (telling_words(tokens[number], frequency, others, len(datasets)), datasets[number][0])
                for number in shuffled
            )
            return list(islice(((" ".join(words), summary) for words, summary in found if len(words) == 3), DRAWN))

        errors = [(wrong, summary) for title, summary in names if (wrong := misspell(chance, title)) is not None]
        queries: list[dict[str, object]] = [{"query": query} for query in TYPING_ERRORS]
        fixed_missed = []
        for (query, name), answer in zip(TYPING_ERRORS.items(), ask(folder, head, queries), strict=True):
            titles = ["".join(tokenise(row["title"])) for row in answer["rows"]]  # type: ignore[attr-defined]
            if not any("".join(tokenise(name)) in title for title in titles):
                fixed_missed.append(f"{query} -> {name}: {titles[:3]}")
        report = {
            "rows": "the sample of the Hub" if is_real else "wholly invented: the sample of the Hub is not here",
            "datasets": len(datasets),
            "questions": asked,
            "names": share_found(folder, head, names),
            "three_words": share_found(folder, head, described(1)),
            "three_words_stricter": share_found(folder, head, described(3)),
            "typing_errors_listed": {
                "searches": len(TYPING_ERRORS),
                "found": len(TYPING_ERRORS) - len(fixed_missed),
                "missed": fixed_missed,
            },
            "typing_errors_in_names": share_found(folder, head, errors),
        }
    json.dump(report, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
