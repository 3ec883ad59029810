"""Writes indexes to folders and asks them questions through the browser's modules, in Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from otdi_site.index.browser import IndexFile, write_index
from otdi_site.model.catalog import Summary
from otdi_site.model.vocabulary import Group, License, SearchWords, Task, Term, Vocabularies, Vocabulary

ROOT = Path(__file__).resolve().parents[4]
SIZES = ("n<1K", "1K<n<10K", "10K<n<100K")

VOCABULARIES = Vocabularies(
    domains=Vocabulary(
        "domains",
        "Domains",
        "",
        (Group(id="science", title="Science"),),
        (Term(id="climate", title="Climate", group="science"), Term(id="finance", title="Finance")),
    ),
    modalities=Vocabulary("modalities", "Modalities", "", (), (Term(id="text", title="Text"),)),
    licenses=Vocabulary(
        "licenses", "Licences", "", (), (License(id="MIT", title="MIT License", category="permissive"),)
    ),
    tasks=Vocabulary("tasks", "Tasks", "", (), (Task(id="translation", title="Translation"),)),
    size_categories=Vocabulary("size_categories", "Sizes", "", (), tuple(Term(id=size, title=size) for size in SIZES)),
    publishers=Vocabulary("publishers", "Publishers", "", (), ()),
    transformations=Vocabulary("transformations", "Transformations", "", (), ()),
    sensitive_information=Vocabulary("sensitive_information", "Sensitive information", "", (), ()),
    card_specification=None,
    search_words=SearchWords(same=(("NER", "named entity recognition"), ("MT", "translation")), ignored="a the of mit"),
)


def files_of(datasets: Iterable[tuple[Summary, str]], **options: Any) -> list[IndexFile]:
    return list(write_index(datasets, VOCABULARIES, **options))


def write_to(folder: Path, files: Iterable[IndexFile]) -> str:
    """Writes an index and returns the name of its head."""
    name = ""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        name = file.path
    return name


def ask(folder: Path, head: str, *questions: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to questions, as tests/js/index/drivers/ask.mjs gives them."""
    driver = ROOT / "tests/js/index/drivers/ask.mjs"
    run = subprocess.run(
        ["node", str(driver), str(folder), head],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    answers: list[dict[str, Any]] = json.loads(run.stdout)
    return answers


def ask_about(
    folder: Path, datasets: Iterable[tuple[Summary, str]], *questions: dict[str, Any]
) -> list[dict[str, Any]]:
    """Answers from a new index of some datasets."""
    return ask(folder, write_to(folder, files_of(datasets)), *questions)


def titles(answer: dict[str, Any]) -> list[str]:
    return [row["title"] for row in answer["rows"]]
