"""Near misses: datasets that are known to fail requirements, with what they lack and a message to their owners."""

from __future__ import annotations

import json
from dataclasses import dataclass

from otdi_site.model.dataset import Dataset
from otdi_site.model.ledger import LedgerRow, State
from otdi_site.render.site import Artifact, Site

_PATH = "coverage/near-misses.json"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A dataset that fails required requirements."""

    dataset: Dataset
    unmet: tuple[LedgerRow, ...]
    message: tuple[str, ...]
    """Lines of a message to its owner."""


def find_near_misses(site: Site) -> list[NearMiss]:
    """Those of entries and live metadata, the ones that lack least first; what is unknown is not lacking."""
    found = []
    for dataset in (*site.catalog.datasets, *site.catalog.former):
        has_left = dataset.departure is not None and not dataset.departure.is_refusal
        if dataset.ledger is None or has_left:
            continue
        unmet = tuple(row for row in dataset.ledger.rows if row.is_required and row.state is State.NOT_MET)
        if unmet:
            found.append(NearMiss(dataset, unmet, _message(site, dataset, unmet)))
    return sorted(found, key=lambda each: (len(each.unmet), each.dataset.title.value.casefold(), each.dataset.id))


def _message(site: Site, dataset: Dataset, unmet: tuple[LedgerRow, ...]) -> tuple[str, ...]:
    version = dataset.ledger.spec_version if dataset.ledger else ""
    lines = [
        f"{site.config.title} holds {dataset.title.value} against its dataset specification {version}:",
        site.url.absolute(dataset.address),
        "",
        "These requirements are not met yet:",
        "",
    ]
    lines += [f"- {row.requirement.title}: {row.verdict.reason}. {row.requirement.fix}" for row in unmet]
    return tuple(lines)


def near_misses_as_data(site: Site) -> Artifact:
    """The same as a JSON list, one object a dataset."""
    rows = [
        {
            "id": each.dataset.id,
            "title": each.dataset.title.value,
            "url": site.url.absolute(each.dataset.address),
            "listed": each.dataset.departure is None,
            "unmet": [
                {
                    "id": row.id,
                    "title": row.requirement.title,
                    "reason": row.verdict.reason,
                    "fix": row.requirement.fix,
                }
                for row in each.unmet
            ],
        }
        for each in find_near_misses(site)
    ]
    return Artifact(_PATH, "data", (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
