"""Outlines: what a template makes of all datasets of one shape, with gaps where they differ; it must know no template.

Most of the time of a page would go into deciding the same things again: which lines there are, what they are called.
So a template is rendered once for a shape, with a `Gap` in place of each value, and the values of each dataset are
put into the outline that comes out.

An outline is what the template would have made, or there is none: a gap can be shown, and nothing else. Whatever
would let a template's output depend on the value in any other way (comparing, measuring, looking into it, handing it
to a function) raises, and then the template is rendered for each dataset as it stands. What is known of a value
whatever the dataset is said when its gap is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from operator import itemgetter
from typing import Any, NoReturn

from jinja2 import Environment, Template
from jinja2 import runtime as jinja
from jinja2.runtime import Macro
from markupsafe import Markup

_TELLABLE = frozenset({"none", "defined", "undefined"})
"""Tests whose answer is the same for every value."""


class CannotTellError(Exception):
    """A template asks for more than can be known of a gap."""


def _refuse(*_: object) -> NoReturn:
    raise CannotTellError


_refused: Any = _refuse


class _Shown:
    """What can be shown and nothing else."""

    __slots__ = ()

    __str__ = __repr__ = __format__ = __html__ = __len__ = __iter__ = __contains__ = __getitem__ = _refused
    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __call__ = __getattr__ = _refused
    __add__ = __radd__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __int__ = __float__ = __index__ = _refused


class Gap(_Shown):
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
        """`number` is the place of the value among those that fill an outline; one without must not be shown.

        `is_true` says that a template takes the value for true; without it, a template must not ask. `becomes` says
        what functions and filters make of it, by name and, after a colon, a first argument that is no gap. `unlike`
        names what it never equals.
        """
        self.number = number
        self.is_html = is_html
        self.is_true = is_true
        self.becomes = becomes or {}
        self.unlike = unlike

    def __bool__(self) -> bool:
        if not self.is_true:
            raise CannotTellError
        return True

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if any(other is each or (type(other) is type(each) is not Gap and other == each) for each in self.unlike):
            return False
        raise CannotTellError

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: object) -> bool:
        if other is self:
            return False
        raise CannotTellError

    __gt__ = __lt__
    __hash__ = _refused


def number_gap(place: int) -> Gap:
    """Stands for a number above 1, which fills its place as ``1,234``."""
    return Gap(becomes={"number": Gap(place)}, unlike=(0, 1, None))


def any_number_gap(place: int) -> Gap:
    """The same of any number."""
    return Gap(becomes={"number": Gap(place)}, is_true=False, unlike=(None,))


def unknown() -> Gap:
    """Stands for what a template must not look at."""
    return Gap(is_true=False, unlike=())


class _Text(_Shown):
    """Text with gaps."""

    __slots__ = ("chunks", "is_html")

    def __init__(self, chunks: Iterable[object], *, is_html: bool) -> None:
        self.chunks = tuple(_flatten(chunks, is_html=is_html))
        self.is_html = is_html

    def __bool__(self) -> bool:
        return any(self.chunks)


def _flatten(chunks: Iterable[object], *, is_html: bool) -> Iterator[str | Gap]:
    for chunk in chunks:
        if isinstance(chunk, _Text) and chunk.is_html == is_html:
            yield from chunk.chunks
        elif isinstance(chunk, (str, Gap)):
            yield chunk
        else:
            raise CannotTellError


def _join(chunks: Iterable[object]) -> str | _Text:
    """In place of ``"".join``, of what is shown already."""
    found = list(chunks)
    if any(isinstance(chunk, _Shown) for chunk in found):
        return _Text(found, is_html=True)
    return "".join(found)  # type: ignore[arg-type]


def _mark(html: object) -> object:
    """In place of `Markup`, of what is joined."""
    return html if isinstance(html, _Shown) else Markup(html)


def _concatenate(values: Iterable[object]) -> object:
    """In place of what Jinja's ``~`` calls."""
    found = list(values)
    if not any(isinstance(value, _Shown) for value in found):
        return jinja.markup_join(found)
    for value in found:
        # Where one part is HTML, the others are escaped.
        if isinstance(value, Markup) or (isinstance(value, (Gap, _Text)) and value.is_html):
            raise CannotTellError
    return _Text([value if isinstance(value, _Shown) else str(value) for value in found], is_html=False)


class _Macro(Macro):
    def _invoke(self, arguments: list[Any], autoescape: bool) -> Any:
        if not autoescape:
            raise CannotTellError
        return _mark(self._func(*arguments))


class _Template(Template):
    """A template whose compiled code takes gaps."""

    @classmethod
    def from_code(cls, environment: Environment, code: Any, globals: Any, uptodate: Any = None) -> Template:
        template = super().from_code(environment, code, globals, uptodate)
        names = template.root_render_func.__globals__
        names.update(Markup=_mark, Macro=_Macro, markup_join=_concatenate, str_join=_concatenate)
        return template


def _careful(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is not asked about gaps."""
    # Jinja gives some functions a first argument of its own.
    own = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def ask(*arguments: Any, **named: Any) -> Any:
        gaps = [each for each in arguments if isinstance(each, _Shown)]
        if not gaps and not any(isinstance(each, _Shown) for each in named.values()):
            return function(*arguments, **named)
        if len(gaps) == 1 and isinstance(gaps[0], Gap) and not named:
            others = [each for each in arguments[own:] if not isinstance(each, _Shown)]
            found = gaps[0].becomes.get(":".join([name, *map(str, others)]))
            if found is not None:
                return found
        raise CannotTellError

    return ask


def _careful_all(functions: Mapping[str, Any], *, but: Iterable[str] = ()) -> dict[str, Any]:
    """The same functions, but for those named in `but`, asked about nothing that is a gap."""
    kept = frozenset(but)
    return {
        name: value if name in kept or not callable(value) else _careful(name, value)
        for name, value in functions.items()
    }


def sketching(environment: Environment, show: Callable[[object], str]) -> Environment:
    """An environment with the same templates that takes gaps. `show` escapes a value that is none."""

    def show_gap(value: object) -> object:
        if isinstance(value, Gap):
            if value.number is None:
                raise CannotTellError
            return value
        if isinstance(value, _Text):
            if value.is_html:
                return value
            return _Text([each if isinstance(each, Gap) else show(each) for each in value.chunks], is_html=True)
        return show(value)

    sketch: Any = environment.overlay()
    sketch.template_class = _Template
    sketch.concat = _join
    sketch.escape_quickly = show_gap
    sketch.filters = _careful_all(environment.filters)
    sketch.tests = _careful_all(environment.tests, but=_TELLABLE)
    sketch.globals = _careful_all(environment.globals)
    found: Environment = sketch
    return found


class Outline:
    """Text with gaps, to be filled."""

    __slots__ = ("_constant", "_pick", "format", "numbers")

    def __init__(self, format: bytes, numbers: Sequence[int]) -> None:
        """`format` has ``%b`` for each gap and ``%%`` for ``%``; `numbers` are the places of the values of the gaps.

        Both together can be kept in a file.
        """
        self.format = format
        self.numbers = tuple(numbers)
        self._constant = len(format % tuple([b""] * len(self.numbers)))
        self._pick: Callable[[Sequence[bytes]], Any]
        if len(self.numbers) > 1:
            self._pick = itemgetter(*self.numbers)
        else:
            self._pick = lambda values: tuple([values[number] for number in self.numbers])

    @classmethod
    def of(cls, shown: Iterable[object]) -> Outline:
        """The outline of what a template made in a `sketching` environment. Raises `CannotTellError`."""
        text = _Text(shown, is_html=True)
        return cls(
            b"".join(
                [b"%b" if isinstance(chunk, Gap) else chunk.encode().replace(b"%", b"%%") for chunk in text.chunks]
            ),
            [chunk.number for chunk in text.chunks if isinstance(chunk, Gap) and chunk.number is not None],
        )

    def fill(self, values: Sequence[bytes]) -> bytes:
        """The text of a dataset, from its values, each as it is shown, in the order of the gaps' numbers."""
        filled: bytes = self.format % self._pick(values)
        return filled

    def size(self, values: Sequence[bytes]) -> int:
        """Bytes of that text."""
        return self._constant + sum(map(len, self._pick(values)))


Shape = tuple[object, ...]
"""All that an outline depends on."""


class Outlines:
    """Outlines of one template by shape, made for those that are met again."""

    _KEPT = 2_000

    def __init__(self) -> None:
        self._known: dict[Shape, Outline | None] = {}

    def find(self, shape: Shape, sketch: Callable[[], Outline | None]) -> Outline | None:
        """`None` where the template is to be run: there is no outline, or the shape is met for the first time."""
        if shape in self._known:
            found = self._known[shape]
            if found is not _MET_ONCE:
                return found
            self._known[shape] = None  # should a template fail
            self._known[shape] = found = sketch()
            return found
        if len(self._known) < self._KEPT:
            self._known[shape] = _MET_ONCE
        return None


_MET_ONCE = Outline(b"", ())
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"))
_BETWEEN = "\0"


def show(text: str) -> bytes:
    """What `markupsafe.escape` returns, as UTF-8, in a third of its time: most characters are in no text."""
    for character, escaped in _ESCAPES:
        if character in text:
            text = text.replace(character, escaped)
    return text.encode()


def show_all(texts: Sequence[str]) -> list[bytes]:
    """The same of several, in less than half of the time."""
    found = show(_BETWEEN.join(texts)).split(b"\0")
    return found if len(found) == len(texts) else list(map(show, texts))
