"""Licences as people write them are those of the vocabulary, or SPDX ids and expressions, or shown as they stand."""

from __future__ import annotations

import json
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otdi_site.model.licenses import read_license, resolve_license
from otdi_site.model.vocabulary import License
from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.trust.conflicts import find_conflicts, is_undecided
from tests.sites import PROJECT

VOCABULARIES, _ = read_vocabularies(PROJECT)
LICENSES = VOCABULARIES.licenses
ROWS = PROJECT.parent / "shared" / "hub_sample" / "hub_records.jsonl.zst"
FACTS = PROJECT.parent / "shared" / "facts" / "licenses.json"


def resolved(written: str) -> str | None:
    found = resolve_license(written, LICENSES)
    return found.id if found else None


def read(*words: str, name: str | None = None, link: str | None = None) -> License:
    found = read_license(words, name, link, LICENSES)
    assert found is not None
    return found


@pytest.mark.parametrize("spell", [str, str.lower, str.upper, str.title])
def test_every_identifier_is_found_in_any_letter_case(spell: type[str]) -> None:
    for term in LICENSES.terms:
        for word in (term.id, *term.hub_ids, *term.alternatives):
            assert resolved(spell(word)) == term.id, word


@pytest.mark.skipif(not FACTS.exists(), reason="the list of the Hub's licences is not beside the project")
def test_all_identifiers_of_the_hub_and_all_accepted_licences_resolve() -> None:
    facts = json.loads(FACTS.read_text("utf-8"))
    for word in facts["hf_hub_license_identifiers"]:
        assert resolved(word) == resolved(word.upper()) is not None, word
    accepted = {resolved(row["hf_key"]) for row in facts["licenses"]}
    assert accepted == {term.id for term in LICENSES.terms if term.is_accepted}
    assert len(accepted) == 19


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("MIT License", "MIT"),
        ("the mit licence", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("apache 2.0", "Apache-2.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc by-nc sa 4.0", "CC-BY-NC-SA-4.0"),
        ("CC0", "CC0-1.0"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("0bsd", "0BSD"),
        ("gpl-2.0+", "GPL-2.0-or-later"),
        ("https://choosealicense.com/licenses/mit/", "MIT"),
        ("http://www.choosealicense.com/licenses/cc-by-2.0", "CC-BY-2.0"),
        ("https://choosealicense.com/licenses/no-such/", None),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", "CC0-1.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://spdx.org/licenses/0BSD.html", "0BSD"),
        ("https://opensource.org/license/mit/", "MIT"),
        ("https://example.org/licenses/mit/", None),
        ("https://[", None),
        ("CC-BY", None),
        ("Apache", None),
        ("MIT, but only on Sundays", None),
        ("not MIT", None),
        ("MIT+", None),
        ("['mit']", None),
        ("{MIT}", None),
        ("LICENSE.md", None),
        ("public domain", None),
        ("", None),
        ("(" * 5_000, None),
        ("mit or " * 5_000 + "mit", None),
        ("mit " * 5_000, None),
    ],
)
def test_one_licence(written: str, expected: str | None) -> None:
    assert resolved(written) == expected


@pytest.mark.parametrize(
    ("written", "title", "is_accepted", "category"),
    [
        ("mit or apache-2.0", "MIT OR Apache-2.0", True, "permissive"),
        ("(GPL-3.0 OR MIT)", "GPL-3.0-only OR MIT", True, "permissive"),
        ("MIT AND GPL-3.0", "MIT AND GPL-3.0-only", False, "copyleft"),
        ("MIT AND CC-BY-4.0", "MIT AND CC-BY-4.0", True, "permissive"),
        ("MIT AND (GPL-3.0 OR CC-BY-NC-4.0)", "MIT AND (GPL-3.0-only OR CC-BY-NC-4.0)", False, "copyleft"),
        ("MIT AND CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", False, "non-commercial"),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            False,
            "copyleft",
        ),
    ],
)
def test_an_expression_is_judged_by_its_parts(written: str, title: str, is_accepted: bool, category: str) -> None:
    found = resolve_license(written, LICENSES)
    assert found is not None
    assert (found.title, found.is_accepted, found.category) == (title, is_accepted, category)
    assert found.id.startswith("LicenseRef-")


def test_an_expression_with_an_unknown_part_is_shown_and_not_accepted() -> None:
    found = read("MIT OR Nothing-1.0")
    assert (found.title, found.is_accepted) == ("MIT OR Nothing-1.0", False)


def test_other_is_the_licence_that_its_name_or_its_link_states() -> None:
    assert read("other", name="cdla permissive 2.0").id == "CDLA-Permissive-2.0"
    assert read("other", link="https://creativecommons.org/licenses/by/4.0/").id == "CC-BY-4.0"
    own = read("other", name="Tide Licence", link="https://example.org/tide")
    assert (own.title, own.url, own.is_accepted) == ("Tide Licence", "https://example.org/tide", False)
    named = read("other", name="MIT", link="LICENSE")
    assert named.id == "MIT", "a file of the repository says nothing else"


def test_a_name_and_a_link_that_contradict_each_other_are_shown_and_not_accepted() -> None:
    found = read("other", name="MIT", link="https://creativecommons.org/licenses/by/4.0/")
    assert (found.title, found.is_accepted) == ("MIT (its link leads to CC-BY-4.0)", False)
    kept = read("other", name="Tide Licence", link="https://creativecommons.org/licenses/by/4.0/")
    assert (kept.title, kept.is_accepted) == ("Tide Licence", False), "nobody knows that the link is its text"


def test_several_words_for_one_licence_are_one() -> None:
    assert read("mit", "MIT License").id == "MIT"
    assert not read("mit", "apache-2.0").is_accepted, "whether one may choose is not said"


@given(st.text(max_size=60), st.text(max_size=30) | st.none(), st.text(max_size=60) | st.none())
def test_any_text_is_a_licence_with_an_address(word: str, name: str | None, link: str | None) -> None:
    found = read_license([word, "", "x"], name, link, LICENSES)
    assert found is not None
    assert found.id
    assert len(found.id) <= 120
    assert not found.is_accepted, "nobody knows x"


@pytest.mark.skipif(not ROWS.exists(), reason="the rows of the Hub are not beside the project")
def test_names_addresses_and_identifiers_of_real_rows_agree() -> None:
    """Every row: the SPDX id of its licence's name is that of its address, and that of the Hub's id among its tags.

    Tags of people are the exceptions: `other`, `unknown` and, on one row, the database `postgresql`.
    """
    unpacked = subprocess.run(["zstd", "-dc", ROWS], capture_output=True, check=True).stdout
    hub_ids = {hub_id: term.id for term in LICENSES.terms for hub_id in term.hub_ids}
    ids: dict[str, str | None] = {}
    exceptions: Counter[str] = Counter()
    rows = [json.loads(line) for line in unpacked.splitlines()]
    for row in rows:
        name, address = row["license_name"], row["license_url"]
        for written in (name, address):
            if written not in ids:
                ids[written] = resolved(written)
        assert ids[name] == ids[address] is not None, (name, address)
        tagged = [word for word in row["keywords"] if word in hub_ids]
        if len(tagged) == 1 and hub_ids[tagged[0]] != ids[name]:
            exceptions[tagged[0]] += 1
    assert len(rows) == 25_918
    assert exceptions == {"other": 189, "unknown": 17, "postgresql": 1}


@pytest.mark.parametrize(
    ("own", "source", "conflict"),
    [
        ("MIT", "CC-BY-ND-4.0", "allows no derived datasets"),
        ("CC-BY-ND-4.0", "CC-BY-ND-4.0", "allows no derived datasets"),
        ("MIT", "CC-BY-SA-4.0", "asks for the same licence"),
        ("CC-BY-SA-4.0", "CC-BY-SA-3.0", None),
        ("CC-BY-SA-3.0", "CC-BY-SA-4.0", "asks for the same licence"),
        ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "asks for the same licence"),
        ("CC-BY-4.0", "CC-BY-NC-4.0", "allows no commercial use"),
        ("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0", None),
        ("CC-BY-SA-4.0", "CC-BY-4.0", None),
        ("GPL-3.0-only", "GPL-3.0-only", None),
    ],
)
def test_conflicts_with_the_licence_of_a_source(own: str, source: str, conflict: str | None) -> None:
    license, of_source = LICENSES.get(own), LICENSES.get(source)
    assert license is not None
    assert of_source is not None
    found = list(find_conflicts(license, of_source))
    assert (conflict is None and not found) or any(conflict in each for each in found if conflict)
    assert not is_undecided(license, of_source) or found


def test_nothing_is_decided_where_a_licence_is_not_described() -> None:
    own, share_alike, mit = read("other", name="Tide Licence"), LICENSES.get("CC-BY-SA-4.0"), LICENSES.get("MIT")
    assert share_alike is not None
    assert mit is not None
    assert is_undecided(own, share_alike)
    assert is_undecided(mit, own)
    assert not is_undecided(own, mit)
