"""What every page links to is there, or the build says so and publishes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.builds import Built, build
from tests.sites import make_small_site, read_tree


def told(built: Built) -> list[tuple[str, str]]:
    return [(each.code, each.mark.path.rpartition("site/")[2]) for each in built.diagnostics]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_small_site(tmp_path / "site")


@pytest.mark.parametrize(
    ("lost", "code", "place"),
    [
        ("content/index.md", "OTD212", "content/index.md"),
        ("content", "OTD213", "content"),
        ("catalog_data", "OTD213", "catalog_data"),
    ],
)
def test_a_site_that_lost_what_all_pages_link_to_keeps_what_was_published(
    site: Path, lost: str, code: str, place: str
) -> None:
    assert build(site).status == 0
    before = read_tree(site / "_site")
    path = site / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    built = build(site)
    assert (built.status, told(built)) == (1, [(code, place)])
    assert read_tree(site / "_site") == before


def test_the_catalog_is_linked_to_where_it_is_or_not_at_all(site: Path) -> None:
    (site / "content/catalog.md").write_text("---\ntitle: Catalog\nlayout: catalog\npermalink: /data/\n---\n")
    assert build(site).status == 0
    pages = read_tree(site / "_site")
    dataset, listing = (
        pages[path].decode() for path in ("datasets/example-org/wells.html", "catalog/modality/text/index.html")
    )
    for html in (dataset, listing, pages["index.html"].decode()):
        assert "data/" in html
        assert 'catalog/"' not in html
    (site / "content/catalog.md").unlink()
    assert build(site).status == 0
    assert not [
        path
        for path, content in read_tree(site / "_site").items()
        if path.endswith(".html") and b'catalog/"' in content
    ]


def test_links_of_templates_get_the_base_path_and_are_checked_at_their_line(site: Path) -> None:
    slot = site / "templates/slots/offer.html"
    slot.parent.mkdir(parents=True)
    slot.write_text(
        '{# "/none/" #}\n<a href="/about/">A</a><form action=\'/about/\'></form>\n'
        '{% set id = "us" %}<a href="/about/#{{ id }}">B</a>\n'
    )
    (site / "content/offer.md").write_text("# Offer\n\n:::{slot} offer\n:::\n")
    assert build(site, base_url="https://example.org/sub/").status == 0
    html = (site / "_site/offer/index.html").read_text()
    assert '<a href="/sub/about/">A</a>' in html
    assert "<form action='/sub/about/'>" in html
    assert '<a href="/sub/about/#us">B</a>' in html
    slot.write_text('<p>\n<a href="/abuot/">A</a>\n{{ href("/gone/") }}</p>\n')
    built = build(site)
    assert [(each.code, each.mark.line) for each in built.diagnostics] == [("OTD206", 2), ("OTD206", 3)]
    assert built.diagnostics[0].help.startswith("did you mean /about/")


def test_the_site_s_own_robots_file_wins(site: Path) -> None:
    (site / "content/robots.txt").write_text("User-agent: GPTBot\nDisallow: /\n")
    assert build(site).status == 0
    assert (site / "_site/robots.txt").read_text().startswith("User-agent: GPTBot")


@pytest.mark.parametrize(
    "name",
    [
        "content/env.txt",
        "content/x.md",
        "site_src/downloads/x",
        "site_src/js/x.js",
        "templates/slots/x.html",
        "catalog_data/datasets/o/x.yaml",
    ],
)
@pytest.mark.parametrize("target", ["/proc/self/environ", "pipe"])
def test_what_lies_outside_is_neither_read_nor_published(site: Path, tmp_path: Path, name: str, target: str) -> None:
    if target == "pipe":
        os.mkfifo(tmp_path / "pipe")
        target = str(tmp_path / "pipe")
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).symlink_to(target)
    built = build(site)
    assert built.status == 1
    assert ("OTD211", name) in told(built)
    assert not (site / "_site").exists()


def test_an_imported_file_outside_of_the_site_is_not_read(site: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("")
    (site / "rows.jsonl").symlink_to("../rows.jsonl")
    with (site / "site.yaml").open("a") as config:
        config.write("sources:\n  - {path: rows.jsonl, date: 2025-10-24}\n")
    assert told(build(site)) == [("OTD450", "rows.jsonl")]


@pytest.mark.parametrize(
    ("files", "code", "names"),
    [
        (
            {"content/w.md": "---\ntitle: W\npermalink: /datasets/example-org/wells.html\n---\n"},
            "OTD320",
            ["content/w.md", "wells.yaml"],
        ),
        ({"content/datasets": "x"}, "OTD320", ["content/datasets", "wells.yaml"]),
        ({"content/assets": "x"}, "OTD320", ["content/assets", "assets/"]),
        ({f"content/{'a' * 250}.md": "# A", f"content/{'é' * 120}.md": "# E"}, "", []),
        ({"content/b.md": f"---\ntitle: B\npermalink: /{'é' * 130}/\n---\n"}, "OTD215", ["content/b.md", "260 bytes"]),
    ],
)
def test_what_cannot_be_written_is_told_with_both_sources_and_nothing_else(
    site: Path, files: dict[str, str], code: str, names: list[str]
) -> None:
    for name, text in files.items():
        (site / name).write_text(text)
    built = build(site)
    assert built.codes == ([code] if code else [])
    assert all(name in built.diagnostics[0].message for name in names)


def test_after_an_edit_of_a_page_the_site_is_that_of_a_clean_build(site: Path, tmp_path: Path) -> None:
    (site / "content/guide").mkdir()
    (site / "content/guide/README.md").write_text("# Guide\n")
    for number in range(3):
        (site / f"content/guide/{number}.md").write_text(f"# Part {number}\n")
    build(site)
    (site / "content/guide/1.md").write_text("# Renamed\n\nMore.\n")
    (site / "content/guide/3.md").write_text("---\ntitle: 4\nredirect_to: /about/\n---\n")
    assert build(site).status == 0
    build(site, output=tmp_path / "clean")
    assert read_tree(site / "_site") == read_tree(tmp_path / "clean")
