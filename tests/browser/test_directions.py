"""Texts that are written from right to left are set so, in a page that is written from left to right."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pages_server import PagesServer
from tests.sites import build_site, make_small_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ARABIC, ENGLISH = "بيانات المد والجزر (GPT-4).", "Tides of an invented sea (بحر)."
_ENTRY = """\
title: "{title}"
description: "{description}"
url: https://example.org/{name}
modalities: [text]
hosting: owner
sources:
  - {{url: 'https://example.org/{name}', date: 2025-01-02}}
"""
PLACES = """text => {
    // The innermost elements that hold a text, and the left edges of its first and last characters.
    const holds = (element) => element.textContent.includes(text);
    const found = [];
    for (const element of document.querySelectorAll("main *:not(pre, pre *, svg *, script)")) {
        if (!holds(element) || [...element.children].some(holds) || !element.checkVisibility()) continue;
        const letters = [];
        const nodes = document.createNodeIterator(element, NodeFilter.SHOW_TEXT);
        for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
            for (let offset = 0; offset < node.length; offset += 1) letters.push([node, offset]);
        }
        const leftOf = ([node, offset]) => {
            const range = document.createRange();
            range.setStart(node, offset);
            range.setEnd(node, offset + 1);
            return range.getBoundingClientRect().left;
        };
        const start = element.textContent.indexOf(text);
        found.push([element.outerHTML.slice(0, 80), leftOf(letters[start]), leftOf(letters[start + text.length - 1])]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesServer]:
    entries = {
        "tides": _ENTRY.format(name="tides", title=ARABIC, description=ARABIC),
        "sea": _ENTRY.format(name="sea", title=ENGLISH, description=ENGLISH),
    }
    files = {f"catalog_data/datasets/example-org/{name}.yaml": text for name, text in entries.items()}
    files |= {
        f"catalog_data/datasets/example-org/more{n}.yaml": entries["tides"].replace("/tides", f"/m{n}")
        for n in range(3)
    }
    root = make_small_site(Path(tmp_path_factory.mktemp("directions")) / "site", files)
    built = build_site(root, "--offline", base_url="https://data.example.org/")
    assert built.run.status == 0, built.run.output + built.run.errors
    with PagesServer(built.output) as pages:
        yield pages


def _open(server: PagesServer, new_context: Callable[..., BrowserContext], path: str) -> Page:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(server.url + path)
    if path.startswith("catalog/") and path.count("/") == 1:
        page.locator(".is-interactive").wait_for()
        page.locator(".catalog [aria-busy]").first.wait_for(state="detached")
    return page


@pytest.mark.parametrize(
    ("path", "least"),
    [("catalog/", 2), ("catalog/?q=GPT", 2), ("catalog/modality/text/", 2), ("datasets/example-org/tides.html", 3)],
)
def test_a_text_ends_where_its_script_does(
    path: str, least: int, server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = _open(server, new_context, path)
    places = page.evaluate(PLACES, ARABIC)
    assert len(places) >= least
    assert [html for html, first, last in places if last > first] == []
    places = page.evaluate(PLACES, ENGLISH)
    assert [html for html, first, last in places if last < first] == []


def test_a_comparison_does_so_too(server: PagesServer, new_context: Callable[..., BrowserContext]) -> None:
    page = _open(server, new_context, "catalog/?q=GPT")
    page.locator(".rows .mark").first.click()
    page.get_by_role("button", name="Marked (1)").click()
    page.locator(".panel table").wait_for()
    places = page.evaluate(PLACES, ARABIC)
    assert len(places) > len(page.locator(".rows .row").all())
    assert [html for html, first, last in places if last > first] == []


def test_a_paragraph_begins_at_the_side_of_its_script(
    server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = _open(server, new_context, "datasets/example-org/tides.html")
    lead = page.locator(".lead")
    box = lead.bounding_box()
    assert box is not None
    [(_, first, _)] = [place for place in page.evaluate(PLACES, ARABIC) if 'class="lead"' in place[0]]
    assert first > box["x"] + box["width"] - 30


@pytest.mark.parametrize(("path", "label"), [("", "Search the catalogue"), ("catalog/", "Search")])
def test_what_somebody_types_begins_where_its_script_does(
    path: str, label: str, server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = _open(server, new_context, path)
    box = page.get_by_label(label, exact=label == "Search")
    box.fill(ARABIC)
    # A browser tells nobody where it sets the letters of a box: those of an Arabic text are to stand at its right.
    dark = """async ([url, from, to]) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        const x = Math.round(from * image.width);
        const { data } = canvas.getImageData(x, 8, Math.round((to - from) * image.width), image.height - 16);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) if (data[at] < 100) count += 1;
        return count;
    }"""
    page.keyboard.press("Tab")
    picture = "data:image/png;base64," + base64.b64encode(box.screenshot()).decode()
    other = new_context().new_page()
    left, right = (other.evaluate(dark, [picture, *part]) for part in ((0.05, 0.3), (0.6, 0.9)))
    assert right > left
