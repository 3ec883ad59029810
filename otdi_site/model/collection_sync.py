"""The difference between the catalogue's entries and a collection of the Hub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from otdi_site.model.entry import Entry, LocatedEntry
from otdi_site.model.exclusions import Exclusion

NOTE_LIMIT = 500
"""Characters of a note of an item, as the Hub has it."""
_NOT_REVIEWED = ("proposed", "in review")


@dataclass(frozen=True, slots=True)
class CollectionItem:
    """One item of a collection on the Hub."""

    object_id: str
    """The id by which the Hub changes the item."""
    hub_id: str
    kind: str
    """``dataset``, ``model``, ``space`` and the like."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """One change that would make the collection agree with the catalogue."""

    kind: Literal["add", "remove", "annotate"]
    hub_id: str
    note: str = ""
    object_id: str = ""
    """Of the item; empty for one that is to be added."""
    reason: str = ""
    """Half a sentence."""

    def __str__(self) -> str:
        sign = {"add": "+", "remove": "-", "annotate": "~"}[self.kind]
        note = f", with the note “{self.note}”" if self.note else ""
        return f"{sign} {self.hub_id}{note}" + (f": {self.reason}" if self.reason else "")


def compare_collection(
    items: Sequence[CollectionItem], entries: Iterable[LocatedEntry], exclusions: Iterable[Exclusion]
) -> list[CollectionChange]:
    """The changes: additions in the order of the entries, then notes and removals in the order of the items.

    The description of an entry becomes the note of an item that has none; a note that stands there stays. A dataset is
    removed if it is excluded, or its entry is not reviewed yet. Datasets of the collection without an entry stay: the
    catalogue lists them because the collection does. Models and spaces are left alone.
    """
    listed = {item.hub_id.lower(): item for item in items if item.kind == "dataset"}
    excluded = {each.id.lower(): each for each in exclusions}
    wanted = {(located.entry.huggingface or "").lower(): located.entry for located in entries}
    changes = []
    for name, entry in wanted.items():
        if name and name not in listed and name not in excluded and entry.state not in _NOT_REVIEWED:
            changes.append(CollectionChange("add", entry.huggingface or "", _note_of(entry)))
    for name, item in listed.items():
        named = wanted.get(name)
        if name in excluded:
            reason = f"excluded on {excluded[name].date}"
            changes.append(CollectionChange("remove", item.hub_id, object_id=item.object_id, reason=reason))
        elif named is not None and named.state in _NOT_REVIEWED:
            reason = f"its entry is {named.state}"
            changes.append(CollectionChange("remove", item.hub_id, object_id=item.object_id, reason=reason))
        elif named is not None and not item.note and (note := _note_of(named)):
            changes.append(CollectionChange("annotate", item.hub_id, note, item.object_id))
    return changes


def _note_of(entry: Entry) -> str:
    text = " ".join((entry.description or "").split())
    return text if len(text) <= NOTE_LIMIT else f"{text[: NOTE_LIMIT - 1].rstrip()}…"
