"""Reads ``catalog_data/datasets/``: entries, checked one by one and against each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.entry import Entry, LocatedEntry
from otdi_site.model.fields import FIELDS
from otdi_site.model.terms import find_size, licenses_of_expression
from otdi_site.model.vocabulary import Term, Vocabularies, Vocabulary
from otdi_site.source.files import read_text, refuse_file, relative_path
from otdi_site.source.validation import validate
from otdi_site.source.vocabularies import FOLDER as VOCABULARY_FOLDER
from otdi_site.source.yaml_reader import YamlDocument, read_yaml
from otdi_site.tree import PUBLISHED, Fence, Selection
from otdi_site.urls import dataset_address, slugify

FOLDER = "catalog_data/datasets"

_HUB_NAME = re.compile(r"[._-]*[a-z0-9][a-z0-9._-]*", re.ASCII | re.IGNORECASE)
_COMPARED = 100
"""Words of one entry for which terms like them are looked for; who writes more wrong ones needs the list."""


def _publisher_slug(name: str, publishers: Vocabulary[Term]) -> str:
    term = publishers.get(name)
    return term.id.lower() if term else _slug(name)


def _slug(name: str) -> str:
    # A Hub name keeps its dots and underscores, which a slug would merge.
    return name.lower() if _HUB_NAME.fullmatch(name) else slugify(name)


def _check_terms(document: YamlDocument, vocabularies: Vocabularies) -> list[Diagnostic]:
    """Words that no vocabulary has; of an entry that is wrong elsewhere, too, so that all is said in one run."""
    values = document.value if isinstance(document.value, dict) else {}
    asked: list[tuple[str, object, Vocabulary[Any]]] = []
    for each in FIELDS:
        if each.stated is None or each.kind.vocabulary is None:
            continue
        stated, vocabulary = values.get(each.name), vocabularies.named(each.kind.vocabulary)
        if not each.kind.has_many:
            asked.append((each.name, stated, vocabulary))
        elif isinstance(stated, list):
            asked.extend((f"{each.name}[{index}]", word, vocabulary) for index, word in enumerate(stated))
    diagnostics: list[Diagnostic] = []
    for field, word, vocabulary in asked:
        if field == "size" and isinstance(word, int | float) and not isinstance(word, bool):
            word = document.written[field][0]
        # What is no text is reported as such; a vocabulary without terms could not be read, which has been said once.
        if not isinstance(word, str) or not word.strip() or not vocabulary.terms:
            continue
        word = word.strip()
        if vocabulary.get(word) is not None:
            continue
        message = f"{word!r} is not in the vocabulary {vocabulary.name}"
        help = _offer(word, vocabulary, is_compared=len(diagnostics) < _COMPARED)
        if field == "size" and (size := find_size(word, vocabulary)) is not None:
            help = f"write {size}"
        elif field == "license" and (named := licenses_of_expression(word)):
            message = f"{word!r} joins several licences, and an entry states one"
            known = [term.id for name in named if (term := vocabulary.get(name)) is not None]
            such = f", such as {known[0]}" if known else ""
            help = f"write the one that applies{such}; name the others in `description`"
        diagnostics.append(error("OTD101", document.mark(field), message, help, field))
    return diagnostics


def _offer(word: str, vocabulary: Vocabulary[Any], *, is_compared: bool) -> str:
    near = vocabulary.nearest(word) if is_compared else []
    if near:
        return "did you mean " + " or ".join(near) + "?"
    if len(vocabulary.terms) <= 20:
        return "use one of: " + ", ".join(term.id for term in vocabulary.terms)
    return f"use a term of {VOCABULARY_FOLDER}/{vocabulary.name}.yaml, or add it there"


def read_entry(root: Path, file: Path, vocabularies: Vocabularies) -> tuple[LocatedEntry | None, list[Diagnostic]]:
    """One entry, and what is wrong with it; `None` where it cannot be used at all."""
    source = read_text(root, file)
    if source.text is None:
        return None, list(source.diagnostics)
    document = read_yaml(source.text, source.path)
    entry, problems = validate(Entry, document)
    of_terms = _check_terms(document, vocabularies)
    said = {diagnostic.mark for diagnostic in of_terms}
    diagnostics = [*(problem for problem in problems if problem.mark not in said), *of_terms]
    if entry is None:
        return None, diagnostics
    if entry.url is None and entry.huggingface is None:
        help = "add `url: https://…`, or `huggingface: owner/name` for a dataset on the Hub"
        diagnostics.append(error("OTD105", document.marks[""], "says nowhere where the dataset is", help))
    located = LocatedEntry(
        entry,
        source.path,
        _publisher_slug(entry.publisher or file.parent.name, vocabularies.publishers),
        _slug(entry.name or file.stem),
        document.marks,
    )
    unknown = _check_publisher(located, file, vocabularies)
    diagnostics += unknown or _check_place(located, file)
    return (located if located.publisher and located.name else None), diagnostics


def _check_publisher(located: LocatedEntry, file: Path, vocabularies: Vocabularies) -> list[Diagnostic]:
    """Whether anybody knows the publisher, where the site has a vocabulary of its own."""
    publishers = vocabularies.publishers
    name = located.entry.publisher or file.parent.name
    if not vocabularies.has_own_publishers or publishers.get(name) is not None or file.parent.name == "datasets":
        return []
    near = publishers.nearest(name)
    add = f"add it to {VOCABULARY_FOLDER}/{publishers.name}.yaml"
    if not near:
        help = add
    elif located.entry.publisher:
        help = f"did you mean {' or '.join(near)}? Else {add}"
    else:
        help = f"did you mean {' or '.join(near)}? Move the file to that folder, or {add}"
    message = f"{name!r} is not in the vocabulary publishers"
    return [warning("OTD117", located.mark("publisher"), message, help)]


def _check_place(located: LocatedEntry, file: Path) -> list[Diagnostic]:
    """Whether the entry has an address, and its file stands where the address says."""
    folder = file.parent.name
    if located.path.removeprefix(f"{FOLDER}/").count("/") != 1:
        help = f"move it to {FOLDER}/<publisher>/<name>.yaml"
        return [error("OTD107", Mark(located.path), "an entry stands in its publisher's folder", help)]
    publisher, name = located.publisher, located.name
    words = {"publisher": located.entry.publisher or folder, "name": located.entry.name or file.stem}
    diagnostics = [
        error(
            "OTD106",
            located.mark(field),
            f"{words[field]!r} has no letter or digit that an address can have",
            f"state a `{field}` with Latin letters or digits",
        )
        for field, slug in (("publisher", publisher), ("name", name))
        if not slug
    ]
    if not diagnostics and (_slug(folder), _slug(file.stem)) != (publisher, name):
        field = "name" if located.entry.name else "publisher"
        message = f"the file's path differs from the entry's address {dataset_address(publisher, name)}"
        help = f"rename the file to {FOLDER}/{publisher}/{name}.yaml, or correct the fields"
        diagnostics.append(warning("OTD104", located.mark(field), message, help))
    return diagnostics


def _take_clashes(entries: list[LocatedEntry]) -> list[Diagnostic]:
    """Entries of one dataset; the later one is taken out, so that nobody reports it again."""
    diagnostics: list[Diagnostic] = []
    addresses: dict[str, LocatedEntry] = {}
    hub_ids: dict[str, LocatedEntry] = {}
    for located in list(entries):
        address = dataset_address(located.publisher, located.name)
        first = addresses.setdefault(address.casefold(), located)
        hub_id = located.entry.huggingface
        if first is not located:
            message = f"the dataset {address} is described twice, first in {first.path}"
            help = f"join the two files, or give one of them another `name` ({first.path} keeps the address)"
            diagnostics.append(error("OTD102", located.mark("name"), message, help))
            entries.remove(located)
        elif hub_id is not None and (first := hub_ids.setdefault(hub_id.casefold(), located)) is not located:
            message = f"{hub_id} is described twice, first in {first.path}"
            mark = located.mark("huggingface")
            diagnostics.append(error("OTD103", mark, message, "join the two entries", "huggingface"))
    return diagnostics


def read_entries(
    root: Path, vocabularies: Vocabularies, selection: Selection = PUBLISHED
) -> tuple[list[LocatedEntry], list[Diagnostic]]:
    """Every entry in the order of their files, and all that is wrong with them."""
    entries: list[LocatedEntry] = []
    diagnostics: list[Diagnostic] = []
    for found in Fence(root).walk(root / FOLDER, selection):
        file = found.file
        if found.problem is not None:
            diagnostics.append(refuse_file(relative_path(root, file), found.problem))
            continue
        if found.left_out is not None:
            if file.name.startswith("_"):  # which is no backup, but someone's work
                help = "rename it, or name it in `include` of site.yaml"
                message = f"is not read: {found.left_out}"
                diagnostics.append(warning("OTD108", Mark(relative_path(root, file)), message, help))
            continue
        if file.suffix != ".yaml":
            help = f"rename it to {file.stem}.yaml if it is an entry, else move it elsewhere"
            message = "is not read: entries end in .yaml"
            diagnostics.append(warning("OTD108", Mark(relative_path(root, file)), message, help))
            continue
        located, problems = read_entry(root, file, vocabularies)
        diagnostics += problems
        if located is not None:
            entries.append(located)
    return entries, diagnostics + _take_clashes(entries)
