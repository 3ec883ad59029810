"""Writes the handbook's tables of fields and facets from the tables of the program."""

from __future__ import annotations

from pathlib import Path

from otdi_site.model.entry import ENTRY_FIELDS, Entry
from otdi_site.model.facets import CHANGE, FACET_OF_FIELD, FACETS
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME

HANDBOOK = Path(__file__).resolve().parents[1] / "docs" / "handbook.md"


def entry_fields() -> list[str]:
    """What an entry may state."""
    rows = [f"| `{name}` | {Entry.model_fields[name].description} |" for name in ENTRY_FIELDS]
    return ["| field | holds |", "| --- | --- |", *rows]


def sources() -> list[str]:
    """Where the values of a dataset come from."""
    rows = []
    for field in FIELDS:
        entry = f"`{field.name}`" if field.stated is not None else ""
        host = "its id" if not field.hub and field.from_hub_id else "yes" if field.hub else ""
        facet = f"`{FACET_OF_FIELD[field.name]}`" if field.name in FACET_OF_FIELD else ""
        rows.append(f"| {field.title} | {entry} | {host} | {facet} |")
    return ["| on the page | in an entry | from the Hub or a bulk file | facet |", "| --- | --- | --- | --- |", *rows]


def facets() -> list[str]:
    """The filters of the catalogue's page."""
    rows = []
    for facet in (*FACETS, CHANGE):
        is_compared = facet.in_rows and (
            facet.attribute in FIELDS_BY_NAME or facet.requirement or facet.name == "publisher"
        )
        lists = f"`/catalog/{facet.name}/…/`" if facet.has_pages else ""
        several = "several" if facet.has_many else "one"
        rows.append(f"| {facet.title} | `{facet.name}` | {several} | {lists} | {'yes' if is_compared else ''} |")
    head = "| facet | in addresses | values of a dataset | lists | compared and exported |"
    return [head, "| --- | --- | --- | --- | --- |", *rows]


TABLES = {"entry fields": entry_fields, "sources of fields": sources, "facets": facets}


def with_tables(text: str) -> str:
    """A text with its tables as they should be, each between ``<!-- table: NAME -->`` and ``<!-- end of table -->``."""
    for name, make in TABLES.items():
        start = f"<!-- table: {name} -->\n"
        if text.count(start) != 1:
            raise ValueError(f"the table {name!r} is there {text.count(start)} times")
        before, _, rest = text.partition(start)
        _, end, after = rest.partition("<!-- end of table -->")
        text = "".join((before, start, "\n", "\n".join(make()), "\n\n", end, after))
    return text


if __name__ == "__main__":
    HANDBOOK.write_text(with_tables(HANDBOOK.read_text("utf-8")), "utf-8")
