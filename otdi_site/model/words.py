"""What words of entries and of the Hub mean in the catalog's terms; it must not know which source wins."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from otdi_site.model.dataset import SourceDataset
from otdi_site.model.language import Language, find_language
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.values import is_hub_id
from otdi_site.model.vocabulary import License, Term, Vocabularies, Vocabulary
from otdi_site.urls import is_web_url, slugify

HUB_URL = "https://huggingface.co"
"""Where readers find the Hub, whatever endpoint the metadata was read from."""

_IDENTIFIER_LIMIT = 100
"""Characters of an id made from a host's words, which becomes the name of a folder."""

W = TypeVar("W")
T = TypeVar("T", bound=Term)


def day_of(moment: datetime.date | str | None) -> str | None:
    """The ISO 8601 date of a day, or of a time in ISO 8601."""
    if isinstance(moment, datetime.date):
        return moment.isoformat()
    return moment[:10] if moment else None


def find_terms(words: Sequence[str] | None, vocabulary: Vocabulary[T]) -> tuple[T, ...] | None:
    """Terms by id, in the order of `words`; words that are none were reported when the entry was read."""
    if words is None:
        return None
    return tuple(term for word in words if (term := vocabulary.get(word)) is not None)


def find_meanings(words: Iterable[str], vocabulary: Vocabulary[T]) -> tuple[T, ...] | None:
    """Terms that words of the Hub mean, in the vocabulary's order; `None` where they mean nothing."""
    found = {term.id for word in words for term in vocabulary.meaning(word)}
    return tuple(term for term in vocabulary.terms if term.id in found) or None


def find_languages(tags: Sequence[str]) -> tuple[Language, ...]:
    """The languages that tags name, each once; words that name none are passed over."""
    found = (find_language(tag) for tag in tags)
    return tuple(dict.fromkeys(language for language in found if language is not None))


def read_license(row: SnapshotRow, vocabularies: Vocabularies) -> License | None:
    """The licence the host names; one that no vocabulary has, and several at once, are shown but not accepted."""
    if not row.licenses:
        return None
    titles = []
    for word in row.licenses:
        term = next(iter(vocabularies.licenses.meaning(word)), None)
        is_named = word.lower() == "other" and row.license_name is not None
        if term is not None and not is_named and len(row.licenses) == 1:
            return term
        titles.append(row.license_name or word if is_named else term.id if term else word)
    # A host that names several does not say whether one may choose, or which holds for what.
    title = ", ".join(titles)
    identifier = "LicenseRef-" + (slugify(title)[:_IDENTIFIER_LIMIT].strip("-") or "other")
    known = vocabularies.licenses.get(identifier)  # Ids that differ in case alone would share an address.
    return License(id=known.id if known else identifier, title=title, url=row.license_link)


def find_publisher(slug: str, author: str | None, vocabularies: Vocabularies) -> Term:
    """The vocabulary's term, else one made from the Hub's account where that is what the publisher is."""
    term = vocabularies.publishers.get(slug)
    if term is not None:
        return term
    if author is None or author.lower() != slug:
        return Term(id=slug, title=slug)
    return Term(id=slug, title=author, url=f"{HUB_URL}/{author}")


def _source_dataset(word: str) -> SourceDataset | None:
    if is_web_url(word):
        return SourceDataset(word.removeprefix("https://").removeprefix("http://"), word)
    # "original" and "extended|x" are the Hub's older words for "made from nothing" and "made from x".
    if word == "original":
        return None
    name = word.removeprefix("extended|")
    # A word without an author may be an id of the Hub's early days, or just a word.
    return SourceDataset(name, f"{HUB_URL}/datasets/{name}" if "/" in name and is_hub_id(name) else None)


def find_source_datasets(words: Sequence[str] | None) -> tuple[SourceDataset, ...] | None:
    """The datasets that ids, URLs and the Hub's older words name; empty where they say that there is none."""
    if words is None:
        return None
    return tuple(source for word in words if (source := _source_dataset(word)) is not None)


def read_access(row: SnapshotRow) -> Literal["open", "gated"] | None:
    """Whether access must be asked for; `None` where the Hub did not say."""
    if row.gated is None:
        return None
    return "gated" if row.gated else "open"


def only_one(terms: tuple[W, ...] | None) -> W | None:
    """The only one; several size categories say nothing certain."""
    return terms[0] if terms and len(terms) == 1 else None
