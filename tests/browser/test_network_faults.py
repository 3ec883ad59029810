"""The catalog on a network that drops requests: it never shows a list that is not the answer, and mends itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.catalog_page import FIRST_ROWS, CatalogPage
from tests.catalog_index import read_datasets
from tests.pages_server import PagesServer
from tests.sites import IS_THOROUGH, BuiltSite

QUESTION = "?q=text&language=en"
FAULTS = ("abort", "missing", "truncated", "late")
SHORT = {(3, "abort"), (5, "missing"), (7, "truncated"), (3, "late"), (7, "abort"), (5, "truncated")}


class Faults:
    """Every so many requests for a file of the page or of the index fail in one way, until the network is back."""

    def __init__(self, page: Page, every: int, kind: str) -> None:
        self._every, self._kind = every, kind
        self._count = 0
        self.failed = 0
        self._late: list[Route] = []
        self._is_back = False
        page.route("**/assets/**", self._handle)

    def _handle(self, route: Route) -> None:
        self._count += 1
        if self._is_back or self._count % self._every or not route.request.url.endswith((".js", ".json", ".bin")):
            route.continue_()
            return
        self.failed += 1
        if self._kind == "abort":
            route.abort()
        elif self._kind == "missing":
            route.fulfill(status=404, body="")
        elif self._kind == "truncated":
            body = route.fetch().body()
            route.fulfill(status=200, body=body[: len(body) // 2], content_type="text/javascript")
        else:
            self._late.append(route)

    def end(self) -> None:
        """The network is back, and what was late arrives."""
        self._is_back = True
        for route in self._late:
            route.continue_()


@pytest.mark.parametrize(
    ("every", "kind"),
    [(every, kind) for every in (3, 5, 7) for kind in FAULTS if IS_THOROUGH or (every, kind) in SHORT],
)
def test_no_list_is_shown_that_is_not_the_answer(
    every: int,
    kind: str,
    built_site: BuiltSite,
    site_server: PagesServer,
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    catalog = CatalogPage(page, read_datasets(built_site.output))
    faults = Faults(page, every, kind)
    page.goto(f"{site_server.url}catalog/{QUESTION}", wait_until="commit")
    told = page.locator(".notice:visible").or_(page.get_by_text("Loading…"))
    expect(page.locator(".rows .row:visible").or_(told).first).to_be_visible()
    titles = page.locator(".rows .row:visible h2").all_text_contents()
    assert faults.failed > 0 or kind == "late"
    faults.end()
    page.evaluate("dispatchEvent(new Event('online'))")
    again = page.get_by_role("link", name="load the page again")
    page.locator(".is-interactive").or_(again).first.wait_for()
    if again.is_visible():  # neither of the first two scripts came, so that nothing could hear of the network
        again.click()
    page.locator(".is-interactive").wait_for()
    expect(page.locator(".rows .row")).not_to_have_count(0)
    catalog.settle()
    expect(page.locator(".results .count")).to_contain_text("dataset")
    wanted = page.locator(".rows .row h2").all_text_contents()
    assert set(wanted) <= set(catalog.expected(language=("en",)))
    # What was listed before is the beginning of the answer, or nothing.
    assert titles == wanted[: len(titles)]
    expect(page.locator(".results .notice:visible")).to_have_count(0)
    assert len(wanted) >= FIRST_ROWS


def test_without_the_first_script_the_list_does_not_pose_as_an_answer(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.route("**/assets/catalog-start.*.js", lambda route: route.abort())
    page.goto(f"{site_server.url}catalog/{QUESTION}")
    expect(page.get_by_text("it is not answered yet")).to_be_visible()
    expect(page.locator(".rows .row").first).to_be_hidden()
    page.get_by_role("link", name="all datasets").click()
    expect(page.locator(".rows .row").first).to_be_visible()
