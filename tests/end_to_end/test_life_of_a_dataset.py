"""What becomes of datasets from night to night: they come, change, leave, move and return, and nothing is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import LiveSite, make_live_site, words
from tests.sites import change_config, run, stamps

CHANGES = {
    "content/changes.md": "---\ntitle: Changes\ndescription: What changed.\n---\n## News\n\n:::{slot} changes\n:::\n"
}
ATOM = "{http://www.w3.org/2005/Atom}"
TIDES, FLOODS = "example-org/tides", "example-org/floods"
NIGHTS = [f"2026-01-{day:02}" for day in range(2, 6)]


def fill(hub: HubServer) -> None:
    for hub_id in (TIDES, FLOODS, "other-org/springs", "other-org/rivers"):
        title = hub_id.rpartition("/")[2].title()
        hub.add_dataset(hub_id, cardData={"pretty_name": title, "license": "cc-by-4.0"})
    hub.add_collection(COLLECTION, list(hub.datasets))


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        fill(server)
        yield server


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """A site that has been built once; its Hub is closed."""
    with HubServer(quota=None) as server:
        fill(server)
        live = make_live_site(tmp_path_factory.mktemp("first") / "site", server, CHANGES)
        change_config(live.root, metadata={"max_drop_share": 0.5})
        build(live)
        return live


@pytest.fixture
def site(first_night: LiveSite, tmp_path: Path, hub: HubServer) -> LiveSite:
    """A copy of the site that has been built once."""
    return first_night.copy(tmp_path / "site", hub)


def build(site: LiveSite, *warnings: str) -> str:
    """One night; gives what the build printed, which has the codes `warnings` and no other."""
    finished = site.build()
    assert finished.status == 0, finished
    assert re.findall(r" (?:warning|error) (OTD\d+): ", finished.output) == list(warnings), finished
    assert site.broken_links() == []
    return finished.output


def feed(site: LiveSite) -> list[tuple[str, str]]:
    """Titles and links of the feed's entries, newest first."""
    root = ElementTree.parse(site.output / "feed.xml").getroot()
    entries = root.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    links = [entry.find(f"{ATOM}link") for entry in entries]
    return [
        (entry.findtext(f"{ATOM}title", ""), link.get("href", "") if link is not None else "")
        for entry, link in zip(entries, links, strict=True)
    ]


def url(hub_id: str) -> str:
    return f"https://data.example.org/datasets/{hub_id}.html"


def assert_is_told(site: LiveSite, hub_id: str, title: str, what: str) -> None:
    """A change stands on the dataset's page, on /changes/ and in the feed."""
    assert f"It {what}." in site.words(hub_id)
    assert f"{title} {what}." in site.words("changes/index.html")
    assert (f"{title} {what}", url(hub_id)) in feed(site)


def assert_is_in_no_list(site: LiveSite, hub_id: str) -> None:
    """Nothing but its own page and what tells of changes leads to it."""
    address = f"datasets/{hub_id}.html"
    assert f"/{address}" not in site.listed()
    leading = {path for path in site.mentions(f"/{hub_id.rpartition('/')[2]}.html") if path != address}
    leading |= {path for path in site.mentions(f'"{hub_id.rpartition("/")[2]}.html') if path != address}
    assert leading - {"changes/index.html", "feed.xml"} == set()


def test_before_anything_changed_there_is_nothing_to_tell(site: LiveSite) -> None:
    assert "No change has been recorded yet." in site.words("changes/index.html")
    assert feed(site) == []
    assert "What changed" not in site.words(TIDES)


def test_an_owner_finds_links_to_share_a_feed_and_what_is_done(site: LiveSite, hub: HubServer) -> None:
    title = 'R&D "tides" 100% <b> ü'
    hub.datasets[TIDES] |= {
        "lastModified": "2026-01-05T00:00:00.000Z",
        "tags": ["license:mit", "doi:10.57967/hf/4327", "arxiv:2401.01234"],
        "cardData": {"pretty_name": title, "license": "mit"},
    }
    build(site)
    page = html.unescape(site.page(TIDES))
    links = re.findall(r'<a href="((?:mailto:\?|https://www\.(?:linkedin|reddit))[^"]*)"', page)
    shared = [parse_qs(urlsplit(link).query) for link in links]
    assert shared == [
        {"subject": [title], "body": [url(TIDES)]},
        {"url": [url(TIDES)]},
        {"url": [url(TIDES)], "title": [title]},
    ]
    text = site.words(TIDES)
    assert "Papers : it names 1 paper" in text
    assert "Citations and DOIs : it has the DOI 10.57967/hf/4327" in text
    assert "Competitions : this page cannot tell" in text
    root = ElementTree.parse(site.output / f"datasets/{TIDES}.xml").getroot()
    titles = [entry.findtext(f"{ATOM}title", "") for entry in root.findall(f"{ATOM}entry")]
    assert f"{title} states the licence mit now, and stated cc-by-4.0 before" in titles
    assert root.findtext(f"{ATOM}updated", "") == max(
        each.findtext(f"{ATOM}updated", "") for each in root.iter(f"{ATOM}entry")
    )


def test_a_dataset_appears(site: LiveSite, hub: HubServer) -> None:
    hub.add_dataset("other-org/lakes", cardData={"pretty_name": "Lakes"})
    hub.items[COLLECTION].append({"id": "other-org/lakes"})
    build(site)
    assert_is_told(site, "other-org/lakes", "Lakes", "was added to the catalogue")
    assert "/datasets/other-org/lakes.html" in site.listed()
    assert url("other-org/lakes") in (site.output / "sitemap.xml").read_text()


def test_licence_access_and_content_change(site: LiveSite, hub: HubServer) -> None:
    hub.datasets[TIDES].update(
        lastModified="2025-12-30T00:00:00.000Z",
        gated="manual",
        sha="f" * 40,
        tags=["license:mit", "modality:text"],
        cardData={"pretty_name": "Tides", "license": "mit"},
    )
    build(site)
    assert_is_told(site, TIDES, "Tides", "states the licence mit now, and stated cc-by-4.0 before")
    gated = "is open to those whom its publisher admits now, and was open to all"
    assert_is_told(site, TIDES, "Tides", gated)
    assert_is_told(site, TIDES, "Tides", "has new content: revision ffffffffff")
    before = stamps(site.output)
    build(site)
    assert stamps(site.output) == before, "what was told once is not told again"


def test_a_dataset_leaves_the_collection_and_returns(site: LiveSite, hub: HubServer) -> None:
    hub.remove(TIDES)
    assert TIDES in build(site, "OTD435")
    assert_is_in_no_list(site, TIDES)
    since = site.rows()[TIDES]["status_since"][:10]
    shown = site.words(TIDES)
    assert f"This dataset was taken out of the catalogue; noticed on {since}" in shown
    assert "100 in 30 days" in shown, "its last facts stay"
    assert f'href="https://huggingface.co/datasets/{TIDES}"' in site.page(TIDES), "it is still there for all"
    assert "load_dataset" in site.page(TIDES)
    assert_is_told(site, TIDES, "Tides", "was taken out of the catalogue")

    before = stamps(site.output)
    build(site)
    assert stamps(site.output) == before, "a tombstone is not news again"

    hub.items[COLLECTION].append({"id": TIDES})
    build(site)
    assert f"/datasets/{TIDES}.html" in site.listed()
    assert "No longer in the catalogue" not in site.words(TIDES)
    assert_is_told(site, TIDES, "Tides", "is in the catalogue again")
    assert_is_told(site, TIDES, "Tides", "was taken out of the catalogue")


def test_a_dataset_vanishes_from_the_hub_and_returns(site: LiveSite, hub: HubServer) -> None:
    tides = dict(hub.datasets[TIDES])
    hub.delete(TIDES)
    assert TIDES in build(site, "OTD435")
    assert_is_in_no_list(site, TIDES)
    page, shown = site.page(TIDES), site.words(TIDES)
    assert "This dataset is no longer on the Hub, or is private there; noticed on" in shown
    assert "100 in 30 days" in shown
    assert "<dt>Access" not in page, "nobody can get it"
    assert "load_dataset" not in page, "code that cannot work is not offered"
    assert 'href="https://huggingface.co' not in page
    assert_is_told(site, TIDES, "Tides", "is no longer on the Hub, or is private there")

    hub.datasets[TIDES] = tides
    hub.items[COLLECTION].append({"id": TIDES})
    build(site)
    assert f"/datasets/{TIDES}.html" in site.listed()
    assert "load_dataset" in site.page(TIDES)


def test_a_renamed_dataset_redirects_from_its_old_address(site: LiveSite, hub: HubServer) -> None:
    hub.datasets[TIDES]["downloads"] = 777
    build(site)
    hub.rename(TIDES, "new-org/tides-v2")
    build(site)
    assert "/datasets/new-org/tides-v2.html" in site.listed()
    assert f"/datasets/{TIDES}.html" not in site.listed()
    old = site.page(TIDES)
    assert '<meta http-equiv="refresh" content="0; url=/datasets/new-org/tides-v2.html">' in old
    assert f'<link rel="canonical" href="{url("new-org/tides-v2")}">' in old
    assert "Tides" in words(old)
    assert url(TIDES) not in (site.output / "sitemap.xml").read_text()
    renamed = "has the name new-org/tides-v2 on the Hub now, and was called example-org/tides"
    assert_is_told(site, "new-org/tides-v2", "Tides", renamed)
    assert "was added" not in site.words("changes/index.html")
    assert "777 in 30 days" in site.words("new-org/tides-v2")

    hub.rename("new-org/tides-v2", "new-org/tides-v3")
    build(site)
    for old_id in (TIDES, "new-org/tides-v2"):
        assert "url=/datasets/new-org/tides-v3.html" in site.page(old_id), "one step, however often it was renamed"


def test_an_entry_of_a_renamed_dataset_keeps_its_address_and_gets_the_new_facts(tmp_path: Path, hub: HubServer) -> None:
    entry = "title: Our tides\nhuggingface: example-org/tides\nhosting: owner\n"
    site = make_live_site(tmp_path / "site", hub, {**CHANGES, "catalog_data/datasets/example-org/tides.yaml": entry})
    build(site)
    hub.rename(TIDES, "new-org/tides-v2")
    hub.datasets["new-org/tides-v2"]["downloads"] = 4321
    output = site.build().output
    assert "warning OTD110: example-org/tides is called new-org/tides-v2 on the Hub now" in output
    page = site.page(TIDES)
    assert "Our tides" in page
    assert "4,321 in 30 days" in words(page)
    assert 'load_dataset("new-org/tides-v2")' in page
    assert site.broken_links() == []
    assert [address for address in site.listed() if "tides" in address] == [f"/datasets/{TIDES}.html"]


def test_a_mass_drop_waits_for_a_word(site: LiveSite, hub: HubServer) -> None:
    site.build("--offline")  # pages name the address of this copy's Hub
    for hub_id in (TIDES, FLOODS, "other-org/springs"):
        hub.remove(hub_id)
    before, rows = stamps(site.output), site.rows()
    refused = site.refresh()
    assert refused.status == 1, "a script must notice"
    assert "error OTD440: 3 of 4 datasets would be dropped" in refused.output
    assert "refresh --accept" in refused.output
    for hub_id in (TIDES, FLOODS, "other-org/springs"):
        assert hub_id in refused.output
    assert site.rows() == rows
    build(site, "OTD440")
    assert stamps(site.output) == before, "the catalog of before"
    assert site.build("--strict").status == 1

    accepted = site.refresh("--accept")
    assert accepted.status == 0, accepted
    build(site)
    for hub_id in (TIDES, FLOODS, "other-org/springs"):
        assert_is_in_no_list(site, hub_id)
        assert "No longer in the catalogue" in site.words(hub_id)
    assert site.listed() == ["/datasets/other-org/rivers.html", "/datasets/example-org/wells.html"]


def test_downloads_of_several_nights_are_drawn_with_their_numbers_as_text(site: LiveSite) -> None:
    assert "<svg" not in site.page(TIDES), "one night is no series"
    history = site.snapshots / "history.jsonl"
    points = [[night, 90 + 10 * number, number] for number, night in enumerate(NIGHTS)]
    lines = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    new = [{**line, "points": points} if line["id"] == TIDES else line for line in lines]
    history.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in new), encoding="utf-8")
    assert run(site.root, "build", "--offline").output == ""
    page, shown = site.page(TIDES), site.words(TIDES)
    (polyline,) = re.findall(r'<polyline points="([^"]*)"', page)
    assert len(polyline.split()) == len(NIGHTS)
    assert "90 on 2026-01-02" in shown
    assert "120 on 2026-01-05" in shown
    table = re.findall(r"<th scope=\"row\"><time>([^<]*)</time><td>([^<]*)<td>(\S*)", page)
    assert table == [(night, str(downloads), str(likes)) for night, downloads, likes in reversed(points)]
    assert "<svg" not in site.page(FLOODS)
    assert "style=" not in page, "the security policy of the pages allows none"


def test_the_next_night_adds_a_point_to_the_series(site: LiveSite, hub: HubServer) -> None:
    site.age()
    hub.datasets[TIDES]["downloads"] = 250
    build(site)
    shown = site.words(TIDES)
    assert "100 on 2025-12-24" in shown
    assert "250 on 20" in shown


def test_a_publishers_page_sums_up_what_is_known_of_its_datasets(site: LiveSite, hub: HubServer) -> None:
    hub.datasets[TIDES].update(downloads=1200, likes=30)
    hub.datasets[FLOODS].update(downloads=34, likes=5)
    build(site)
    shown = site.words("catalog/publisher/example-org/index.html")
    assert "3 datasets" in shown
    assert "1,234 downloads in the last 30 days and 35 likes of the 2 datasets for which they are known" in shown
    hub.remove(FLOODS)
    build(site, "OTD435")
    shown = site.words("catalog/publisher/example-org/index.html")
    assert "1,200 downloads in the last 30 days and 30 likes of the one dataset for which they are known" in shown
