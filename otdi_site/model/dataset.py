"""A dataset as the site shows it: its sources merged, every value with its origin and age."""

from __future__ import annotations

from dataclasses import dataclass

from otdi_site.model.fields import FIELDS, Values
from otdi_site.model.ledger import Ledger
from otdi_site.model.lineage import Lineage
from otdi_site.model.preview import Preview
from otdi_site.model.snapshot import Event, HistoryPoint
from otdi_site.model.sourced import Origin
from otdi_site.model.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page where facts of the entry were read."""

    url: str
    date: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Departure:
    """Why a dataset is not in the catalog any more. Its page stays, with what is known."""

    reason: str
    """Half a sentence to follow the dataset's name."""
    since: str | None
    """ISO 8601 UTC time at which it was found out."""
    is_reachable: bool
    """Whether people can still get the data where it was."""
    is_refusal: bool = False
    """Whether it never left, but does not meet what the site requires of listed datasets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Values):
    """One dataset: the values of its fields, and what it is called, where it stands and what became of it."""

    id: str
    """``publisher/name``, unique without regard to case."""
    address: str
    """``/datasets/<publisher>/<name>.html``."""
    name: str
    publisher: Term
    """A term of the publishers vocabulary, made from the Hub's account where the vocabulary has none."""
    hub_id: str | None = None
    """The dataset's id on the Hub."""
    hub_url: str | None = None
    kept_because: str | None = None
    """Why live metadata is older than the last refresh; `None` where it is not."""
    entry_path: str | None = None
    """The entry's file; `None` where the dataset is known from other sources alone."""
    evidence: tuple[Evidence, ...] = ()
    departure: Departure | None = None
    """`None` while it is in the catalog."""
    events: tuple[Event, ...] = ()
    """Changes between refreshes, oldest first."""
    redirect_from: tuple[str, ...] = ()
    """Old addresses that lead to its page, as the entry states them."""
    history: tuple[HistoryPoint, ...] = ()
    """Downloads and likes over time, oldest first."""
    lineage: Lineage | None = None
    """What it was made from and what was made from it; `None` where nothing is stated, or not looked for."""
    preview: Preview | None = None
    """The beginning of its data, of an open dataset; `None` where the Hub's viewer was not asked or had nothing."""
    ledger: Ledger | None = None
    """How it meets the dataset specification; `None` where that was not looked at, as of the rows of bulk files."""

    def origins(self) -> tuple[Origin, ...]:
        """The distinct origins of the values, in the order of the fields."""
        values = (getattr(self, field.name) for field in FIELDS)
        return tuple(dict.fromkeys(value.origin for value in values if value is not None))
