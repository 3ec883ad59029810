"""The prefilled e-mails and issues of built pages say, decoded, what the configuration says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

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


def issues(page: str) -> list[tuple[str, dict[str, list[str]]]]:
    """The page and the fields of each issue that a page opens, as web servers read them."""
    links = [link for link in read_html(page).hrefs("https://") if "/issues/new" in link]
    assert all(link.isascii() and re.search(r"[+ ]|%(?![0-9A-F]{2})", link) is None for link in links)
    return [(link.partition("?")[0], parse_qs(urlsplit(link).query, strict_parsing=True)) for link in links]


def test_the_issue_that_reports_a_problem_names_the_dataset(built_site: BuiltSite, sub_path_site: BuiltSite) -> None:
    for site, base, id in (
        (built_site, "https://data.example.org", "example-org/hostile"),
        (built_site, "https://data.example.org", "servicenow/repliqa"),
        (sub_path_site, "https://example.org/sub/path", "servicenow/repliqa"),
    ):
        page = site.read(f"/datasets/{id}.html")
        [(where, fields)] = issues(page)
        assert where == "https://github.com/The-AI-Alliance/open-trusted-data-initiative/issues/new"
        body = f"Dataset: `{id}`\nPage: {base}/datasets/{id}.html\nWhat is wrong: \nWhich source says so: "
        assert fields == {"title": [f"Problem with {id}"], "body": [body]}
        assert [mail for mail in mails(page) if "problem" in mail[1]["subject"]]


def test_where_no_repository_is_named_there_is_the_mail_alone(small_site: Path) -> None:
    assert run(small_site, "--offline", "--strict").status == 0
    page = (small_site / "_site/datasets/example-org/wells.html").read_text(encoding="utf-8")
    assert issues(page) == []
    assert "public issue" not in page
    assert len(mails(page)) == 1


def test_any_character_of_an_issue_survives(small_site: Path) -> None:
    body = [HARD, "", " & &amp; <b> '\"` \\ %20 %0A", "=?;,:@/ é ü 漢字 🌊", "{id} {url}"]
    change_config(
        small_site,
        contact={"report_issue": {"title": f"{HARD}: {{id}}", "body": body}},
        repository={"url": "https://example.org/r&d/code/"},
    )
    finished = run(small_site, "--offline", "--strict")
    assert (finished.status, finished.output) == (0, "")
    page = (small_site / "_site/datasets/example-org/wells.html").read_text(encoding="utf-8")
    [(where, fields)] = issues(page)
    id, url = "example-org/wells", "https://data.example.org/datasets/example-org/wells.html"
    assert where == "https://example.org/r&d/code/issues/new"
    assert fields["title"] == [f"{HARD}: {id}"]
    assert fields["body"] == ["\n".join([*body[:-1], f"`{id}` {url}"])]


def test_a_dataset_of_a_bulk_file_has_both_as_long_as_its_page_has_room(small_site: Path) -> None:
    rows = [
        {"id": f"owner/{name}", "description": text, "tags": ["license:mit"]}
        for name, text in (("short", "Wells."), ("long", "漢" * 4_000))
    ]
    (small_site / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    change_config(
        small_site,
        sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}],
        repository={"url": "https://example.org/code"},
    )
    finished = run(small_site, "--offline")
    assert finished.status == 0, finished
    titles = []
    for name in ("short", "long"):
        page = (small_site / f"_site/datasets/owner/{name}.html").read_text(encoding="utf-8")
        assert len(mails(page)) == 1
        titles.append([fields["title"] for _, fields in issues(page)])
    assert titles == [[["Problem with owner/short"]], []]
