"""Reads what a source states of the fields of a dataset, as the table of fields says: entry, Hub or bulk file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from otdi_site.model.entry import LocatedEntry
from otdi_site.model.fields import FIELDS, Reader, as_it_is
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.vocabulary import Vocabularies

Statements = dict[str, Sourced[Any]]
"""Values by the name of the field; what the source does not state is left out."""


def entry_origin(located: LocatedEntry) -> Origin:
    """The entry, as old as the newest date on which its facts were read."""
    dates = [source.date for source in located.entry.sources if source.date is not None]
    return Origin("entry", located.path, max(dates).isoformat() if dates else None)


class EntryReader:
    """Reads entries; an empty tuple says "none"."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._readers = [
            (field.name, field.kind.of_entry(vocabularies)) for field in FIELDS if field.stated is not None
        ]

    def read(self, located: LocatedEntry) -> Statements:
        """The statements of an entry."""
        entry, origin = located.entry, entry_origin(located)
        statements: Statements = {}
        for name, read in self._readers:
            stated = getattr(entry, name)
            if stated is None:
                continue
            value = read(stated)
            if value is not None:
                statements[name] = Sourced(value, origin)
        return statements


class RowReader:
    """Reads rows of live metadata, each value with the time at which it was read."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._readers = [(field.name, field.hub, field.kind.of_host(vocabularies)) for field in FIELDS if field.hub]

    def read(self, row: SnapshotRow, kind: Literal["hub", "import"] = "hub") -> Statements:
        """The statements of a row; `kind` marks one of a bulk file."""
        origins: dict[str, Origin] = {}
        statements: Statements = {}
        for name, attributes, read in self._readers:
            stated = [getattr(row, attribute) for attribute in attributes]
            if stated[0] is None or stated[0] == ():
                continue
            value = read(*stated)
            if value is not None:
                as_of = row.as_of(attributes[0])
                statements[name] = Sourced(value, origins.setdefault(as_of, Origin(kind, row.endpoint, as_of)))
        return statements


class BulkReader:
    """Reads the rows of one bulk file: as `RowReader` does, fast.

    All values have one origin, and what many rows state alike is one object.
    """

    def __init__(self, vocabularies: Vocabularies, origin: Origin) -> None:
        self._origin = origin
        self._plain: list[tuple[str, str]] = []
        """Fields whose values are what rows state, with the attribute that states them."""
        self._read: list[tuple[str, tuple[str, ...], Reader]] = []
        self._shared: list[tuple[str, str, tuple[str, ...], Reader, dict[int, Sourced[Any]]]] = []
        for field in FIELDS:
            if not field.hub:
                continue
            read = field.kind.of_host(vocabularies)
            if field.kind.is_shared:
                self._shared.append((field.name, field.hub[0], field.hub[1:], read, {}))
            elif read is as_it_is:
                self._plain.append((field.name, field.hub[0]))
            else:
                self._read.append((field.name, field.hub, read))

    def read(self, facts: Mapping[str, Any]) -> Statements:
        """The statements of a row; `facts` are values by the name of the attribute of `SnapshotRow`."""
        origin, get = self._origin, facts.get
        statements: Statements = {}
        for name, attribute in self._plain:
            value = get(attribute)
            if value is not None and value != ():
                statements[name] = Sourced(value, origin)
        for name, first, rest, read, known in self._shared:
            stated = get(first)
            if stated is None or stated == ():
                continue
            value = read(stated, *[get(attribute) for attribute in rest]) if rest else read(stated)
            if value is None:
                continue
            # `read` gives one object for what is stated alike. It is kept here, so that no other gets its id.
            sourced = known.get(id(value))
            if sourced is None:
                sourced = known[id(value)] = Sourced(value, origin)
            statements[name] = sourced
        for name, attributes, read in self._read:
            values = [get(attribute) for attribute in attributes]
            if values[0] is not None and values[0] != () and (value := read(*values)) is not None:
                statements[name] = Sourced(value, origin)
        return statements
