"""Conflicts between the licence of a dataset and those of the datasets that it was made from."""

from __future__ import annotations

from collections.abc import Iterator

from otdi_site.model.licenses import is_later_version
from otdi_site.model.vocabulary import License


def find_conflicts(license: License, source: License) -> Iterator[str]:
    """The conflicts between the licence of a source and a dataset under `license`, in words.

    Only the terms of the vocabulary are compared. That there is no conflict is no legal advice.
    """
    if source.category == "no-derivatives":
        yield f"a source is under {source.title}, which allows no derived datasets"
        return
    if source.id == license.id:
        return
    if _forbids_commercial_use(source) and _permits_commercial_use(license):
        yield f"a source is under {source.title}, which allows no commercial use, and {license.title} does"
    if _is_share_alike(source) and license.category is not None and not is_later_version(license, source):
        yield f"a source is under {source.title}, which asks for the same licence, and this is {license.title}"


def is_undecided(license: License, source: License) -> bool:
    """Whether too little is known of two licences without a conflict to say that they are compatible."""
    if source.id == license.id or source.category in ("permissive", "public-domain"):
        return False
    return None in (source.category, license.category) or "restricted" in (source.category, license.category)


def _is_share_alike(license: License) -> bool:
    return license.category == "copyleft" or "same-license" in license.requires


def _forbids_commercial_use(license: License) -> bool:
    return license.category == "non-commercial" or "commercial-use" in license.forbids


def _permits_commercial_use(license: License) -> bool:
    return license.category in ("public-domain", "permissive", "copyleft") or "commercial-use" in license.permits
