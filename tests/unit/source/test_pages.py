from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic, Severity
from otdi_site.model.page import Page
from otdi_site.source.markdown import MarkdownOptions
from otdi_site.source.pages import Content, StaticFile, read_content
from otdi_site.tree import PUBLISHED, Selection
from tests.samples import lines_of

OPTIONS = MarkdownOptions(base_path="/", site_host="example.org", site_variables={}, slots=frozenset())


def read(
    root: Path, files: Mapping[str, str | bytes], dates: Mapping[str, str] | None = None
) -> tuple[list[Page], list[StaticFile], list[Diagnostic]]:
    for name, content in files.items():
        file = root / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    content = read_content(root, OPTIONS, dates or {})
    return content.pages, content.files, [each for each in content.diagnostics if each.code != "OTD212"]


def read_all(root: Path, files: Mapping[str, str], selection: Selection = PUBLISHED) -> Content:
    read(root, files)
    content = read_content(root, OPTIONS, {}, selection)
    return content._replace(diagnostics=[each for each in content.diagnostics if each.code != "OTD212"])


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


@pytest.mark.parametrize(
    ("field", "meant"),
    [("nav_ordr", "nav_order"), ("drfat", "draft"), ("Draft", "draft"), ("layuot", "layout"), ("parnet", "parent")],
)
def test_a_field_that_looks_misspelt_is_a_warning(tmp_path: Path, field: str, meant: str) -> None:
    problem = only_problem(tmp_path, {"a.md": f"---\ntitle: A\n{field}: 1\n---\n"})
    assert (str(problem.mark), problem.code, problem.severity) == ("content/a.md:3:1", "OTD010", Severity.WARNING)
    assert problem.help == f"did you mean {meant}?"


@pytest.mark.parametrize(
    "title", ["2023", "1.10", "yes", "2024-02-30", "0x10", "1_000", "12:30", "null and void", ".5"]
)
def test_a_title_is_text_whatever_yaml_takes_it_for(tmp_path: Path, title: str) -> None:
    assert read_page(tmp_path, f"---\ntitle: {title}\ndescription: 404\n---\n").title == title


@pytest.mark.parametrize(
    ("written", "title"), [('"One\\n Two"', "One Two"), ("|\n  One\n  Two", "One Two"), ("  One   two ", "One two")]
)
def test_a_title_is_one_line(tmp_path: Path, written: str, title: str) -> None:
    [page], _, problems = read(tmp_path, {"a.md": f"---\ntitle: {written}\n---\n"})
    assert page.title == title
    assert {problem.code for problem in problems} <= {"OTD114"}


@pytest.mark.parametrize("title", ['"\\u3164"', '"\\u2800 \\u00ad"'])
def test_a_title_that_nobody_can_see_is_refused(tmp_path: Path, title: str) -> None:
    problem = only_problem(tmp_path, {"a.md": f"---\ntitle: {title}\n---\n# A"})
    assert (str(problem.mark), problem.code) == ("content/a.md:2:8", "OTD012")
    assert "no visible character" in problem.message


def test_an_empty_heading_is_no_title_and_is_reported(tmp_path: Path) -> None:
    problems = read(tmp_path, {"e.md": "# \n", "f.md": "# F\n\n##\n\n## ![sea](/a.png)\n"})[2]
    assert lines_of(problems) == ["content/e.md:1:1 OTD218", "content/e.md:1:1 OTD201", "content/f.md:3:1 OTD218"]


@pytest.mark.parametrize(
    "written",
    [
        "2020-04-27",
        "2020-04-27T17:54:08+0000",
        "2020-04-27T17:54:08.123Z",
        "2020-04-27 17:54:08 -0700",
        "2020-04-27 17:54:08 +01:00",
        "2020-4-27 7:54",
        "2020/04/27",
        "'2020-04-27 17:54 CEST'",
    ],
)
def test_a_date_may_have_a_time_and_a_zone(tmp_path: Path, written: str) -> None:
    assert read_page(tmp_path, f"---\ntitle: A\nlast_modified_date: {written}\n---\n").last_modified == "2020-04-27"


def test_front_matter_of_jekyll_is_understood(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 2023\nnav_order: b\nlayout: post\npermalink: guide/start/\nredirect_from: old/place\n---\nText.\n"
    )
    page = read_page(tmp_path, text)
    assert (page.title, page.nav_order, page.layout) == ("2023", "b", "page")
    assert (page.address, page.redirect_from) == ("/guide/start/", ("/old/place/",))


@pytest.mark.parametrize("line", [" ---", "\u2014", "\u2013\u2013\u2013", "\u2212\u2212\u2212"])
def test_front_matter_below_a_line_that_is_not_three_hyphens_is_one_problem(tmp_path: Path, line: str) -> None:
    problem = only_problem(tmp_path, {"a.md": f"{line}\ntitle: A\n{line}\n\n# B\n"})
    assert (str(problem.mark), problem.code) == ("content/a.md:1:1", "OTD209")
    assert "a line ---" in (problem.help or "")


@pytest.mark.parametrize("text", ["\u2014\nNote: this is text.\n\n# B\n", "# B\n\n----\ntitle: a\n"])
def test_a_rule_above_text_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert read_page(tmp_path, text).title == "B"


@pytest.mark.parametrize(("written", "order"), [("3", 3), ("'3'", 3), ("-2.5", -2.5), ("b", "b"), ("1.2.3", "1.2.3")])
def test_an_order_is_a_number_or_a_word(tmp_path: Path, written: str, order: float | str) -> None:
    assert read_page(tmp_path, f"---\ntitle: A\nnav_order: {written}\n---\n").nav_order == order


@pytest.mark.parametrize(
    ("written", "message", "help"),
    [
        ("nan", "expected a number, got nan", "3 or 2.5"),
        (".inf", "expected a number, got .inf", "3 or 2.5"),
        ("1e400", "expected a number, got 1e400", "3 or 2.5"),
        ("1,5", "expected a number, got '1,5'", "write 1.5, with a point"),
        ("[1]", "expected text, got a list", "single value"),
        ("{a: 1}", "expected text, got fields", "write text"),
        ("''", "is empty", "leave the field out"),
    ],
)
def test_an_order_that_is_none_is_one_problem(tmp_path: Path, written: str, message: str, help: str) -> None:
    problem = only_problem(tmp_path, {"a.md": f"---\ntitle: A\nnav_order: {written}\n---\n"})
    assert (str(problem.mark), problem.code, problem.message) == ("content/a.md:3:12", "OTD012", message)
    assert help in (problem.help or "")
    assert problem.field in (None, "nav_order")


def test_a_layout_of_the_site_s_own_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("---\ntitle: A\nlayout: post\n---\n")
    assert read_content(tmp_path, OPTIONS, {}, layouts=frozenset({"post"})).pages[0].layout == "post"


@pytest.mark.parametrize(("target", "led_to"), [("/b/", "/b/"), ("b/", "/b/"), ("https://example.org/x",) * 2])
def test_a_page_may_only_lead_elsewhere(tmp_path: Path, target: str, led_to: str) -> None:
    page = read_page(tmp_path, f"---\ntitle: A\nredirect_to: {target}\n---\n[x](/lost/)\n")
    assert page.redirect_to == led_to
    assert [link.target for link in page.document.links] == [led_to]
    assert not page.is_in_navigation


@pytest.mark.parametrize("name", ["README.md", "readme.MD", "Readme.markdown"])
def test_a_readme_is_its_folder_s_page(tmp_path: Path, name: str) -> None:
    pages, _, problems = read(tmp_path, {f"guide/{name}": "# Guide", "guide/more.md": "# More\n\n[up](./)"})
    assert ([page.address for page in pages], problems) == (["/guide/", "/guide/more/"], [])


def test_a_readme_beside_an_index_is_a_page_of_its_own_and_told(tmp_path: Path) -> None:
    pages, _, problems = read(tmp_path, {"g/README.md": "# Guide", "g/index.md": "# Index"})
    assert [page.address for page in pages] == ["/g/", "/g/readme/"]
    assert lines_of(problems) == ["content/g/README.md OTD216"]


@pytest.mark.parametrize("name", ["a.MD", "a.Markdown", "a.MARKDOWN"])
def test_endings_in_capitals_are_pages(tmp_path: Path, name: str) -> None:
    assert read_page(tmp_path, "# A", name).address == "/a/"


@pytest.mark.parametrize("name", ["a.mdx", "a.rst", "b/a.ADOC", "a.ipynb", "a.mkd"])
def test_pages_of_other_formats_are_told(tmp_path: Path, name: str) -> None:
    content = read_all(tmp_path, {name: "# A"})
    assert [file.path for file in content.files] == [name]
    [problem] = content.diagnostics
    assert (problem.code, problem.severity, str(problem.mark)) == ("OTD214", Severity.WARNING, f"content/{name}")
    assert f"content/{name} is no page" in content.withheld[f"{name.lower().rpartition('.')[0]}/index.html"]
    assert read_all(tmp_path, {}, Selection(include=(f"*{Path(name).suffix}",))).diagnostics == []


@pytest.mark.parametrize("name", ["team.html", "a.HTM", "feed.xml", "main.scss", "robots.txt"])
def test_front_matter_in_other_files_is_not_published(tmp_path: Path, name: str) -> None:
    content = read_all(tmp_path, {name: "---\ntitle: Team\n---\n<h1>{{ page.title }}</h1>\n"})
    assert content.files == []
    assert lines_of(content.diagnostics) == [f"content/{name}:1:1 OTD214"]


def test_drafts_backups_and_private_files_stay_out(tmp_path: Path) -> None:
    names = ("_drafts/secret.md", "_config.yml", "a.md~", "#a.md#", "a.md.orig", "a.bak", "Thumbs.db", ".env", "a.SWP")
    names += ("desktop.ini", ".git/config", "~$notes.docx", "_site/a.html", "x.tmp", ".DS_Store")
    content = read_all(tmp_path, {**dict.fromkeys(names, "x"), "a.md": "# A", ".well-known/security.txt": "Contact: x"})
    assert [page.source for page in content.pages] == ["content/a.md"]
    assert [file.path for file in content.files] == [".well-known/security.txt"]
    assert content.diagnostics == []
    assert "_config.yml" in content.withheld


def test_the_site_says_which_files_are_in_and_out(tmp_path: Path) -> None:
    files = {
        "_redirects": "x",
        "drafts/a.md": "# A",
        "img/a.psd": "x",
        "img/deep/b.psd": "x",
        "img/a.png": "x",
        "b.md": "# B",
    }
    content = read_all(tmp_path, files, Selection(include=("_redirects",), exclude=("drafts/**", "*.psd")))
    assert [page.source for page in content.pages] == ["content/b.md"]
    assert [file.path for file in content.files] == ["_redirects", "img/a.png"]


def test_two_names_that_look_the_same_are_a_clash(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"u\u0308ber.md": "# A", "\u00fcber.md": "# B"})
    assert problem.code == "OTD203"
    assert "other Unicode characters" in problem.message


def test_links_find_names_however_their_characters_are_composed(tmp_path: Path) -> None:
    pages, files, problems = read(
        tmp_path,
        {
            "u\u0308ber.md": "# A",
            "o\u0308l.png": "x",
            "b.md": "# B\n\n[a](\u00fcber.md) [a](u\u0308ber.md) [a](/u%CC%88ber/)",
        },
    )
    assert problems == []
    assert [page.address for page in pages] == ["/b/", "/\u00fcber/"]
    assert [link.target for link in pages[0].document.links] == ["/%C3%BCber/"] * 3
    assert files[0].path == "\u00f6l.png"


@pytest.mark.parametrize("files", [{"LICENSE.md": "# L", "license": "x"}, {"assets": "x", "assets.md": "# A"}])
def test_a_file_where_a_folder_is_to_be_is_a_clash(tmp_path: Path, files: dict[str, str]) -> None:
    problem = only_problem(tmp_path, files)
    assert problem.code == "OTD203"
    assert all(f"content/{name}" in problem.message for name in files)


@pytest.mark.parametrize("field", ["draft: true", "published: false"])
def test_a_draft_is_checked_and_not_published(tmp_path: Path, field: str) -> None:
    pages, _, problems = read(tmp_path, {"a.md": f"---\ntitle: A\n{field}\npermalink: /a b/\n---\n"})
    assert lines_of(problems) == ["content/a.md:4:12 OTD012"]
    pages, _, problems = read(tmp_path, {"a.md": f"---\ntitle: A\n{field}\n---\n"})
    assert (pages, problems) == ([], [])


def test_positions_count_from_the_top_of_the_file(tmp_path: Path) -> None:
    text = "---\n\ntitle: A\n\npermalink: /a b/\n---\n\n\n[x](y.md)\n"
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


@pytest.mark.parametrize(
    "above",
    ["\n\n", "<!-- SPDX-License-Identifier: CC-BY-4.0 -->\n", "\ufeff<!-- a\nb -->\r\n\r\n<!-- c -->\n", " \t\n"],
)
def test_front_matter_may_stand_below_a_comment_and_empty_lines(tmp_path: Path, above: str) -> None:
    page = read_page(tmp_path, f"{above}---\ntitle: A\nnav_order: 3\n---\n\n[x](y.md)\n")
    assert (page.title, page.nav_order, page.document.text) == ("A", 3, "x")
    line = above.count("\n") + 6
    assert str(page.document.links[0].mark) == f"content/a.md:{line}:1"


@pytest.mark.parametrize("end", ["---", "...", "--- \t", "-----"])
def test_front_matter_ends_as_yaml_does(tmp_path: Path, end: str) -> None:
    page = read_page(tmp_path, f"---\ntitle:\tA\n{end}\nText.\n")
    assert (page.title, page.document.text) == ("A", "Text.")


def test_two_rules_further_down_are_no_front_matter(tmp_path: Path) -> None:
    page = read_page(tmp_path, "<!-- c -->\n\n---\n\n# Text\n\n---\n\nMore.\n")
    assert (page.title, page.document.text) == ("Text", "Text\nMore.")


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


@pytest.mark.parametrize("permalink", ["//example.org/", "/a b/", "/../up/", "/a?b", "/a#b", "https://a.org/"])
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
