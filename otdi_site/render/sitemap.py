"""Writes ``sitemap.xml`` and ``robots.txt``."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from otdi_site.urls import BaseUrl

MAX_ADDRESSES = 50_000
"""Addresses one sitemap may hold (sitemaps.org, protocol 0.9)."""

_OPEN = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def sitemaps(url: BaseUrl, addresses: Iterable[tuple[str, str | None]]) -> dict[str, bytes]:
    """The files, by path: one, or an index with its parts where there are too many addresses for one.

    An address comes with the ISO 8601 date of its last change, or `None`.
    """
    listed = [_entry("url", url.absolute(address), date) for address, date in sorted(addresses)]
    if len(listed) <= MAX_ADDRESSES:
        return {"sitemap.xml": _document("urlset", listed)}
    parts = [listed[start : start + MAX_ADDRESSES] for start in range(0, len(listed), MAX_ADDRESSES)]
    files = {f"sitemap-{number}.xml": _document("urlset", part) for number, part in enumerate(parts, 1)}
    return {
        "sitemap.xml": _document("sitemapindex", [_entry("sitemap", url.absolute(f"/{path}"), None) for path in files]),
        **files,
    }


def robots(url: BaseUrl) -> bytes:
    """Everything may be read; the sitemap is named."""
    return f"User-agent: *\nDisallow:\nSitemap: {url.absolute('/sitemap.xml')}\n".encode()


def _entry(element: str, location: str, date: str | None) -> str:
    changed = f"<lastmod>{escape(date, quote=False)}</lastmod>" if date else ""
    if "&" in location:  # a URL has none of the other characters to be escaped
        location = escape(location, quote=False)
    return f"<{element}><loc>{location}</loc>{changed}</{element}>\n"


def _document(element: str, entries: list[str]) -> bytes:
    return (_OPEN.format(element) + "".join(entries) + f"</{element}>\n").encode()
