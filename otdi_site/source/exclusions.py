"""Reads ``catalog_data/exclusions.yaml``: the datasets that are never listed again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, error
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.exclusions import EXCLUSIONS_PATH, Exclusion, Exclusions
from otdi_site.source.files import read_text
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import read_yaml


def read_exclusions(
    root: Path, entries: Iterable[LocatedEntry]
) -> tuple[tuple[Exclusion, ...], tuple[Diagnostic, ...]]:
    """The exclusions, and all that is wrong with them: an entry of an excluded dataset, too."""
    file = root / EXCLUSIONS_PATH
    if not file.exists() and not file.is_symlink():
        return (), ()
    source = read_text(root, file)
    if source.text is None:
        return (), source.diagnostics
    document = read_yaml(source.text, source.path)
    found, problems = validate(Exclusions, document)
    if found is None:
        return (), problems
    owners = {(located.entry.huggingface or "").lower(): located.path for located in entries}
    conflicts = []
    for number, each in enumerate(found.exclusions):
        if (path := owners.get(each.id.lower())) is not None:
            message = f"{each.id} is excluded, and {path} describes it"
            help = "remove the entry, or the exclusion"
            conflicts.append(error("OTD118", document.mark(f"exclusions[{number}].id"), message, help))
    return found.exclusions, (*problems, *conflicts)
