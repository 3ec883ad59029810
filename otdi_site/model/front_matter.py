"""The front matter of a page: what its YAML block may say; it must not read files.

Fields beyond ours are those of Just the Docs, so that its pages work unchanged.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, field_validator

from otdi_site.model.values import Day, Text, refusal
from otdi_site.model.vocabulary import Model
from otdi_site.urls import is_address


def _address(value: str) -> str:
    if not is_address(value):
        raise refusal(f"{value!r} is not an address of this site", "write one such as /requirements/")
    return value


Address = Annotated[str, AfterValidator(_address)]

LAST_MODIFIED_NAMES = ("last_modified", "last_modified_date", "last_modified_at")
"""Ours, that of Just the Docs and that of Jekyll's plugin."""


class FrontMatter(Model):
    """The YAML block at the top of a page. Other keys are left alone, as themes have many of their own."""

    model_config = ConfigDict(extra="ignore")

    title: Text | None = None
    """The first heading where left out."""
    description: Text | None = None
    """One sentence for search engines and previews; the beginning of the text where left out."""
    layout: Text = "page"
    """A template of ``templates/pages/``; Jekyll's ``default`` is ``page``."""
    nav_order: float | None = None
    """Smaller stands first; pages without one stand last, by title."""
    parent: Text | None = None
    """Title of the page above; the folder's index page where left out."""
    grand_parent: Text | None = None
    has_children: bool = True
    has_toc: bool = True
    """Whether the page shows its table of contents."""
    nav_exclude: bool = False
    search_exclude: bool = False
    draft: bool = False
    """A draft is checked and not published."""
    published: bool = True
    """Jekyll's word: `false` is a draft."""
    last_modified: Annotated[Day | None, Field(validation_alias=AliasChoices(*LAST_MODIFIED_NAMES))] = None
    """The day of the last change; git's where left out."""
    permalink: Address | None = None
    redirect_from: tuple[Address, ...] = ()
    """Old addresses that lead to the page."""

    @field_validator("redirect_from", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @property
    def is_draft(self) -> bool:
        return self.draft or not self.published


KNOWN_FIELDS: tuple[str, ...] = (*FrontMatter.model_fields, *LAST_MODIFIED_NAMES[1:])
"""Names that the reader takes a misspelt field for."""
