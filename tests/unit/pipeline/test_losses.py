"""What was published and is gone is said, and is never taken for what was deleted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.pipeline import Outcome, Request
from otdi_site.progress import Progress
from otdi_site.render import BytecodeCache
from tests.sites import make_small_site, read_tree

pytestmark = pytest.mark.usefixtures("warm_start")

FILES = {
    "content/guide/index.md": "---\ntitle: Guide\n---\nHow to measure.\n",
    "content/guide/depth.md": "---\ntitle: Depth\nredirect_from: [/deep/]\n---\nHow deep.\n",
    "content/uses.md": "---\ntitle: Uses\n---\nWhat for.\n",
    "content/plan.pdf": "invented",
    "templates/partials/footer.html": "<footer>Ours</footer>\n",
    "templates/slots/note.html": "<p>Note</p>\n",
    "site_src/css/site.css": "body { margin: 0 }\n",
    "site_src/downloads/form.txt": "Name:\n",
    "catalog_data/datasets/example-org/springs.yaml": "title: Springs\nurl: https://example.org/springs\n"
    "modalities: [text]\nhosting: owner\n",
}


@pytest.fixture(scope="module")
def codes() -> BytecodeCache:
    """What is compiled of the templates, once for all tests."""
    return {}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, codes: BytecodeCache) -> Path:
    """A published site, with files of each kind."""
    root = make_small_site(tmp_path_factory.mktemp("published") / "site", FILES)
    assert Builder(root, codes)().exit_status == 0
    return root


@dataclass(frozen=True)
class Builder:
    """Builds a site in this process."""

    root: Path
    codes: BytecodeCache

    def __call__(self, *, accept: bool = False) -> Outcome:
        request = Request(self.root, self.root / "_site", None, offline=True, strict=False, jobs=1, accept=accept)
        return pipeline.build(request, Progress(is_quiet=True), self.codes)


@pytest.fixture
def build(published: Path, tmp_path: Path, codes: BytecodeCache) -> Builder:
    """Builds a copy of the published site."""
    return Builder(Path(shutil.copytree(published, tmp_path / "site")), codes)


@pytest.fixture
def root(build: Builder) -> Path:
    return build.root


def said(outcome: Outcome) -> list[tuple[str, str]]:
    """Severity and code with path of each diagnostic."""
    return [
        (each.severity.value, f"{each.code} {each.mark.path.rpartition('site/')[2]}") for each in outcome.diagnostics
    ]


def empty(path: Path) -> None:
    shutil.rmtree(path)
    path.mkdir()


def make_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("no folder", encoding="utf-8")


def lead_nowhere(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to("nowhere")


@pytest.mark.parametrize("lose", [shutil.rmtree, empty, make_file, lead_nowhere], ids=lambda lose: lose.__name__)
@pytest.mark.parametrize(
    "folder",
    [
        "content",
        "catalog_data",
        "catalog_data/datasets",
        "catalog_data/vocabulary",
        "templates",
        "site_src",
        "content/guide",
    ],
)
def test_a_folder_that_is_gone_is_an_error(
    build: Builder, root: Path, folder: str, lose: Callable[[Path], None]
) -> None:
    before = read_tree(root / "_site")
    if lose is not shutil.rmtree:  # the published site knows it by itself
        shutil.rmtree(root / ".cache")
        shutil.rmtree(root / "._site.next")
    lose(root / folder)
    outcome = build()
    assert outcome.exit_status == 1, outcome.line
    assert any(severity == "error" and folder in what for severity, what in said(outcome)), said(outcome)
    assert "nothing was published" in outcome.line
    assert read_tree(root / "_site") == before


@pytest.mark.parametrize(
    "path",
    [
        "content/plan.pdf",
        "content/about.md",
        "templates/partials/footer.html",
        "site_src/css/site.css",
        "site_src/downloads/form.txt",
        "catalog_data/vocabulary/modalities.yaml",
    ],
)
def test_a_file_that_became_empty_is_an_error(build: Builder, root: Path, path: str) -> None:
    before = read_tree(root / "_site")
    (root / path).write_bytes(b"")
    outcome = build()
    assert outcome.exit_status == 1
    (diagnostic,) = {each.mark.path: each for each in outcome.diagnostics}.values()
    assert diagnostic.mark.path.endswith(path)
    assert read_tree(root / "_site") == before


def test_one_page_may_go_and_its_address_is_named_with_the_line_that_keeps_it(build: Builder, root: Path) -> None:
    (root / "content/uses.md").unlink()
    outcome = build()
    assert (outcome.exit_status, said(outcome)) == (0, [("warning", "OTD524 content/uses.md")])
    assert "/uses/" in outcome.diagnostics[0].message
    assert "`redirect_from: [/uses/]`" in outcome.diagnostics[0].help
    assert not (root / "_site/uses/index.html").exists()


def test_the_page_that_takes_the_place_is_named(build: Builder, root: Path) -> None:
    (root / "content/uses.md").rename(root / "content/purposes.md")
    (outcome,) = build().diagnostics
    assert outcome.help == "add `redirect_from: [/uses/]` to content/purposes.md"
    about = root / "content/about.md"
    about.write_text(about.read_text().replace("title: About\n", "title: About\npermalink: /us/\n"), encoding="utf-8")
    links = root / "content/index.md"
    links.write_text(links.read_text().replace("/about/", "/us/"), encoding="utf-8")
    (outcome,) = build().diagnostics
    assert outcome.help == "add `redirect_from: [/about/]` to content/about.md"


def test_an_address_that_leads_to_the_new_one_is_not_lost(build: Builder, root: Path) -> None:
    for name in ("index", "depth"):
        (root / f"content/guide/{name}.md").unlink()
    text = "---\ntitle: All of it\nredirect_from: [/guide/, /guide/depth/, /deep/]\n---\nWords.\n"
    (root / "content/all.md").write_text(text, encoding="utf-8")
    assert said(build()) == []


def test_an_old_address_a_download_and_a_file_are_addresses_too(build: Builder, root: Path) -> None:
    depth = root / "content/guide/depth.md"
    depth.write_text(depth.read_text().replace("redirect_from: [/deep/]\n", ""), encoding="utf-8")
    (root / "site_src/downloads/form.txt").unlink()
    outcome = build()
    messages = [each.message.partition(" ")[0] for each in outcome.diagnostics]
    assert messages == ["/deep/", "/downloads/form.txt"]
    assert outcome.exit_status == 0


def test_many_pages_at_once_are_an_error_until_it_is_accepted(build: Builder, root: Path) -> None:
    before = read_tree(root / "_site")
    for path in ("uses.md", "guide/depth.md", "plan.pdf"):
        (root / "content" / path).unlink()
    outcome = build()
    assert (outcome.exit_status, said(outcome)) == (1, [("error", "OTD523 content")])
    assert "--accept" in outcome.diagnostics[0].help
    assert read_tree(root / "_site") == before
    outcome = build(accept=True)
    assert (outcome.exit_status, said(outcome)) == (0, [])
    assert said(build()) == []


def test_a_lost_override_that_the_program_replaces_is_told(build: Builder, root: Path) -> None:
    (root / "templates/partials/footer.html").unlink()
    outcome = build()
    assert (outcome.exit_status, said(outcome)) == (0, [("warning", "OTD525 templates/partials/footer.html")])


def test_a_term_that_takes_its_list_with_it_is_told(build: Builder, root: Path) -> None:
    terms = root / "catalog_data/vocabulary/modalities.yaml"
    terms.write_text(terms.read_text().replace("id: text, title: Text", "id: words, title: Words"), encoding="utf-8")
    for name in ("wells", "springs"):
        entry = root / f"catalog_data/datasets/example-org/{name}.yaml"
        entry.write_text(entry.read_text().replace("modalities: [text]", "modalities: [words]"), encoding="utf-8")
    outcome = build()
    assert (outcome.exit_status, said(outcome)) == (0, [("warning", "OTD524 catalog_data/vocabulary/modalities.yaml")])
    assert "/catalog/modality/text/" in outcome.diagnostics[0].message


def test_a_site_published_elsewhere_or_not_at_all_loses_nothing(build: Builder, root: Path) -> None:
    shutil.rmtree(root / "_site")
    (root / "content/uses.md").unlink()
    (root / "templates/slots/note.html").unlink()
    assert said(build()) == []


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("templates/pages/page.html", '{% extends "base.html" %}{% block x %}', "OTD300 templates/pages/page.html"),
        ("templates/pages/page.html", "{{ page.titel }}", "OTD302 templates/pages/page.html"),
        ("templates/base.html", "{{ nothing }}", "OTD302 templates/base.html"),
        ("templates/dataset.html", "{{ nothing }}", "OTD302 templates/dataset.html"),
    ],
)
def test_pages_that_a_template_fails_to_make_are_not_lost_as_well(
    root: Path, build: Builder, path: str, text: str, wanted: str
) -> None:
    before = read_tree(root / "_site")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    assert said(build()) == [("error", wanted)]
    assert read_tree(root / "_site") == before


def test_a_page_that_goes_is_named_no_more_once_that_is_accepted(root: Path, build: Builder) -> None:
    (root / "content/uses.md").unlink()
    outcome = build()
    assert said(outcome) == [("warning", "OTD524 content/uses.md")]
    assert "--accept" in outcome.diagnostics[0].help
    assert said(build(accept=True)) == []
    assert said(build()) == []
