"""The rules by which requirements are checked on a card alone: its YAML block and its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from otdi_site.model.card import Card, CardSection
from otdi_site.model.card_specification import Check
from otdi_site.model.ledger import Evidence, State, Verdict
from otdi_site.trust.blanks import Blanks, squeeze
from otdi_site.trust.quotes import in_words, quote

if TYPE_CHECKING:
    from otdi_site.trust.ledger import Subject

_MET, _NOT_MET, _UNKNOWN, _NOT_APPLICABLE = State.MET, State.NOT_MET, State.UNKNOWN, State.NOT_APPLICABLE
_TIME = r"(?:[T ]\d\d(?::?\d\d){0,2}(?:\.\d{1,9})?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
_DATE = re.compile(rf"(?<![\d-])\d{{4}}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]){_TIME})?)?(?![\d-])", re.ASCII)
"""ISO 8601: a year, a month, a day or a time."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OPEN_INTERVAL = re.compile(
    r"(?<!\d)\d{4}(?:-\d\d){0,2}\s{0,3}(?:/|–|—|\bto\b|\buntil\b)\s{0,3}(?:\.\.|present\b|ongoing\b|now\b)",
    re.IGNORECASE,
)
"""A date and an end that has not come yet."""
_UUID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
_ISCC = re.compile(r"\bISCC:[A-Z2-7]{10,120}\b", re.IGNORECASE)
_OPTIONAL = re.compile(r"[(\[]?\b(?:optional|required|recommended)\b[)\]]?", re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"^\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+")
_LABELLED = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)(.{1,100}?)(?:\*\*|__)[ \t]*:?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    line: int


@lru_cache(maxsize=8192)
def heading_key(heading: str) -> str:
    """A heading without number, emphasis, punctuation, case and "[optional]", for comparison."""
    return squeeze(_OPTIONAL.sub(" ", _LEADING_NUMBER.sub("", heading)))


class CardRules:
    """Looks for answers in the card of one dataset."""

    def __init__(self, subject: Subject, blanks: Blanks) -> None:
        self._subject = subject
        self._blanks = blanks
        self._sections: dict[str, list[CardSection]] = {}
        self._labels: dict[str, list[_Answer]] = {}
        card = subject.card
        for section in card.sections if card else ():
            if section.level:
                self._sections.setdefault(heading_key(section.heading), []).append(section)
            if "**" in section.own_text or "__" in section.own_text:
                for match in _LABELLED.finditer(section.own_text[:20_000]):
                    line = section.text_line + section.own_text.count("\n", 0, match.start())
                    self._labels.setdefault(heading_key(match[1]), []).append(_Answer(match[2], line))

    def _without_card(self, card: Card | None) -> Verdict | None:
        return Verdict(_UNKNOWN, self._subject.card_problem) if card is None else None

    def _field_evidence(self, card: Card, key: str, value: object) -> Evidence:
        return self._card_evidence(quote(value), card.lines.get(key), key)

    def _card_evidence(self, text: str, line: int | None, field: str = "") -> Evidence:
        subject = self._subject
        place = ", ".join(part for part in (field, f"line {line}" if line else "") if part)
        return Evidence(text, subject.card_source, place, line, subject.card_read_at)

    def _block_problem(self, card: Card) -> Verdict | None:
        if not card.is_block_readable:
            problem = next((each for each in card.problems if each.code != "OTD261"), None)
            where = f" (line {problem.mark.line})" if problem and problem.mark.line else ""
            return Verdict(_UNKNOWN, f"the YAML block of its card cannot be read{where}")
        if not card.has_block:
            return Verdict(_NOT_MET, "the card has no YAML block")
        return None

    def _field(self, check: Check) -> Verdict:
        card, key = self._subject.card, check.key or ""
        if card is None:
            return Verdict(_UNKNOWN, self._subject.card_problem)
        if problem := self._block_problem(card):
            return problem
        if key not in card.fields:
            return Verdict(_NOT_MET, f"the YAML block has no field {key}")
        value = card.fields[key]
        evidence = (self._field_evidence(card, key, value),)
        if check.allow_empty and value == []:
            return Verdict(_MET, evidence=evidence)
        if self._blanks.is_blank(value):
            if any(problem.mark.line == card.lines.get(key) for problem in card.problems):
                return Verdict(_UNKNOWN, f"the value of {key} cannot be read", evidence)
            return Verdict(_NOT_MET, f"{key} is not filled in", evidence)
        if check.values:
            wanted = {each.casefold() for each in check.values}
            stated = value if isinstance(value, list) else [value]
            if strange := [each for each in stated if in_words(each).casefold() not in wanted]:
                return Verdict(_NOT_MET, f"{quote(strange[0])} is none of the values of {key}", evidence)
        return Verdict(_MET, evidence=evidence)

    def _no_field(self, check: Check) -> Verdict:
        card, key = self._subject.card, check.key or ""
        if card is None:
            return Verdict(_UNKNOWN, self._subject.card_problem)
        if not card.is_block_readable:
            return self._block_problem(card) or Verdict(_UNKNOWN)
        if key in card.fields:
            evidence = (self._field_evidence(card, key, card.fields[key]),)
            return Verdict(_NOT_MET, f"the YAML block has the field {key}", evidence)
        return Verdict(_MET)

    def _answers(self, check: Check) -> Iterator[_Answer]:
        """The texts that may answer a requirement, in the order of their likelihood; blanks included."""
        for heading in check.headings:
            for section in self._sections.get(heading_key(heading), ()):
                yield _Answer(section.text, section.line)
        for label in check.labels:
            yield from self._labels.get(heading_key(label), ())
        card = self._subject.card
        if check.introduction and card is not None:
            first = next((section for section in card.sections if section.level == 1), None)
            if first is not None:
                yield _Answer(first.own_text, first.text_line)

    def _find_answer(self, check: Check) -> tuple[_Answer | None, Verdict]:
        """The first answer that is no blank, or the verdict that says why there is none."""
        card = self._subject.card
        if card is None:
            return None, Verdict(_UNKNOWN, self._subject.card_problem)
        blank: _Answer | None = None
        for answer in self._answers(check):
            if cleaned := self._blanks.clean(answer.text):
                return replace(answer, text=cleaned), Verdict(_MET)
            blank = blank or answer
        if blank is not None:
            name = check.headings[0] if check.headings else check.labels[0]
            evidence = (self._card_evidence(quote(blank.text) or "(empty)", blank.line),)
            return None, Verdict(_NOT_MET, f"the section “{name}” is not filled in", evidence)
        if not card.is_text_readable:
            return None, Verdict(_UNKNOWN, "its card cannot be read as a whole")
        return None, Verdict(_NOT_MET, f"the card has no section “{check.headings[0]}”")

    def _section(self, check: Check) -> Verdict:
        answer, verdict = self._find_answer(check)
        if answer is None:
            return verdict
        return Verdict(_MET, evidence=(self._card_evidence(quote(answer.text), answer.line),))

    def _matching(self, check: Check, reason: str, *patterns: re.Pattern[str]) -> Verdict:
        answer, verdict = self._find_answer(check)
        if answer is None:
            return verdict
        evidence = (self._card_evidence(quote(answer.text), answer.line),)
        if any(pattern.search(answer.text) for pattern in patterns):
            return Verdict(_MET, evidence=evidence)
        return Verdict(_NOT_MET, reason, evidence)

    def _date(self, check: Check) -> Verdict:
        return self._matching(check, "no day in ISO 8601 is given, such as 2026-03-31", _DAY)

    def _interval(self, check: Check) -> Verdict:
        answer, verdict = self._find_answer(check)
        if answer is None:
            return verdict
        evidence = (self._card_evidence(quote(answer.text), answer.line),)
        if len(_DATE.findall(answer.text[:2_000])) >= 2 or _OPEN_INTERVAL.search(answer.text):
            return Verdict(_MET, evidence=evidence)
        return Verdict(_NOT_MET, "no interval in ISO 8601 is given, such as 2024-01-01/2025-06-30", evidence)

    def _identifier(self, check: Check) -> Verdict:
        return self._matching(check, "it is neither a UUID nor an ISCC code", _UUID, _ISCC)
