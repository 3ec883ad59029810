"""What many tests share: built sites, servers that show them, and a browser."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import warm_start
from tests.builds import IS_THOROUGH
from tests.hub_server import HubServer
from tests.pages_server import PagesServer
from tests.sites import BuiltSite, build_site, change_config, copy_site, hub_ids, make_small_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# In the background a shell ignores Ctrl-C, and so would all programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test may fail for the slowness of a machine, and the same examples are tried everywhere.
settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")

PATIENCE = 120_000
"""Milliseconds within which a page does what it is to do, on the slowest machine."""
CHROMIUM = Path("/usr/bin/chromium")
COLLECTION = "aialliance/open-trusted-data-catalog-66d21b3cb66342762fb6108e"

SLOWEST = (
    "end_to_end/test_edit_sequences.py",
    "end_to_end/test_mutilations.py",
    "crash/test_build_killed.py",
    "end_to_end/test_hub_files.py",
    "end_to_end/test_refresh_killed.py",
    "end_to_end/test_full_disk.py",
    "browser/test_hostile_metadata.py",
    "unit/pipeline/test_incremental.py",
    "crash/test_publish_killed.py",
    "end_to_end/test_serve.py",
    "end_to_end/test_interruption.py",
)
"""Files with a few long tests: they come first, so that no process is left alone with one at the end."""


@pytest.hookimpl(tryfirst=True)  # before the plugin reads its options
def pytest_configure(config: pytest.Config) -> None:
    if IS_THOROUGH:  # proofs at full length take as long as they take
        config.option.timeout = 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).parent
    places = {folder / name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture
def site_root(tmp_path: Path) -> Path:
    """The project's own site, to be changed at will."""
    return copy_site(tmp_path / "site")


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """A site that builds in a moment, to be changed at will."""
    return make_small_site(tmp_path / "site")


@pytest.fixture(name="warm_start")
def start_warm() -> Iterator[None]:
    """Lets builds in this process parse and compile anew only templates that no build before had, as they were."""
    if IS_THOROUGH:
        yield
        return
    warm_start.prepare()
    with warm_start.using():
        yield


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The project's own site at the top of a host, with live metadata of a Hub that knows its datasets.

    What that Hub says is invented. A few datasets are in its collection alone, one of them hostile.
    """
    root = copy_site(tmp_path_factory.mktemp("built") / "site")
    with HubServer(quota=None) as hub:
        for position, hub_id in enumerate(hub_ids(root)):
            hub.add_dataset(hub_id, gated="auto" if position % 5 == 0 else False)
        hub.add_dataset("example-org/tides", downloads=123456, likes=78, lastModified="2025-11-12T10:00:00.000Z")
        hub.add_dataset("example-org/bare", tags=[], cardData=None, description=None, viewer=None)
        hub.add_dataset(
            "example-org/hostile",
            description='<script>alert(1)</script> & "quoted" <img src=x onerror=alert(2)> \u202emirrored',
            tags=['language:"><b>', "license:<i>", "modality:text", "'; drop table"],
            cardData={"pretty_name": "</title><script>alert(3)</script>", "license": "<u>"},
        )
        hub.add_collection(COLLECTION, ["example-org/tides", "example-org/bare", "example-org/hostile"])
        change_config(root, metadata={"max_requests": 2000})
        built = build_site(root, base_url="https://data.example.org/", variables={"HF_ENDPOINT": hub.url})
    assert built.run.status == 0, built.run.output + built.run.errors
    return built


@pytest.fixture(scope="session")
def sub_path_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The project's own site below a path, without live metadata."""
    root = copy_site(tmp_path_factory.mktemp("below") / "site")
    built = build_site(root, "--offline", base_url="https://example.org/sub/path/")
    assert built.run.status == 0, built.run.output + built.run.errors
    return built


@pytest.fixture(scope="session")
def serve_pages() -> Iterator[Callable[[Path, str], PagesServer]]:
    """Serves folders until the session ends: a folder and its base path to a running server."""
    with ExitStack() as stack:
        yield lambda folder, base_path="/": stack.enter_context(PagesServer(folder, base_path))


@pytest.fixture(scope="session")
def site_server(built_site: BuiltSite, serve_pages: Callable[[Path, str], PagesServer]) -> PagesServer:
    """`built_site`, as the web sees it."""
    return serve_pages(built_site.output, built_site.base_path)


@pytest.fixture(scope="session")
def sub_path_server(sub_path_site: BuiltSite, serve_pages: Callable[[Path, str], PagesServer]) -> PagesServer:
    """`sub_path_site`, as the web sees it."""
    return serve_pages(sub_path_site.output, sub_path_site.base_path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, that asks no host of its own accord."""
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not installed at {CHROMIUM}: `make test` installs it")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    arguments = ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes visitors of their own: keywords are those of Playwright's `Browser.new_context`."""
    with ExitStack() as stack:

        def make(**settings: object) -> BrowserContext:
            context = browser.new_context(**settings)  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE)
            stack.callback(context.close)
            return context

        yield make
