"""A family of shards of which some keys are edited is the one that all keys would have been cut into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otdi_site.index.browser import shards
from otdi_site.index.browser.encoding import digest, sort_key, unpack
from otdi_site.index.browser.resharding import Edit, Family
from otdi_site.index.browser.shards import Key, Shards, decode_shard, encode_postings

Postings = Mapping[str, list[int]]

words = st.text("ab=é中\U00020bb7", min_size=1, max_size=4)
postings = st.one_of(
    st.lists(st.integers(0, 200), min_size=1, max_size=6, unique=True).map(sorted),
    st.integers(20, 90).map(lambda count: list(range(count))),
)


@pytest.fixture(scope="module", autouse=True)
def small_shards() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "SHARD_MINIMUM", 30)
        patch.setattr(shards, "SHARD_SPREAD", 25)
        patch.setattr(shards, "SHARD_MAXIMUM", 70)
        yield


def key_of(word: str, positions: list[int]) -> Key:
    return Key(word.encode(), *encode_postings([], positions))


def cut(found: Postings, contents: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """Where the shards of a family begin, and their names; keeps their `contents`."""
    family = Shards("terms")
    for word in sorted(found, key=sort_key):
        if file := family.add(key_of(word, found[word])):
            contents[file.name] = unpack(file.content)
    if file := family.finish():
        contents[file.name] = unpack(file.content)
    return family.keys, family.names


def edit_to(word: str, positions: list[int] | None, before: Postings) -> Edit:
    def edit(old: Key | None) -> Key | None:
        assert old == (key_of(word, before[word]) if word in before else None)
        return key_of(word, positions) if positions else None

    return edit


@settings(max_examples=1000, deadline=None)
@given(
    st.dictionaries(words, postings, max_size=60),
    st.lists(st.dictionaries(words, st.none() | postings, max_size=8), min_size=1, max_size=3),
)
def test_edited_families_are_those_that_would_be_cut_anew(
    found: Postings, rounds: list[dict[str, list[int] | None]]
) -> None:
    contents: dict[str, bytes] = {}
    made: list[str] = []

    def store(content: bytes) -> str:
        name = digest(content)
        contents[name] = content
        made.append(name)
        return name

    def load(name: str) -> list[Key]:
        return decode_shard(contents[name], has_postings=True)

    family = Family(*cut(found, contents), load, store)
    for changes in rounds:
        family = family.edit({word: edit_to(word, positions, found) for word, positions in changes.items()})
        found = {word: positions for word, positions in ({**found, **changes}).items() if positions}
        separators, names = cut(found, {})
        assert (list(family.separators), list(family.names)) == (separators, names)
        for prefix in ("a", "é", "ab"):
            expected = [key_of(word, found[word]) for word in sorted(found, key=sort_key) if word.startswith(prefix)]
            assert family.keys_with(prefix) == expected


def test_one_more_key_moves_the_ends_of_few_shards() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "SHARD_MINIMUM", 2_400)
        patch.setattr(shards, "SHARD_SPREAD", 1_000)
        patch.setattr(shards, "SHARD_MAXIMUM", 4_000)
        found = {f"{number:05}": [number] for number in range(30_000)}
        before = cut(found, {})[1]
        after = cut(found | {"00001a": [7]}, {})[1]
    assert len(before) > 50
    assert len(set(after) - set(before)) <= 3


def test_no_shard_is_larger_than_the_maximum_but_for_one_key() -> None:
    contents: dict[str, bytes] = {}
    cut({f"{number:03}": list(range(number % 97)) or [1] for number in range(400)}, contents)
    for content in contents.values():
        assert len(content) <= 4 + 70 - 1 or len(decode_shard(content, has_postings=True)) == 1
