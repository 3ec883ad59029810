"""Facets of the catalog with their values and counts, lists of datasets, and related datasets."""

from otdi_site.index.facets import build_facets, build_listings, values_of
from otdi_site.index.related import RelatedIndex
from otdi_site.index.values import value_finder

__all__ = ["RelatedIndex", "build_facets", "build_listings", "value_finder", "values_of"]
