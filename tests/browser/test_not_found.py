"""The page for addresses that do not exist, and the Hub's spelling of those that do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.pages_server import PagesServer

NewContext = Callable[..., BrowserContext]


@pytest.mark.parametrize("spelling", ["datasets/ServiceNow/RepLiQA", "datasets/servicenow/REPLIQA/tree/main?a=b"])
def test_the_hubs_spelling_of_an_address_leads_to_the_page(
    spelling: str, sub_path_server: PagesServer, new_context: NewContext
) -> None:
    page = new_context().new_page()
    page.goto(sub_path_server.url + spelling)
    query = spelling.partition("?")[2]
    wanted = f"{sub_path_server.url}datasets/servicenow/repliqa.html"
    expect(page).to_have_url(f"{wanted}?{query}" if query else wanted)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Page not found")


def test_a_dataset_that_is_not_there_is_named_and_can_be_searched_for(
    site_server: PagesServer, new_context: NewContext
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}datasets/Some-One/No-Such-Data")
    expect(page.get_by_role("status")).to_contain_text("no page at the address of Some-One/No-Such-Data")
    expect(page.get_by_role("searchbox")).to_have_value("No-Such-Data")


def test_no_answer_of_the_server_is_not_taken_for_a_no(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.route("**/*.html", lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{site_server.url}datasets/Example-Org/Tides")
    expect(page.get_by_role("status")).to_contain_text("could not be found out")


def test_other_addresses_are_not_taken_for_datasets(site_server: PagesServer, new_context: NewContext) -> None:
    page = new_context().new_page()
    with page.expect_response("**/not-found-addresses.*.js"):
        page.goto(f"{site_server.url}nowhere/at/all")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("searchbox")).to_have_value("")
