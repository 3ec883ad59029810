"""Truncates pages of bulk datasets, so that 100,000 of them fit a site.

A page that is too long shows fewer related datasets, then less of the texts and lists that its source states. All of
that is one link away, on the page of its host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from otdi_site.model.catalog import cut_text
from otdi_site.model.dataset import Dataset
from otdi_site.model.sourced import Sourced

PAGE_LIMIT = 6_000
"""Bytes that the page of a bulk dataset has at most: GitHub Pages takes 1 GB a site."""
LEVELS = 4
"""Levels of truncation, from 0, the whole page."""
_DESCRIPTION = (None, 300, 120, 0)
_TAGS = (None, 6, 3, 0)
_TITLE = (None, None, 80, 40)
_TAG_LENGTH = 40


def is_limited(dataset: Dataset) -> bool:
    """Whether the page of a dataset has a limit."""
    return dataset.title.origin.kind == "import"


def truncate(dataset: Dataset, level: int) -> Dataset:
    """The dataset with shorter texts; templates shorten lists, since they say how many values are left out."""
    if level == 0:
        return dataset
    changes: dict[str, Sourced[object] | None] = {}
    if (description := dataset.description) is not None:
        length = _DESCRIPTION[level]
        text = cut_text(description.value, length) if length else ""
        changes["description"] = Sourced(text, description.origin) if text else None
    if (tags := dataset.tags) is not None:
        kept = tuple([cut_text(tag, _TAG_LENGTH) for tag in tags.value[: _TAGS[level]]])
        changes["tags"] = Sourced(kept, tags.origin) if kept else None
    if (longest := _TITLE[level]) is not None:
        changes["title"] = Sourced(cut_text(dataset.title.value, longest), dataset.title.origin)
    return replace(dataset, **changes)  # type: ignore[arg-type]  # each of its own field's type


def longest_within_limit(related: int, make: Callable[[int, int], bytes]) -> bytes:
    """The longest page within the limit; `make` makes one of a level, with the first of `related` datasets."""
    page = make(0, related)
    if len(page) <= PAGE_LIMIT:
        return page
    for level in range(LEVELS):
        page = make(level, 0)
        if len(page) <= PAGE_LIMIT:
            longer = (make(level, count) for count in range(related, 0, -1))
            return next((each for each in longer if len(each) <= PAGE_LIMIT), page)
    return page
