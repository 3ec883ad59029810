"""Merges what the sources of a dataset state: entry, live metadata and bulk files, in this order of precedence.

Of each field every source's value is kept with its origin, the chosen one first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.model.dataset import Dataset, Departure, Evidence
from otdi_site.model.entry import Entry, LocatedEntry
from otdi_site.model.exclusions import Exclusion, make_tombstones
from otdi_site.model.fields import FIELDS, ListingKind
from otdi_site.model.preview import Preview
from otdi_site.model.redirects import check_redirects
from otdi_site.model.snapshot import Event, Snapshot, SnapshotRow, Status
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.statements import BulkReader, EntryReader, RowReader, Statements, entry_origin
from otdi_site.model.term_mapping import day_of, find_publisher, hub_page
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import HUB_URL, address_of_hub_id, dataset_address

_VANISHED = frozenset({Status.GONE, Status.PRIVATE, Status.DISABLED})
"""The fate of a dataset whose data is no longer available from the Hub."""
SNAPSHOT_PATH = "catalog_data/snapshots/datasets.jsonl"
_DISCOVERED: ListingKind = "discovered"
_FROM_HUB_ID = tuple((field.name, field.from_hub_id) for field in FIELDS if field.from_hub_id is not None)
_NAMED = 10
"""Datasets that a message names."""

_NOTHING: Statements = {}


class Merger:
    """Makes datasets of what their sources state: the entry's word wins, then the Hub's, then that of a bulk file."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._vocabularies = vocabularies
        self._entries = EntryReader(vocabularies)
        self._rows = RowReader(vocabularies)

    def merge(
        self, located: LocatedEntry | None, row: SnapshotRow | None, bulk_row: SnapshotRow | None = None
    ) -> Dataset:
        """The dataset that an entry, live metadata and a row of a bulk file describe.

        Raises `ValueError` where there is none of the three.
        """
        by_entry = self._entries.read(located) if located else _NOTHING
        by_hub = self._rows.read(row) if row else _NOTHING
        by_bulk = self._rows.read(bulk_row, "import") if bulk_row else _NOTHING
        hub_id = _find_hub_id(located, row, bulk_row)
        if located is not None:
            slug, name, entry = located.publisher, located.name, located.entry
        elif hub_id is not None:
            (slug, name), entry = address_of_hub_id(hub_id.value), None
        else:
            raise ValueError("neither an entry nor live metadata")
        values = choose(by_entry, by_hub, by_bulk)
        if located is None and row is None and hub_id is not None:
            values["listing"] = Sourced(_DISCOVERED, hub_id.origin)
        author = hub_id.value.rpartition("/")[0] or None if hub_id else None
        return Dataset(
            id=f"{slug}/{name}",
            address=dataset_address(slug, name),
            name=name,
            publisher=find_publisher(slug, author, self._vocabularies),
            hub_id=hub_id.value if hub_id else None,
            hub_url=hub_page(hub_id.value) if hub_id else None,
            kept_because=row.kept.explanation if row and row.kept and row.is_live else None,
            entry_path=located.path if located else None,
            evidence=_evidence(entry) if entry else (),
            redirect_from=entry.redirect_from if entry else (),
            departure=None if row is None or row.is_live else _departure(row),
            **_with_fallbacks(values, hub_id),
        )


class BulkMerger:
    """Makes datasets of the rows of one bulk file, as `Merger` does of such a row alone."""

    def __init__(self, vocabularies: Vocabularies, name: str, date: str) -> None:
        """`name` is what pages call the file, `date` the ISO 8601 day as of which it speaks."""
        self._origin = Origin("import", name, date)
        self._reader = BulkReader(vocabularies, self._origin)
        self._listing: Sourced[ListingKind] = Sourced(_DISCOVERED, self._origin)
        self._find_publisher = cache(partial(find_publisher, vocabularies=vocabularies))

    def merge(self, hub_id: str, facts: Mapping[str, Any]) -> Dataset:
        """The dataset of a row; `facts` are values by the name of the attribute of `SnapshotRow`."""
        slug, name = address_of_hub_id(hub_id)
        values = self._reader.read(facts)
        values["listing"] = self._listing
        return Dataset(
            id=f"{slug}/{name}",
            address=dataset_address(slug, name),
            name=name,
            publisher=self._find_publisher(slug, hub_id.rpartition("/")[0] or None),
            hub_id=hub_id,
            hub_url=hub_page(hub_id),
            **_with_fallbacks(values, Sourced(hub_id, self._origin)),
        )


def choose(*sources: Statements) -> Statements:
    """Of each field, the value of the first of the sources that states it, with those of the others."""
    stating = [statements for statements in sources if statements]
    if len(stating) == 1:
        return stating[0]
    chosen: Statements = {}
    for field in FIELDS:
        stated = [statements[field.name] for statements in stating if field.name in statements]
        if stated:
            first, *others = stated
            chosen[field.name] = replace(first, others=tuple(others)) if others else first
    return chosen


def _with_fallbacks(values: Statements, hub_id: Sourced[str] | None) -> dict[str, Any]:
    """The values, and those that the dataset's id on the Hub gives where no source states one."""
    if hub_id is not None:
        for name, make in _FROM_HUB_ID:
            if name not in values:
                values[name] = Sourced(make(hub_id.value), hub_id.origin)
    return values


def _find_hub_id(
    located: LocatedEntry | None, row: SnapshotRow | None, bulk_row: SnapshotRow | None
) -> Sourced[str] | None:
    """In the host's own spelling, if it is known: an entry may also know an older name."""
    if row is not None:
        return Sourced(row.id, Origin("hub", row.endpoint, row.as_of("id")))
    if bulk_row is not None:
        return Sourced(bulk_row.id, Origin("import", bulk_row.endpoint, bulk_row.as_of("id")))
    if located is not None and located.entry.huggingface is not None:
        return Sourced(located.entry.huggingface, entry_origin(located))
    return None


def _evidence(entry: Entry) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(source.url, day_of(source.date) if source.date else None, source.note) for source in entry.sources
    )


def _departure(row: SnapshotRow) -> Departure:
    return Departure(row.status.reason, row.status_since, row.status not in _VANISHED)


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


def described_hub_ids(
    entries: Sequence[LocatedEntry], snapshot: Snapshot, exclusions: Sequence[Exclusion] = ()
) -> frozenset[str]:
    """The Hub ids, in lower case, of datasets that entries, live metadata or exclusions describe.

    Rows of bulk files about them are merged with these sources; any other row is a dataset of its own.
    """
    lookup = snapshot.lookup()
    found = {exclusion.id.lower() for exclusion in exclusions}
    found |= {row.id.lower() for row in snapshot.rows.values() if row.is_live and _is_member(row)}
    for located in entries:
        hub_id = located.entry.huggingface
        if hub_id:
            row = lookup.resolve(hub_id)
            if lookup.find(hub_id) is None:
                found.add(hub_id.lower())
            elif row is not None and row.is_live:
                found.add(row.id.lower())
    return frozenset(found)


def _is_member(row: SnapshotRow) -> bool:
    """Whether a row makes a dataset without an entry, unless it was renamed: it is in a collection, and described."""
    # A collection gives name and numbers; whether there is such a dataset, only an answer about itself says.
    return row.details_read_at is not None and (bool(row.memberships) or not row.is_live)


def merge_catalog(
    entries: Sequence[LocatedEntry],
    snapshot: Snapshot,
    vocabularies: Vocabularies,
    bulk_rows: Mapping[str, SnapshotRow] | None = None,
    exclusions: Sequence[Exclusion] = (),
) -> tuple[list[Dataset], list[Diagnostic]]:
    """Every dataset: those with entries, then those that the collections name; those that left have a `departure`.

    An entry whose dataset has left the Hub stays, with what it says itself, where it names another place for the data.
    `bulk_rows` holds the rows of bulk files about `described_hub_ids`, by Hub id in lower case.
    """
    merger = Merger(vocabularies)
    bulk_rows = bulk_rows or {}
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
        known_as = row.id if row is not None else hub_id or ""
        bulk_row = bulk_rows.get(known_as.lower()) if row is None or row.is_live else None
        dataset = merger.merge(located, _row_to_merge(located.entry, row), bulk_row)
        datasets.append(dataset)
        claims[dataset.address.casefold()] = located.mark("name")
    for row in snapshot.rows.values():
        if row.status is Status.RENAMED or row.id.lower() in described or not _is_member(row):
            continue
        dataset = merger.merge(None, row, bulk_rows.get(row.id.lower()) if row.is_live else None)
        claim = claims.setdefault(dataset.address.casefold(), mark := Mark(SNAPSHOT_PATH))
        if claim is mark:
            datasets.append(dataset)
        elif row.is_live:
            # Not an error: a collection that gains a dataset overnight must not stop the nightly build.
            message = f"has the address {dataset.address}, which {row.id} of a collection has too; that one is left out"
            help = f"add `huggingface: {row.id}` if they are the same dataset, else give the entry another `name`"
            diagnostics.append(warning("OTD109", claim, message, help))
    # One whose address is an entry's is an error, which is told where exclusions are read.
    datasets += [each for each in make_tombstones(exclusions, vocabularies) if each.address.casefold() not in claims]
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
    preview = _preview_of(dataset, snapshot)
    if not past and not history and preview is None:
        return dataset
    return replace(dataset, events=past, history=history, preview=preview)


def _preview_of(dataset: Dataset, snapshot: Snapshot) -> Preview | None:
    """The preview of data that everybody may see."""
    preview = snapshot.previews.get(dataset.hub_id or "")
    is_open = dataset.access is not None and dataset.access.value == "open"
    if preview is None or not preview.configurations or not is_open or dataset.departure is not None:
        return None
    return preview
