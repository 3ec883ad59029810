"""The fields of a dataset: one row each says how sources state it, and how it is shown, exported and compared.

Merging, bulk reading, pages, lists, exports, the JSON Schema of entries and the handbook read this table. A row is an
attribute of `Values`, since its name and type are those of the attribute::

    year_created: Sourced[int] | None = row("Year created", NUMBER, stated=int, meaning="the year …", hub="…")

Its page then shows it after the facts that ``templates/dataset.html`` places, as ``templates/facts/<name>.html`` says
or, where there is none, ``templates/facts/plain.html``. A row of `model/facets.py` makes a facet of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field as Limits

from otdi_site.model.language import Language
from otdi_site.model.licenses import read_license
from otdi_site.model.source_datasets import SourceDataset, find_source_datasets
from otdi_site.model.sourced import Sourced
from otdi_site.model.term_mapping import (
    day_of,
    find_languages,
    find_note,
    find_terms,
    hub_page,
    meaning_finder,
    name_in_hub_id,
    only_one,
    read_access,
)
from otdi_site.model.values import Contact, Day, LanguageTag, Text, Title, WebUrl
from otdi_site.model.vocabulary import License, Task, Term, Vocabularies

ListingKind = Literal["contributed", "selected", "collection", "discovered"]
"""How a dataset came into the catalog: an entry says ``contributed`` or ``selected`` (by the initiative); a dataset of
a collection on the Hub is ``collection``, one that only a bulk file names is ``discovered``."""

Reader = Callable[..., Any]
"""Makes a value of what a source states; `None` where that means nothing."""


def as_it_is(value: Any) -> Any:
    """Reads values that sources state as they are."""
    return value


def _one(value: Any) -> tuple[str, ...]:
    return (str(value),)


def _always(reader: Reader) -> Callable[[Vocabularies], Reader]:
    return lambda vocabularies: reader


def _once(reader: Reader) -> Callable[[Vocabularies], Reader]:
    """A reader that keeps the results of values it has read."""
    return lambda vocabularies: cache(reader)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of values: how they are read, told apart and shown."""

    ids: Callable[[Any], tuple[str, ...]] = _one
    """Ids of a value, as in addresses and exports: several where it is a list."""
    titles: Callable[[Any], tuple[str, ...]] = _one
    """Titles of a value, as people read them."""
    has_many: bool = False
    """Whether a value is a list."""
    is_shared: bool = False
    """Whether many datasets have the same value: then `of_host` reads what is stated alike once."""
    vocabulary: str | None = None
    """Name of the vocabulary whose terms the values are."""
    of_entry: Callable[[Vocabularies], Reader] = _always(as_it_is)
    """Given a site's vocabularies, reads what an entry states."""
    of_host: Callable[[Vocabularies], Reader] = _always(as_it_is)
    """Given a site's vocabularies, reads what a host states."""


def _ids(terms: tuple[Term, ...]) -> tuple[str, ...]:
    return tuple([term.id for term in terms])


def _titles(terms: tuple[Term, ...]) -> tuple[str, ...]:
    return tuple([term.title for term in terms])


def terms(vocabulary: str) -> Kind:
    """Lists of terms of a vocabulary."""
    return Kind(
        ids=_ids,
        titles=_titles,
        has_many=True,
        is_shared=True,
        vocabulary=vocabulary,
        of_entry=lambda vocabularies: lambda words: find_terms(words, vocabularies.named(vocabulary)),
        of_host=lambda vocabularies: meaning_finder(vocabularies.named(vocabulary)),
    )


def term(vocabulary: str) -> Kind:
    """Single terms of a vocabulary."""

    def of_host(vocabularies: Vocabularies) -> Reader:
        find = meaning_finder(vocabularies.named(vocabulary))
        return cache(lambda words: only_one(find(words)))

    return Kind(
        ids=lambda value: (value.id,),
        titles=lambda value: (value.title,),
        is_shared=True,
        vocabulary=vocabulary,
        of_entry=lambda vocabularies: vocabularies.named(vocabulary).get,
        of_host=of_host,
    )


def _license_of_host(vocabularies: Vocabularies) -> Reader:
    return cache(lambda words, name, link: read_license(words, name, link, vocabularies.licenses))


TEXT = NUMBER = Kind()
CHOICE = Kind(is_shared=True)
WORDS = Kind(ids=as_it_is, titles=as_it_is, has_many=True)
SHARED_WORDS = replace(WORDS, is_shared=True, of_host=_once(as_it_is))
DAY = Kind(of_entry=_always(day_of), of_host=_always(day_of))
LICENSE = replace(term("licenses"), of_host=_license_of_host)
ACCESS = replace(CHOICE, of_host=_always(read_access))
LISTING = replace(CHOICE, of_host=_always(lambda memberships: "collection"))
NOTE = Kind(of_host=_always(find_note))
LANGUAGES = Kind(
    ids=lambda languages: tuple([language.tag for language in languages]),
    titles=lambda languages: tuple([language.title for language in languages]),
    has_many=True,
    is_shared=True,
    of_entry=_always(find_languages),
    of_host=_once(lambda tags: find_languages(tags) or None),
)
SOURCES = Kind(
    ids=lambda sources: tuple([source.url or source.label for source in sources]),
    titles=lambda sources: tuple([source.label for source in sources]),
    has_many=True,
    is_shared=True,
    of_entry=_always(find_source_datasets),
    of_host=_once(find_source_datasets),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the table."""

    name: str = ""
    """The attribute of `Values` and of `Entry`, and the key in an entry's file."""
    title: str
    """Its name on pages, in comparisons and in exports."""
    kind: Kind
    stated: Any = None
    """The type of what an entry states; `None` of a field that entries do not have."""
    is_required: bool = False
    """Whether each entry states it."""
    meaning: str = ""
    """Describes the field of an entry, for the handbook and for editors; Markdown."""
    hub: tuple[str, ...] = ()
    """Attributes of `SnapshotRow` that state it, which bulk rows have, too; the value is as old as the first one, and
    the field is not stated where that is empty."""
    from_hub_id: Callable[[str], Any] | None = None
    """Gives the value from the dataset's id on the Hub where no source states one."""
    fact: Literal["placed", "listed"] | None = "listed"
    """How the dataset's page shows it: as a fact that ``dataset.html`` puts into its place, or among those that follow;
    `None` where ``dataset.html`` writes the value by itself, or does not show it."""
    key: Callable[[Any], Hashable] | None = None
    """Distinguishes values on a page, where that takes more than their ids."""
    unstated: str | None = None
    """Words for the field in the line of facts that no source states; `None` where its absence says nothing."""
    counted: str | None = None
    """Words for it in the table that says how many datasets state what; `None` where it is not in there."""
    compared: int = 100
    """Where its facet stands in comparisons and exports, the lowest first."""

    @property
    def column(self) -> str:
        """Its name in exports."""
        return self.title.lower().replace(" ", "_")

    def key_of(self, value: Any) -> Hashable:
        """A key that distinguishes values on a page."""
        return self.key(value) if self.key else self.kind.ids(value)


def row(title: str, kind: Kind, *, hub: str | tuple[str, ...] = (), **rest: Any) -> Any:
    """One row of the table, to be written as an attribute of `Values`; `rest` are further attributes of `Field`."""
    described = Field(title=title, kind=kind, hub=(hub,) if isinstance(hub, str) else hub, **rest)
    if described.fact == "listed" and described.unstated is None:
        described = replace(described, unstated=title.lower())
    metadata = {"row": described}
    if described.is_required:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=None, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of a dataset.

    A value that no source gives is `None`; a source that says "none" gives an empty tuple. The order of the rows is
    that in which a page numbers their sources.
    """

    title: Sourced[str] = row(
        "Title",
        TEXT,
        stated=Title,
        is_required=True,
        meaning="the dataset's name as people write it; the one field that is required",
        hub="title",
        from_hub_id=name_in_hub_id,
        fact=None,
    )
    description: Sourced[str] | None = row(
        "Description",
        TEXT,
        stated=Text,
        meaning="what it holds, in our own words; plain text",
        hub="description",
        fact=None,
        counted="a description",
    )
    """From a host it is hostile."""
    url: Sourced[str] | None = row(
        "Home page",
        TEXT,
        stated=WebUrl,
        meaning="home page; the page on the Hub where left out",
        from_hub_id=hub_page,
        fact=None,
    )
    license: Sourced[License] | None = row(
        "Licence",
        LICENSE,
        stated=Text,
        meaning="SPDX id, a term of `licenses`",
        hub=("licenses", "license_name", "license_link"),
        fact="placed",
        key=lambda license: (license.id, license.title, license.url),
        unstated="licence",
        counted="a licence",
        compared=10,
    )
    """A term of the vocabulary, or one made from what the host states; then it is not accepted."""
    domains: Sourced[tuple[Term, ...]] | None = row(
        "Domain",
        terms("domains"),
        stated=Annotated[tuple[Text, ...], Limits(max_length=1)],
        meaning="at most one term of `domains`, chosen by "
        "[one rule](../content/contribute/domains.md#how-one-domain-is-chosen); `[]` says general-purpose",
        hub="tags",
        fact="placed",
        unstated="domain",
        counted="a domain, or general purposes",
        compared=60,
    )
    modalities: Sourced[tuple[Term, ...]] | None = row(
        "Modalities",
        terms("modalities"),
        stated=Annotated[tuple[Text, ...], Limits(min_length=1)],
        meaning="one or more terms of `modalities`",
        hub="modalities",
        fact="placed",
        unstated="modalities",
        counted="modalities",
        compared=50,
    )
    languages: Sourced[tuple[Language, ...]] | None = row(
        "Languages",
        LANGUAGES,
        stated=tuple[LanguageTag, ...],
        meaning="BCP 47 tags, such as `en` or `pt-BR`",
        hub="languages",
        fact="placed",
        unstated="languages",
        counted="languages",
        compared=30,
    )
    tasks: Sourced[tuple[Task, ...]] | None = row(
        "Tasks",
        terms("tasks"),
        stated=tuple[Text, ...],
        meaning="terms of `tasks`",
        hub="task_categories",
        fact="placed",
        unstated="tasks",
        counted="tasks",
        compared=70,
    )
    tags: Sourced[tuple[str, ...]] | None = row(
        "Tags", WORDS, stated=tuple[Text, ...], meaning="free words", hub="tags", fact=None
    )
    formats: Sourced[tuple[str, ...]] | None = row(
        "Formats", SHARED_WORDS, hub="formats", fact="placed", unstated="formats", compared=80
    )
    dois: Sourced[tuple[str, ...]] | None = row("DOI", WORDS, hub="dois", fact="placed")
    papers: Sourced[tuple[str, ...]] | None = row("Papers", WORDS, hub="arxiv_ids", fact="placed")
    hosting: Sourced[Literal["owner", "alliance"]] | None = row(
        "Hosting",
        CHOICE,
        stated=Literal["owner", "alliance"],
        meaning="`owner` or `alliance`: who keeps the files. Left out where an account re-publishes the data of others",
        fact="placed",
        unstated="hosting",
    )
    card_url: Sourced[str] | None = row(
        "Dataset card",
        TEXT,
        stated=WebUrl,
        meaning="the dataset card, where it is not the README on the Hub",
        from_hub_id=hub_page,
        fact=None,
    )
    size: Sourced[Term] | None = row(
        "Size",
        term("size_categories"),
        stated=Text,
        meaning="a term of `size_categories`, such as `1K<n<10K`",
        hub="size_categories",
        fact="placed",
        unstated="size",
        counted="a size",
        compared=20,
    )
    """The number of rows, as a size category."""
    row_count: Sourced[int] | None = row("Rows", NUMBER, hub="row_count", fact=None)
    access: Sourced[Literal["open", "gated"]] | None = row(
        "Access", ACCESS, hub="gated", fact="placed", unstated="access", compared=40
    )
    downloads: Sourced[int] | None = row("Downloads", NUMBER, hub="downloads", fact=None, unstated="downloads")
    """Downloads in the last 30 days."""
    downloads_all_time: Sourced[int] | None = row("Downloads in all", NUMBER, hub="downloads_all_time", fact=None)
    likes: Sourced[int] | None = row("Likes", NUMBER, hub="likes", fact=None, unstated="likes")
    listing: Sourced[ListingKind] | None = row(
        "Listed",
        LISTING,
        stated=Literal["contributed", "selected"],
        meaning="how the dataset came into the catalogue: `contributed`, or `selected` by the initiative; "
        "its page says so",
        hub="memberships",
        fact="placed",
        unstated="how it was listed",
    )
    state: Sourced[Literal["proposed", "in review", "listed", "donated"]] | None = row(
        "State",
        CHOICE,
        stated=Literal["proposed", "in review", "listed", "donated"],
        meaning="how far a contribution is: `proposed` or `in review`, with a page and in no list, `listed`, or "
        "`donated`, where the initiative owns a copy. Left out, it is listed",
        fact="placed",
    )
    date_added: Sourced[str] | None = row(
        "In the catalogue since",
        DAY,
        stated=Day,
        meaning="the day the initiative's catalogue took it up, as a source states it; not the day of a release",
        fact=None,
        unstated="date added",
    )
    """ISO 8601 date."""
    source_datasets: Sourced[tuple[SourceDataset, ...]] | None = row(
        "Made from",
        SOURCES,
        stated=tuple[Text, ...],
        meaning="Hub ids or URLs of the datasets it was made from, where a source gives them; "
        "`[]` where it was made from none",
        hub="source_datasets",
        fact="placed",
        key=lambda sources: sources,
        unstated="source datasets",
        counted="source datasets",
    )
    sensitive_information: Sourced[tuple[Term, ...]] | None = row(
        "Sensitive information",
        terms("sensitive_information"),
        stated=tuple[Text, ...],
        meaning="terms of `sensitive_information`",
        fact="placed",
        unstated="sensitive information",
        counted="sensitive information",
    )
    date_modified: Sourced[str] | None = row(
        "Last change",
        DAY,
        stated=Day,
        meaning="the day the dataset itself last changed",
        hub="last_modified",
        fact=None,
        unstated="last change",
        counted="when they last changed",
    )
    """ISO 8601 date."""
    contact: Sourced[str] | None = row(
        "Contact",
        TEXT,
        stated=Contact,
        meaning="e-mail address or URL of who answers for it",
        fact=None,
        unstated="contact",
    )
    revision: Sourced[str] | None = row("Revision", TEXT, hub="revision", fact=None)
    """The commit of the host's repository that the metadata describes."""
    note: Sourced[str] | None = row("Note", NOTE, hub="memberships", fact=None)
    """A note of the collection's keepers; plain text."""


FIELDS: tuple[Field, ...] = tuple(
    replace(attribute.metadata["row"], name=attribute.name) for attribute in dataclasses.fields(Values)
)
"""The table."""
FIELDS_BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
