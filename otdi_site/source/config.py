"""Reading ``site.yaml``; it must not apply command-line options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.source.files import read_text
from otdi_site.source.validation import validate
from otdi_site.source.yaml_reader import read_yaml

CONFIG_NAME = "site.yaml"


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
    return validate(SiteConfig, read_yaml(source.text, source.path))
