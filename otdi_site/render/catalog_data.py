"""The one JSON file that the catalog's script reads while the list is small; it must not know its address.

::

    {"format": 1,
     "facets": [{"name": "domain", "title": "Domain",
                 "values": [["finance", "Finance", "Other domains", ""], …]}, …],
     "columns": ["title", "address", "publisher", …],
     "datasets": [["RepLiQA", "/datasets/servicenow/repliqa.html", …], …]}

A value is its id, title, group (or null) and second name. Datasets stand in rank order, one array each, in the order
of `columns`; the columns of facets hold lists. `null` means that no source states a value.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from otdi_site.model.catalog import Summary
from otdi_site.render.site import Site

FORMAT = 1
COLUMNS = (
    "title",
    "address",
    "publisher",
    "publisher_title",
    "snippet",
    "domain",
    "modality",
    "language",
    "license",
    "task",
    "downloads",
    "likes",
    "date_modified",
    "date_added",
)


def catalog_json(site: Site, href: Callable[[str], str]) -> bytes:
    """The whole catalog, UTF-8."""
    facets = [
        {
            "name": facet.name,
            "title": facet.title,
            "values": [[value.id, value.title, value.group, value.hint] for value in facet.values],
        }
        for facet in site.facets
    ]
    rows = [_row(summary, href) for summary in site.catalog.summaries]
    document = {"format": FORMAT, "facets": facets, "columns": COLUMNS, "datasets": rows}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _row(summary: Summary, href: Callable[[str], str]) -> list[object]:
    return [
        summary.title,
        href(summary.address),
        (summary.publisher,),
        summary.publisher_title,
        summary.snippet,
        summary.domains or None,
        summary.modalities or None,
        summary.languages or None,
        (summary.license,) if summary.license else None,
        summary.tasks or None,
        summary.downloads,
        summary.likes,
        summary.date_modified,
        summary.date_added,
    ]
