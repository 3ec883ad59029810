"""The check in the browser and ``card check`` agree on every card of the corpus, and on damaged ones."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from otdi_site.source.cards import read_card
from otdi_site.tree import PROJECT_FOLDER
from otdi_site.trust import Subject, ledger_of
from otdi_site.trust.browser_data import browser_data
from tests.builds import IS_THOROUGH
from tests.unit.trust.card_corpus import COMPLETE, GROUPS, SPECIFICATION, VOCABULARIES

DRIVER = Path(__file__).parents[3] / "tests/js/card/drivers/check.mjs"
DAMAGED = 3_000 if IS_THOROUGH else 150
CASES = [case for group in GROUPS for case in group()]


def check(folder: Path, cards: list[bytes]) -> list[dict[str, Any]]:
    """The ledgers of the browser's modules, in Node."""
    (folder / "data.json").write_text(browser_data(SPECIFICATION, VOCABULARIES.licenses), encoding="utf-8")
    sent = json.dumps([base64.b64encode(card).decode() for card in cards])
    run = subprocess.run(
        ["node", str(DRIVER), str(folder / "data.json")], input=sent, capture_output=True, text=True, check=True
    )
    ledgers: list[dict[str, Any]] = json.loads(run.stdout)
    return ledgers


def expected(card: bytes) -> list[tuple[object, ...]]:
    subject = Subject(card=read_card(card, "README.md"), card_source="README.md")
    ledger = ledger_of(subject, SPECIFICATION, VOCABULARIES.licenses)
    return [
        (
            row.id,
            row.state.value,
            row.verdict.reason,
            tuple((each.text, each.place, each.line) for each in row.verdict.evidence),
            row.requirement.fix,
        )
        for row in ledger.rows
    ]


def found(ledger: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (
            row["id"],
            row["state"],
            row["reason"],
            tuple((each["text"], each["place"], each["line"]) for each in row["evidence"]),
            row["fix"],
        )
        for row in ledger["rows"]
    ]


def without_place(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Without the line at which a parser gave up: the two parsers notice a mistake at different ones."""
    place = re.compile(r"cannot be read \(line \d+\)")
    return [(id, state, place.sub("cannot be read", str(reason)), *rest) for id, state, reason, *rest in rows]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    found = check(tmp_path_factory.mktemp("corpus"), [case.content for case in CASES])
    return dict(zip([case.name for case in CASES], found, strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_browser_finds_what_the_command_finds(case: Any, ledgers: dict[str, dict[str, Any]]) -> None:
    assert without_place(found(ledgers[case.name])) == without_place(expected(case.content))


PIECES = [
    *(b"\n", b"---\n", b": ", b"- ", b"#", b"  ", b"```", b"<!--", b"-->", b"'", b'"', b"[", b"]", b"{", b"&a ", b"*a"),
    *(
        b"yes",
        b"2026-03-31",
        b"0x1F",
        b"1_000",
        b"~",
        b"null",
        b"12:30",
        b"\xe2\x80\xae",
        b"\xff",
        b"N/A",
        b"\t",
        b"\r\n",
    ),
]


def damage(chance: random.Random, card: bytes) -> bytes:
    """A card of which pieces are lost, doubled, moved or replaced."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(card) if chance.random() < 0.4 else min(600, len(card)))
        end = start + chance.choice([0, 0, 1, 3, 20, 200])
        new = chance.choice([b"", chance.choice(PIECES), chance.choice(PIECES) * 2, card[start:end] * 2])
        card = card[:start] + new + card[end:] or b"x"
    return card


def damaged(chance: random.Random, count: int) -> list[bytes]:
    contents = [COMPLETE.encode(), *(case.content[:5_000] for case in CASES if case.content)]
    return [damage(chance, chance.choice([contents[0], chance.choice(contents)])) for _ in range(count)]


def test_the_two_agree_on_damaged_cards(tmp_path: Path) -> None:
    cards = damaged(random.Random(12), DAMAGED)
    differing = []
    for card, ledger in zip(cards, check(tmp_path, cards), strict=True):
        if any("sufficiently indented" in problem["message"] for problem in ledger["problems"]):
            # YAML 1.2 wants lists in brackets indented, 1.1 does not: the browser says that it cannot read such a one.
            continue
        wanted, got = without_place(expected(card)), without_place(found(ledger))
        differing += [(card, one, other) for one, other in zip(wanted, got, strict=True) if one != other][:1]
    assert differing == []


def test_its_data_does_not_depend_on_the_order_of_sets() -> None:
    code = (
        "from pathlib import Path; from otdi_site.source.vocabularies import read_vocabularies;"
        "from otdi_site.trust.browser_data import browser_data; known = read_vocabularies(Path('.'))[0];"
        "print(browser_data(known.card_specification, known.licenses))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=PROJECT_FOLDER,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
