"""Catalogs of any size for measurements: real names and texts of the Hub multiplied, all figures and dates invented.

Nothing made here describes a real dataset, and nothing of it is published. Real rows come from the sample of the Hub
beside the project, where it is; without it, all text is invented, and measurements say so.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import langcodes

from otdi_site.model.catalog import SNIPPET_LENGTH, Summary, cut_text
from otdi_site.model.host_text import clean_host_text
from otdi_site.model.telling_words import telling_words
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.urls import address_of_hub_id, dataset_address

ROOT = Path(__file__).resolve().parents[1]
HUB_SAMPLE = ROOT.parent / "shared" / "hub_sample" / "hub_records.jsonl.zst"

_SEED = 20251024
_NEWEST = date(2026, 11, 20)
_REFERENCE = re.compile(r"…?\s*See the full description on the dataset page: \S*$")
_LICENSES = {
    "Apache License 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "Creative Commons Attribution 4.0 International Public License": "CC-BY-4.0",
    "Creative Commons Zero v1.0 Universal": "CC0-1.0",
    "Open Data Commons Attribution License v1.0": "ODC-By-1.0",
    "Academic Free License v3.0": "AFL-3.0",
    "Creative Commons Attribution 3.0": "CC-BY-3.0",
    "Creative Commons Attribution 2.0": "CC-BY-2.0",
    "Creative Commons Attribution 2.5": "CC-BY-2.5",
    "Community Data License Agreement Permissive 2.0": "CDLA-Permissive-2.0",
    "Community Data License Agreement Permissive 1.0": "CDLA-Permissive-1.0",
    "The Unlicense": "Unlicense",
    "Public Domain Dedication & License": "PDDL-1.0",
    "Etalab Open License 2.0 English": "etalab-2.0",
    "PostgreSQL License": "PostgreSQL",
    "Educational Community License v2.0": "ECL-2.0",
    "Microsoft Public License": "MS-PL",
    "zlib License": "Zlib",
}
_SIZES = {
    "< 1K": "n<1K",
    "1K - 10K": "1K<n<10K",
    "10K - 100K": "10K<n<100K",
    "100K - 1M": "100K<n<1M",
    "1M - 10M": "1M<n<10M",
    "10M - 100M": "10M<n<100M",
    "100M - 1B": "100M<n<1B",
    "1B - 10B": "1B<n<10B",
}
_FORMATS = ("parquet", "json", "csv", "text", "webdataset", "soundfolder", "imagefolder", "arrow", "optimized-parquet")
_LANGUAGES = frozenset(["English", "Chinese", "German", "French", "Hindi"])
_SYLLABLES = [first + second for first in "bcdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "er", "is")]


def sample_rows() -> list[dict[str, object]] | None:
    """The rows of the sample of the Hub; `None` where it cannot be read."""
    if not HUB_SAMPLE.is_file() or shutil.which("zstd") is None:
        return None
    unpacked = subprocess.run(["zstd", "-dcq", str(HUB_SAMPLE)], capture_output=True, check=True).stdout
    return [json.loads(line) for line in unpacked.splitlines()]


def vocabularies() -> Vocabularies:
    """The project's own."""
    return read_vocabularies(ROOT)[0]


def clean(description: str) -> str:
    """A description on one line, without the Hub's closing reference."""
    return _REFERENCE.sub("…", " ".join(description.split()))


@lru_cache(maxsize=4096)
def _language(name: str) -> str | None:
    try:
        return str(langcodes.find(name.replace("_", " ")).to_tag())
    except LookupError:
        return None


def base_records(known: Vocabularies) -> tuple[list[tuple[Summary, str]], bool]:
    """A summary and a description for each real row, without figures and dates; and whether the rows are real."""
    rows = sample_rows()
    if rows is None:
        return [_invented(number) for number in range(20_000)], False
    return [_of_row(row, known) for row in rows], True


def _of_row(row: dict[str, object], known: Vocabularies) -> tuple[Summary, str]:
    text = clean(str(row["description"] or ""))
    publisher, name = address_of_hub_id(str(row["id"]))
    keywords = [str(keyword) for keyword in row["keywords"]]  # type: ignore[attr-defined]
    categories = [str(category).split("/") for category in row["categories"]]  # type: ignore[attr-defined]
    named = [keyword for keyword in keywords if keyword[:1].isupper()]
    spoken = [_language(parts[-1]) for parts in categories if parts[0] == "language"]
    spoken += [
        _language(keyword) for keyword in named if keyword in ("English", "Chinese", "German", "French", "Hindi")
    ]
    domains = [term.id for parts in categories if parts[0] == "domain" for term in known.domains.meaning(parts[-1])]
    summary = Summary(
        id=f"{publisher}/{name}",
        address=dataset_address(publisher, name),
        title=str(row["name"]),
        publisher=publisher,
        publisher_title=str(row["creator"]),
        snippet=cut_text(text, SNIPPET_LENGTH),
        license=_LICENSES.get(str(row["license_name"])),
        domains=tuple(dict.fromkeys(domains))[:1],
        modalities=tuple(term.id for word in named for term in known.modalities.meaning(word)),
        languages=tuple(dict.fromkeys(tag for tag in spoken if tag)),
        tasks=tuple(dict.fromkeys(term.id for word in keywords for term in known.tasks.meaning(word))),
        size=next((_SIZES[keyword] for keyword in keywords if keyword in _SIZES), None),
        access=None,
        downloads=None,
        likes=None,
        date_modified=None,
        date_added=None,
        formats=tuple(keyword for keyword in keywords if keyword in _FORMATS),
        words=_words(f"{row['name']} {name}", str(row["description"] or "")),
    )
    return summary, text


def _words(name: str, text: str) -> str:
    return telling_words(name, cut_text(clean_host_text(text), SNIPPET_LENGTH))


def _invented(number: int) -> tuple[Summary, str]:
    chance = random.Random(f"{_SEED} {number}")
    words = [_word(int(chance.paretovariate(0.9)) % 60_000) for _ in range(60)]
    publisher, name = f"maker-{int(chance.paretovariate(0.7)) % 9000}", "-".join(words[:3]) + f"-{number}"
    text = " ".join(words)
    summary = Summary(
        id=f"{publisher}/{name}",
        address=dataset_address(publisher, name),
        title=name,
        publisher=publisher,
        publisher_title=publisher.title(),
        snippet=cut_text(text, SNIPPET_LENGTH),
        license=chance.choice(("Apache-2.0", "Apache-2.0", "MIT", "CC-BY-4.0", None)),
        domains=("finance",) if chance.random() < 0.1 else (),
        modalities=tuple(sorted(chance.sample(("text", "audio", "image", "tabular"), chance.randrange(3)))),
        languages=tuple(sorted(chance.sample(("en", "de", "fr", "zh", "sw", "hi"), chance.randrange(3)))),
        tasks=tuple(sorted(chance.sample(("question-answering", "translation"), chance.randrange(2)))),
        size=chance.choice((*_SIZES.values(), None)),
        access=None,
        downloads=None,
        likes=None,
        date_modified=None,
        date_added=None,
        formats=tuple(sorted(chance.sample(_FORMATS, chance.randrange(2)))),
        words=_words(name, text),
    )
    return summary, text


def _word(number: int) -> str:
    syllables = []
    number += 1
    while number:
        number, position = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[position])
    return "".join(syllables)


def records(base: Sequence[tuple[Summary, str]], count: int) -> Iterator[tuple[Summary, str]]:
    """`count` summaries with their descriptions in rank order, each time the same.

    The first of each base record keep their names and texts. Further ones mix the names and sentences of two records
    and add a word nobody has used more than a few times, so that the number of different words grows as it does in real
    catalogs. For each round of the base the order is drawn by lot anew: columns that repeat would pack ten times better
    than real ones.
    """
    chance = random.Random(_SEED)
    order = list(range(len(base)))
    for position in range(count):
        copy, place = divmod(position, len(base))
        if place == 0:
            chance.shuffle(order)
        summary, text = base[order[place]]
        if copy:
            other, other_text = base[chance.randrange(len(base))]
            summary, text = _mix(chance, summary, text, other, other_text, copy)
        yield _with_figures(chance, summary, position), text


def _mix(
    chance: random.Random, summary: Summary, text: str, other: Summary, other_text: str, copy: int
) -> tuple[Summary, str]:
    rare = _word(chance.randrange(40_000 * copy))
    half, other_half = len(text) // 2, len(other_text) // 2
    text = f"{text[: text.find(' ', half)]} {rare} {other_text[other_text.find(' ', other_half) :]}"
    title = f"{summary.title}-{other.title.rpartition('-')[2][:20]}-{copy}"
    if chance.random() < 0.3:
        title = f"{rare}-{title}"
    publisher = summary.publisher if copy % 2 else f"{summary.publisher}-{copy}"
    name = title.lower()
    mixed = Summary(
        **{
            **{field: getattr(summary, field) for field in Summary.__dataclass_fields__},
            "id": f"{publisher}/{name}",
            "address": dataset_address(publisher, name),
            "title": title,
            "publisher": publisher,
            "snippet": cut_text(text, SNIPPET_LENGTH),
            "words": _words(title, text),
            "languages": other.languages if chance.random() < 0.3 else summary.languages,
            "tasks": other.tasks if chance.random() < 0.3 else summary.tasks,
        }
    )
    return mixed, text


def _with_figures(chance: random.Random, summary: Summary, position: int) -> Summary:
    changed = _NEWEST - timedelta(days=min(1600, int(chance.expovariate(1 / 400))))
    fields = {field: getattr(summary, field) for field in Summary.__dataclass_fields__}
    fields |= {
        "downloads": int(3_000_000 / (position + 1) ** 0.9) or (None if chance.random() < 0.1 else 0),
        "likes": int(chance.paretovariate(0.8)) - 1 if chance.random() < 0.9 else None,
        "date_modified": changed.isoformat() if chance.random() < 0.97 else None,
        "date_added": (changed + timedelta(days=chance.randrange(200))).isoformat() if chance.random() < 0.5 else None,
        "access": "gated" if chance.random() < 0.06 else "open",
        "hosting": "alliance" if chance.random() < 0.002 else ("owner" if chance.random() < 0.2 else None),
    }
    return Summary(**fields)


def write_records(base: Sequence[tuple[Summary, str]], count: int, path: Path) -> None:
    """`records`, one JSON array a line."""
    with path.open("w", encoding="utf-8") as file:
        for summary, text in records(base, count):
            file.write(json.dumps([asdict(summary), text], ensure_ascii=False) + "\n")


_LISTS = ("domains", "modalities", "languages", "tasks", "formats", "sources")


def read_records(path: Path) -> Iterator[tuple[Summary, str]]:
    """What `write_records` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields, text = json.loads(line)
            for name in _LISTS:
                fields[name] = tuple(fields.get(name, ()))
            yield Summary(**fields), text
