"""Renderers of the sample site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from otdi_site.render import Renderer, Site, load_assets
from tests.unit.render.sample_site import PROJECT, make_site


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def renderer(site: Site) -> Renderer:
    assets, diagnostics = load_assets([PROJECT / "site_src"])
    assert diagnostics == ()
    return Renderer([PROJECT / "templates"], site, assets)


@pytest.fixture
def overriding(tmp_path: Path, site: Site) -> Callable[[dict[str, str]], Renderer]:
    """A renderer of a site that has templates of its own, given as text by name."""

    def make(templates: dict[str, str]) -> Renderer:
        folder = tmp_path / "templates"
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in templates.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        assets, _ = load_assets([PROJECT / "site_src"])
        return Renderer([folder, PROJECT / "templates"], site, assets)

    return make
