"""Entry and live metadata become a dataset: the entry's word wins, live metadata fills the rest; it must not read.

Every value keeps the origin of the source that gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.model.dataset import Dataset, Departure, Evidence, ListingKind, Origin, Sourced
from otdi_site.model.entry import Entry, LocatedEntry
from otdi_site.model.redirects import check_redirects
from otdi_site.model.snapshot import Event, Snapshot, SnapshotRow, Status
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.model.words import (
    HUB_URL,
    day_of,
    find_languages,
    find_meanings,
    find_publisher,
    find_source_datasets,
    find_terms,
    only_one,
    read_access,
    read_license,
)
from otdi_site.urls import address_of_hub_id, dataset_address

_VANISHED = frozenset({Status.GONE, Status.PRIVATE, Status.DISABLED})
"""What became of a dataset whose data nobody can get from the Hub."""
SNAPSHOT_PATH = "catalog_data/snapshots/datasets.jsonl"

_NAMED = 10
"""Datasets that a message names."""

V = TypeVar("V")


def entry_origin(located: LocatedEntry) -> Origin:
    """The entry, as old as the newest date on which its facts were read."""
    dates = [source.date for source in located.entry.sources if source.date is not None]
    return Origin("entry", located.path, max(dates).isoformat() if dates else None)


@dataclass(frozen=True, slots=True)
class _Sources:
    """What is known of one dataset; at least one of the two."""

    located: LocatedEntry | None
    row: SnapshotRow | None
    entry_origin: Origin | None
    live_kind: Literal["hub", "import"]

    def stated(self, read: Callable[[Entry], V | None]) -> Sourced[V] | None:
        """A value of the entry; an empty tuple says "none"."""
        value = None if self.located is None else read(self.located.entry)
        return None if value is None or self.entry_origin is None else Sourced(value, self.entry_origin)

    def live(self, field: str, read: Callable[[SnapshotRow], V | None]) -> Sourced[V] | None:
        """A value of the live metadata, with the time its field was read."""
        value = None if self.row is None else read(self.row)
        if self.row is None or value is None:
            return None
        return Sourced(value, Origin(self.live_kind, self.row.endpoint, self.row.as_of(field)))

    def known(
        self, field: str, stated: Callable[[Entry], V | None], live: Callable[[SnapshotRow], V | None]
    ) -> Sourced[V] | None:
        """The entry's word, else the host's."""
        return _first(self.stated(stated), self.live(field, live))


def _first(*values: Sourced[V] | None) -> Sourced[V] | None:
    return next((value for value in values if value is not None), None)


def _listing(sources: _Sources) -> Sourced[ListingKind] | None:
    if sources.located is None and sources.live_kind == "import":
        return sources.live("id", lambda r: "discovered")
    return sources.known("memberships", lambda e: e.listing, lambda r: "collection" if r.memberships else None)


def _departure(row: SnapshotRow) -> Departure:
    return Departure(row.status.reason, row.status_since, row.status not in _VANISHED)


def merge_dataset(
    located: LocatedEntry | None,
    row: SnapshotRow | None,
    vocabularies: Vocabularies,
    live_kind: Literal["hub", "import"] = "hub",
) -> Dataset:
    """The dataset that an entry, live metadata or both describe; `live_kind` says where the latter was read.

    Raises `ValueError` where there is neither.
    """
    if located is None and row is None:
        raise ValueError("neither an entry nor live metadata")
    sources = _Sources(located, row, entry_origin(located) if located else None, live_kind)
    known, stated, live = sources.known, sources.stated, sources.live
    # The host's own spelling first: the entry may know an older name.
    hub_id = _first(live("id", lambda r: r.id), stated(lambda e: e.huggingface))
    hub_url = Sourced(f"{HUB_URL}/datasets/{hub_id.value}", hub_id.origin) if hub_id else None
    slug, name = (located.publisher, located.name) if located else address_of_hub_id(hub_id.value if hub_id else "")
    author = hub_id.value.rpartition("/")[0] or None if hub_id else None
    title = _first(
        stated(lambda e: e.title), live("title", lambda r: r.title), live("id", lambda r: r.id.rpartition("/")[2])
    )
    assert title is not None
    return Dataset(
        id=f"{slug}/{name}",
        address=dataset_address(slug, name),
        name=name,
        publisher=find_publisher(slug, author, vocabularies),
        title=title,
        description=known("description", lambda e: e.description, lambda r: r.description),
        url=_first(stated(lambda e: e.url), hub_url),
        license=known(
            "licenses",
            lambda e: vocabularies.licenses.get(e.license or ""),
            lambda r: read_license(r, vocabularies),
        ),
        domains=known(
            "tags",
            lambda e: find_terms(e.domains, vocabularies.domains),
            lambda r: find_meanings(r.tags, vocabularies.domains),
        ),
        modalities=known(
            "modalities",
            lambda e: find_terms(e.modalities, vocabularies.modalities),
            lambda r: find_meanings(r.modalities, vocabularies.modalities),
        ),
        languages=known(
            "languages",
            lambda e: None if e.languages is None else find_languages(e.languages),
            lambda r: find_languages(r.languages) or None,
        ),
        tasks=known(
            "task_categories",
            lambda e: find_terms(e.tasks, vocabularies.tasks),
            lambda r: find_meanings(r.task_categories, vocabularies.tasks),
        ),
        tags=known("tags", lambda e: e.tags, lambda r: r.tags or None),
        hosting=stated(lambda e: e.hosting),
        card_url=_first(stated(lambda e: e.card_url), hub_url),
        source_datasets=known(
            "source_datasets",
            lambda e: find_source_datasets(e.source_datasets),
            lambda r: find_source_datasets(r.source_datasets or None),
        ),
        sensitive_information=stated(lambda e: find_terms(e.sensitive_information, vocabularies.sensitive_information)),
        size=known(
            "size_categories",
            lambda e: vocabularies.size_categories.get(e.size or ""),
            lambda r: only_one(find_meanings(r.size_categories, vocabularies.size_categories)),
        ),
        row_count=live("row_count", lambda r: r.row_count),
        formats=live("formats", lambda r: r.formats or None),
        contact=stated(lambda e: e.contact),
        listing=_listing(sources),
        date_added=stated(lambda e: day_of(e.date_added)),
        date_modified=known("last_modified", lambda e: day_of(e.date_modified), lambda r: day_of(r.last_modified)),
        access=live("gated", read_access),
        downloads=live("downloads", lambda r: r.downloads),
        downloads_all_time=live("downloads_all_time", lambda r: r.downloads_all_time),
        likes=live("likes", lambda r: r.likes),
        revision=live("revision", lambda r: r.revision),
        hub_id=hub_id.value if hub_id else None,
        hub_url=hub_url.value if hub_url else None,
        note=live("memberships", lambda r: next((m.note for m in r.memberships if m.note), None)),
        kept_because=row.kept.explanation if row and row.kept and row.is_live else None,
        entry_path=located.path if located else None,
        evidence=tuple(
            Evidence(source.url, day_of(source.date), source.note)
            for source in (located.entry.sources if located else ())
        ),
        redirect_from=located.entry.redirect_from if located else (),
        departure=None if row is None or row.is_live else _departure(row),
    )


def _check_status(located: LocatedEntry, snapshot_row: SnapshotRow, current: SnapshotRow | None) -> list[Diagnostic]:
    """Whether the Hub still has the dataset under the id that the entry states."""
    mark, status = located.mark("huggingface"), snapshot_row.status
    if status is Status.RENAMED and current is not None:
        message = f"{snapshot_row.id} is called {current.id} on the Hub now"
        return [warning("OTD110", mark, message, f"write `huggingface: {current.id}`")]
    if status in _VANISHED:
        help = "state where else it is, or remove the entry"
        return [warning("OTD110", mark, f"{snapshot_row.id} {status.reason}", help)]
    return []


def _is_only_on_the_hub(entry: Entry) -> bool:
    return entry.url is None or entry.url.startswith(f"{HUB_URL}/")


def _row_to_merge(entry: Entry, row: SnapshotRow | None) -> SnapshotRow | None:
    """The live metadata that belongs to an entry; that of a tombstone only where the data is nowhere else."""
    if row is None or row.is_live:
        return row
    return row if row.status in _VANISHED and _is_only_on_the_hub(entry) else None


def merge_catalog(
    entries: Sequence[LocatedEntry],
    snapshot: Snapshot,
    vocabularies: Vocabularies,
    imported: Mapping[str, SnapshotRow] | None = None,
) -> tuple[list[Dataset], list[Diagnostic]]:
    """Every dataset: those with entries, then those that the collections name; those that left have a `departure`.

    An entry whose dataset has left the Hub stays, with what it says itself, where it names another place for the data.
    `imported` holds rows of imported files by Hub id in lower case, for entries of which there is no live metadata.
    """
    lookup = snapshot.lookup()
    datasets = []
    diagnostics = []
    described: set[str] = set()
    claims: dict[str, Mark] = {}
    owners: dict[str, LocatedEntry] = {}
    """By Hub id, the entry that describes the dataset."""
    for located in entries:
        hub_id = located.entry.huggingface
        row = None
        if hub_id:
            row = lookup.resolve(hub_id)
            first = owners.setdefault(row.id, located) if row is not None else located
            if row is not None and (first.entry.huggingface or "").lower() != hub_id.lower():
                message = f"{hub_id} is the dataset that {first.path} describes as {first.entry.huggingface}"
                help = "join the two entries, and state the address of the other in `redirect_from`"
                diagnostics.append(warning("OTD444", located.mark("huggingface"), message, help))
            described |= {hub_id.lower()} | ({row.id.lower()} if row else set())
            named = lookup.find(hub_id)
            diagnostics += _check_status(located, named, row) if named else []
        if row is None and hub_id and imported is not None and hub_id.lower() in imported:
            dataset = merge_dataset(located, imported[hub_id.lower()], vocabularies, "import")
        else:
            dataset = merge_dataset(located, _row_to_merge(located.entry, row), vocabularies)
        datasets.append(dataset)
        claims[dataset.address.casefold()] = located.mark("name")
    for row in snapshot.rows.values():
        if row.status is Status.RENAMED or row.id.lower() in described or (row.is_live and not row.memberships):
            continue
        if row.details_read_at is None:
            # A collection gave its name and numbers; whether there is such a dataset, the Hub has never said.
            continue
        dataset = merge_dataset(None, row, vocabularies)
        claim = claims.setdefault(dataset.address.casefold(), mark := Mark(SNAPSHOT_PATH))
        if claim is mark:
            datasets.append(dataset)
        elif row.is_live:
            # Not an error: a collection that gains a dataset overnight must not stop the nightly build.
            message = f"has the address {dataset.address}, which {row.id} of a collection has too; that one is left out"
            help = f"add `huggingface: {row.id}` if they are the same dataset, else give the entry another `name`"
            diagnostics.append(warning("OTD109", claim, message, help))
    stated = {address.casefold() for located in entries for address in located.entry.redirect_from}
    # What an entry says leads elsewhere needs no page that says why the dataset left.
    datasets = [each for each in datasets if each.entry_path or each.departure is None or each.address not in stated]
    diagnostics += check_redirects(entries, datasets)
    hub_ids = [located.entry.huggingface for located in entries if located.entry.huggingface]
    if undescribed := snapshot.undescribed(hub_ids):
        diagnostics.append(_not_listed(undescribed))
    events = _events_by_id(snapshot)
    return [_with_past(dataset, snapshot, events) for dataset in datasets], diagnostics


def _not_listed(hub_ids: Sequence[str]) -> Diagnostic:
    count, shown = len(hub_ids), ", ".join(hub_ids[:_NAMED])
    more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
    they = "it" if count == 1 else "them"
    message = f"not listed, since the Hub has not described {they} yet: {shown}{more}"
    help = f"run refresh; if it stays so, look at {they} on the Hub, or write an entry"
    return warning("OTD408", Mark(SNAPSHOT_PATH), message, help)


def _events_by_id(snapshot: Snapshot) -> dict[str, list[Event]]:
    events: dict[str, list[Event]] = {}
    for event in snapshot.events:
        events.setdefault(event.id.lower(), []).append(event)
    return events


def _with_past(dataset: Dataset, snapshot: Snapshot, events: Mapping[str, list[Event]]) -> Dataset:
    if dataset.hub_id is None:
        return dataset
    past = tuple(events.get(dataset.hub_id.lower(), ()))
    history = snapshot.history.get(dataset.hub_id, ())
    return replace(dataset, events=past, history=history) if past or history else dataset
