"""Shows the problems of the site within its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from otdi_site.diagnostics import Diagnostic, Severity, format_text

STYLE_PATH = "/.otdi-serve.css"
STYLE = """\
#otdi-problems {
  position: fixed; inset: 0 0 auto; z-index: 2147483647; max-height: 85vh; overflow: auto; box-sizing: border-box;
  margin: 0; padding: 1rem 1.5rem; border-bottom: 0.3rem solid #ff6b6b; background: #1b1b1f; color: #fff;
  font: 1rem/1.5 system-ui, sans-serif; text-align: left; direction: ltr;
}
#otdi-problems summary { cursor: pointer; font-weight: bold; }
#otdi-problems ol { margin: 1rem 0 0; padding: 0; list-style: none; }
#otdi-problems li { margin: 0 0 1.25rem; }
#otdi-problems p { margin: 0; overflow-wrap: anywhere; }
#otdi-problems pre {
  margin: 0.25rem 0; padding: 0.5rem; overflow: auto; border: 0; background: #000; color: #fff;
  font: 0.9rem/1.4 ui-monospace, monospace; white-space: pre;
}
#otdi-problems b { color: #ff9d9d; }
"""
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No site yet</title></head>'
    "<body><p>There is no page here yet. It will be shown as soon as the site can be built.</p></body></html>"
)
NO_PAGE = _PAGE.encode()
_SHOWN = 50
_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_BODY = re.compile(rb"<body(?:\s[^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problems:
    """The list of problems as HTML; empty where `listed` is empty."""

    listed: tuple[Diagnostic, ...] = ()
    line: str = ""
    """The summary of the build."""

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic], line: str) -> Problems:
        """The errors, or the warnings where ``--strict`` makes errors of them."""
        found = tuple(diagnostics)
        return cls(tuple(each for each in found if each.severity is Severity.ERROR) or found, line)

    def html(self) -> str:
        """A part of a page; empty where nothing is wrong."""
        if not self.listed:
            return ""
        number = len(self.listed)
        title = f"{number:,} {'problem' if number == 1 else 'problems'}: this is the site as it was before"
        more = f"<p>… and {number - _SHOWN:,} more in the terminal</p>" if number > _SHOWN else ""
        shown = "".join(map(_item, self.listed[:_SHOWN]))
        return (
            '<section id="otdi-problems" role="alert" aria-label="Problems of the site" lang="en">'
            f"<details open><summary>{title}</summary><ol>{shown}</ol>{more}<p>{escape(self.line)}</p></details>"
            "</section>"
        )


def _item(diagnostic: Diagnostic) -> str:
    """A diagnostic as a terminal shows it: place and message, the source line with a caret, the remedy."""
    head, *excerpt, remedy = format_text([diagnostic]).splitlines()
    place, separator, message = head.partition(f": {diagnostic.severity.value} {diagnostic.code}: ")
    source = f"<pre>{escape(chr(10).join(excerpt))}</pre>" if excerpt else ""
    label = f"<b>{escape(separator.strip(': '))}</b>"
    return f"<li><p>{escape(place)}</p><p>{label}: {escape(message)}</p>{source}<p>{escape(remedy.strip())}</p></li>"


def add_to_page(html: bytes, head: str, problems: Problems) -> bytes:
    """A page with `head` at the end of its head, and over it what is wrong."""
    part = problems.html().encode()
    head_end, body = _HEAD_END.search(html), _BODY.search(html)
    at_head = head_end.start() if head_end else 0
    at_body = body.end() if body and body.end() >= at_head else len(html)
    return html[:at_head] + head.encode() + html[at_head:at_body] + part + html[at_body:]
