from __future__ import annotations

from otdi_site.model.page import Navigation, NavigationNode, Page, build_navigation
from tests.samples import make_page


def tree(nodes: tuple[NavigationNode, ...]) -> dict[str, object]:
    return {node.address: tree(node.children) for node in nodes}


def crumbs(navigation: Navigation, address: str) -> list[str]:
    return [link.address for link in navigation.breadcrumbs[address]]


def test_pages_stand_below_their_folder_s_page() -> None:
    pages = [make_page("/"), make_page("/a/"), make_page("/a/b/"), make_page("/a/b/c/"), make_page("/x/y/")]
    navigation = build_navigation(pages)
    assert tree(navigation.top) == {"/a/": {"/a/b/": {"/a/b/c/": {}}}, "/x/y/": {}}
    assert crumbs(navigation, "/a/b/c/") == ["/", "/a/", "/a/b/"]
    assert crumbs(navigation, "/x/y/") == ["/"]
    assert crumbs(navigation, "/") == []


def test_a_folder_without_a_page_is_passed_over() -> None:
    navigation = build_navigation([make_page("/a/"), make_page("/a/b/c/")])
    assert tree(navigation.top) == {"/a/": {"/a/b/c/": {}}}


def test_a_named_parent_wins_over_the_folder_in_any_case() -> None:
    pages = [make_page("/a/"), make_page("/a/b/", parent="other page"), make_page("/c/", "Other page")]
    assert tree(build_navigation(pages).top) == {"/a/": {}, "/c/": {"/a/b/": {}}}


def test_a_parent_that_is_no_page_leaves_the_folder() -> None:
    pages = [make_page("/a/"), make_page("/a/b/", parent="Nobody")]
    assert tree(build_navigation(pages).top) == {"/a/": {"/a/b/": {}}}


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
    assert list(tree(build_navigation(pages).top)) == order
    assert list(tree(build_navigation(pages[::-1]).top)) == order


def test_pages_that_name_each_other_as_parents_are_all_reached() -> None:
    pages = [
        make_page("/a/", parent="B"),
        make_page("/b/", parent="C"),
        make_page("/c/", parent="A"),
        make_page("/d/", parent="A"),
        make_page("/e/", parent="E"),
    ]
    navigation = build_navigation(pages)
    assert [link.address for link in navigation.sequence] == ["/a/", "/b/", "/c/", "/d/", "/e/"]
    assert tree(navigation.top) == {"/a/": {}, "/b/": {}, "/c/": {}, "/d/": {}, "/e/": {}}
    assert crumbs(navigation, "/a/") == []


def test_a_folder_s_page_below_one_of_its_own_pages_is_reached() -> None:
    navigation = build_navigation([make_page("/a/", parent="B"), make_page("/a/b/", "B")])
    assert {link.address for link in navigation.sequence} == {"/a/", "/a/b/"}


def test_a_page_kept_out_of_the_navigation_still_has_its_breadcrumbs_and_children() -> None:
    pages = [make_page("/"), make_page("/a/", is_in_navigation=False), make_page("/a/b/"), make_page("/c/", parent="A")]
    navigation = build_navigation(pages)
    assert tree(navigation.top) == {"/a/b/": {}, "/c/": {}}
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
    assert [link.address for link in navigation.sequence] == ["/", "/a/", "/a/b/", "/c/"]
    before, after = navigation.neighbours("/a/b/")
    assert before is not None
    assert after is not None
    assert (before.address, after.address) == ("/a/", "/c/")
    assert navigation.neighbours("/")[0] is None
    assert navigation.neighbours("/c/")[1] is None
    assert navigation.neighbours("/x/") == (None, None)


def test_a_site_without_pages_has_no_navigation() -> None:
    assert build_navigation([]) == Navigation()
