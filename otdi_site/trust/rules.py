"""The rules by which requirements are checked, on a card and on what else is known of its dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from otdi_site.model.card_specification import Check, Requirement
from otdi_site.model.fields import FIELDS_BY_NAME
from otdi_site.model.ledger import Evidence, State, Verdict
from otdi_site.model.licenses import read_license, resolve_license
from otdi_site.model.sourced import Sourced
from otdi_site.model.term_mapping import hub_page
from otdi_site.model.values import is_hub_id
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.trust.blanks import Blanks, squeeze
from otdi_site.trust.card_rules import CardRules
from otdi_site.trust.conflicts import find_conflicts, is_undecided
from otdi_site.trust.quotes import in_words, quote

if TYPE_CHECKING:
    from otdi_site.trust.ledger import Subject

_MET, _NOT_MET, _UNKNOWN, _NOT_APPLICABLE = State.MET, State.NOT_MET, State.UNKNOWN, State.NOT_APPLICABLE
_ORIGINAL = frozenset({"original", "none", "n/a", "na"})
"""Words in ``source_datasets`` that say that there is none."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The known facts of a dataset that another one was made from."""

    title: str
    license: License | None


def _address_of(name: str) -> str:
    """The address of a source dataset on the Hub, or its name."""
    return hub_page(name) if "/" in name and is_hub_id(name) else quote(name)


class Rules(CardRules):
    """Judges the requirements of one dataset, by its card and by what other sources say of it."""

    def __init__(self, subject: Subject, blanks: Blanks, licenses: Vocabulary[License]) -> None:
        super().__init__(subject, blanks)
        self._licenses = licenses
        self._judges: dict[str, Callable[[Check], Verdict]] = {
            "field": self._field,
            "no_field": self._no_field,
            "section": self._section,
            "date": self._date,
            "interval": self._interval,
            "identifier": self._identifier,
            "any_of": self._any_of,
            "accepted_license": self._accepted_license,
            "compatible_license": self._compatible_license,
            "differs_from_sources": self._differs_from_sources,
            "open_access": self._open_access,
        }

    def judge(self, requirement: Requirement) -> Verdict:
        """The result for one requirement."""
        if requirement.applies is not None:
            applies = self._applies(requirement.applies)
            if applies is None:
                card = self._subject.card
                problem = self._block_problem(card) if card is not None else None
                return problem or Verdict(_UNKNOWN, self._subject.card_problem)
            if not applies:
                return Verdict(_NOT_APPLICABLE)
        verdict = self._judges[requirement.check.rule](requirement.check)
        card = self._subject.card
        if card is not None and not card.exists and verdict.state is _NOT_MET and not verdict.evidence:
            verdict = replace(verdict, reason="it has no card")
        if requirement.metadata is not None and verdict.state in (_NOT_MET, _UNKNOWN):
            return self._from_metadata(requirement.metadata, verdict)
        return verdict

    def _applies(self, condition: str) -> bool | None:
        if condition == "derived":
            sources = self._source_names()
            return None if sources is None else bool(sources)
        card = self._subject.card
        if card is None or not card.is_block_readable:
            return None
        stated = card.fields.get("license")
        words = stated if isinstance(stated, list) else [stated]
        return any(
            in_words(word).lower() == "other" or in_words(word).lower().startswith("licenseref-") for word in words
        )

    def _any_of(self, check: Check) -> Verdict:
        verdicts = [self._judges[each.rule](each) for each in check.rules]
        order = [_MET, _UNKNOWN, _NOT_MET, _NOT_APPLICABLE]
        return min(verdicts, key=lambda verdict: order.index(verdict.state))

    # What other sources say

    def _sourced(self, name: str) -> Sequence[Sourced[Any]]:
        """The values of a field of the dataset, each with its origin."""
        dataset = self._subject.dataset
        chosen: Sourced[Any] | None = getattr(dataset, name, None) if dataset is not None else None
        if dataset is None or chosen is None:
            return ()
        make = FIELDS_BY_NAME[name].from_hub_id
        made = make(dataset.hub_id) if make is not None and dataset.hub_id is not None else None
        return [each for each in (chosen, *chosen.others) if made is None or each.value != made]

    def _metadata_evidence(self, name: str, sourced: Sourced[Any]) -> Evidence:
        field, origin = FIELDS_BY_NAME[name], sourced.origin
        text = quote(field.kind.ids(sourced.value)) or "none"
        if origin.kind == "entry":
            dataset = self._subject.dataset
            read = next((each.url for each in dataset.evidence if each.date), "") if dataset else ""
            return Evidence(text, read or origin.location, field.title, as_of=origin.as_of)
        return Evidence(text, origin.location, field.title, as_of=origin.as_of)

    def _from_metadata(self, name: str, verdict: Verdict) -> Verdict:
        """Statements of the host's metadata or the entry in place of the card."""
        for sourced in self._sourced(name):
            # The word of the entry counts where somebody wrote down when and where it was read.
            if sourced.origin.kind != "entry" or sourced.origin.as_of is not None:
                return Verdict(_MET, evidence=(self._metadata_evidence(name, sourced),))
        dataset = self._subject.dataset
        if verdict.state is _UNKNOWN and dataset is not None and FIELDS_BY_NAME[name].hub:
            hosts = [origin for origin in dataset.origins() if origin.kind != "entry"]
            if hosts:
                evidence = (
                    Evidence("not stated", hosts[0].location, FIELDS_BY_NAME[name].title, as_of=hosts[0].as_of),
                )
                return Verdict(_NOT_MET, "the metadata of its host states nothing", evidence)
        return verdict

    def _licenses_stated(self) -> Iterator[tuple[License, Evidence]]:
        """The licences that sources state, the card's first."""
        card = self._subject.card
        if card is not None and not self._blanks.is_blank(card.fields.get("license")):
            value = card.fields["license"]
            words = [in_words(each) for each in (value if isinstance(value, list) else [value])]
            name, link = card.fields.get("license_name"), card.fields.get("license_link")
            found = read_license(
                words,
                in_words(name) if name and not self._blanks.is_blank(name) else None,
                in_words(link) if link else None,
                self._licenses,
            )
            if found is not None:
                yield found, self._field_evidence(card, "license", value)
                named = resolve_license(in_words(name), self._licenses) if name else None
                if named is not None and named != found:  # the card contradicts itself
                    yield named, self._field_evidence(card, "license_name", name)
        for sourced in self._sourced("license"):
            if sourced.origin.kind != "entry" or sourced.origin.as_of is not None:
                yield sourced.value, self._metadata_evidence("license", sourced)

    def _without_license(self) -> Verdict:
        """No source states one: whether any was looked at that could."""
        card, dataset = self._subject.card, self._subject.dataset
        is_looked_at = card is not None and card.is_block_readable
        if is_looked_at or (dataset is not None and any(each.kind != "entry" for each in dataset.origins())):
            return Verdict(_NOT_MET, "no licence is stated")
        return Verdict(_UNKNOWN, self._subject.card_problem)

    def _accepted_license(self, check: Check) -> Verdict:
        stated = list(self._licenses_stated())
        if not stated:
            return self._without_license()
        evidence = tuple(dict.fromkeys(each for _, each in stated))
        names = list(dict.fromkeys(license.id for license, _ in stated))
        if len(names) > 1:
            return Verdict(_NOT_MET, f"its sources name different licences: {', '.join(names)}", evidence)
        license = stated[0][0]
        if license.is_accepted:
            return Verdict(_MET, evidence=evidence)
        return Verdict(_NOT_MET, f"{quote(license.title)} is not among the licences that are accepted", evidence)

    def _open_access(self, check: Check) -> Verdict:
        sourced = next(iter(self._sourced("access")), None)
        if sourced is not None:
            evidence = (self._metadata_evidence("access", sourced),)
            if sourced.value == "open":
                return Verdict(_MET, evidence=evidence)
            return Verdict(_NOT_MET, "its host asks for conditions to be accepted", evidence)
        if self._subject.dataset is None:
            return Verdict(_NOT_APPLICABLE)
        return Verdict(_UNKNOWN, "its host has not said whether access must be asked for")

    # What its own sources say

    def _source_names(self) -> tuple[str, ...] | None:
        """The datasets that it was made from; `None` where that was not looked at."""
        card = self._subject.card
        if card is not None and card.is_block_readable:
            value = card.fields.get("source_datasets")
            words = value if isinstance(value, list) else [value] if value else []
            names = tuple(in_words(each) for each in words if not self._blanks.is_blank(each))
            if names or "source_datasets" in card.fields:
                return tuple(name for name in names if name.casefold() not in _ORIGINAL)
        for sourced in self._sourced("source_datasets"):
            return tuple(source.label for source in sourced.value)
        if card is None or not card.is_block_readable:
            return None
        return ()

    def _known_sources(self) -> tuple[list[tuple[str, SourceFacts]], list[str]]:
        known, unknown = [], []
        for name in (self._source_names() or ())[:200]:
            facts = self._subject.find_source(name)
            if facts is None:
                unknown.append(name)
            else:
                known.append((name, facts))
        return known, unknown

    def _compatible_license(self, check: Check) -> Verdict:
        stated = next(self._licenses_stated(), None)
        if stated is None:
            return self._without_license()
        known, unknown = self._known_sources()
        licenses = [(name, facts.license) for name, facts in known]
        conflicts = [
            (conflict, Evidence(license.id, _address_of(name), "licence"))
            for name, license in licenses
            if license is not None
            for conflict in find_conflicts(stated[0], license)
        ]
        if conflicts:
            of_sources = dict.fromkeys(evidence for _, evidence in conflicts)
            return Verdict(_NOT_MET, conflicts[0][0], (stated[1], *of_sources))
        own = stated[0]
        unclear = [*unknown, *(name for name, license in licenses if license is None or is_undecided(own, license))]
        if unclear:
            return Verdict(_UNKNOWN, f"nothing is known here of the licence of {quote(unclear)}", (stated[1],))
        quoted = [
            Evidence(license.id, _address_of(name), "licence") for name, license in licenses if license is not None
        ]
        return Verdict(_MET, evidence=(stated[1], *quoted))

    def _differs_from_sources(self, check: Check) -> Verdict:
        own = self._field(Check(rule="field", key=check.key))
        if own.state is not _MET or self._subject.card is None:
            return own
        title = squeeze(str(self._subject.card.fields.get(check.key or "")))
        known, _ = self._known_sources()
        same = [name for name, facts in known if squeeze(facts.title) == title]
        if same:
            return Verdict(_NOT_MET, f"{quote(same[0])} has the same name", own.evidence)
        return own
