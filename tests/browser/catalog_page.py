"""The catalog as a visitor uses it, and the same answers counted in Python from the same file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ROWS_PER_PAGE = 50


@dataclass
class CatalogPage:
    """The page at ``/catalog/``; `datasets` is what its script read."""

    page: Page
    datasets: list[dict[str, Any]]

    @property
    def titles(self) -> list[str]:
        """Of the rows that are shown."""
        return self.page.locator(".rows .row h2").all_inner_texts()

    @property
    def count(self) -> str:
        """What the live region says."""
        return self.page.get_by_role("status").inner_text()

    @property
    def query(self) -> str:
        """The part of the address from its question mark on."""
        return str(self.page.evaluate("location.search"))

    def checkbox(self, facet: str, value: str) -> Locator:
        group = self.page.get_by_role("group", name=facet, exact=True)
        return group.get_by_role("checkbox", name=value)

    def open_facet(self, facet: str) -> None:
        details = self.page.locator("details", has=self.page.get_by_text(facet, exact=True)).first
        if details.get_attribute("open") is None:
            details.locator("summary").click()

    def choose(self, facet: str, value: str) -> None:
        self.open_facet(facet)
        self.checkbox(facet, value).check()

    def expected(self, **wanted: tuple[str, ...]) -> list[str]:
        """Titles, in rank order, of datasets that have one of the values in every facet."""
        return [
            dataset["title"]
            for dataset in self.datasets
            if all(set(values) & set(dataset[facet] or ["none-stated"]) for facet, values in wanted.items())
        ]


def read_datasets(output: Path) -> list[dict[str, Any]]:
    """The rows of the file that the catalog's script reads."""
    (file,) = (output / "assets").glob("catalog.*.json")
    document = json.loads(file.read_text("utf-8"))
    return [dict(zip(document["columns"], row, strict=True)) for row in document["datasets"]]
