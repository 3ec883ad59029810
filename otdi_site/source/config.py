"""Reads ``site.yaml``. Options of the command line are applied elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.model.form import check_fields
from otdi_site.source.files import read_text
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import YamlDocument, read_yaml

CONFIG_NAME = "site.yaml"

_MAIL = {"subject": "-"}
_STAND_INS: dict[str, Any] = {
    "title": "-",
    "description": "-",
    "organization": "-",
    "organization_url": "https://example.org/",
    "base_url": "https://example.org/",
    "contact": {"email": "nobody@example.org", "contribution": _MAIL, "report": _MAIL},
}
"""For required settings that are missing or wrong, where the rest of a site is looked at all the same."""


def find_places(root: Path, fields: Sequence[str]) -> list[Mark]:
    """Where ``site.yaml`` states fields such as ``footer[1].url``."""
    if not fields:
        return []
    source = read_text(root, root / CONFIG_NAME)
    document = read_yaml(source.text or "", source.path)
    return [document.mark(field) for field in fields]


def read_config(root: Path) -> tuple[SiteConfig | None, tuple[Diagnostic, ...]]:
    """The site's configuration; `None` with diagnostics where it is missing or wrong."""
    file = root / CONFIG_NAME
    if not file.exists() and not file.is_symlink():
        help = "create it, or name the site's folder with --root DIR"
        return None, (error("OTD006", Mark(CONFIG_NAME), f"there is no {CONFIG_NAME} in {root}", help),)
    source = read_text(root, file)  # which refuses a link out of the site's folder
    if source.text is None:
        return None, source.diagnostics
    document = read_yaml(source.text, source.path)
    config, diagnostics = validate(SiteConfig, document)
    of_form = _check_form(config, document) if config is not None else []
    return (None if of_form else config), (*diagnostics, *of_form)


def _check_form(config: SiteConfig, document: YamlDocument) -> list[Diagnostic]:
    contribution = config.contact.contribution
    return [
        error("OTD012", document.mark(path), problem.text, problem.help, path)
        for problem in check_fields(contribution.fields, contribution.body)
        if (path := f"contact.contribution.{problem.path}")
    ]


def salvage_config(root: Path) -> SiteConfig | None:
    """The usable part of a wrong configuration, to check the rest of the site; `None` without a file."""
    if not (root / CONFIG_NAME).is_file():
        return None
    source = read_text(root, root / CONFIG_NAME)
    value = read_yaml(source.text or "", source.path).value
    usable = dict(value) if isinstance(value, dict) else {}
    while True:
        try:
            return SiteConfig.model_validate({**_STAND_INS, **usable})
        except ValidationError as problem:
            wrong = {str(each["loc"][0]) for each in problem.errors(include_url=False) if each["loc"]}
            if not wrong & usable.keys():
                return None
            usable = {name: each for name, each in usable.items() if name not in wrong}


def mark_of_setting(root: Path, path: str) -> Mark:
    """The place of a setting, such as ``sources[0].columns.id``."""
    text = read_text(root, root / CONFIG_NAME).text
    return Mark(CONFIG_NAME) if text is None else read_yaml(text, CONFIG_NAME).mark(path)
