"""Maps the words of entries and of the Hub to the catalog's terms."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from otdi_site.model.language import Language, find_language
from otdi_site.model.snapshot import Gating, Membership
from otdi_site.model.vocabulary import Term, Vocabularies, Vocabulary
from otdi_site.urls import HUB_URL

T = TypeVar("T", bound=Term)


def day_of(moment: datetime.date | str) -> str:
    """The ISO 8601 date of a day, or of a time in ISO 8601."""
    return moment.isoformat() if isinstance(moment, datetime.date) else moment[:10]


def find_terms(words: Sequence[str], vocabulary: Vocabulary[T]) -> tuple[T, ...]:
    """Terms by id, in the order of `words`; words that are none were reported when the entry was read."""
    return tuple(term for word in words if (term := vocabulary.get(word)) is not None)


def meaning_finder(vocabulary: Vocabulary[T]) -> Callable[[Sequence[str]], tuple[T, ...] | None]:
    """Finds the terms that words of the Hub mean, in the vocabulary's order; `None` where they mean nothing.

    What a word means is looked up once, and equal results are one object: many datasets have the same.
    """
    meanings: dict[str, frozenset[str]] = {}
    results: dict[frozenset[str], tuple[T, ...]] = {}

    def find(words: Sequence[str]) -> tuple[T, ...] | None:
        found: frozenset[str] = frozenset()
        for word in words:
            ids = meanings.get(word)
            if ids is None:
                ids = meanings[word] = frozenset([term.id for term in vocabulary.meaning(word)])
            if ids:
                found |= ids
        if not found:
            return None
        result = results.get(found)
        if result is None:
            result = results[found] = tuple([term for term in vocabulary.terms if term.id in found])
        return result

    return find


def find_languages(tags: Sequence[str]) -> tuple[Language, ...]:
    """The languages that tags name, each once; words that name none are passed over."""
    found = (find_language(tag) for tag in tags)
    return tuple(dict.fromkeys(language for language in found if language is not None))


def find_publisher(slug: str, author: str | None, vocabularies: Vocabularies) -> Term:
    """The vocabulary's term, else one made from the Hub's account where that is what the publisher is."""
    term = vocabularies.publishers.get(slug)
    if term is not None:
        return term
    if author is None or author.lower() != slug:
        return Term(id=slug, title=slug)
    return Term(id=slug, title=author, url=f"{HUB_URL}/{author}")


def read_access(gated: Gating) -> Literal["open", "gated"]:
    """Whether access must be asked for."""
    return "gated" if gated else "open"


def find_note(memberships: Sequence[Membership]) -> str | None:
    """The first note that the keepers of a collection wrote."""
    return next((each.note for each in memberships if each.note), None)


def only_one(terms: tuple[T, ...] | None) -> T | None:
    """The only one; several size categories say nothing certain."""
    return terms[0] if terms and len(terms) == 1 else None


def name_in_hub_id(hub_id: str) -> str:
    """The name of a dataset without its publisher."""
    return hub_id.rpartition("/")[2]


def hub_page(hub_id: str) -> str:
    """The page of a dataset on the Hub."""
    return f"{HUB_URL}/datasets/{hub_id}"
