"""schema.org descriptions of datasets and of the catalogue, as search engines for datasets read them in a page.

The properties are those of Google's guidelines for datasets, as far as they are known. There is no ``creator``: sources
name an account, and do not say whether it is a person or an organisation, one of which schema.org wants. There is no
``distribution``: sources name the place of the files and not the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from otdi_site.formats.description import describe_for_machines
from otdi_site.model.dataset import Dataset
from otdi_site.urls import is_web_url

CONTEXT = "https://schema.org"
DESCRIPTION_LENGTH = 5_000
"""Characters of a description that search engines read."""
_SHORT_DESCRIPTION = 120
_ESCAPES = (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"))


@dataclass(frozen=True, slots=True)
class CatalogReference:
    """The catalogue that datasets are in."""

    name: str
    url: str


def describe_dataset(dataset: Dataset, url: str, catalog: CatalogReference, *, is_short: bool) -> dict[str, object]:
    """A ``Dataset`` whose page is at `url`; `is_short` has what search engines require, and what readers choose by."""
    places = [place for place in (dataset.url and dataset.url.value, dataset.hub_url) if place and is_web_url(place)]
    license = dataset.license and dataset.license.value
    found: dict[str, object] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": dataset.title.value,
        "description": describe_for_machines(dataset, _SHORT_DESCRIPTION if is_short else DESCRIPTION_LENGTH),
        "sameAs": _one_or_many(list(dict.fromkeys(places))),
        "license": license and next(filter(is_web_url, filter(None, (license.spdx_url, license.url))), license.title),
        "isAccessibleForFree": True if dataset.access is not None and dataset.access.value == "open" else None,
        "dateModified": dataset.date_modified and dataset.date_modified.value[:10],
    }
    if not is_short:
        found |= _details(dataset, url, catalog)
    return {name: value for name, value in found.items() if value}


def _details(dataset: Dataset, url: str, catalog: CatalogReference) -> dict[str, object]:
    languages = [] if dataset.languages is None else [language.tag for language in dataset.languages.value]
    dois = dataset.dois.value if dataset.dois is not None else ()
    papers = dataset.papers.value if dataset.papers is not None else ()
    sources = dataset.source_datasets.value if dataset.source_datasets is not None else ()
    return {
        "url": url,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalog.name, "url": catalog.url},
        "creditText": dataset.publisher.title,
        "keywords": _keywords(dataset),
        "inLanguage": _one_or_many(languages),
        "identifier": _one_or_many([f"https://doi.org/{quote(doi, safe='/')}" for doi in dois]),
        "citation": _one_or_many([f"https://arxiv.org/abs/{quote(paper, safe='/')}" for paper in papers]),
        "isBasedOn": _one_or_many([source.url for source in sources if source.url is not None]),
        "version": dataset.revision and dataset.revision.value,
        "size": dataset.row_count and f"{dataset.row_count.value:,} rows",
        "conditionsOfAccess": (
            "The host asks readers to log in and to agree to its conditions."
            if dataset.access is not None and dataset.access.value == "gated"
            else None
        ),
    }


def describe_catalog(
    catalog: CatalogReference, description: str, publisher: str, publisher_url: str
) -> dict[str, object]:
    """The ``DataCatalog`` itself."""
    return {
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "name": catalog.name,
        "description": description,
        "url": catalog.url,
        "publisher": {"@type": "Organization", "name": publisher, "url": publisher_url},
    }


def describe_breadcrumbs(steps: Sequence[tuple[str, str]]) -> dict[str, object]:
    """A ``BreadcrumbList`` of names and addresses, from the home page on."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, 1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def html_script(document: Mapping[str, object] | Sequence[Mapping[str, object]]) -> str:
    """The content of a ``<script type="application/ld+json">``: no text of a host can end the element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _ESCAPES:
        text = text.replace(character, escaped)
    return text


def _keywords(dataset: Dataset) -> list[str]:
    """The titles of its terms, and then the words that its source gives it."""
    terms = (dataset.domains, dataset.modalities, dataset.tasks)
    titles = [term.title for each in terms if each is not None for term in each.value]
    words = () if dataset.tags is None else dataset.tags.value
    return list(dict.fromkeys([*titles, *words]))


def _one_or_many(values: list[str]) -> str | list[str] | None:
    return values[0] if len(values) == 1 else values or None
