"""Filters, search and order of the catalog in a browser."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from otdi_site.model.facets import FACETS_BY_NAME
from tests.browser.catalog_page import FIRST_ROWS, ROWS_PER_PAGE, UNSTATED, CatalogPage
from tests.catalog_index import read_head
from tests.pages_server import PagesServer
from tests.sites import BuiltSite

Open = Callable[..., CatalogPage]
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


def test_a_domain_and_two_modalities(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.choose("Domain", "Healthcare")
    catalog.expect(catalog.expected(domain=("healthcare",)))
    catalog.choose("Modality", "Text")
    catalog.choose("Modality", "Image")
    wanted = catalog.expected(domain=("healthcare",), modality=("text", "image"))
    catalog.expect(wanted)
    catalog.expect_count(f"{len(wanted)} datasets")
    catalog.expect_query("?domain=healthcare&modality=image,text")

    shared = open_catalog("?domain=healthcare&modality=image,text")
    shared.expect(wanted)
    expect(shared.checkbox("Domain", "Healthcare")).to_be_checked()
    expect(shared.checkbox("Modality", "Image")).to_be_checked()

    catalog.page.go_back()
    catalog.expect(catalog.expected(domain=("healthcare",), modality=("text",)))
    expect(catalog.checkbox("Modality", "Image")).not_to_be_checked()
    catalog.page.go_back()
    catalog.page.go_back()
    catalog.expect_query("")
    catalog.expect(catalog.expected()[:ROWS_PER_PAGE])
    catalog.page.go_forward()
    catalog.expect(catalog.expected(domain=("healthcare",)))


def test_a_search_with_a_word_too_many_shows_what_has_most_of_the_words(open_catalog: Open) -> None:
    catalog = open_catalog("?q=photonic+photonic+zebracrossing+qqqq")
    page = catalog.page
    note = page.locator(".results > .note")
    expect(note).to_contain_text("No dataset has all of the words")
    expect(page.locator(".status")).to_contain_text("No dataset has all of the words")
    expect(page.locator(".rows .missing").first).to_have_text("Without zebracrossing, qqqq")
    page.locator("#q").fill("")
    expect(note).to_be_hidden()
    expect(page.locator(".rows .missing")).to_have_count(0)


def test_a_value_that_a_search_names_is_offered_as_a_filter(open_catalog: Open) -> None:
    catalog = open_catalog("?q=text+german+emergencyx")
    page = catalog.page
    offer = page.get_by_role("list", name="Suggestions").get_by_role("button", name="Language: German")
    wanted = catalog.expected(language=("de",))
    expect(offer).to_have_text(f"Language: German {len(wanted)}")
    offer.focus()
    page.keyboard.press("Enter")
    catalog.expect_query("?q=text+emergencyx&language=de")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("text emergencyx")
    expect(offer).to_be_hidden()
    page.locator("#q").fill("")
    catalog.expect(wanted[:ROWS_PER_PAGE])
    expect(page.get_by_role("list", name="Suggestions")).to_be_hidden()


def test_the_box_suggests_filters_publishers_and_datasets_by_keyboard(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    box = page.get_by_role("combobox", name="Search")
    page.locator("#q").fill("germ")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_have_text(f"Language: German{len(catalog.expected(language=('de',)))}")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "none")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    catalog.expect_query("?language=de")
    expect(box).to_have_value("")
    expect(page.get_by_role("listbox")).to_be_hidden()

    box.fill("example-o")
    expect(options.filter(has_text="Publisher: ")).to_have_count(1)
    name = catalog.expected(language=("de",))[0]
    box.fill(name)
    expect(options.filter(has_text=name).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(name)
    page.keyboard.press("ArrowDown")  # without suggestions it leads to the datasets, as before
    expect(page.locator(".rows h2 a").first).to_be_focused()


def test_a_suggested_dataset_opens_by_a_click(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    title = catalog.datasets[0]["title"]
    page.locator("#q").fill(title)
    page.get_by_role("listbox").get_by_role("option", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_an_offer_keeps_the_focus_while_the_rest_of_the_answer_arrives(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    page.evaluate("""() => {
        window.remade = 0;
        const offers = document.querySelector("ul.offers");
        new MutationObserver((changes) => { window.remade += changes.length; }).observe(offers, { childList: true });
    }""")
    page.locator("#q").fill("text german emergencyx")
    offer = page.get_by_role("list", name="Suggestions").get_by_role("button", name="Language: German")
    offer.focus()
    catalog.settle()
    expect(offer).to_be_focused()
    assert page.evaluate("window.remade") == 1


def test_a_language_finds_the_datasets_that_are_in_it(open_catalog: Open) -> None:
    for query in ("german", "Deutsch", "de"):
        catalog = open_catalog(f"?q={query}")
        page = catalog.page
        wanted = set(catalog.expected(language=("de",)))
        expect(page.get_by_role("button", name="Language: German")).to_be_visible()
        assert wanted <= set(catalog.titles), query


def test_a_count_is_what_choosing_the_value_gives(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare")
    catalog.open_facet("Modality")
    for value in ("Text", "Image"):
        wanted = len(catalog.expected(domain=("healthcare",), modality=(value.lower(),)))
        assert catalog.number_of("Modality", value) == wanted


def test_a_value_that_would_find_nothing_cannot_be_chosen(open_catalog: Open) -> None:
    catalog = open_catalog("")
    domain, absent = next(
        (domain, value)
        for domain in ("healthcare", "finance", "legal", "code")
        for value in ("3d", "timeseries", "video")
        if not catalog.expected(domain=(domain,), modality=(value,))
    )
    catalog = open_catalog(f"?domain={domain}")
    catalog.open_facet("Modality")
    names = {"3d": "3D", "timeseries": "Time series", "video": "Video"}
    expect(catalog.checkbox("Modality", names[absent])).to_be_disabled()


def test_what_nobody_states_is_a_value(open_catalog: Open) -> None:
    catalog = open_catalog("?language=none-stated")
    catalog.expect(catalog.expected(language=("none-stated",))[:ROWS_PER_PAGE])
    expect(catalog.page.get_by_role("button", name="Remove Language: None stated")).to_be_visible()


def test_each_active_filter_has_a_button_that_removes_it(open_catalog: Open) -> None:
    catalog = open_catalog("?q=data&domain=healthcare,legal")
    catalog.page.get_by_role("button", name="Remove Domain: Legal").click()
    catalog.expect_query("?q=data&domain=healthcare")
    catalog.page.get_by_role("button", name="Remove Search: “data”").click()
    catalog.expect(catalog.expected(domain=("healthcare",)))
    expect(catalog.page.get_by_label("Search", exact=True)).to_have_value("")
    catalog.choose("Domain", "Legal")
    catalog.page.get_by_role("button", name="Clear all").click()
    catalog.expect_query("")
    catalog.expect(catalog.expected()[:ROWS_PER_PAGE])


def test_a_search_finds_words_by_their_beginning_in_any_case(open_catalog: Open) -> None:
    catalog = open_catalog()
    title = catalog.datasets[7]["title"]
    catalog.page.get_by_label("Search", exact=True).press_sequentially(title.upper()[:-1])
    expect(catalog.page.locator(".rows h2").filter(has_text=title)).to_be_visible()
    expect(catalog.page.get_by_label("Sort by")).to_have_value("relevance")


def test_back_undoes_typing_and_then_the_filter_before_it(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    plain = page.title()
    before = page.evaluate("history.length")
    catalog.choose("Domain", "Healthcare")
    expect(page).to_have_title(f"Domain: Healthcare · {plain}")
    page.get_by_label("Search", exact=True).press_sequentially("images")
    catalog.expect_query("?q=images&domain=healthcare")
    assert page.evaluate("history.length") == before + 2
    expect(page).to_have_title(f"“images”, Domain: Healthcare · {plain}")
    page.go_back()
    catalog.expect_query("?domain=healthcare")
    catalog.expect(catalog.expected(domain=("healthcare",)))
    page.go_back()
    catalog.expect_query("")
    expect(page).to_have_title(plain)


def test_a_value_that_the_head_does_not_list_has_its_name_and_a_ticked_box(
    open_catalog: Open, built_site: BuiltSite
) -> None:
    facets = {facet["name"]: facet for facet in read_head(built_site.output)["facets"]}
    assert "speech-uk" not in facets["publisher"]["values"]["ids"]
    catalog = open_catalog("?publisher=speech-uk")
    catalog.open_facet("Publisher")
    expect(catalog.checkbox("Publisher", "Speech-UK initiative")).to_be_checked()
    expect(catalog.page.locator(".active")).to_contain_text("Speech-UK initiative")
    catalog.checkbox("Publisher", "Speech-UK initiative").click()
    catalog.expect_query("")
    expect(catalog.page.get_by_text("Speech-UK initiative").and_(catalog.page.locator("label span"))).to_have_count(0)


def test_a_value_of_a_row_is_one_more_filter(open_catalog: Open) -> None:
    catalog = open_catalog()
    page = catalog.page
    page.locator(".rows [data-facet=modality]", has_text="Image").first.click()  # of a row that came with the page
    catalog.expect_query("?modality=image")
    catalog.expect(catalog.expected(modality=("image",))[:ROWS_PER_PAGE])
    page.locator(".rows [data-facet=domain]", has_text="Healthcare").first.click()
    catalog.expect_query("?domain=healthcare&modality=image")
    expect(page.locator(".results .count")).to_be_focused()


def test_the_first_result_stands_high_on_a_phone(open_catalog: Open) -> None:
    page = open_catalog(viewport={"width": 390, "height": 844}).page
    box = page.locator(".rows .row").first.bounding_box()
    assert box is not None
    assert box["y"] <= 0.6 * 844


def test_orders(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.page.get_by_label("Sort by").select_option("name")
    catalog.expect_query("?sort=name")
    words = [title.casefold() for title in catalog.titles if title.isalpha()]
    assert words == sorted(words)
    catalog.page.get_by_label("Sort by").select_option("changed")
    catalog.expect_query("?sort=changed")
    by_title = {dataset["title"]: dataset["changed"] for dataset in catalog.datasets}
    dates = [by_title[title] for title in catalog.titles]
    assert dates == sorted(dates, reverse=True)
    expect(catalog.page.get_by_label("Sort by").locator("option", has_text="Relevance")).to_be_hidden()


def test_an_empty_result_says_what_to_relax(open_catalog: Open) -> None:
    catalog = open_catalog("?q=zzzzzz&domain=healthcare")
    catalog.expect_count("0 datasets")
    found = len(catalog.expected(domain=("healthcare",)))
    advice = catalog.page.get_by_role("listitem").filter(has_text="Without the search")
    expect(advice).to_have_text(f"Without the search {found} datasets")
    advice.get_by_role("button").click()
    catalog.expect(catalog.expected(domain=("healthcare",)))


def test_unknown_values_of_a_link_are_ignored_with_a_word(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare,astrology&utm_source=mail")
    catalog.expect(catalog.expected(domain=("healthcare",)))
    expect(catalog.page.get_by_role("alert")).to_contain_text("The catalogue has no domain=astrology")


def test_pages_are_links_and_back_leads_to_where_one_was(open_catalog: Open) -> None:
    catalog = open_catalog()
    pages = catalog.page.get_by_role("navigation", name="Pages")
    pages.get_by_role("link", name="Next").click()
    second = catalog.expected()[ROWS_PER_PAGE : 2 * ROWS_PER_PAGE]
    catalog.expect(second)
    catalog.expect_query("?page=2")
    catalog.expect_count(f"{len(catalog.datasets)} datasets, 51 to 100 shown")
    expect(catalog.page.locator(".results .count"), "the keyboard goes on at the list").to_be_focused()
    expect(pages.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    catalog.page.locator(".rows h2 a").nth(30).click()
    catalog.page.get_by_role("heading", name="Facts").wait_for()
    catalog.page.go_back()
    catalog.page.locator(".is-interactive").wait_for()
    catalog.expect(second)
    catalog.page.wait_for_function("() => scrollY > 1000")
    open_catalog("?page=2").expect(second)
    beyond = open_catalog("?page=4000")
    beyond.expect(catalog.expected()[-(len(catalog.datasets) % ROWS_PER_PAGE) :])
    catalog.choose("Domain", "Healthcare")
    catalog.expect_query("?domain=healthcare")  # another list begins at its first page


def test_a_list_goes_on_when_its_end_comes_near(open_catalog: Open) -> None:
    catalog = open_catalog("?access=open")
    expected = catalog.expected(access=("open",))[:ROWS_PER_PAGE]
    catalog.settle()
    rows = catalog.page.locator(".rows .row")
    expect(rows).to_have_count(FIRST_ROWS)
    expect(catalog.page.get_by_role("button", name=f"Show {len(expected) - FIRST_ROWS} more")).to_be_visible()
    rows.last.locator("h2 a").focus()
    expect(rows).to_have_count(len(expected))
    expect(catalog.page.locator(".more")).to_be_hidden()
    catalog.page.keyboard.press("ArrowDown")
    expect(catalog.page.locator(":focus")).to_have_text(expected[FIRST_ROWS])
    catalog.expect(expected)
    catalog.choose("Domain", "Healthcare")
    catalog.expect(catalog.expected(access=("open",), domain=("healthcare",))[:ROWS_PER_PAGE])


def test_rows_that_cannot_be_loaded_are_asked_for_again(open_catalog: Open, site_server: PagesServer) -> None:
    catalog = open_catalog("?access=open")
    expected = catalog.expected(access=("open",))[:ROWS_PER_PAGE]
    catalog.settle()
    folder = site_server.folder / "assets/catalog/rows"
    site_server.failing.update(f"/assets/catalog/rows/{file.name}" for file in folder.iterdir())
    alert = catalog.page.get_by_role("alert")
    try:
        catalog.page.locator(".more button").scroll_into_view_if_needed()
        alert.wait_for()
        expect(alert).to_contain_text("could not be loaded: the server answered 503")
        expect(catalog.page.locator(".rows .row")).to_have_count(FIRST_ROWS)
    finally:
        site_server.failing.clear()
    catalog.page.get_by_role("button", name="Try again").click()
    catalog.expect(expected)
    expect(alert).to_be_hidden()


def test_back_leads_to_a_row_far_down(open_catalog: Open) -> None:
    catalog = open_catalog("?access=open")
    title = catalog.titles[24]
    link = catalog.page.locator(".rows h2 a").nth(24)
    link.scroll_into_view_if_needed()
    catalog.page.wait_for_timeout(100)  # rows above take their height when they are near
    before = link.bounding_box()
    link.click()
    catalog.page.get_by_role("heading", name="Facts").wait_for()
    catalog.page.go_back()
    catalog.page.locator(".is-interactive").wait_for()
    catalog.page.wait_for_function(f"() => document.querySelectorAll('.rows .row').length > {FIRST_ROWS}")
    catalog.settle()
    expect(link).to_have_text(title)
    catalog.page.wait_for_function(
        "before => Math.abs(document.querySelectorAll('.rows h2 a')[24].getBoundingClientRect().top - before) < 60",
        arg=before and before["y"],
    )


def test_a_filter_is_counted_when_it_comes_into_view(open_catalog: Open, site_server: PagesServer) -> None:
    catalog = open_catalog()
    head = catalog.page.evaluate("fetch(document.querySelector('[data-index]').dataset.index).then(got => got.json())")
    column = next(facet["column"]["name"] for facet in head["facets"] if facet["name"] == "change")
    catalog.page.evaluate("document.querySelectorAll('.facets details').forEach(details => { details.open = true; })")
    catalog.page.locator("[data-facet=change] fieldset").wait_for()
    site_server.requests.clear()
    catalog.page.get_by_role("searchbox", name="Search", exact=True).fill("data")
    catalog.page.locator("mark").first.wait_for()
    catalog.settle()
    assert not any(column in path for path in site_server.requests)
    found = int(catalog.page.locator(".results .count").inner_text().split()[0].replace(",", ""))
    catalog.page.locator("[data-facet=change]").scroll_into_view_if_needed()
    catalog.page.locator("[data-facet=change]:not(.is-old)").wait_for()
    numbers = catalog.page.locator("[data-facet=change] .number").all_text_contents()
    assert sum(int(number.replace(",", "")) for number in numbers) == found
    assert any(column in path for path in site_server.requests)


def test_a_dataset_can_be_marked_before_the_basket_is_loaded(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    held: list[Route] = []
    page.route("**/basket-start.*.js", lambda route: held.append(route))
    page.goto(f"{site_server.url}catalog/")
    page.locator(".is-interactive").wait_for()
    mark = page.locator(".rows .mark").first
    mark.click()
    while not held:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.get_by_role("button", name="Marked (1)").wait_for()
    expect(mark).to_have_attribute("aria-pressed", "true")


def test_a_script_that_cannot_be_loaded_leaves_the_list(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}catalog/")
    page.locator(".pages a").first.wait_for()
    names = [path for path in site_server.requests if "/assets/index-reader." in path]
    site_server.failing.update(names)
    page = new_context().new_page()
    alert = page.get_by_role("alert")
    try:
        page.goto(f"{site_server.url}catalog/")
        alert.wait_for()
        expect(alert).to_contain_text("A part of this page could not be loaded")
        expect(page.locator(".rows .row")).to_have_count(ROWS_PER_PAGE)
        expect(page.locator(".catalog [aria-busy]")).to_have_count(0)
    finally:
        site_server.failing.clear()
    page.get_by_role("button", name="Try again").click()
    page.locator(".pages a").first.wait_for()
    expect(alert).to_be_hidden()


def test_the_same_without_javascript_for_a_value(
    open_catalog: Open, site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    with_script = open_catalog("?domain=healthcare").titles
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_server.url}catalog/")
    expect(page.get_by_role("search")).to_have_count(0)
    page.get_by_role("region", name="Filters").get_by_role("link", name="Healthcare", exact=True).click()
    expect(page.locator(".rows .row h2")).to_have_text(with_script)


def test_by_keyboard_alone(open_catalog: Open) -> None:
    catalog = open_catalog("?q=a")
    keyboard = catalog.page.keyboard
    catalog.page.locator("body").press("/")
    expect(catalog.page.locator("#q")).to_be_focused()
    keyboard.press("Escape")
    catalog.expect_query("")
    for _ in range(60):
        keyboard.press("Tab")
        if catalog.page.evaluate("document.activeElement.matches('.facets .find-value')"):
            break
    for _ in range(60):
        keyboard.press("ArrowDown")
        if catalog.page.evaluate("document.activeElement.closest('label')?.textContent.startsWith('Healthcare')"):
            break
    keyboard.press("Space")
    catalog.expect(catalog.expected(domain=("healthcare",)))
    outline = catalog.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    keyboard.press("Escape")
    catalog.expect(catalog.expected()[:ROWS_PER_PAGE])
    keyboard.press("/")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    expect(catalog.page.locator(":focus")).to_have_text(catalog.titles[1])
    keyboard.press("ArrowUp")
    keyboard.press("ArrowUp")
    expect(catalog.page.locator("#q")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    catalog.page.get_by_role("heading", name="Facts").wait_for()


def test_filters_of_a_phone_stand_in_a_sheet(open_catalog: Open) -> None:
    catalog = open_catalog(**PHONE)
    expect(catalog.page.locator(".facets")).to_be_hidden()
    catalog.page.get_by_role("button", name="Filters", exact=True).click()
    sheet = catalog.page.get_by_role("dialog", name="Filters")
    sheet.get_by_role("checkbox", name="Healthcare").check()
    expected = catalog.expected(domain=("healthcare",))
    sheet.get_by_role("button", name=f"Show {len(expected)} datasets").click()
    expect(sheet).to_be_hidden()
    catalog.expect(expected)
    expect(catalog.page.get_by_role("button", name="Filters (1)")).to_be_visible()
    assert catalog.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    catalog.page.go_back()
    catalog.expect_query("")


def test_filters_leave_the_sheet_when_the_window_grows(open_catalog: Open) -> None:
    catalog = open_catalog(viewport={"width": 390, "height": 800})
    catalog.page.set_viewport_size({"width": 1280, "height": 800})
    catalog.checkbox("Domain", "Healthcare").check()
    catalog.expect(catalog.expected(domain=("healthcare",)))


@pytest.mark.parametrize(
    ("facet", "typed", "found"), [("Language", "deutsch", "German"), ("Publisher", "mbzuai", "Mohamed Bin Zayed")]
)
def test_a_long_list_of_values_can_be_searched_by_any_name(
    open_catalog: Open, facet: str, typed: str, found: str
) -> None:
    catalog = open_catalog()
    catalog.open_facet(facet)
    catalog.page.get_by_label(f"Find a value of {facet.lower()}").fill(typed)
    group = catalog.page.get_by_role("group", name=facet, exact=True)
    value = group.locator("label:visible").filter(has_text=found)
    group.get_by_role("status").filter(has_text="found").wait_for()
    value.first.wait_for()
    assert group.locator("label:visible").count() < 5
    count = int(value.first.locator(".number").inner_text())
    value.first.get_by_role("checkbox").check()
    catalog.expect_count(f"{count} dataset{'s' if count > 1 else ''}")
    catalog.page.get_by_role("button", name=f"Remove {facet}: ").click()
    catalog.expect_query("")


def test_every_facet_counts_what_it_holds(open_catalog: Open) -> None:
    catalog = open_catalog()
    expect(catalog.page.locator(".facets summary span:first-child")).to_have_text(
        [facet.title for facet in FACETS_BY_NAME.values()]
    )
    for facet, title in (("access", "Access"), ("hosting", "Hosting"), ("change", "Last change"), ("size", "Size")):
        catalog.open_facet(title)
        unstated = catalog.expected(**{facet: (UNSTATED,)})
        if unstated:
            assert catalog.number_of(title, "None stated") == len(unstated)
    catalog.choose("Access", "Gated")
    catalog.expect(catalog.expected(access=("gated",)))


def test_what_a_search_found_is_marked_and_one_typing_error_is_forgiven(open_catalog: Open) -> None:
    catalog = open_catalog("?q=photonic")
    expect(catalog.page.locator(".rows mark").first).to_have_text("Photonic")
    catalog.page.get_by_label("Search", exact=True).fill("photonik")
    catalog.page.locator(".rows h2", has_text="Photonic").wait_for()
    expect(catalog.page.locator(".note")).to_contain_text("photonic")


def test_results_and_filters_are_announced(open_catalog: Open) -> None:
    catalog = open_catalog()
    catalog.choose("Domain", "Healthcare")
    wanted = len(catalog.expected(domain=("healthcare",)))
    status = catalog.page.get_by_role("status").filter(has_text="active filter")
    expect(status).to_have_text(f"{wanted} datasets, 1 active filter")


def test_a_list_is_marked_compared_taken_along_and_shared(open_catalog: Open) -> None:
    catalog = open_catalog("?domain=healthcare", permissions=["clipboard-read", "clipboard-write"])
    page = catalog.page
    wanted = catalog.titles[:2]
    for title in wanted:
        page.get_by_role("button", name=f"Mark {title}", exact=True).click()
    page.reload()
    page.locator(".is-interactive").wait_for()
    page.get_by_role("button", name="Marked (2)").click()
    panel = page.get_by_role("dialog", name="Marked datasets")
    panel.get_by_role("columnheader").first.wait_for()
    expect(panel.locator("thead a")).to_have_text(wanted)
    by_title = {dataset["title"]: dataset for dataset in catalog.datasets}
    licences = [by_title[title]["license"][0].replace(UNSTATED, "not stated") for title in wanted]
    expect(
        panel.get_by_role("row")
        .filter(has=catalog.page.get_by_role("rowheader", name="Licence", exact=True))
        .get_by_role("cell")
    ).to_have_text(licences)

    with page.expect_download() as download:
        panel.get_by_role("button", name="CSV").click()
    lines = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [line["title"] for line in lines] == wanted
    assert lines[0]["url"].endswith(by_title[wanted[0]]["address"])
    with page.expect_download() as download:
        panel.get_by_role("button", name="BibTeX").click()
    assert download.value.path().read_text("utf-8").count("@misc{") == 2
    with page.expect_download() as download:
        panel.get_by_role("button", name="JSON").click()
    assert [each["title"] for each in json.loads(download.value.path().read_text("utf-8"))["datasets"]] == wanted

    panel.get_by_role("button", name="Copy a link").click()
    panel.get_by_text("was copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    panel.get_by_role("button", name=f"Unmark {wanted[0]}").click()
    panel.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Marked (1)")).to_be_visible()

    other = open_catalog(link.partition("/catalog/")[2]).page
    shared = other.get_by_role("dialog", name="A list that somebody shared")
    shared.get_by_role("columnheader", name=wanted[1]).wait_for()
    shared.get_by_role("button", name="Mark them all").click()
    other.keyboard.press("Escape")
    expect(other.get_by_role("button", name="Marked (2)")).to_be_visible()
    other.wait_for_function("() => !location.search.includes('list=')")


def test_hostile_storage_does_no_harm(open_catalog: Open) -> None:
    catalog = open_catalog()
    value = {"id": "x", "title": "<img src=x onerror=alert(1)>"}
    kept = [
        None,
        7,
        {"address": "javascript:alert(1)", "title": "No"},
        {"address": "/datasets/../../x.html", "title": "No"},
        {"address": "/datasets/a/b.html", "title": "<b>Kept</b>", "values": {"license": [value, 3], "size": "?"}},
    ]
    catalog.page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)",
        ["otdi-marked:/", json.dumps({"format": 1, "datasets": kept})],
    )
    catalog.page.reload()
    catalog.page.get_by_role("button", name="Marked (1)").click()
    panel = catalog.page.get_by_role("dialog")
    panel.get_by_role("link").wait_for()
    expect(panel.get_by_role("link")).to_have_text(["<b>Kept</b>"])
    expect(
        panel.get_by_role("row")
        .filter(has=catalog.page.get_by_role("rowheader", name="Licence", exact=True))
        .get_by_role("cell")
    ).to_have_text(value["title"])
    catalog.page.evaluate("key => localStorage.setItem(key, '{')", "otdi-marked:/")
    catalog.page.reload()
    catalog.page.locator(".is-interactive").wait_for()
    expect(catalog.page.get_by_role("button", name="Marked", exact=True)).to_be_visible()


def test_an_index_that_cannot_be_loaded_leaves_the_list(
    site_server: PagesServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_server.url}catalog/")
    path = page.locator("[data-index]").get_attribute("data-index") or ""
    alert = page.get_by_role("alert")
    site_server.failing.add(path)
    try:
        page.reload()
        alert.wait_for()
        expect(alert).to_contain_text("503")
        expect(page.locator(".rows .row")).to_have_count(ROWS_PER_PAGE)
        expect(
            page.get_by_role("region", name="Filters").get_by_role("link", name="Healthcare", exact=True)
        ).to_be_visible()
    finally:
        site_server.failing.clear()
    page.get_by_role("button", name="Try again").click()
    page.locator(".is-interactive").wait_for()
    expect(alert).to_be_hidden()


def test_a_part_that_cannot_be_loaded_leaves_no_other_list_and_is_tried_again(
    open_catalog: Open, site_server: PagesServer
) -> None:
    catalog = open_catalog()
    folder = site_server.folder / "assets/catalog/columns"
    site_server.failing.update(f"/assets/catalog/columns/{file.name}" for file in folder.iterdir())
    alert = catalog.page.get_by_role("alert")
    try:
        catalog.choose("Domain", "Healthcare")
        alert.wait_for()
        expect(alert).to_contain_text("no list yet of the datasets asked for")
        expect(catalog.page.locator(".rows .row")).to_have_count(0)
    finally:
        site_server.failing.clear()
    catalog.page.get_by_role("button", name="Try again").click()
    catalog.expect(catalog.expected(domain=("healthcare",)))
    expect(alert).to_be_hidden()
