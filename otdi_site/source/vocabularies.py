"""Reads the vocabularies in ``catalog_data/vocabulary/``.

A file that the site's root does not have is taken from the project.
"""

from __future__ import annotations

import re
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.card_specification import CardSpecification
from otdi_site.model.facets import GENERAL_PURPOSE
from otdi_site.model.fields import FIELDS
from otdi_site.model.values import Text
from otdi_site.model.vocabulary import Group, License, Model, SearchWords, Task, Term, Vocabularies, Vocabulary
from otdi_site.source.files import own_or_project_file, read_text, relative_path
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import YamlDocument, read_yaml
from otdi_site.tree import PROJECT_FOLDER, Fence

FOLDER = "catalog_data/vocabulary"

_TERM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+<>-]*")

T = TypeVar("T", bound=Term)


class TermsFile(Model):
    """A vocabulary's file; `terms` is read apart, as its type depends on the vocabulary."""

    title: Text
    description: str = ""
    groups: tuple[Group, ...] = ()


class PlainTermsFile(TermsFile):
    terms: tuple[Term, ...]


class LicensesFile(TermsFile):
    terms: tuple[License, ...]


class TasksFile(TermsFile):
    terms: tuple[Task, ...]


M = TypeVar("M", bound=Model)


def _read(root: Path, name: str, model: type[M]) -> tuple[M | None, YamlDocument | None, list[Diagnostic]]:
    file = own_or_project_file(root, f"{FOLDER}/{name}.yaml")
    if file is None:
        return None, None, []
    source = read_text(root if file.is_relative_to(root) else PROJECT_FOLDER, file)
    if source.text is None:
        return None, None, list(source.diagnostics)
    document = read_yaml(source.text, source.path)
    value, diagnostics = validate(model, document)
    return value, document, list(diagnostics)


def _check_terms(terms: tuple[T, ...], groups: tuple[Group, ...], document: YamlDocument) -> list[Diagnostic]:
    diagnostics: list[Diagnostic] = []
    group_ids = [group.id for group in groups]
    seen: dict[str, int] = {}
    for index, term in enumerate(terms):
        mark = document.mark(f"terms[{index}].id")
        if not _TERM_ID.fullmatch(term.id) or term.id == GENERAL_PURPOSE:
            help = "use letters, digits, hyphens, dots and underscores, beginning with a letter or digit"
            message = f"{term.id!r} cannot be the id of a term, which stands in addresses"
            diagnostics.append(error("OTD113", mark, message, help, f"terms[{index}].id"))
        first = seen.setdefault(term.id.casefold(), index)
        if first != index:
            line = document.mark(f"terms[{first}].id").line
            message = f"term {term.id!r} is given twice, first at line {line}"
            diagnostics.append(error("OTD111", mark, message, "keep one of the two", f"terms[{index}].id"))
        if term.group is not None and term.group not in group_ids:
            message = f"{term.group!r} is none of the groups of this vocabulary"
            help = "add it to `groups`, or use one of: " + (", ".join(group_ids) or "none is given")
            mark = document.mark(f"terms[{index}].group")
            diagnostics.append(error("OTD112", mark, message, help, f"terms[{index}].group"))
    return diagnostics


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics: list[Diagnostic] = []

    def terms(self, name: str) -> Vocabulary[Term]:
        file, document, diagnostics = _read(self.root, name, PlainTermsFile)
        return self._vocabulary(name, file, file.terms if file else (), document, diagnostics)

    def licenses(self) -> Vocabulary[License]:
        file, document, diagnostics = _read(self.root, "licenses", LicensesFile)
        return self._vocabulary("licenses", file, file.terms if file else (), document, diagnostics)

    def tasks(self) -> Vocabulary[Task]:
        file, document, diagnostics = _read(self.root, "tasks", TasksFile)
        return self._vocabulary("tasks", file, file.terms if file else (), document, diagnostics)

    def card_specification(self) -> CardSpecification | None:
        file, _, diagnostics = _read(self.root, "card_specification", CardSpecification)
        self.diagnostics += diagnostics
        return file

    def search_words(self) -> SearchWords:
        file, _, diagnostics = _read(self.root, "search_words", SearchWords)
        self.diagnostics += diagnostics
        return file or SearchWords()

    def _vocabulary(
        self,
        name: str,
        file: TermsFile | None,
        terms: tuple[T, ...],
        document: YamlDocument | None,
        diagnostics: list[Diagnostic],
    ) -> Vocabulary[T]:
        self.diagnostics += diagnostics
        if file is None or document is None:
            return Vocabulary(name, name, "", (), ())
        self.diagnostics += _check_terms(terms, file.groups, document)
        return Vocabulary(name, file.title, file.description, file.groups, terms)


_BUILT_IN = tuple(each.name for each in fields(Vocabularies) if str(each.type).startswith("Vocabulary["))
_OTHERS = sorted({each.kind.vocabulary for each in FIELDS if each.kind.vocabulary} - {*_BUILT_IN})
_NAMES = sorted(["card_specification", "search_words", *_BUILT_IN, *_OTHERS])


def _find_unread(root: Path) -> list[Diagnostic]:
    """Files among the vocabularies that nothing reads."""
    diagnostics = []
    for file in Fence(root).files(root / FOLDER):
        name = file.relative_to(root / FOLDER).as_posix()
        if name.removesuffix(".yaml") in _NAMES and name.endswith(".yaml"):
            continue
        near = get_close_matches(file.stem.lower(), _NAMES, n=1)
        others = ", ".join(f"{each}.yaml" for each in _NAMES)
        help = f"did you mean {near[0]}.yaml?" if near else f"vocabularies are {others}; move the file elsewhere"
        message = "is not read: there is no such vocabulary"
        diagnostics.append(warning("OTD116", Mark(relative_path(root, file)), message, help))
    return diagnostics


def read_vocabularies(root: Path) -> tuple[Vocabularies, list[Diagnostic]]:
    """Every vocabulary; one whose file is missing everywhere, or wrong, is empty."""
    reader = _Reader(root)
    publishers = reader.terms("publishers")
    vocabularies = Vocabularies(
        domains=reader.terms("domains"),
        modalities=reader.terms("modalities"),
        licenses=reader.licenses(),
        tasks=reader.tasks(),
        size_categories=reader.terms("size_categories"),
        publishers=publishers,
        transformations=reader.terms("transformations"),
        sensitive_information=reader.terms("sensitive_information"),
        card_specification=reader.card_specification(),
        search_words=reader.search_words(),
        others={name: reader.terms(name) for name in _OTHERS},
        has_own_publishers=bool(publishers.terms) and (root / FOLDER / "publishers.yaml").is_file(),
    )
    return vocabularies, [*reader.diagnostics, *_find_unread(root)]
