"""One visit, from the first filter to a shared link and back: by pointer and by keyboard, on wide and small screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.catalog_page import ROWS_PER_PAGE, CatalogPage
from tests.catalog_index import read_datasets
from tests.pages_server import PagesServer
from tests.sites import BuiltSite

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DOMAIN, MODALITIES = "Healthcare", ("Text", "Image")
WANTED = {"domain": ("healthcare",), "modality": ("text", "image")}


@dataclass
class Pointer:
    """Uses the catalog with a mouse or a finger."""

    catalog: CatalogPage

    def choose(self, choices: list[tuple[str, str]]) -> None:
        page = self.catalog.page
        button = page.get_by_role("button", name="Filters")
        has_sheet = button.is_visible()
        if has_sheet:
            button.click()
        for facet, value in choices:
            self.catalog.choose(facet, value)
        if has_sheet:
            page.get_by_role("dialog").get_by_role("button", name="Show ").click()

    def search(self, words: str) -> None:
        self.catalog.page.get_by_label("Search", exact=True).click()
        self.catalog.page.keyboard.type(words)


@dataclass
class Keyboard:
    """Uses the catalog without ever pointing at anything."""

    catalog: CatalogPage

    def choose(self, choices: list[tuple[str, str]]) -> None:
        page = self.catalog.page
        has_sheet = page.get_by_role("button", name="Filters").is_visible()
        if has_sheet:
            self._tab_to("focused.matches('button.open-filters')")
            page.keyboard.press("Enter")
            page.get_by_role("dialog").wait_for()
        for facet, value in choices:
            facet_is = f"focused.closest('[data-facet]')?.dataset.facet === '{facet.lower()}'"
            self._tab_to(f"focused.matches('summary') && {facet_is}")
            if not page.evaluate("document.activeElement.parentElement.open"):
                page.keyboard.press("Enter")
            self._tab_to(
                f"focused.matches('[type=checkbox]') && {facet_is} && focused.labels[0].innerText.startsWith('{value}')"
            )
            page.keyboard.press("Space")
        if has_sheet:
            page.keyboard.press("Escape")
            page.get_by_role("dialog").wait_for(state="hidden")

    def search(self, words: str) -> None:
        self._tab_to("focused.matches('#q')")
        self.catalog.page.keyboard.type(words)

    def _tab_to(self, condition: str) -> None:
        """Presses Tab until the focused element is the wanted one; once round the page is enough."""
        page = self.catalog.page
        for _ in range(400):
            page.keyboard.press("Tab")
            if page.evaluate(f"(focused => Boolean({condition}))(document.activeElement)"):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", condition
                return
        raise AssertionError(f"Tab never came to {condition}")


def titles_of(page: Page) -> list[str]:
    return page.locator(".rows .row h2").all_inner_texts()


@pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("visitor", [Pointer, Keyboard])
def test_filter_search_share_and_go_back(
    visitor: type[Pointer] | type[Keyboard],
    settings: dict[str, Any],
    built_site: BuiltSite,
    site_server: PagesServer,
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(**settings).new_page()
    page.goto(f"{site_server.url}catalog/")
    page.locator(".is-interactive").wait_for()
    catalog = CatalogPage(page, read_datasets(built_site.output))
    hands = visitor(catalog)

    hands.choose([("Domain", DOMAIN)])
    catalog.expect(catalog.expected(domain=WANTED["domain"]))
    hands.choose([("Modality", value) for value in MODALITIES])
    filtered = catalog.expected(**WANTED)
    assert 1 < len(filtered) < ROWS_PER_PAGE
    catalog.expect(filtered)

    sought = filtered[1]
    hands.search(sought)
    expect(page.locator(".rows .row h2").first).to_have_text(sought)
    found = catalog.titles
    assert set(found) < set(filtered)

    # Whoever gets the link sees the same, on another kind of machine.
    other = new_context(**(PHONE if settings is DESKTOP else DESKTOP)).new_page()
    other.goto(page.url)
    other.locator(".is-interactive").wait_for()
    CatalogPage(other, catalog.datasets).expect(found)
    expect(other.get_by_label("Search", exact=True)).to_have_value(sought)

    # Back goes from choice to choice; what was typed is one of them.
    page.go_back()
    catalog.expect(filtered)
    page.go_back()
    catalog.expect(catalog.expected(domain=WANTED["domain"], modality=WANTED["modality"][:1]))
    page.go_back()
    catalog.expect(catalog.expected(domain=WANTED["domain"]))
    page.go_back()
    catalog.expect(catalog.expected()[:ROWS_PER_PAGE])
    catalog.expect_query("")


@pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_value_without_javascript_lists_the_same(
    settings: dict[str, Any],
    built_site: BuiltSite,
    site_server: PagesServer,
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(**settings, java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}catalog/modality/text/")
    titles = titles_of(page)
    while (following := page.get_by_role("navigation", name="Pages").locator("[rel=next]")).count() > 0:
        with page.expect_navigation():
            following.click()
        titles += titles_of(page)
    catalog = CatalogPage(page, read_datasets(built_site.output))
    assert len(titles) > ROWS_PER_PAGE, "more than one page"
    assert titles == catalog.expected(modality=("text",))
