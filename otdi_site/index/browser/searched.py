"""What a dataset is searched by: the tokens of its name and of its other texts; it must not split text or keep them."""

from __future__ import annotations

from otdi_site.index.browser.tokens import name_tokens, tokenise
from otdi_site.model.catalog import Summary

TEXT_LIMIT = 4_000
"""Characters of a description that are searched."""


def searched_by(summary: Summary, text: str) -> tuple[dict[str, int], set[str]]:
    """The tokens of a dataset's name, each with the number of words of the name, and those of `text` and publisher."""
    publisher, _, name = summary.id.partition("/")
    names = name_tokens(summary.title)
    if name != summary.title.lower():
        names = name_tokens(name) | names
    found = set(tokenise(f"{publisher} {summary.publisher_title} {text[:TEXT_LIMIT]}"))
    return names, found.difference(names)
