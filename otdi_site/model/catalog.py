"""The catalog: datasets in order, and their summaries, which lists and the browser's index read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any, NamedTuple

from otdi_site.model.dataset import Dataset
from otdi_site.model.facets import FACETS, FacetIds
from otdi_site.model.fields import FIELDS, FIELDS_BY_NAME
from otdi_site.model.host_text import clean_host_text
from otdi_site.model.ledger import State
from otdi_site.model.regions import region_of
from otdi_site.model.source_datasets import SourceDataset
from otdi_site.model.sourced import Sourced
from otdi_site.model.telling_words import telling_words
from otdi_site.model.vocabulary import License
from otdi_site.urls import HUB_URL, address_of_hub_id

SNIPPET_LENGTH = 240
"""Characters of a description that a list shows."""

NEWEST_COUNT = 100
"""Datasets that templates can list by the date of their coming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(FacetIds):
    """The part of a dataset that lists show, filter and sort by."""

    id: str
    address: str
    title: str
    publisher_title: str
    snippet: str
    downloads: int | None
    """Downloads in the last 30 days."""
    likes: int | None
    date_modified: str | None
    """ISO 8601 date."""
    date_added: str | None
    """ISO 8601 date."""
    words: str = "|"
    """Those that may relate it to others, as `telling_words` gives them."""
    sources: tuple[str, ...] = ()
    """Of which it was made, as ids of the Hub in the form of `id`, or addresses; in lower case and in order."""

    @classmethod
    def of_values(cls, values: Iterable[Any]) -> Summary:
        """A summary of the values of all its fields, as it travels between processes and builds."""
        return cls(**dict(zip(SUMMARY_FIELDS, values, strict=True)))


SUMMARY_FIELDS = tuple(Summary.__dataclass_fields__)


class DatasetLink(NamedTuple):
    """A dataset as the pages of others link to it."""

    title: str
    address: str
    publisher_title: str


def cut_text(text: str, length: int) -> str:
    """`text` on one line, cut at a word with an ellipsis where it is longer than `length` characters."""
    flat = " ".join(text[: 2 * length].split())
    if len(flat) <= length:  # it ends early, or is full of white space
        flat = " ".join(text.split())
    return cut_line(flat, length)


def cut_line(line: str, length: int) -> str:
    """Cuts a text that is on one line already, as `cut_text` does."""
    if len(line) <= length:
        return line
    head = line[:length]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:.–-") + "…"


_LEFT_OUT = 500
"""Characters that are as a rule more than what is left out of the beginning of a description."""


def flatten(description: Sourced[str], length: int) -> str:
    """A description on one line; of a long one at least `length` characters. Of a host's, see `clean_host_text`."""
    text = description.value
    if description.origin.kind == "entry":
        return " ".join(text.split())
    if description.origin.kind != "import":
        return " ".join(clean_host_text(text).split())
    # Its white space is plain: single spaces, and at most two line feeds in a row.
    return clean_host_text(text[: 2 * length + _LEFT_OUT])[: 2 * length].replace("\n\n", " ").replace("\n", " ")


_FACET_FIELDS = tuple(
    (
        each.attribute,
        FIELDS_BY_NAME[each.attribute].kind.ids,
        each.has_many,
        () if each.none is None else (each.none,),
    )
    for each in FACETS
    if each.attribute in FIELDS_BY_NAME
)


_CHECKED = tuple((each.attribute, each.requirement, each.answered_by) for each in FACETS if each.requirement)
_STATES = {State.MET: "yes", State.NOT_MET: "no", State.UNKNOWN: "unknown", State.NOT_APPLICABLE: None}


def _answer(dataset: Dataset, requirement: str, answered_by: str | None) -> str | None:
    """Whether a requirement is met: ``yes``, ``no`` or ``unknown``; `None` where it does not apply.

    A dataset without a ledger is that of a bulk row, which was read: what it does not state is not stated.
    """
    if dataset.ledger is not None:
        row = dataset.ledger.find(requirement)
        return None if row is None else _STATES[row.state]
    if answered_by is None:
        return "unknown"
    stated = getattr(dataset, answered_by)
    if stated is None:
        return "no"
    return "no" if isinstance(stated.value, License) and not stated.value.is_accepted else "yes"


def summarise(dataset: Dataset) -> Summary:
    """The narrow summary of a dataset."""

    ids: dict[str, Any] = {}
    for name, ids_of, has_many, none in _FACET_FIELDS:
        sourced = getattr(dataset, name)
        if sourced is not None:
            found = ids_of(sourced.value)
            ids[name] = (found or none) if has_many else found[0]
    for name, requirement, answered_by in _CHECKED:
        ids[name] = _answer(dataset, requirement, answered_by)
    description = dataset.description
    snippet = cut_line(flatten(description, SNIPPET_LENGTH + 1), SNIPPET_LENGTH) if description else ""
    # An edit of an entry's text leaves the pages of all other datasets as they are: only its name has telling words.
    is_bulk = description is not None and description.origin.kind == "import"
    name = f"{dataset.title.value} {dataset.id.rpartition('/')[2]}"

    return Summary(
        id=dataset.id,
        address=dataset.address,
        title=dataset.title.value,
        publisher=dataset.publisher.id,
        publisher_title=dataset.publisher.title,
        snippet=snippet,
        downloads=dataset.downloads.value if dataset.downloads else None,
        likes=dataset.likes.value if dataset.likes else None,
        date_modified=dataset.date_modified.value if dataset.date_modified else None,
        date_added=dataset.date_added.value if dataset.date_added else None,
        words=telling_words(name, snippet if is_bulk else ""),
        sources=_sources(dataset.source_datasets.value) if dataset.source_datasets else (),
        **ids,
    )


def _sources(sources: Iterable[SourceDataset]) -> tuple[str, ...]:
    """Addresses and ids; a word that names no address may mean anything."""
    prefix = f"{HUB_URL}/datasets/"
    urls = [source.url.rstrip("/") for source in sources if source.url is not None]
    ids = ["/".join(address_of_hub_id(url.removeprefix(prefix))) if url.startswith(prefix) else url for url in urls]
    return tuple(sorted({each.lower() for each in ids}))


FACTS = tuple(field.name for field in FIELDS if field.counted)
"""Fields of a dataset of which the site says how many datasets state them."""
ACCEPTED_LICENSE = "accepted_license"
"""Not a field: whether the licence is one that the vocabulary accepts."""


def facts_stated(dataset: Dataset) -> int:
    """Which of `FACTS` a dataset states, one bit each; the bit after them is that of `ACCEPTED_LICENSE`."""
    bits = sum(1 << position for position, field in enumerate(FACTS) if getattr(dataset, field) is not None)
    return bits | _has_accepted_license(dataset) << len(FACTS)


def _has_accepted_license(dataset: Dataset) -> bool:
    """As the ledger says, else the vocabulary: sources that name different licences have none that is accepted."""
    answer = _answer(dataset, "dataset.accepted_license", "license")
    return answer == "yes" if answer is not None else dataset.license is not None and dataset.license.value.is_accepted


def count_facts(stated: Iterable[int]) -> dict[str, int]:
    """How many datasets state each of `FACTS`, from what `facts_stated` says of each."""
    counts = dict.fromkeys((*FACTS, ACCEPTED_LICENSE), 0)
    for bits, count in Counter(stated).items():
        for position, name in enumerate(counts):
            counts[name] += count * (bits >> position & 1)
    return counts


DomainCounts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Numbers of datasets by domain, axis and value; axes are ``modality`` and ``region``, that of languages."""


def count_by_domain(summaries: Iterable[Summary]) -> DomainCounts:
    """How many datasets of each domain have each modality, and a language that is at home in each region."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    alike = Counter((each.domains, each.modalities, each.languages) for each in summaries)
    for (domains, modalities, languages), count in alike.items():
        values = {"modality": modalities, "region": sorted({region_of(tag) for tag in languages})}
        for domain in domains:
            axes = counts.setdefault(domain, {axis: {} for axis in values})
            for axis, found in values.items():
                for value in found:
                    axes[axis][value] = axes[axis].get(value, 0) + count
    return counts


@dataclass(frozen=True, slots=True)
class Catalog:
    """Datasets in rank order: most downloaded first, then most liked, then by title and id."""

    datasets: tuple[Dataset, ...]
    """Those of entries and live metadata; those of bulk files are in `summaries` alone, since they are so many."""
    summaries: Sequence[Summary]
    """Of all datasets."""
    former: tuple[Dataset, ...] = ()
    """Datasets that left, by address: each keeps its page and is in no list."""
    coverage: Mapping[str, int] = field(default_factory=dict)
    """How many datasets state each of `FACTS`, and how many have an accepted licence."""
    by_domain: DomainCounts = field(default_factory=dict)
    """Numbers of datasets by domain and modality, and by domain and region of the languages."""
    newest: tuple[Summary, ...] = ()
    """Those that came last into the catalog, of those whose date is known; at most `NEWEST_COUNT`."""

    @classmethod
    def of(cls, datasets: Sequence[Dataset]) -> Catalog:
        return cls.with_bulk_rows(datasets, (), ())

    @classmethod
    def with_bulk_rows(cls, datasets: Sequence[Dataset], bulk: Iterable[Summary], bulk_facts: Iterable[int]) -> Catalog:
        """The catalog of `datasets` and of `bulk` ones, whose stated facts are `bulk_facts`."""
        pairs = [(dataset, summarise(dataset)) for dataset in datasets if dataset.departure is None]
        pairs.sort(key=lambda pair: rank(pair[1]))
        summaries = sorted((*(summary for _, summary in pairs), *bulk), key=rank)
        coverage = count_facts((*(facts_stated(dataset) for dataset, _ in pairs), *bulk_facts))
        former = sorted((d for d in datasets if d.departure is not None), key=lambda dataset: dataset.address)
        return cls(
            datasets=tuple(d for d, _ in pairs),
            summaries=tuple(summaries),
            former=tuple(former),
            coverage=coverage,
            by_domain=count_by_domain(summaries),
            newest=find_newest(summaries),
        )


def find_newest(summaries: Iterable[Summary]) -> tuple[Summary, ...]:
    """The newest by the date on which the catalog took them up, equals in the order of `summaries`."""
    dated = (summary for summary in summaries if summary.date_added)
    return tuple(nlargest(NEWEST_COUNT, dated, key=lambda summary: summary.date_added or ""))


def rank(summary: Summary) -> tuple[int, int, str, str]:
    """Sort key of the catalog's order; datasets without figures stand after those with."""
    downloads = -1 if summary.downloads is None else summary.downloads
    likes = -1 if summary.likes is None else summary.likes
    return (-downloads, -likes, summary.title.casefold(), summary.id)
