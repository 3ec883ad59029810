from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from otdi_site.model.changes import Change
from otdi_site.model.snapshot import Event, EventKind
from otdi_site.render.change_text import describe_event
from otdi_site.render.feed import changes_feed
from tests.unit.render.sample_site import make_dataset, make_site

AT = "2026-03-04T05:06:07Z"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def event(kind: EventKind, before: str | None = None, after: str | None = None) -> Event:
    return Event(AT, "Sample/tides", kind, before, after)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (event(EventKind.ADDED), "was added to the catalogue"),
        (event(EventKind.STATUS, "live", "gone"), "is no longer on the Hub, or is private there"),
        (event(EventKind.STATUS, "gone", "live"), "is in the catalogue again"),
        (event(EventKind.RENAMED, "a/b", "a/c"), "has the name a/c on the Hub now, and was called a/b"),
        (event(EventKind.LICENSE, "mit", None), "states no licence any more, and stated mit"),
        (event(EventKind.LICENSE, None, "mit"), "states the licence mit now"),
        (event(EventKind.GATING, "open", "auto"), "is open on request now, and was open to all"),
        (event(EventKind.REVISION, "0" * 40, "a" * 40), "has new content: revision aaaaaaaaaa"),
    ],
)
def test_a_change_is_told_in_words(change: Event, words: str) -> None:
    assert describe_event(change) == words


def test_the_feed_is_atom_whatever_a_host_calls_its_datasets() -> None:
    hostile = "<script>alert(1)</script> & ]]> \x07"
    dataset = make_dataset()
    named = replace(dataset, title=replace(dataset.title, value=hostile))
    site = replace(
        make_site(), changes=(Change(event(EventKind.ADDED), named), Change(event(EventKind.REVISION), None))
    )
    feed = ElementTree.fromstring(changes_feed(site))
    first, second = feed.findall("a:entry", ATOM)
    assert first.findtext("a:title", "", ATOM).startswith("<script>alert(1)</script> & ]]>")
    assert second.findtext("a:title", "", ATOM).startswith("Sample/tides")
    link = first.find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == site.url.absolute(dataset.address)
    assert feed.findtext("a:updated", "", ATOM) == AT
    identifiers = [entry.findtext("a:id", "", ATOM) for entry in (first, second)]
    assert len(set(identifiers)) == 2


def test_a_feed_without_changes_is_valid_too() -> None:
    feed = ElementTree.fromstring(changes_feed(make_site()))
    assert feed.findtext("a:updated", "", ATOM)
    assert feed.findall("a:entry", ATOM) == []
