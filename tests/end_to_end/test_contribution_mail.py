"""The prefilled e-mails of built pages say, decoded by RFC 6068, what the configuration says."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.html_pages import read_html
from tests.sites import BuiltSite, change_config, run

LINES = [
    "Dataset name:",
    "Dataset location (URL): ",
    "I want the Alliance to host it: Yes/No",
    "My email address:",
    "I agree to the terms for contribution: Yes/No",
]
HARD = 'R&D 100% + "é" ?#'


def decode(link: str) -> tuple[str, dict[str, str]]:
    """Address and header fields of a ``mailto:`` link: percent-encoded, and a plus sign is a plus sign."""
    parts = urlsplit(link)
    assert (parts.scheme, parts.fragment) == ("mailto", "")
    fields = dict(pair.split("=") for pair in parts.query.split("&"))
    return unquote(parts.path, errors="strict"), {
        name: unquote(value, errors="strict") for name, value in fields.items()
    }


def mails(page: str) -> list[tuple[str, dict[str, str]]]:
    """The mails of a page that bring their text along."""
    return [decode(link) for link in read_html(page).hrefs("mailto:") if "body=" in link]


def test_the_mail_that_offers_a_dataset(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    for site in (built_site, sub_path_site):
        found = mails(site.read("/contribute/"))
        assert found
        for address, fields in found:
            assert address == "data@thealliance.ai"
            assert set(fields) == {"subject", "body"}
            assert fields["subject"] == "I want to contribute a dataset"
            assert fields["body"].split("\r\n") == LINES


def test_the_link_is_encoded_for_every_mail_program(built_site: BuiltSite) -> None:
    links = [link for link in read_html(built_site.read("/contribute/")).hrefs("mailto:") if "body=" in link]
    assert links
    for link in links:
        query = urlsplit(link).query
        assert "+" not in query
        assert re.search(r"%(?![0-9A-F]{2})", query) is None
        assert link.isascii()
        assert " " not in link
        assert "%0D%0A" in query


def test_the_same_fields_stand_below_as_text(built_site: BuiltSite) -> None:
    blocks = read_html(built_site.read("/contribute/")).texts["pre"]
    assert "\n".join(LINES) in [block.rstrip("\n") for block in blocks]


@pytest.mark.parametrize("address", ["/", "/catalog/", "/about/"])
def test_wherever_a_dataset_is_asked_for_there_is_a_way_to_send_it(built_site: BuiltSite, address: str) -> None:
    page = read_html(built_site.read(address))
    assert "/contribute/" in [urlsplit(url).path for url in page.hrefs()] or page.hrefs("mailto:")


def test_the_mail_that_reports_a_problem_names_the_dataset(built_site: BuiltSite) -> None:
    address = "/datasets/example-org/hostile.html"
    [(to, fields)] = [mail for mail in mails(built_site.read(address)) if "problem" in mail[1]["subject"]]
    assert to == "data@thealliance.ai"
    title = "</title><script>alert(3)</script>"
    assert fields["subject"] == f"A problem with the catalogue's page of {title}"
    assert fields["body"].split("\r\n")[:2] == [f"Dataset: {title}", f"Page: https://data.example.org{address}"]


def test_any_character_of_the_configuration_survives(small_site: Path) -> None:
    body = [HARD, "", " & &amp; <b> '\"` \\ %20 %0A", "=?;,:@/ é ü 漢字 🌊", HARD]
    mail = {"subject": HARD, "body": body}
    change_config(small_site, contact={"email": "r+d@example.org", "contribution": mail, "report": mail})
    finished = run(small_site, "--offline", "--strict")
    assert (finished.status, finished.output) == (0, "")
    page = (small_site / "_site/contribute/index.html").read_text(encoding="utf-8")
    found = mails(page)
    assert found
    for address, fields in found:
        assert address == "r+d@example.org"
        assert fields == {"subject": HARD, "body": "\r\n".join(body)}
    assert "\n".join(body) in [block.rstrip("\n") for block in read_html(page).texts["pre"]]
    dataset = (small_site / "_site/datasets/example-org/wells.html").read_text(encoding="utf-8")
    [(address, fields)] = mails(dataset)
    assert address == "r+d@example.org"
    assert fields["subject"] == HARD
    assert fields["body"].split("\r\n")[0] == HARD
