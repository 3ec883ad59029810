"""Adds the base path to links that templates write out, and finds the template line of each link."""

from __future__ import annotations

import re
import sys

_ATTRIBUTE = re.compile(
    r"(\s(?:href|src|action|formaction|poster|data|cite)=)([\"'])(/(?!/)[^\"'{}<>]*)(?=[\"'{])", re.I
)
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_DEPTH = 12
"""Calls between a template and the function that makes a link, at most."""


def add_base_path(source: str) -> str:
    """A template's source in which ``href="/about/"`` is written as ``href="{{ href("/about/") }}"``.

    Lines stay the same. What stands in Jinja's own notation, and in ``{% raw %}``, is left alone.
    """
    pieces: list[str] = []
    at = 0
    while at < len(source):
        start = _next_notation(source, at)
        # With the character that follows, which tells an address that ends from one that is filled in.
        text = _ATTRIBUTE.sub(_as_call, source[at : start + 1])
        pieces.append(text if start == len(source) else text[:-1])
        at = _end_of_notation(source, start)
        pieces.append(source[start:at])
    return "".join(pieces)


def _next_notation(source: str, at: int) -> int:
    while (start := source.find("{", at)) >= 0:
        if source[start : start + 2] in _ENDS:
            return start
        at = start + 1
    return len(source)


def _end_of_notation(source: str, start: int) -> int:
    if start >= len(source):
        return start
    end = source.find(_ENDS[source[start : start + 2]], start + 2)
    if end < 0:
        return len(source)
    end += 2
    if source[start:end].strip("{%-+ }") == "raw":
        closing = source.find("endraw", end)
        return len(source) if closing < 0 else closing
    return end


def _as_call(match: re.Match[str]) -> str:
    before, quote, address = match.groups()
    inner = "'" if quote == '"' else '"'
    if match.string.startswith("{", match.end()):  # the rest of the address is filled in
        return f"{before}{quote}{{{{ href({inner}/{inner}) }}}}{address[1:]}"
    return f"{before}{quote}{{{{ href({inner}{address}{inner}) }}}}"


def find_caller() -> tuple[str, int] | None:
    """File and line of the template whose code is running; `None` outside of one.

    Jinja itself finds templates in this way, to put their lines into tracebacks (``jinja2.debug``, 3.1).
    """
    frame = sys._getframe(1)
    for _ in range(_DEPTH):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return str(template.filename), template.get_corresponding_lineno(frame.f_lineno)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None
