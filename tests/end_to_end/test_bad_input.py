"""Everything a maintainer can get wrong in the content, all at once: each with its place and its remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites import make_small_site, read_tree, run

ENTRY = "title: {}\nurl: https://example.org/{}\nhosting: owner\n"
WRONG = {
    "content/broken.md": "---\ntitle: [a\n---\nWords.\n",
    "content/bare.md": "Neither front matter nor a heading.\n",
    "content/links.md": "---\ntitle: Links\n---\n[no page](/nowhere/) and [no place](/about/#nope)\n",
    "content/clash.md": "---\ntitle: Clash\npermalink: /about/\n---\nWords.\n",
    "content/layout.md": "---\ntitle: Layout\nlayout: nonsense\n---\nWords.\n",
    "content/good.md": "---\ntitle: Good\n---\nTo [home](/) and to [what has another layout](/layout/).\n",
    "catalog_data/datasets/example-org/broken.yaml": 'title: "x\nurl: [',
    "catalog_data/datasets/example-org/field.yaml": ENTRY.format("Field", "field") + "modalites: [text]\n",
    "catalog_data/datasets/example-org/twice.yaml": ENTRY.format("Twice", "twice") + "title: Once more\n",
    "catalog_data/datasets/example-org/term.yaml": ENTRY.format("Term", "term") + "modalities: [texts]\n",
    "catalog_data/datasets/example-org/first.yaml": ENTRY.format("First", "first") + "huggingface: Example-Org/one\n",
    "catalog_data/datasets/example-org/second.yaml": ENTRY.format("Second", "2") + "huggingface: example-org/One\n",
    "catalog_data/datasets/example-org/third.yaml": ENTRY.format("Third", "third") + "name: first\n",
    "catalog_data/vocabulary/domains.yaml": "title: Domains\nterms: 7\n",
    "templates/pages/home.html": '{% extends "base.html" %}\n{% block main %}{{ nonsense }}{% endblock %}\n',
    "templates/slots/broken.html": "{% if %}\n",
}
FOUND = {
    "content/broken.md": {"OTD003"},
    "content/bare.md": {"OTD201"},
    "content/links.md": {"OTD206", "OTD207"},
    "content/clash.md": {"OTD203"},
    "content/layout.md": {"OTD205"},
    "content/latin.md": {"OTD002"},
    "content/gone.md": {"OTD001"},
    "catalog_data/datasets/example-org/broken.yaml": {"OTD003"},
    "catalog_data/datasets/example-org/field.yaml": {"OTD010"},
    "catalog_data/datasets/example-org/twice.yaml": {"OTD004"},
    "catalog_data/datasets/example-org/term.yaml": {"OTD101"},
    "catalog_data/datasets/example-org/second.yaml": {"OTD103"},
    "catalog_data/datasets/example-org/third.yaml": {"OTD102"},
    "catalog_data/datasets/example-org/latin.yaml": {"OTD002"},
    "catalog_data/vocabulary/domains.yaml": {"OTD012"},
    "templates/pages/home.html": {"OTD302"},
    "templates/slots/broken.html": {"OTD300"},
}
"""Codes of the errors of each file; a file that is not named here has none."""
WHOLE_FILE = {"content/gone.md"}
"""Files that have no line to name."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = make_small_site(tmp_path_factory.mktemp("bad") / "site", WRONG)
    (site / "content/latin.md").write_bytes("---\ntitle: Café\n---\nWords.\n".encode("latin-1"))
    (site / "catalog_data/datasets/example-org/latin.yaml").write_bytes(ENTRY.format("é", "x").encode("latin-1"))
    (site / "content/gone.md").symlink_to("nowhere.md")
    return site


@pytest.fixture(scope="module")
def diagnostics(root: Path) -> Iterator[list[dict[str, Any]]]:
    before = read_tree(root)
    finished = run(root, "build", "--offline", "--format", "json")
    assert finished.status == 1, finished
    assert finished.last_line.startswith("build: nothing was published; ")
    assert not (root / "_site").exists()
    yield json.loads(finished.output)["diagnostics"]
    assert {path: text for path, text in read_tree(root).items() if path in before} == before


def test_one_run_tells_every_problem_and_invents_none(diagnostics: list[dict[str, Any]]) -> None:
    found: dict[str, set[str]] = {}
    for diagnostic in diagnostics:
        if diagnostic["severity"] == "error":
            found.setdefault(diagnostic["path"], set()).add(diagnostic["code"])
    assert found == FOUND


def test_every_problem_has_its_place_and_remedy(diagnostics: list[dict[str, Any]]) -> None:
    for diagnostic in diagnostics:
        assert diagnostic["message"]
        assert diagnostic["help"]
        assert diagnostic["line"] > 0 or diagnostic["path"] in WHOLE_FILE, diagnostic


def test_conflicts_name_all_parties(diagnostics: list[dict[str, Any]]) -> None:
    messages = {diagnostic["code"]: diagnostic["message"] for diagnostic in diagnostics}
    assert "content/about.md" in messages["OTD203"]
    assert "content/clash.md" in messages["OTD203"]
    assert "catalog_data/datasets/example-org/first.yaml" in messages["OTD102"]
    assert "catalog_data/datasets/example-org/first.yaml" in messages["OTD103"]


def test_near_words_are_offered(diagnostics: list[dict[str, Any]]) -> None:
    helps = {diagnostic["path"].rpartition("/")[2]: diagnostic["help"] for diagnostic in diagnostics}
    assert helps["term.yaml"] == "did you mean text?"
    assert helps["field.yaml"] == "did you mean modalities?"
    assert "home" in helps["layout.md"]


def test_the_same_problems_come_in_the_same_order(root: Path, diagnostics: list[dict[str, Any]]) -> None:
    again = json.loads(run(root, "check", "--format", "json").output)["diagnostics"]
    assert again == diagnostics
    places = [(diagnostic["path"], diagnostic["line"], diagnostic["column"]) for diagnostic in again]
    assert places == sorted(places)
