"""The card template asks for what the dataset specification asks for, and is recognisably unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from otdi_site.model.card_specification import CardSpecification
from otdi_site.trust.card_template import complete_template

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "site_src/downloads/dataset-card-template.md").read_text(encoding="utf-8")
SPECIFICATION: Mapping[str, Any] = yaml.safe_load(
    (ROOT / "catalog_data/vocabulary/card_specification.yaml").read_text(encoding="utf-8")
)
NEEDED, OPTIONAL = SPECIFICATION["placeholders"]
FIELDS = {section["id"]: section["fields"] for section in SPECIFICATION["sections"]}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def split_card() -> tuple[str, str]:
    """The YAML block and the Markdown below it."""
    start, block, body = TEMPLATE.split("---\n", 2)
    assert start == "", "a host finds the YAML block only on the card's first line"
    return block, body


def read_headings() -> list[tuple[str, str]]:
    """Each heading with the text down to the next heading of any level, comments left out."""
    parts = re.split(r"^#{1,6} (.+)$", COMMENT.sub("", split_card()[1]), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


BLOCK, BODY = split_card()
HEADINGS = read_headings()
CONTENT = dict(HEADINGS)


def fields(section: str, *statuses: str) -> list[Any]:
    return [pytest.param(f, id=f["name"]) for f in FIELDS[section] if f["status"] in statuses]


def test_the_template_is_plain_markdown_without_template_language() -> None:
    assert not re.search(r"\{\{|\}\}|\{%|%\}", TEMPLATE)


def test_the_template_names_the_version_of_the_specification() -> None:
    assert f"dataset specification {SPECIFICATION['spec_version']}" in BLOCK


@pytest.mark.parametrize("field", fields("yaml_metadata_block", "required"))
def test_the_block_asks_for_each_required_field(field: Mapping[str, Any]) -> None:
    assert yaml.safe_load(BLOCK)[field["name"]] in (NEEDED, [NEEDED])


def test_the_block_fills_in_nothing_that_only_the_author_can_know() -> None:
    required = {f["name"] for f in FIELDS["yaml_metadata_block"] if f["status"] == "required"}
    assert set(yaml.safe_load(BLOCK)) == required


def test_the_block_offers_each_optional_field_as_a_line_to_uncomment() -> None:
    offered = yaml.safe_load(re.sub(r"^#(?=[^ ]|  )", "", BLOCK, flags=re.MULTILINE))
    names = {*offered, *offered["configs"][0]}
    assert {f["name"] for f in FIELDS["yaml_metadata_block"] if f["status"] != "disallowed"} <= names


@pytest.mark.parametrize("field", fields("yaml_metadata_block", "disallowed"))
def test_the_block_has_no_disallowed_field(field: Mapping[str, Any]) -> None:
    assert not re.search(rf"{re.escape(field['name'])}\s*:", TEMPLATE)


@pytest.mark.parametrize("field", fields("markdown_content", "required"))
def test_the_body_asks_for_each_required_field(field: Mapping[str, Any]) -> None:
    assert NEEDED in CONTENT[field["heading"]]


@pytest.mark.parametrize("field", fields("markdown_content", "optional"))
def test_the_body_offers_each_optional_field_without_requiring_it(field: Mapping[str, Any]) -> None:
    assert OPTIONAL in CONTENT[field["heading"]]
    assert NEEDED not in CONTENT[field["heading"]]


def test_every_heading_stands_once() -> None:
    names = [heading for heading, _ in HEADINGS]
    assert len(set(names)) == len(names)


def test_no_heading_skips_a_level() -> None:
    levels = [len(marks) for marks in re.findall(r"^(#{1,6}) ", COMMENT.sub("", BODY), re.MULTILINE)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_comments_hold_no_placeholder_so_that_a_filled_card_is_not_taken_for_an_unfilled_one() -> None:
    hidden = "".join(COMMENT.findall(BODY)) + "".join(re.findall(r"^#.*$", BLOCK, re.MULTILINE))
    assert NEEDED not in hidden
    assert OPTIONAL not in hidden


def test_sensitive_information_is_not_hidden_under_the_annotations() -> None:
    assert "\n## Personal and Sensitive Information\n" in BODY


def test_the_values_of_sensitive_information_are_those_of_the_vocabulary() -> None:
    path = ROOT / "catalog_data/vocabulary/sensitive_information.yaml"
    text = " ".join(BODY.split())
    for term in yaml.safe_load(path.read_text(encoding="utf-8"))["terms"]:
        assert term["title"] in text


def test_dates_are_explained_as_iso_8601() -> None:
    assert "2026-03-31T12:00:00Z" in BODY
    assert "dd:T" not in TEMPLATE


def test_the_template_has_all_that_the_specification_asks_for() -> None:
    """So that nothing is added to it when the site is built."""
    specification = CardSpecification.model_validate(SPECIFICATION)
    assert complete_template(TEMPLATE, specification) == TEMPLATE
