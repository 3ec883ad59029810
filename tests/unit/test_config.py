from __future__ import annotations

from pathlib import Path

import pytest

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic
from otdi_site.source.config import read_config
from otdi_site.urls import BaseUrl
from tests.samples import lines_of

LEAST = """\
title: A catalog
description: Of invented datasets
organization: Nobody
organization_url: https://example.org/
base_url: https://example.org/catalog/
contact:
  email: data@example.org
  contribution: {subject: A dataset}
  report: {subject: A problem}
"""


def read(folder: Path, text: str) -> tuple[SiteConfig | None, tuple[Diagnostic, ...]]:
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return read_config(folder)


def only_problem(folder: Path, text: str) -> Diagnostic:
    config, problems = read(folder, text)
    assert config is None
    [problem] = problems
    return problem


def test_the_least_configuration_is_enough(tmp_path: Path) -> None:
    config, problems = read(tmp_path, LEAST)
    assert config is not None, problems
    assert config.url == BaseUrl("https://example.org", "/catalog/")
    assert config.language == "en"
    assert config.collections == ()
    assert config.metadata.max_age_hours == 20
    assert config.catalog.rows_per_page == 50


def test_the_project_s_own_configuration_is_right() -> None:
    config, problems = read_config(Path(__file__).parents[2])
    assert problems == ()
    assert config is not None
    assert config.contact.email == "data@thealliance.ai"


@pytest.mark.parametrize("name", ["contribution", "report"])
@pytest.mark.parametrize("line", ["x" * 400, "名" * 45], ids=["Latin", "Japanese"])
def test_a_mail_that_mail_programs_would_not_open_is_refused(tmp_path: Path, name: str, line: str) -> None:
    def text(lines: int) -> str:
        return LEAST.replace(f"{name}: {{", f"{name}: {{body: [{', '.join([line] * lines)}], ")

    assert read(tmp_path, text(3))[0] is not None
    problem = only_problem(tmp_path, text(5))
    assert (problem.code, problem.mark.line, problem.field) == ("OTD012", 7 + (name == "report") + 1, f"contact.{name}")
    assert "characters in a link" in problem.message


def test_an_issue_names_the_dataset_and_asks_what_is_wrong(tmp_path: Path) -> None:
    config, _ = read(tmp_path, LEAST)
    assert config is not None
    issue = config.contact.report_issue
    assert "{id}" in issue.title
    assert [line.partition(":")[0] for line in issue.body] == [
        "Dataset", "Page", "What is wrong", "Which source says so",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("issue", "words"),
    [
        ("{title: 'About {title}'}", "unknown placeholder {title}"),
        ("{body: ['{ID}']}", "did you mean {id}?"),
        (f"{{body: [{'名' * 200}]}}", "characters in a link"),
    ],
)
def test_an_issue_that_cannot_be_filled_in_or_opened_is_refused(tmp_path: Path, issue: str, words: str) -> None:
    problem = only_problem(tmp_path, f"{LEAST}  report_issue: {issue}\n")
    assert words in f"{problem.message} {problem.help}"
    assert (problem.code, problem.mark.line) == ("OTD012", len(LEAST.splitlines()) + 1)


def test_lines_of_a_mail_are_kept_to_the_letter(tmp_path: Path) -> None:
    text = LEAST.replace("{subject: A dataset}", '{subject: "R&D 100% + \\"é\\" ?#", body: ["Where: ", " two", ""]}')
    config, _ = read(tmp_path, text)
    assert config is not None
    assert config.contact.contribution.subject == 'R&D 100% + "é" ?#'
    assert config.contact.contribution.body == ("Where: ", " two", "")


def test_without_a_configuration_the_option_that_names_its_folder_is_shown(tmp_path: Path) -> None:
    config, [problem] = read_config(tmp_path)
    assert config is None
    assert (str(problem.mark), problem.code) == ("site.yaml", "OTD006")
    assert "--root" in problem.help


def test_every_wrong_value_is_reported_at_once(tmp_path: Path) -> None:
    text = LEAST.replace("data@example.org", "nobody").replace("title:", "titel:")
    _, problems = read(tmp_path, text)
    assert lines_of(problems) == ["site.yaml:1:1 OTD011", "site.yaml:7:10 OTD012", "site.yaml:1:1 OTD010"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("base_url: example.org", "not an absolute http or https URL"),
        ("base_url: ftp://example.org/", "not an absolute http or https URL"),
        ("base_url: https://example.org/?page=1", "no query"),
        ("organization_url: //example.org", "not an absolute http or https URL"),
        ("language: English", "not a BCP 47 language tag"),
        ("collections: [https://huggingface.co/collections/a/b]", "not the slug of a collection"),
        ("collections: [a]", "follows https://huggingface.co/collections/"),
        ("collections: [a/b, A/B]", "names a collection twice"),
        ("footer: [{title: a, url: 'javascript:alert(1)'}]", "an address of this site such as /trust/"),
        ("footer: [{title: a, url: trust}]", "an address of this site such as /trust/"),
        ("navigation: [{title: a, url: //example.org}]", "is no link"),
        ("repository: {url: git@github.com:a/b}", "not an absolute http or https URL"),
        ("licenses: [{covers: Code, title: MIT}]", "'url' is missing"),
        ("catalog: {rows_per_page: 0}", "at least 1"),
        ("metadata: {max_drop_share: 2}", "at most 1"),
    ],
)
def test_wrong_values_name_their_remedy(tmp_path: Path, line: str, words: str) -> None:
    name = line.partition(":")[0]
    text = "".join(kept for kept in LEAST.splitlines(keepends=True) if not kept.startswith(f"{name}:"))
    problem = only_problem(tmp_path, f"{text}{line}\n")
    assert words in f"{problem.message} {problem.help}"
    assert problem.mark.line == len(text.splitlines()) + 1


@pytest.mark.parametrize("address", ["nobody", "@example.org", "a@", "a b@example.org", '"a\\nb@example.org"'])
def test_an_address_without_mailbox_or_host_is_refused(tmp_path: Path, address: str) -> None:
    text = LEAST.replace("data@example.org", address if address.startswith('"') else f"'{address}'")
    assert "is not an e-mail address" in only_problem(tmp_path, text).message


@pytest.mark.parametrize("url", ["/trust/", "https://example.org", "mailto:a@example.org", "tel:+123"])
def test_links_lead_to_the_site_or_to_allowed_schemes(tmp_path: Path, url: str) -> None:
    config, problems = read(tmp_path, f"{LEAST}footer: [{{title: a, url: '{url}'}}]\n")
    assert config is not None, problems
    assert config.footer[0].url == url


def test_lists_whose_items_are_all_commented_out_are_empty(tmp_path: Path) -> None:
    config, problems = read(tmp_path, f"{LEAST}footer:\n  # - title: a\ncollections:\n")
    assert config is not None, problems
    assert (config.footer, config.collections) == ((), ())


FORM = """\
title: A catalog
description: Of invented datasets
organization: Nobody
organization_url: https://example.org/
base_url: https://example.org/catalog/
contact:
  email: data@example.org
  contribution:
    subject: A dataset
    body: ["Dataset name:", "Hosted: Yes/No "]
    fields:
      - {id: name, label: Name, type: text, entry: title, mail: "Dataset name:"}
      - {id: hosted, label: Hosted, type: yes_no, mail: "Hosted: Yes/No"}
  report: {subject: A problem}
"""


@pytest.mark.parametrize(
    ("field", "path", "words"),
    [
        ("id: @name, label: Other, type: text", "id", "the field 'name' has the same `id`"),
        ("id: other, label: @NAME, type: text", "label", "the field 'name' has the same `label`"),
        ("id: a, label: A, type: text, entry: @title", "entry", "the field 'name' has the same `entry`"),
        ("id: a, label: A, type: @words", "type", "'words' is not allowed"),
        ("id: @A, label: A, type: text", "id", "use lower-case letters, digits and hyphens"),
        ("id: a, label: A, type: choice, vocabulary: @domain", "vocabulary", "did you mean domains"),
        ("@id: a, label: A, type: choice", "", "offers a choice of nothing"),
        ("id: a, label: A, type: text, vocabulary: @domains", "vocabulary", "means nothing for the type text"),
        ("id: a, label: A, type: text, mail: @'Dataset nam:'", "mail", "did you mean 'Dataset name:'?"),
        ("id: a, label: A, type: text, entry: @titel", "entry", "did you mean title or state?"),
        ("@id: a, label: A, type: yes_no, entry: hosting", "", "has no words for the entry"),
        ("id: a, label: A, type: yes_no, entry: hosting, values: [@allianc, owner]", "values[0]", "mean alliance"),
        ("id: a, label: A, type: choices, vocabulary: licenses, entry: @license", "entry", "states one term"),
        ("id: a, label: A, type: choice, vocabulary: tasks, entry: @domains", "entry", "states terms of domains"),
        ("id: a, label: A, type: agreement, entry: @description", "entry", "does not answer an entry's"),
        ("id: a, label: A, type: languages, entry: @description", "entry", "does not answer an entry's"),
        ("id: a, label: A, type: text, entry: @languages", "entry", "does not answer an entry's"),
        ("id: a, label: A, type: text, help: @''", "help", "is empty"),
        ("id: a, label: A, type: text, @wide: true", "wide", "unknown field"),
    ],
)
def test_a_wrong_field_of_the_form_is_reported_where_it_stands(
    tmp_path: Path, field: str, path: str, words: str
) -> None:
    """``@`` stands where the problem is."""
    assert read(tmp_path, FORM)[1] == ()
    line = f"      - {{{field}}}"
    problem = only_problem(tmp_path, FORM.replace("  report:", f"{line.replace('@', '')}\n  report:"))
    column = line.index("@") + 1 if path else line.index("{") + 1
    assert (problem.mark.line, problem.mark.column) == (14, column)
    assert problem.field == f"contact.contribution.fields[2]{'.' if path else ''}{path}"
    assert words in f"{problem.message} {problem.help}"
