"""Describes a dataset in plain text for other programs: in the words of its source or, where these say too little, by
its facts."""

from __future__ import annotations

from otdi_site.model.catalog import cut_line, flatten
from otdi_site.model.dataset import Dataset

LEAST_LENGTH = 50
"""Characters that search engines for datasets ask of a description."""


def describe_for_machines(dataset: Dataset, length: int) -> str:
    """At most `length` characters on one line. From a host they are hostile."""
    description = dataset.description
    text = "" if description is None else cut_line(flatten(description, length + 1), length)
    if len(text) >= LEAST_LENGTH:
        return text
    return cut_line(" ".join(filter(None, (_ended(text), *_sentences(dataset)))), length)


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?…。" else f"{text}."


def _sentences(dataset: Dataset) -> list[str]:
    """What is known of a dataset, with nothing added."""
    found = [f"{dataset.title.value}, a dataset of {dataset.publisher.title}."]
    if dataset.license is not None:
        found.append(f"Licence: {dataset.license.value.title}.")
    for name, terms in (("Domain", dataset.domains), ("Data", dataset.modalities), ("Tasks", dataset.tasks)):
        if terms is not None and terms.value:
            found.append(f"{name}: {', '.join([term.title for term in terms.value])}.")
    if dataset.languages is not None and dataset.languages.value:
        found.append(f"Languages: {', '.join([language.title for language in dataset.languages.value])}.")
    return found
