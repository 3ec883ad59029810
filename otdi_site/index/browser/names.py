"""Writes the words that name facet values, and those that searches take for the same or leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from otdi_site.index.browser.encoding import IndexFile, pack
from otdi_site.index.browser.rows import encode_json
from otdi_site.index.browser.tokens import tokenise
from otdi_site.index.browser.values import Values
from otdi_site.model.facets import FACETS_BY_NAME
from otdi_site.model.vocabulary import Vocabularies


def names_file(values: Mapping[str, Values], vocabularies: Vocabularies) -> IndexFile:
    """The names of all values that can be searched for, and the vocabulary of search words."""
    named = []
    for facet, own in values.items():
        if FACETS_BY_NAME[facet].is_named and facet != "publisher":
            alternatives = FACETS_BY_NAME[facet].alternatives(vocabularies)
            rows = zip(own.ids, own.titles, own.hints, own.counts[1:], strict=True)
            for value, title, hint, count in rows:
                texts = (title, hint, value, *alternatives.get(value, ()))
                named.append([facet, value, title, count, list(_phrases(facet, texts))])
    words = vocabularies.search_words
    same = [[*dict.fromkeys(filter(None, map(_phrase, group)))] for group in words.same]
    ignored = sorted(set(tokenise(words.ignored)))
    return pack("names", encode_json({"values": named, "same": same, "ignored": ignored}))


def _phrases(facet: str, texts: Sequence[str]) -> Iterator[str]:
    """The names of a value as the words of a search; a licence is also named without its version."""
    found = {phrase: None for text in texts if (phrase := _phrase(text))}
    if facet == "license":
        found |= {bare: None for phrase in found if (bare := _without_version(phrase))}
    yield from found


def _without_version(phrase: str) -> str:
    words = phrase.split()
    while words and words[-1].isdigit():
        words.pop()
    return " ".join(words)


def _phrase(text: str) -> str:
    return " ".join(tokenise(text))
