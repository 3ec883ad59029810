"""Reads the cards that maintainers hand in as files, ``catalog_data/cards/<publisher>/<name>.md``, one for an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, Severity, warning
from otdi_site.model.card import CardReading
from otdi_site.model.entry import LocatedEntry
from otdi_site.plain_files import read_plain_file
from otdi_site.source.cards import read_card
from otdi_site.source.entries import FOLDER as ENTRY_FOLDER
from otdi_site.source.files import refuse_file, relative_path
from otdi_site.tree import PUBLISHED, Fence, Selection

FOLDER = "catalog_data/cards"


def read_card_files(
    root: Path, entries: Iterable[LocatedEntry], selection: Selection = PUBLISHED
) -> tuple[dict[str, CardReading], list[Diagnostic]]:
    """The cards by the id of their dataset, ``publisher/name`` in lower case, and all that is wrong with them.

    What is wrong within a card costs only that card's evidence, and is a warning.
    """
    known = {f"{located.publisher}/{located.name}".lower() for located in entries}
    cards: dict[str, CardReading] = {}
    diagnostics: list[Diagnostic] = []
    for found in Fence(root).walk(root / FOLDER, selection):
        path = relative_path(root, found.file)
        if found.problem is not None:
            diagnostics.append(refuse_file(path, found.problem))
            continue
        if found.left_out is not None:
            continue
        dataset_id = path.removeprefix(f"{FOLDER}/").removesuffix(".md").lower()
        if found.file.suffix != ".md" or dataset_id not in known:
            entry = f"{ENTRY_FOLDER}/{dataset_id}.yaml"
            help = f"name it {FOLDER}/<publisher>/<name>.md, as its entry {ENTRY_FOLDER}/<publisher>/<name>.yaml"
            reason = "cards end in .md" if found.file.suffix != ".md" else f"there is no entry {entry}"
            diagnostics.append(warning("OTD267", Mark(path), f"is not read: {reason}", help))
            continue
        try:
            content = read_plain_file(found.file)
        except OSError as problem:
            diagnostics.append(refuse_file(path, problem.strerror or "cannot be read"))
            continue
        card = read_card(content, path)
        diagnostics += [replace(each, severity=Severity.WARNING) for each in card.problems]
        cards[dataset_id] = CardReading(path, "", "", card)
    return cards, diagnostics
