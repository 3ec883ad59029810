"""Renders the Markdown body of a page to HTML blocks with positions.

CommonMark and GitHub's tables, alerts, task lists, footnotes and bare links, definition lists and attributes,
and what older pages bring along: MkDocs' admonitions, kramdown's attribute lists, Jekyll's Liquid.
"""

from otdi_site.source.markdown.addresses import address_of_source
from otdi_site.source.markdown.context import MarkdownOptions
from otdi_site.source.markdown.document import render_markdown

__all__ = ["MarkdownOptions", "address_of_source", "render_markdown"]
