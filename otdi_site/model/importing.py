"""Rows of imported files become datasets, as `merge_dataset` makes them, fast; it must not read files.

What many rows have in common, such as the terms that a list of words means, is looked up once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from otdi_site.model import words as reading
from otdi_site.model.dataset import Dataset, Origin, Sourced
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import License, Term, Vocabularies
from otdi_site.urls import address_of_hub_id, dataset_address

V = TypeVar("V")
Words = tuple[str, ...]


class Importer:
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
        self._domains = sourced(lambda ids: tuple([term for term in terms.domains.terms if term.id in ids]))
        self._sources = sourced(reading.find_source_datasets)
        self._domain_ids: dict[str, Words] = {}

    def dataset(self, row: SnapshotRow) -> Dataset:
        """The dataset that a row describes."""
        origin = self._origin
        slug, name = address_of_hub_id(row.id)
        author, _, last = row.id.rpartition("/")
        url = Sourced(f"{reading.HUB_URL}/datasets/{row.id}", origin)
        return Dataset(
            id=f"{slug}/{name}",
            address=dataset_address(slug, name),
            name=name,
            publisher=self._publisher(slug, author or None),
            title=Sourced(row.title or last, origin),
            description=None if row.description is None else Sourced(row.description, origin),
            url=url,
            license=self._license(row) if row.licenses else None,
            domains=self._domains_of(row.tags),
            modalities=self._modalities(row.modalities),
            languages=self._languages(row.languages),
            tasks=self._tasks(row.task_categories),
            tags=Sourced(row.tags, origin) if row.tags else None,
            hosting=None,
            card_url=url,
            source_datasets=self._sources(row.source_datasets) if row.source_datasets else None,
            sensitive_information=None,
            size=self._sizes(row.size_categories),
            row_count=None if row.row_count is None else Sourced(row.row_count, origin),
            formats=self._formats(row.formats),
            contact=None,
            date_added=None,
            date_modified=Sourced(row.last_modified[:10], origin) if row.last_modified else None,
            access=None if row.gated is None else self._gated if row.gated else self._open,
            downloads=None if row.downloads is None else Sourced(row.downloads, origin),
            downloads_all_time=None if row.downloads_all_time is None else Sourced(row.downloads_all_time, origin),
            likes=None if row.likes is None else Sourced(row.likes, origin),
            revision=None if row.revision is None else Sourced(row.revision, origin),
            hub_id=row.id,
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

    def _license(self, row: SnapshotRow) -> Sourced[License] | None:
        key = (row.licenses, row.license_name, row.license_link)
        if key not in self._licenses:
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
