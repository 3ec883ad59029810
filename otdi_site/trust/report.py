"""Writes ledgers for people at a terminal and for programs."""

from __future__ import annotations

from collections.abc import Callable

from otdi_site.model.ledger import Ledger, LedgerRow, State

_SIGNS = {State.MET: "✓", State.NOT_MET: "✗", State.UNKNOWN: "?", State.NOT_APPLICABLE: "–"}
_COLOURS = {State.MET: "32", State.NOT_MET: "31", State.UNKNOWN: "33", State.NOT_APPLICABLE: "2"}


def summary_of(ledger: Ledger) -> str:
    """Such as "12 of 14 required met, 2 not met"."""
    counts = [f"{ledger.count(State.MET)} of {ledger.applicable} required met"]
    counts += [
        f"{ledger.count(state)} {state.value}" for state in (State.NOT_MET, State.UNKNOWN) if ledger.count(state)
    ]
    return ", ".join(counts)


def ledger_as_text(ledger: Ledger, *, is_coloured: bool = False) -> str:
    """The ledger as lines: what is required first, of these what is not met."""

    def colour(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if is_coloured else text

    lines: list[str] = []
    group = ""
    for row in ledger.by_urgency:
        if row.state is State.NOT_APPLICABLE:
            continue
        title = "Required" if row.is_required else row.requirement.status.title()
        if title != group:
            group = title
            lines += ["", colour(title, "1")]
        lines += _lines_of(row, colour)
    left_out = sum(row.state is State.NOT_APPLICABLE for row in ledger.rows)
    if left_out:
        are = "requirement does" if left_out == 1 else "requirements do"
        lines += ["", f"{left_out} {are} not apply."]
    return "\n".join(lines[1:]) + "\n"


def _lines_of(row: LedgerRow, colour: Callable[[str, str], str]) -> list[str]:
    requirement, verdict = row.requirement, row.verdict
    code = _COLOURS[row.state] if row.is_required or row.state is State.MET else "2"
    name = requirement.heading or requirement.name
    lines = [f"  {colour(f'{_SIGNS[row.state]} {row.state.value}', code)}  {requirement.title} ({name})"]
    if verdict.reason:
        lines.append(f"      {verdict.reason}")
    for evidence in verdict.evidence[:3]:
        place = f"{evidence.place}: " if evidence.place else ""
        lines.append(f"      {place}{evidence.text}")
    if row.state is State.NOT_MET and row.is_required:
        lines.append(f"      help: {requirement.fix}")
    return lines


def ledger_as_json(ledger: Ledger) -> dict[str, object]:
    """The ledger as a JSON object."""
    return {
        "specification": ledger.spec_version,
        "required": {
            "applicable": ledger.applicable,
            "met": ledger.count(State.MET),
            "not_met": ledger.count(State.NOT_MET),
            "unknown": ledger.count(State.UNKNOWN),
        },
        "requirements": [_row_as_json(row) for row in ledger.rows],
    }


def _row_as_json(row: LedgerRow) -> dict[str, object]:
    requirement, verdict = row.requirement, row.verdict
    evidence = [
        {
            "text": each.text,
            "source": each.source,
            "place": each.place or None,
            "line": each.line,
            "as_of": each.as_of,
        }
        for each in verdict.evidence
    ]
    return {
        "id": requirement.id,
        "title": requirement.title,
        "status": requirement.status,
        "state": row.state.value,
        "reason": verdict.reason or None,
        "rule": requirement.check.rule,
        "evidence": [{name: value for name, value in each.items() if value is not None} for each in evidence],
        "fix": None if row.state in (State.MET, State.NOT_APPLICABLE) else requirement.fix,
    }
