"""An address that was published leads on, or every build says that it does not; many at once are not lost unasked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import make_live_site
from tests.sites import Run, change_config, make_small_site, run

ROWS = "".join(
    json.dumps({"id": f"rows/dataset-{number}", "description": "An invented dataset.", "tags": ["license:mit"]}) + "\n"
    for number in range(8)
)


def entry(root: Path, path: str, text: str = "") -> Path:
    file = root / f"catalog_data/datasets/{path}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    title = path.rpartition("/")[2]
    file.write_text(text or f"title: {title}\nurl: https://example.org/{title}\n", encoding="utf-8")
    return file


def build(root: Path, *options: str) -> Run:
    return run(root, "build", "--offline", "--format", "json", *options)


def messages(found: Run, code: str) -> list[tuple[str, str, str]]:
    listed = json.loads(found.output)["diagnostics"]
    return [(each["path"], each["message"], each["help"]) for each in listed if each["code"] == code]


def leads_to(root: Path, address: str) -> str | None:
    file = root / "_site" / address.lstrip("/")
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    return text.partition("url=")[2].partition('"')[0] if 'http-equiv="refresh"' in text else address


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_small_site(tmp_path / "site", {"rows.jsonl": ROWS})
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all", "placeholders": True}])
    for number in range(6):
        entry(root, f"acme/dataset-{number}")
    assert build(root).status == 0
    return root


def test_an_entry_that_moves_is_named_until_it_says_where_it_was(root: Path) -> None:
    old = "/datasets/acme/dataset-1.html"
    (root / "catalog_data/datasets/acme2").mkdir()
    moved = root / "catalog_data/datasets/acme2/dataset-1.yaml"
    (root / "catalog_data/datasets/acme/dataset-1.yaml").rename(moved)
    for _ in range(2):
        found = build(root)
        assert found.status == 0
        ((path, message, help),) = messages(found, "OTD442")
        assert path.endswith("catalog_data/datasets/acme2/dataset-1.yaml")
        assert old in message
        assert f"redirect_from: [{old}]" in help
    # The same after an edit of a text, where only texts are planned, and without what the store knows of the catalog.
    about = root / "content/about.md"
    about.write_text(about.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert messages(build(root), "OTD442")
    moved.write_text(moved.read_text(encoding="utf-8") + f"redirect_from: [{old}]\n", encoding="utf-8")
    found = build(root)
    assert (found.status, messages(found, "OTD442")) == (0, [])
    assert leads_to(root, old) == "/datasets/acme2/dataset-1.html"


def test_an_entry_that_goes_is_named_until_that_is_accepted(root: Path) -> None:
    (root / "catalog_data/datasets/acme/dataset-1.yaml").unlink()
    assert "/datasets/acme/dataset-1.html" in messages(build(root), "OTD442")[0][1]
    assert messages(build(root), "OTD442")
    assert messages(build(root, "--accept"), "OTD442") == []
    assert messages(build(root), "OTD442") == []


def test_an_address_that_is_back_is_not_lost(root: Path) -> None:
    text = (root / "catalog_data/datasets/acme/dataset-1.yaml").read_text(encoding="utf-8")
    (root / "catalog_data/datasets/acme/dataset-1.yaml").unlink()
    assert messages(build(root), "OTD442")
    entry(root, "acme/dataset-1", text)
    assert messages(build(root), "OTD442") == []


@pytest.mark.parametrize("keeps_store", [True, False])
@pytest.mark.parametrize("what", ["entries", "rows"])
def test_many_at_once_are_an_error_and_nothing_is_published(root: Path, what: str, keeps_store: bool) -> None:
    if what == "entries":
        shutil.rmtree(root / "catalog_data/datasets/acme")
    else:
        (root / "rows.jsonl").write_text(ROWS[: ROWS.index("\n") + 1], encoding="utf-8")
    if not keeps_store:
        shutil.rmtree(root / ".cache")
    found = build(root)
    assert found.status == 1
    ((_, message, help),) = messages(found, "OTD441")
    assert "of 15 datasets" in message
    assert "--accept" in help
    assert leads_to(root, "/datasets/acme/dataset-1.html")
    assert leads_to(root, "/datasets/rows/dataset-5.html")
    accepted = build(root, "--accept")
    assert (accepted.status, messages(accepted, "OTD441")) == (0, [])
    assert build(root).status == 0


def test_an_entry_of_an_imported_dataset_keeps_its_address(root: Path) -> None:
    entry(root, "acme/better-name", "title: Better\nhuggingface: rows/dataset-3\n")
    found = build(root)
    assert (found.status, messages(found, "OTD442")) == (0, [])
    assert leads_to(root, "/datasets/rows/dataset-3.html") == "/datasets/acme/better-name.html"


@pytest.mark.parametrize("path", ["acme/dataset-2", "acme/dataset-1"])
def test_a_redirect_over_a_page_names_both(root: Path, path: str) -> None:
    text = "title: D\nurl: https://example.org/d\nredirect_from: [/datasets/acme/dataset-2.html]\n"
    entry(root, path, text)
    found = build(root)
    assert found.status == 1
    ((place, message, _),) = messages(found, "OTD443")
    assert place.endswith(f"{path}.yaml")
    assert "/datasets/acme/dataset-2.html" in message
    assert ("acme/dataset-2.yaml" in message) == (path == "acme/dataset-1")


def test_two_old_addresses_that_are_one_name_both(root: Path) -> None:
    for number in (1, 2):
        text = f"title: D{number}\nurl: https://example.org/d\nredirect_from: /datasets/old/name.html\n"
        entry(root, f"acme/dataset-{number}", text)
    ((place, message, _),) = messages(build(root), "OTD443")
    assert "dataset-1.yaml" in message
    assert place.endswith("dataset-2.yaml")


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        for name in ("a", "b", "c"):
            server.add_dataset(f"pub/{name}")
        server.add_collection(COLLECTION, list(server.datasets))
        yield server


def test_an_entry_of_a_collection_s_dataset_keeps_its_address_through_renames(tmp_path: Path, hub: HubServer) -> None:
    site = make_live_site(tmp_path / "site", hub)
    assert site.build().status == 0
    assert leads_to(site.root, "/datasets/pub/a.html") == "/datasets/pub/a.html"
    own = "/datasets/acme/better-name.html"
    entry(site.root, "acme/better-name", "title: Better\nhuggingface: pub/a\n")
    addresses = ["/datasets/pub/a.html"]
    for old, new in [("pub/a", "new/z"), ("new/z", "pub/a"), ("pub/a", "pub/d")]:
        found = site.build("--format", "json")
        assert (found.status, messages(found, "OTD442")) == (0, [])
        assert [leads_to(site.root, address) for address in addresses] == [own] * len(addresses)
        hub.rename(old, new)
        addresses.append(f"/datasets/{new}.html")
    found = site.build("--format", "json")
    assert messages(found, "OTD442") == []
    assert [leads_to(site.root, address) for address in addresses] == [own] * len(addresses)


def test_a_redirect_takes_the_place_of_a_page_that_says_the_dataset_left(tmp_path: Path, hub: HubServer) -> None:
    site = make_live_site(tmp_path / "site", hub)
    assert site.refresh().status == 0
    hub.delete("pub/a")
    assert site.build().status == 0
    assert "No longer in the catalog" in site.words("pub/a")
    entry(site.root, "acme/a", "title: A\nurl: https://example.org/a\nredirect_from: [/datasets/pub/a.html]\n")
    assert site.build().status == 0
    assert leads_to(site.root, "/datasets/pub/a.html") == "/datasets/acme/a.html"


def test_an_imported_file_that_is_gone_is_the_cause_and_its_datasets_no_further_error(root: Path) -> None:
    (root / "rows.jsonl").unlink()
    for command in ("build", "check"):
        found = run(root, command, "--offline", "--format", "json")
        assert (found.status, found.codes) == (1, ["OTD450"])


def test_rows_that_cannot_be_read_are_named_beside_the_loss(root: Path) -> None:
    (root / "rows.jsonl").write_text(ROWS.replace('"id"', '"ID"', 6), encoding="utf-8")
    found = build(root)
    assert (found.status, found.codes) == (1, ["OTD441", "OTD451"])
