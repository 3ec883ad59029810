"""Whatever the Hub says is text: no page of the site runs it or makes elements of it, and machines can read it all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from tests.html_checker import find_html_errors, is_html_checker_installed
from tests.html_pages import read_html
from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import LiveSite, make_live_site
from tests.pages_server import PagesServer
from tests.sites import PROJECT, pages_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
KINDS = (
    "datasets/evil-script/set-script.html",
    "changes/",
    "datasets/evil-title/set-title.html",
    "datasets/evil-cdata/set-cdata.html",
    "datasets/evil-long/set-long.html",
    "datasets/evil-rtl/set-rtl.html",
    "catalog/publisher/evil-long/",
    "catalog/license/mit/",
    "catalog/",
)
"""A page with a chart and events, the page of changes, two of datasets that left, and others."""
ALARM = "ALARM()"
"""What hostile strings try to call."""

STRINGS = {
    "script": f"<script>{ALARM}</script>",
    "attribute": f'"><img src=x onerror={ALARM}>',
    "single": f"'><svg onload={ALARM}>",
    "title": f"</title></style></textarea><script>{ALARM}</script>",
    "json": f"</script><script>{ALARM}</script><!--",
    "javascript": f"javascript:{ALARM}",
    "cdata": f"]]><script>{ALARM}</script><![CDATA[",
    "jinja": "{{7*7}}{% raw %}{% include 'base.html' %}${7*7}#{7*7}",
    "entity": f"&lt;script&gt;{ALARM}&#x3c;/script&#x3e; &amp;amp;",
    "bidi": f"safe\u202e\u2066gnp.exe <b>{ALARM}</b>",
    "rtl": "مجموعة بيانات <i>שלום</i>",
    "nul": f"nul\x00 and \x1b[31m bell\x07 <u>{ALARM}</u>",
    "long": "W" * 280 + f"<script>{ALARM}</script>",
    "markdown": f"[click](javascript:{ALARM}) ![x](x) `code` :::{{slot}} contact\n:::",
    "template": f"<template><p onclick={ALARM}></template><form action=javascript:{ALARM}><input name=attributes>",
    "astral": "\U0001f4a7 ﷽ \u0301\u0301\u0301 \ufeff\ufffe\U000e0001 <marquee>",
}


def is_shown(text: str) -> str:
    """A string's part that every page shows to the letter."""
    return text[text.index("<") :].split("\n")[0] if "<" in text else text.split("\n")[0]


def fill(hub: HubServer) -> None:
    """A dataset for each hostile string, which stands in every field."""
    for name, text in STRINGS.items():
        hub_id = f"evil-{name}/set-{name}"
        url = text if name == "javascript" else f"https://example.org/{text}"
        hub.add_dataset(
            hub_id,
            author=text,
            description=f"{text} {text}",
            sha=text,
            lastModified="2025-12-20T10:00:00.000Z",
            gated=text,
            tags=[
                f"language:{text}",
                f"license:{text}",
                f"modality:{text}",
                f"format:{text}",
                f"task_categories:{text}",
                f"size_categories:{text}",
                f"arxiv:{text}",
                f"doi:{text}",
                f"source_datasets:{text}",
                f"dataset:{text}",
                text,
            ],
            cardData={
                "pretty_name": text,
                "license": "other",
                "license_name": text,
                "license_link": url,
                "language": [text],
                "task_categories": [text],
                "source_datasets": [text, url],
                "tags": [text],
            },
            viewer={"viewer": "viewer", "numRows": text, "formats": [text], "modalities": [text]},
        )
    items = [
        {"id": hub_id, "note": {"text": text, "html": text}}
        for hub_id, text in zip(list(hub.datasets), STRINGS.values(), strict=True)
    ]
    hub.add_collection(COLLECTION, [], title=STRINGS["attribute"])
    hub.items[COLLECTION] = items


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """A site of hostile datasets, after a night on which some changed, some left and one was renamed."""
    files = {
        "content/changes.md": "---\ntitle: Changes\ndescription: News.\n---\n## News\n\n:::{slot} changes\n:::\n",
        "content/lists.md": "---\ntitle: Lists\ndescription: All lists.\n---\n## Newest\n\n"
        ":::{slot} latest-datasets\n:::\n\n:::{slot} catalog-summary\n:::\n",
    }
    with HubServer(quota=None) as hub:
        live = make_live_site(tmp_path_factory.mktemp("hostile") / "site", hub, files)
        fill(hub)
        first = live.refresh()
        assert first.status == 0, first
        live.age()
        history = live.snapshots / "history.jsonl"
        history.write_text(
            history.read_text(encoding="utf-8").replace("[[", '[["2025-11-01",40,3],["2025-11-30",90,4],[')
        )
        for name in ("script", "attribute"):
            tags = [f"license:{STRINGS['single']}", "license:mit"]
            hub.datasets[f"evil-{name}/set-{name}"].update(lastModified="2025-12-30T00:00:00.000Z", tags=tags)
            hub.datasets[f"evil-{name}/set-{name}"]["cardData"].update(license="mit", license_name=None)
        hub.datasets["evil-single/set-single"]["downloads"] = 7
        hub.remove("evil-title/set-title")
        hub.delete("evil-cdata/set-cdata")
        hub.rename("evil-json/set-json", "evil-json/set-json-2")
        hub.add_dataset("evil-new/set-new", cardData={"pretty_name": STRINGS["attribute"]})
        hub.items[COLLECTION].append({"id": "evil-new/set-new"})
        second = live.build()
        assert second.status == 0, second
        return live


@pytest.fixture(scope="module")
def server(site: LiveSite, serve_pages: Callable[[Path, str], PagesServer]) -> PagesServer:
    return serve_pages(site.output, "/")


class Trap:
    """A page that notices whatever runs on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.caught: list[str] = []
        page.on("dialog", lambda dialog: (self.caught.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.caught.append(f"error {error}"))
        page.on("console", lambda message: self.caught.append(f"console {message.type} {message.text}"))
        page.expose_function("ALARM", lambda *_: self.caught.append("ran"))
        page.on("response", lambda response: response.ok or self.caught.append(f"{response.status} {response.url}"))
        page.on("request", lambda request: self._look_at(request.url))

    def _look_at(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:")):
            self.caught.append(f"asked {url}")


@pytest.fixture
def trap(new_context: Callable[..., BrowserContext]) -> Trap:
    return Trap(new_context().new_page())


FOREIGN = """() => [...document.querySelectorAll(
    'img[src="x"], svg[onload], marquee, template [onclick], template > p, iframe, object, embed, ' +
    'input[name=attributes], main script, main style, u, i > b')]
  .concat([...document.querySelectorAll('*')].filter(element => [...element.attributes].some(({name, value}) =>
    name.startsWith('on') ||
    (/^(href|src|action|formaction)$/.test(name) && /^\\s*javascript:/i.test(value)))))
  .map(element => element.outerHTML)"""
"""Elements that the site itself makes nowhere."""


def test_no_page_runs_what_the_hub_says_or_makes_elements_of_it(
    site: LiveSite, server: PagesServer, trap: Trap
) -> None:
    paths = [page.relative_to(site.output).as_posix() for page in pages_of(site.output)]
    assert len(paths) > 50
    for path in paths:
        address = server.url + path.removesuffix("index.html")
        if 'http-equiv="refresh"' in (site.output / path).read_text(encoding="utf-8"):
            trap.page.goto(address, wait_until="commit")
            trap.page.wait_for_url(lambda url, left=address: url != left)
        else:
            trap.page.goto(address)
        assert (path, trap.page.evaluate(FOREIGN)) == (path, [])
    assert trap.caught == []


def test_the_pages_are_of_every_kind(site: LiveSite) -> None:
    assert "<polyline" in site.page("evil-script/set-script")
    assert "What changed" in site.words("evil-script/set-script")
    for name in ("title", "cdata"):
        assert "No longer in the catalogue" in site.words(f"evil-{name}/set-{name}")
    assert 'http-equiv="refresh"' in site.page("evil-json/set-json")


@pytest.mark.parametrize("name", sorted(STRINGS))
def test_a_hostile_title_is_shown_to_the_letter(site: LiveSite, name: str) -> None:
    hub_id = {"json": "evil-json/set-json-2"}.get(name, f"evil-{name}/set-{name}")
    title = site.rows()[hub_id]["title"]
    assert is_shown(STRINGS[name]).rstrip()[:100] in title or name in ("bidi", "nul", "astral", "long", "markdown")
    assert title in Reader(site.page(hub_id)).text
    assert not [character for character in "\x00\x07\x1b\u202e\u2066\ufeff" if character in site.page(hub_id)]


class Reader(HTMLParser):
    """Gathers the text of a page as a reader sees it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(page)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_catalog_s_script_shows_hostile_rows_as_text(site: LiveSite, server: PagesServer, trap: Trap) -> None:
    page = trap.page
    page.goto(f"{server.url}catalog/")
    page.locator(".is-interactive").wait_for()
    titles = {row["title"] for row in site.rows().values() if "status" not in row}
    assert titles <= set(page.locator(".rows .row h2 a").all_text_contents())
    for details in page.locator(".facets details").all():
        if details.get_attribute("open") is None:
            details.locator("summary").first.click()
    assert page.evaluate(FOREIGN) == []
    search = page.get_by_label("Search", exact=True)
    for words in ("<script>ALARM()</script>", '"><img src=x onerror=ALARM()>', "{{7*7}}", "javascript:ALARM()"):
        search.fill(words)
        page.wait_for_function("words => new URLSearchParams(location.search).get('q') === words", arg=words)
        page.locator(".catalog [aria-busy]").first.wait_for(state="detached")
        page.locator(".rows .row").first.wait_for()
        assert page.evaluate(FOREIGN) == []
    search.fill("")
    boxes = page.locator(".facets input[type=checkbox]:not(:disabled)")
    for number in range(min(boxes.count(), 12)):
        box = boxes.nth(number)
        if box.is_visible():
            box.check()
            assert page.evaluate(FOREIGN) == []
            box.uncheck()
    assert trap.caught == []


def test_a_hostile_link_into_the_catalog_runs_nothing(server: PagesServer, trap: Trap) -> None:
    page = trap.page
    attack = "%22%3E%3Cimg%20src=x%20onerror=ALARM()%3E"
    page.goto(f"{server.url}catalog/?q={attack}&domain={attack}&sort={attack}&{attack}={attack}#{attack}")
    page.locator(".is-interactive").wait_for()
    assert page.evaluate(FOREIGN) == []
    assert trap.caught == []


def test_feed_sitemap_and_data_are_well_formed(site: LiveSite) -> None:
    feed = ElementTree.parse(site.output / "feed.xml").getroot()
    titles = [element.text or "" for element in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert any("<script>ALARM()</script>" in title for title in titles)
    assert {element.tag.rpartition("}")[2] for element in feed.iter()} <= {
        *("feed", "id", "title", "link", "updated", "author", "name", "uri", "entry")
    }
    sitemap = ElementTree.parse(site.output / "sitemap.xml").getroot()
    assert len(list(sitemap)) > 20
    for file in site.output.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))
    if shutil.which("xmllint"):
        checked = subprocess.run(
            ["xmllint", "--nonet", "--noout", site.output / "feed.xml", site.output / "sitemap.xml"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_link_leads_somewhere_allowed(site: LiveSite) -> None:
    schemes: set[str] = set()
    for page in pages_of(site.output):
        for _, _, url in read_html(page.read_text(encoding="utf-8")).urls:
            scheme = url.partition(":")[0] if ":" in url.partition("/")[0] else ""
            schemes.add(scheme)
    assert schemes <= {"", "http", "https", "mailto", "data"}
    assert site.broken_links() == []


@pytest.mark.parametrize(
    "settings", [{"viewport": {"width": 1280, "height": 900}}, {"viewport": {"width": 390, "height": 800}}], ids=str
)
def test_axe_finds_no_violation_in_what_the_hub_says(
    server: PagesServer, new_context: Callable[..., BrowserContext], settings: dict[str, Any]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` installs it")
    for scheme, paths in {"light": KINDS, "dark": KINDS[:2]}.items():
        # The site's own policy would keep the checker's script out.
        page = new_context(bypass_csp=True, color_scheme=scheme, **settings).new_page()
        for path in paths:
            page.goto(server.url + path)
            page.add_script_tag(path=AXE)
            violations = page.evaluate("async () => (await axe.run()).violations")
            assert [(path, found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_nu_html_checker_finds_no_error_in_hostile_pages(site: LiveSite) -> None:
    if not is_html_checker_installed():
        pytest.skip("the Nu HTML checker or Java is not installed: `make test` installs both")
    assert find_html_errors(site.output) == []
