"""Datasets that are never listed again: withdrawn by their owners, or left out after an objection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import field_validator

from otdi_site.model.dataset import Dataset, Departure
from otdi_site.model.snapshot import Snapshot
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.term_mapping import day_of, find_publisher
from otdi_site.model.values import Day, HubId, Text, refusal
from otdi_site.model.vocabulary import Model, Vocabularies
from otdi_site.urls import address_of_hub_id, dataset_address

EXCLUSIONS_PATH = "catalog_data/exclusions.yaml"


class Exclusion(Model):
    """One dataset of the Hub that is never listed again, whatever the Hub and bulk files say."""

    id: HubId
    """The dataset's id on the Hub."""
    reason: Text
    """A sentence, which its page shows."""
    date: Day
    by: Text
    """Who asked for it, by role, such as ``its owner``; no name of a person."""
    page: Literal["withdrawn", "gone"] = "withdrawn"
    """Whether a page says that it was withdrawn, or there is none."""


class Exclusions(Model):
    """``catalog_data/exclusions.yaml``."""

    exclusions: tuple[Exclusion, ...] = ()

    @field_validator("exclusions")
    @classmethod
    def _no_dataset_twice(cls, value: tuple[Exclusion, ...]) -> tuple[Exclusion, ...]:
        seen: set[str] = set()
        for each in value:
            if each.id.lower() in seen:
                raise refusal(f"names {each.id} twice", "keep one of the two")
            seen.add(each.id.lower())
        return value


def without_excluded(snapshot: Snapshot, exclusions: Iterable[Exclusion]) -> Snapshot:
    """The snapshot without all that it says of excluded datasets, under whichever of their names."""
    excluded = {each.id.lower() for each in exclusions}
    if not excluded:
        return snapshot
    lookup = snapshot.lookup()
    names = {hub_id.lower() for hub_id in snapshot.rows}
    names = {name for name in names if (row := lookup.resolve(name)) is not None and row.id.lower() in excluded}
    names |= {row.id.lower() for name in excluded if (row := lookup.resolve(name)) is not None} | excluded
    return snapshot.without(names)


def make_tombstones(exclusions: Iterable[Exclusion], vocabularies: Vocabularies) -> list[Dataset]:
    """A dataset that has left for each exclusion that has a page, with nothing but its name."""
    return [_make_tombstone(each, vocabularies) for each in exclusions if each.page == "withdrawn"]


def _make_tombstone(exclusion: Exclusion, vocabularies: Vocabularies) -> Dataset:
    slug, name = address_of_hub_id(exclusion.id)
    author, _, title = exclusion.id.rpartition("/")
    reason = exclusion.reason.rstrip(".")
    reason = f"was withdrawn at the request of {exclusion.by} on {day_of(exclusion.date)}: {reason}"
    return Dataset(
        id=f"{slug}/{name}",
        address=dataset_address(slug, name),
        name=name,
        publisher=find_publisher(slug, author or None, vocabularies),
        title=Sourced(title, Origin("entry", EXCLUSIONS_PATH, None)),
        hub_id=exclusion.id,
        entry_path=EXCLUSIONS_PATH,
        departure=Departure(reason, None, is_reachable=False),
    )
