from __future__ import annotations

from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.source.entries import read_entry
from otdi_site.source.vocabularies import read_vocabularies

PROJECT = Path(__file__).parents[3]

DOMAINS = """\
title: Domains
groups:
  - {id: science, title: Science}
terms:
  - id: climate
    title: Climate
    group: science
    alternatives: [weather]
"""


def read(root: Path, name: str, text: str) -> tuple[Vocabularies, list[Diagnostic]]:
    folder = root / "catalog_data" / "vocabulary"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_vocabularies(root)


def test_a_site_s_own_vocabulary_replaces_the_project_s_file_by_file(tmp_path: Path) -> None:
    vocabularies, problems = read(tmp_path, "domains", DOMAINS)
    assert problems == []
    assert [term.id for term in vocabularies.domains.terms] == ["climate"]
    assert vocabularies.domains.groups[0].title == "Science"
    own, _ = read_vocabularies(PROJECT)
    assert vocabularies.modalities == own.modalities
    assert vocabularies.licenses.get("cc-by-4.0") == own.licenses.get("CC-BY-4.0")


def test_a_vocabulary_that_no_one_has_is_empty(tmp_path: Path) -> None:
    vocabularies, problems = read_vocabularies(tmp_path)
    assert problems == []
    assert vocabularies.publishers.terms == () or vocabularies.publishers.get("nobody") is None


def test_a_wrong_vocabulary_is_empty_and_says_why(tmp_path: Path) -> None:
    vocabularies, problems = read(tmp_path, "domains", DOMAINS.replace("title: Climate", "titel: Climate"))
    assert vocabularies.domains.terms == ()
    assert [problem.code for problem in problems] == ["OTD011", "OTD010"]


def test_what_is_wrong_with_a_term_is_placed(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "licenses", "title: a\nterms:\n  - {id: MIT, title: MIT, category: free}\n")
    [problem] = problems
    assert str(problem.mark) == "catalog_data/vocabulary/licenses.yaml:3:37"
    assert problem.field == "terms[0].category"
    assert "permissive" in problem.help


def test_a_term_given_twice_names_the_first_line(tmp_path: Path) -> None:
    _, [problem] = read(tmp_path, "domains", DOMAINS + "  - {id: Climate, title: Again}\n")
    assert (str(problem.mark), problem.code) == ("catalog_data/vocabulary/domains.yaml:9:10", "OTD111")
    assert "first at line 5" in problem.message


def test_a_group_that_is_none_offers_those_there_are(tmp_path: Path) -> None:
    _, [problem] = read(tmp_path, "domains", DOMAINS.replace("group: science", "group: sciences"))
    assert (str(problem.mark), problem.code) == ("catalog_data/vocabulary/domains.yaml:7:12", "OTD112")
    assert problem.help == "add it to `groups`, or use one of: science"


@pytest.mark.parametrize("term_id", ["climate change", "a/b", "..", "été", "general-purpose", "-x"])
def test_an_id_that_no_address_can_have_is_refused(tmp_path: Path, term_id: str) -> None:
    _, [problem] = read(tmp_path, "domains", DOMAINS.replace("id: climate", f"id: {term_id}"))
    assert (str(problem.mark), problem.code) == ("catalog_data/vocabulary/domains.yaml:5:9", "OTD113")


def test_the_project_s_vocabularies_are_right_and_complete() -> None:
    vocabularies, problems = read_vocabularies(PROJECT)
    assert problems == []
    assert len(vocabularies.domains.groups) >= 2
    assert {"CC-BY-4.0", "Apache-2.0", "CC0-1.0"} <= {term.id for term in vocabularies.licenses.terms}
    assert vocabularies.card_specification is not None
    assert vocabularies.card_specification.spec_version == "0.1.7"
    assert {section.id for section in vocabularies.card_specification.sections} == {
        "yaml_metadata_block",
        "markdown_content",
        "derived_dataset_changes",
        "access_and_license",
    }


def test_nobody_is_unknown_where_the_publishers_cannot_be_read(tmp_path: Path) -> None:
    entry = tmp_path / "catalog_data/datasets/club/apples.yaml"
    entry.parent.mkdir(parents=True)
    entry.write_text("title: Apples\nurl: https://example.org/apples\n", encoding="utf-8")
    vocabularies, problems = read(tmp_path, "publishers", "title: Who\nterms: [{id: club, titel: The club}]\n")
    assert [problem.code for problem in problems] == ["OTD011", "OTD010"]
    assert read_entry(tmp_path, entry, vocabularies)[1] == []
