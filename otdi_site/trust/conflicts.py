"""Conflicts between the licence of a dataset and those of the datasets that it was made from."""

from __future__ import annotations

from collections.abc import Iterator

from otdi_site.model.vocabulary import License


def find_conflicts(license: License, source: License) -> Iterator[str]:
    """The conflict between the licence of a source and a dataset under `license`, in words.

    Only the categories of the vocabulary are compared. That there is no conflict is no legal advice.
    """
    if source.id == license.id:
        return
    if source.category == "no-derivatives":
        yield f"a source is under {source.title}, which allows no derived datasets"
    elif source.category == "non-commercial" and license.category not in ("non-commercial", None):
        yield f"a source is under {source.title}, which allows no commercial use, and {license.title} does"
    elif source.category == "copyleft" and license.category is not None:
        yield f"a source is under {source.title}, which asks for the same licence, and this is {license.title}"
