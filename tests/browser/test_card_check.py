"""The check of a dataset card in the browser, as contributors use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.pages_server import PagesServer
from tests.sites import PROJECT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
COMPLETE = (PROJECT / "tests/cards/complete.md").read_text("utf-8")
LACKING = COMPLETE.replace("A sine wave with noise, rounded to centimetres.", "[More Information Needed]")
LACKING = LACKING.replace("pretty_name: Tides", "pretty_name: <img src=x> Tides")
HUB = "https://huggingface.co/**"
COMPLETE_ALL_THE_SAME = ("a megabyte of text", "ten megabytes", "ten thousand headings")
Open = Callable[..., "Page"]


@pytest.fixture
def open_check(site_server: PagesServer, new_context: Callable[..., BrowserContext]) -> Open:
    def open_page(**settings: object) -> Page:
        page = new_context(**settings).new_page()
        page.goto(f"{site_server.url}contribute/check/")
        page.locator("form.card-check:visible").wait_for()
        return page

    return open_page


def result(page: Page) -> Locator:
    found = page.locator(".card-ledger:visible")
    found.wait_for()
    return found


def choose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/markdown", "buffer": content}
    page.get_by_label("A file: .md, .markdown or .txt").set_input_files([file])  # type: ignore[list-item]


def test_a_file_shows_its_ledger_with_lines_and_remedies(open_check: Open) -> None:
    page = open_check(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    choose(page, "README.md", LACKING.encode())
    ledger = result(page)
    heading = ledger.get_by_role("heading", level=2)
    assert heading.inner_text() == "README.md: 20 of 21 required met, 1 not met"
    assert heading.evaluate("node => node === document.activeElement")
    first = ledger.locator("li").first
    assert first.inner_text().startswith("✗ Collection and processing")
    assert "line 75" in first.inner_text()
    assert "To meet it: Fill in the section “Data Collection and Processing”." in first.inner_text()
    assert not ledger.locator("img").count()
    assert all(line.startswith("GET ") and "README" not in line for line in asked), "nothing of the card is sent"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_text_is_checked_by_keyboard(open_check: Open) -> None:
    page = open_check()
    page.get_by_label("Or the text of the card").fill(COMPLETE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert result(page).get_by_role("heading", level=2).inner_text() == "Your text: 21 of 21 required met"


def test_a_dataset_of_the_hub_is_fetched_or_the_page_says_why_not(open_check: Open) -> None:
    page = open_check()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("https://huggingface.co/datasets/")
        assert "referer" not in route.request.headers
        status = {"a/b/resolve/main/README.md": 200, "a/gone/resolve/main/README.md": 404}.get(path, 403)
        route.fulfill(status=status, body=COMPLETE, headers={"access-control-allow-origin": "*"})

    page.route(HUB, answer)
    name = page.get_by_label("Or a dataset on Hugging Face")
    name.fill("https://huggingface.co/datasets/a/b/tree/main?x=1")
    name.press("Enter")
    assert result(page).get_by_role("heading", level=2).inner_text() == "a/b: 21 of 21 required met"
    status = page.get_by_role("status")
    for text, said in {
        "a/gone": "Hugging Face has no dataset a/gone, or no card of it.",
        "a/gated": "only to people with access",
        "no id!": "Write the id of a dataset as owner/name",
    }.items():
        name.fill(text)
        name.press("Enter")
        status.get_by_text(said).wait_for()
    page.unroute(HUB)
    page.route(HUB, lambda route: route.abort())
    name.fill("a/b")
    name.press("Enter")
    status.get_by_text("Your browser could not reach Hugging Face.").wait_for()
    name.fill("")
    name.press("Enter")
    status.get_by_text("Choose a file, paste the text of a card, or name a dataset.").wait_for()


def test_hostile_cards_do_no_harm_and_leave_the_page_quick(open_check: Open) -> None:
    page = open_check()
    cards = {
        "a megabyte of text": (COMPLETE + "word " * 190_000).encode(),
        "ten megabytes": COMPLETE.encode() + b"word " * 2_000_000,
        "ten thousand headings": (COMPLETE + "# h\n\ntext\n\n" * 10_000).encode(),
        "aliases without end": b"---\na: &a [x, x, x]\n" + b"b: &b [*a, *a, *a, *a]\n" * 5_000 + b"---\n",
        "deep nesting": b"---\na: " + b"[" * 3_000 + b"\n---\n",
        "not UTF-8": b"---\nlicense: mit\n---\n\xff\xfe\xfa",
        "a list": b"---\n- a\n---\n# x\n",
        "nothing": b"",
    }
    for name, content in cards.items():
        choose(page, "card.md", content)
        heading = page.get_by_role("heading", name="card.md: ")
        heading.wait_for(timeout=60_000)
        words = heading.inner_text()
        assert "not met" in words or "unknown" in words or name in COMPLETE_ALL_THE_SAME
        heading.evaluate("node => { node.textContent = ''; }")
    assert len(page.workers) == 1, "off the main thread"
    choose(page, "card.exe", b"x")
    page.get_by_role("status").get_by_text("Choose a .md, .markdown or .txt file.").wait_for()
    choose(page, "card.md", COMPLETE.encode())
    page.get_by_role("heading", name="card.md: 21 of 21 required met").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(open_check: Open, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` installs it")
    page = open_check(bypass_csp=True, color_scheme=scheme)
    page.add_script_tag(path=AXE)
    choose(page, "README.md", LACKING.encode())
    result(page)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_only_this_page_may_ask_another_host(site_server: PagesServer, open_check: Open) -> None:
    page = open_check()
    policy = "meta[http-equiv=Content-Security-Policy]"
    assert "connect-src 'self' https://huggingface.co;" in (page.locator(policy).get_attribute("content") or "")
    page.goto(f"{site_server.url}contribute/")
    assert "huggingface" not in (page.locator(policy).get_attribute("content") or "")
