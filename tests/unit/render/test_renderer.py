"""Pages, datasets and lists as a reader sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.index.facets import add_up
from otdi_site.model.dataset import Departure
from otdi_site.model.fields import ListingKind
from otdi_site.model.language import Language
from otdi_site.model.listing import Facet, Listing, Value
from otdi_site.model.markdown import Document, Slot
from otdi_site.model.navigation import build_navigation
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.vocabulary import License, Term
from otdi_site.render import Renderer, Site, load_assets
from otdi_site.render.templates import page_numbers
from otdi_site.urls import BaseUrl
from tests.unit.render.sample_site import (
    ENTRY,
    HUB,
    PROJECT,
    make_bare_dataset,
    make_config,
    make_dataset,
    make_page,
    make_site,
    text_of,
)


class Reader(HTMLParser):
    """Tags with their attributes, links with their words, and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.links: dict[str, str] = {}
        self._open: str | None = None
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "a":
            self._open = dict(attributes).get("href")
            self.links.setdefault(self._open or "", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open is not None:
            self.links[self._open] += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag and attributes.items() <= found.items()]


def renderer_of(site: Site) -> Renderer:
    assets, _ = load_assets([PROJECT / "site_src"])
    return Renderer([PROJECT / "templates"], site, assets)


# Pages


def test_a_page_has_its_heading_contents_source_and_date(renderer: Renderer) -> None:
    page = Reader(text_of(renderer.render_page(make_page())))
    assert page.all("h1") == [{}]
    assert {"#one": "One", "#two": "Two", "#three": "Three"}.items() <= page.links.items()
    assert page.links["https://example.org/repository/edit/main/content/guide.md"] == "Edit this page"
    assert "Last changed 2026-01-01" in page.text
    assert "Guide · Sample Catalog" in page.text


def test_a_leading_heading_takes_the_place_of_the_title(renderer: Renderer) -> None:
    document = Document(leading_heading='<h1 id="x">How <em>it</em> works</h1>')
    html = text_of(renderer.render_page(make_page(document=document)))
    assert html.count("<h1") == 1
    assert '<h1 id="x">How <em>it</em> works</h1>' in html


def test_a_title_is_text(renderer: Renderer) -> None:
    html = text_of(renderer.render_page(make_page(title="A <b> & more", document=Document())))
    assert "<h1>A &lt;b&gt; &amp; more</h1>" in html


def test_the_header_marks_the_current_section(renderer: Renderer) -> None:
    current = Reader(text_of(renderer.render_page(make_page())))
    assert [a["href"] for a in current.all("a") if "aria-current" in a] == ["/sub/guide/"]
    pages = (make_page(), make_page(address="/guide/more/"))
    renderer = renderer_of(make_site(pages=pages, navigation=build_navigation(pages)))
    below = Reader(text_of(renderer.render_page(pages[1])))
    assert [a["aria-current"] for a in below.all("a", href="/sub/guide/") if "aria-current" in a] == ["true"]


def test_links_to_the_pages_before_and_after() -> None:
    pages = (make_page(), make_page(address="/more/", title="More"), make_page(address="/rest/", title="Rest"))
    renderer = renderer_of(make_site(pages=pages, navigation=build_navigation(pages)))
    page = Reader(text_of(renderer.render_page(pages[1])))
    assert page.all("a", rel="prev")[0]["href"] == "/sub/guide/"
    assert page.all("a", rel="next")[0]["href"] == "/sub/rest/"


def test_scripts_and_styles_come_from_the_site_alone(renderer: Renderer) -> None:
    html = text_of(renderer.render_page(make_page()))
    page = Reader(html)
    assert "default-src 'self'" in (page.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"] or "")
    assert all((script["src"] or "").startswith("/sub/assets/") for script in page.all("script"))
    assert "<style" not in html
    assert not any(attribute.startswith("on") or attribute == "style" for _, found in page.tags for attribute in found)


def test_redirects_have_the_same_policies(renderer: Renderer) -> None:
    metas = [
        [
            meta
            for meta in Reader(text_of(html)).all("meta")
            if meta.get("http-equiv") == "Content-Security-Policy" or meta.get("name") == "referrer"
        ]
        for html in (renderer.render_redirect("Guide", "/guide/"), renderer.render_page(make_page()))
    ]
    assert len(metas[0]) == 2
    assert metas[0] == metas[1]


def test_the_footer_names_the_sites_licences(renderer: Renderer) -> None:
    assert Reader(text_of(renderer.render_page(make_page()))).links["https://example.org/apache"] == "Apache-2.0"


def test_the_contribution_mail_stands_with_its_fields_as_text(renderer: Renderer) -> None:
    html = text_of(renderer.render_page(make_page()))
    assert (
        'href="mailto:data@example.org?subject=I%20want%20to%20contribute%20a%20dataset&amp;body=Name%3A%0D%0ALocation%20(URL)%3A%20"'
        in html
    )
    assert "Name:\nLocation (URL): \n" in html


def test_every_slot_can_be_filled(renderer: Renderer) -> None:
    for name in sorted(renderer.slots):
        arguments = {"section": "yaml_metadata_block"} if name == "card-fields" else {}
        page = make_page(document=Document(blocks=(Slot(name, arguments, Mark("content/guide.md", 3, 1)),)))
        assert len(text_of(renderer.render_page(page))) > 0, name


def test_coverage_counts_datasets_and_names_what_is_missing(renderer: Renderer) -> None:
    arguments = {"by": "modality", "modalities": "text, audio"}
    page = make_page(document=Document(blocks=(Slot("coverage", arguments, Mark("content/guide.md", 3, 1)),)))
    html = text_of(renderer.render_page(page))
    assert '<a href="/sub/catalog/?domain=marine&amp;modality=audio">1</a>' in html
    assert "0 of 2 combinations have no dataset yet" in html
    by_region = Slot("coverage", {"by": "region"}, Mark("content/guide.md", 3, 1))
    html = text_of(renderer.render_page(make_page(document=Document(blocks=(by_region,)))))
    assert "5 combinations have no dataset yet" in html


def test_an_old_address_leads_to_the_page(renderer: Renderer) -> None:
    page = Reader(text_of(renderer.render_redirect("Guide", "/guide/")))
    assert page.all("meta", content="0; url=/sub/guide/")
    assert page.all("link", rel="canonical")[0]["href"] == "https://example.org/sub/guide/"


# Datasets


def facts(html: str) -> dict[str, str]:
    """The facts of a dataset's page: their words, the marks of their sources included."""
    listed = html[html.index("<dl>") : html.index("</dl>")]
    pairs = (part.partition("<dd>") for part in listed.split("<dt>")[1:])
    return {Reader(name).text: Reader(value).text for name, _, value in pairs}


def test_facts_of_another_source_than_most_have_its_number(renderer: Renderer) -> None:
    html = text_of(renderer.render_dataset(make_dataset(), ()))
    assert facts(html) == {
        "Licence": (
            "Creative Commons Attribution 4.0 accepted SPDX CC-BY-4.01 "
            "Permits commercial use, modification. Requires attribution. No warranty, liability."
        ),
        "Domain": "Marine1",
        "Modalities": "Text, Audio",
        "Languages": "German Deutsch, English",
        "Size": "4,321 rows",
        "Formats": "parquet",
        "Tasks": "Question answering",
        "Access": "Open",
        "Hosting": "By its owner1",
        "Downloads": "12,345 in 30 days to 2026-03-04",
        "Likes": "67 on 2026-03-04",
        "Last change": "2026-02-03",
        "Listed": "selected by Sample Org1, facts read in the sources below",
        "In the catalogue since": "2026-01-051",
        "Made from": "sample/sea",
        "Not stated": "sensitive information, contact",
    }
    page = Reader(html)
    assert "All from the Hugging Face Hub, 2026-03-04, unless marked." in page.text
    assert "Catalogue entry, facts from: read the heights, 2026-01-02" in page.text
    assert "Hugging Face Hub, read on 2026-03-04" in page.text
    assert {"s1", "s2"} == {found["id"] for found in page.all("li") if "id" in found}


def test_what_nobody_states_is_said_and_never_a_zero(renderer: Renderer) -> None:
    html = text_of(renderer.render_dataset(make_bare_dataset(), ()))
    stated = facts(html)
    assert list(stated) == ["Not stated"]
    unstated = "licence, domain, modalities, languages, tasks, formats, hosting, size, access,"
    assert stated["Not stated"].startswith(unstated)
    assert "Licence not stated Access not stated" in Reader(html).text
    assert not re.search(r"\b0\b", Reader(html[html.index("<main") : html.index("</main>")]).text)
    assert "load_dataset" not in html


def test_general_purpose_is_not_the_same_as_not_stated(renderer: Renderer) -> None:
    assert (
        facts(text_of(renderer.render_dataset(make_dataset(domains=Sourced((), HUB)), ())))["Domain"]
        == "General purpose"
    )


@pytest.mark.parametrize(
    ("listing", "origin", "entry_path", "words"),
    [
        (
            "contributed",
            ENTRY,
            "catalog_data/datasets/sample/tides.yaml",
            "contributed1, facts read in the sources below",
        ),
        (
            "collection",
            HUB,
            "catalog_data/datasets/sample/tides.yaml",
            "from a collection on Hugging Face, facts read in the sources below",
        ),
        ("collection", HUB, None, "from a collection on Hugging Face, facts not checked here"),
        ("discovered", HUB, None, "found on Hugging Face, facts not checked here"),
    ],
)
def test_a_page_says_how_its_dataset_came_and_whether_anyone_looked(
    renderer: Renderer, listing: ListingKind, origin: Origin, entry_path: str | None, words: str
) -> None:
    dataset = make_dataset(listing=Sourced(listing, origin), entry_path=entry_path)
    assert facts(text_of(renderer.render_dataset(dataset, ())))["Listed"] == words


def test_a_zero_that_a_source_states_is_shown(renderer: Renderer) -> None:
    stated = facts(text_of(renderer.render_dataset(make_dataset(downloads=Sourced(0, HUB), likes=Sourced(0, HUB)), ())))
    assert stated["Downloads"].startswith("0 in 30 days")
    assert stated["Likes"].startswith("0 on")


def test_a_licence_that_is_not_accepted_is_marked(renderer: Renderer) -> None:
    other = License(id="LicenseRef-own", title="Own terms")
    assert (
        "not on the list of accepted licences"
        in facts(text_of(renderer.render_dataset(make_dataset(license=Sourced(other, HUB)), ())))["Licence"]
    )


def test_two_datasets_do_not_share_what_differs(renderer: Renderer) -> None:
    first = make_dataset()
    second = make_dataset(
        license=Sourced(License(id="MIT", title="MIT License", is_accepted=True), HUB),
        modalities=Sourced((Term(id="video", title="Video"),), HUB),
        publisher=Term(id="other", title="Other"),
    )
    alone = text_of(renderer_of(make_site()).render_dataset(second, ()))
    renderer.render_dataset(first, ())
    assert text_of(renderer.render_dataset(second, ())) == alone


def test_how_to_load_and_to_cite(renderer: Renderer) -> None:
    html = text_of(renderer.render_dataset(make_dataset(), ()))
    assert 'dataset = load_dataset("sample/tides")' in html
    assert "FROM 'hf://datasets/sample/tides/**/*.parquet'" in html
    assert "hf download sample/tides --repo-type dataset" in html
    assert "@dataset{sample:tides," in html


def test_only_code_that_can_work_is_shown(renderer: Renderer) -> None:
    gated = text_of(renderer.render_dataset(make_dataset(access=Sourced("gated", HUB)), ()))
    assert "Needs a login" in gated
    assert 'load_dataset("sample/tides")' in gated
    assert not re.search(r"polars|FROM 'hf|curl", gated), "they would have to be told of the login"
    unread = text_of(renderer.render_dataset(make_dataset(formats=None), ()))
    assert '"sample/tides", repo_type="dataset")' in unread
    assert not re.search("load_dataset|polars|FROM 'hf", unread), "nobody knows whether they can read its files"
    pictures = text_of(renderer.render_dataset(make_dataset(formats=Sourced(("imagefolder",), HUB)), ()))
    assert "load_dataset" in pictures
    assert "parquet" not in pictures
    odd = text_of(renderer.render_dataset(make_dataset(hub_id="o'dd/x"), ()))
    assert "hf://" not in odd


def test_one_line_answers_use_trust_and_age(renderer: Renderer) -> None:
    def line(**changes: Any) -> str:
        html = text_of(renderer.render_dataset(make_dataset(**changes), ()))
        start = html.index('<ul class="glance">')
        return Reader(html[start : html.index("</ul>", start)]).text

    assert line() == "CC-BY-4.0, accepted by Sample Org Open access Facts read on 2026-01-02 to 2026-03-04"
    other = Sourced(License(id="LicenseRef-own", title="Own terms"), HUB)
    gated = Sourced("gated", HUB)
    assert line(license=other, access=gated).startswith("Own terms, not accepted by Sample Org Gated: needs a login")
    mit = License(id="MIT", title="MIT", is_accepted=True)
    disputed = Sourced(mit, HUB, (Sourced(other.value, ENTRY),))
    assert line(license=disputed).startswith("MIT, but sources differ")


def test_a_page_of_a_dataset_that_is_gone_says_no_more_than_it_shows(renderer: Renderer) -> None:
    gone = Departure("is no longer on the Hub", None, is_reachable=False)
    html = text_of(renderer.render_dataset(make_dataset(departure=gone), ()))
    assert "Its facts are shown as they were last known." in html
    assert "12,345 in 30 days" in html
    bare = replace(make_bare_dataset(), departure=gone)
    html += text_of(renderer.render_dataset(bare, ()))
    assert html.count("Its facts are shown") == 1
    assert not re.search("glance|requirements met|Cite it|@dataset|Load it|Not stated", html.rpartition("<main")[2])


def test_a_problem_is_reported_with_the_page_it_is_on(renderer: Renderer) -> None:
    html = text_of(renderer.render_dataset(make_dataset(), ()))
    assert "subject=Problem%20with%20Tides%20of%20a%20made-up%20sea" in html
    assert "body=Page%3A%20https%3A%2F%2Fexample.org%2Fsub%2Fdatasets%2Fsample%2Ftides.html" in html


def test_a_gated_dataset_says_what_that_means(renderer: Renderer) -> None:
    stated = facts(text_of(renderer.render_dataset(make_dataset(access=Sourced("gated", HUB)), ())))
    assert "accept its conditions" in stated["Access"]


def test_old_live_metadata_is_said_to_be_old(renderer: Renderer) -> None:
    html = text_of(renderer.render_dataset(make_dataset(kept_because="the Hub did not answer"), ()))
    assert "Live metadata is older than the last refresh: the Hub did not answer" in html


def test_many_languages_are_folded(renderer: Renderer) -> None:
    many = tuple(Language(f"x{n}", f"Language {n}", f"Language {n}") for n in range(30))
    html = text_of(renderer.render_dataset(make_dataset(languages=Sourced(many, HUB)), ()))
    assert "and 20 more" in html
    assert "Language 29" in html


HOSTILE = "\"><script>alert(1)</script>\u202e&amp;'{{ 7 * 7 }}"


def test_nothing_a_host_says_becomes_markup(renderer: Renderer, site: Site) -> None:
    evil = "javascript:alert(1)"
    hostile = make_dataset(
        title=Sourced(HOSTILE, HUB),
        publisher=Term(id="x", title=HOSTILE),
        description=Sourced(HOSTILE, HUB),
        license=Sourced(License(id=HOSTILE, title=HOSTILE, url=evil, spdx_url=evil), HUB),
        modalities=Sourced((Term(id=HOSTILE, title=HOSTILE),), HUB),
        formats=Sourced((HOSTILE,), HUB),
        tags=Sourced((HOSTILE,), HUB),
        note=Sourced(HOSTILE, HUB),
        contact=Sourced(HOSTILE, HUB),
        revision=Sourced(HOSTILE, HUB),
        url=Sourced(evil, HUB),
        card_url=Sourced(evil, HUB),
        hub_id=HOSTILE,
        hub_url=evil,
        source_datasets=None,
        kept_because=HOSTILE,
    )
    html = text_of(renderer.render_dataset(hostile, site.catalog.summaries))
    page = Reader(html)
    assert [script for script in page.all("script") if "src" not in script] == [{"type": "application/ld+json"}]
    assert "alert(1)</script>" not in html
    assert "49" not in facts(html)["Note"]
    assert not any((a["href"] or "").startswith("javascript") for a in page.all("a"))
    assert evil not in html


def test_links_of_datasets_are_as_short_as_they_can_be() -> None:
    dataset, site = make_dataset(), make_site()
    below = Reader(text_of(renderer_of(site).render_dataset(dataset, site.catalog.summaries)))
    top = replace(site, url=BaseUrl.parse("https://example.org/"), config=make_config(base_url="https://example.org/"))
    at_top = Reader(text_of(renderer_of(top).render_dataset(dataset, site.catalog.summaries)))
    assert "../../catalog/" not in below.links  # the base path /sub/ is shorter
    assert "/sub/catalog/" in below.links
    assert "/catalog/" in at_top.links
    deep = replace(site, url=BaseUrl.parse("https://example.org/a/deep/path/"))
    in_depth = Reader(text_of(renderer_of(deep).render_dataset(dataset, site.catalog.summaries)))
    assert {"../../", "../../catalog/", "../sample/bare.html", "../../catalog/domain/marine/"} <= in_depth.links.keys()
    assert (
        in_depth.all("link", rel="canonical")[0]["href"] == "https://example.org/a/deep/path/datasets/sample/tides.html"
    )


def test_an_address_that_must_be_encoded_is(site: Site) -> None:
    odd = replace(site.catalog.summaries[0], address="/datasets/sample/a b&é.html")
    page = Reader(text_of(renderer_of(site).render_dataset(make_dataset(), (odd,))))
    assert "/sub/datasets/sample/a%20b&%C3%A9.html" in page.links


# Lists and the catalog


def listing_of(site: Site, number: int = 1, page_count: int = 1) -> Listing:
    facet = site.facets[0]
    return Listing(facet, facet.values[0], site.catalog.summaries, number, page_count, add_up(site.catalog.summaries))


def list_text(renderer: Renderer, listing: Listing) -> str:
    """A list with its rows."""
    rows = [renderer.render_row(summary) for summary in listing.summaries]
    assert all(isinstance(row, bytes) for row in rows), rows
    return text_of(renderer.render_listing(listing, [row for row in rows if isinstance(row, bytes)]))


def test_a_list_shows_its_datasets_and_leads_to_the_others_of_its_facet(renderer: Renderer, site: Site) -> None:
    page = Reader(list_text(renderer, listing_of(site)))
    assert page.links["/sub/datasets/sample/tides.html"] == "Tides of a made-up sea"
    assert page.links["/sub/catalog/domain/marine/"] == "Marine"
    assert "12,345 downloads 67 likes changed 2026-02-03" in page.text
    assert page.links["/sub/catalog/?domain=marine"] == "Filter them further"


def test_a_list_of_several_pages_leads_from_one_to_the_next(renderer: Renderer, site: Site) -> None:
    page = Reader(list_text(renderer, listing_of(site, 2, 3)))
    assert page.all("link", rel="prev")[0]["href"] == "/sub/catalog/domain/marine/"
    assert page.all("link", rel="next")[0]["href"] == "/sub/catalog/domain/marine/page-3/"
    assert [a["href"] for a in page.all("a", **{"aria-current": "page"})] == ["/sub/catalog/domain/marine/page-2/"]
    assert page.all("ol", start="51")


@pytest.mark.parametrize(
    ("current", "last", "expected"),
    [
        (1, 1, [1]),
        (1, 4, [1, 2, 3, 4]),
        (10, 20, [1, 2, None, 8, 9, 10, 11, 12, None, 19, 20]),
        (1, 2000, [1, 2, 3, None, 1999, 2000]),
    ],
)
def test_a_pager_stays_short(current: int, last: int, expected: list[int | None]) -> None:
    assert page_numbers(current, last) == expected


def test_the_catalog_works_as_links(renderer: Renderer, site: Site) -> None:
    page = Reader(text_of(renderer.render_page(site.pages[1])))
    assert page.links["/sub/catalog/domain/marine/"] == "Marine" * 2, "once among the filters, once in a row"
    assert page.links["/sub/datasets/sample/bare.html"] == "Bare"
    assert "2 datasets" in page.text
    assert "hidden" in page.all("form", **{"class": "toolbar"})[0]


def test_the_catalog_names_its_index_and_loads_what_it_begins_with_at_once(renderer: Renderer, site: Site) -> None:
    renderer.show_index(lambda: "assets/catalog/head-0a1b2c3d4e5f.json")
    page = Reader(text_of(renderer.render_page(site.pages[1])))
    address = "/sub/assets/catalog/head-0a1b2c3d4e5f.json"
    assert page.all("div", **{"data-index": address, "data-home": "/sub/"})
    assert page.all("link", rel="preload")[0]["href"] == address
    modules = [link["href"] for link in page.all("link", rel="modulepreload")]
    assert any("/index-head." in module for module in modules)
    later = ("/index-reader.", "/index-search.", "/basket-panel.")
    assert not any(name in module for module in modules for name in later), "loaded when the page can be used"
    assert len(modules) < 10, "each is a request that the first view waits for"


def test_a_list_of_very_many_values_is_cut_and_says_so(site: Site) -> None:
    values = tuple(
        Value(f"p{number}", f"Publisher {number}", None, 300 - number, f"/catalog/publisher/p{number}/")
        for number in range(300)
    )
    many = make_site(facets=(Facet("publisher", "Publisher", values, 0, values[:60]),))
    page = Reader(text_of(renderer_of(many).render_page(site.pages[1])))
    assert "/sub/catalog/publisher/p59/" in page.links
    assert "/sub/catalog/publisher/p60/" not in page.links
    assert "and 240 more" in page.text
