"""The state of rendering one page: its settings and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from otdi_site.diagnostics import Diagnostic, Mark, Severity, sort_diagnostics

_KEY = "otdi_site"
_NAMED_LINES = 20
"""Lines a diagnostic names at most, besides its own."""
Place = tuple[int, int]
"""Line and column of the body, both from 0."""


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """The settings of the site that the Markdown of every page needs."""

    base_path: str
    """``/`` or ``/sub/``: goes before root-relative links and into ``{{ site.baseurl }}``."""
    site_host: str | None
    """The site's own host, links to which are not external."""
    site_variables: Mapping[str, str]
    """Values of ``{{ site.title }}`` and the like; `baseurl` is always the base path."""
    slots: frozenset[str]
    """Names that a slot may have."""
    callouts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Classes that make a note besides those that everyone knows: the kind and the title of each, empty for none."""


@dataclass(slots=True)
class Context:
    """One page on its way to a document."""

    path: str
    first_line: int
    page_address: str
    source_path: str
    options: MarkdownOptions
    resolve: Callable[[str], str | None]
    """The address of a page by its file's path from the site's root; `None` where there is no such page."""
    lines: list[str]
    """Of the body; what template notation was replaced by has its length."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    kinds: dict[tuple[str, str], list[Diagnostic]] = field(default_factory=dict)
    """Problems of which a page has one each, by code and kind."""
    void_lines: frozenset[int] = frozenset()
    """Lines that are empty only because notation was removed."""

    def mark(self, place: Place) -> Mark:
        """The place in the file of a place in the body."""
        line, column = place
        return Mark(self.path, line + self.first_line, column + 1)

    def line(self, number: int) -> str:
        """A line of the body, from 0; empty beyond its end."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def mark_of_text(self, line: int, text: str) -> Mark:
        """Where `text` first stands on a line of the body; its first visible character where it does not."""
        source = self.line(line)
        column = source.find(text)
        return self.mark((line, column if column >= 0 else len(source) - len(source.lstrip())))

    def report(
        self, severity: Severity, code: str, mark: Mark, message: str, help: str, kind: str | None = None
    ) -> None:
        """Report a problem; of those with the same code and `kind` the page has one, which names all their lines."""
        diagnostic = Diagnostic(code, severity, message, help, mark)
        if kind is None:
            self.diagnostics.append(diagnostic)
        else:
            self.kinds.setdefault((code, kind), []).append(diagnostic)

    def error(self, code: str, mark: Mark, message: str, help: str, kind: str | None = None) -> None:
        self.report(Severity.ERROR, code, mark, message, help, kind)

    def warning(self, code: str, mark: Mark, message: str, help: str, kind: str | None = None) -> None:
        self.report(Severity.WARNING, code, mark, message, help, kind)

    def sorted_diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(sort_diagnostics([*self.diagnostics, *map(_first_of_kind, self.kinds.values())]))

    @property
    def base(self) -> str:
        """The base path without its final slash, as Jekyll writes it."""
        return self.options.base_path.rstrip("/")

    def environment(self) -> dict[str, Any]:
        """The sandbox markdown-it hands to every rule, with this context in it."""
        return {_KEY: self}


def _first_of_kind(diagnostics: list[Diagnostic]) -> Diagnostic:
    """The first of several diagnostics of a kind, with their number and the lines of the others."""
    first, *others = sort_diagnostics(diagnostics)
    if len(diagnostics) == 1:
        return first
    lines = sorted({other.mark.line for other in others} - {first.mark.line})
    named = ", ".join(map(str, lines[:_NAMED_LINES]))
    more = f" and {len(lines) - _NAMED_LINES} more" if len(lines) > _NAMED_LINES else ""
    places = f", also in line{'s' if len(lines) > 1 else ''} {named}{more}" if lines else ""
    return replace(first, message=f"{first.message}; {len(diagnostics)} times{places}")


def context_of(environment: Mapping[str, Any]) -> Context:
    """The context that `Context.environment` put into a rule's sandbox."""
    return cast(Context, environment[_KEY])
