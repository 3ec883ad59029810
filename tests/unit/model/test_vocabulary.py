from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.model.language import find_language
from tests.samples import DOMAINS, LICENSES, MODALITIES


def test_a_term_is_found_by_its_id_in_any_case_and_by_nothing_else() -> None:
    term = DOMAINS.get("CLIMATE")
    assert term is not None
    assert term.id == "climate"
    assert DOMAINS.get("weather") is None
    assert DOMAINS.get("") is None


def test_a_word_of_the_hub_means_every_term_that_lists_it() -> None:
    assert [term.id for term in DOMAINS.meaning("Weather")] == ["climate"]
    assert [term.id for term in DOMAINS.meaning("bio")] == ["healthcare", "biology"]
    assert [term.id for term in LICENSES.meaning("cc-by-4.0")] == ["CC-BY-4.0"]
    assert DOMAINS.meaning("nothing") == ()


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("climat", "climate"),
        ("Marien", "marine"),
        ("medicall", "healthcare"),
        ("weather", "climate"),
        ("biologie", "biology"),
    ],
)
def test_the_nearest_terms_are_what_a_word_means_then_what_it_looks_like(word: str, first: str) -> None:
    assert DOMAINS.nearest(word)[0] == first


def test_offers_are_few_each_once_and_may_be_none() -> None:
    assert DOMAINS.nearest("bio", count=1) == ["healthcare"]
    assert len(DOMAINS.nearest("climate")) == len(set(DOMAINS.nearest("climate")))
    assert DOMAINS.nearest("qqqqqqqq") == []
    assert MODALITIES.nearest("") == []


@pytest.mark.parametrize(
    ("tag", "normal", "title"),
    [
        ("en", "en", "English"),
        ("eng", "en", "English"),
        ("EN-us", "en-US", "English (United States)"),
        ("pt_BR", "pt-BR", "Portuguese (Brazil)"),
        ("zh-hans", "zh-Hans", "Chinese (Simplified)"),
        ("no", "no", "Norwegian"),
        ("de", "de", "German"),
    ],
)
def test_languages_have_one_tag_and_a_name(tag: str, normal: str, title: str) -> None:
    language = find_language(tag)
    assert language is not None
    assert (language.tag, language.title) == (normal, title)


def test_a_language_has_its_own_name_for_itself() -> None:
    language = find_language("de")
    assert language is not None
    assert language.autonym == "Deutsch"


@pytest.mark.parametrize(
    "tag", ["", "english", "xx", "code", "multilingual", "und", "en-", "1", "en us", "a" * 500, "x-own"]
)
def test_what_names_no_language_is_none(tag: str) -> None:
    assert find_language(tag) is None


@given(st.text() | st.text(alphabet="abcdehimnxz0123456789-_", max_size=40))
def test_no_word_makes_the_lookup_raise(tag: str) -> None:
    language = find_language(tag)
    assert language is None or (language.tag and language.title and find_language(language.tag) is not None)
