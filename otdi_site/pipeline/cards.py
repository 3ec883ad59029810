"""The command ``card check``: reads one dataset card and checks it against the dataset specification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error, format_github, format_json, format_text, has_errors
from otdi_site.hub.cards import CardProblem, fetch_card
from otdi_site.model.card import CARD_LIMIT
from otdi_site.model.values import is_hub_id
from otdi_site.pipeline.request import CLEAN, FAILURE, PROBLEMS
from otdi_site.source.cards import read_card
from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.trust import Ledger, State, Subject, ledger_as_json, ledger_as_text, ledger_of, summary_of

_ENDINGS = (".md", ".markdown", ".txt")


@dataclass(frozen=True, slots=True)
class CheckedCard:
    """A card and its ledger."""

    name: str
    """The file's path or the dataset's id."""
    ledger: Ledger | None
    """`None` where there is no card to check."""
    diagnostics: tuple[Diagnostic, ...]

    @property
    def exit_status(self) -> int:
        """Clean, problems where a required requirement is not met, or a failure where there is no card to check."""
        if self.ledger is None:
            return FAILURE
        return PROBLEMS if self.ledger.count(State.NOT_MET) or has_errors(self.diagnostics) else CLEAN

    @property
    def line(self) -> str:
        """For people."""
        if self.ledger is None:
            return "card check: nothing was checked"
        return f"card check: {self.name}: {summary_of(self.ledger)}"


def is_dataset_id(name: str) -> bool:
    """Whether ``owner/name`` means a dataset on the Hub and not a file, whatever files there are.

    A path to a file ends in ``.md``, ``.markdown`` or ``.txt``, or begins with ``./`` or ``/``.
    """
    return "/" in name and is_hub_id(name) and not name.lower().endswith(_ENDINGS)


def check_card(root: Path, name: str, *, is_offline: bool) -> CheckedCard:
    """Checks the card in a file, or that of a dataset on the Hub."""
    vocabularies, problems = read_vocabularies(root)
    specification = vocabularies.card_specification
    if specification is None or has_errors(problems):
        if not has_errors(problems):
            help = "write it, or remove the site's own copy so that the project's is used"
            problems.append(
                error("OTD263", Mark("catalog_data/vocabulary/card_specification.yaml"), "is missing", help)
            )
        return CheckedCard(name, None, tuple(problem for problem in problems if has_errors([problem])))
    if is_dataset_id(name):
        fetched = fetch_card(name, is_offline=is_offline)
        if isinstance(fetched, CardProblem):
            return CheckedCard(name, None, (error("OTD263", Mark(name), fetched.text, fetched.help),))
        content, source = fetched.content, fetched.url
    else:
        try:
            with Path(name).open("rb") as file:
                content = file.read(CARD_LIMIT + 1)
        except OSError as problem:
            help = "name a Markdown file, or a dataset of the Hub as owner/name"
            return CheckedCard(name, None, (error("OTD263", Mark(name), f"cannot be read: {problem.strerror}", help),))
        source = name
    card = read_card(content, source)
    ledger = ledger_of(Subject(card=card, card_source=source), specification, vocabularies.licenses)
    return CheckedCard(name, ledger, card.problems)


def describe_checked_card(checked: CheckedCard, output_format: str, *, is_coloured: bool) -> str:
    """The result as ``--format`` asks: ``text``, ``github`` or ``json``."""
    ledger = checked.ledger
    if output_format == "json":
        summary = {"command": "card check", "exit_status": checked.exit_status, "card": checked.name}
        return format_json(checked.diagnostics, {**summary, "ledger": ledger_as_json(ledger) if ledger else None})
    if output_format == "github":
        return format_github([*checked.diagnostics, *_unmet(checked)])
    text = format_text(checked.diagnostics, is_coloured=is_coloured)
    return text + (ledger_as_text(ledger, is_coloured=is_coloured) if ledger else "")


def _unmet(checked: CheckedCard) -> list[Diagnostic]:
    """A diagnostic for each required requirement that is not met, for annotations."""
    found = []
    for row in checked.ledger.by_urgency if checked.ledger else ():
        if row.is_required and row.state is State.NOT_MET:
            line = next((each.line for each in row.verdict.evidence if each.line), 1)
            message = f"{row.requirement.title}: {row.verdict.reason}"
            found.append(error("OTD264", Mark(checked.name, line), message, row.requirement.fix))
    return found
