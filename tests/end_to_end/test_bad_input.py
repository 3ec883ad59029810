"""Everything a maintainer can get wrong in the content, all at once: each with its place and its remedy."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites import PROJECT, change_config, make_small_site, read_tree, run
from tests.test_diagnostics import WITHOUT_FRAGMENT, codes_in_source

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


PLACE_CODES = re.compile(r": (?:error|warning) (OTD\d{3}): ")
PLACE = re.compile(r"^([^:\n]+)(?::(\d+))?(?::(\d+))?: (?:error|warning) (OTD\d{3}): ", re.MULTILINE)

# The same again with all that documentation has an example of: the fragments that stand alone for one diagnostic each.

FRAGMENTS = PROJECT / "tests" / "diagnostics"
MOVED = {
    "content/": "content/problems/{}-",
    "catalog_data/datasets/sample/": "catalog_data/datasets/sample/{}-",
    "site_src/css/": "site_src/css/{}-",
}
"""Where the files of a fragment stand among those of the others."""
AS_THEY_ARE = {
    "OTD106",
    "OTD107",
    "OTD108",
    "OTD111",
    "OTD202",
    "OTD204",
    "OTD208",
    "OTD301",
    "OTD311",
    "OTD312",
    "OTD401",
}
"""Fragments whose files have names of their own."""
ELSEWHERE = {"OTD006", "OTD212", "OTD443", "OTD102", "OTD203", "OTD206", "OTD207", "OTD223", "OTD235", "OTD320"}
"""Fragments that speak of the place they stand at."""


def place_fragments(site: Path) -> set[tuple[str, str, int, int]]:
    """Puts them into a site; returns code, path, line and column of what they cause."""
    expected = set()
    for folder in sorted(FRAGMENTS.glob("OTD*")):
        code, targets = folder.name, {}
        for file in folder.rglob("*"):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and name != "expected.txt":
                targets[name] = name if code in AS_THEY_ARE else _moved(name, code)
        if code in ELSEWHERE or not all(targets.values()):
            continue
        for name, target in targets.items():
            (site / target).parent.mkdir(parents=True, exist_ok=True)
            (site / target).write_bytes((folder / name).read_bytes())
        for path, line, column, found in PLACE.findall((folder / "expected.txt").read_text("utf-8")):
            expected.add((found, targets.get(path, path), int(line or 0), int(column or 0)))
    return expected


def _moved(name: str, code: str) -> str:
    for folder, target in MOVED.items():
        if name.startswith(folder):
            return target.format(code.lower()) + name.removeprefix(folder)
    return ""


TOGETHER = FRAGMENTS / "together.txt"


def test_one_tree_with_one_of_every_fault_prints_exactly_what_is_expected(tmp_path: Path) -> None:
    """With ``OTDI_UPDATE_EXPECTED=1 pytest tests/end_to_end/test_bad_input.py`` it writes anew what is expected.

    Codes that need a tree of their own are those of fragments that are not moved, and each has its own test; codes that
    no file of a site can cause stand in `tests.test_diagnostics.WITHOUT_FRAGMENT`.
    """
    site = tmp_path / "site"
    shutil.copytree(FRAGMENTS / "site", site)
    place_fragments(site)
    output = run(site, "check", "--offline").output.replace(str(site), "SITE")
    if os.environ.get("OTDI_UPDATE_EXPECTED"):
        TOGETHER.write_text(output, encoding="utf-8")
    assert output == TOGETHER.read_text("utf-8")
    together = set(PLACE_CODES.findall(output))
    alone = {
        code
        for folder in FRAGMENTS.glob("OTD*")
        for code in PLACE_CODES.findall((folder / "expected.txt").read_text("utf-8"))
    }
    assert codes_in_source() - together - alone == set(WITHOUT_FRAGMENT)


def test_all_that_the_documentation_has_examples_of_is_told_in_one_run(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(FRAGMENTS / "site", site)
    expected = place_fragments(site)
    (site / "rows.jsonl").write_text('{"id": "a/b", "description": "Good."}\n{broken\n', encoding="utf-8")
    sources = [{"path": path, "date": "2025-10-24", "licenses": "all"} for path in ("rows.jsonl", "gone.jsonl")]
    change_config(site, sources=sources)
    expected |= {("OTD450", "gone.jsonl", 0, 0), ("OTD451", "rows.jsonl", 2, 0)}
    before = read_tree(site)
    finished = run(site, "build", "--offline", "--format", "json")
    diagnostics = json.loads(finished.output)["diagnostics"]
    found = {(it["code"], it["path"], it["line"], it["column"]) for it in diagnostics}
    assert expected - found == set()
    assert len({code for code, *_ in expected}) > 40
    assert all(it["help"] for it in diagnostics)
    assert (finished.status, "Traceback" in finished.errors) == (1, False)
    assert finished.last_line.startswith("build: nothing was published")
    assert {path: text for path, text in read_tree(site).items() if path in before} == before
    assert not (site / "_site").exists()


@pytest.mark.parametrize(
    "path", ["catalog_data/vocabulary/domains.yaml", "templates/partials/footer.html", "site_src/css/site.css"]
)
@pytest.mark.parametrize(("make", "code"), [(Path.mkdir, "OTD001"), (os.mkfifo, "OTD211")])
def test_what_is_no_file_does_not_make_way_for_the_program_s_own(
    tmp_path: Path, path: str, make: Callable[[Path], None], code: str
) -> None:
    root = make_small_site(tmp_path / "site")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    make(root / path)
    for command in ("check", "build"):
        found = run(root, command, "--offline", cwd=root)
        assert found.status == 1
        assert [line.partition(" ")[0] for line in found.output.splitlines() if code in line] == [f"{path}:"]
    assert not (root / "_site").exists()
