"""The main path through the catalog in another browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.browser.bidi import FIREFOX, Firefox
from tests.browser.catalog_page import FIRST_ROWS, ROWS_PER_PAGE, expected_titles
from tests.catalog_index import read_datasets
from tests.pages_server import PagesServer
from tests.sites import BuiltSite

TITLES = "[...document.querySelectorAll('.rows .row h2')].map(title => title.textContent)"


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    if not FIREFOX.exists():
        pytest.skip(f"Firefox is not installed at {FIREFOX}: `make test` installs it")
    with Firefox(tmp_path / "profile") as browser:
        browser.resize(1280, 900)
        yield browser


def test_filter_search_page_mark_and_go_back(firefox: Firefox, built_site: BuiltSite, site_server: PagesServer) -> None:
    datasets = read_datasets(built_site.output)
    expected = partial(expected_titles, datasets)

    def shows(titles: list[str]) -> None:
        first, whole = (json.dumps(json.dumps(part, ensure_ascii=False)) for part in (titles[:FIRST_ROWS], titles))
        firefox.until(f"JSON.stringify({TITLES}.slice(0, {FIRST_ROWS})) === JSON.stringify(JSON.parse({first}))")
        # The end of a list may be offered a moment after its first rows: it is gone to until all rows are here.
        end = "document.querySelector('.more button')?.scrollIntoView()"
        firefox.until(f"({end}, JSON.stringify({TITLES}) === JSON.stringify(JSON.parse({whole})))")
        firefox.evaluate("scrollTo(0, 0)")

    firefox.open(f"{site_server.url}catalog/")
    firefox.until("document.querySelector('.is-interactive') !== null")
    shows(expected()[:ROWS_PER_PAGE])

    labels = "[...document.querySelectorAll('[data-facet=domain] label')]"
    firefox.click(f"{labels}.find(label => label.innerText.startsWith('Healthcare'))")
    shows(expected(domain=("healthcare",)))
    firefox.until("location.search === '?domain=healthcare'")

    firefox.click("document.querySelector('[data-facet=modality] label')")
    shows(expected(domain=("healthcare",), modality=("text",)))
    count = len(expected(domain=("healthcare",), modality=("text",)))
    firefox.until(f"document.querySelector('.status').textContent === '{count} datasets, 2 active filters'")

    firefox.back()
    shows(expected(domain=("healthcare",)))
    firefox.back()
    shows(expected()[:ROWS_PER_PAGE])

    firefox.press("/", "photonic")
    firefox.until("document.querySelector('.rows mark')?.textContent === 'Photonic'")
    firefox.until("location.search === '?q=photonic'")
    firefox.until("document.querySelector('.suggestions li') !== null")
    firefox.press("Escape", "ArrowDown")
    firefox.until("document.activeElement.closest('.row') !== null")
    firefox.press("ArrowUp", "Escape")
    shows(expected()[:ROWS_PER_PAGE])

    firefox.click("document.querySelector('.pages [data-page=\"2\"]')")
    shows(expected()[ROWS_PER_PAGE : 2 * ROWS_PER_PAGE])

    firefox.click("document.querySelector('.row .mark')")
    firefox.click("document.querySelector('.open-basket')")
    firefox.until("document.querySelector('.panel table') !== null")
    marked = firefox.evaluate("document.querySelector('.panel thead a').textContent")
    assert marked == expected()[ROWS_PER_PAGE]
    firefox.press("Escape")
    firefox.until("document.querySelector('.panel') === null")
