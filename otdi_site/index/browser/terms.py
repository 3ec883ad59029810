"""The files that a search reads: terms, prefixes of terms, and words of names from which spelling is corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from otdi_site.index.browser.encoding import IndexFile, encode_number, pack, sort_key
from otdi_site.index.browser.postings import Postings
from otdi_site.index.browser.prefixes import PrefixFinder
from otdi_site.index.browser.rows import encode_json
from otdi_site.index.browser.shards import Key, Shards, encode_postings

COMMON_SHARE = 2
"""The texts of a token are not listed if more than one in this many datasets has it, …"""
COMMON_MINIMUM = 8192
"""… and more datasets than this: such a token does not narrow a search."""
FAMILIES = ("terms", "prefixes", "words", "suffixes")
SHARDS_IN_DIRECTORY = 128
"""Shards that one directory lists; at some 12 bytes a shard, finding a word takes 2 kB, however many there are."""
WORD_LENGTH = 4
"""Characters of the shortest word whose spelling is corrected."""

Directories = dict[str, object]
"""``{"keys": […], "names": "…"}``: where the shards of each directory begin, and the names of the files."""


class Terms:
    """The families of files that a search reads; `head` is complete once `files` is exhausted."""

    def __init__(self, postings: Postings, dataset_count: int) -> None:
        self._postings = postings
        self._dataset_count = dataset_count
        self._families = {name: Shards(name) for name in FAMILIES}
        self._directories: dict[str, Directories] = {}
        self._common: dict[str, int] = {}
        """The number of texts of each word that is too common to narrow a search."""

    def files(self) -> Iterator[IndexFile]:
        """All files of the search."""
        prefixes = PrefixFinder(self._families["terms"].keys, self._dataset_count)
        words: list[tuple[str, int]] = []
        yield from self._write("terms", self._terms(prefixes, words))
        found = (Key(prefix.encode(), *encode_postings(names, texts)) for prefix, names, texts in prefixes.finish())
        yield from self._write("prefixes", found)
        yield from self._write("words", _sorted_words(words))
        yield from self._write("suffixes", _sorted_words([(word[::-1], count) for word, count in words]))

    def _write(self, family: str, keys: Iterable[Key]) -> Iterator[IndexFile]:
        shards = self._families[family]
        for key in keys:
            if file := shards.add(key):
                yield file
        if file := shards.finish():
            yield file
        self._directories[family], files = pack_directories(shards.keys, shards.names)
        yield from files

    def _terms(self, prefixes: PrefixFinder, words: list[tuple[str, int]]) -> Iterator[Key]:
        """All terms; passes each on to the other families once its shard is known."""
        for token, names, texts in self._postings.entries():
            if is_common(len(names) + len(texts), self._dataset_count):
                self._common[token] = len(texts)
                texts = texts[:0]
            yield Key(token.encode(), *encode_postings(names, texts))
            prefixes.add(token, names, texts)
            if names and is_word(token):
                words.append((token, len(names)))

    def head(self) -> dict[str, object]:
        """The part of the index's head that a search needs, see `search_head`."""
        return search_head(self._common, self._directories)


def _sorted_words(words: Iterable[tuple[str, int]]) -> Iterator[Key]:
    for word, count in sorted(words, key=lambda pair: sort_key(pair[0])):
        yield Key(word.encode(), encode_number(count))


def pack_directories(keys: Sequence[str], names: Sequence[str]) -> tuple[Directories, list[IndexFile]]:
    """The directories of a family: their entry in the head, and their files.

    `keys` tell where the family's shards begin, and `names` those of their files.
    """
    starts = range(0, len(names), SHARDS_IN_DIRECTORY)
    parts = [slice(start, start + SHARDS_IN_DIRECTORY) for start in starts]
    files = [pack("directories", encode_json({"keys": keys[part], "names": "".join(names[part])})) for part in parts]
    return {"keys": [keys[start] for start in starts], "names": "".join(file.name for file in files)}, files


def search_head(common: Mapping[str, int], directories: Mapping[str, Directories]) -> dict[str, object]:
    """The head of the search: common words with their numbers of texts, sorted, and the directories by family."""
    return {"common": list(common), "common_texts": list(common.values())} | dict(directories)


def is_common(count: int, dataset_count: int) -> bool:
    """Whether a token that `count` datasets have does not narrow a search."""
    return count > COMMON_MINIMUM and count * COMMON_SHARE > dataset_count


def is_word(token: str) -> bool:
    """Whether the spelling of a token is corrected."""
    return len(token) >= WORD_LENGTH and not token.isdigit() and max(token) < "\u0e00"
