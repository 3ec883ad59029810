"""Keeps ledgers between builds, each with a digest of all that it was made from.

To check a card takes ten times as long as to read its ledger again, a compressed JSON object by the id of the dataset::

    {"made_from": "0f3c…", "sources": {"example-org/tides": "SourceFacts(…)"},
     "rows": [["yaml.license", "met", "", [["cc-by-4.0", "https://…", "license, line 2", 2, "2026-01-02"]]]]}

``sources`` are the datasets whose facts the rules asked for, with these facts: a ledger counts while they are the same.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace

from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.ledger import Evidence, Ledger, LedgerRow, State, Verdict
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.trust.ledger import Subject, ledger_of
from otdi_site.trust.rules import SourceFacts


class LedgerCache:
    """Ledgers by the id of their dataset. `new` and `dropped` are what to keep of them for the next build."""

    def __init__(self, kept: Mapping[str, bytes] | None = None, made_with: bytes = b"") -> None:
        """`kept` is what builds before made, and `made_with` tells the program from others."""
        self._kept = kept or {}
        self._made_with = made_with
        self._settings: tuple[CardSpecification, bytes] | None = None
        self._asked: set[str] = set()
        self.new: dict[str, bytes] = {}

    @property
    def dropped(self) -> set[str]:
        """Ids of datasets that nobody asked for."""
        return self._kept.keys() - self._asked

    def ledger(self, subject: Subject, specification: CardSpecification, licenses: Vocabulary[License]) -> Ledger:
        """The ledger of a dataset, which is made where it is not known."""
        assert subject.dataset is not None
        name = subject.dataset.id
        self._asked.add(name)
        facts = (subject.dataset, subject.card, subject.card_source, subject.card_read_at, subject.card_problem)
        key = _digest(self._made_with, self._settings_of(specification, licenses), repr(facts).encode(*_ENCODING))
        known = self.new.get(name) or self._kept.get(name)
        if known is not None and (ledger := _decode(known, key, subject, specification)) is not None:
            return ledger
        sources: dict[str, str] = {}

        def note(source: str) -> SourceFacts | None:
            facts = subject.find_source(source)
            sources[source] = repr(facts)
            return facts

        ledger = ledger_of(replace(subject, find_source=note), specification, licenses)
        self.new[name] = _encode(ledger, key, sources)
        return ledger

    def _settings_of(self, specification: CardSpecification, licenses: Vocabulary[License]) -> bytes:
        """A digest of the requirements and the licences, which are the same for all datasets of a build."""
        if self._settings is None or self._settings[0] is not specification:
            digest = _digest(repr((specification, licenses.terms)).encode(*_ENCODING))
            self._settings = specification, digest.encode()
        return self._settings[1]


_ENCODING = ("utf-8", "surrogatepass")


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _encode(ledger: Ledger, key: str, sources: Mapping[str, str]) -> bytes:
    rows = [
        [
            row.id,
            row.state.value,
            row.verdict.reason,
            [[each.text, each.source, each.place, each.line, each.as_of] for each in row.verdict.evidence],
        ]
        for row in ledger.rows
    ]
    text = json.dumps({"made_from": key, "sources": sources, "rows": rows}, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode(*_ENCODING), 1)


def _decode(content: bytes, key: str, subject: Subject, specification: CardSpecification) -> Ledger | None:
    """The ledger again; `None` where it was made from something else, or is damaged."""
    try:
        known = json.loads(zlib.decompress(content).decode(*_ENCODING))
        if known["made_from"] != key:
            return None
        if any(repr(subject.find_source(name)) != facts for name, facts in known["sources"].items()):
            return None
        rows = tuple(
            LedgerRow(
                requirement.id,
                Verdict(State(state), reason, tuple(Evidence(*each) for each in evidence)),
                requirement,
            )
            for requirement, (_, state, reason, evidence) in zip(specification.requirements, known["rows"], strict=True)
        )
    except (ValueError, LookupError, TypeError, AttributeError, zlib.error):
        return None
    return Ledger(specification.spec_version, rows)
