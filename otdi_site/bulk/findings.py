"""Diagnostics of bulk files that could be read: rows without a dataset, missing columns, values that make no sense."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.selection import BulkCatalog
from otdi_site.config import BulkFileConfig, DiscoveredFileConfig
from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.suggestions import suggest

_SHOWN_ROWS = 5
_SHOWN_NAMES = 20
_MANY = 10
"""One value in so many rows is worth a warning; a few odd ones, which strangers' rows always have, are only counted."""


def describe_findings(
    configs: Sequence[BulkFileConfig],
    bulk: BulkCatalog,
    unreadable: Collection[int],
    list_of_refused: Mark,
    mark_of_setting: Callable[[str], Mark],
) -> Iterator[Diagnostic]:
    """Problems of the files that could be read; those of `unreadable` ones follow from that.

    `mark_of_setting` finds the place in ``site.yaml`` of a setting such as ``sources[0].columns.id``.
    """
    for number, config in enumerate(configs):
        report = bulk.reports.get(number)
        if report is None or number in unreadable or isinstance(config, DiscoveredFileConfig):
            continue
        mark = Mark(config.shown_file)
        if not report.rows:
            help = "check that it is the right file and whole, or take it out of `sources`"
            yield error("OTD450", mark, "holds no rows", help)
            continue
        missing = list(_describe_columns(number, config, report, mark_of_setting))
        yield from missing
        if report.broken == report.rows and not missing:
            help = "a row is a JSON object with the `id` of a dataset; `columns` names the column that holds it"
            yield error("OTD450", mark, f"none of its {report.rows:,} rows describes a dataset", help)
        elif report.broken and not missing:
            rows = [row.number for source, row in bulk.refused if source == number and row.reason == "broken"]
            shown = ", ".join(map(str, rows[:_SHOWN_ROWS])) + (", …" if len(rows) > _SHOWN_ROWS else "")
            message = f"{len(rows):,} of the rows describe no dataset: {shown}"
            help = f"see {list_of_refused}; a row is a JSON object with the `id` of a dataset"
            yield warning("OTD451", Mark(config.shown_file, rows[0]), message, help)
        yield from _describe_unread(config, report)


def _describe_columns(
    number: int, config: BulkFileConfig, report: ColumnReport, mark_of_setting: Callable[[str], Mark]
) -> Iterator[Diagnostic]:
    for name, column in config.columns.items():
        if column in report.names.missing:
            field = f"sources[{number}].columns.{name}"
            seen = list(report.names.seen)
            near = suggest(column, seen)
            shown = ", ".join(seen[:_SHOWN_NAMES]) + (", …" if len(seen) > _SHOWN_NAMES else "")
            help = f"did you mean {' or '.join(near)}?" if near else f"its columns are: {shown}"
            message = f"no row of {config.shown_file} has a column {column!r}"
            yield error("OTD453", mark_of_setting(field), message, help, field)


def _describe_unread(config: BulkFileConfig, report: ColumnReport) -> Iterator[Diagnostic]:
    for name, values in sorted(report.unread.items()):
        if values.total * _MANY >= report.rows:
            many = (
                "1 value of {} makes no sense and is"
                if values.total == 1
                else f"{values.total:,} values of {{}} make no sense and are"
            )
            message = f"{many.format(name)} left out, such as {values.example!r}"
            help = "write them as the Hub does, or name another column in `columns`; the summary of the run counts them"
            yield warning("OTD454", Mark(config.shown_file, values.row), message, help)
