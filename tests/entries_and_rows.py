"""Compares the entries with the rows about the same datasets in the Hub's catalogue files, and says why they differ.

A row is a dataset as the initiative's public catalogue files give it: ``id``, ``name``, ``description``, ``creator``,
``license_url`` and ``keywords``, which hold the first five of the Hub's tags and the words it was grouped under. The
reason why an entry differs stands in the notes of its ``sources``, in a sentence that begins with the fact's name,
such as ``Size: left out, since the text gives another number.``
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import langcodes
import yaml

ROOT = Path(__file__).resolve().parents[1]
DATASETS = ROOT / "catalog_data" / "datasets"
VOCABULARY = ROOT / "catalog_data" / "vocabulary"

Yaml = dict[str, Any]
Words = frozenset[str]

MODALITIES = {
    "3D": "3d",
    "Audio": "audio",
    "Geospatial": "geospatial",
    "Image": "image",
    "Tabular": "tabular",
    "Text": "text",
    "Time-series": "timeseries",
    "Video": "video",
}
"""The labels that the Hub itself gives, by which they differ from the tags of people."""

TAG_LIMIT = 5
"""Tags of the Hub in a row."""

NO_LANGUAGES = {"benchmark", "crowdsourced", "legal", "monolingual", "multilingual", "remote-sensing"}
"""Tags that `langcodes` takes for a misspelt language."""

OTHER_NAMES = {"ladino": "lad", "musi": "mui"}
"""Languages whose names `langcodes` takes for those of others."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One fact that an entry and its row state differently."""

    entry: str
    """The entry's path below the folder of entries."""
    fact: str
    stated: Words
    """What the entry says."""
    found: Words
    """What the row says."""
    reason: str | None
    """Why the entry differs, in the words of its notes; `None` where they do not say."""

    def __str__(self) -> str:
        stated, found = (", ".join(sorted(words)) or "nothing" for words in (self.stated, self.found))
        return f"{self.entry}: {self.fact}: {stated}; the row: {found}. {self.reason or 'NO REASON GIVEN'}"


def read_entries() -> dict[str, Yaml]:
    """The entries by their paths below the folder of entries."""
    paths = sorted(DATASETS.rglob("*.yaml"))
    return {path.relative_to(DATASETS).as_posix(): yaml.safe_load(path.read_text("utf-8")) for path in paths}


def read_rows(file: Path) -> dict[str, Yaml]:
    """The rows by the Hub's ids, from JSON lines that zstd packed."""
    command = ["zstd", "--decompress", "--stdout", str(file)]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


@cache
def read_terms(name: str) -> dict[str, Yaml]:
    terms: list[Yaml] = yaml.safe_load((VOCABULARY / f"{name}.yaml").read_text("utf-8"))["terms"]
    return {str(term["id"]): term for term in terms}


def find_disagreements(entry: Yaml, row: Yaml, path: str) -> Iterator[Disagreement]:
    """What an entry and its row state differently. An entry may say more where a row, cut after five tags, may not."""
    keywords = list(row["keywords"])
    text = f"{row['name']} {row['description']}"
    tasks = frozenset(keywords) & read_terms("tasks").keys() - {"other"}
    languages = find_languages(keywords)
    spoken = frozenset(tag for tag in values_of(entry, "languages") if is_named(tag, text))
    modalities = frozenset(MODALITIES[word] for word in keywords if word in MODALITIES)
    creator = {tidy(row["creator"]), tidy(row["id"].partition("/")[0])}
    publisher = read_terms("publishers")[entry["publisher"]]["title"]
    differing = {
        "Licence": (values_of(entry, "license"), find_license(row["license_url"]), True),
        "Size": (values_of(entry, "size"), find_sizes(keywords), True),
        "Tasks": (values_of(entry, "tasks"), tasks, len(tasks) < TAG_LIMIT),
        "Languages": (values_of(entry, "languages") - (spoken - languages), languages, True),
        "Modalities": (values_of(entry, "modalities"), modalities, False),
        "Domain": (values_of(entry, "domains"), find_domains(keywords), False),
        "Made from": (values_of(entry, "source_datasets"), find_sources(keywords), False),
        "Publisher": (frozenset() if tidy(publisher) in creator else frozenset([publisher]), frozenset(), True),
    }
    for fact, (stated, found, is_whole) in differing.items():
        is_said = bool(stated & found) if fact == "Domain" else found <= stated
        if (found and not is_said) or (is_whole and not stated <= found):
            yield Disagreement(path, fact, stated, found, find_reason(entry, fact))


def values_of(entry: Yaml, field: str) -> Words:
    value = entry.get(field) or ()
    return frozenset([value] if isinstance(value, str) else value)


def find_reason(entry: Yaml, fact: str) -> str | None:
    """The sentence of the entry's notes that begins with the fact's name."""
    notes = " ".join(source.get("note", "") for source in entry.get("sources", ()))
    match = re.search(rf"\b{fact}: (?:[^.]|\.(?=\S))+\.", notes)
    return match[0] if match else None


def find_sizes(keywords: list[str]) -> Words:
    """Size categories, which the Hub writes as `10K<n<100K` in its tags and as `10K - 100K` elsewhere."""
    written = {re.sub(r"^([\d.]+\w) - ([\d.]+\w)$", r"\1<n<\2", word) for word in keywords}
    written = {{"< 1K": "n<1K", "> 1T": "n>1T"}.get(word, word) for word in written}
    return frozenset(written & read_terms("size_categories").keys())


@cache
def find_language(name: str) -> str | None:
    try:
        return OTHER_NAMES.get(name) or langcodes.find(name).to_tag()
    except LookupError:
        return None


def find_languages(keywords: list[str]) -> Words:
    """Languages of which a row has the English name; the words that mean something else besides are no names."""
    others = {*read_terms("tasks"), *MODALITIES, *NO_LANGUAGES}
    names = (word for word in keywords if word not in others and re.fullmatch(r"[^\W\d_][^_/:<>]+", word))
    return frozenset(tag for name in names if (tag := find_language(name)))


def is_named(tag: str, text: str) -> bool:
    """Whether a text has an English name of a language."""
    name = langcodes.Language.get(tag).display_name().split(" (")[0]
    return name.casefold() in text.casefold() or tag in map(find_language, re.findall(r"[^\W\d_]{4,}", text))


def find_domains(keywords: list[str]) -> Words:
    """The domains that the tags of people name, as the vocabulary understands them."""
    said = {word.casefold() for word in keywords} - read_terms("tasks").keys()
    return frozenset(
        name
        for name, term in read_terms("domains").items()
        if said & {name, *(word.casefold() for word in term.get("alternatives", ()))}
    )


def find_sources(keywords: list[str]) -> Words:
    """The Hub's ids of the datasets that a row's tags say it was made from."""
    ids = (word.removeprefix("extended|") for word in keywords)
    return frozenset(word for word in ids if re.fullmatch(r"[\w.-]+/[\w.-]+", word))


def find_license(page: str) -> Words:
    """The licence of a page of choosealicense.com, the Hub or ScanCode LicenseDB, such as ``etalab-2.0-en``."""
    word = page.rstrip("/").rpartition("/")[2].removesuffix(".html").casefold()
    terms = read_terms("licenses")
    ids = {hub_id: name for name, term in terms.items() for hub_id in term["hub_ids"]}
    ids |= {name.casefold(): name for name in terms}
    name = ids.get(word) or ids.get(word.removesuffix("-en"))
    return frozenset([name] if name else [])


def tidy(name: str) -> str:
    return " ".join(name.split()).casefold()


def compare(rows: dict[str, Yaml]) -> list[Disagreement]:
    """All disagreements of the entries with `rows`, by entry."""
    return [
        disagreement
        for path, entry in read_entries().items()
        if entry.get("huggingface") in rows
        for disagreement in find_disagreements(entry, rows[entry["huggingface"]], path)
    ]


if __name__ == "__main__":
    found = compare(read_rows(Path(sys.argv[1])))
    print(*found, sep="\n")
    print(f"{len(found)} disagreements, {sum(d.reason is None for d in found)} without a reason")
