"""axe finds no violation, and the Nu HTML checker no error."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages_server import PagesServer
from tests.sites import PROJECT, BuiltSite

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
CHECKER = PROJECT / "node_modules/vnu-jar/build/dist/vnu.jar"
PAGES = (
    "",
    "catalog/",
    "catalog/?domain=healthcare&modality=text",
    "catalog/?q=zzzzzz&domain=healthcare",
    "catalog/language/en/",
    "contribute/",
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
    page.add_script_tag(path=AXE)
    violations = page.evaluate("async () => (await axe.run()).violations")
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []


def test_the_nu_html_checker_finds_no_error(built_site: BuiltSite) -> None:
    if not CHECKER.exists() or shutil.which("java") is None:
        pytest.skip("the Nu HTML checker or Java is not installed: `make test` installs both")
    kinds = ["--skip-non-html", "--also-check-css", "--also-check-svg"]
    command = ["java", "-jar", CHECKER, "--errors-only", *kinds, "--format", "json", built_site.output]
    checked = subprocess.run(command, capture_output=True, check=False)
    messages = json.loads(checked.stderr)["messages"]
    assert [(found.get("url"), found["message"], found.get("extract")) for found in messages] == []
