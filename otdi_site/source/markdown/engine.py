"""The markdown-it parser with all plugins of a site. It holds nothing of a single page."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from otdi_site.source.markdown.abbreviations import abbreviations_plugin
from otdi_site.source.markdown.admonitions import admonitions_plugin
from otdi_site.source.markdown.attribute_definitions import attribute_definitions_plugin
from otdi_site.source.markdown.attributes import attributes_plugin
from otdi_site.source.markdown.autolinks import autolinks_plugin
from otdi_site.source.markdown.colon_fences import colon_fences_plugin
from otdi_site.source.markdown.containers import containers_plugin
from otdi_site.source.markdown.definitions import definitions_plugin
from otdi_site.source.markdown.elements import elements_plugin
from otdi_site.source.markdown.html_blocks import html_blocks_plugin
from otdi_site.source.markdown.markers import markers_plugin
from otdi_site.source.markdown.positions import positions_plugin
from otdi_site.source.markdown.references import references_plugin
from otdi_site.source.markdown.spaced_links import spaced_links_plugin
from otdi_site.source.markdown.spans import spans_plugin
from otdi_site.source.markdown.tables import tables_plugin
from otdi_site.source.markdown.tabs import tabs_plugin
from otdi_site.source.markdown.unsupported import unsupported_plugin

MAX_NESTING = 100
"""Blocks inside blocks; deeper ones are left out. Python's own stack ends well beyond."""


class Engine(MarkdownIt):
    """Keeps targets of links as written: what they mean and whether they are allowed is decided afterwards."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (markdown-it's name)
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        return True


@cache
def engine() -> Engine:
    """The one parser of a process; all that belongs to a page travels in the parser's `env`."""
    md = Engine(
        "commonmark", {"xhtmlOut": False, "maxNesting": MAX_NESTING, "alerts": True, "strikethrough_single_tilde": True}
    )
    md.enable(["table", "strikethrough"])
    md.use(html_blocks_plugin)
    md.use(attributes_plugin).use(attribute_definitions_plugin)
    md.use(admonitions_plugin)
    md.use(tabs_plugin)
    md.use(markers_plugin)
    md.use(abbreviations_plugin)
    md.use(containers_plugin)
    md.use(colon_fences_plugin)
    md.use(deflist_plugin).use(definitions_plugin)
    md.use(tables_plugin)
    md.use(footnote_plugin, inline=False)
    md.use(references_plugin)
    md.use(autolinks_plugin)
    md.use(spaced_links_plugin)
    md.use(tasklists_plugin, label=True)
    md.use(spans_plugin)
    md.use(unsupported_plugin)
    md.use(elements_plugin)
    md.use(positions_plugin)
    return md
