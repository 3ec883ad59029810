"""Applies the policy of a site: which requirements a dataset must meet to be listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.dataset import Dataset, Departure
from otdi_site.model.ledger import State
from otdi_site.model.suggestions import suggest


def check_policy(
    required: Sequence[str], specification: CardSpecification | None, marks: Sequence[Mark]
) -> list[Diagnostic]:
    """Ids of a policy that no requirement has; `marks` are their places."""
    known = [requirement.id for requirement in specification.requirements] if specification else []
    found = []
    for each, mark in zip(required, marks, strict=True):
        if each not in known:
            near = suggest(each, known)
            help = f"did you mean {' or '.join(near)}?" if near else "use an id of card_specification.yaml"
            found.append(error("OTD266", mark, f"no requirement has the id {each!r}", help))
    return found


_NOT_YET = {"proposed": "is proposed, and has not been reviewed yet", "in review": "is being reviewed"}


def apply_policy(datasets: Iterable[Dataset], required: Sequence[str]) -> list[Dataset]:
    """The datasets; one that does not meet a required requirement keeps its page and leaves the lists.

    So does one whose entry says that it has not been reviewed. What is unknown refuses no dataset.
    """
    kept = []
    for dataset in datasets:
        rows = dataset.ledger.rows if dataset.ledger is not None and dataset.departure is None else ()
        lacking = [row for row in rows if row.id in required and row.state is State.NOT_MET]
        if dataset.departure is None and dataset.state is not None and dataset.state.value in _NOT_YET:
            reason = _NOT_YET[dataset.state.value]
            dataset = replace(dataset, departure=Departure(reason, None, is_reachable=True, is_refusal=True))
        elif lacking:
            titles = ", ".join(row.requirement.title for row in lacking)
            reason = f"does not meet what this catalogue requires: {titles}"
            dataset = replace(dataset, departure=Departure(reason, None, is_reachable=True, is_refusal=True))
        kept.append(dataset)
    return kept
