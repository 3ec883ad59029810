from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, has_errors
from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.entry import ENTRY_FIELDS, Entry
from otdi_site.model.front_matter import FrontMatter
from otdi_site.source.validation import join_path, validate
from otdi_site.source.vocabularies import LicensesFile
from otdi_site.source.yaml_reader import YamlDocument, read_yaml
from tests.samples import lines_of


def problems_of(text: str, model: type[BaseModel] = Entry) -> list[Diagnostic]:
    value, problems = validate(model, read_yaml(text, "f.yaml"))
    assert (value is None) == has_errors(problems)
    return list(problems)


def entry_of(text: str) -> Entry:
    entry, problems = validate(Entry, read_yaml(text, "f.yaml"))
    assert entry is not None, problems
    return entry


def only_problem(text: str, model: type[BaseModel] = Entry) -> Diagnostic:
    [problem] = problems_of(text, model)
    return problem


def test_paths_are_written_as_people_read_them() -> None:
    assert join_path(("sources", 2, "url")) == "sources[2].url"
    assert join_path(()) == ""


def test_an_unknown_field_is_placed_at_its_name_with_the_nearest_ones() -> None:
    problem = only_problem("title: a\nlicence: MIT\n")
    assert (str(problem.mark), problem.code, problem.field) == ("f.yaml:2:1", "OTD010", None)
    assert problem.message == "unknown field 'licence'"
    assert problem.help == "did you mean license?"


def test_an_unknown_nested_field_names_its_path_and_the_fields_that_belong_there() -> None:
    [missing, unknown] = problems_of("title: a\nsources:\n  - url: https://a.org\n  - urll: https://a.org\n")
    assert (str(unknown.mark), unknown.code, unknown.field) == ("f.yaml:4:5", "OTD010", "sources[1].urll")
    assert unknown.help == "did you mean url?"
    assert (str(missing.mark), missing.code, missing.field) == ("f.yaml:4:5", "OTD011", "sources[1].url")
    far = only_problem("title: a\nsources:\n  - url: https://a.org\n    zzz: 1\n")
    assert far.help == "remove it, or use one of: url, date, note"


def test_a_field_unlike_any_other_lists_those_there_are() -> None:
    listed = only_problem("title: a\nqqq: 1\n").help.removeprefix("remove it, or use one of: ").split(", ")
    assert sorted(listed) == sorted(ENTRY_FIELDS)


def test_fields_of_fields_are_offered_too() -> None:
    text = "contact:\n  email: a@b.org\n  contribution: {subjct: a}\n  report: {subject: a}\n"
    unknown = [problem for problem in problems_of(text, SiteConfig) if problem.code == "OTD010"]
    assert [(str(each.mark), each.field, each.help) for each in unknown] == [
        ("f.yaml:3:18", "contact.contribution.subjct", "did you mean subject?")
    ]


def test_a_missing_field_is_placed_where_it_would_stand() -> None:
    problem = only_problem("url: https://a.org\n")
    assert (str(problem.mark), problem.code) == ("f.yaml:1:1", "OTD011")
    assert problem.help == "add a line `title: …`"


@pytest.mark.parametrize("text", ["", "# a comment\n", "---\n"])
def test_an_empty_file_lacks_what_must_be_there(text: str) -> None:
    assert only_problem(text).code == "OTD011"


def test_a_name_with_nothing_after_its_colon_counts_as_left_out() -> None:
    entry = entry_of("title: a\ndescription:\nsources:\n  # none yet\ntags:\n")
    assert (entry.description, entry.sources, entry.tags) == (None, (), None)
    problem = only_problem("url: https://a.org\ntitle:\n")
    assert (str(problem.mark), problem.code, problem.message) == ("f.yaml:2:7", "OTD011", "'title' is empty")
    assert only_problem("title: a\nqqq:\n").code == "OTD010"


@pytest.mark.parametrize(
    ("text", "what"), [("- title: a\n", "a list"), ("just words\n", "a single value"), ("42\n", "a single value")]
)
def test_a_file_that_holds_no_fields_says_so(text: str, what: str) -> None:
    problem = only_problem(text)
    assert (str(problem.mark), problem.code) == ("f.yaml:1:1", "OTD012")
    assert problem.message == f"expected fields, got {what}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("title: 010", "YAML reads 010 as the number 8"),
        ("title: 12:30", "YAML reads 12:30 as the number 750"),
        ("title: 1:30:15.5", "YAML reads 1:30:15.5 as the number 5415.5"),
        ("title: 0x1F", "expected text, got 0x1F, which YAML reads as 31"),
        ("title: 1.50", "expected text, got 1.50, which YAML reads as 1.5"),
        ("title: off", "expected text, got off, which YAML reads as false"),
        ('title: "\\u2800 \\u00ad"', "has no visible character"),
        ('title: "\\u3164"', "has no visible character"),
        ("title: a\ndate_added: '2025-02-30'", "February 2025 has no day 30"),
        ("title: a\ntags: [caf\u00e9, cafe\u0301]", "twice"),
    ],
)
def test_a_value_that_reads_otherwise_than_it_looks_is_said_as_it_is_written(line: str, words: str) -> None:
    problem = only_problem(f"{line}\n")
    assert problem.code == "OTD012"
    assert words in problem.message


@pytest.mark.parametrize(
    "contact",
    [
        "mailto:info@harbour.example",
        "MAILTO:info@harbour.example",
        "github.com/@harbour",
        "@harbour@mastodon.example",
        "ann@harbour.example,bob@harbour.example",
        "ann@harbour.example; bob@harbour.example",
        "Ann<ann@harbour.example>",
        "Ann Lee <ann@harbour.example>",
        "info@harbour.example?subject=Hi",
        "info@harbour.example?cc=evil@evil.example",
        "a@b@harbour.example",
        '"Ann Lee"@harbour.example',
        "ann lee@harbour.example",
        "ann@harbour",
        "ann@",
        "@harbour.example",
        "ann..lee@harbour.example",
        ".ann@harbour.example",
        "ann@-harbour.example",
        "ann@harbour..example",
        "ann@[127.0.0.1]",
        "ann@harbour.example:25",
        "ann%0a@harbour.example",
        "a" * 250 + "@harbour.example",
    ],
)
def test_what_is_no_mail_address_is_refused(contact: str) -> None:
    problem = only_problem(f"title: a\ncontact: '{contact}'\n")
    assert (problem.code, problem.mark) == ("OTD012", Mark("f.yaml", 2, 10))
    assert "neither an e-mail address nor" in problem.message


@pytest.mark.parametrize(
    "contact", ["ann.lee+data@harbour.example", "o''brien@harbour.example", "info@häfen.example", "情報@例え.テスト"]
)
def test_mail_addresses_of_the_whole_world_are_taken(contact: str) -> None:
    assert entry_of(f"title: a\ncontact: '{contact}'\n").contact == contact.replace("''", "'")


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("date_added: 2999-12-31", "OTD115", "2999-12-31 lies in the future"),
        ("date_modified: '2999-12-31'", "OTD115", "lies in the future"),
        ("date_modified: 0001-01-01", "OTD115", "lies before there were datasets"),
        ("sources:\n  - {url: 'https://a.example', date: 2999-01-01}", "OTD115", "in the future"),
    ],
)
def test_a_doubtful_date_is_a_warning(line: str, code: str, words: str) -> None:
    [problem] = problems_of(f"title: a\n{line}\n")
    assert (problem.code, problem.severity.value) == (code, "warning")
    assert words in problem.message


def test_a_title_of_several_lines_is_shown_on_one_with_a_warning() -> None:
    [problem] = problems_of("title: |\n  One\n  Two\n")
    assert (problem.code, str(problem.mark)) == ("OTD114", "f.yaml:1:8")
    assert problems_of("title: >-\n  One\n  Two\n") == []


def test_norway_is_not_false() -> None:
    [first, second] = problems_of("title: a\nlanguages: [no, en, on]\n")
    assert (str(first.mark), first.code, first.field) == ("f.yaml:2:13", "OTD012", "languages[0]")
    assert first.message == "expected text, got no, which YAML reads as false"
    assert 'put the word in quotes, such as "no"' in first.help
    assert second.field == "languages[2]"
    assert entry_of('title: a\nlanguages: ["no"]\n').languages == ("no",)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("title: [a]", 8, ["expected text, got a list"]),
        ("title: {a: b}", 8, ["expected text, got fields"]),
        ("title: 2024", 8, ["expected text, got 2024", "quotes"]),
        ("title: 2024-05-06", 8, ["expected text, got 2024-05-06", "quotes"]),
        ('title: "  "', 8, ["is empty"]),
        ("tags: a", 7, ["expected a list, got 'a'"]),
        ("tags: {a: b}", 7, ["expected a list, got fields"]),
        ("tags: [a, [b]]", 11, ["expected text, got a list"]),
        ("tags: [a, ~]", 11, ["expected text, got nothing"]),
        ("tags: [a, b, A]", 7, ["says 'a' twice"]),
        ("sources: [a]", 11, ["expected fields"]),
        ("sources: https://a.org", 10, ["expected a list"]),
        ("domains: [a, b]", 10, ["has 2 items, where at most 1 may be"]),
        ("modalities: []", 13, ["names nothing", "leave the field out"]),
        ("hosting: nobody", 10, ["'nobody' is not allowed", "owner or alliance"]),
        ("url: example.org", 6, ["not an absolute http or https URL", "https://"]),
        ("url: javascript:alert(1)", 6, ["not an absolute http or https URL"]),
        ("huggingface: https://huggingface.co/datasets/a/b", 14, ["ServiceNow/repliqa"]),
        ("huggingface: a/b/c", 14, ["not the id of a dataset"]),
        ("huggingface: ../b", 14, ["not the id of a dataset"]),
        ("languages: [english]", 13, ["'english' is not a BCP 47 language tag", "pt-BR"]),
        ("languages: [en, eng]", 12, ["says 'en' twice"]),
        ("contact: someone", 10, ["neither an e-mail address nor"]),
        ("date_added: soon", 13, ["expected a date, got 'soon'", "YYYY-MM-DD"]),
        ("date_added: 20240506", 13, ["expected a date, got 20240506", "YYYY-MM-DD"]),
        ("date_added: 0", 13, ["expected a date, got 0"]),
        ("date_added: 1.5", 13, ["expected a date, got 1.5"]),
        ("date_added: yes", 13, ["expected a date, got yes, which YAML reads as true"]),
        ('date_added: "2024-05"', 13, ["expected a date, got '2024-05'"]),
        ("name: " + "n" * 97, 7, ["longer than 96 characters"]),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_a_remedy(line: str, column: int, words: list[str]) -> None:
    head = "" if line.startswith("title") else "title: a\n"
    problem = only_problem(f"{head}{line}\n")
    assert (problem.code, problem.mark) == ("OTD012", Mark("f.yaml", 2 if head else 1, column))
    assert all(word in f"{problem.message} {problem.help}" for word in words)


@pytest.mark.parametrize("value", ["2024-05-06", "'2024-05-06'", "2024-05-06 10:11:12", "2024-05-06T23:59:59+05:00"])
def test_a_day_is_read_however_yaml_writes_it(value: str) -> None:
    assert entry_of(f"title: a\ndate_added: {value}\n").date_added == datetime.date(2024, 5, 6)


def test_every_problem_of_a_file_is_reported_in_one_run() -> None:
    text = "title: a\ntitle: b\nurl: c\ndate_added: 2024-13-01\nsources:\n  - ur: https://a.org\n"
    assert sorted(lines_of(problems_of(text))) == [
        "f.yaml:2:1 OTD004",
        "f.yaml:3:6 OTD012",
        "f.yaml:4:13 OTD003",
        "f.yaml:6:5 OTD010",
        "f.yaml:6:5 OTD011",
    ]


def test_what_yaml_could_not_read_is_no_second_problem() -> None:
    assert lines_of(problems_of("title: !own x\n")) == ["f.yaml:1:8 OTD003"]


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(only_problem(f"title: a\ntags: {'long ' * 1000}\n").message) < 120


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("parallel_requests: 0", "at least 1"),
        ("parallel_requests: 99", "at most 32"),
        ("parallel_requests: 2.5", "expected a whole number, got 2.5"),
        ("max_requests: many", "expected a whole number, got 'many'"),
        ("deadline_seconds: 0", "more than 0"),
        ("max_age_hours: .inf", "expected a number"),
        ("max_age_hours: .nan", "expected a number"),
        ("max_age_hours: [1]", "expected a number, got a list"),
    ],
)
def test_numbers_have_bounds(line: str, words: str) -> None:
    found = problems_of(f"metadata:\n  {line}\n", SiteConfig)
    assert [words in problem.message for problem in found if problem.code == "OTD012"] == [True]


class Depth(BaseModel):
    inner: Depth | None = None
    words: tuple[str, ...] = ()


yaml_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64)
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
)
yaml_values = st.recursive(
    yaml_scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
field_names = st.sampled_from(
    sorted({*Entry.model_fields, *FrontMatter.model_fields, *SiteConfig.model_fields, "terms", "sections", "inner"})
)
inner_names = st.sampled_from(["url", "date", "note", "title", "id", "email", "subject", "fields", "words", "inner"])
near_misses = st.dictionaries(
    field_names | inner_names,
    yaml_values | st.lists(st.dictionaries(inner_names, yaml_values) | yaml_scalars),
)


@pytest.mark.parametrize("model", [Entry, FrontMatter, SiteConfig, LicensesFile, CardSpecification])
def test_a_value_of_any_shape_in_any_field_is_said(model: type[BaseModel]) -> None:
    shapes: list[object] = [None, True, 2.5, float("nan"), "", "a", [], [[]], [{}], [None], ["", "a"], {}, {"a": []}]
    for name in model.model_fields:
        for value in shapes:
            valid, problems = validate(model, YamlDocument({name: value}, {"": Mark("f.yaml", 1, 1)}, {}, ()))
            assert (valid is None) == has_errors(problems)


@given(
    yaml_values | near_misses,
    st.sampled_from([Entry, FrontMatter, SiteConfig, LicensesFile, CardSpecification, Depth]),
)
def test_no_value_makes_validation_raise(value: object, model: type[BaseModel]) -> None:
    document = YamlDocument(value, {"": Mark("f.yaml", 1, 1)}, {}, ())
    valid, problems = validate(model, document)
    assert (valid is None) == has_errors(problems)
    known = {"OTD010", "OTD011", "OTD012", "OTD114", "OTD115"}
    assert all(problem.help and problem.code in known for problem in problems)
