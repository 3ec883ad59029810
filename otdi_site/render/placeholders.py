"""Placeholders for values of datasets, which partial evaluation of a template leaves in its output.

A placeholder can be shown, and nothing else. Whatever would let a template's output depend on the value in any other
way (comparing, measuring, looking into it, passing it to a function) raises `DependsOnValueError`. Whatever is known
of the value for every dataset is stated when its placeholder is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn


class DependsOnValueError(Exception):
    """A template's output depends on more of a value than a placeholder states."""


def _refuse(*_: object) -> NoReturn:
    raise DependsOnValueError


_refused: Any = _refuse


class Showable:
    """A value that can be shown and nothing else."""

    __slots__ = ()

    __str__ = __repr__ = __format__ = __html__ = __len__ = __iter__ = __contains__ = __getitem__ = _refused
    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __call__ = __getattr__ = _refused
    __add__ = __radd__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __int__ = __float__ = __index__ = _refused


class Placeholder(Showable):
    """Stands for a value: a text that is not empty, or a number."""

    __slots__ = ("becomes", "is_html", "is_true", "number", "unlike")

    def __init__(
        self,
        number: int | None = None,
        *,
        is_html: bool = False,
        is_true: bool = True,
        becomes: Mapping[str, object] | None = None,
        unlike: Sequence[object] = ("", None),
    ) -> None:
        """`number` is the place of the value among those that fill a skeleton; without one, it cannot be shown.

        `is_true` says that the value is true in a condition; without it, a template must not test it. `becomes` has the
        results of functions and filters, by name and, after a colon, a first argument that is no placeholder. `unlike`
        names values that it never equals.
        """
        self.number = number
        self.is_html = is_html
        self.is_true = is_true
        self.becomes = becomes or {}
        self.unlike = unlike

    def __bool__(self) -> bool:
        if not self.is_true:
            raise DependsOnValueError
        return True

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        kind = type(other)
        if any(other is each or (kind is type(each) is not Placeholder and other == each) for each in self.unlike):
            return False
        raise DependsOnValueError

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: object) -> bool:
        if other is self:
            return False
        raise DependsOnValueError

    __gt__ = __lt__
    __hash__ = _refused


def number_placeholder(place: int) -> Placeholder:
    """Stands for a number above 1, which is shown as ``1,234``."""
    return Placeholder(becomes={"number": Placeholder(place)}, unlike=(0, 1, None))


def any_number_placeholder(place: int) -> Placeholder:
    """Stands for any number, which is shown as ``1,234``."""
    return Placeholder(becomes={"number": Placeholder(place)}, is_true=False, unlike=(None,))


def unusable() -> Placeholder:
    """Stands for a value that a template must not use at all."""
    return Placeholder(is_true=False, unlike=())


class PartialText(Showable):
    """Text with placeholders."""

    __slots__ = ("chunks", "is_html")

    def __init__(self, chunks: Iterable[object], *, is_html: bool) -> None:
        self.chunks = tuple(_flatten(chunks, is_html=is_html))
        self.is_html = is_html

    def __bool__(self) -> bool:
        return any(self.chunks)


def _flatten(chunks: Iterable[object], *, is_html: bool) -> Iterator[str | Placeholder]:
    for chunk in chunks:
        if isinstance(chunk, PartialText) and chunk.is_html == is_html:
            yield from chunk.chunks
        elif isinstance(chunk, (str, Placeholder)):
            yield chunk
        else:
            raise DependsOnValueError
