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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.ledger import Evidence, Ledger, LedgerRow, State, Verdict
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.trust.ledger import FindSource, Subject, ledger_of
from otdi_site.trust.rules import SourceFacts


class LedgerMaker:
    """Makes ledgers, encoded for the build state."""

    def __init__(self, specification: CardSpecification, licenses: Vocabulary[License], made_with: bytes = b"") -> None:
        """`made_with` tells the program from others."""
        self.specification = specification
        self._licenses = licenses
        self._settings = _digest(made_with, repr((specification, licenses.terms)).encode(*_ENCODING)).encode()

    def key_of(self, subject: Subject) -> str:
        """A digest of all that the ledger is made from, besides the facts of sources."""
        facts = (subject.dataset, subject.card, subject.card_source, subject.card_read_at, subject.card_problem)
        return _digest(self._settings, repr(facts).encode(*_ENCODING))

    def make(self, subjects: Iterable[Subject]) -> dict[str, bytes]:
        """Ledgers by the id of their dataset."""
        made = {}
        for subject in subjects:
            sources = _Noted(subject.find_source)
            ledger = ledger_of(replace(subject, find_source=sources), self.specification, self._licenses)
            made[_name_of(subject)] = _encode(ledger, self.key_of(subject), sources.facts)
        return made


RunMaker = Callable[[LedgerMaker, Sequence[Subject]], Iterable[Mapping[str, bytes]]]
"""Lets a maker make the ledgers of some datasets, wherever that is, in batches of any size."""


class LedgerCache:
    """Ledgers by the id of their dataset. `new` and `dropped` are what to keep of them for the next build."""

    def __init__(
        self, kept: Mapping[str, bytes] | None = None, made_with: bytes = b"", run: RunMaker | None = None
    ) -> None:
        """`kept` is what builds before made; without `run`, ledgers are made one after the other."""
        self._kept = kept or {}
        self._made_with = made_with
        self._run = run or (lambda maker, subjects: [maker.make(subjects)])
        self._asked: set[str] = set()
        self.new: dict[str, bytes] = {}

    @property
    def dropped(self) -> set[str]:
        """Ids of datasets that nobody asked for."""
        return self._kept.keys() - self._asked

    def ledgers(
        self, subjects: Sequence[Subject], specification: CardSpecification, licenses: Vocabulary[License]
    ) -> list[Ledger]:
        """The ledgers of datasets, of which those are made that are not known."""
        maker = LedgerMaker(specification, licenses, self._made_with)
        keys = [maker.key_of(subject) for subject in subjects]
        found = [self._find(subject, key, specification) for subject, key in zip(subjects, keys, strict=True)]
        missing = [subject for subject, ledger in zip(subjects, found, strict=True) if ledger is None]
        for batch in self._run(maker, missing) if missing else ():
            self.new.update(batch)
        ledgers = []
        for subject, key, known in zip(subjects, keys, found, strict=True):
            ledger = known or self._find(subject, key, specification)
            if ledger is None:  # of two datasets that claim one id, which is an error, the other's was kept
                self.new.update(maker.make([subject]))
                ledger = self._find(subject, key, specification)
            assert ledger is not None, "it was just made"
            ledgers.append(ledger)
        return ledgers

    def _find(self, subject: Subject, key: str, specification: CardSpecification) -> Ledger | None:
        name = _name_of(subject)
        self._asked.add(name)
        known = self.new.get(name) or self._kept.get(name)
        return None if known is None else _decode(known, key, subject, specification)


_ENCODING = ("utf-8", "surrogatepass")


class _Noted:
    """Finds sources, and keeps what was found of each that was asked for."""

    def __init__(self, find_source: FindSource) -> None:
        self._find_source = find_source
        self.facts: dict[str, str] = {}

    def __call__(self, name: str) -> SourceFacts | None:
        found = self._find_source(name)
        self.facts[name] = repr(found)
        return found


def _name_of(subject: Subject) -> str:
    assert subject.dataset is not None
    return subject.dataset.id


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
