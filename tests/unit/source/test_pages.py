from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic, Severity
from otdi_site.model.page import Page
from otdi_site.source.markdown import MarkdownOptions
from otdi_site.source.pages import StaticFile, read_pages
from tests.samples import lines_of

OPTIONS = MarkdownOptions(base_path="/", site_host="example.org", site_variables={}, slots=frozenset())


def read(
    root: Path, files: Mapping[str, str | bytes], dates: Mapping[str, str] | None = None
) -> tuple[list[Page], list[StaticFile], list[Diagnostic]]:
    for name, content in files.items():
        file = root / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_pages(root, OPTIONS, dates or {})


def read_page(root: Path, text: str, name: str = "a.md", dates: Mapping[str, str] | None = None) -> Page:
    [page], _, problems = read(root, {name: text}, dates)
    assert problems == []
    return page


def only_problem(root: Path, files: Mapping[str, str | bytes]) -> Diagnostic:
    [problem] = read(root, files)[2]
    return problem


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("index.md", "/"),
        ("contribute.md", "/contribute/"),
        ("requirements/index.md", "/requirements/"),
        ("requirements/Card Template.markdown", "/requirements/card-template/"),
        ("404.md", "/404.html"),
        ("reindex.md", "/reindex/"),
        ("über.md", "/über/"),
    ],
)
def test_the_address_of_a_page_is_where_its_file_stands(tmp_path: Path, name: str, address: str) -> None:
    page = read_page(tmp_path, "# A page", name)
    assert page.address == address
    assert page.source == f"content/{name}"


def test_a_page_s_front_matter_is_what_the_page_says_of_itself(tmp_path: Path) -> None:
    text = (
        "---\ntitle: How to help\ndescription: In one sentence.\nlayout: default\nnav_order: 2.5\nparent: Home\n"
        "last_modified: 2024-05-06\npermalink: /help\nredirect_from: /old/\nhas_toc: false\n---\n# Another heading\n"
    )
    [page], _, _ = read(tmp_path, {"a.md": text})
    assert (page.title, page.description, page.layout) == ("How to help", "In one sentence.", "page")
    assert (page.nav_order, page.parent, page.address) == (2.5, "Home", "/help/")
    assert (page.last_modified, page.redirect_from, page.has_contents) == ("2024-05-06", ("/old/",), False)
    assert str(page.marks["nav_order"]) == "content/a.md:5:12"


def test_a_page_without_front_matter_takes_its_title_and_description_from_its_text(tmp_path: Path) -> None:
    page = read_page(tmp_path, "# Tides *and* waves\n\nWhat moves " + "the sea " * 40)
    assert page.title == "Tides and waves"
    assert page.description.startswith("What moves the sea")
    assert page.description.endswith("the…")
    assert len(page.description) <= 161


def test_the_day_of_the_last_change_is_git_s_where_the_page_states_none(tmp_path: Path) -> None:
    assert read_page(tmp_path, "# A", dates={"content/a.md": "2024-01-02"}).last_modified == "2024-01-02"
    assert read_page(tmp_path, "# A").last_modified is None


@pytest.mark.parametrize("name", ["last_modified", "last_modified_date", "last_modified_at"])
def test_older_themes_words_for_the_last_change_are_understood(tmp_path: Path, name: str) -> None:
    text = f"---\ntitle: A\n{name}: 2020-04-27T17:31:46.000Z\n---\n"
    assert read_page(tmp_path, text).last_modified == "2020-04-27"


def test_fields_of_themes_and_empty_fields_are_let_be(tmp_path: Path) -> None:
    text = "---\ntitle: A\nnav_fold: true\ncategories: [a]\nmermaid:\n  version: 9\nlayout:\nnav_exclude:\n---\n"
    page = read_page(tmp_path, text)
    assert page.layout == "page"
    assert page.is_in_navigation


def test_a_misspelt_field_is_no_theme_s(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "---\ntitle: A\nnav_ordr: 1\n---\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:3:1", "OTD010")
    assert problem.help == "did you mean nav_order?"


@pytest.mark.parametrize("field", ["draft: true", "published: false"])
def test_a_draft_is_checked_and_not_published(tmp_path: Path, field: str) -> None:
    pages, _, problems = read(tmp_path, {"a.md": f"---\ntitle: A\n{field}\nnav_order: first\n---\n"})
    assert lines_of(problems) == ["content/a.md:4:12 OTD012"]
    pages, _, problems = read(tmp_path, {"a.md": f"---\ntitle: A\n{field}\n---\n"})
    assert (pages, problems) == ([], [])


def test_positions_count_from_the_top_of_the_file(tmp_path: Path) -> None:
    text = "---\n\ntitle: A\n\nnav_order: first\n---\n\n\n[x](y.md)\n"
    page, problem, *_ = [*read(tmp_path, {"a.md": text})[0], *read(tmp_path, {"a.md": text})[2]]
    assert isinstance(page, Page)
    assert isinstance(problem, Diagnostic)
    assert str(problem.mark) == "content/a.md:5:12"
    assert [str(link.mark) for link in page.document.links] == ["content/a.md:9:1"]


def test_windows_files_with_a_byte_order_mark_read_the_same(tmp_path: Path) -> None:
    text = "\ufeff---\r\ntitle: A\r\nnav_order: 3\r\n---\r\n\r\n[x](y.md)\r\n"
    page = read_page(tmp_path, text)
    assert (page.title, page.nav_order) == ("A", 3)
    assert str(page.document.links[0].mark) == "content/a.md:6:1"


@pytest.mark.parametrize(
    ("text", "words"),
    [("just text", "no front matter, and no heading"), ("---\nnav_order: 1\n---\ntext", "has no title")],
)
def test_a_page_needs_a_title(tmp_path: Path, text: str, words: str) -> None:
    problem = only_problem(tmp_path, {"a.md": text})
    assert (str(problem.mark), problem.code) == ("content/a.md:1:1", "OTD201")
    assert words in problem.message
    assert "`title: …`" in problem.help


def test_front_matter_needs_an_end(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "---\ntitle: A\n\n# Text\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:1:1", "OTD209")


def test_front_matter_below_empty_lines_is_not_published_as_text(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "\n\n---\ntitle: A\n---\n# Text\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:3:1", "OTD209")
    assert "first line" in problem.message


def test_a_page_may_begin_with_a_rule_further_down(tmp_path: Path) -> None:
    assert read_page(tmp_path, "\n---\n\n# Text\n").title == "Text"


def test_broken_yaml_is_placed_in_the_file(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "---\ntitle: A: B\n---\n# Text\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:2:9", "OTD003")


def test_front_matter_that_is_a_list_is_refused(tmp_path: Path) -> None:
    assert lines_of(read(tmp_path, {"a.md": "---\n- a\n---\n# Text\n"})[2]) == ["content/a.md:2:1 OTD012"]


def test_a_file_that_is_no_text_is_one_problem(tmp_path: Path) -> None:
    assert lines_of(read(tmp_path, {"a.md": "# Café".encode("latin-1")})[2]) == ["content/a.md:1:6 OTD002"]


def test_a_page_with_a_problem_still_stands_where_links_find_it(tmp_path: Path) -> None:
    pages, _, _ = read(tmp_path, {"a.md": "---\nnav_order: first\n---\n# A\n", "b.md": "text"})
    assert [page.address for page in pages] == ["/a/", "/b/"]


@pytest.mark.parametrize("permalink", ["help", "//example.org/", "/a b/", "/../up/", "/a?b", "/a#b", "https://a.org/"])
def test_a_permalink_is_an_address_of_the_site(tmp_path: Path, permalink: str) -> None:
    problem = only_problem(tmp_path, {"a.md": f"---\ntitle: A\npermalink: '{permalink}'\n---\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:3:12", "OTD012")
    assert "/requirements/" in problem.help


@pytest.mark.parametrize("name", ["what?.md", "50%.md", "a#b.md"])
def test_a_file_name_that_no_link_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    problem = only_problem(tmp_path, {name: "# A"})
    assert (str(problem.mark), problem.code) == (f"content/{name}", "OTD202")
    [page], _, problems = read(tmp_path, {name: "---\npermalink: /fine/\n---\n# A"})
    assert (page.address, problems) == ("/fine/", [])


def test_names_that_are_no_utf_8_are_told_and_stop_nothing(tmp_path: Path) -> None:
    read(tmp_path, {"good.md": "# Good"})
    folder = os.fsencode(tmp_path / "content")
    for name in (b"caf\xe9.md", b"caf\xe9.png"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"# Bad")
    _, files, problems = read(tmp_path, {})
    assert files == []
    assert [(str(problem.mark), problem.code) for problem in problems] == [
        ("content/caf\\udce9.png", "OTD202"),
        ("content/caf\\udce9.md", "OTD202"),
    ]


def test_two_files_of_one_address_name_each_other(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "# A", "a/index.md": "# B"})
    assert problem.code == "OTD203"
    assert problem.message == "content/a.md and content/a/index.md both become /a/index.html"


def test_a_permalink_that_is_taken_is_placed_at_its_line(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "# A", "b.md": "---\ntitle: B\npermalink: /A/\n---\n"})
    assert (problem.code, problem.severity) == ("OTD203", Severity.ERROR)
    assert str(problem.mark) in {"content/b.md:3:12", "content/a.md:1:1"}
    assert {"content/a.md", "content/b.md"} <= set(problem.message.split())


def test_an_old_address_that_is_taken_is_a_clash(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"a.md": "# A", "b.md": "---\ntitle: B\nredirect_from:\n  - /a\n---\n"})
    assert (str(problem.mark), problem.code) == ("content/b.md:4:5", "OTD203")


def test_links_to_files_follow_them_to_their_permalinks(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\n[b](b.md#x) [c](sub/c.md) [none](none.md)",
        "b.md": "---\ntitle: B\npermalink: /help/\n---\n",
    }
    pages, _, problems = read(tmp_path, files | {"sub/c.md": "# C\n\n[a](../a.md)"})
    assert problems == []
    links = {page.address: [link.target for link in page.document.links] for page in pages}
    assert links == {"/a/": ["/help/#x", "/sub/c/", "/none.md"], "/help/": [], "/sub/c/": ["/a/"]}


def test_what_clashes_is_left_out_so_that_nobody_reports_it_again(tmp_path: Path) -> None:
    files = {
        "a.md": "# A",
        "b.md": "---\ntitle: B\npermalink: /a/\n---\n",
        "a/index.html": "<p>",
        "c.md": "---\ntitle: C\nredirect_from: [/a, /old]\n---\n",
    }
    pages, others, problems = read(tmp_path, files)
    assert [problem.code for problem in problems] == ["OTD203"] * 3
    assert [(page.source, page.redirect_from) for page in pages] == [("content/a.md", ()), ("content/c.md", ("/old/",))]
    assert others == []


def test_other_files_are_published_as_they_are(tmp_path: Path) -> None:
    pages, files, problems = read(tmp_path, {"img/a.png": b"\x89PNG", "a.md": "# A", ".DS_Store": b""})
    assert [(file.source, file.path) for file in files] == [("content/img/a.png", "img/a.png")]
    assert len(pages) == 1
    assert problems == []


def test_a_parent_that_is_no_page_offers_the_nearest(tmp_path: Path) -> None:
    files = {"a.md": "# Requirements", "b.md": "---\ntitle: B\nparent: Requirement\n---\n"}
    problem = only_problem(tmp_path, files)
    assert (str(problem.mark), problem.code, problem.severity) == ("content/b.md:3:9", "OTD204", Severity.WARNING)
    assert problem.help == "did you mean Requirements?"


def test_a_page_below_itself_is_a_warning(tmp_path: Path) -> None:
    pages = {name: f"---\ntitle: {name.upper()}\nparent: {above}\n---\n" for name, above in ("ab", "ba", "cc", "da")}
    _, _, problems = read(tmp_path, {f"{name}.md": text for name, text in pages.items()})
    assert lines_of(problems) == [f"content/{name}.md:3:9 OTD208" for name in "abc"]
    assert {problem.severity for problem in problems} == {Severity.WARNING}
