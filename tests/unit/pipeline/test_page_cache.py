"""An edit of one page costs what it touches, and what it does not touch is as if all had been made anew."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.model.markdown import Document
from otdi_site.model.page import Page
from otdi_site.pipeline import Outcome, Request
from otdi_site.progress import Progress
from otdi_site.render import Renderer
from otdi_site.source import pages as source_pages
from tests.builds import MOMENT, Built, build, copy_sources, differences, look_at
from tests.sites import change_config, make_small_site

pytestmark = pytest.mark.usefixtures("warm_start")

COUNT = 12
PAGES = {
    f"content/many/page-{number}.md": f"---\ntitle: Page {number}\n---\n## Part\n\nText {number}, [here](#part), "
    f"[there](page-{(number + 1) % COUNT}.md#part) and ![](/none-{number}.png).\n"
    for number in range(COUNT)
}
FILES = {f"content/none-{number}.png": "" for number in range(COUNT)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with pages that have a warning each, which has been built."""
    root = make_small_site(tmp_path / "site", {**PAGES, **FILES, "content/many/index.md": "# Many\n"})
    again(root)
    return root


def again(root: Path) -> Built:
    time.sleep(MOMENT)
    return build(root)


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    write(root, path, text.replace(old, new))


def check(root: Path, elsewhere: Path) -> Built:
    """Builds again, and compares with what the sources make in a folder of their own."""
    twin = copy_sources(root, elsewhere)
    built, first = again(root), again(twin)
    assert built.diagnostics == first.diagnostics
    assert built.status == first.status
    if built.status == 0:
        assert differences(look_at(root / "_site"), look_at(twin / "_site")) == []
    return built


def watch(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str], Outcome]:
    """A build in this process: which pages it read, and which it rendered."""
    read: list[str] = []
    rendered: list[str] = []
    read_markdown, render_page = source_pages.render_markdown, Renderer.render_page

    def reading(text: str, *, path: str, **others: object) -> Document:
        read.append(path)
        return read_markdown(text, path=path, **others)  # type: ignore[arg-type]

    def rendering(renderer: Renderer, page: Page) -> object:
        rendered.append(page.source)
        return render_page(renderer, page)

    time.sleep(MOMENT)
    with monkeypatch.context() as patched:
        patched.setattr(source_pages, "render_markdown", reading)
        patched.setattr(Renderer, "render_page", rendering)
        outcome = pipeline.build(Request(root, root / "_site", None, True, False, 1), Progress(is_quiet=True))
    return read, rendered, outcome


def of_many(paths: list[str]) -> list[str]:
    return sorted(path.removeprefix("content/many/") for path in paths if path.startswith("content/many/page-"))


def test_only_an_edited_page_is_read_and_rendered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "content/many/page-3.md", "Text 3", "Words 3")
    read, rendered, outcome = watch(root, monkeypatch)
    assert read == ["content/many/page-3.md"]
    assert of_many(rendered) == ["page-3.md"]
    assert sum(diagnostic.code == "OTD234" for diagnostic in outcome.diagnostics) == COUNT


def test_a_title_is_rendered_where_it_is_shown(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "content/many/page-3.md", "title: Page 3", "title: Page 3 again")
    read, rendered, _ = watch(root, monkeypatch)
    assert read == []
    assert of_many(rendered) == ["page-2.md", "page-3.md", "page-4.md"]  # before and after in reading order
    assert "content/many/index.md" in rendered
    check(root, tmp_path / "twin")


def test_a_failed_build_reads_nothing_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "content/many/page-3.md", "Text 3", "[Text](/nowhere/)")
    assert again(root).codes.count("OTD206") == 1
    edit(root, "content/many/page-5.md", "Text 5", "Words 5")
    read, _, outcome = watch(root, monkeypatch)
    assert read == ["content/many/page-5.md"]
    assert outcome.exit_status == pipeline.PROBLEMS
    edit(root, "content/many/page-3.md", "/nowhere/", "/about/")
    read, _, outcome = watch(root, monkeypatch)
    assert read == ["content/many/page-3.md"]
    assert outcome.exit_status == 0


def test_places_are_looked_for_in_pages_as_they_are(root: Path, tmp_path: Path) -> None:
    edit(root, "content/many/page-3.md", "Text 3", "[Us](/about/#us)")
    assert check(root, tmp_path / "1").status == 0
    edit(root, "content/about.md", "## Us", "## We")
    built = check(root, tmp_path / "2")
    assert (built.status, built.codes.count("OTD207")) == (1, 1)
    edit(root, "content/about.md", "## We", "## Us")
    assert check(root, tmp_path / "3").status == 0


def test_a_file_that_is_gone_is_missed_by_pages_that_are_known(root: Path, tmp_path: Path) -> None:
    (root / "content/none-3.png").unlink()
    assert check(root, tmp_path / "1").codes.count("OTD206") == 1
    write(root, "content/none-3.png", "")
    (root / "content/many/page-4.md").rename(root / "content/many/page-four.md")
    assert check(root, tmp_path / "2").codes.count("OTD206") == 1


def test_links_of_templates_are_checked_for_pages_that_are_known(root: Path, tmp_path: Path) -> None:
    page = '{% extends "project/pages/page.html" %}{% block end %}<a href="/about/#{{ place }}">{% endblock %}\n'
    own = page.replace("{{ place }}", "us").replace(
        "{% block end %}", '{% block end %}{% if page.title == "Page 7" %}<a href="/notes.txt">{% endif %}'
    )
    write(root, "templates/pages/page.html", own)
    write(root, "content/notes.txt", "Notes.\n")
    assert check(root, tmp_path / "1").status == 0
    (root / "content/notes.txt").unlink()
    built = check(root, tmp_path / "2")
    assert (built.status, built.codes.count("OTD206")) == (1, 1)
    write(root, "content/notes.txt", "Notes.\n")
    edit(root, "content/about.md", "## Us", "## We")
    built = check(root, tmp_path / "3")
    assert (built.status, built.codes.count("OTD207")) == (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "{% for each in site.pages %}{{ each.title }} {{ each.description }}{% endfor %}",
        "{{ site.catalog.summaries|map(attribute='title')|join }}",
        "{{ navigation.children.get('/many/') }}",
        "{{ value_of('modality', 'text').count if value_of('modality', 'text') }}",
        '{% from "partials/all.html" import all %}{{ all }}',
        '{{ shared("counts", 1) }}',
    ],
)
def test_templates_that_look_further_show_what_there_is(root: Path, tmp_path: Path, text: str) -> None:
    write(root, "templates/partials/all.html", "{% set all = site.pages|map(attribute='title')|join %}\n")
    write(root, "templates/partials/counts.html", "{{ site.catalog.summaries|map(attribute='title')|join }}\n")
    layout = f'{{% extends "project/pages/page.html" %}}{{% block end %}}{text}{{% endblock %}}\n'
    write(root, "templates/pages/wide.html", layout)
    edit(root, "content/many/page-5.md", "title: Page 5", "title: Page 5\nlayout: wide")
    check(root, tmp_path / "1")
    edit(root, "content/many/page-8.md", "title: Page 8", "title: Page 8 now\ndescription: Words.")
    edit(root, "catalog_data/datasets/example-org/wells.yaml", "title: Wells", "title: Deep wells")
    check(root, tmp_path / "2")
    edit(root, "catalog_data/datasets/example-org/wells.yaml", "modalities: [text]", "modalities: [image]")
    (root / "content/many/page-2.md").unlink()
    edit(root, "content/many/page-1.md", "page-2.md#part", "page-3.md#part")
    check(root, tmp_path / "3")


def test_settings_that_pages_show_are_shown_anew(root: Path, tmp_path: Path) -> None:
    edit(root, "content/many/page-5.md", "Text 5", "{{ site.title }}\n\n{: .sea }\n> Deep.\n\nText")
    check(root, tmp_path / "1")
    change_config(root, title="Salt water", callouts={"sea": {"color": "blue", "title": "Sea"}})
    assert check(root, tmp_path / "2").status == 0
    assert "Salt water" in (root / "_site/many/page-5/index.html").read_text("utf-8")


@pytest.mark.parametrize("statement", ["DELETE FROM derived", "UPDATE derived SET content = substr(content, 2)"])
def test_without_the_cache_all_is_made_again(root: Path, tmp_path: Path, statement: str) -> None:
    with sqlite3.connect(root / ".cache/store.sqlite") as connection:
        connection.execute(statement)
    connection.close()
    edit(root, "content/many/page-5.md", "Text 5", "Words 5")
    check(root, tmp_path / "1")


def test_a_page_that_was_damaged_is_made_again(root: Path, tmp_path: Path) -> None:
    write(root, "_site/many/page-5/index.html", "Other words.\n")
    (root / "_site/many/page-6/index.html").unlink()
    check(root, tmp_path / "1")


def test_pages_that_are_gone_are_forgotten(root: Path) -> None:
    (root / "content/many/page-11.md").unlink()
    edit(root, "content/many/page-10.md", "page-11.md#part", "page-0.md#part")
    assert again(root).status == 0
    with sqlite3.connect(root / ".cache/store.sqlite") as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM derived")}
    connection.close()
    assert {"content/many/page-10.md", "many/page-10/index.html"} <= names
    assert not any("page-11" in name for name in names)
