"""The data with which ``site_src/js/card/`` checks a card in the browser: the specification, and tables of licences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from otdi_site.model.card_specification import CardSpecification, Check
from otdi_site.model.licenses import spdx_table
from otdi_site.model.vocabulary import License, Vocabulary

BROWSER_DATA = "downloads/card-check.json"
"""The asset that holds the data."""


def browser_data(specification: CardSpecification, licenses: Vocabulary[License]) -> str:
    """JSON, as the types `Specification` and `Tables` of the scripts describe it."""
    data = {
        "version": specification.spec_version,
        "placeholders": [*specification.placeholders, *specification.template_texts],
        "requirements": [
            {
                "id": each.id,
                "title": each.title,
                "status": each.status,
                "applies": each.applies,
                "fix": each.fix,
                "check": _check(each.check),
            }
            for each in specification.requirements
        ],
        "licenses": {
            "terms": {
                each.id: {
                    "id": each.id,
                    "title": each.title,
                    "isAccepted": each.is_accepted,
                    "category": each.category,
                }
                for each in licenses.terms
            },
            **licenses.lookup_tables(),
            "spdx": spdx_table(),
        },
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _check(check: Check) -> Mapping[str, Any]:
    """The rule with the parameters that it has."""
    return check.model_dump(mode="json", exclude_defaults=True)
