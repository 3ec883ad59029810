"""Parses metadata of datasets and collections: responses of the Hub's API, and bulk rows of the same fields.

Properties are those of the Hub's OpenAPI description of August 2026. Parsing is lenient: a value that makes no sense is
left out and reported, and a dataset of a collection that makes no sense is left out alone. The result speaks of the
fields of `SnapshotRow`; what they mean for the catalogue is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from otdi_site.hub_metadata.notations import as_list, as_object, is_missing
from otdi_site.hub_metadata.values import (
    DESCRIPTION_LIMIT,
    LIST_LIMIT,
    NOTE_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    check_flag,
    check_gating,
    check_hub_id,
    check_number,
    check_revision,
    check_time,
    check_url,
    check_word,
    check_words,
    clean_line,
    clean_text,
    listed,
)
from otdi_site.tokens import TokenFinder

EXPANDED_PROPERTIES = (
    "author",
    "cardData",
    "createdAt",
    "description",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "gated",
    "lastModified",
    "likes",
    "private",
    "sha",
    "tags",
)
"""Properties named with ``expand``; the Hub then states no others, and responds with 400 to one it does not know."""

_LICENSE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*", re.ASCII)
_TOKEN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_SIZE = re.compile(r"n<1K|\d{1,3}[KMBT]?<n<\d{1,3}[KMBT]|n>\d{1,3}[KMBT]", re.ASCII)
_ARXIV = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]{1,30}(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"'\\]+", re.ASCII)


def _spell_license(word: str) -> str:
    """An identifier in lower case; names, addresses and SPDX expressions as they stand."""
    return lowered if _LICENSE.fullmatch(lowered := word.lower()) else word


def _spell_size(word: str) -> str:
    return word.upper().replace("N", "n")


_TAG_FIELDS: Mapping[str, tuple[str, re.Pattern[str] | None, Callable[[str], str]]] = {
    "license": ("licenses", None, _spell_license),
    "language": ("languages", _LANGUAGE, str),
    "task_categories": ("task_categories", _TOKEN, str.lower),
    "size_categories": ("size_categories", _SIZE, _spell_size),
    "modality": ("modalities", _TOKEN, str.lower),
    "format": ("formats", _TOKEN, str.lower),
    "source_datasets": ("source_datasets", None, str),
    "arxiv": ("arxiv_ids", _ARXIV, str),
    "doi": ("dois", _DOI, str),
}
"""By the prefix of a tag: the field, how its values look, and how they are spelled, which people do in any case."""
_CARD_WORDS = tuple(
    (prefix, _TAG_FIELDS[prefix][0], keys)
    for prefix, keys in (
        ("license", ("license", "licenses")),
        ("language", ("language", "languages")),
        ("task_categories", ("task_categories",)),
        ("size_categories", ("size_categories",)),
        ("modality", ("modality", "modalities")),
        ("source_datasets", ("source_datasets",)),
    )
)
"""The prefix of the tags that the Hub makes of fields of a card, the field of `SnapshotRow`, and those of the card.

They are read where the tags lack them, as in some bulk files.
"""
_CARD_TEXTS = (("title", "pretty_name", TITLE_LIMIT), ("license_name", "license_name", WORD_LIMIT))
_NO_TAGS: Mapping[str, tuple[str, ...]] = dict.fromkeys((*(each[0] for each in _TAG_FIELDS.values()), "tags"), ())
_NO_CARD: Mapping[str, None] = dict.fromkeys(("title", "license_name", "license_link"))
_SHOWN_LENGTH = 60


class ParsedDataset(NamedTuple):
    """The facts of one response, or bulk row, about one dataset."""

    id: str
    facts: Mapping[str, Any]
    """Values by the name of the field of `SnapshotRow`; a field that is not spoken of is left out."""
    rejected: tuple[str, ...] = ()
    """Fields of `SnapshotRow` whose value made no sense."""
    is_private: bool = False
    unread: tuple[tuple[str, str], ...] = ()
    """Properties whose value made no sense, each with that value; a property may come several times."""


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset in a collection."""

    parsed: ParsedDataset
    position: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ParsedCollection:
    """The responses about one collection."""

    title: str | None = None
    description: str | None = None
    datasets: tuple[ListedDataset, ...] = ()
    unreadable: int = 0
    """Entries that may be datasets and have no usable id."""
    repeated: tuple[str, ...] = ()
    """Ids that were listed again, or differ from another in case alone; the first one counts."""


@dataclass(slots=True)
class _Fields:
    """Collects checked facts of one JSON object."""

    source: Mapping[str, Any]
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def take(self, name: str, value: object, given: object, key: str) -> None:
        """Keeps a checked value; what was given and is no such value is rejected, what was not is left open."""
        if value is not None:
            self.facts[name] = value
        elif not is_missing(given):
            self.rejected.append(name)
            self.not_read(key, given)

    def not_read(self, key: str, given: object) -> None:
        self.unread.append((key, str(given)[:_SHOWN_LENGTH]))

    def number(self, key: str, name: str) -> None:
        given = self.source.get(key)
        if given is not None:
            self.take(name, check_number(given), given, key)

    def time(self, key: str, name: str) -> None:
        given = self.source.get(key)
        if given is not None:
            self.take(name, check_time(given, self.now), given, key)

    def flag(self, key: str) -> bool | None:
        """`None` where it made no sense."""
        given = self.source.get(key)
        if given is False or given is True:
            return given
        flag = False if is_missing(given) else check_flag(given)
        if flag is None:
            self.not_read(key, given)
        return flag


def parse_collection(responses: list[object], now: datetime, tokens: TokenFinder | None) -> ParsedCollection | None:
    """The pages of a collection; `None` where one of them is no collection at all.

    A dataset whose entry repeats a token is unreadable.
    """
    datasets: dict[str, ListedDataset] = {}
    repeated: set[str] = set()
    unreadable = 0
    for response in responses:
        listed = response.get("items") if isinstance(response, dict) else None
        if not isinstance(listed, list):
            return None
        for entry in listed:
            if isinstance(entry, dict) and isinstance(entry.get("type"), str) and entry["type"] != "dataset":
                continue
            is_usable = isinstance(entry, dict) and not repeats_token(entry, tokens)
            dataset = _parse_listed(entry, now) if is_usable else None
            if dataset is None:
                unreadable += 1
            elif dataset.parsed.id.lower() in datasets:
                repeated.add(dataset.parsed.id)
            else:
                datasets[dataset.parsed.id.lower()] = dataset
    first = responses[0]
    assert isinstance(first, dict)
    about = {} if repeats_token([first.get("title"), first.get("description")], tokens) else first
    return ParsedCollection(
        clean_line(about.get("title"), TITLE_LIMIT),
        clean_line(about.get("description"), NOTE_LIMIT),
        tuple(datasets.values()),
        unreadable,
        tuple(sorted(repeated)),
    )


def _parse_listed(entry: Mapping[str, Any], now: datetime) -> ListedDataset | None:
    hub_id = check_hub_id(entry.get("id"))
    if hub_id is None:
        return None
    fields = _Fields(entry, now)
    _parse_common(fields, hub_id)
    viewer = entry.get("datasetsServerInfo")
    if isinstance(viewer, dict):
        fields.take("row_count", check_number(viewer.get("numRows")), viewer.get("numRows"), "numRows")
        for name in ("modalities", "formats"):
            fields.take(name, check_words(viewer.get(name), _TOKEN), viewer.get(name), name)
    note = entry.get("note")
    return ListedDataset(
        ParsedDataset(hub_id, fields.facts, tuple(fields.rejected), entry.get("private") is True),
        check_number(entry.get("position")),
        # The note's `html` is the host's markup and is not read.
        clean_line(note.get("text"), NOTE_LIMIT) if isinstance(note, dict) else None,
    )


def parse_dataset(source: object, now: datetime, tokens: TokenFinder | None) -> ParsedDataset | None:
    """A response about one dataset, one entry of a listing, or a bulk row; `None` without a usable id or with a token.

    Times after `now` make no sense; the tokens are those that the server was sent.
    """
    if not isinstance(source, dict) or repeats_token(source, tokens):
        return None
    hub_id = check_hub_id(source.get("id"))
    if hub_id is None:
        return None
    fields = _Fields(source, now)
    _parse_common(fields, hub_id)
    fields.number("downloadsAllTime", "downloads_all_time")
    fields.time("createdAt", "created_at")
    fields.take("revision", check_revision(source.get("sha")), source.get("sha"), "sha")
    # Text is mended where it can be and absent where it cannot: an older text would be no better.
    description = source.get("description")
    fields.facts["description"] = None if is_missing(description) else clean_text(description, DESCRIPTION_LIMIT)
    fields.facts["is_disabled"] = fields.flag("disabled") is True
    # Who may read it is not guessed.
    is_private = fields.flag("private") is not False
    _parse_tags(fields, source.get("tags"))
    _parse_card(fields, source.get("cardData"))
    return ParsedDataset(hub_id, fields.facts, tuple(fields.rejected), is_private, tuple(fields.unread))


def _parse_common(fields: _Fields, hub_id: str) -> None:
    """Takes what both a collection and a response about the dataset say."""
    # The author is the first half of the id by definition; only an id without one needs the Hub's word.
    author, separator, _ = hub_id.partition("/")
    fields.take("author", author if separator else check_word(fields.source.get("author")), None, "author")
    fields.number("downloads", "downloads")
    fields.number("likes", "likes")
    fields.time("lastModified", "last_modified")
    gated = fields.source.get("gated")
    fields.take("gated", check_gating(gated), gated, "gated")


def _parse_tags(fields: _Fields, given: object) -> None:
    tags = None if is_missing(given) else as_list(given)
    if not isinstance(tags, list):
        fields.take("tags", None, tags, "tags")
        return
    if len(tags) > LIST_LIMIT:
        fields.not_read("tags", f"the values after the first {LIST_LIMIT:,}")
    found: dict[str, list[str]] = {}
    for tag in sorted({entry for entry in listed(tags) if isinstance(entry, str)}):
        meaning = _parse_tag(tag)
        if meaning is None:
            fields.not_read("tags", tag)
            continue
        name, value = meaning
        values = found.get(name)
        if values is None:
            found[name] = [value]
        elif values[-1] != value:  # sorted as the tags are, since those of a field have one prefix
            values.append(value)
    fields.facts.update(_NO_TAGS)
    fields.facts.update([(name, tuple(values)) for name, values in found.items()])


@lru_cache(1 << 16)  # a few thousand tags make up nearly all that datasets have
def _parse_tag(tag: str) -> tuple[str, str] | None:
    """The field that a tag is of, and its value there; `None` for one that makes no sense."""
    if check_word(tag) is None:
        return None
    prefix, separator, value = tag.partition(":")
    known = _TAG_FIELDS.get(prefix.lower()) if separator else None
    if known is None:
        return "tags", tag
    name, pattern, spell = known
    value = spell(value)
    return None if check_word(value, pattern) is None else (name, value)


def _parse_card(fields: _Fields, given: object) -> None:
    card = None if is_missing(given) else as_object(given)
    if card is None:
        fields.facts.update(_NO_CARD)
        return
    if not isinstance(card, dict):
        fields.rejected.extend(("title", "license_name", "license_link"))
        fields.not_read("cardData", card)
        return
    facts, stated = fields.facts, card.get
    for name, key, limit in _CARD_TEXTS:
        text = stated(key)
        facts[name] = None if text is None or is_missing(text) else clean_line(text, limit)
    # Cards often name a file of the repository here; that is no address.
    facts["license_link"] = check_url(stated("license_link"))
    for prefix, name, keys in _CARD_WORDS:
        if not facts.get(name):
            for key in keys:
                if (words := stated(key)) is not None:
                    _parse_card_field(fields, prefix, key, words)
    if not facts.get("tags") and (tags := stated("tags")) is not None:
        fields.take("tags", check_words(as_list(tags)), None, "cardData")


def _parse_card_field(fields: _Fields, prefix: str, key: str, given: object) -> None:
    """Takes what a field of a card says as if the Hub had made tags of it."""
    if is_missing(given):
        return
    stated = as_list(given)
    words: set[str] = set()
    for word in listed(stated) if isinstance(stated, list) else [stated]:
        meaning = _parse_tag(f"{prefix}:{word}") if isinstance(word, str) else None
        if meaning is None:
            fields.not_read(f"cardData.{key}", word)
        else:
            words.add(meaning[1])
    if words:
        fields.facts[_TAG_FIELDS[prefix][0]] = tuple(sorted(words))


def repeats_token(value: object, tokens: TokenFinder | None) -> bool:
    """Whether a server that was given the token hands it back, to see it published.

    All texts are looked at as one: a token that is spread over several would be shown side by side.
    """
    if tokens is None or not tokens.tokens:
        return False
    texts: list[str] = []
    # A loop and not recursion: the depth is the server's choice.
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            texts.append(current)
        elif isinstance(current, list):
            waiting.extend(reversed(current))
        elif isinstance(current, dict):
            waiting.extend(reversed([part for pair in current.items() for part in pair]))
    return tokens.is_in("".join(texts)) or any(map(tokens.is_in, texts))
