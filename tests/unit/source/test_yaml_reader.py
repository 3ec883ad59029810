from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.diagnostics import Diagnostic, Mark, Severity
from otdi_site.source.yaml_reader import MAX_DEPTH, YamlDocument, read_yaml


def read(text: str) -> YamlDocument:
    return read_yaml(text, "f.yaml")


def only_problem(text: str) -> Diagnostic:
    [problem] = read(text).diagnostics
    assert problem.severity is Severity.ERROR
    return problem


def test_every_value_and_key_knows_its_line_and_column() -> None:
    document = read("title: Tides\nsources:\n  - url: https://example.org\n    note: seen\n  - url:   x\n")
    assert document.value == {
        "title": "Tides",
        "sources": [{"url": "https://example.org", "note": "seen"}, {"url": "x"}],
    }
    assert str(document.mark("title")) == "f.yaml:1:8"
    assert str(document.mark("sources[0].note")) == "f.yaml:4:11"
    assert str(document.mark("sources[1].url")) == "f.yaml:5:12"
    assert str(document.mark("sources[1].url", of_key=True)) == "f.yaml:5:5"
    assert not document.diagnostics


def test_what_is_not_there_is_placed_at_what_is_around_it() -> None:
    document = read("title: Tides\nsources:\n  - url: x\n")
    assert str(document.mark("sources[0].date")) == "f.yaml:3:5"
    assert str(document.mark("sources[7].date")) == "f.yaml:3:3"
    assert str(document.mark("license")) == "f.yaml:1:1"


def test_lines_count_from_where_the_text_stands_in_its_file() -> None:
    document = read_yaml("\ntitle: a\ntitle: b\n", "content/a.md", 1)
    [problem] = document.diagnostics
    assert str(document.mark("title")) == "content/a.md:2:8"
    assert str(problem.mark) == "content/a.md:3:1"
    later = read_yaml("title: [\n", "content/a.md", 10)
    assert later.diagnostics[0].mark.line == 11


def test_columns_count_characters_not_bytes() -> None:
    assert str(read("k: {é: ü, ñ😀: x}").mark("k.ñ😀")) == "f.yaml:1:15"


def test_line_separators_of_other_alphabets_do_not_shift_lines() -> None:
    document = read("description: one\u2028two\x85three\ntitle: a\n")
    assert document.value == {"description": "one two three", "title": "a"}
    assert str(document.mark("title")) == "f.yaml:2:8"


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n", "---\n", "---\n...\n"])
def test_an_empty_document_is_nothing_and_no_problem(text: str) -> None:
    document = read(text)
    assert document.value is None
    assert document.diagnostics == ()
    assert document.mark("title").line == 1 or text.startswith("---")


def test_a_key_given_twice_is_shown_with_its_first_line_and_the_first_counts() -> None:
    document = read("title: a\nurl: b\n\ntitle: c\ntitle: d\n")
    assert [(str(d.mark), d.code, d.message) for d in document.diagnostics] == [
        ("f.yaml:4:1", "OTD004", "'title' is given twice, first at line 1"),
        ("f.yaml:5:1", "OTD004", "'title' is given twice, first at line 1"),
    ]
    assert document.value["title"] == "a"


def test_a_key_given_twice_is_found_inside_lists_and_where_quotes_differ() -> None:
    assert str(only_problem("sources:\n  - url: a\n    'url': b\n").mark) == "f.yaml:3:5"


def test_keys_are_text_whatever_yaml_makes_of_them() -> None:
    assert read("no: 1\n1: 2\nnull: 3\n2024-01-01: 4\n").value == {"no": 1, "1": 2, "null": 3, "2024-01-01": 4}


@pytest.mark.parametrize("text", ["<<: {title: a}", "? [a, b]\n: c", "? {a: b}\n: c", "!!binary eA==: c"])
def test_a_key_that_is_no_text_is_refused(text: str) -> None:
    problem = only_problem(text)
    assert problem.code == "OTD003"
    assert problem.message in ("the name of a field must be plain text", "`<<` does not merge fields here")
    assert problem.mark.line == 1


def test_plain_values_are_read_as_yaml_reads_them() -> None:
    document = read("a: 1\nb: 2.5\nc: yes\nd: ~\ne: 2024-02-03\nf: '1'\ng: =\nh: 09\n")
    day = datetime.date(2024, 2, 3)
    assert document.value == {"a": 1, "b": 2.5, "c": True, "d": None, "e": day, "f": "1", "g": "=", "h": "09"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2024-02-30", "February 2024 has no day 30"),
        ("2023-02-29", "February 2023 has no day 29"),
        ("2024-04-31", "April 2024 has no day 31"),
        ("2024-13-01", "there is no month 13"),
        ("2024-00-01", "there is no month 0"),
        ("0000-01-01", "there is no year 0"),
        ("2024-02-03T25:00:00Z", "a day has no hour 25"),
        ("2024-02-03 10:61:00", "an hour has no minute 61"),
        ("2024-02-03 10:00:75", "a minute has no second 75"),
        ("2024-02-03T10:00:00+99:00", "is no date that can be used here"),
        ("!!int many", "'many' is no whole number"),
        ('!!int ""', "'' is no whole number"),
        ('!!float ""', "'' is no number"),
        ("!!bool maybe", "'maybe' is no true or false"),
        ("!!timestamp soon", "'soon' is no date"),
        ("0x" + "f" * 5000, "is no whole number"),
        ("9" * 5000, "is no whole number"),
    ],
)
def test_a_value_that_is_not_what_it_looks_like_is_one_problem_at_its_place(value: str, message: str) -> None:
    document = read(f"title: a\ndate_added: {value}\nurl: b\n")
    [problem] = document.diagnostics
    assert (str(problem.mark), problem.code) == ("f.yaml:2:13", "OTD003")
    assert message in problem.message
    assert len(problem.message) < 120
    assert document.value == {"title": "a", "date_added": None, "url": "b"}


@pytest.mark.parametrize(
    "value", ["!!python/object:os.system x", "!own x", "!!binary eA==", "!!set {a, b}", "!!omap []"]
)
def test_tags_never_make_anything_but_plain_values(value: str) -> None:
    document = read(f"title: {value}\n")
    [problem] = document.diagnostics
    assert (str(problem.mark), problem.code) == ("f.yaml:1:8", "OTD003")
    assert problem.message.startswith("'!")
    assert document.value == {"title": None}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("title: Tides: a study\n", "1:13", "colon"),
        ("a: b\n\tc: d\n", "2:1", "tabs"),
        ("\ta: b\n", "1:1", "tabs"),
        ("title: @home\n", "1:8", "quotes"),
        ("title: *bold*\n", "1:8", "* or &"),
        ("title: *bold\n", "1:8", "* or &"),
        ("title: & Sons\n", "1:8", "* or &"),
        ('title: "C:\\data"\n', "1:11", "backslash"),
        ("a: b\n---\nc: d\n", "2:1", "delete the line"),
        ("tags: [a, b\ntitle: c\n", "1:7", "add ]"),
        ('title: "a\nurl: b\n', "1:8", "end the text"),
    ],
)
def test_broken_syntax_names_its_place_and_a_remedy(text: str, place: str, words: str) -> None:
    problem = only_problem(text)
    assert problem.code == "OTD003"
    assert str(problem.mark) == f"f.yaml:{place}"
    assert words in problem.help


@pytest.mark.parametrize("character", ["\0", "\x01", "\x1b", "\x7f", "\ufffe"])
def test_control_characters_are_refused_where_they_stand(character: str) -> None:
    problem = only_problem(f"a: é\ntitle: ü{character}\n")
    assert (str(problem.mark), problem.code) == ("f.yaml:2:9", "OTD003")
    assert "invisible" in problem.help


def test_half_a_character_is_refused() -> None:
    assert only_problem("title: \ud800\n").code == "OTD003"
    assert only_problem('title: "\\ud800"\n').code == "OTD003"


def test_a_billion_laughs_end_early() -> None:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    problem = only_problem("\n".join(lines))
    assert problem.code == "OTD005"
    assert "aliases" in problem.message


def test_long_names_above_many_aliases_end_early() -> None:
    leaves = f"a: &a [{', '.join(['x'] * 1000)}]\nb: &b [{', '.join(['*a'] * 50)}]\n"
    problem = only_problem(leaves + f"? {'k' * 100_000}\n: *b\n")
    assert problem.code == "OTD005"


@pytest.mark.parametrize("text", ["a: &a [*a]", "&a [*a]", "&a {k: *a}"])
def test_a_value_inside_itself_is_refused(text: str) -> None:
    assert only_problem(text).code == "OTD005"


def test_aliases_are_followed_where_they_are_harmless() -> None:
    document = read("a: &x [1, 2]\nb: *x\n")
    assert document.value == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2),
        "[" * 200_000,
        "{a: " * 60_000,
        "- " * 60_000,
        "? " * 60_000,
        "\n".join(" " * depth + "a:" for depth in range(1500)),
    ],
    ids=["a little", "brackets", "braces", "lists", "keys", "indentation"],
)
def test_nesting_too_deep_is_a_problem_and_no_crash(text: str) -> None:
    problem = only_problem(text)
    assert problem.code == "OTD005"
    assert "deeper than 40 levels" in problem.message


def test_depth_that_people_write_is_fine() -> None:
    assert not read("[" * MAX_DEPTH + "]" * MAX_DEPTH).diagnostics
    assert not read("description: " + "long text, " * 5_000).diagnostics


def test_a_document_that_cannot_be_read_still_has_a_place() -> None:
    document = read("a: [")
    assert document.value is None
    assert document.mark("a.b[3]") == Mark("f.yaml", 1, 1)


words = ["a: ", "- ", "? ", "&x ", "*x ", "!!int ", "!!bool ", "!!timestamp ", "!!map ", "<<: ", "[", "]", "{", "}"]
words += ["\n", "  ", "'", '"', "|\n", ">-\n", "---\n", "...\n", "no", "1:30", "0x1g", "2024-99-99", ".nan", "=", ","]
yaml_texts = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from(list("ab01 :-?[]{},&*!|>'\"%@#\n\t~=.<é\u2028\0\\"))),
    st.lists(st.sampled_from(words)).map("".join),
)


@given(yaml_texts)
def test_no_text_makes_the_reader_raise(text: str) -> None:
    document = read(text)
    assert all(problem.code in {"OTD003", "OTD004", "OTD005"} for problem in document.diagnostics)
    assert all(problem.mark.line >= 1 and problem.mark.column >= 1 for problem in document.diagnostics)
    assert document.marks[""].path == "f.yaml"
