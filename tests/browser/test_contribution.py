"""The contribution form as contributors use it: by keyboard, on a phone, with wrong answers and odd ones."""

from __future__ import annotations

import email.policy
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml

from otdi_site.pipeline.intake import take_in
from otdi_site.pipeline.request import Outcome, Request
from otdi_site.progress import Progress
from tests.pages_server import PagesServer
from tests.sites import PROJECT, make_small_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
PHONE = {"width": 320, "height": 640}
ODD = 'R&D 100% "é" <b> 🌊 مد وجزر \\n: #'
FILLED = {
    "Dataset name": ODD,
    "Dataset location": "https://huggingface.co/datasets/Example-Org/Tides_1",
    "Languages (optional)": "en, pt-BR",
    "Your e-mail address": "jo@example.org",
    "Or another domain": "Tides & <currents>",
}
Open = Callable[..., "Page"]


@pytest.fixture
def open_form(site_server: PagesServer, new_context: Callable[..., BrowserContext]) -> Open:
    def open_page(**settings: object) -> Page:
        page = new_context(**settings).new_page()
        page.goto(f"{site_server.url}contribute/")
        page.locator("form.contribution:visible").wait_for()
        return page

    return open_page


def fill(page: Page) -> None:
    for label, text in FILLED.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Text", exact=True).check()
    page.get_by_label("Audio", exact=True).check()
    page.get_by_label("Domain (optional)").select_option("marine")
    page.get_by_label("Licence (optional)").select_option("CDLA-Permissive-2.0")
    page.get_by_label("I agree to the terms for contribution").check()


def submit(page: Page) -> Locator:
    page.get_by_role("button", name="Write the contribution").click()
    return page.locator(".contribution-result:visible")


def intake(root: Path, name: str, content: bytes) -> Outcome:
    file = root.parent / name
    file.write_bytes(content)
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    return take_in(request, Progress(), file, is_dry_run=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site without datasets that has the project's form."""
    root = make_small_site(tmp_path / "site")
    shutil.copy(PROJECT / "site.yaml", root)
    shutil.copytree(PROJECT / "catalog_data/vocabulary", root / "catalog_data/vocabulary", dirs_exist_ok=True)
    return root


def test_mail_issue_and_entry_say_the_same_and_intake_reads_them(open_form: Open, root: Path) -> None:
    page = open_form()
    fill(page)
    result = submit(page)
    entry = result.locator('[data-way="entry"] pre').inner_text()
    link = result.get_by_role("link", name="Open the e-mail").get_attribute("href") or ""
    query = parse_qs(urlsplit(link).query, strict_parsing=True)
    text = query["body"][0]
    assert query["subject"] == ["I want to contribute a dataset"]
    assert text.splitlines()[:5] == [
        f"Dataset name: {ODD}",
        f"Dataset location (URL): {FILLED['Dataset location']}",
        "I want the Alliance to host it: No",
        "My email address: jo@example.org",
        "I agree to the terms for contribution: Yes",
    ]
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Subject"] = "jo@example.org", query["subject"][0]
    mail.set_content(text)
    from_mail = intake(root, "mail.eml", mail.as_bytes())
    issue = parse_qs(urlsplit(result.get_by_role("link", name="Open the issue").get_attribute("href") or "").query)
    assert "jo@example.org" not in issue["body"][0]
    from_issue = intake(root, "issue.txt", issue["body"][0].encode())
    with page.expect_download() as download:
        result.get_by_role("link", name="Download it").click()
    assert download.value.suggested_filename == "tides_1.yaml"
    from_entry = intake(root, "entry.yaml", Path(download.value.path()).read_bytes())
    for found in (from_mail, from_issue, from_entry):
        assert found.summary["text"] == entry
    path = "catalog_data/datasets/example-org/tides_1.yaml"
    assert [each.summary["entry"] for each in (from_mail, from_issue, from_entry)] == [path] * 3
    assert from_entry.exit_status == 0
    file = unquote(result.get_by_role("link", name="Open the file on GitHub").get_attribute("href") or "")
    assert f"/new/main?filename={path}&value=# Written by the form" in file


def test_a_card_to_start_from_has_the_answers(open_form: Open) -> None:
    page = open_form()
    fill(page)
    link = submit(page).get_by_role("link", name="Download the card")
    page.locator('[data-way=card] .download[href^="blob:"]').wait_for()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "README.md"
    text = Path(download.value.path()).read_text("utf-8")
    block = yaml.safe_load(text.split("---\n")[1])
    assert block["pretty_name"] == ODD
    assert (block["license"], block["language"]) == ("cdla-permissive-2.0", ["en", "pt-BR"])
    assert block["license_name"].startswith("Community Data License Agreement")
    assert block["tags"] == ["marine", "text", "audio"]
    assert "[More Information Needed]" in text


def test_wrong_answers_are_named_beside_their_fields_and_above(open_form: Open) -> None:
    page = open_form()
    assert not submit(page).count()
    summary = page.locator(".problems")
    assert summary.evaluate("node => node === document.activeElement")
    assert summary.get_by_role("listitem").count() == 6
    summary.get_by_role("link", name="Dataset location").press("Enter")
    field = page.get_by_label("Dataset location", exact=True)
    assert field.evaluate("node => node === document.activeElement")
    wrong = {
        "Dataset location": [
            "http://example.org",
            "https://",
            "example.org/a",
            "javascript:alert(1)",
            "https://a b.org",
        ],
        "Your e-mail address": ["jo", "jo@", "jo@example", "Jo <jo@example.org>", "a@example.org b@example.org"],
        "Languages (optional)": ["English and French", "e", "en_US"],
        "Dataset name": ["x" * 20_000, " \u00a0 "],
    }
    for label, texts in wrong.items():
        for text in texts:
            control = page.get_by_label(label, exact=True)
            control.fill(text)
            described = (control.get_attribute("aria-describedby") or "").split()[-1]
            assert page.locator(f"#{described}").inner_text().strip(), (label, text)
            assert control.get_attribute("aria-invalid") == "true"
    fill(page)
    submit(page).wait_for()
    assert not summary.is_visible()


def test_a_text_too_long_for_a_link_says_so_and_offers_the_others(open_form: Open) -> None:
    page = open_form()
    fill(page)
    page.get_by_label("Dataset name", exact=True).fill("潮汐" * 240)
    result = submit(page)
    way = result.locator('[data-way="mail"]')
    assert "too long for a link: copy it into a mail" in way.locator(".note").inner_text()
    assert not way.get_by_role("link").count()
    assert "潮汐潮汐" in way.locator("pre").inner_text()
    assert result.get_by_role("link", name="Download it").is_visible()


def test_answers_stay_in_the_browser_until_they_are_cleared(open_form: Open, site_server: PagesServer) -> None:
    page = open_form()
    fill(page)
    card = {"name": "README.md", "mimeType": "text/markdown", "buffer": b"# Tides"}
    page.get_by_label("Dataset card").set_input_files([card])  # type: ignore[list-item]  # a dictionary is one, too
    mail = submit(page).locator('[data-way="mail"]')
    mail.locator(".note").get_by_text("Attach your card, README.md").wait_for()
    text = mail.locator("pre").inner_text()
    assert "Card check of README.md: 1 of 21 required met, 20 not met\nNot met: Licence, Name of the licence" in text
    page.goto(f"{site_server.url}about/")
    page.goto(f"{site_server.url}contribute/")
    assert page.get_by_label("Dataset name", exact=True).input_value() == ODD
    assert page.get_by_label("Audio", exact=True).is_checked()
    assert page.get_by_label("Domain (optional)").input_value() == "marine"
    page.get_by_role("button", name="Clear the form").click()
    page.reload()
    assert page.get_by_label("Dataset name", exact=True).input_value() == ""
    assert not page.get_by_label("Audio", exact=True).is_checked()


def test_the_form_is_filled_in_by_keyboard_alone(open_form: Open) -> None:
    page = open_form(viewport=PHONE)
    page.get_by_label("Dataset name", exact=True).focus()
    keys = ["Tides", "Tab", "https://example.org/tides", "Tab", "Space", "Tab", "Tab", "Space"]
    for key in keys:
        if key in ("Tab", "Space"):
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type("jo@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Send your contribution")
    heading.wait_for()
    assert heading.evaluate("node => node === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_mail_and_its_fields_are_there(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}contribute/")
    assert not page.locator("form.contribution").is_visible()
    assert page.get_by_role("link", name="Submit a dataset by e-mail").is_visible()
    assert page.get_by_text("I agree to the terms for contribution: Yes/No").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_any_state_of_the_form(open_form: Open, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make test` installs it")
    page = open_form(bypass_csp=True, color_scheme=scheme)
    page.add_script_tag(path=AXE)

    def check() -> None:
        found = page.evaluate("async () => (await axe.run()).violations")
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []

    submit(page)
    check()
    fill(page)
    submit(page).wait_for()
    check()
