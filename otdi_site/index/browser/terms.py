"""The files of the search: terms, beginnings of terms, and words of names to correct typing by; it must not split text.

Beside the tokens of texts, the terms hold the values that no head lists, as ``=facet:id`` in lower case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from otdi_site.index.browser.beginnings import Beginnings
from otdi_site.index.browser.encoding import IndexFile, encode_number, pack, sort_key
from otdi_site.index.browser.postings import Postings
from otdi_site.index.browser.rows import encode_json
from otdi_site.index.browser.shards import Key, Shards, encode_postings

COMMON_SHARE = 2
"""A token that more than one in so many datasets has does not narrow a search, and its texts are not listed…"""
COMMON_MINIMUM = 8192
"""…if there are more of them than this."""
FAMILIES = ("terms", "beginnings", "words", "endings")
SHARDS_IN_DIRECTORY = 128
"""Shards that one directory names: with some twelve bytes each, a word takes 2 kB to find, however many there are."""
WORD_LENGTH = 4
"""Characters of the shortest word that typing errors are corrected in."""

Directories = dict[str, object]
"""``{"keys": […], "names": "…"}``: where the shards of each directory begin, and the names of the files."""


class Terms:
    """The families of files that the search reads; `entrance` is whole once `files` is exhausted."""

    def __init__(self, postings: Postings, dataset_count: int) -> None:
        self._postings = postings
        self._dataset_count = dataset_count
        self._families = {name: Shards(name) for name in FAMILIES}
        self._directories: dict[str, Directories] = {}
        self._common: dict[str, int] = {}
        """The number of texts of each word that is too common to narrow a search."""

    def files(self) -> Iterator[IndexFile]:
        """All files of the search."""
        beginnings = Beginnings(self._families["terms"].keys)
        words: list[tuple[str, int]] = []
        yield from self._write("terms", self._terms(beginnings, words))
        found = (Key(beginning.encode(), *encode_postings(names, ())) for beginning, names in beginnings.finish())
        yield from self._write("beginnings", found)
        yield from self._write("words", _sorted_words(words))
        yield from self._write("endings", _sorted_words([(word[::-1], count) for word, count in words]))

    def _write(self, family: str, keys: Iterable[Key]) -> Iterator[IndexFile]:
        shards = self._families[family]
        for key in keys:
            if file := shards.add(key):
                yield file
        if file := shards.finish():
            yield file
        self._directories[family], files = pack_directories(shards.keys, shards.names)
        yield from files

    def _terms(self, beginnings: Beginnings, words: list[tuple[str, int]]) -> Iterator[Key]:
        """All terms; tells the other families of each when it has its shard."""
        for token, names, texts in self._postings.entries():
            if is_common(len(names) + len(texts), self._dataset_count):
                self._common[token] = len(texts)
                texts = texts[:0]
            yield Key(token.encode(), *encode_postings(names, texts))
            if names:
                beginnings.add(token, names)
                if is_word(token):
                    words.append((token, len(names)))

    def entrance(self) -> dict[str, object]:
        """What the head tells of the search, as `search_entrance` has it."""
        return search_entrance(self._common, self._directories)


def _sorted_words(words: Iterable[tuple[str, int]]) -> Iterator[Key]:
    for word, count in sorted(words, key=lambda pair: sort_key(pair[0])):
        yield Key(word.encode(), encode_number(count))


def pack_directories(keys: Sequence[str], names: Sequence[str]) -> tuple[Directories, list[IndexFile]]:
    """The directories of a family: what the head tells of them, and their files.

    `keys` tell where the family's shards begin, and `names` those of their files.
    """
    starts = range(0, len(names), SHARDS_IN_DIRECTORY)
    parts = [slice(start, start + SHARDS_IN_DIRECTORY) for start in starts]
    files = [pack("directories", encode_json({"keys": keys[part], "names": "".join(names[part])})) for part in parts]
    return {"keys": [keys[start] for start in starts], "names": "".join(file.name for file in files)}, files


def search_entrance(common: Mapping[str, int], directories: Mapping[str, Directories]) -> dict[str, object]:
    """Where to look for words: the common ones with their numbers of texts, sorted, and the directories by family."""
    return {"common": list(common), "common_texts": list(common.values())} | dict(directories)


def is_common(count: int, dataset_count: int) -> bool:
    """Whether a token that `count` datasets have does not narrow a search."""
    return count > COMMON_MINIMUM and count * COMMON_SHARE > dataset_count


def is_word(token: str) -> bool:
    """Whether typing errors are corrected in a token."""
    return len(token) >= WORD_LENGTH and not token.isdigit() and max(token) < "\u0e00"
