"""Every address that a built site names exists, at the top of a host and below a path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.html_pages import read_html, read_page
from tests.sites import BuiltSite, pages_of

SCHEMES = {"http", "https", "mailto"}
IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
IN_SCRIPTS = re.compile(r"""(?:\bfrom|\bimport|\bimport\s*\()\s*["']([^"']+)["']""")
TYPES = re.compile(r"/\*\*\s.*?\*/", re.DOTALL)
"""Comments that import types, which no browser reads."""
LOCATIONS = re.compile(r"<loc>([^<]+)</loc>")


@pytest.fixture(params=["built_site", "sub_path_site"])
def site(request: pytest.FixtureRequest) -> BuiltSite:
    built: BuiltSite = request.getfixturevalue(request.param)
    return built


def url_of(site: BuiltSite, file: Path) -> str:
    path = file.relative_to(site.output).as_posix()
    return site.base_url + path.removesuffix("index.html")


def strings(value: object) -> Iterator[str]:
    """The texts in a value of JSON, but for the patterns of a schema."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part) if name != "pattern" else ()
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def named_addresses(site: BuiltSite) -> Iterator[tuple[Path, str]]:
    """Files and the addresses they name."""
    for file in sorted(site.output.rglob("*")):
        if file.suffix == ".html":
            yield from ((file, url) for _, _, url in read_page(file).urls)
        elif file.suffix == ".css":
            for found in IN_STYLES.findall(file.read_text(encoding="utf-8")):
                yield file, found[0] or found[1]
        elif file.suffix == ".js":
            code = TYPES.sub("", file.read_text(encoding="utf-8"))
            yield from ((file, url) for url in IN_SCRIPTS.findall(code))
        elif file.suffix == ".json":
            texts = strings(json.loads(file.read_text(encoding="utf-8")))
            # The catalog's index has addresses of the site: its script puts the base path before them.
            prefix = site.base_path.rstrip("/") if "assets/catalog/" in file.as_posix() else ""
            yield from ((file, prefix + text) for text in texts if text.startswith("/") and " " not in text)
        elif file.suffix in (".xml", ".txt"):
            yield from ((file, url) for url in LOCATIONS.findall(file.read_text(encoding="utf-8")))


def find_fault(site: BuiltSite, file: Path, url: str) -> str | None:
    """What is wrong with an address that a file names."""
    parts = urlsplit(urljoin(url_of(site, file), url))
    if parts.scheme not in SCHEMES:
        return "its scheme is not allowed"
    base = urlsplit(site.base_url)
    if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
        return None
    if not parts.path.startswith(base.path):
        return "it is not below the base path"
    path = unquote(parts.path[len(base.path) :])
    target = site.output / (f"{path}index.html" if path == "" or path.endswith("/") else path)
    if not target.is_file():
        return "there is no such file"
    fragment = unquote(parts.fragment)
    if target.suffix == ".html" and fragment not in ("", "top") and fragment not in read_page(target).ids:
        return "the page has no such place"
    return None


def test_every_internal_address_and_its_place_exist(site: BuiltSite) -> None:
    named = list(named_addresses(site))
    faults = {(file.relative_to(site.output).as_posix(), url): find_fault(site, file, url) for file, url in named}
    assert {place: fault for place, fault in faults.items() if fault} == {}
    kinds = {file.suffix for file, _ in named}
    assert {".html", ".js", ".json", ".xml"} <= kinds, "each kind of file that names addresses was looked at"
    assert len(named) > 5000


def test_the_search_for_faults_finds_them(site: BuiltSite) -> None:
    home = site.output / "index.html"
    for url, fault in {
        "/elsewhere/": "it is not below the base path" if site.base_path != "/" else "there is no such file",
        f"{site.base_path}nothing/": "there is no such file",
        f"{site.base_path}catalog": "there is no such file",
        f"{site.base_path}about/#nowhere": "the page has no such place",
        "javascript:alert(1)": "its scheme is not allowed",
        f"{site.base_path}about/#main": None,
        "https://example.net/nothing": None,
    }.items():
        assert find_fault(site, home, url) == fault


def test_no_page_has_an_id_twice(site: BuiltSite) -> None:
    twice = {
        page.relative_to(site.output).as_posix(): sorted({name for name in ids if ids.count(name) > 1})
        for page in pages_of(site.output)
        if len(ids := read_page(page).ids) != len(set(ids))
    }
    assert twice == {}


def test_files_are_lower_case_and_one_on_every_system(site: BuiltSite) -> None:
    paths = [path.relative_to(site.output).as_posix() for path in site.output.rglob("*")]
    assert [path for path in paths if path != path.lower()] == []
    assert len({path.casefold() for path in paths}) == len(paths)


def test_the_addresses_of_the_contract_answer(site: BuiltSite) -> None:
    expected = [
        "index.html",
        "catalog/index.html",
        "contribute/index.html",
        "requirements/index.html",
        "requirements/card-template/index.html",
        "promote/index.html",
        "trust/index.html",
        "about/index.html",
        "404.html",
        "sitemap.xml",
        "robots.txt",
        ".nojekyll",
        "datasets/servicenow/repliqa.html",
        *(
            f"catalog/{facet}/{value}/index.html"
            for facet, value in {
                "domain": "climate",
                "modality": "text",
                "language": "en",
                "license": "cc-by-4.0",
                "publisher": "servicenow",
                "task": "question-answering",
            }.items()
        ),
    ]
    assert [path for path in expected if not (site.output / path).is_file()] == []


def test_every_page_has_a_title_and_its_own_canonical_address(site: BuiltSite) -> None:
    for page in pages_of(site.output):
        found = read_page(page)
        [title] = found.texts["title"]
        assert title.strip()
        canonical = found.canonical
        if page.name == "404.html":
            assert canonical is None
        else:
            assert canonical == urljoin(url_of(site, page), found.leads_to or ""), page


def test_the_404_page_works_at_any_depth(site: BuiltSite) -> None:
    urls = [url for tag, _, url in read_page(site.output / "404.html").urls]
    assert [url for url in urls if urlsplit(url).scheme == "" and not url.startswith(("/", "#"))] == []


def test_links_of_the_home_page_lead_to_every_page(site: BuiltSite) -> None:
    seen: set[Path] = set()
    waiting = [site.output / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for url in read_page(page).hrefs():
            absolute = urljoin(url_of(site, page), url).partition("#")[0].partition("?")[0]
            if absolute.startswith(site.base_url) and absolute.endswith(("/", ".html")):
                path = unquote(absolute.removeprefix(site.base_url))
                waiting.append(site.output / (f"{path}index.html" if path == "" or path.endswith("/") else path))
    unreached = set(pages_of(site.output)) - seen
    # Old addresses are reached from elsewhere, and what is shown for a missing page by missing a page.
    expected = {page for page in unreached if read_page(page).leads_to} | {site.output / "404.html"}
    assert unreached - expected == set()


def test_old_addresses_lead_to_pages(site: BuiltSite) -> None:
    moved = [page for page in pages_of(site.output) if read_page(page).leads_to]
    assert len(moved) >= 3
    for page in moved:
        found = read_page(page)
        assert found.leads_to is not None
        assert found.leads_to in found.hrefs() or urlsplit(found.leads_to).path in found.hrefs(), "for who must click"


def test_html_is_read_as_a_browser_reads_it() -> None:
    page = read_html('<a href="/a?b=1&amp;c">x</a><img srcset="a.png 1x, b.png 2x"><p id=x><pre>a\n b</pre>')
    assert [url for _, _, url in page.urls] == ["/a?b=1&c", "a.png", "b.png"]
    assert (page.ids, page.texts) == (["x"], {"pre": ["a\n b"]})
