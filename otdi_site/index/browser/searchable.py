"""The tokens by which a search finds a dataset."""

from __future__ import annotations

from otdi_site.index.browser.tokens import name_tokens, token_set
from otdi_site.model.catalog import Summary
from otdi_site.model.host_text import clean_host_text

TEXT_LIMIT = 4_000
"""Characters of a description that are indexed."""


def searchable_tokens(summary: Summary, text: str) -> tuple[dict[str, int], set[str]]:
    """The tokens of a dataset's name, each with the number of words of the name, and those of `text` and publisher."""
    publisher, _, name = summary.id.partition("/")
    names = name_tokens(summary.title)
    if name != summary.title.lower():
        names = name_tokens(name) | names
    found = token_set(f"{publisher} {summary.publisher_title} {clean_host_text(text[:TEXT_LIMIT])}")
    found.difference_update(names)
    return names, found
