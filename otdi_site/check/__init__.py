"""Checks across files: links, addresses, layouts, clashes of file names."""

from otdi_site.check.addresses import Addresses, compare_addresses, dataset_paths, describe_lost, published_paths
from otdi_site.check.claims import check_claims
from otdi_site.check.links import check_links, find_fragment_targets, find_ids
from otdi_site.check.page_cache import PageCache
from otdi_site.check.pages import check_layouts

__all__ = [
    "Addresses",
    "PageCache",
    "check_claims",
    "check_layouts",
    "check_links",
    "compare_addresses",
    "dataset_paths",
    "describe_lost",
    "find_fragment_targets",
    "find_ids",
    "published_paths",
]
