"""Reads built pages for tests: what they link to and what can be linked to in them; it must not assert anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

_URLS = {"href", "src", "action", "formaction", "poster", "cite", "data", "background", "ping", "manifest"}
_REFRESH = re.compile(r"\s*\d+\s*;\s*url\s*=\s*(.*)", re.IGNORECASE)


@dataclass
class HtmlPage:
    """What a test wants to know of a page."""

    urls: list[tuple[str, str, str]] = field(default_factory=list)
    """Tag, attribute and address as written, in the order of the page."""
    ids: list[str] = field(default_factory=list)
    leads_to: str | None = None
    """Where the page sends its readers on to, of a page that stands at an old address."""
    canonical: str | None = None
    """The address by which the page wants to be known."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """The text of each ``pre`` and ``title`` element, by tag."""

    def hrefs(self, prefix: str = "") -> list[str]:
        return [url for tag, name, url in self.urls if (tag, name) == ("a", "href") and url.startswith(prefix)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = HtmlPage()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            if name in _URLS or (name.startswith("data-") and value.startswith(("/", "./", "../"))):
                self.page.urls.append((tag, name, value))
            elif name in ("srcset", "imagesrcset"):
                candidates = (candidate.split() for candidate in value.split(","))
                self.page.urls.extend((tag, name, candidate[0]) for candidate in candidates if candidate)
        if tag == "link" and values.get("rel") == "canonical":
            self.page.canonical = values["href"]
        if "id" in values:
            self.page.ids.append(values["id"])
        if tag == "a" and "name" in values:
            self.page.ids.append(values["name"])
        if tag == "meta":
            refresh = _REFRESH.match(values.get("content", ""))
            if values.get("http-equiv", "").lower() == "refresh" and refresh:
                self.page.leads_to = refresh[1].strip("'\" ")
                self.page.urls.append((tag, "content", self.page.leads_to))
            elif values.get("property") in ("og:url", "og:image"):
                self.page.urls.append((tag, "content", values["content"]))
        if tag in ("pre", "title"):
            self._open.append(tag)
            self.page.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.page.texts[tag][-1] += data


def read_html(text: str) -> HtmlPage:
    """What is in the text of a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page


@cache
def read_page(file: Path) -> HtmlPage:
    """What is in a file, which must not change during a test session."""
    return read_html(file.read_text(encoding="utf-8"))
