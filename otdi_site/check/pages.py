"""Checks that the layouts and slots of pages are templates that exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from otdi_site.diagnostics import Diagnostic, error
from otdi_site.model.page import Page


def check_layouts(pages: Iterable[Page], layouts: frozenset[str]) -> list[Diagnostic]:
    """Pages whose `layout` is no template of ``templates/pages/``."""
    diagnostics = []
    for page in pages:
        if page.layout in layouts or page.redirect_to is not None:
            continue
        near = get_close_matches(page.layout, sorted(layouts), n=1)
        known = f"did you mean {near[0]}?" if near else "use one of: " + ", ".join(sorted(layouts))
        mark = page.marks.get("layout", page.marks[""])
        diagnostics.append(error("OTD205", mark, f"there is no layout {page.layout!r}", known))
    return diagnostics
