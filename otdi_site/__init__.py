"""otdi-site: a static site generator with a build-time catalog of open, trusted AI datasets."""

__version__ = "0.1.0"
