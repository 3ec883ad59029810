"""Parsing the metadata that the Hub states of a dataset, from the responses of its API and from rows of bulk files.

Nothing here asks the Hub or reads files: `otdi_site.hub` and `otdi_site.bulk` do.
"""
