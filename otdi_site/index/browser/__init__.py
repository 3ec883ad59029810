"""The index that the browser reads, see docs/index-format.md: written whole, or patched after edits of text."""

from otdi_site.index.browser.encoding import IndexFile
from otdi_site.index.browser.patch import Patch, patch_index
from otdi_site.index.browser.row_edits import Change
from otdi_site.index.browser.writer import FORMAT, write_index

__all__ = ["FORMAT", "Change", "IndexFile", "Patch", "patch_index", "write_index"]
