"""Every page in a browser: without scripts, on a phone, by keyboard, with hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.pages_server import PagesServer

NewContext = Callable[..., BrowserContext]
PHONE = {"viewport": {"width": 360, "height": 780}}
PAGES = (
    "",
    "catalog/",
    "catalog/modality/text/",
    "contribute/",
    "requirements/",
    "requirements/card-template/",
    "promote/",
    "trust/",
    "about/",
    "404.html",
    "datasets/example-org/tides.html",
    "datasets/example-org/bare.html",
    "datasets/example-org/hostile.html",
)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(path: str, site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context(**PHONE).new_page()
    page.goto(site_server.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_another_host_or_logs_a_problem(
    path: str, site_server: PagesServer, new_context: NewContext
) -> None:
    page = new_context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(site_server.url + path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(site_server.origin)] == []
    assert said == []


def test_the_menu_of_a_phone_works_without_scripts(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    page.goto(site_server.url)
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    navigation.get_by_role("link", name="Catalog").click()
    expect(page.get_by_role("heading", name="Catalog", level=1)).to_be_visible()


def test_the_contents_of_a_phone_work_without_scripts(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}contribute/")
    page.locator("summary", has_text="On this page").click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Domains").click()
    expect(page).to_have_url(f"{site_server.url}contribute/#domains")


def test_the_first_tab_leads_past_the_header(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}trust/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_be_attached()


def test_every_focused_element_shows_it(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}contribute/")
    for _ in range(25):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_the_contribution_mail(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}contribute/")
    link = page.get_by_role("link", name="Submit a dataset by e-mail").last.get_attribute("href") or ""
    parts = urlsplit(link)
    fields = dict(field.split("=", 1) for field in parts.query.split("&"))
    assert unquote(parts.path) == "data@thealliance.ai"
    assert unquote(fields["subject"]) == "I want to contribute a dataset"
    lines = [
        "Dataset name:",
        "Dataset location (URL): ",
        "I want the Alliance to host it: Yes/No",
        "My email address:",
        "I agree to the terms for contribution: Yes/No",
    ]
    assert unquote(fields["body"]).split("\r\n") == lines


def test_a_block_of_text_can_be_copied(site_server: PagesServer, new_context: NewContext) -> None:
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site_server.url}contribute/")
    block = page.locator("pre", has_text="Dataset location (URL)")
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "Dataset name:",
        "Dataset location (URL): ",
        "I want the Alliance to host it: Yes/No",
        "My email address:",
        "I agree to the terms for contribution: Yes/No",
    ]


def test_no_copy_buttons_without_scripts(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}contribute/")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_the_search_of_the_home_page_leads_to_the_catalog(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(site_server.url)
    page.get_by_label("Search the catalog").fill("tides")
    page.keyboard.press("Enter")
    page.locator(".is-interactive").wait_for()
    expect(page.get_by_label("Search", exact=True)).to_have_value("tides")


def test_the_source_of_facts_is_a_link_to_it(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}datasets/example-org/tides.html")
    page.get_by_role("link", name="the Hugging Face Hub").click()
    expect(page.locator("li:target")).to_contain_text(re.compile("^Hugging Face Hub, read on "))


def test_ways_to_load_are_tabs_on_the_first_screen_of_a_phone_without_scripts(
    site_server: PagesServer, new_context: NewContext
) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}datasets/example-org/tides.html")
    python, polars = page.get_by_text('load_dataset("example-org/tides")').first, page.get_by_text("scan_parquet")
    expect(python).to_be_in_viewport(ratio=1)
    expect(polars).to_be_hidden()
    page.get_by_text("Polars", exact=True).focus()
    page.keyboard.press("Enter")
    expect(polars).to_be_in_viewport(ratio=1)
    expect(python).to_be_hidden()


def test_colours_follow_the_reader(site_server: PagesServer, new_context: NewContext) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        page = new_context(color_scheme=scheme).new_page()
        page.goto(site_server.url)
        backgrounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert backgrounds[0] != backgrounds[1]


def test_links_work_below_a_path(sub_path_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(f"{sub_path_server.url}catalog/")
    page.locator(".is-interactive").wait_for()
    page.locator(".rows h2 a").first.click()
    page.get_by_role("heading", name="Facts").wait_for()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Catalog").click()
    page.locator(".is-interactive").wait_for()
    expect(page).to_have_url(f"{sub_path_server.url}catalog/")
