"""Checks that need more than one file; they must not read, render or repair."""

from otdi_site.check.links import check_links, find_fragment_targets, find_ids
from otdi_site.check.pages import check_layouts

__all__ = ["check_layouts", "check_links", "find_fragment_targets", "find_ids"]
