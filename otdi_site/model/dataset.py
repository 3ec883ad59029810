"""A dataset as the site shows it: entry and live metadata merged, every value with its source and age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from otdi_site.model.language import Language
from otdi_site.model.snapshot import Event, HistoryPoint
from otdi_site.model.vocabulary import License, Task, Term

V = TypeVar("V", covariant=True)

ListingKind = Literal["contributed", "selected", "collection", "discovered"]
"""How a dataset came into the catalog: an entry says ``contributed`` or ``selected`` (by the initiative); a dataset of
a collection on the Hub is ``collection``, one that only a file of many datasets names is ``discovered``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from, and how old it is."""

    kind: Literal["entry", "hub", "import"]
    """The catalog's own entry, live metadata of the Hub, or an imported file of metadata."""
    location: str
    """The entry's path, the Hub's endpoint or the file's name."""
    as_of: str | None
    """ISO 8601 date or UTC time at which the value was read; `None` where nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Sourced(Generic[V]):
    """A value and its origin."""

    value: V
    origin: Origin


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page where facts of the entry were read."""

    url: str
    date: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SourceDataset:
    """A dataset this one was made from."""

    label: str
    url: str | None
    """`None` for a word that names no address."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Why a dataset is not in the catalog any more. Its page stays, with what is known."""

    reason: str
    """Half a sentence to follow the dataset's name."""
    since: str | None
    """ISO 8601 UTC time at which it was found out."""
    is_reachable: bool
    """Whether people can still get the data where it was."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset. A value that no source gives is `None`; a source that says "none" gives an empty tuple."""

    id: str
    """``publisher/name``, unique without regard to case."""
    address: str
    """``/datasets/<publisher>/<name>.html``."""
    name: str
    publisher: Term
    """A term of the publishers vocabulary, made from the Hub's account where the vocabulary has none."""
    title: Sourced[str]
    description: Sourced[str] | None
    """Plain text; from a host it is hostile."""
    url: Sourced[str] | None
    license: Sourced[License] | None
    """A term of the vocabulary, or one made from what the host states; then it is not accepted."""
    domains: Sourced[tuple[Term, ...]] | None
    """An empty tuple is a general-purpose dataset."""
    modalities: Sourced[tuple[Term, ...]] | None
    languages: Sourced[tuple[Language, ...]] | None
    tasks: Sourced[tuple[Task, ...]] | None
    tags: Sourced[tuple[str, ...]] | None
    hosting: Sourced[Literal["owner", "alliance"]] | None
    card_url: Sourced[str] | None
    source_datasets: Sourced[tuple[SourceDataset, ...]] | None
    sensitive_information: Sourced[tuple[Term, ...]] | None
    size: Sourced[Term] | None
    """The number of rows, as a size category."""
    row_count: Sourced[int] | None
    formats: Sourced[tuple[str, ...]] | None
    contact: Sourced[str] | None
    listing: Sourced[ListingKind] | None
    """How it came into the catalog."""
    date_added: Sourced[str] | None
    """ISO 8601 date on which the catalog took it up."""
    date_modified: Sourced[str] | None
    """ISO 8601 date of the dataset's last change."""
    access: Sourced[Literal["open", "gated"]] | None
    downloads: Sourced[int] | None
    """Downloads in the last 30 days."""
    downloads_all_time: Sourced[int] | None
    likes: Sourced[int] | None
    revision: Sourced[str] | None
    """The commit of the host's repository that the metadata describes."""
    hub_id: str | None
    """The dataset's id on the Hub."""
    hub_url: str | None
    note: Sourced[str] | None
    """What the collection's keepers say about it; plain text."""
    kept_because: str | None
    """Why live metadata is older than the last refresh; `None` where it is not."""
    entry_path: str | None
    """The entry's file; `None` where the dataset is known from live metadata alone."""
    evidence: tuple[Evidence, ...]
    departure: Departure | None = None
    """`None` while it is in the catalog."""
    events: tuple[Event, ...] = ()
    """What changed between refreshes, oldest first."""
    redirect_from: tuple[str, ...] = ()
    """Old addresses that lead to its page, as the entry states them."""
    history: tuple[HistoryPoint, ...] = ()
    """Downloads and likes over time, oldest first."""

    def origins(self) -> tuple[Origin, ...]:
        """The distinct origins of the values, in the order of the fields."""
        values = (getattr(self, name) for name in self.__dataclass_fields__)
        return tuple(dict.fromkeys(value.origin for value in values if isinstance(value, Sourced)))
