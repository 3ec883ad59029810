"""Reads a site's files into models, with the place of every value."""
