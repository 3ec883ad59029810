"""A field and a facet are one row each: a copy of the program gets both, and a visitor finds them everywhere."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.catalog_page import CatalogPage
from tests.catalog_index import read_datasets
from tests.pages_server import PagesServer
from tests.sites import PROJECT, environment, make_small_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

FIELD = """\
    year_created: Sourced[Term] | None = row(
        "Year created", term("years"), stated=Text, meaning="the year in which it was made, a term of `years`"
    )
"""
FACET = """\
    year_created: str | None = facet("year", "Year created")
"""
VOCABULARY = """\
title: Years
groups:
  - {id: teens, title: The tens}
  - {id: twenties, title: The twenties}
terms:
  - {id: "2019", title: Year 2019, group: teens}
  - {id: "2024", title: Year 2024, group: twenties}
"""
YEARS = {"rain": "2019", "snow": "2024", "hail": "2024"}


def add_row(file: Path, next_row: str, row: str) -> None:
    """Writes a row above the one of the attribute `next_row`."""
    text = file.read_text("utf-8")
    following = f"    {next_row}: "
    assert text.count(following) == 1, f"{file.name} changed"
    file.write_text(text.replace(following, row + following), "utf-8")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that knows the field, the facet and their vocabulary."""
    program = tmp_path_factory.mktemp("program")
    for folder in ("otdi_site", "templates", "site_src", "catalog_data/vocabulary"):
        shutil.copytree(PROJECT / folder, program / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("build.py", "docs/handbook.md", "tests/handbook_tables.py"):
        (program / file).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / file, program / file)
    model = program / "otdi_site/model"
    add_row(model / "fields.py", "contact", FIELD)
    add_row(model / "facets.py", "hosting", FACET)
    (program / "catalog_data/vocabulary/years.yaml").write_text(VOCABULARY, "utf-8")
    return program


@pytest.fixture(scope="module")
def output(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site with three more datasets, as that program builds it."""
    entry = "title: Set of {0}\nurl: https://example.org/{0}\nyear_created: '{1}'\n"
    files = {f"catalog_data/datasets/lab/{name}.yaml": entry.format(name, year) for name, year in YEARS.items()}
    root = make_small_site(tmp_path_factory.mktemp("site"), files)
    done = subprocess.run(
        [sys.executable, program / "build.py", "--offline", "--root", root],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "_site"


@pytest.fixture
def catalog(output: Path, new_context: Callable[..., BrowserContext]) -> Iterator[CatalogPage]:
    """The catalogue's page, opened in a browser."""
    server = PagesServer(output)
    with server:
        page = new_context().new_page()
        page.goto(f"{server.origin}/catalog/")
        page.locator(".is-interactive").wait_for()
        yield CatalogPage(page, read_datasets(output))


def test_the_page_of_a_dataset_states_it_and_links_to_its_list(output: Path) -> None:
    page = (output / "datasets/lab/snow.html").read_text("utf-8")
    assert 'Year created<dd><a href="/catalog/year/2024/">Year 2024</a>' in page
    wells = (output / "datasets/example-org/wells.html").read_text("utf-8")
    assert "year created" in wells, "among what no source states"


def test_each_value_has_a_list(output: Path) -> None:
    listed = (output / "catalog/year/2024/index.html").read_text("utf-8")
    assert [name for name in YEARS if f"Set of {name}" in listed] == ["snow", "hail"]
    assert "/catalog/year/2019/" in listed, "the other value"
    assert "/catalog/year/2024/" in (output / "sitemap.xml").read_text("utf-8")


def test_a_visitor_filters_compares_and_exports_by_it(catalog: CatalogPage) -> None:
    page = catalog.page
    catalog.choose("Year created", "Year 2024")
    catalog.expect_query("?year=2024")
    catalog.expect(catalog.expected(year=("2024",)))
    assert len(catalog.titles) == 2
    assert page.get_by_role("group", name="Year created").get_by_text("The twenties").count() == 1
    for title in catalog.titles:
        page.get_by_role("button", name=f"Mark {title}", exact=True).click()
    page.get_by_role("button", name="Marked (2)").click()
    panel = page.get_by_role("dialog", name="Marked datasets")
    cells = panel.get_by_role("row", name="Year created").get_by_role("cell")
    cells.first.wait_for()
    assert cells.all_text_contents() == ["Year 2024"] * 2
    with page.expect_download() as download:
        panel.get_by_role("button", name="CSV").click()
    lines = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [line["year_created"] for line in lines] == ["Year 2024"] * 2
    with page.expect_download() as download:
        panel.get_by_role("button", name="JSON").click()
    datasets = json.loads(download.value.path().read_text("utf-8"))["datasets"]
    assert [dataset["year_created"] for dataset in datasets] == [["2024"]] * 2


def test_the_schema_of_entries_offers_its_terms(output: Path) -> None:
    schema = json.loads((output / "api/entry.schema.json").read_text("utf-8"))
    year = schema["properties"]["year_created"]
    assert "the year in which it was made" in year["description"]
    assert "2019" in json.dumps(year)


def test_the_tables_of_the_handbook_have_it(program: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.handbook_tables"], cwd=program, check=True)
    handbook = (program / "docs/handbook.md").read_text("utf-8")
    assert "| `year_created` | the year in which it was made, a term of `years` |" in handbook
    assert "| Year created | `year_created` |  | `year` |" in handbook
    assert "| Year created | `year` | one | `/catalog/year/…/` | yes |" in handbook
