"""What a dataset's page adds to the dataset."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from otdi_site.model.sourced import Sourced
from otdi_site.model.vocabulary import Term
from otdi_site.render.dataset_view import DESCRIPTION_LENGTH, view_dataset
from tests.unit.render.sample_site import ENTRY, HUB, make_bare_dataset, make_dataset


def test_sources_are_numbered_in_the_order_of_the_fields() -> None:
    view = view_dataset(make_dataset())
    assert view.sources == (ENTRY, HUB)
    assert view.numbers["title"] == 1
    assert (view.numbers["downloads"], view.main_source) == (0, 2), "most are of the Hub, which is said once"
    assert "contact" not in view.numbers


def test_a_citation_holds_known_values_only() -> None:
    assert view_dataset(make_dataset()).citation == (
        "@dataset{sample:tides,\n"
        "  title = {Tides of a made-up sea},\n"
        "  publisher = {Sample \\& Sons},\n"
        "  url = {https://huggingface.co/datasets/sample/tides},\n"
        "  version = {0123456789abcdef0123456789abcdef01234567}\n}"
    )
    assert (
        view_dataset(make_bare_dataset()).citation
        == "@dataset{sample:bare,\n  title = {Bare},\n  publisher = {Sample \\& Sons}\n}"
    )


@given(st.text(alphabet='{}\\\\%\n"@a,= _', min_size=1).filter(str.strip))
def test_the_braces_of_a_citation_are_balanced(text: str) -> None:
    hostile = make_dataset(
        title=Sourced(text, HUB),
        publisher=Term(id="x", title=text),
        url=Sourced(f"https://example.org/{text}", HUB),
        revision=Sourced(text, HUB),
    )
    citation = view_dataset(hostile).citation
    depths = list(accumulate({"{": 1, "}": -1}.get(character, 0) for character in citation))
    # The first brace is closed by the last character, and no sooner.
    assert depths.index(0, citation.index("{")) == len(citation) - 1


def test_a_hostile_name_cannot_break_out_of_the_citation() -> None:
    hostile = make_dataset(
        title=Sourced("a}, year = {1999\n}\\input{x}", HUB),
        publisher=Term(id="x", title="50% #1"),
        url=Sourced("https://example.org/a}b c", HUB),
    )
    assert view_dataset(hostile).citation.splitlines()[1:4] == [
        "  title = {a\\textbraceright{}, year = \\textbraceleft{}1999 "
        "\\textbraceright{}\\textbackslash{}input\\textbraceleft{}x\\textbraceright{}},",
        "  publisher = {50\\% \\#1},",
        "  url = {https://example.org/a%7Db%20c},",
    ]


def test_a_hostile_id_cannot_break_out_of_the_code() -> None:
    view = view_dataset(make_dataset(hub_id='a"); import os; ("\n'))
    assert eval(f'"{view.python_id}"') == 'a"); import os; ("\n'


def test_a_url_that_runs_something_is_no_link() -> None:
    view = view_dataset(
        make_dataset(url=Sourced("javascript:alert(1)", HUB), hub_url=None, contact=Sourced("data:x", HUB))
    )
    assert view.home_url is None
    assert view.card_url is None
    assert view.contact_url is None
    assert "javascript" not in view.citation


def test_an_address_becomes_a_mail_link() -> None:
    assert view_dataset(make_dataset(contact=Sourced("a+b@example.org", ENTRY))).contact_url == "mailto:a+b@example.org"


def test_a_long_description_of_a_host_is_cut_and_an_entrys_is_not() -> None:
    text = "word " * 400
    assert len(view_dataset(make_dataset(description=Sourced(text, HUB))).description) <= DESCRIPTION_LENGTH + 1
    assert view_dataset(make_dataset(description=Sourced(text, ENTRY))).description == text


def test_what_nobody_states_is_listed() -> None:
    assert view_dataset(make_dataset()).unstated == "sensitive information, contact"
    assert view_dataset(make_bare_dataset()).unstated == (
        "licence, domain, modalities, languages, tasks, formats, hosting, size, access, downloads, likes, "
        "how it was listed, date added, source datasets, sensitive information, last change, contact"
    )
