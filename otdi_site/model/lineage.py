"""The lineage of a dataset: what it was made from, and what was made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relative:
    """A dataset that another one was made from, or that was made from it."""

    title: str
    address: str | None
    """Of its page; `None` for a dataset that this catalog does not have."""
    url: str | None
    """Of one that the catalog does not have, if it has an address."""
    license: str | None
    """Id of its licence; `None` where that is not known here."""
    level: int
    """Steps away: -1 for a source, -2 for a source of a source, 1 for a dataset made from it."""
    is_cycle: bool = False
    """Whether it is among its own sources."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The relatives of a dataset in the catalog."""

    sources: tuple[Relative, ...]
    """Nearest first; a source of several is there once."""
    derived: tuple[Relative, ...]
    """Datasets of the catalog that state it among their sources, by title."""
    left_out: int = 0
    """Relatives beyond those that are kept."""

    @property
    def columns(self) -> tuple[tuple[Relative, ...], ...]:
        """From the farthest sources to the datasets made from it; the dataset itself stands before the last."""
        levels = sorted({each.level for each in self.sources})
        return (*(tuple(each for each in self.sources if each.level == level) for level in levels), self.derived)
