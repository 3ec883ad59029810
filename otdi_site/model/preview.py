"""A preview of a dataset's data, as the Hub's dataset viewer gives it: configurations, splits, columns, a few rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Configuration:
    """A part of a dataset that is loaded by its name."""

    name: str
    splits: tuple[tuple[str, int | None], ...]
    """Names and numbers of rows; `None` where the viewer does not say."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview of one revision. All texts are the host's, cut, and hostile until escaped."""

    revision: str
    """The commit for which the viewer was asked."""
    source: str
    """The address of the viewer's interface."""
    read_at: str
    """ISO 8601 UTC time."""
    configurations: tuple[Configuration, ...] = ()
    """The first ones; empty where the viewer has nothing of the dataset."""
    configuration_count: int = 0
    configuration: str = ""
    """The one that the rows are from."""
    split: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    """Names and types of the first columns."""
    column_count: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    """The first rows, a text for each of `columns`."""

    @property
    def needed_name(self) -> str:
        """The configuration that code must name; empty where it need not."""
        names = [each.name for each in self.configurations]
        return "" if len(names) < 2 or "default" in names else self.configuration or names[0]
