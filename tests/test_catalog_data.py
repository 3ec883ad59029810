"""The entries that ship with the project are real, keep to the vocabularies, and span what the initiative asks for.

Part of the sources of the entries lies in ``shared`` beside the project and is no part of it: the tests that compare
with them are skipped where they are absent.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.entries_and_rows import compare, find_reason, read_rows

ROOT = Path(__file__).parents[1]
VOCABULARY = ROOT / "catalog_data" / "vocabulary"
DATASETS = ROOT / "catalog_data" / "datasets"
SHARED = ROOT.parent / "shared"
SAMPLE = SHARED / "hub_sample" / "hub_records.jsonl.zst"
NAMED = SHARED / "facts" / "named_datasets.json"
LICENSES = SHARED / "facts" / "licenses.json"

SEED_DOMAINS = (
    "climate",
    "marine",
    "materials",
    "semiconductors",
    "other-industrial",
    "finance",
    "healthcare",
    "legal",
    "social-sciences",
    "timeseries",
)
"""The domains that the initiative asks contributors to choose from; a real dataset was found for each of them."""

needs_facts = pytest.mark.skipif(
    not (SAMPLE.is_file() and NAMED.is_file()), reason=f"the facts about real datasets are not in {SHARED}"
)
needs_zstd = pytest.mark.skipif(shutil.which("zstd") is None, reason="the zstd command is not installed")

Yaml = dict[str, Any]


def read_yaml(path: Path) -> Yaml:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict), path
    return content


@cache
def read_terms(name: str) -> dict[str, Yaml]:
    terms: list[Yaml] = read_yaml(VOCABULARY / f"{name}.yaml")["terms"]
    return {str(term["id"]): term for term in terms}


ENTRIES = {path.relative_to(DATASETS): read_yaml(path) for path in sorted(DATASETS.rglob("*.yaml"))}


def count_values(field: str) -> Counter[str]:
    return Counter(value for entry in ENTRIES.values() for value in entry.get(field) or ())


def test_catalog_opens_with_at_least_sixty_datasets() -> None:
    assert len(ENTRIES) >= 60


@pytest.mark.parametrize("path", ENTRIES, ids=str)
def test_entry_says_only_words_of_the_vocabularies(path: Path) -> None:
    entry = ENTRIES[path]
    for field, vocabulary in (
        ("domains", "domains"),
        ("modalities", "modalities"),
        ("tasks", "tasks"),
        ("sensitive_information", "sensitive_information"),
    ):
        assert set(entry.get(field) or ()) <= read_terms(vocabulary).keys(), field
    for field, vocabulary in (
        ("publisher", "publishers"),
        ("license", "licenses"),
        ("size", "size_categories"),
    ):
        assert field not in entry or entry[field] in read_terms(vocabulary), field


@pytest.mark.parametrize("path", ENTRIES, ids=str)
def test_entry_is_complete_enough_to_be_found_and_trusted(path: Path) -> None:
    entry = ENTRIES[path]
    assert entry["title"]
    assert entry["publisher"] == path.parent.as_posix()
    assert 20 <= len(entry["description"]) <= 600
    assert len(entry.get("domains") or ()) <= 1
    assert entry["url"].startswith("https://")
    assert entry["sources"]
    assert all(source["url"].startswith("https://") and source["note"] for source in entry["sources"])


def test_no_dataset_is_listed_twice() -> None:
    ids = Counter(entry["huggingface"].casefold() for entry in ENTRIES.values() if "huggingface" in entry)
    assert [dataset for dataset, count in ids.items() if count > 1] == []


def test_every_domain_asked_for_has_a_dataset() -> None:
    assert [domain for domain in SEED_DOMAINS if domain not in count_values("domains")] == []


def test_every_modality_has_a_dataset() -> None:
    assert [modality for modality in read_terms("modalities") if modality not in count_values("modalities")] == []


def test_every_publisher_has_a_dataset() -> None:
    publishers = {entry["publisher"] for entry in ENTRIES.values()}
    assert sorted(read_terms("publishers")) == sorted(publishers)


def test_every_license_of_an_entry_is_accepted_by_the_initiative() -> None:
    accepted = {name for name, term in read_terms("licenses").items() if term["is_accepted"]}
    assert {entry["license"] for entry in ENTRIES.values() if "license" in entry} <= accepted


@pytest.fixture(scope="module")
def sample() -> dict[str, Yaml]:
    """The datasets of the Hub's catalog snapshot, by id."""
    return read_rows(SAMPLE)


@needs_facts
@needs_zstd
def test_every_dataset_exists_on_the_hub(sample: dict[str, Yaml]) -> None:
    named = {entry["hf_id"] for entry in json.loads(NAMED.read_text(encoding="utf-8"))["entries"]}
    ids = {entry["huggingface"] for entry in ENTRIES.values() if "huggingface" in entry}
    assert sorted(ids - sample.keys() - named) == []


@needs_facts
@needs_zstd
def test_an_entry_that_differs_from_its_row_says_why(sample: dict[str, Yaml]) -> None:
    """Licence, publisher, size, languages, tasks, modalities, domain and sources; the rest stays with its reason."""
    assert sum(entry.get("huggingface") in sample for entry in ENTRIES.values()) >= 147
    disagreements = compare(sample)
    print(*disagreements, sep="\n")
    assert [str(found) for found in disagreements if found.reason is None] == []


@needs_facts
@needs_zstd
def test_no_reason_outlives_its_disagreement(sample: dict[str, Yaml]) -> None:
    facts = ("Licence", "Size", "Tasks", "Languages", "Modalities", "Domain", "Publisher")
    given = {(path.as_posix(), fact) for path, entry in ENTRIES.items() for fact in facts if find_reason(entry, fact)}
    differing = {(found.entry, found.fact) for found in compare(sample)}
    # This one says why it names one of two values that the row states.
    assert given - differing == {("cropnet/cropnet.yaml", "Domain")}


@needs_facts
@needs_zstd
def test_an_entry_names_what_was_read(sample: dict[str, Yaml]) -> None:
    """Rows are read from the initiative's file of the day of the snapshot, never from the live page of a dataset."""
    wrong = []
    for path, entry in ENTRIES.items():
        row = sample.get(entry["huggingface"])
        first = entry["sources"][0]
        if row and not any(first["url"].endswith(f"/docs/files/data/catalog/{c}.js") for c in row["categories"]):
            wrong.append((str(path), first["url"]))
        if row and (str(first.get("date")), first["note"].startswith("Row of")) != ("2025-10-24", True):
            wrong.append((str(path), first["note"]))
    assert wrong == []


@needs_facts
@needs_zstd
def test_a_license_that_no_row_states_has_a_source(sample: dict[str, Yaml]) -> None:
    others = {
        path: entry for path, entry in ENTRIES.items() if "license" in entry and entry["huggingface"] not in sample
    }
    assert len(others) >= 3
    notes = {path: " ".join(source["note"] for source in entry["sources"]) for path, entry in others.items()}
    assert [str(path) for path, note in notes.items() if "licence" not in note] == []


@needs_facts
@needs_zstd
def test_every_number_of_a_description_stands_in_its_row(sample: dict[str, Yaml]) -> None:
    wrong = []
    for path, entry in ENTRIES.items():
        row = sample.get(entry["huggingface"])
        if row is not None:
            year = str(entry["sources"][0]["date"].year)
            known = find_numbers(f"{row['name']} {row['description']}") | {float(year)}
            wrong += [(str(path), number) for number in find_numbers(entry["description"]) - known]
    assert wrong == []


def find_numbers(text: str) -> set[float]:
    """The numbers of a text, whether written as 25,000, 25000, 25K or 0.025 million."""
    factors = {"k": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9, "trillion": 1e12}
    found = set()
    for digits, unit in re.findall(r"(\d+(?:[, ]\d{3})*(?:\.\d+)?)(?: ?(k|M|million|billion|trillion)\b)?", text, re.I):
        number = float(re.sub(r"[, ]", "", digits))
        found.add(round(number * factors.get(unit.casefold(), 1), 3))
    return found


@needs_facts
@needs_zstd
def test_ids_of_source_datasets_exist(sample: dict[str, Yaml]) -> None:
    """As rows, as entries, or in the words of the row that names them."""
    known = sample.keys() | {entry["huggingface"] for entry in ENTRIES.values()}
    unknown = []
    for path, entry in ENTRIES.items():
        row = sample.get(entry["huggingface"])
        words = f"{row['description']} {row['keywords']}" if row else ""
        for source in entry.get("source_datasets") or ():
            if source not in known and source not in words and not ("commoncrawl.org" in source and row is None):
                unknown.append((str(path), source))
    assert unknown == []


@needs_facts
@needs_zstd
def test_no_owner_hosts_what_its_account_re_publishes(sample: dict[str, Yaml]) -> None:
    copies = re.compile(r"\bcop(?:y|ied)\b|re-?organi[sz]ed|is the same as", re.IGNORECASE)
    wrong = []
    for path, entry in ENTRIES.items():
        row = sample.get(entry["huggingface"], {"description": ""})
        text = f"{entry['description']} {row['description']}"
        if copies.search(text) and "hosting" in entry:
            wrong.append((str(path), copies.findall(text)))
    assert wrong == []


@needs_facts
def test_listings_and_dates_are_those_of_the_initiative() -> None:
    """Datasets of key contributors are contributed, all others selected; older dates are not those of the catalogue."""
    facts = json.loads(NAMED.read_text(encoding="utf-8"))["entries"]
    named = {fact["hf_id"]: fact for fact in facts if fact["kind"] == "hf_dataset" and fact["page"] == "contributors"}
    contributed = named.keys() - {"ibm-granite/GneissWeb"}  # Named for its tools alone.
    dates = {name: fact["date_added"] for name, fact in named.items() if fact["date_added"]}
    own = {name: date for name, date in dates.items() if is_of_catalog(date) and not name.startswith("wikimedia/")}
    listed = {entry["huggingface"] for entry in ENTRIES.values() if entry["listing"] == "contributed"}
    assert listed == contributed
    assert {entry["listing"] for entry in ENTRIES.values()} == {"contributed", "selected"}
    added = {entry["huggingface"]: str(entry["date_added"]) for entry in ENTRIES.values() if "date_added" in entry}
    assert added == own


def is_of_catalog(date: str) -> bool:
    """Whether a day is not before 30 August 2024, when the initiative's collection was made."""
    return date >= "2024-08-30"


@pytest.mark.skipif(not LICENSES.is_file(), reason=f"the facts about licenses are not in {LICENSES}")
def test_licenses_are_all_those_of_the_hub_and_accepted_as_the_initiative_says() -> None:
    facts = json.loads(LICENSES.read_text(encoding="utf-8"))
    terms = read_terms("licenses")
    accepted = {name: term for name, term in terms.items() if term["is_accepted"]}
    assert {name: term["spdx_url"] for name, term in accepted.items()} == {
        fact["spdx_id"]: fact["spdx_url"] for fact in facts["licenses"]
    }
    hub_ids = sorted(hub_id for term in terms.values() for hub_id in term["hub_ids"])
    assert hub_ids == sorted(facts["hf_hub_license_identifiers"])
    assert len({name.casefold() for name in terms}) == len(terms)
