"""Every mistake in YAML is said in our own words, where its cause stands."""

from __future__ import annotations

import re

import pytest
import yaml

from otdi_site.source.yaml_reader import read_yaml

CASES = [
    # problem of the parser, text, place, words of the message, words of the help
    ("could not find expected", "a: 1\n<<<<<<< A\nb: 1\n=======\nb: 2\n>>>>>>> B\n", "2:1", "conflict", "versions"),
    ("could not find expected ':'", "a: b\nfoo\nc: d\n", "2:1", "'foo' is no `name: value`", "colon"),
    ("block sequence entries are not allowed", "a: - b\n", "1:4", "a list cannot begin here", "line of its own"),
    ("mapping keys are not allowed", "a: ? b\n", "1:4", "a key cannot begin here", "quotes"),
    ("mapping values are not allowed", "title: Tides: heights\n", "1:13", "a second colon", "quotes"),
    ("mapping values are not allowed", "title: A\n  url: b\n", "2:3", "went on with the value above", "indent"),
    ("found character that cannot start any token", "a: @b\n", "1:4", "cannot begin with @", "quotes"),
    ("found character that cannot start any token", "a: `b`\n", "1:4", "cannot begin with `", "quotes"),
    ("found character that cannot start any token", "a:\n\tb: c\n", "2:1", "a tab", "spaces"),
    ("found a tab character that violates indentation", "a: b\n  c\n\td\n", "3:1", "a tab", "spaces"),
    ("found a tab character where an indentation space", "a: |\n\tb\n", "2:1", "a tab", "spaces"),
    ("found unexpected end of stream", 'a: "b\nc: d\n', "1:4", 'the quote " is not closed', "end the text"),
    ("found unexpected end of stream", "a: 'b\nc: d\n", "1:4", "the quote ' is not closed", "twice"),
    ("found unexpected document indicator", "a: 'b\n---\nc: d\n", "1:4", "the quote ' is not closed", "twice"),
    ("did not find expected key", "a: 'it's'\n", "1:8", "ended before this", "twice"),
    ("did not find expected key", 'a: "say "hi""\n', "1:10", "ended before this", '\\"'),
    ("did not find expected key", 'a: "b\nurl: "https://c"\n', "1:4", "is not closed before line 2", "end the text"),
    ("did not find expected key", "a: b\n- c\n", "2:1", "an item of a list stands among fields", "below its key"),
    ("did not find expected key", "a:\n  b: c\n d: e\n", "3:2", "fits none above it", "indent"),
    ("did not find expected '-' indicator", "- a\nb: c\n", "2:1", "among the items of a list", "hyphen"),
    ("did not find expected <document start>", " a: b\nc: d\n", "2:1", "belongs to nothing", "indent"),
    ("did not find expected ',' or ']'", "a: [b, c\nd: e\n", "1:4", "[ is not closed", "add ]"),
    ("did not find expected ',' or ']'", "a: [b, c\nd: e\nf: [g]\n", "1:4", "[ is not closed", "add ]"),
    ("did not find expected ',' or ']'", "a: [\n  'b'\n  'c'\n]\n", "3:3", "a comma or ] is missing", "commas"),
    ("did not find expected ',' or ']'", "a: [b}\n", "1:6", "a comma or ] is missing", "commas"),
    ("did not find expected ',' or '}'", "a: {b: c\nd: e\n", "1:4", "{ is not closed", "add }"),
    ("did not find expected ',' or '}'", "a: {b: c]\n", "1:9", "a comma or } is missing", "commas"),
    ("did not find expected node content", "a: ]\n", "1:4", "a value is missing before ]", "quotes"),
    ("did not find expected node content", "a: [,]\n", "1:5", "a value is missing before ,", "quotes"),
    ("did not find expected alphabetic or numeric", "a: *b*\n", "1:4", "alias or anchor", "quotes"),
    ("did not find expected alphabetic or numeric", "a: & b\n", "1:4", "alias or anchor", "quotes"),
    ("found undefined alias", "a: *b\n", "1:4", "no value with this name", "quotes"),
    ("second occurrence", "a: &b 1\nc: &b 2\n", "2:4", "given twice", "quotes"),
    ("found unknown escape character", 'a: "C:\\data"\n', "1:7", "begins an escape", "backslash"),
    ("did not find expected hexdecimal number", 'a: "\\xZZ"\n', "1:7", "lacks digits", "backslash"),
    ("found invalid Unicode character escape code", 'a: "\\UFFFFFFFF"\n', "1:7", "no character", "backslash"),
    ("did not find expected comment or line break", "a: > b\n", "1:6", "on the line of > or |", "below"),
    ("found an indentation indicator equal to 0", "a: |0\n  b\n", "1:5", "indented by at least one", "below"),
    ("but found another document", "a: b\n---\nc: d\n", "2:1", "a second document", "delete the line"),
    ("found undefined tag handle", "a: !e!x y\n", "1:4", "no tag", "exclamation mark"),
    ("did not find the expected '>'", "a: !<x y\n", "1:7", "no tag", "exclamation mark"),
    ("did not find expected tag URI", "a: !<> y\n", "1:6", "no tag", "exclamation mark"),
    ("did not find expected whitespace or line break", "a: !x{ b\n", "1:6", "no tag", "exclamation mark"),
    ("did not find URI escaped octet", "a: !x%zz b\n", "1:6", "no tag", "exclamation mark"),
    ("found an incorrect leading UTF-8 octet", "a: !x%ff b\n", "1:6", "no tag", "exclamation mark"),
    ("found an incorrect trailing UTF-8 octet", "a: !x%c3%28 b\n", "1:9", "no tag", "exclamation mark"),
    ("did not find expected '!'", "%TAG x y\n---\na: b\n", "1:6", "no tag", "exclamation mark"),
    ("could not find expected directive name", "% b\n", "1:2", "no directive", "percent sign"),
    ("found unexpected non-alphabetical character", "%a( b\n", "1:3", "no directive", "percent sign"),
    ("found unknown directive name", "%FOO\n---\na: b\n", "1:5", "no directive", "percent sign"),
    ("did not find expected version number", "%YAML x\n", "1:7", "no directive", "percent sign"),
    ("found extremely long version number", "%YAML 1111111111.1\n", "1:16", "no directive", "percent sign"),
    ("did not find expected digit or '.' character", "%YAML 1x\n", "1:8", "no directive", "percent sign"),
    ("did not find expected whitespace", "%TAG !e!x y\n---\na\n", "1:9", "no directive", "percent sign"),
    ("found duplicate %YAML directive", "%YAML 1.1\n%YAML 1.1\n---\na: b\n", "2:1", "twice", "delete"),
    ("found duplicate %TAG directive", "%TAG !e! x\n%TAG !e! y\n---\na: b\n", "2:1", "twice", "delete"),
    ("found incompatible YAML document", "%YAML 3.0\n---\na: b\n", "1:1", "another version", "delete"),
]
NOT_SHOWN = re.compile(r"while (?:scanning|parsing)|did not find|block (?:mapping|collection)|token|node|scalar|stream")


@pytest.mark.parametrize(("problem", "text", "place", "message", "help"), CASES)
def test_a_mistake_is_said_in_our_words_where_its_cause_stands(
    problem: str, text: str, place: str, message: str, help: str
) -> None:
    with pytest.raises(yaml.YAMLError) as raised:
        yaml.load(text, Loader=yaml.CSafeLoader)
    assert problem in str(raised.value), "the case shows another problem of the parser"
    [found] = read_yaml(text, "f.yaml").diagnostics
    assert (found.code, str(found.mark)) == ("OTD003", f"f.yaml:{place}")
    assert message in found.message
    assert help in found.help
    assert not NOT_SHOWN.search(f"{found.message} {found.help}")


def test_the_place_is_that_of_the_file_where_the_text_begins_further_down() -> None:
    [found] = read_yaml('a: b\nc: "d\ne: "f"\n', "page.md", first_line=5).diagnostics
    assert str(found.mark) == "page.md:6:4"
    assert found.message == 'the quote " is not closed before line 7'
