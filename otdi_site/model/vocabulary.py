"""Vocabularies: the terms that entries may use, and the Hub's words for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from otdi_site.model.suggestions import Suggestions
from otdi_site.model.values import Text

if TYPE_CHECKING:
    from otdi_site.model.card_specification import CardSpecification

LicenseCategory = Literal["permissive", "public-domain", "copyleft", "non-commercial", "no-derivatives", "restricted"]
Permission = Literal["commercial-use", "modification", "distribution", "private-use", "patent-use"]
Requirement = Literal["attribution", "same-license", "state-changes", "disclose-source", "include-license"]
Limitation = Literal["commercial-use", "modification", "warranty", "liability", "trademark-use"]


class Model(BaseModel):
    """The base of all models of files: frozen, an unknown field is an error, and an empty one is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, value: object) -> object:
        """A name with nothing after its colon, as where all items of a list are commented out."""
        if not isinstance(value, dict):
            return value
        return {name: part for name, part in value.items() if part is not None or name not in cls.model_fields}


class SearchWords(Model):
    """Words that searches take for the same, and words that they leave out."""

    title: str = ""
    description: str = ""
    same: tuple[tuple[Text, ...], ...] = ()
    """Abbreviations and other names of one thing, as ``[NER, named entity recognition]``."""
    ignored: str = ""
    """Words of sentences that say nothing about a dataset, as ``the``, with white space between."""


class Group(Model):
    """Terms that stand together, such as the science and industrial domains."""

    id: Text
    title: Text


class Term(Model):
    """One word of a vocabulary."""

    id: Text
    """Stable, unique without regard to case, used in entries and addresses."""
    title: Text
    description: str = ""
    group: str | None = None
    """The id of one of the vocabulary's groups."""
    alternatives: tuple[str, ...] = ()
    """Words that mean this term on the Hub, in tags and elsewhere."""
    url: str | None = None
    """A page about the term, of its owner."""


class License(Term):
    """A licence; its id is the SPDX id, or ``LicenseRef-…`` where SPDX has none."""

    spdx_url: str | None = None
    hub_ids: tuple[str, ...] = ()
    """The Hub's identifiers for this licence."""
    category: LicenseCategory | None = None
    is_accepted: bool = False
    """Whether the initiative accepts datasets under this licence."""
    recommended_for: str | None = None
    permits: tuple[Permission, ...] = ()
    requires: tuple[Requirement, ...] = ()
    forbids: tuple[Limitation, ...] = ()


class Task(Term):
    """A task category of the Hub."""

    subtasks: tuple[str, ...] = ()


T = TypeVar("T", bound=Term, covariant=True)

_WORD = re.compile(r"\w+")
_EMPTY_WORDS = frozenset({"a", "the", "licence", "license", "licensed", "version", "v", "under"})
_LONGEST_NAME = 200
"""Characters of a name that is compared with those of the terms."""
_LONGEST_WORD = 100
"""Characters of a word for which others are looked for."""


@dataclass(frozen=True, slots=True)
class Vocabulary(Generic[T]):
    """Terms in the order of their file, found by id, and by alternative words, without regard to case."""

    name: str
    """The file's name without its suffix, such as ``domains``."""
    title: str
    description: str
    groups: tuple[Group, ...]
    terms: tuple[T, ...]
    _by_id: Mapping[str, T] = field(init=False, repr=False, compare=False)
    _by_word: Mapping[str, tuple[T, ...]] = field(init=False, repr=False, compare=False)
    _by_page: dict[str, tuple[T, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By the address of a page about the term; filled when first asked for."""
    _offers: list[tuple[dict[str, list[str]], Suggestions]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        words: dict[str, tuple[T, ...]] = {}
        for term in self.terms:
            for word in dict.fromkeys(w.casefold() for w in (term.id, *term.alternatives, *_hub_ids(term))):
                words[word] = (*words.get(word, ()), term)
        object.__setattr__(self, "_by_id", {term.id.casefold(): term for term in self.terms})
        object.__setattr__(self, "_by_word", words)

    def get(self, term_id: str) -> T | None:
        """The term with this id, in any case."""
        return self._by_id.get(term_id.casefold())

    def meaning(self, word: str) -> tuple[T, ...]:
        """The terms that a word of the Hub means: usually one or none."""
        return self._by_word.get(word.casefold(), ())

    def alike(self, name: str) -> tuple[T, ...]:
        """The terms whose id, title or other word has the words of `name`, whatever stands between them.

        ``Apache License, Version 2.0`` means ``Apache-2.0``: words such as "licence" and "version" do not count.
        """
        words, _ = self._simplified()
        found = [self._by_id[each.casefold()] for each in words.get(_simplify(name[:_LONGEST_NAME]), ())]
        return tuple({term.id: term for term in found}.values())

    def at_address(self, address: str) -> tuple[T, ...]:
        """The terms whose own page, or page on the SPDX list, has this address."""
        if not self._by_page:
            for term in self.terms:
                for page in {_bare_address(each) for each in _addresses(term)}:
                    self._by_page[page] = (*self._by_page.get(page, ()), term)
        return self._by_page.get(_bare_address(address), ())

    def nearest(self, word: str, count: int = 3) -> list[str]:
        """Ids to offer for a word that is none: what it means, then what it looks like, at most `count`.

        Titles count too, and words that licences write in many ways, such as ``Version 2.0`` for ``2.0``, do not.
        """
        words, suggestions = self._simplified()
        asked = _simplify(word[:_LONGEST_WORD])
        alike = [asked, *suggestions.nearest(asked, count)] if asked else []
        ids = [*(term.id for term in self.meaning(word)), *(id for match in alike for id in words.get(match, ()))]
        return list(dict.fromkeys(ids))[:count]

    def lookup_tables(self) -> dict[str, object]:
        """What words, names and addresses mean, as ids of terms, for programs in other languages."""
        self.at_address("")
        return {
            "words": {word: [term.id for term in terms] for word, terms in self._by_word.items()},
            "alike": self._simplified()[0],
            "addresses": {page: [term.id for term in terms] for page, terms in self._by_page.items()},
            "emptyWords": sorted(_EMPTY_WORDS),
        }

    def _simplified(self) -> tuple[dict[str, list[str]], Suggestions]:
        if not self._offers:  # made when first asked for: an entry without a mistake needs none
            words: dict[str, list[str]] = {}
            for term in self.terms:
                for each in (term.id, term.title, *term.alternatives, *_hub_ids(term)):
                    words.setdefault(_simplify(each), []).append(term.id)
            self._offers.append((words, Suggestions(words)))
        return self._offers[0]


def _simplify(word: str) -> str:
    parts = _WORD.findall(unicodedata.normalize("NFKC", word).casefold())
    kept = [part for part in parts if part not in _EMPTY_WORDS]
    return " ".join(re.sub(r"^v(?=[0-9])", "", part) for part in kept or parts)


def _hub_ids(term: Term) -> tuple[str, ...]:
    return term.hub_ids if isinstance(term, License) else ()


def _addresses(term: Term) -> Iterator[str]:
    yield from filter(None, (term.url, term.spdx_url if isinstance(term, License) else None))


def _bare_address(address: str) -> str:
    """An address without its scheme, ``www.`` and ending, in lower case, to be compared."""
    bare = address.lower().partition("://")[2].removeprefix("www.").rstrip("/")
    return (
        bare.removesuffix(".html")
        .removesuffix(".txt")
        .removesuffix("/legalcode")
        .removesuffix("/deed.en")
        .removesuffix("/deed")
    )


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """Every vocabulary of a site."""

    domains: Vocabulary[Term]
    modalities: Vocabulary[Term]
    licenses: Vocabulary[License]
    tasks: Vocabulary[Task]
    size_categories: Vocabulary[Term]
    publishers: Vocabulary[Term]
    transformations: Vocabulary[Term]
    sensitive_information: Vocabulary[Term]
    card_specification: CardSpecification | None
    """The dataset specification; `None` where the site has none."""
    search_words: SearchWords = field(default_factory=SearchWords)
    has_own_publishers: bool = False
    """Whether the site itself lists its publishers, so that one that is not listed is a mistake."""
    others: Mapping[str, Vocabulary[Term]] = field(default_factory=dict)
    """Vocabularies that only rows of `model/fields.py` name, by name."""

    def named(self, name: str) -> Vocabulary[Any]:
        """A vocabulary by its name. Raises `LookupError`."""
        return self.others[name] if name in self.others else getattr(self, name)
