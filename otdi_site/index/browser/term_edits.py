"""Patches the files that a search reads: terms, prefixes, words and suffixes of some datasets."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, NamedTuple

from otdi_site.index.browser.encoding import encode_number, sort_key
from otdi_site.index.browser.postings import NAME_BITS
from otdi_site.index.browser.prefixes import PREFIX_LENGTH, once, prefixes_across
from otdi_site.index.browser.published import CannotPatchError, PublishedIndex, split_names
from otdi_site.index.browser.resharding import Edit, Family
from otdi_site.index.browser.shards import (
    Key,
    decode_postings,
    decode_shard,
    encode_postings,
)
from otdi_site.index.browser.terms import FAMILIES, is_common, is_word, pack_directories, search_head

Tokens = tuple[Mapping[str, int], AbstractSet[str]]
"""The result of `searchable_tokens` for a dataset."""


class TokenChange(NamedTuple):
    """The tokens of the dataset at a position, as they were and as they are."""

    position: int
    before: Tokens
    after: Tokens


class Difference:
    """Postings removed and postings added."""

    def __init__(self) -> None:
        self.gone: list[int] = []
        self.new: list[int] = []

    def apply(self, postings: list[int]) -> list[int]:
        """Changes ascending postings in place; `CannotPatchError` where they are not those that were expected."""
        for posting in self.gone:
            place = bisect_left(postings, posting)
            if postings[place : place + 1] != [posting]:
                raise CannotPatchError("a posting to be removed is missing")
            del postings[place]
        for posting in self.new:
            insort(postings, posting)
        return postings


class TermEdits:
    """Edits the families of files that the search reads."""

    def __init__(self, index: PublishedIndex, head: Mapping[str, Any], dataset_count: int) -> None:
        """`head` is the part of the published index's head that a search needs."""
        self._index = index
        self._dataset_count = dataset_count
        self._common: dict[str, int] = dict(zip(head["common"], head["common_texts"], strict=True))
        self._name_counts: dict[str, int] = {}
        """Of each word of which it changes, how many names have it."""
        self.families = {name: _family(index, name, head[name]) for name in FAMILIES}

    def edit(self, changes: Sequence[TokenChange]) -> None:
        """Makes the changes of some datasets."""
        old_prefixes = prefixes_across(self.families["terms"].separators)
        names, texts = _differences(changes)
        self._edit_family(
            "terms",
            {
                token: partial(self._edit_term, token, names.get(token, Difference()), texts.get(token, Difference()))
                for token in names.keys() | texts.keys()
            },
        )
        new_prefixes = prefixes_across(self.families["terms"].separators)
        self._edit_family("prefixes", self._edit_prefixes(changes, old_prefixes, new_prefixes))
        counts = self._name_counts.items()
        self._edit_family("words", {word: partial(_set_count, word, count) for word, count in counts})
        self._edit_family("suffixes", {word[::-1]: partial(_set_count, word[::-1], count) for word, count in counts})

    def head(self) -> dict[str, object]:
        """The search part of the new head; the directories are added to the index."""
        common = {token: self._common[token] for token in sorted(self._common, key=sort_key)}
        directories = {}
        for name, family in self.families.items():
            directories[name], files = pack_directories(family.separators, family.names)
            for file in files:
                self._index.take(file)
        return search_head(common, directories)

    def _edit_family(self, name: str, edits: Mapping[str, Edit]) -> None:
        self.families[name] = self.families[name].edit(edits)

    def _edit_term(
        self, token: str, name_difference: Difference, text_difference: Difference, old: Key | None
    ) -> Key | None:
        names, texts = decode_postings(old.counts, old.postings) if old else ([], [])
        name_count = len(names)
        name_difference.apply(names)
        text_count = self._common.get(token)
        was_common = text_count is not None
        if text_count is None:
            text_count = len(text_difference.apply(texts))
        else:
            text_count += len(text_difference.new) - len(text_difference.gone)
        if is_common(len(names) + text_count, self._dataset_count) != was_common:
            raise CannotPatchError("a word has become common, or is common no longer, which changes its prefixes")
        if was_common:
            self._common[token] = text_count
            texts = []
        if is_word(token) and len(names) != name_count:
            self._name_counts[token] = len(names)
        return Key(token.encode(), *encode_postings(names, texts)) if names or text_count else None

    def _edit_prefixes(
        self, changes: Sequence[TokenChange], old: AbstractSet[str], new: AbstractSet[str]
    ) -> dict[str, Edit]:
        edits: dict[str, Edit] = dict.fromkeys(old - new, _remove)
        differences: dict[str, Difference] = {}
        texts: dict[str, Difference] = {}
        for position, (names_before, texts_before), (names_after, texts_after) in changes:
            before, after = _fewest_words(names_before, old & new), _fewest_words(names_after, old & new)
            _compare(position << NAME_BITS, before, after, differences)
            begun_before, begun_after = self._begun(texts_before, old & new), self._begun(texts_after, old & new)
            for prefix in begun_before - begun_after:
                texts.setdefault(prefix, Difference()).gone.append(position)
            for prefix in begun_after - begun_before:
                texts.setdefault(prefix, Difference()).new.append(position)
        for prefix in differences.keys() | texts.keys():
            own = differences.get(prefix, Difference()), texts.get(prefix, Difference())
            edits[prefix] = partial(_edit_prefix, prefix, *own)
        for prefix in new - old:
            edits[prefix] = partial(_make_prefix, prefix, self.families["terms"].keys_with(prefix))
        return edits

    def _begun(self, tokens: AbstractSet[str], prefixes: AbstractSet[str]) -> set[str]:
        """The prefixes of the tokens whose texts are listed."""
        listed = tokens - self._common.keys()
        return {
            prefix
            for token in listed
            for length in range(1, min(len(token), PREFIX_LENGTH) + 1)
            if (prefix := token[:length]) in prefixes
        }


def _family(index: PublishedIndex, folder: str, directories: Mapping[str, str]) -> Family:
    parts = [index.document("directories", name) for name in split_names(directories["names"])]
    keys = [key for part in parts for key in part["keys"]]
    names = [name for part in parts for name in split_names(part["names"])]

    def load(name: str) -> list[Key]:
        try:
            return decode_shard(index.content(folder, name), has_postings=folder in ("terms", "prefixes"))
        except (ValueError, IndexError) as error:
            raise CannotPatchError(f"the keys of {folder}/{name}.bin do not add up") from error

    return Family(keys, names, load, lambda content: index.add(folder, content))


def _differences(changes: Iterable[TokenChange]) -> tuple[dict[str, Difference], dict[str, Difference]]:
    """For each token whose postings change, those of names and those of texts."""
    names: dict[str, Difference] = {}
    texts: dict[str, Difference] = {}
    for position, (names_before, texts_before), (names_after, texts_after) in changes:
        _compare(position << NAME_BITS, names_before, names_after, names)
        for token in texts_before - texts_after:
            texts.setdefault(token, Difference()).gone.append(position)
        for token in texts_after - texts_before:
            texts.setdefault(token, Difference()).new.append(position)
    return names, texts


def _compare(
    shifted: int, before: Mapping[str, int], after: Mapping[str, int], differences: dict[str, Difference]
) -> None:
    """Adds what changes between two numbers of words for each key."""
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            difference = differences.setdefault(key, Difference())
            difference.gone += [shifted | before[key]] if key in before else []
            difference.new += [shifted | after[key]] if key in after else []


def _fewest_words(names: Mapping[str, int], prefixes: AbstractSet[str]) -> dict[str, int]:
    """For each prefix of a name's tokens the fewest words that it is said to have with one of them."""
    fewest: dict[str, int] = {}
    for token, words in names.items():
        for length in range(1, min(len(token), PREFIX_LENGTH) + 1):
            prefix = token[:length]
            if prefix in prefixes:
                fewest[prefix] = min(words, fewest.get(prefix, words))
    return fewest


def _remove(_: Key | None) -> None:
    return None


def _set_count(word: str, count: int, _: Key | None) -> Key | None:
    return Key(word.encode(), encode_number(count)) if count else None


def _edit_prefix(prefix: str, name_difference: Difference, text_difference: Difference, old: Key | None) -> Key:
    if old is None:
        raise CannotPatchError("a prefix is missing")
    names, texts = decode_postings(old.counts, old.postings)
    return Key(prefix.encode(), *encode_postings(name_difference.apply(names), text_difference.apply(texts)))


def _make_prefix(prefix: str, keys: Sequence[Key], _: Key | None) -> Key:
    names: list[int] = []
    texts: set[int] = set()
    for key in keys:
        own_names, own_texts = decode_postings(key.counts, key.postings)
        names += own_names
        texts.update(own_texts)
    return Key(prefix.encode(), *encode_postings(once(sorted(names)), sorted(texts)))
