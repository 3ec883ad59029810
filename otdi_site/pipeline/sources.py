"""The stage that reads the files of a site: configuration, pages, vocabularies, entries, snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, error, has_errors
from otdi_site.model.card import CardReading
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.exclusions import Exclusion
from otdi_site.model.form import check_groups
from otdi_site.model.page import Page
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.pipeline.request import Request
from otdi_site.source.card_files import read_card_files
from otdi_site.source.config import CONFIG_NAME, find_places
from otdi_site.source.document_cache import DocumentCache
from otdi_site.source.entries import FOLDER as ENTRY_FOLDER
from otdi_site.source.entries import read_entries
from otdi_site.source.exclusions import read_exclusions
from otdi_site.source.files import check_folder, check_links_in
from otdi_site.source.git import last_changes
from otdi_site.source.markdown import MarkdownOptions
from otdi_site.source.pages import FOLDER as CONTENT_FOLDER
from otdi_site.source.pages import StaticFile, read_content
from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.tree import PROJECT_FOLDER, Fence
from otdi_site.trust import LedgerCache, check_policy
from otdi_site.urls import BaseUrl, address_of_hub_id, dataset_address, file_of_address

_CATALOG, _TEMPLATES, _ASSETS = "catalog_data", "templates", "site_src"


@dataclass(frozen=True, slots=True)
class Sources:
    """The maintainers' files, read and checked one by one."""

    root: Path
    """The site's folder."""
    config: SiteConfig
    url: BaseUrl
    vocabularies: Vocabularies
    entries: tuple[LocatedEntry, ...]
    pages: tuple[Page, ...]
    files: tuple[StaticFile, ...]
    withheld: Mapping[str, str]
    """Why nothing is published at a path where a file of ``content/`` might be looked for."""
    diagnostics: tuple[Diagnostic, ...]
    has_entry_errors: bool
    """Whether an entry may be missing from `entries` because it could not be read."""

    def without_snapshot(self) -> Sources:
        """These sources where the snapshot cannot be read, so that a link to a dataset is not wrong by itself."""
        reason = "the snapshot cannot be read: mend that first"
        return replace(self, withheld={**self.withheld, "datasets": reason, "catalog": reason})

    is_configured: bool = True
    """Whether the whole configuration could be used."""
    cards: Mapping[str, CardReading] = field(default_factory=dict)
    """Cards that were handed in as files, by the id of their dataset in lower case."""
    exclusions: tuple[Exclusion, ...] = ()
    """Datasets that are never listed again."""
    ledgers: LedgerCache = field(default_factory=LedgerCache)
    """Ledgers of earlier builds."""

    def excuse(self) -> Callable[[str], bool]:
        """Tells whether a file of the site may be missing for no other reason than an error that is told already."""
        if not self.is_configured:
            return lambda path: path.startswith(("datasets/", "catalog/"))
        if not self.has_entry_errors:
            return lambda path: False
        broken = self._find_broken_entries()
        return lambda path: path in broken or path.startswith("catalog/")

    def _find_broken_entries(self) -> frozenset[str]:
        """Where the pages of entries and publishers would stand whose files have errors."""
        paths = {each.mark.path for each in self.diagnostics if each.mark.path.startswith(f"{ENTRY_FOLDER}/")}
        names = [path.removeprefix(f"{ENTRY_FOLDER}/").removesuffix(".yaml").lower().split("/") for path in paths]
        found = [dataset_address(name[0], name[1])[1:] for name in names if len(name) == 2]
        return frozenset([*found, *(f"datasets/{name[0]}/index.html" for name in names)])

    @property
    def excluded_paths(self) -> frozenset[str]:
        """Where the pages of excluded datasets would stand: none of them is lost."""
        return frozenset(file_of_address(dataset_address(*address_of_hub_id(each.id))) for each in self.exclusions)

    @property
    def hub_ids(self) -> tuple[str, ...]:
        """Datasets of the Hub that entries describe."""
        return tuple(located.entry.huggingface for located in self.entries if located.entry.huggingface)


def template_folders(root: Path) -> tuple[Path, ...]:
    """The site's own templates, then the project's."""
    return _own_then_project(root, _TEMPLATES)


def asset_folders(root: Path) -> tuple[Path, ...]:
    """The site's own assets, then the project's."""
    return _own_then_project(root, _ASSETS)


def watched_paths(root: Path) -> tuple[Path, ...]:
    """Files and folders whose change may change the site, also those that are not there yet."""
    own = [root / name for name in (CONTENT_FOLDER, _CATALOG, CONFIG_NAME, _TEMPLATES, _ASSETS)]
    return tuple(dict.fromkeys([*own, PROJECT_FOLDER / _TEMPLATES, PROJECT_FOLDER / _ASSETS]))


_KIND_OF_COLOR = {
    **{"grey": "note", "blue": "note", "purple": "important"},
    **{"green": "tip", "yellow": "warning", "red": "caution"},
}
"""The kind of note that looks like a callout of Just the Docs."""


def _own_then_project(root: Path, name: str) -> tuple[Path, ...]:
    own = (root / name,) if (root / name).is_dir() and root != PROJECT_FOLDER else ()
    return (*own, PROJECT_FOLDER / name)


def _markdown_options(config: SiteConfig, url: BaseUrl, root: Path) -> MarkdownOptions:
    variables = {
        "title": config.title,
        "description": config.description,
        "baseurl": url.path.rstrip("/"),
        "url": url.origin,
    }
    slots = _templates_in(root, "slots")
    callouts = {name: (_KIND_OF_COLOR[own.color], own.title or "") for name, own in config.callouts.items()}
    return MarkdownOptions(url.path, url.host, variables, slots, callouts)


def _templates_in(root: Path, name: str) -> frozenset[str]:
    """Names, without their suffix, of the templates in a folder such as ``slots``."""
    files = [file for folder in template_folders(root) for file in Fence(folder.parent).files(folder / name)]
    return frozenset(file.stem for file in files if file.suffix == ".html")


def _check_form(root: Path, config: SiteConfig, vocabularies: Vocabularies) -> list[Diagnostic]:
    """Groups of the contribution form that no vocabulary has."""
    problems = check_groups(config.contact.contribution.fields, vocabularies)
    paths = [f"contact.contribution.{problem.path}" for problem in problems]
    marks = find_places(root, paths)
    return [
        error("OTD112", mark, problem.text, problem.help, path)
        for problem, path, mark in zip(problems, paths, marks, strict=True)
    ]


def read_sources(
    request: Request, config: SiteConfig, documents: DocumentCache | None = None, *, is_configured: bool = True
) -> Sources:
    """Everything below the site's folder but its snapshot; `documents` are those of pages that are known already.

    `is_configured` says whether the whole configuration could be used.
    """
    url = BaseUrl.parse(request.base_url or config.base_url)
    vocabularies, vocabulary_problems = read_vocabularies(request.root)
    of_catalog = check_folder(request.root, _CATALOG)
    entries, entry_problems = read_entries(request.root, vocabularies, config.selection)
    exclusions, exclusion_problems = read_exclusions(request.root, entries)
    cards, card_problems = read_card_files(request.root, entries, config.selection)
    options = _markdown_options(config, url, request.root)
    content = read_content(
        request.root,
        options,
        last_changes(request.root, CONTENT_FOLDER),
        config.selection,
        _templates_in(request.root, "pages"),
        documents,
    )
    required = config.policy.required
    places = find_places(request.root, [f"policy.required[{index}]" for index in range(len(required))])
    of_config = check_policy(required, vocabularies.card_specification, places)
    of_config += _check_form(request.root, config, vocabularies)
    of_folders = [*of_catalog, *check_folder(request.root, CONTENT_FOLDER)]
    of_datasets = [*entry_problems, *exclusion_problems, *card_problems]
    for name in (_TEMPLATES, _ASSETS):
        of_folders += check_links_in(request.root, name)
    return Sources(
        root=request.root,
        config=config,
        url=url,
        vocabularies=vocabularies,
        entries=tuple(entries),
        pages=tuple(content.pages),
        files=tuple(content.files),
        withheld=content.withheld,
        diagnostics=(*of_folders, *vocabulary_problems, *of_config, *of_datasets, *content.diagnostics),
        has_entry_errors=has_errors([*of_catalog, *entry_problems]),
        is_configured=is_configured,
        cards=cards,
        exclusions=exclusions,
    )
