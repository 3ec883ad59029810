"""Derived content of a dataset's page: numbered sources, code to load it, a citation.

It runs once for each dataset and is written for speed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from otdi_site.formats import describe_for_machines
from otdi_site.model.catalog import cut_line, flatten
from otdi_site.model.dataset import Dataset
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME
from otdi_site.model.host_text import clean_host_text
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.render.chart import Chart, draw_chart
from otdi_site.render.mail import mailto
from otdi_site.urls import is_allowed_url, is_web_url

SUMMARY_LENGTH = 120
"""Characters of a description that search engines show."""
DESCRIPTION_LENGTH = 600
"""Characters of a host's description that the page shows; the catalog's own are shown whole."""
TAGS_SHOWN = 12
_ENOUGH_SHOWN = 2 * DESCRIPTION_LENGTH + 2
"""Characters that are more than `DESCRIPTION_LENGTH` on one line: at most two in a row are line feeds or spaces."""
_PLAIN_ID = re.compile(r"[A-Za-z0-9/._-]+\Z")
_PLAIN_TEX = re.compile(r"[A-Za-z0-9/._-]*\Z")
_TEX_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
_TEX_WORDS = {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    # BibTeX counts braces whatever stands before them: an escaped one without its partner would end the entry.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
_NOT_IN_URL_FIELD = re.compile(r"[{}\s\\]")
_NOT_KEY = re.compile(r"[^a-z0-9._:-]")

_NAMES = tuple(field.name for field in FIELDS)
_get_values: Callable[[Dataset], tuple[Sourced[Any] | None, ...]] = attrgetter(*_NAMES)
_DISPUTABLE = frozenset(field.name for field in FIELDS if field.fact is not None and field.name != "listing")
"""Fields whose values can contradict each other; titles and descriptions may be worded differently."""
_DISPUTED_SHOWN = 10
"""Terms of a list of another source that are shown."""
_OF_ANY = frozenset(("title", "url", "card_url"))
"""Fields that follow from an id."""
_UNSTATED = tuple((field.name, field.unstated) for field in FIELDS if field.unstated is not None)


@dataclass(slots=True)  # not frozen: that would triple the time it takes to make one
class DatasetView:
    """A dataset with what its page adds."""

    sources: tuple[Origin, ...]
    """The distinct origins of its values; the page numbers them from 1."""
    numbers: Mapping[str, int]
    """By field, the number of its value's origin; 0 for that of most values, which is said once."""
    main_source: int
    """The number of the origin of most values."""
    days: tuple[str, str] | None
    """ISO 8601 days: the first and the last on which the facts were read; `None` where that is not known."""
    has_facts: bool
    """Whether more is known than its name."""
    unstated: str
    """Words for the facts that no source states."""
    home_url: str | None
    """Where the dataset is found: the page that an entry names, else the one on the Hub."""
    hub_url: str | None
    card_url: str | None
    """The dataset card, where it is not on the page of `home_url`."""
    contact_url: str | None
    """The link to who answers for the dataset."""
    python_id: str
    """The id on the Hub as it stands between double quotes in Python; empty where there is none."""
    tags: str
    """The first free words."""
    description: str
    """The text as the page shows it."""
    citation: str
    """A BibLaTeX entry of the values that are known, and nothing else."""
    summary: str
    """The start of the description, for search engines and previews; facts where a source says too little."""
    counted_on: str | None
    """ISO 8601 day on which the downloads were read."""
    liked_on: str | None
    """ISO 8601 day on which the likes were read."""
    chart: Chart | None
    """Downloads over time."""
    disputed: Mapping[str, tuple[tuple[str, int], ...]]
    """By field, what other sources state differently: each a text and the number of its origin."""


def view_dataset(dataset: Dataset) -> DatasetView:
    """The additions for one dataset."""
    sources, numbers, disputed = _number_sources(dataset)
    named = list(numbers.values())
    main = max(named, key=lambda number: (named.count(number), -number))
    is_reachable = dataset.departure is None or dataset.departure.is_reachable
    hub_url = _allowed(dataset.hub_url) if is_reachable else None
    description = dataset.description
    home_url = (_allowed(dataset.url.value) if dataset.url is not None and is_reachable else None) or hub_url
    card_url = _allowed(dataset.card_url.value) if dataset.card_url is not None and is_reachable else None
    return DatasetView(
        sources=sources,
        numbers={name: number if number != main else 0 for name, number in numbers.items()},
        main_source=main,
        days=days_of(dataset, sources),
        has_facts=any(name not in _OF_ANY for name in numbers),
        unstated=", ".join(
            [
                words
                for name, words in _UNSTATED
                if name not in numbers and (name != "size" or "row_count" not in numbers)
            ]
        ),
        home_url=home_url,
        hub_url=hub_url,
        card_url=card_url if card_url != home_url else None,
        contact_url=_contact_url(dataset.contact.value) if dataset.contact is not None else None,
        python_id=python_id(dataset.hub_id) if dataset.hub_id is not None and is_reachable else "",
        tags=shown_tags(dataset.tags.value) if dataset.tags is not None else "",
        citation=cite(dataset, home_url),
        description=shown_description(description) if description is not None else "",
        summary=describe_for_machines(dataset, SUMMARY_LENGTH),
        counted_on=_day_of(dataset.downloads),
        liked_on=_day_of(dataset.likes),
        chart=draw_chart(dataset.history) if dataset.history else None,
        disputed=disputed,
    )


def days_of(dataset: Dataset, sources: tuple[Origin, ...]) -> tuple[str, str] | None:
    """The first and the last day on which a dataset's facts were read."""
    days = [origin.as_of[:10] for origin in sources if origin.as_of is not None]
    if dataset.evidence:
        days += [evidence.date for evidence in dataset.evidence if evidence.date is not None]
    return (min(days), max(days)) if days else None


def _number_sources(
    dataset: Dataset,
) -> tuple[tuple[Origin, ...], dict[str, int], dict[str, tuple[tuple[str, int], ...]]]:
    """The origins; by field the number of the chosen value's; by field the differing values of other sources."""
    sources: list[Origin] = []
    numbers: dict[str, int] = {}
    last, number = None, 0
    with_others: list[tuple[str, Sourced[Any]]] = []
    for field, value in zip(_NAMES, _get_values(dataset), strict=True):
        if value is not None:
            origin = value.origin
            if origin is not last:  # the values of one source mostly share one object
                if origin not in sources:
                    sources.append(origin)
                last, number = origin, sources.index(origin) + 1
            numbers[field] = number
            if value.others and field in _DISPUTABLE:
                with_others.append((field, value))
    disputed: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, value in with_others:
        kind = FIELDS_BY_NAME[field].kind
        found = []
        for other in value.others:
            if set(kind.ids(other.value)) != set(kind.ids(value.value)):
                if other.origin not in sources:
                    sources.append(other.origin)
                text = ", ".join(kind.titles(other.value)[:_DISPUTED_SHOWN]) or "none"
                found.append((text, sources.index(other.origin) + 1))
        if found:
            disputed[field] = tuple(found)
    return tuple(sources), numbers, disputed


def python_id(hub_id: str) -> str:
    """An id as it stands between double quotes in Python."""
    return hub_id if _PLAIN_ID.match(hub_id) else json.dumps(hub_id)[1:-1]


def shown_tags(tags: tuple[str, ...]) -> str:
    """The first of a dataset's free words."""
    return ", ".join(tags[:TAGS_SHOWN])


def shown_description(description: Sourced[str]) -> str:
    """A description as a page shows it."""
    if description.origin.kind == "entry":
        return description.value
    text = clean_host_text(description.value)
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return cut_line(flatten(description, DESCRIPTION_LENGTH + 1), DESCRIPTION_LENGTH)


def _allowed(url: str | None) -> str | None:
    return url if url is not None and (url.startswith("https://") or is_allowed_url(url)) else None


def _day_of(value: Sourced[Any] | None) -> str | None:
    return value.origin.as_of[:10] if value is not None and value.origin.as_of is not None else None


def _contact_url(contact: str) -> str | None:
    if is_web_url(contact):
        return contact
    return mailto(contact) if "@" in contact else None


def escape_tex(text: str) -> str:
    """`text` on one line, with the characters escaped that TeX would act upon."""
    if _PLAIN_TEX.match(text):
        return text.replace("_", "\\_")
    flat = " ".join(text.split())
    return _TEX_SPECIAL.sub(lambda match: _TEX_WORDS.get(match[0], f"\\{match[0]}"), flat)


def cite(dataset: Dataset, url: str | None) -> str:
    """A BibLaTeX ``@dataset`` entry for the dataset found at `url`.

    No author, year or access date: the catalog does not know them, and a wrong one would be copied for ever.
    """
    # With all that tells two ids apart, so that no two datasets have one key.
    lines = [f"@dataset{{{_NOT_KEY.sub('-', dataset.id.lower().replace('/', ':')) or 'dataset'}"]
    lines.append(f"  title = {{{escape_tex(dataset.title.value)}}}")
    lines.append(f"  publisher = {{{escape_tex(dataset.publisher.title)}}}")
    if url is not None:
        if _NOT_IN_URL_FIELD.search(url):
            # BibLaTeX takes a URL verbatim; braces and white space would end the field.
            url = _NOT_IN_URL_FIELD.sub(lambda match: f"%{ord(match[0]):02X}", url)
        lines.append(f"  url = {{{url}}}")
    if dataset.revision is not None:
        lines.append(f"  version = {{{escape_tex(dataset.revision.value)}}}")
    return ",\n".join(lines) + "\n}"
