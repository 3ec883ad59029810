"""Sitemaps and robots.txt."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from otdi_site.render import sitemap
from otdi_site.render.sitemap import robots, sitemaps
from otdi_site.urls import BaseUrl

URL = BaseUrl.parse("https://example.org/sub/")
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(document: bytes) -> list[str | None]:
    return [element.text for element in ElementTree.fromstring(document).findall(".//s:loc", NAMES)]


def test_addresses_are_sorted_absolute_and_encoded() -> None:
    files = sitemaps(URL, [("/b/", None), ("/a&b é/", "2026-01-02"), ("/", None)])
    assert list(files) == ["sitemap.xml"]
    assert locations(files["sitemap.xml"]) == [
        "https://example.org/sub/",
        "https://example.org/sub/a&b%20%C3%A9/",
        "https://example.org/sub/b/",
    ]
    dates = ElementTree.fromstring(files["sitemap.xml"]).findall(".//s:lastmod", NAMES)
    assert [date.text for date in dates] == ["2026-01-02"]


def test_too_many_addresses_for_one_file_make_several_with_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_ADDRESSES", 2)
    files = sitemaps(URL, [(f"/{number}/", None) for number in range(5)])
    assert locations(files["sitemap.xml"]) == [f"https://example.org/sub/sitemap-{number}.xml" for number in (1, 2, 3)]
    listed = [location for name in list(files)[1:] for location in locations(files[name])]
    assert listed == [f"https://example.org/sub/{number}/" for number in range(5)]


def test_robots_are_shown_the_sitemap() -> None:
    assert robots(URL) == b"User-agent: *\nDisallow:\nSitemap: https://example.org/sub/sitemap.xml\n"
