"""The snapshot: live metadata as it was read from the Hub, with the time of reading.

On disk a snapshot is a folder, ``catalog_data/snapshots/``, of sorted files with one JSON object a line, keys in the
order of the types below, empty values left out. ``datasets.jsonl``, one dataset a line (broken here to be read)::

    {"id":"example-org/tides","endpoint":"https://huggingface.co","read_at":"2026-01-02T03:04:05Z",
     "details_read_at":"2025-12-24T03:04:05Z","details_of":"2025-12-20T10:00:00Z","older":{"downloads":"2026-01-01T03:04:05Z"},"kept":"wrong-shape",
     "memberships":[{"slug":"example-org/tides-66d21b3cb66342762fb6108e","position":0,"note":"Measured hourly"}],
     "author":"example-org","last_modified":"2025-12-20T10:00:00Z","downloads":120,"likes":3,"gated":false,
     "row_count":8760,"title":"Tides","description":"…","revision":"0123…","created_at":"2024-05-01T00:00:00Z",
     "downloads_all_time":900,"licenses":["cc-by-4.0"],"languages":["en"],"tags":["library:datasets"]}
    {"id":"example-org/waves","endpoint":"https://huggingface.co","read_at":"…","status":"gone","status_since":"…",…}

``collections.jsonl``::

    {"slug":"example-org/tides-66d21b3cb66342762fb6108e","endpoint":"https://huggingface.co",
     "read_at":"2026-01-02T03:04:05Z","title":"Tides","description":"…"}

``events.jsonl``, sorted by time::

    {"at":"2026-01-02T03:04:05Z","id":"example-org/tides","kind":"license","before":"mit","after":"cc-by-4.0"}

``history.jsonl``, one dataset a line, each point a date (UTC), downloads in the 30 days before it, and likes::

    {"id":"example-org/tides","points":[["2026-01-01",118,3],["2026-01-02",120,null]]}

``state.json`` says when what was last asked for, and how many lines other files have, so that one that was cut off is
noticed. It is the only file a refresh without news changes::

    {"format":1,"lines":{"datasets.jsonl":2,"events.jsonl":1,"history.jsonl":1},
     "collections":{"example-org/tides-66d21b3cb66342762fb6108e":"2026-01-03T03:04:05Z"},"datasets":{}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeVar

from otdi_site.model.card import CardReading
from otdi_site.model.preview import Preview

T = TypeVar("T")

Gating = Literal[False, "auto", "manual"]
"""Whether access must be asked for: no, granted at once, or granted by a person."""


class Status(Enum):
    """The status of a dataset; all but `LIVE` are tombstones, which keep their page and leave the lists."""

    LIVE = "live"
    LEFT = "left"
    GONE = "gone"
    PRIVATE = "private"
    DISABLED = "disabled"
    RENAMED = "renamed"

    @property
    def reason(self) -> str:
        """Half a sentence to follow the dataset's name."""
        return _STATUS_REASONS[self]


_STATUS_REASONS = {
    Status.LIVE: "is in the catalogue",
    Status.LEFT: "was taken out of the catalogue",
    Status.GONE: "is no longer on the Hub, or is private there",
    Status.PRIVATE: "was made private by its publisher",
    Status.DISABLED: "was disabled by the Hub",
    Status.RENAMED: "has a new name on the Hub",
}


class KeptReason(Enum):
    """Why a refresh left facts as they were before."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    DEADLINE = "deadline"
    QUOTA = "quota"
    SERVER_ERROR = "server-error"
    REFUSED = "refused"
    GATED = "gated"
    NOT_JSON = "not-json"
    WRONG_SHAPE = "wrong-shape"
    TOO_LARGE = "too-large"
    ELSEWHERE = "elsewhere"
    UNEXPLAINED = "unexplained"
    NOT_FOUND = "not-found"
    INTERRUPTED = "interrupted"
    OFFLINE = "offline"

    @property
    def explanation(self) -> str:
        """Half a sentence to follow "because"."""
        return _KEPT_EXPLANATIONS[self]


_KEPT_EXPLANATIONS = {
    KeptReason.CONNECTION: "the connection to the Hub failed",
    KeptReason.TIMEOUT: "the Hub took too long to answer",
    KeptReason.DEADLINE: "the refresh ran out of time",
    KeptReason.QUOTA: "the refresh used up the requests it may make",
    KeptReason.SERVER_ERROR: "the Hub answered with an error",
    KeptReason.REFUSED: "the Hub refused to answer",
    KeptReason.GATED: "the Hub gives its metadata only to people with access",
    KeptReason.NOT_JSON: "the Hub's answer was not JSON",
    KeptReason.WRONG_SHAPE: "the Hub's answer made no sense",
    KeptReason.TOO_LARGE: "the Hub's answer was too large",
    KeptReason.ELSEWHERE: "the Hub pointed to another host",
    KeptReason.UNEXPLAINED: "it is missing from an answer that could not be read as a whole",
    KeptReason.NOT_FOUND: "a collection lists it, and the Hub does not find it",
    KeptReason.INTERRUPTED: "the refresh was interrupted",
    KeptReason.OFFLINE: "the refresh was offline",
}

DETAIL_FIELDS = frozenset(
    {
        "title",
        "description",
        "revision",
        "created_at",
        "downloads_all_time",
        "is_disabled",
        "licenses",
        "license_name",
        "license_link",
        "languages",
        "task_categories",
        "size_categories",
        "source_datasets",
        "arxiv_ids",
        "dois",
        "tags",
        "modalities",
        "formats",
    }
)
"""Fields that an answer about the dataset itself gives; a collection gives the others, and some of the last two."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The place of a dataset in a collection."""

    slug: str
    """The collection's slug, such as ``example-org/tides-66d21b3cb66342762fb6108e``."""
    position: int | None = None
    """Order in the collection, from 0; `None` where the Hub's was no such number."""
    note: str | None = None
    """A note of the collection's keepers on the dataset; plain text, hostile."""


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """The Hub's metadata of one dataset. Every value is checked; text is hostile all the same."""

    id: str
    """The Hub id exactly as the Hub spells it, ``author/name`` or ``name``."""
    endpoint: str
    """Where the facts were read, such as ``https://huggingface.co``."""
    read_at: str
    """UTC time, ISO 8601 in seconds, of the refresh that read the facts."""
    details_read_at: str | None = None
    """UTC time of the refresh that read `DETAIL_FIELDS`; `None` until they have been read once."""
    details_of: str | None = None
    """The `last_modified` that the dataset had then; where it has another now, the details are to be read again."""
    older: Mapping[str, str] = field(default_factory=dict)
    """Read times of single fields that were kept because the newest answer gave them a senseless value."""
    status: Status = Status.LIVE
    status_since: str | None = None
    """UTC time of the refresh that found the status; `None` for live."""
    renamed_to: str | None = None
    """The new id of a renamed dataset."""
    kept: KeptReason | None = None
    """Why the last refresh left these facts as they were; `None` where it confirmed or renewed them."""
    memberships: tuple[Membership, ...] = ()
    """The collections it is in, in the order of their slugs."""
    author: str | None = None
    last_modified: str | None = None
    """UTC time of the last commit."""
    downloads: int | None = None
    """Downloads in the last 30 days."""
    likes: int | None = None
    gated: Gating | None = None
    """`None` where the Hub did not say."""
    is_private: bool = False
    row_count: int | None = None
    """Rows of all splits, as the Hub's dataset viewer counts them."""
    modalities: tuple[str, ...] = ()
    """The Hub's words: ``audio``, ``text``, …"""
    formats: tuple[str, ...] = ()
    """The Hub's words: ``parquet``, ``json``, …"""
    title: str | None = None
    """``pretty_name`` of the card."""
    description: str | None = None
    revision: str | None = None
    """Commit hash of the main branch."""
    created_at: str | None = None
    """UTC time; the Hub's lowest is 2022-03-02T23:29:04Z."""
    downloads_all_time: int | None = None
    is_disabled: bool = False
    licenses: tuple[str, ...] = ()
    """The Hub's licence ids, such as ``apache-2.0`` or ``other``."""
    license_name: str | None = None
    license_link: str | None = None
    """An http or https URL."""
    languages: tuple[str, ...] = ()
    """As the card states them, mostly ISO 639 codes or BCP 47 tags."""
    task_categories: tuple[str, ...] = ()
    size_categories: tuple[str, ...] = ()
    """The Hub's words: ``1K<n<10K``, …"""
    source_datasets: tuple[str, ...] = ()
    """Hub ids or words of the card such as ``original``."""
    arxiv_ids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Tags that no field above was made from, sorted."""

    @property
    def is_live(self) -> bool:
        return self.status is Status.LIVE

    def as_of(self, field_name: str) -> str:
        """UTC time at which the field's value was read."""
        if field_name in self.older:
            return self.older[field_name]
        return (self.details_read_at or self.read_at) if field_name in DETAIL_FIELDS else self.read_at

    @property
    def last_read_at(self) -> str:
        """UTC time of the newest of its facts."""
        return max(self.read_at, self.details_read_at or "")


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """The Hub's metadata of a collection itself."""

    slug: str
    endpoint: str
    read_at: str
    """UTC time at which these facts were read; older than the last check where nothing changed."""
    title: str | None = None
    description: str | None = None


class EventKind(Enum):
    """A change between two snapshots."""

    ADDED = "added"
    STATUS = "status"
    RENAMED = "renamed"
    LICENSE = "license"
    GATING = "gating"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one dataset, found by a refresh."""

    at: str
    """UTC time of the refresh that found it; the change itself is older."""
    id: str
    """Hub id; of a rename, the new one."""
    kind: EventKind
    before: str | None = None
    """The value before: a status, an id, licence ids with commas, ``open``/``auto``/``manual``, a commit or a time."""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """Downloads and likes on a day; they hold until the next point."""

    date: str
    """ISO 8601 date, UTC."""
    downloads: int | None
    """Downloads in the 30 days before."""
    likes: int | None


@dataclass(frozen=True, slots=True)
class CheckTimes:
    """When the Hub last answered for what, UTC; never shown on a page, so that confirming facts changes no page."""

    collections: Mapping[str, str] = field(default_factory=dict)
    """By slug."""
    datasets: Mapping[str, str] = field(default_factory=dict)
    """By Hub id: datasets that were asked for by themselves."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is known from the Hub."""

    rows: Mapping[str, SnapshotRow] = field(default_factory=dict)
    """By Hub id, sorted without regard to case; no two ids differ in case alone."""
    collections: tuple[CollectionRow, ...] = ()
    """Sorted by slug."""
    events: tuple[Event, ...] = ()
    """Sorted by time, id and kind."""
    history: Mapping[str, tuple[HistoryPoint, ...]] = field(default_factory=dict)
    """By Hub id, sorted as `rows`; points in the order of their dates."""
    checked: CheckTimes = CheckTimes()
    cards: Mapping[str, CardReading] = field(default_factory=dict)
    """What is known of the cards of datasets, by Hub id as the refresh that read them spelt it."""
    previews: Mapping[str, Preview] = field(default_factory=dict)
    """Of open datasets, by Hub id in the same way."""

    def lookup(self) -> SnapshotLookup:
        """The rows by id without regard to case."""
        return SnapshotLookup({hub_id.lower(): row for hub_id, row in self.rows.items()})

    def without(self, names: Collection[str]) -> Snapshot:
        """The snapshot without all that it says of datasets; `names` are Hub ids in lower case."""

        def kept(content: Mapping[str, T]) -> dict[str, T]:
            return {hub_id: each for hub_id, each in content.items() if hub_id.lower() not in names}

        return replace(
            self,
            rows=kept(self.rows),
            events=tuple(event for event in self.events if event.id.lower() not in names),
            history=kept(self.history),
            cards=kept(self.cards),
            previews=kept(self.previews),
        )

    def events_of(self, hub_id: str) -> tuple[Event, ...]:
        """The changes of one dataset, oldest first."""
        return tuple(event for event in self.events if event.id == hub_id)

    def undescribed(self, hub_ids: Iterable[str]) -> tuple[str, ...]:
        """Datasets of collections of which the Hub has said nothing but the name and numbers.

        Those of `hub_ids`, which entries describe, are not among them.
        """
        lookup = self.lookup()
        described = {row.id for hub_id in hub_ids if (row := lookup.resolve(hub_id)) is not None}
        return tuple(
            row.id
            for row in self.rows.values()
            if row.is_live and row.memberships and row.details_read_at is None and row.id not in described
        )

    @property
    def last_checked_at(self) -> str | None:
        """UTC time at which the Hub last answered for anything, for a run's summary; never for a page."""
        return max((*self.checked.collections.values(), *self.checked.datasets.values()), default=None)

    @property
    def newest_read_at(self) -> str | None:
        """UTC time of the newest fact of a live dataset; `None` for an empty snapshot."""
        return max((row.last_read_at for row in self.rows.values() if row.is_live), default=None)

    @property
    def oldest_read_at(self) -> str | None:
        """UTC time of the oldest facts of a live dataset; `None` for an empty snapshot."""
        return min((row.read_at for row in self.rows.values() if row.is_live), default=None)


@dataclass(frozen=True, slots=True)
class SnapshotLookup:
    """Rows by Hub id without regard to case, as the Hub compares ids."""

    _rows: Mapping[str, SnapshotRow]

    def find(self, hub_id: str) -> SnapshotRow | None:
        """The row of this id, tombstones included."""
        return self._rows.get(hub_id.lower())

    def resolve(self, hub_id: str) -> SnapshotRow | None:
        """The row of this id or, where it was renamed, of its newest name."""
        for row in self._renames(hub_id):
            if row.status is not Status.RENAMED:
                return row
        return None

    def _renames(self, hub_id: str) -> Iterator[SnapshotRow]:
        seen: set[str] = set()
        current: str | None = hub_id.lower()
        # Two datasets that took each other's name would go round for ever.
        while current is not None and current not in seen and current in self._rows:
            seen.add(current)
            row = self._rows[current]
            yield row
            current = row.renamed_to.lower() if row.renamed_to else None


def sort_key(hub_id: str) -> tuple[str, str]:
    """Orders Hub ids without regard to case, and the same everywhere."""
    return (hub_id.lower(), hub_id)
