"""The catalog's page, opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.catalog_page import CatalogPage
from tests.catalog_index import read_datasets
from tests.pages_server import PagesServer
from tests.sites import BuiltSite

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Open = Callable[..., CatalogPage]


@pytest.fixture
def open_catalog(built_site: BuiltSite, site_server: PagesServer, new_context: Callable[..., BrowserContext]) -> Open:
    """Opens the catalog with a query; keywords are those of a new browser context."""
    datasets = read_datasets(built_site.output)

    def open_page(query: str = "", **settings: object) -> CatalogPage:
        page = new_context(**settings).new_page()
        page.goto(f"{site_server.url}catalog/{query}")
        page.locator(".is-interactive").wait_for()
        return CatalogPage(page, datasets)

    return open_page
