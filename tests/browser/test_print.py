"""Pages on paper, upright and across: no text in a narrow strip, and nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.pages_server import PagesServer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

# A sheet of A4 in CSS pixels, less the margins of browsers.
SHEETS = {"upright": {"width": 718, "height": 1047}, "across": {"width": 1047, "height": 718}}
PAGES = (
    "",
    "catalog/",
    "catalog/?q=data",
    "catalog/modality/text/",
    "contribute/",
    "coverage/",
    "coverage/near-misses/",
    "requirements/",
    "datasets/example-org/tides.html",
    "datasets/example-org/hostile.html",
)
SQUEEZED_OR_CUT = """() => {
    const found = [];
    for (const element of document.body.querySelectorAll("*")) {
        if (!element.checkVisibility() || element.closest(".hidden, .skip, svg")) continue;
        const style = getComputedStyle(element);
        const shown = element.outerHTML.slice(0, 200);
        const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const length = texts.map((node) => node.data.trim()).join("").length;
        const isBlock = element.matches("p, h1, h2, h3, li, dd, pre") && element.closest("table, button") === null;
        if (isBlock && length > 20 && element.clientWidth < 140) found.push(["squeezed", shown]);
        const hides = (overflow) => overflow !== "visible" && overflow !== "clip";
        const isCut = (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
            || (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
        if (isCut && style.display !== "inline") found.push(["cut off", shown]);
    }
    return found;
}"""


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("path", PAGES)
def test_a_printed_page_has_all_of_its_text_in_readable_lines(
    path: str, sheet: str, site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport=SHEETS[sheet]).new_page()
    page.goto(site_server.url + path)
    if path in ("catalog/", "catalog/?q=data"):
        page.locator(".is-interactive").wait_for()
        page.locator(".catalog [aria-busy]").first.wait_for(state="detached")
    page.emulate_media(media="print")
    assert page.evaluate(SQUEEZED_OR_CUT) == []
    if path.startswith("catalog/"):
        widths = page.evaluate("[...document.querySelectorAll('.row h2')].map((title) => title.clientWidth)")
        assert min(widths) > SHEETS[sheet]["width"] / 2


def test_only_what_paper_can_do_is_printed(open_catalog: Open) -> None:
    page = open_catalog("?q=data", viewport=SHEETS["across"]).page
    page.emulate_media(media="print")
    for control in page.locator(".catalog :is(input, select, button:not(.chip))").all():
        expect(control).to_be_hidden()


@pytest.mark.parametrize("sheet", SHEETS)
def test_an_open_comparison_is_printed_whole(sheet: str, open_catalog: Open) -> None:
    catalog = open_catalog(viewport=SHEETS[sheet])
    for number in range(4):
        catalog.page.locator(".rows .mark").nth(number).click()
    catalog.page.get_by_role("button", name="Marked (4)").click()
    catalog.page.locator(".panel table").wait_for()
    catalog.page.emulate_media(media="print")
    assert catalog.page.evaluate(SQUEEZED_OR_CUT) == []
    expect(catalog.page.locator(".rows")).to_be_hidden()
    table = catalog.page.locator(".panel table").bounding_box()
    assert table is not None
    assert table["x"] >= 0
    assert table["x"] + table["width"] <= SHEETS[sheet]["width"]
