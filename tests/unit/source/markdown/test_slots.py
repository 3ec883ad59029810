"""Slots stand between blocks of HTML, and what is wrong with one has its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Document, Slot

PATH = "content/guide/page.md"


def test_a_slot_divides_the_page(render: Callable[..., Document]) -> None:
    text = "a\n\n  :::{slot} card-fields\nsection: x\nis_short: yes\nrows: 2\n:::\n\nb"
    arguments = {"section": "x", "is_short": True, "rows": 2}
    slot = Slot("card-fields", arguments, Mark(PATH, 12, 3))
    assert render(text, first_line=10).blocks == ("<p>a</p>\n", slot, "<p>b</p>\n")


def test_slots_follow_each_other_and_know_site_variables(render: Callable[..., Document]) -> None:
    document = render(':::{slot} contact\n:::\n:::{slot} domains\ntitle: "{{ site.title }}"\n:::')
    assert [(block.name, dict(block.arguments)) for block in document.blocks if isinstance(block, Slot)] == [
        ("contact", {}),
        ("domains", {"title": "Title & co"}),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":::{slot} domain\n:::", [("OTD231", 1, 11)]),
        ("a\n\n:::{slot} contact\n\nb", [("OTD229", 3, 1)]),
        (":::{slot} contact", [("OTD229", 1, 1)]),
        (":::other\nx\n:::", [("OTD230", 1, 1)]),
        (":::{slot}\n:::", [("OTD230", 1, 1)]),
        (":::{slot} contact\n- a\n:::", [("OTD232", 2, 1)]),
        (":::{slot} contact\na: 1\nb: [1]\n:::", [("OTD232", 3, 4)]),
        (":::{slot} contact\na: 1\nb: {\n:::", [("OTD003", 4, 1)]),
        (":::{slot} contact\na: 1\na: 2\n:::", [("OTD004", 3, 1)]),
    ],
)
def test_what_is_wrong_with_a_slot_has_its_place(
    text: str, expected: list[tuple[str, int, int]], findings: Callable[[str], list[tuple[str, int, int]]]
) -> None:
    assert findings(text) == expected


def test_the_nearest_slots_are_offered(render: Callable[..., Document]) -> None:
    (found,) = render(":::{slot} card-field\n:::").diagnostics
    assert found.help == "did you mean card-fields?"
    (found,) = render(":::{slot} zzz\n:::").diagnostics
    assert found.help == "slots are: card-fields, contact, domains"


def test_a_wrong_slot_leaves_nothing_in_the_page(render: Callable[..., Document]) -> None:
    assert render("a\n\n:::{slot} zzz\nx: 1\n:::\n\nb").blocks == ("<p>a</p>\n", "<p>b</p>\n")
