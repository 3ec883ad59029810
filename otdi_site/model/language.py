"""Languages by their BCP 47 tags, with their names.

Names come from Unicode CLDR and the IANA registry through `langcodes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import langcodes
from langcodes.tag_parser import LanguageTagError


@dataclass(frozen=True, slots=True)
class Language:
    """A language a dataset may be in."""

    tag: str
    """A normalised BCP 47 tag, such as ``pt-BR``."""
    title: str
    """The English name."""
    autonym: str
    """The language's own name for itself; the English name where none is known."""


@lru_cache(maxsize=8192)
def find_language(tag: str) -> Language | None:
    """The language of a BCP 47 tag or an ISO 639 code; `None` for what names no registered language."""
    try:
        language = langcodes.Language.get(tag)
        if not language.is_valid() or not language.language or language.language == "und":
            return None
        if language.language.startswith("x-"):  # For private use: no registry knows what it names.
            return None
        return Language(language.to_tag(), language.display_name(), language.autonym())
    except (LanguageTagError, LookupError, ValueError):
        return None


def language_named(name: str) -> Language | None:
    """The language with a name in English or in itself, such as ``Yoruba`` or ``Deutsch``, or `None`."""
    try:
        language = find_language(langcodes.find(name).to_tag())
    except LookupError:
        return None
    # `langcodes` takes names that are only alike, too.
    is_name = language is not None and name.casefold() in (language.title.casefold(), language.autonym.casefold())
    return language if is_name else None


def home_territory(tag: str) -> str | None:
    """The ISO 3166 code of the territory in which CLDR finds a tag's language likeliest; `None` where it knows none.

    The language decides, not the variety: Brazilian Portuguese is Portuguese.
    """
    try:
        language = langcodes.Language.get(tag).language
        return langcodes.Language.get(language or tag).maximize().territory
    except (LanguageTagError, LookupError, ValueError):
        return None
