"""The entries that ship with the project are real, keep to the vocabularies, and span what the initiative asks for.

Part of the sources of the entries lies in ``shared`` beside the project and is no part of it: the tests that compare
with them are skipped where they are absent.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

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
    command = ["zstd", "--decompress", "--stdout", str(SAMPLE)]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


@needs_facts
@needs_zstd
def test_every_dataset_exists_on_the_hub(sample: dict[str, Yaml]) -> None:
    named = {entry["hf_id"] for entry in json.loads(NAMED.read_text(encoding="utf-8"))["entries"]}
    ids = {entry["huggingface"] for entry in ENTRIES.values() if "huggingface" in entry}
    assert sorted(ids - sample.keys() - named) == []


@needs_facts
@needs_zstd
def test_every_license_is_the_one_the_hub_states(sample: dict[str, Yaml]) -> None:
    """A license is stated where, and only where, the Hub's catalog snapshot states it."""
    terms = read_terms("licenses")
    hub_ids = {hub_id: name for name, term in terms.items() for hub_id in term["hub_ids"]}
    wrong = []
    for path, entry in ENTRIES.items():
        record = sample.get(entry.get("huggingface", ""))
        page = record["license_url"].rstrip("/").rpartition("/")[2].removesuffix(".html") if record else None
        expected = page and hub_ids.get(page, spdx_id_of_page(page, terms))
        if entry.get("license") != expected:
            wrong.append((str(path), entry.get("license"), expected))
    assert wrong == []


def spdx_id_of_page(page: str, terms: dict[str, Yaml]) -> str | None:
    """The license that a page of ScanCode LicenseDB, such as ``odc-by-1.0`` or ``etalab-2.0-en``, is about."""
    names = {name.casefold(): name for name in terms}
    return names.get(page) or names.get(page.removesuffix("-en"))


@needs_facts
@needs_zstd
def test_titles_of_publishers_are_their_own(sample: dict[str, Yaml]) -> None:
    creators: dict[str, set[str]] = {}
    for record in sample.values():
        creators.setdefault(record["id"].partition("/")[0], set()).add(record["creator"])
    wrong = []
    for term in read_terms("publishers").values():
        account = term["url"].rpartition("/")[2]
        if account in creators and term["title"] not in creators[account]:
            wrong.append(term["id"])
    assert wrong == []


@needs_facts
def test_dates_added_are_those_of_the_initiative() -> None:
    named = {
        entry["hf_id"]: entry["date_added"]
        for entry in json.loads(NAMED.read_text(encoding="utf-8"))["entries"]
        if entry["kind"] == "hf_dataset"
    }
    added = {entry["huggingface"]: str(entry["date_added"]) for entry in ENTRIES.values() if "date_added" in entry}
    assert added == {dataset: named[dataset] for dataset in added}
    assert set(added) == {dataset for dataset, date in named.items() if date}


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
