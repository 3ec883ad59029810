"""Marks that cannot be kept, one too many, and marks of several tabs: nothing happens without a word."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"


@pytest.mark.parametrize("script", [FULL, REFUSED], ids=["full", "refused"])
def test_marks_that_cannot_be_kept_are_told_where_one_looks(script: str, open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    page.add_init_script(script)
    page.reload()
    page.locator(".is-interactive").wait_for()
    catalog.show_more()
    message = page.get_by_role("status").filter(has_text="lost when this page is closed")
    page.locator(".rows .mark").nth(8).click()
    expect(message).to_be_in_viewport(ratio=1)
    message.get_by_role("button", name="Close").click()
    expect(message).to_be_hidden()
    expect(page.locator(".rows .mark").nth(8)).to_be_focused()
    page.locator(".rows .mark").nth(9).click()  # it is said once
    expect(message).to_be_hidden()
    page.get_by_role("button", name="Marked (2)").click()
    panel = page.get_by_role("dialog", name="Marked datasets")
    expect(panel.get_by_role("status")).to_contain_text("lost when this page is closed")


def test_one_too_many_is_told_where_one_looks(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    kept = [{"address": f"/datasets/a/b{number}.html", "title": "Kept"} for number in range(100)]
    page.evaluate("text => localStorage.setItem('otdi-marked:/', text)", json.dumps({"format": 1, "datasets": kept}))
    page.reload()
    page.locator(".is-interactive").wait_for()
    catalog.show_more()
    page.locator(".rows .mark").nth(40).click()
    message = page.get_by_role("status").filter(has_text="no room for more")
    expect(message).to_be_in_viewport(ratio=1)
    expect(page.locator(".rows .mark").nth(40)).to_have_attribute("aria-pressed", "false")


def test_a_shared_list_says_what_found_no_room(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    addresses = [row.get_attribute("href") or "" for row in page.locator(".rows h2 a").all()[:2]]
    names = ",".join(address.removeprefix("/datasets/").removesuffix(".html") for address in addresses)
    kept = [{"address": f"/datasets/a/b{number}.html", "title": "Kept"} for number in range(99)]
    page.evaluate("text => localStorage.setItem('otdi-marked:/', text)", json.dumps({"format": 1, "datasets": kept}))
    page.goto(f"{page.url.partition('?')[0]}?list={names}")
    panel = page.get_by_role("dialog", name="A list that somebody shared")
    expect(panel.get_by_role("columnheader")).to_have_count(2)
    panel.get_by_role("button", name="Mark them all").click()
    expect(panel.get_by_role("status")).to_contain_text("no room for 1 of these")


def test_an_open_comparison_follows_another_tab(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    for number in range(2):
        page.locator(".rows .mark").nth(number).click()
    page.get_by_role("button", name="Marked (2)").click()
    heads = page.get_by_role("dialog").get_by_role("columnheader")
    expect(heads).to_have_count(2)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".is-interactive").wait_for()
    other.locator(".rows .mark").nth(2).click()
    expect(heads).to_have_count(3)
    other.locator(".rows .mark").first.click()
    expect(heads).to_have_count(2)
    other.evaluate("localStorage.clear()")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is marked.")
