"""The catalog as a visitor uses it, and the same answers counted in Python from the published data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.catalog_index import UNSTATED

ROWS_PER_PAGE = 50
FIRST_ROWS = 10
"""What a list begins with; the others of its page come when somebody gets near its end."""


@dataclass
class CatalogPage:
    """The page at ``/catalog/``; `datasets` is what its script can know."""

    page: Page
    datasets: list[dict[str, Any]]

    @property
    def titles(self) -> list[str]:
        """Of the rows of this page of the list, once they are all here."""
        self.settle()
        self.show_more()
        return self.page.locator(".rows .row h2").all_text_contents()

    def settle(self) -> None:
        """Waits until everything asked for is shown."""
        self.page.locator(".catalog [aria-busy]").first.wait_for(state="detached")

    def show_more(self) -> None:
        """Goes to the end of the list, and waits for what comes then."""
        self.page.evaluate("document.querySelector('.more button')?.scrollIntoView()")
        self.page.locator(".more button").wait_for(state="hidden")

    def expect(self, titles: list[str]) -> None:
        """Waits until the list shows these datasets."""
        rows = self.page.locator(".rows .row h2")
        for number, title in enumerate(titles[:FIRST_ROWS]):
            expect(rows.nth(number)).to_have_text(title)
        self.settle()
        self.show_more()
        expect(rows).to_have_text(titles)

    def expect_count(self, text: str) -> None:
        """Waits until this stands above the list."""
        expect(self.page.locator(".results .count")).to_have_text(text)

    def expect_query(self, query: str) -> None:
        """Waits until the address of the page ends so: with a question mark and what follows it, or with nothing."""
        self.page.wait_for_function("query => location.search === query", arg=query)

    def checkbox(self, facet: str, value: str) -> Locator:
        group = self.page.get_by_role("group", name=facet, exact=True)
        return group.get_by_role("checkbox", name=value)

    def number_of(self, facet: str, value: str) -> int:
        """What the filter says that choosing the value would find."""
        self.checkbox(facet, value).wait_for()
        self.settle()
        group = self.page.get_by_role("group", name=facet, exact=True)
        label = group.locator("label").filter(has=self.page.get_by_role("checkbox", name=value))
        label.scroll_into_view_if_needed()
        details = self.page.locator(".facets details", has=label)
        self.page.wait_for_function("details => !details.matches('.is-old')", arg=details.element_handle())
        return int(label.locator(".number").inner_text().replace(",", ""))

    def open_facet(self, facet: str) -> None:
        details = self.page.locator(".facets details", has=self.page.get_by_text(facet, exact=True)).first
        if details.get_attribute("open") is None:
            details.locator("summary").click()
        details.locator("fieldset").wait_for()
        self.settle()

    def choose(self, facet: str, value: str) -> None:
        self.open_facet(facet)
        self.checkbox(facet, value).check()

    def expected(self, **wanted: tuple[str, ...]) -> list[str]:
        """Titles, in rank order, of datasets that have one of the values in every facet."""
        return expected_titles(self.datasets, **wanted)


def expected_titles(datasets: list[dict[str, Any]], **wanted: tuple[str, ...]) -> list[str]:
    """Titles, in rank order, of datasets that have one of the values in every facet."""
    return [
        dataset["title"]
        for dataset in datasets
        if all(set(values) & set(dataset[facet]) for facet, values in wanted.items())
    ]


__all__ = ["FIRST_ROWS", "ROWS_PER_PAGE", "UNSTATED", "CatalogPage", "expected_titles"]
