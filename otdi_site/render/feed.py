"""Writes ``feed.xml``: the changes of the catalog as an Atom feed (RFC 4287).

The standard library's XML writer does the escaping; characters that XML cannot hold were removed when the host's
words were checked.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from otdi_site.model.changes import Change
from otdi_site.model.dataset import Dataset
from otdi_site.render.change_text import describe_event
from otdi_site.render.site import Site

_NAMESPACE = "http://www.w3.org/2005/Atom"
_LIMIT = 50
_NO_CHANGE_YET = "1970-01-01T00:00:00Z"
"""RFC 4287 asks for a time of the last change; a feed that has had none says so with the beginning of time."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def changes_feed(site: Site) -> bytes:
    """The newest changes, newest first, UTF-8."""
    changes = site.changes[:_LIMIT]
    home = site.url.absolute("/")
    feed = Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", site.url.absolute("/feed.xml"))
    _add(feed, "title", f"{site.config.title}: changes")
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=site.url.absolute("/feed.xml"))
    SubElement(feed, "link", rel="alternate", type="text/html", href=_page_of_changes(site))
    _add(feed, "updated", changes[0].event.at if changes else _NO_CHANGE_YET)
    author = SubElement(feed, "author")
    _add(author, "name", site.config.organization)
    _add(author, "uri", home)
    for change in changes:
        _add_entry(feed, change, site)
    content: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def has_feed(dataset: Dataset) -> bool:
    """Whether a dataset has a feed of its own: people have looked at it, and the Hub says when it changes."""
    return dataset.listing is not None and dataset.listing.value != "discovered" and _read_at(dataset) is not None


def feed_address(dataset: Dataset) -> str:
    """``/datasets/example-org/tides.xml``."""
    return f"{dataset.address.removesuffix('.html')}.xml"


def dataset_feed(dataset: Dataset, site: Site) -> bytes:
    """The changes of one dataset, newest first, UTF-8."""
    address, page = site.url.absolute(feed_address(dataset)), site.url.absolute(dataset.address)
    events = dataset.events[::-1][:_LIMIT]
    feed = Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", address)
    _add(feed, "title", f"{dataset.title.value}: changes")
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    changed = dataset.date_modified.value if dataset.date_modified is not None else None
    _add(feed, "updated", events[0].at if events else _as_time(changed or _read_at(dataset) or _NO_CHANGE_YET))
    author = SubElement(feed, "author")
    _add(author, "name", site.config.organization)
    for event in events:
        entry = SubElement(feed, "entry")
        _add(entry, "id", f"{address}#{event.at}/{event.kind.value}/{event.id}")
        _add(entry, "title", f"{dataset.title.value} {describe_event(event)}")
        _add(entry, "updated", event.at)
        SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    content: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _read_at(dataset: Dataset) -> str | None:
    """ISO 8601 time of the newest fact of the Hub."""
    times = [origin.as_of for origin in dataset.origins() if origin.kind == "hub" and origin.as_of is not None]
    return max(times, default=None)


def _as_time(moment: str) -> str:
    """A day as the time at which it began, for RFC 3339."""
    return moment if "T" in moment else f"{moment}T00:00:00Z"


def _add_entry(feed: Element, change: Change, site: Site) -> None:
    event = change.event
    link = site.url.absolute(change.dataset.address) if change.dataset else _page_of_changes(site)
    entry = SubElement(feed, "entry")
    # One dataset can have several events of one run, but not two of one kind.
    _add(entry, "id", f"{site.url.absolute('/feed.xml')}#{event.at}/{event.kind.value}/{event.id}")
    _add(entry, "title", f"{change.title} {describe_event(event)}")
    _add(entry, "updated", event.at)
    SubElement(entry, "link", rel="alternate", type="text/html", href=link)


def _page_of_changes(site: Site) -> str:
    has_page = any(page.address == "/changes/" for page in site.pages)
    return site.url.absolute("/changes/" if has_page else "/")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("", text)
