"""Rows of imported files become datasets, as `merge_dataset` makes them, fast; it must not read files.

What many rows have in common, such as the terms that a list of words means, is looked up once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from otdi_site.model import words as reading
from otdi_site.model.dataset import Dataset, ListingKind, Origin, Sourced
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import License, Term, Vocabularies
from otdi_site.urls import address_of_hub_id, dataset_address

V = TypeVar("V")
Words = tuple[str, ...]
_LICENSE_FACTS = ("licenses", "license_name", "license_link")


class DatasetMaker:
    """Makes datasets of the rows of one file."""

    def __init__(self, vocabularies: Vocabularies, name: str, date: str) -> None:
        """`name` is what pages call the file, `date` the ISO 8601 day as of which it speaks."""
        self._vocabularies = vocabularies
        self._origin = origin = Origin("import", name, date)

        def sourced(find: Callable[[Words], V | None]) -> Callable[[Words], Sourced[V] | None]:
            """`find` with the origin, remembered for the next row that says the same."""
            known: dict[Words, Sourced[V] | None] = {}

            def found(key: Words) -> Sourced[V] | None:
                if key in known:
                    return known[key]
                value = find(key)
                result = known[key] = None if value is None else Sourced(value, origin)
                return result

            return found

        terms = vocabularies
        self._publishers: dict[tuple[str, str | None], Term] = {}
        self._licenses: dict[tuple[object, ...], Sourced[License] | None] = {}
        self._modalities = sourced(lambda words: reading.find_meanings(words, terms.modalities))
        self._languages = sourced(lambda words: reading.find_languages(words) or None)
        self._tasks = sourced(lambda words: reading.find_meanings(words, terms.tasks))
        self._sizes = sourced(lambda words: reading.only_one(reading.find_meanings(words, terms.size_categories)))
        self._formats = sourced(lambda words: words or None)
        self._gated: Sourced[Literal["open", "gated"]] = Sourced("gated", origin)
        self._open: Sourced[Literal["open", "gated"]] = Sourced("open", origin)
        self._discovered: Sourced[ListingKind] = Sourced("discovered", origin)
        self._domains = sourced(lambda ids: tuple([term for term in terms.domains.terms if term.id in ids]))
        self._sources = sourced(reading.find_source_datasets)
        self._domain_ids: dict[str, Words] = {}

    def dataset(self, hub_id: str, facts: Mapping[str, Any]) -> Dataset:
        """The dataset that a row describes; `facts` are values by the name of the field of `SnapshotRow`."""
        origin, stated = self._origin, facts.get
        slug, name = address_of_hub_id(hub_id)
        author, _, last = hub_id.rpartition("/")
        url = Sourced(f"{reading.HUB_URL}/datasets/{hub_id}", origin)
        tags, gated, changed = stated("tags", ()), stated("gated"), stated("last_modified")

        def sourced(name: str) -> Sourced[Any] | None:
            value = stated(name)
            return None if value is None else Sourced(value, origin)

        return Dataset(
            id=f"{slug}/{name}",
            address=dataset_address(slug, name),
            name=name,
            publisher=self._publisher(slug, author or None),
            title=Sourced(stated("title") or last, origin),
            description=sourced("description"),
            url=url,
            license=self._license(facts) if stated("licenses") else None,
            domains=self._domains_of(tags),
            modalities=self._modalities(stated("modalities", ())),
            languages=self._languages(stated("languages", ())),
            tasks=self._tasks(stated("task_categories", ())),
            tags=Sourced(tags, origin) if tags else None,
            hosting=None,
            card_url=url,
            source_datasets=self._sources(facts["source_datasets"]) if stated("source_datasets") else None,
            sensitive_information=None,
            size=self._sizes(stated("size_categories", ())),
            row_count=sourced("row_count"),
            formats=self._formats(stated("formats", ())),
            contact=None,
            listing=self._discovered,
            date_added=None,
            date_modified=Sourced(changed[:10], origin) if changed else None,
            access=None if gated is None else self._gated if gated else self._open,
            downloads=sourced("downloads"),
            downloads_all_time=sourced("downloads_all_time"),
            likes=sourced("likes"),
            revision=sourced("revision"),
            hub_id=hub_id,
            hub_url=url.value,
            note=None,
            kept_because=None,
            entry_path=None,
            evidence=(),
        )

    def _publisher(self, slug: str, author: str | None) -> Term:
        key = (slug, author)
        found = self._publishers.get(key)
        if found is None:
            found = self._publishers[key] = reading.find_publisher(slug, author, self._vocabularies)
        return found

    def _license(self, facts: Mapping[str, Any]) -> Sourced[License] | None:
        key = tuple([facts.get(name) for name in _LICENSE_FACTS])
        if key not in self._licenses:
            row = SnapshotRow("", "", "", **{name: facts[name] for name in _LICENSE_FACTS if name in facts})
            license = reading.read_license(row, self._vocabularies)
            self._licenses[key] = None if license is None else Sourced(license, self._origin)
        return self._licenses[key]

    def _domains_of(self, tags: Words) -> Sourced[tuple[Term, ...]] | None:
        known = self._domain_ids
        found: set[str] = set()
        for tag in tags:
            ids = known.get(tag)
            if ids is None:
                ids = known[tag] = tuple([term.id for term in self._vocabularies.domains.meaning(tag)])
            if ids:
                found.update(ids)
        return self._domains(tuple(sorted(found))) if found else None
