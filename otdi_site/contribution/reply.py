"""Drafts the reply to a contributor: what is still to be told, and what to fix in the dataset card."""

from __future__ import annotations

from collections.abc import Sequence

from otdi_site.contribution.answers import Question
from otdi_site.model.ledger import Ledger, State

_FIXES = 30


def write_reply(
    title: str,
    questions: Sequence[Question],
    remarks: Sequence[str],
    ledger: Ledger | None,
    specification_url: str,
    organization: str,
) -> str:
    """A mail's text, with lines of any length. `remarks` are sentences about the licence and the like.

    `specification_url` is empty where the address of the site is not public.
    """
    lines = [f"Thank you for offering {title or 'your dataset'}.", ""]
    if questions:
        lines += ["Before we can go on, please tell us:", ""]
    if questions or remarks:
        lines += [f"- {sentence}" for sentence in (*(question.text for question in questions), *remarks)]
        lines.append("")
    if ledger is not None:
        lines += _about_card(ledger, specification_url)
    if not questions and not remarks and (ledger is None or ledger.is_met):
        lines += ["We have all that we need, and look at it now.", ""]
    lines += ["Best regards,", organization]
    return "\n".join(lines) + "\n"


def _about_card(ledger: Ledger, specification_url: str) -> list[str]:
    unmet = [row for row in ledger.by_urgency if row.is_required and row.state is State.NOT_MET]
    if not unmet:
        return ["Your dataset card meets every requirement that a card alone can show.", ""]
    place = f" ({specification_url})" if specification_url else ""
    count = "one requirement" if len(unmet) == 1 else f"{len(unmet)} requirements"
    lines = [f"Your dataset card does not meet {count} of our specification{place} yet:", ""]
    for row in unmet[:_FIXES]:
        place = next((f", line {each.line}" for each in row.verdict.evidence if each.line), "")
        fix = f" {row.requirement.fix}" if row.requirement.fix else ""
        lines.append(f"- {row.requirement.title}{place}: {row.verdict.reason}.{fix}")
    if len(unmet) > _FIXES:
        lines.append(f"- and {len(unmet) - _FIXES} more")
    return [*lines, ""]
