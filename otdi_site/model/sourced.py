"""Values with the sources they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

V = TypeVar("V", covariant=True)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from, and how old it is."""

    kind: Literal["entry", "hub", "import"]
    """The catalog's own entry, live metadata of the Hub, or a bulk file."""
    location: str
    """The entry's path, the Hub's endpoint or the file's name."""
    as_of: str | None
    """ISO 8601 date or UTC time at which the value was read; `None` where nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Sourced(Generic[V]):
    """The value of a field and its origin, and the values of the sources it was preferred to."""

    value: V
    origin: Origin
    others: tuple[Sourced[V], ...] = ()
    """The values of further sources, in their order of precedence; they may be the same value."""
