from __future__ import annotations

import pytest

from otdi_site.check import check_layouts, check_links
from otdi_site.check.links import find_ids
from otdi_site.diagnostics import Diagnostic
from tests.samples import make_page

PUBLISHED = frozenset(
    {
        "index.html",
        "contribute/index.html",
        "requirements/card-template/index.html",
        "datasets/sample/tides.html",
        "404.html",
        "img/a b.png",
        "files/data.csv",
    }
)
IDS = {"contribute/index.html": frozenset({"form", "how-it-works", "über"}), "index.html": frozenset({"main"})}


def problems_of(*links: str, address: str = "/contribute/") -> list[Diagnostic]:
    return check_links([make_page(address, links=links)], PUBLISHED, lambda path: IDS.get(path))


@pytest.mark.parametrize(
    "link",
    [
        "/",
        "/contribute/",
        "/contribute",
        "/contribute/index.html",
        "/contribute/?from=home",
        "/contribute/#form",
        "/contribute/#top",
        "/contribute/#",
        "/contribute/#%C3%BCber",
        "#form",
        "#",
        "/img/a%20b.png",
        "/files/data.csv#row=3",
        "/datasets/sample/tides.html",
        "https://example.org/nothing",
        "//example.org/nothing",
        "mailto:data@example.org",
        "",
    ],
)
def test_links_that_lead_somewhere_are_no_problem(link: str) -> None:
    assert problems_of(link) == []


def test_a_broken_address_is_placed_and_offers_the_nearest() -> None:
    [problem] = problems_of("/", "/contribut/")
    assert (str(problem.mark), problem.code) == ("content/contribute.md:6:3", "OTD206")
    assert problem.message == "'/contribut/' leads to nothing on this site"
    assert problem.help == "did you mean /contribute/?"


@pytest.mark.parametrize(
    ("link", "offer"),
    [
        ("/Contribute/", "/contribute/"),
        ("/card-template/", "/requirements/card-template/"),
        ("/datasets/sample/tide.html", "/datasets/sample/tides.html"),
        ("/zzzzzzzzzzzzzzzzzzzz", "correct the address, or add the page"),
        ("/img/a+b.png", ""),
        ("/%FF", ""),
        ("/../contribute/", "/contribute/"),
    ],
)
def test_links_that_lead_nowhere_are_errors(link: str, offer: str) -> None:
    [problem] = problems_of(link)
    assert problem.code == "OTD206"
    assert offer in problem.help


def test_a_place_that_a_page_has_not_offers_the_nearest() -> None:
    [problem] = problems_of("/contribute/#how-it-work")
    assert problem.code == "OTD207"
    assert problem.message == "'/contribute/#how-it-work': the page has no place 'how-it-work'"
    assert problem.help == "did you mean #how-it-works?"
    assert problems_of("#zzzzzz")[0].help == "name a heading of that page"


def test_every_broken_link_of_every_page_is_reported() -> None:
    pages = [make_page("/a/", links=("/x/", "/x/")), make_page("/b/", links=("/x/",))]
    found = check_links(pages, PUBLISHED, lambda path: None)
    assert [str(problem.mark) for problem in found] == ["content/a.md:5:3", "content/a.md:6:3", "content/b.md:5:3"]


def test_places_of_a_page_are_its_ids_and_old_anchors() -> None:
    html = '<h2 id="a">x</h2><a name="b">y</a><input name="c"><p ID=d>z<p id>&amp;</p><br id="e&amp;f"/>'
    assert find_ids(html) == {"a", "b", "d", "e&f"}


def test_a_layout_that_is_none_offers_the_nearest() -> None:
    pages = [make_page("/a/", layout="pgae"), make_page("/b/", layout="page"), make_page("/c/", layout="zzz")]
    first, second = check_layouts(pages, frozenset({"page", "home"}))
    assert (str(first.mark), first.code, first.help) == ("content/a.md:2:9", "OTD205", "did you mean page?")
    assert second.help == "use one of: home, page"


def test_an_address_in_other_letters_is_found() -> None:
    [problem] = problems_of("/DATASETS/SAMPLE/TIDES.HTML")
    assert problem.help == "did you mean /datasets/sample/tides.html?"
