"""Finds the lineage of datasets: their stated sources, those of these, and the datasets that were made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from otdi_site.model.dataset import Dataset
from otdi_site.model.lineage import Lineage, Relative
from otdi_site.model.source_datasets import SourceDataset
from otdi_site.urls import HUB_URL

_DEPTH = 3
_MOST = 12
"""Sources, and derived datasets, that are kept."""


def with_lineages(datasets: Iterable[Dataset]) -> list[Dataset]:
    """The datasets, each with its lineage among them; without one where nothing is stated."""
    datasets = list(datasets)
    known = _by_name(datasets)
    derived: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        if dataset.departure is None:
            for parent in _parents(dataset, known):
                if isinstance(parent, Dataset) and parent.id != dataset.id:
                    derived.setdefault(parent.id, []).append(dataset)
    found = []
    for dataset in datasets:
        sources = _find_sources(dataset, known)
        children = sorted(derived.get(dataset.id, ()), key=lambda each: (each.title.value.casefold(), each.id))
        if sources or children:
            left_out = max(0, len(sources) - _MOST) + max(0, len(children) - _MOST)
            of_children = tuple(_relative(child, 1) for child in children[:_MOST])
            dataset = replace(dataset, lineage=Lineage(tuple(sources[:_MOST]), of_children, left_out))
        found.append(dataset)
    return found


def _by_name(datasets: Iterable[Dataset]) -> dict[str, Dataset]:
    """By what others may call them: the id on the Hub and the address of the home page."""
    known: dict[str, Dataset] = {}
    for dataset in datasets:
        if dataset.hub_id is not None:
            known.setdefault(dataset.hub_id.lower(), dataset)
        if dataset.url is not None:
            known.setdefault(dataset.url.value.rstrip("/").lower(), dataset)
    return known


def _parents(dataset: Dataset, known: Mapping[str, Dataset]) -> list[Dataset | SourceDataset]:
    stated = dataset.source_datasets.value if dataset.source_datasets is not None else ()
    parents: list[Dataset | SourceDataset] = []
    for source in stated:
        url = (source.url or source.label).rstrip("/").lower()
        found = known.get(url.removeprefix(f"{HUB_URL}/datasets/".lower())) or known.get(url)
        parents.append(found if found is not None else source)
    return parents


def _find_sources(dataset: Dataset, known: Mapping[str, Dataset]) -> list[Relative]:
    """Sources, nearest first; each once, and none beyond a cycle."""
    found: list[Relative] = []
    seen = {dataset.id}
    nearest = [dataset]
    for level in range(-1, -_DEPTH - 1, -1):
        following = []
        for child in nearest:
            for parent in _parents(child, known):
                name = parent.id if isinstance(parent, Dataset) else parent.label
                if name == dataset.id:
                    if not any(each.is_cycle for each in found):
                        found.append(replace(_relative(dataset, level), is_cycle=True))
                elif name not in seen:
                    seen.add(name)
                    if isinstance(parent, Dataset):
                        following.append(parent)
                    found.append(_relative(parent, level))
        nearest = following
    return found


def _relative(dataset: Dataset | SourceDataset, level: int) -> Relative:
    if isinstance(dataset, SourceDataset):
        return Relative(dataset.label, None, dataset.url, None, level)
    license = dataset.license.value.id if dataset.license is not None else None
    return Relative(dataset.title.value, dataset.address, None, license, level)
