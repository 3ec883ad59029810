"""Completes the template of a dataset card, so that it asks for all that the dataset specification asks for."""

from __future__ import annotations

import re
from textwrap import fill

from otdi_site.model.card_specification import CardSpecification, Requirement
from otdi_site.trust.card_rules import heading_key

TEMPLATE = "downloads/dataset-card-template.md"
"""The template among the site's assets."""
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_KEY = re.compile(r"^[ ]{0,4}#?([\w-]+):", re.MULTILINE)
_OF_SECTIONS = ("section", "date", "interval", "identifier")


def complete_template(template: str, specification: CardSpecification) -> str:
    """The template with the fields and sections added that requirements name and it does not have."""
    if not template.startswith("---\n") or "\n---\n" not in template[4:]:
        return template
    block, _, body = template[4:].partition("\n---\n")
    needed, optional = (*specification.placeholders, "[More Information Needed]", "[More Information Optional]")[:2]
    keys, headings = set(_KEY.findall(block)), {heading_key(heading) for heading in _HEADING.findall(body)}
    for requirement in specification.requirements:
        check, is_needed = requirement.check, requirement.status in ("required", "recommended")
        placeholder = needed if is_needed else optional
        if requirement.applies is not None or requirement.status == "disallowed":
            continue
        if check.rule == "field" and check.key and check.key not in keys:
            keys.add(check.key)
            sign = "" if is_needed else "#"
            block += f'\n\n{_explain(requirement, "# ")}\n{sign}{check.key}: "{placeholder}"'
        elif check.rule in _OF_SECTIONS and not headings & {heading_key(each) for each in check.headings}:
            headings.add(heading_key(check.headings[0]))
            explained = _explain(requirement, "").replace("--", "—")
            body = f"{body.rstrip()}\n\n## {check.headings[0]}\n\n<!-- {explained} -->\n\n{placeholder}\n"
    return f"---\n{block}\n---\n{body}"


def _explain(requirement: Requirement, indent: str) -> str:
    text = f"{requirement.status.title()}. {requirement.description or requirement.fix}"
    return fill(text, 110, initial_indent=indent, subsequent_indent=indent)
