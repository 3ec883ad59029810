"""Makes plain text of a mail in HTML, in time proportional to its length whatever it holds.

`html.parser` of the standard library takes the square of it for texts such as ``<a <a <a``, and fails for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_BLOCKS = "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_RAW = frozenset(("script", "style", "title", "textarea"))
"""Elements that hold no text for readers, up to their end tag."""
_STRUCK = frozenset(("s", "strike", "del"))
"""Elements with words that are struck out, as in a choice of two."""
_IS_BLOCK = frozenset(_BLOCKS.split())
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,40})")
_STOP = re.compile(r">|=\s*[\"']")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')", re.IGNORECASE)
_IS_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_DEEPEST = 20
"""Levels of quotation that are told apart."""


def html_as_text(html: str) -> str:
    """The text line by line, ``>`` before what stands in a quotation, and the address behind a link's words."""
    text = _Text()
    for tag, content in _tokens(html):
        text.add(tag, content)
    text.end_line()
    return "\n".join(text.lines)


def _tokens(html: str) -> Iterator[tuple[str, str]]:
    """Texts, as ``("", text)``, and tags, as ``("p", attributes)`` and ``("/p", "")``, as browsers find them."""
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            yield "", html[at:]
            return
        if start > at:
            yield "", html[at:start]
        match = _TAG.match(html, start)
        if match is None:
            if html[start + 1 : start + 2] not in ("!", "?", "/"):
                yield "", "<"
                at = start + 1
                continue
            is_comment = html.startswith("<!--", start)
            end = html.find("-->" if is_comment else ">", start + 2)
            at = len(html) if end < 0 else end + (3 if is_comment else 1)
            continue
        end = _end_of_tag(html, match.end())
        name = match[2].lower()
        if end < 0:
            return
        at = end + 1
        yield match[1] + name, html[match.end() : end]
        if name in _RAW and not match[1]:
            closing = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
            at = closing.start() if closing else len(html)


def _end_of_tag(html: str, at: int) -> int:
    """The place of the ``>`` that ends a tag, which is none within quotes; -1 where nothing does."""
    while stop := _STOP.search(html, at):
        if stop[0] == ">":
            return stop.start()
        at = html.find(stop[0][-1], stop.end()) + 1
        if at == 0:
            break
    return -1


class _Text:
    """The lines so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0
        self._preformatted = 0
        self._struck = 0
        self._link = ""
        """The address of the link that is open."""
        self._link_start = 0

    def add(self, tag: str, content: str) -> None:
        name = tag.removeprefix("/")
        if not tag:
            if not self._struck:
                self._add_text(unescape(content))
        elif name in _IS_BLOCK:
            self._struck = 0  # an end that is missing hides one line
            self.end_line(is_break=tag == "br")
        elif tag in ("td", "th"):
            self._line.append(" ")
        elif tag == "a":
            found = _HREF.search(content)
            self._link = unescape(found[1] or found[2]).strip() if found else ""
            self._link_start = len(self._line)
        elif tag == "/a":
            self._end_link()
        step = -1 if tag.startswith("/") else 1
        if name == "blockquote":
            self._quoted = max(self._quoted + step, 0)
        elif name in _STRUCK:
            self._struck = max(self._struck + step, 0)
        elif name == "pre":
            self._preformatted = max(self._preformatted + step, 0)

    def end_line(self, *, is_break: bool = False) -> None:
        """Ends a line; one without words is kept where the sender made it empty."""
        line, self._line = "".join(self._line), []
        self._link = ""
        if line.strip():
            quotes = ">" * min(self._quoted, _DEEPEST)
            self.lines.append(f"{quotes} {line}" if quotes else line)
        elif is_break or "\xa0" in line:
            self.lines.append("")

    def _add_text(self, text: str) -> None:
        if not self._preformatted:
            self._line.append(_BLANK.sub(" ", text))
            return
        first, *others = re.split(r"\r\n?|\n", text)
        self._line.append(first)
        for each in others:
            self.end_line(is_break=True)
            self._line.append(each)

    def _end_link(self) -> None:
        """Adds the address of a link whose words are none."""
        words = "".join(self._line[self._link_start :]).strip()
        if words and _IS_ADDRESS.match(self._link) and "/" not in words:
            self._line.append(f" <{self._link}>")
        self._link = ""
