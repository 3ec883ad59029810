"""The settings of `discover` in ``site.yaml``, and the record of the datasets that were discovered on the Hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from otdi_site.model.snapshot import Event
from otdi_site.model.values import Text
from otdi_site.model.vocabulary import License, Model, Vocabulary


class DiscoverConfig(Model):
    """Which datasets are listed from the whole Hub, and within which limits."""

    licenses: tuple[Text, ...] = ()
    """The Hub's ids of licences; without any, those of every accepted licence."""
    languages: tuple[Text, ...] = ()
    """One of them must be stated, by the Hub's code."""
    tags: tuple[Text, ...] = ()
    """All of them must be there."""
    tasks: tuple[Text, ...] = ()
    """One of them must be stated, by the Hub's id of a task category."""
    gated: bool = False
    """Whether datasets may ask for conditions to be accepted."""
    min_downloads: Annotated[int, Field(ge=0)] = 0
    min_likes: Annotated[int, Field(ge=0)] = 0
    exclude_authors: tuple[Text, ...] = ()
    full_days: Annotated[float, Field(gt=0)] = 7.0
    """Days after which everything is listed again."""
    max_requests: Annotated[int, Field(ge=1)] = 400
    """Requests of one run; what is left waits for the next run."""
    deadline_seconds: Annotated[float, Field(gt=0)] = 900.0

    def hub_licenses(self, licenses: Vocabulary[License]) -> tuple[str, ...]:
        """The Hub's ids of the licences to list, sorted."""
        accepted = {hub_id for term in licenses.terms if term.is_accepted for hub_id in term.hub_ids}
        return tuple(sorted(set(self.licenses) or accepted))


@dataclass(frozen=True, slots=True)
class DiscoveredPart:
    """One file of discovered datasets."""

    file: str
    """Its name, which its content decides."""
    day: str
    """ISO 8601 day as of which its rows speak."""
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """The datasets that were discovered: all of the last full listing, and those that changed since."""

    key: str
    """Digest of the settings that they were listed by."""
    listed_at: str
    """UTC time at which the last full listing began."""
    checked_at: str
    """UTC time at which the last listing of either kind began."""
    base: DiscoveredPart
    changes: DiscoveredPart
    """Rows that win over those of `base`."""
    events: tuple[Event, ...] = ()
    """The newest changes."""
