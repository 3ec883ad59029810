"""The index that the browser reads (docs/index-format.md): written as a whole, or patched after edits."""

from otdi_site.index.browser.encoding import IndexFile
from otdi_site.index.browser.patch import Patch, patch_index
from otdi_site.index.browser.published import CannotPatchError, published_search
from otdi_site.index.browser.row_edits import Change
from otdi_site.index.browser.writer import FORMAT, Search, write_index

__all__ = [
    "FORMAT",
    "CannotPatchError",
    "Change",
    "IndexFile",
    "Patch",
    "Search",
    "patch_index",
    "published_search",
    "write_index",
]
