from __future__ import annotations

import pytest

from otdi_site.model.navigation import (
    CHILDREN_LIMIT,
    DEPTH_LIMIT,
    TOP_LIMIT,
    Navigation,
    build_navigation,
    find_parents,
)
from otdi_site.model.page import Page
from tests.samples import make_page

Tree = dict[str, "Tree"]


def tree(navigation: Navigation) -> Tree:
    def below(address: str) -> Tree:
        children = navigation.children.get(address)
        return {link.address: below(link.address) for link in children.shown} if children else {}

    return {link.address: below(link.address) for link in navigation.top}


def crumbs(navigation: Navigation, address: str) -> list[str]:
    return [link.address for link in navigation.breadcrumbs[address]]


def sequence(navigation: Navigation) -> list[str]:
    return list(navigation.neighbours)


def test_pages_stand_below_their_folder_s_page() -> None:
    pages = [make_page("/"), make_page("/a/"), make_page("/a/b/"), make_page("/a/b/c/"), make_page("/x/y/")]
    navigation = build_navigation(pages)
    assert tree(navigation) == {"/a/": {"/a/b/": {"/a/b/c/": {}}}, "/x/y/": {}}
    assert crumbs(navigation, "/a/b/c/") == ["/", "/a/", "/a/b/"]
    assert crumbs(navigation, "/x/y/") == ["/"]
    assert crumbs(navigation, "/") == []


def test_a_folder_without_a_page_is_passed_over() -> None:
    navigation = build_navigation([make_page("/a/"), make_page("/a/b/c/")])
    assert tree(navigation) == {"/a/": {"/a/b/c/": {}}}


def test_a_named_parent_wins_over_the_folder_in_any_case() -> None:
    pages = [make_page("/a/"), make_page("/a/b/", parent="other page"), make_page("/c/", "Other page")]
    assert tree(build_navigation(pages)) == {"/a/": {}, "/c/": {"/a/b/": {}}}


def test_a_parent_that_is_no_page_leaves_the_folder() -> None:
    pages = [make_page("/a/"), make_page("/a/b/", parent="Nobody")]
    assert tree(build_navigation(pages)) == {"/a/": {"/a/b/": {}}}


def test_order_is_by_number_then_by_title_and_pages_without_a_number_stand_last() -> None:
    pages: list[Page] = [
        make_page("/d/", "beta"),
        make_page("/c/", "Alpha"),
        make_page("/b/", "Second", nav_order=2),
        make_page("/e/", "Also second", nav_order=2),
        make_page("/a/", "Zero", nav_order=0),
        make_page("/f/", "Before zero", nav_order=-1.5),
    ]
    order = ["/f/", "/a/", "/e/", "/b/", "/c/", "/d/"]
    assert list(tree(build_navigation(pages))) == order
    assert list(tree(build_navigation(pages[::-1]))) == order


def test_pages_that_name_each_other_as_parents_are_all_reached() -> None:
    pages = [
        make_page("/a/", parent="B"),
        make_page("/b/", parent="C"),
        make_page("/c/", parent="A"),
        make_page("/d/", parent="A"),
        make_page("/e/", parent="E"),
    ]
    navigation = build_navigation(pages)
    assert sequence(navigation) == ["/a/", "/b/", "/c/", "/d/", "/e/"]
    assert tree(navigation) == {"/a/": {}, "/b/": {}, "/c/": {}, "/d/": {}, "/e/": {}}
    assert crumbs(navigation, "/a/") == []


def test_a_folder_s_page_below_one_of_its_own_pages_is_reached() -> None:
    navigation = build_navigation([make_page("/a/", parent="B"), make_page("/a/b/", "B")])
    assert set(sequence(navigation)) == {"/a/", "/a/b/"}


def test_a_page_kept_out_of_the_navigation_still_has_its_breadcrumbs_and_children() -> None:
    pages = [make_page("/"), make_page("/a/", is_in_navigation=False), make_page("/a/b/"), make_page("/c/", parent="A")]
    navigation = build_navigation(pages)
    assert tree(navigation) == {"/a/b/": {}, "/c/": {}}
    assert crumbs(navigation, "/a/") == ["/"]
    assert crumbs(navigation, "/a/b/") == ["/", "/a/"]
    assert crumbs(navigation, "/c/") == ["/", "/a/"]


def test_reading_order_goes_through_children_before_the_next_page() -> None:
    pages = [
        make_page("/"),
        make_page("/a/"),
        make_page("/a/b/"),
        make_page("/c/"),
        make_page("/x/", is_in_navigation=False),
    ]
    navigation = build_navigation(pages)
    assert sequence(navigation) == ["/", "/a/", "/a/b/", "/c/"]
    before, after = navigation.neighbours["/a/b/"]
    assert before is not None
    assert after is not None
    assert (before.address, after.address) == ("/a/", "/c/")
    assert navigation.neighbours["/"][0] is None
    assert navigation.neighbours["/c/"][1] is None
    assert "/x/" not in navigation.neighbours


def test_a_site_without_pages_has_no_navigation() -> None:
    assert build_navigation([]) == Navigation()


def test_numbers_stand_before_words_and_words_before_pages_without_an_order() -> None:
    pages = [
        make_page("/c/"),
        make_page("/b/", nav_order="b"),
        make_page("/a/", nav_order="A"),
        make_page("/n/", nav_order=9),
    ]
    assert list(tree(build_navigation(pages))) == ["/n/", "/a/", "/b/", "/c/"]


SETUPS = [
    make_page("/x/"),
    make_page("/y/"),
    make_page("/xs/", "Setup", parent="X"),
    make_page("/ys/", "Setup", parent="Y"),
    make_page("/y/s/", "Setup"),
]


@pytest.mark.parametrize(
    ("page", "parent"),
    [
        (make_page("/t/", parent="setup", grand_parent="y"), "/ys/"),
        (make_page("/t/", parent="Setup", ancestor="X"), "/xs/"),
        (make_page("/y/s/t/", parent="Setup"), "/y/s/"),
    ],
)
def test_of_two_pages_of_one_title_the_one_below_the_right_page_is_the_parent(page: Page, parent: str) -> None:
    pages = [each for each in SETUPS if parent == "/y/s/" or each.address != "/y/s/"]
    parents = find_parents([*pages, page])
    assert (parents.by_address[page.address], parents.ambiguous) == (parent, {})


def test_where_nothing_decides_all_parents_are_named() -> None:
    parents = find_parents([*SETUPS, make_page("/t/", parent="Setup")])
    assert [page.address for page in parents.ambiguous["/t/"]] == ["/xs/", "/y/s/", "/ys/"]


def test_a_grandparent_decides_further_down_as_well() -> None:
    pages = [
        *(make_page("/a/"), make_page("/b/"), make_page("/a/s/", "S", parent="A"), make_page("/b/s/", "S", parent="B")),
        *(make_page("/1/", "T", parent="S", grand_parent="A"), make_page("/2/", "T", parent="S", grand_parent="B")),
        make_page("/leaf/", parent="T", ancestor="B"),
    ]
    assert find_parents(pages).by_address["/leaf/"] == "/2/"


def test_the_header_lists_and_breadcrumbs_are_bounded() -> None:
    tops = [make_page(f"/{number:03}/") for number in range(TOP_LIMIT + 5)]
    below = [make_page(f"/000/{number:04}/") for number in range(CHILDREN_LIMIT + 7)]
    chain = [
        make_page(f"/c{number}/", parent=f"C{number - 1}" if number else None) for number in range(3 * DEPTH_LIMIT)
    ]
    navigation = build_navigation([make_page("/"), *tops, *below, *chain])
    assert (len(navigation.top), navigation.top_count) == (TOP_LIMIT, TOP_LIMIT + 6)
    assert (len(navigation.children["/000/"].shown), navigation.children["/000/"].more) == (CHILDREN_LIMIT, 7)
    last = 3 * DEPTH_LIMIT - 1
    assert crumbs(navigation, f"/c{last}/") == ["/", *(f"/c{number}/" for number in range(last - DEPTH_LIMIT, last))]
    assert len(sequence(navigation)) == 1 + len(tops) + len(below) + len(chain), "a page that nothing leads to"


def test_many_pages_in_one_chain_and_in_one_folder_take_a_moment() -> None:
    chain = [make_page(f"/c{number}/", parent=f"C{number - 1}") for number in range(20_000)]
    ring = [make_page(f"/r{number}/", parent=f"R{(number + 1) % 20_000}") for number in range(20_000)]
    navigation = build_navigation([make_page("/"), *chain, *ring])
    assert len(navigation.neighbours) == 40_001
    assert navigation.sections["/c19999/"] == "/c0/"


def test_what_all_datasets_see_does_not_change_with_a_page_further_down() -> None:
    pages = [make_page("/"), make_page("/a/"), make_page("/a/b/")]
    renamed = [*pages[:2], make_page("/a/b/", "Renamed"), make_page("/a/c/")]
    assert build_navigation(pages).header == build_navigation(renamed).header
