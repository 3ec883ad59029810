"""Prefixes of very many words have postings of their own."""

from __future__ import annotations

from otdi_site.index.browser.prefixes import prefixes_across


def test_beginnings_that_span_more_than_three_shards_are_found() -> None:
    assert prefixes_across(["", "tid", "tide", "tides"]) == {"t", "ti"}
    assert prefixes_across(["", "ti", "tid", "tide", "u"]) == {"t"}
    assert prefixes_across(["", "tid", "tide", "u"]) == set()


def test_beginnings_have_at_most_eight_characters() -> None:
    separators = ["", *(f"abcdefgh{number}" for number in range(3))]
    assert max(prefixes_across(separators), key=len) == "abcdefgh"
