"""The index that the browser reads: from summaries to files; it must not publish them or know who fetches them."""

from otdi_site.index.browser.encoding import IndexFile
from otdi_site.index.browser.writer import FORMAT, write_index

__all__ = ["FORMAT", "IndexFile", "write_index"]
