"""References to the datasets that a dataset was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otdi_site.model.values import is_hub_id
from otdi_site.urls import HUB_URL, is_web_url


@dataclass(frozen=True, slots=True)
class SourceDataset:
    """A dataset this one was made from."""

    label: str
    url: str | None
    """`None` for a word that names no address."""


def find_source_datasets(words: Sequence[str]) -> tuple[SourceDataset, ...]:
    """The datasets that ids, URLs and the Hub's older words name; empty where they say that there is none."""
    return tuple(source for word in words if (source := _source_dataset(word)) is not None)


def _source_dataset(word: str) -> SourceDataset | None:
    if is_web_url(word):
        return SourceDataset(word.removeprefix("https://").removeprefix("http://"), word)
    # "original" and "extended|x" are the Hub's older words for "made from nothing" and "made from x".
    if word == "original":
        return None
    name = word.removeprefix("extended|")
    # A word without an author may be an id of the Hub's early days, or just a word.
    return SourceDataset(name, f"{HUB_URL}/datasets/{name}" if "/" in name and is_hub_id(name) else None)
