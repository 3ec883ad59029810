"""The front matter of a page: the fields of its YAML block.

Fields beyond ours are those of Just the Docs, Jekyll and MkDocs, so that their pages work unchanged.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field, field_validator

from otdi_site.model.values import Day, Text, Title, refusal
from otdi_site.model.vocabulary import Model
from otdi_site.urls import is_address, is_web_url

_TIME = re.compile(
    r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[Tt ] ?\d\d?:[\d:.,]{1,20} ?(?:[A-Za-z]{1,5}|[+-]\d\d?:?(?:\d\d)?)?)?", re.ASCII
)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_YAML_NOT_FINITE = frozenset({".nan", ".inf", "+.inf", "-.inf"})
_PERMALINK_STYLES = frozenset({"date", "pretty", "ordinal", "weekdate", "none"})
"""Words with which Jekyll chooses a form of address; the file's place gives ours."""


def _address(value: str) -> str:
    """An address with its first slash, which Jekyll lets one leave out."""
    address = unicodedata.normalize("NFC", value if value.startswith("/") else f"/{value}")
    if not is_address(address):
        raise refusal(f"{value!r} is not an address of this site", "write one such as /requirements/")
    return address


def _target(value: str) -> str:
    return value if is_web_url(value) else _address(value)


def _date_of_time(value: object) -> object:
    """The date of a date with a time and a zone, in the forms that Jekyll and MkDocs write."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else value


def _number_of(value: str) -> float | None:
    """The number that is written as text; `None` where it is a word."""
    try:
        return float(value)
    except ValueError:
        return None


def _order(value: str) -> str:
    number = _number_of(value)
    if value.casefold() in _YAML_NOT_FINITE or (number is not None and not math.isfinite(number)):
        raise refusal(f"expected a number, got {value}", "write a number, such as 3 or 2.5")
    if _DECIMAL_COMMA.fullmatch(value):
        raise refusal(f"expected a number, got {value!r}", f"write {value.replace(',', '.')}, with a point")
    return value


Address = Annotated[str, AfterValidator(_address)]
Order = Annotated[Text, AfterValidator(_order)]

LAST_MODIFIED_NAMES = ("last_modified", "last_modified_date", "last_modified_at")
"""Ours, that of Just the Docs and that of Jekyll's plugin."""


class FrontMatter(Model):
    """The YAML block at the top of a page. Other keys are left alone, as themes have many of their own."""

    model_config = ConfigDict(extra="ignore")

    title: Title | None = None
    """The first heading where left out."""
    description: Text | None = None
    """One sentence for search engines and previews; the beginning of the text where left out."""
    layout: Text = "page"
    """A template of ``templates/pages/``; Jekyll's ``default``, ``post`` and the like are ``page``."""
    nav_order: Order | None = None
    """Smaller stands first, numbers before text; pages without one stand last, by title. Read it with `order`."""
    parent: Text | None = None
    """Title of the page above; the folder's index page where left out."""
    grand_parent: Text | None = None
    """Title of the parent's parent: says which of several pages of one title is the parent."""
    ancestor: Text | None = None
    """Title of any page above: says the same."""
    has_children: bool = True
    has_toc: bool = True
    """Whether the page shows its table of contents."""
    nav_exclude: bool = False
    search_exclude: bool = False
    draft: bool = False
    """A draft is checked and not published."""
    published: bool = True
    """Jekyll's word: `false` is a draft."""
    last_modified: Annotated[
        Day | None, BeforeValidator(_date_of_time), Field(validation_alias=AliasChoices(*LAST_MODIFIED_NAMES))
    ] = None
    """The day of the last change; git's where left out."""
    permalink: Address | None = None
    redirect_from: tuple[Address, ...] = ()
    """Old addresses that lead to the page."""
    redirect_to: Annotated[str, AfterValidator(_target)] | None = None
    """An address of the site, or a URL, that the page only leads to."""

    @field_validator("redirect_from", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("redirect_to", mode="before")
    @classmethod
    def _a_list_of_one(cls, value: object) -> object:
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    @field_validator("permalink", mode="before")
    @classmethod
    def _no_style(cls, value: object) -> object:
        return None if isinstance(value, str) and value in _PERMALINK_STYLES else value

    @property
    def order(self) -> float | str | None:
        """`nav_order`, as a number where it is one."""
        number = None if self.nav_order is None else _number_of(self.nav_order)
        return self.nav_order if number is None else number

    @property
    def is_draft(self) -> bool:
        return self.draft or not self.published


KNOWN_FIELDS: tuple[str, ...] = (*FrontMatter.model_fields, *LAST_MODIFIED_NAMES[1:])
"""Names that the reader takes a misspelt field for."""
TEXT_FIELDS = frozenset(
    {"title", "description", "layout", "nav_order", "parent", "grand_parent", "ancestor", "permalink"}
    | {"redirect_from", "redirect_to", *LAST_MODIFIED_NAMES}
)
"""Fields whose values are read as text: ``title: 2023`` is no number, and ``title: yes`` no truth value."""
