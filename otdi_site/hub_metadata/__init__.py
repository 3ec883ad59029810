"""Parses the metadata of datasets as the Hub states it, in responses of its API and in rows of bulk files.

`otdi_site.hub` fetches the former and `otdi_site.bulk` reads the latter.
"""
