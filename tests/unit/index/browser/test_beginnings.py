"""Beginnings of very many words are looked up by themselves."""

from __future__ import annotations

from otdi_site.index.browser.beginnings import beginnings_across


def test_beginnings_that_span_more_than_three_shards_are_found() -> None:
    assert beginnings_across(["", "tid", "tide", "tides"]) == {"t", "ti"}
    assert beginnings_across(["", "ti", "tid", "tide", "u"]) == {"t"}
    assert beginnings_across(["", "tid", "tide", "u"]) == set()


def test_beginnings_have_at_most_eight_characters() -> None:
    separators = ["", *(f"abcdefgh{number}" for number in range(3))]
    assert max(beginnings_across(separators), key=len) == "abcdefgh"


def test_values_are_not_looked_up_by_their_beginnings() -> None:
    assert beginnings_across(["", "=publisher:a", "=publisher:b", "=publisher:c", "a"]) == set()
