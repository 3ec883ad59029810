"""What a finger, a phone's keyboard, forced colours and a browser without scripts need."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open
from tests.pages_server import PagesServer
from tests.sites import build_site, make_small_site, pages_of

NewContext = Callable[..., BrowserContext]
PHONE = {"width": 390, "height": 800}
PAGES_WITH_FIELDS = ("", "catalog/", "contribute/", "contribute/check/", "404.html")


def _open(new_context: NewContext, url: str, **settings: object) -> Page:
    page = new_context(**settings).new_page()
    page.goto(url)
    return page


def test_marks_of_sources_are_24_pixels_each_way_and_move_no_line(
    site_server: PagesServer, new_context: NewContext
) -> None:
    page = _open(new_context, f"{site_server.url}datasets/example-org/tides.html", bypass_csp=True)
    boxes = page.evaluate("""[...document.querySelectorAll(".dataset [href^='#s']")].map((mark) => {
        const { left, right, top, bottom } = mark.getBoundingClientRect();
        return [left, right, top, bottom];
    })""")
    assert boxes
    assert min(right - left for left, right, _, _ in boxes) >= 24
    assert min(bottom - top for _, _, top, bottom in boxes) >= 24
    overlaps = [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if min(one[1], other[1]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[2], other[2])
    ]
    assert overlaps == []
    heights = "[...document.querySelectorAll('.facts dd')].map((each) => each.getBoundingClientRect().height)"
    before = page.evaluate(heights)
    page.add_style_tag(content=".dataset [href^='#s'] { min-height: 0 !important; line-height: 0 !important; }")
    assert page.evaluate(heights) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("path", PAGES_WITH_FIELDS)
def test_no_field_makes_a_phone_zoom(path: str, site_server: PagesServer, new_context: NewContext) -> None:
    page = _open(new_context, site_server.url + path, viewport=PHONE)
    if path == "catalog/":
        page.locator(".is-interactive").wait_for()
        page.get_by_role("button", name="Filters").click()
        page.locator(".find-value").first.wait_for()
    fields = "input:not([type=checkbox], [type=radio]), select, textarea"
    small = page.locator(fields).evaluate_all("""fields => fields
        .filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.outerHTML)""")
    assert small == []


def test_keyboards_of_phones_say_what_enter_does(
    open_catalog: Open, site_server: PagesServer, new_context: NewContext
) -> None:
    home = _open(new_context, site_server.url)
    expect(home.get_by_label("Search the catalogue")).to_have_attribute("enterkeyhint", "search")
    finder = open_catalog().page.locator(".find-value").first
    expect(finder).to_have_attribute("enterkeyhint", "done")


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE], ids=str)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_current_is_told_apart_in_forced_colours(
    scheme: str, viewport: dict[str, int], site_server: PagesServer, new_context: NewContext
) -> None:
    settings = {"forced_colors": "active", "color_scheme": scheme, "viewport": viewport}
    page = _open(new_context, f"{site_server.url}about/", **settings)
    if viewport == PHONE:
        page.get_by_text("Menu", exact=True).click()
    line = "each => [getComputedStyle(each).borderBottomColor, getComputedStyle(each).borderBottomWidth]"
    current = page.locator(".site-header nav [aria-current]").evaluate(line)
    others = {tuple(link.evaluate(line)) for link in page.locator(".site-header nav a:not([aria-current])").all()}
    assert tuple(current) not in others
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert current[0] != ground


def test_the_current_page_of_a_list_is_told_apart_in_forced_colours(
    site_server: PagesServer, new_context: NewContext
) -> None:
    page = _open(new_context, f"{site_server.url}catalog/modality/text/", forced_colors="active")
    line = "each => [getComputedStyle(each).borderTopColor, getComputedStyle(each).borderTopWidth]"
    pages = page.locator(".pages a")
    [current] = [link.evaluate(line) for link in pages.all() if link.get_attribute("aria-current")]
    assert current not in [link.evaluate(line) for link in pages.all() if not link.get_attribute("aria-current")]


@pytest.mark.parametrize("path", ["", "404.html"])
def test_without_scripts_there_is_a_link_in_place_of_a_search_that_would_not_search(
    path: str, site_server: PagesServer, new_context: NewContext
) -> None:
    page = _open(new_context, site_server.url + path, java_script_enabled=False)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_role("link", name="Browse the catalogue", exact=True).click()
    expect(page).to_have_url(f"{site_server.url}catalog/")
    with_scripts = _open(new_context, site_server.url + path)
    expect(with_scripts.get_by_role("searchbox")).to_be_visible()
    expect(with_scripts.get_by_role("link", name="Browse the catalogue", exact=True)).to_be_hidden()


@pytest.mark.parametrize(("scheme", "token"), [("light", "--accent"), ("dark", "--band")])
def test_the_frame_of_the_browser_has_a_colour_of_the_site(
    scheme: str, token: str, site_server: PagesServer, new_context: NewContext
) -> None:
    page = _open(new_context, site_server.url, color_scheme=scheme)
    colours = page.evaluate("""[...document.querySelectorAll("meta[name=theme-color]")]
        .filter((each) => each.media === "" || matchMedia(each.media).matches).map((each) => each.content)""")
    assert colours == [page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('{token}')")]


def test_one_of_something_is_not_said_to_be_several(tmp_path: Path) -> None:
    built = build_site(make_small_site(tmp_path / "site"), "--offline", base_url="https://data.example.org/")
    assert built.run.status == 0, built.run.output + built.run.errors
    wrong = [
        (page.relative_to(built.output).as_posix(), found)
        for page in pages_of(built.output / "catalog")
        if page.parent.name != "catalog"
        for found in re.findall(
            r"(?<![\d,.])1(?:</b>)? (?:datasets|downloads|likes|languages)\b", page.read_text("utf-8")
        )
    ]
    assert wrong == []
