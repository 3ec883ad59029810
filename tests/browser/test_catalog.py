"""Filters, search and order of the catalog in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.catalog_page import ROWS_PER_PAGE, CatalogPage
from tests.pages_server import PagesServer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Open = Callable[..., CatalogPage]
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


def test_a_domain_and_two_modalities(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.choose("Domain", "Healthcare")
    assert catalog.titles == catalog.expected(domain=("healthcare",))
    catalog.choose("Modality", "Text")
    catalog.choose("Modality", "Image")
    wanted = catalog.expected(domain=("healthcare",), modality=("text", "image"))
    assert catalog.titles == wanted
    assert catalog.count == f"{len(wanted)} datasets"
    assert catalog.query == "?domain=healthcare&modality=image,text"

    shared = open_catalog(catalog.query)
    assert shared.titles == wanted
    assert shared.checkbox("Domain", "Healthcare").is_checked()
    assert shared.checkbox("Modality", "Image").is_checked()

    catalog.page.go_back()
    assert catalog.titles == catalog.expected(domain=("healthcare",), modality=("text",))
    assert not catalog.checkbox("Modality", "Image").is_checked()
    catalog.page.go_back()
    catalog.page.go_back()
    assert catalog.query == ""
    assert catalog.titles == catalog.expected()[:ROWS_PER_PAGE]
    catalog.page.go_forward()
    assert catalog.titles == catalog.expected(domain=("healthcare",))


def test_a_count_is_what_choosing_the_value_gives(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare")
    catalog.open_facet("Modality")
    for value in ("Text", "Image"):
        label = catalog.page.locator('[data-facet="modality"] label', has_text=re.compile(f"^{value}"))
        count = int(label.locator(".number").inner_text())
        assert count == len(catalog.expected(domain=("healthcare",), modality=(value.lower(),)))


def test_a_value_that_would_find_nothing_cannot_be_chosen(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare")
    absent = next(
        v for v in ("3d", "timeseries", "video") if not catalog.expected(domain=("healthcare",), modality=(v,))
    )
    catalog.open_facet("Modality")
    names = {"3d": "3D", "timeseries": "Time series", "video": "Video"}
    assert catalog.checkbox("Modality", names[absent]).is_disabled()


def test_what_nobody_states_is_a_value(open_catalog: Open) -> None:
    catalog = open_catalog("?language=none-stated")
    assert catalog.titles == catalog.expected(language=("none-stated",))[:ROWS_PER_PAGE]
    assert catalog.page.get_by_role("button", name="Remove Language: Not stated").is_visible()


def test_each_active_filter_has_a_button_that_removes_it(open_catalog: Open) -> None:
    catalog = open_catalog("?q=data&domain=healthcare,legal")
    catalog.page.get_by_role("button", name="Remove Domain: Legal").click()
    assert catalog.query == "?q=data&domain=healthcare"
    catalog.page.get_by_role("button", name="Remove Search: “data”").click()
    assert catalog.titles == catalog.expected(domain=("healthcare",))
    assert catalog.page.get_by_label("Search", exact=True).input_value() == ""
    catalog.choose("Domain", "Legal")
    catalog.page.get_by_role("button", name="Clear all").click()
    assert catalog.query == ""
    assert catalog.titles == catalog.expected()[:ROWS_PER_PAGE]


def test_a_search_finds_words_by_their_beginning_in_any_case(open_catalog: Open) -> None:
    catalog = open_catalog()
    title = catalog.datasets[7]["title"]
    catalog.page.get_by_label("Search", exact=True).press_sequentially(title.upper()[:-1])
    assert title in catalog.titles
    assert catalog.page.get_by_label("Sort by").input_value() == "relevance"


def test_typing_leaves_one_entry_in_the_history(open_catalog: Open) -> None:
    catalog = open_catalog()
    before = catalog.page.evaluate("history.length")
    catalog.page.get_by_label("Search", exact=True).press_sequentially("tides")
    assert catalog.query == "?q=tides"
    assert catalog.page.evaluate("history.length") == before


def test_orders(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.page.get_by_label("Sort by").select_option("name")
    assert catalog.query == "?sort=name"
    words = [title.casefold() for title in catalog.titles if title.isalpha()]
    assert words == sorted(words)
    catalog.page.get_by_label("Sort by").select_option("changed")
    by_title = {dataset["title"]: dataset["date_modified"] for dataset in catalog.datasets}
    dates = [by_title[title] or "" for title in catalog.titles]
    assert dates == sorted(dates, reverse=True)
    assert catalog.page.get_by_label("Sort by").locator("option", has_text="Relevance").is_hidden()


def test_an_empty_result_says_what_to_relax(open_catalog: Open) -> None:
    catalog = open_catalog("?q=zzzzzz&domain=healthcare")
    assert catalog.count == "0 datasets"
    found = len(catalog.expected(domain=("healthcare",)))
    advice = catalog.page.get_by_role("listitem").filter(has_text="Without the search")
    assert advice.inner_text() == f"Without the search {found} datasets"
    advice.get_by_role("button").click()
    assert catalog.titles == catalog.expected(domain=("healthcare",))


def test_unknown_values_of_a_link_are_ignored_with_a_word(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare,astrology&utm_source=mail")
    assert catalog.titles == catalog.expected(domain=("healthcare",))
    assert "The catalog has no domain=astrology" in catalog.page.get_by_role("alert").inner_text()


def test_more_rows_on_demand_and_back_to_where_one_was(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.page.get_by_role("button", name="more of").click()
    expected = catalog.expected()[: 2 * ROWS_PER_PAGE]
    assert catalog.titles == expected
    focused = catalog.page.evaluate("document.activeElement.textContent")
    assert focused == expected[ROWS_PER_PAGE]
    catalog.page.locator(".rows a").nth(ROWS_PER_PAGE + 10).click()
    catalog.page.get_by_role("heading", name="Facts").wait_for()
    catalog.page.go_back()
    catalog.page.locator(".is-interactive").wait_for()
    catalog.page.wait_for_function(f"document.querySelectorAll('.rows .row').length === {len(expected)}")
    catalog.page.wait_for_function("scrollY > 1000")


def test_the_same_without_javascript_for_a_value(
    open_catalog: Open, site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    with_script = open_catalog("?domain=healthcare").titles
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}catalog/")
    assert page.get_by_role("search").count() == 0
    page.get_by_role("link", name="Healthcare", exact=True).click()
    assert page.locator(".rows .row h2").all_inner_texts() == with_script


def test_by_keyboard_alone(open_catalog: Open) -> None:
    catalog = open_catalog("?q=a")
    keyboard = catalog.page.keyboard
    catalog.page.locator("body").press("/")
    assert catalog.page.evaluate("document.activeElement.id") == "q"
    keyboard.press("Escape")
    assert catalog.query == ""
    for _ in range(60):
        keyboard.press("Tab")
        if catalog.page.evaluate("document.activeElement.closest('label')?.textContent.startsWith('Healthcare')"):
            break
    keyboard.press("Space")
    assert catalog.titles == catalog.expected(domain=("healthcare",))
    outline = catalog.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    for _ in range(200):
        keyboard.press("Tab")
        if catalog.page.evaluate("document.activeElement.matches('.row a')"):
            break
    keyboard.press("Enter")
    catalog.page.get_by_role("heading", name="Facts").wait_for()


def test_filters_of_a_phone_stand_in_a_sheet(open_catalog: Open) -> None:
    catalog = open_catalog(**PHONE)
    assert not catalog.page.locator(".facets").is_visible()
    catalog.page.get_by_role("button", name="Filters", exact=True).click()
    sheet = catalog.page.get_by_role("dialog", name="Filters")
    sheet.get_by_role("checkbox", name="Healthcare").check()
    expected = catalog.expected(domain=("healthcare",))
    sheet.get_by_role("button", name=f"Show {len(expected)} datasets").click()
    assert not sheet.is_visible()
    assert catalog.titles == expected
    assert catalog.page.get_by_role("button", name="Filters (1)").is_visible()
    assert catalog.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    catalog.page.go_back()
    assert catalog.query == ""


def test_filters_leave_the_sheet_when_the_window_grows(open_catalog: Open) -> None:
    catalog = open_catalog(viewport={"width": 390, "height": 800})
    catalog.page.set_viewport_size({"width": 1280, "height": 800})
    catalog.checkbox("Domain", "Healthcare").check()
    assert catalog.titles == catalog.expected(domain=("healthcare",))


def test_a_long_list_of_values_can_be_searched_by_any_name(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.open_facet("Language")
    catalog.page.get_by_label("Find a value of language").fill("deutsch")
    group = catalog.page.get_by_role("group", name="Language")
    visible = [label for label in group.locator("label").all() if label.is_visible()]
    assert any(label.inner_text().startswith("German") for label in visible)
    assert len(visible) < 5


def test_a_file_that_cannot_be_loaded_leaves_the_list(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}catalog/")
    path = page.locator("[data-catalog]").get_attribute("data-catalog") or ""
    site_server.failing.add(path)
    try:
        page.reload()
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert path.rpartition("/")[2] in alert.inner_text()
        assert "503" in alert.inner_text()
        assert page.locator(".rows .row").count() == ROWS_PER_PAGE
        assert page.get_by_role("link", name="Healthcare", exact=True).is_visible()
    finally:
        site_server.failing.clear()
    page.get_by_role("button", name="Try again").click()
    page.locator(".is-interactive").wait_for()
    assert alert.is_hidden()
