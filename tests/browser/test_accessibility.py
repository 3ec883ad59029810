"""axe finds no violation, and the Nu HTML checker no error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.html_checker import find_html_errors, is_html_checker_installed
from tests.pages_server import PagesServer
from tests.sites import PROJECT, BuiltSite

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
AXE_RUN = "async () => (await axe.run({ rules: { 'target-size': { enabled: true } } })).violations"
PAGES = (
    "",
    "catalog/",
    "catalog/?domain=healthcare&modality=text",
    "catalog/?q=zzzzzz&domain=healthcare",
    "catalog/language/en/",
    "contribute/",
    "contribute/domains/",
    "requirements/",
    "requirements/card-template/",
    "404.html",
    "datasets/example-org/tides.html",
    "datasets/example-org/hostile.html",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 800}


@pytest.mark.parametrize("settings", [{"viewport": DESKTOP}, {"viewport": PHONE, "color_scheme": "dark"}], ids=str)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(
    path: str, settings: dict[str, Any], site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` installs it")
    # The site's own policy would keep the checker's script out.
    page = new_context(bypass_csp=True, **settings).new_page()
    page.goto(site_server.url + path)
    if path.startswith("catalog/") and "language" not in path:
        page.locator(".is-interactive").wait_for()
        page.locator(".catalog [aria-busy]").first.wait_for(state="detached")
    page.add_script_tag(path=AXE)
    violations = page.evaluate(AXE_RUN)
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []


@pytest.mark.parametrize("settings", [{"viewport": DESKTOP, "color_scheme": "dark"}, {"viewport": PHONE}], ids=str)
def test_axe_finds_no_violation_in_what_opens_in_the_catalog(
    settings: dict[str, Any], site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` installs it")
    page = new_context(bypass_csp=True, **settings).new_page()
    page.goto(f"{site_server.url}catalog/?q=data&domain=healthcare")
    page.locator(".is-interactive").wait_for()
    page.add_script_tag(path=AXE)

    def violations() -> list[Any]:
        page.locator(".catalog [aria-busy]").first.wait_for(state="detached")
        found = page.evaluate(AXE_RUN)
        return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

    page.locator("#q").fill("germ")
    page.get_by_role("option", name="Language: German").wait_for()
    page.keyboard.press("ArrowDown")
    assert violations() == []
    page.keyboard.press("Escape")
    page.locator("#q").fill("data")
    page.locator(".rows .mark").first.click()
    if settings["viewport"] == PHONE:
        page.get_by_role("button", name="Filters").click()
    page.evaluate("document.querySelectorAll('.facets details').forEach(details => { details.open = true; })")
    page.locator("[data-facet=change] fieldset").wait_for()
    page.get_by_label("Find a value of language").fill("e")
    page.locator("[data-facet=language] .values label:visible").first.wait_for()
    assert violations() == []
    if settings["viewport"] == PHONE:
        page.get_by_role("dialog").get_by_role("button", name="Show ").click()
    page.get_by_role("button", name="Marked (1)").click()
    page.locator(".panel table").wait_for()
    assert violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_nu_html_checker_finds_no_error(built_site: BuiltSite) -> None:
    if not is_html_checker_installed():
        pytest.skip("the Nu HTML checker or Java is not installed: `make test` installs both")
    assert find_html_errors(built_site.output, "--also-check-css", "--also-check-svg") == []
