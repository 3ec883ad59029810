"""Applies edits of keys to a family of shards, and reshards only where the boundaries move."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from otdi_site.index.browser.encoding import sort_key
from otdi_site.index.browser.shards import Chunker, Key, encode_shard, separator

Edit = Callable[[Key | None], Key | None]
"""Maps a key to its replacement; `None` stands for an absent key."""


class Family:
    """The shards of one kind, such as terms, as their directory lists them."""

    def __init__(
        self,
        separators: Sequence[str],
        names: Sequence[str],
        load: Callable[[str], list[Key]],
        store: Callable[[bytes], str],
    ) -> None:
        """`load` gives the keys of the shard of a name; `store` takes the content of a new one and gives its name."""
        self.separators = separators
        self.names = names
        self.load = load
        self.store = store
        self._sorted = [sort_key(text) for text in separators]

    def shard_of(self, text: str) -> int:
        """The number of the shard in which a key belongs."""
        return max(0, bisect_right(self._sorted, sort_key(text)) - 1)

    def keys_with(self, prefix: str) -> list[Key]:
        """The keys with a prefix, sorted."""
        last = self.shard_of(f"{prefix}\uffff")
        names = self.names[self.shard_of(prefix) : last + 1]
        start = prefix.encode()
        return [key for name in names for key in self.load(name) if key.text.startswith(start)]

    def edit(self, edits: Mapping[str, Edit]) -> Family:
        """The family after some edits: the same shards as if all keys had been chunked again."""
        if not edits:
            return self
        resharded = _Resharding(self, edits)
        return Family(resharded.separators, resharded.names, self.load, self.store)


class _Shard:
    """An old shard after its edits."""

    def __init__(self, keys: list[Key], edits: Mapping[str, Edit]) -> None:
        first = keys[0]
        self.last_before = keys[-1].text
        """Its last key before them."""
        _apply(edits, keys)
        self.keys = keys
        self.begins_as_before = bool(keys) and keys[0].text == first.text and keys[0].size == first.size


class _Resharding:
    """Keeps shards up to an edited one, and chunks from there until a new boundary coincides with an old one."""

    def __init__(self, family: Family, edits: Mapping[str, Edit]) -> None:
        self.separators: list[str] = []
        self.names: list[str] = []
        self._family = family
        self._edits: dict[int, dict[str, Edit]] = {}
        for text in edits:
            self._edits.setdefault(family.shard_of(text), {})[text] = edits[text]
        self._shards: dict[int, _Shard] = {}
        self._pending: list[Key] = []
        self._last: bytes | None = b""
        """The key before the shard that is being filled; `None` where it is the one that has always been there."""
        if family.names:
            self._run()
        else:
            keys: list[Key] = []
            _apply(edits, keys)
            self._chunk(keys, Chunker(), "")
            self._flush()

    def _run(self) -> None:
        number = 0
        for edited in sorted(self._edits):
            if edited < number:
                continue
            start = edited
            if start > number and not self._shard(start).begins_as_before:
                start -= 1  # It may have ended where it did because of the key that followed.
            self._keep(number, start)
            number = self._reshard(start)
        self._keep(number, len(self._family.names))

    def _keep(self, start: int, end: int) -> None:
        """Keeps old shards unchanged."""
        if start == end:
            return
        first = self._family.separators[start]
        if self._last is not None and start > 0 and self._last != self._shards[start - 1].last_before:
            first = separator(self._last, self._shard(start).keys[0].text)
        self.separators += [first, *self._family.separators[start + 1 : end]]
        self.names += self._family.names[start:end]
        self._last = None

    def _reshard(self, start: int) -> int:
        """Chunks the keys from an old shard on; returns the number of the next shard that can be kept, or the end."""
        chunker = Chunker()
        number = start
        while number < len(self._family.names):
            can_be_kept = number > start and number not in self._edits
            if can_be_kept and (chunker.is_full or chunker.begins(self._shard(number).keys[0])):
                break
            self._chunk(self._shard(number).keys, chunker, self._family.separators[start])
            number += 1
        self._flush()
        return number

    def _chunk(self, keys: Sequence[Key], chunker: Chunker, first: str) -> None:
        """Fills shards; `first` is the separator of the first one where the key before it is the same as ever."""
        for key in keys:
            if chunker.add(key):
                self._flush()
                self.separators.append(first if self._last is None else separator(self._last, key.text))
            self._pending.append(key)

    def _flush(self) -> None:
        if self._pending:
            self.names.append(self._family.store(encode_shard(*zip(*self._pending, strict=True))))
            self._last = self._pending[-1].text
            self._pending.clear()

    def _shard(self, number: int) -> _Shard:
        if number not in self._shards:
            keys = self._family.load(self._family.names[number])
            self._shards[number] = _Shard(keys, self._edits.get(number, {}))
        return self._shards[number]


def _apply(edits: Mapping[str, Edit], keys: list[Key]) -> None:
    """Applies edits to sorted keys, in place."""
    for text, edit in edits.items():
        place = bisect_left(keys, sort_key(text), key=attrgetter("sort_key"))
        old = keys[place] if place < len(keys) and keys[place].text == text.encode() else None
        new = edit(old)
        keys[place : place + bool(old)] = [new] if new else []
