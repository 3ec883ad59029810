"""A snapshot that cannot be read loses no dataset: the published site and the files stay, and the cause is said."""

from __future__ import annotations

import codecs
import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.live_sites import LiveSite, make_live_site
from tests.sites import PROJECT, Run, command, environment, read_tree

IDS = [f"org-{number}/dataset-{number}" for number in range(6)]
NAMES = ["datasets.jsonl", "events.jsonl", "history.jsonl"]


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        for hub_id in IDS:
            server.add_dataset(hub_id)
        server.add_collection(COLLECTION, IDS)
        yield server


@pytest.fixture(scope="module")
def published(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """A published site whose snapshot holds tombstones, events and history."""
    site = make_live_site(tmp_path_factory.mktemp("published") / "site", hub)
    assert site.refresh().status == 0
    hub.delete(IDS[5])
    hub.datasets[IDS[0]].update(sha="e" * 40, lastModified="2025-12-30T00:00:00.000Z")
    assert site.refresh().status == 0
    assert site.events()
    assert site.build("--offline").status == 0
    return site


@pytest.fixture
def site(published: LiveSite, hub: HubServer, tmp_path: Path) -> LiveSite:
    shutil.copytree(published.root, tmp_path / "site")
    return LiveSite(tmp_path / "site", hub, hub.url)


def change(name: str, edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        (folder / name).write_bytes(edit((folder / name).read_bytes()))

    return run


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def in_all(edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        for file in folder.iterdir():
            file.write_bytes(edit(file.read_bytes()))

    return run


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "UTF-16": in_all(lambda content: codecs.BOM_UTF16_LE + content.decode().encode("utf-16-le")),
    "Latin-1": change("datasets.jsonl", lambda content: content.replace(b"Dataset 0", b"caf\xe9")),
    "a field of a newer version": in_all(lambda content: content.replace(b'{"', b'{"new":1,"')),
    "a conflict": in_all(lambda content: b"<<<<<<< HEAD\n" + content + b"=======\n" + content + b">>>>>>> b\n"),
    "a folder instead": lambda folder: ((folder / "datasets.jsonl").unlink(), (folder / "datasets.jsonl").mkdir())[1],
    "no folder": lambda folder: (shutil.rmtree(folder), folder.write_text("", encoding="utf-8"))[0],
    **{f"half of {name}": change(name, lambda content: content[: len(content) // 2]) for name in NAMES},
    **{f"{name} empty": change(name, lambda content: b"") for name in NAMES},
    **{f"{name} without its last line": change(name, lambda c: c.rpartition(b"\n{")[0] + b"\n") for name in NAMES},
    **{f"no {name}": remove(name) for name in NAMES},
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_an_error_and_nothing_is_published_or_written(site: LiveSite, kind: str) -> None:
    UNREADABLE[kind](site.snapshots)
    pages, files = read_tree(site.output), read_tree(site.root / "catalog_data")
    built = site.build("--offline", "--format", "json")
    assert (built.status, set(built.codes) & {"OTD400", "OTD401", "OTD403", "OTD404", "OTD406"} != set()) == (1, True)
    assert "nothing was published" in built.last_line
    refreshed = site.refresh("--format", "json")
    assert refreshed.status == 1
    assert "nothing was asked for" in refreshed.last_line
    assert read_tree(site.output) == pages
    assert read_tree(site.root / "catalog_data") == files


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_and_marks_of_other_systems_change_nothing(site: LiveSite, end: bytes) -> None:
    events, rows, pages = site.events(), site.rows(), read_tree(site.output)
    in_all(lambda content: codecs.BOM_UTF8 + content.replace(b"\n", end))(site.snapshots)
    built = site.build("--offline")
    assert (built.status, built.output) == (0, "")
    assert read_tree(site.output) == pages
    assert site.refresh().status == 0
    assert (site.events(), site.rows().keys()) == (events, rows.keys())


def test_a_blank_value_is_named_and_the_refresh_mends_it(site: LiveSite) -> None:
    change("datasets.jsonl", lambda content: content.replace(b'"cc-by-4.0"', b'" "', 1))(site.snapshots)
    built = site.build("--offline", "--format", "json")
    assert (built.status, built.codes) == (0, ["OTD405"])
    assert site.refresh().status == 0
    assert b'" "' not in (site.snapshots / "datasets.jsonl").read_bytes()
    assert all(row["licenses"] == ["cc-by-4.0"] for row in site.rows().values())


def test_a_refresh_that_cannot_write_claims_nothing(site: LiveSite, hub: HubServer) -> None:
    hub.datasets[IDS[1]]["downloads"] += 1
    before = read_tree(site.snapshots)
    # A limit on the size of files fails for everybody, root included; the lock and the like are small enough.
    words = " ".join(shlex.quote(word) for word in command(site.root, "refresh", "--format", "json"))
    found = subprocess.run(
        ["sh", "-c", f"ulimit -f 1; exec {words}"],
        env=environment(HF_ENDPOINT=site.url, NO_PROXY="*", PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    run = Run(found.returncode, found.stdout, found.stderr)
    assert run.status == 1
    assert "OTD409" in run.codes
    assert run.summary["refresh"]["written"] is False
    assert (run.summary["refresh"]["updated"], run.summary["refresh"]["added"]) == (0, 0)
    assert "nothing could be written" in run.last_line
    assert read_tree(site.snapshots) == before


def test_two_refreshes_at_once_both_end_well(site: LiveSite) -> None:
    variables = environment(HF_ENDPOINT=site.url, NO_PROXY="*")
    runs = [
        subprocess.Popen(command(site.root, "refresh"), env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for each in runs:
        output, errors = each.communicate(timeout=120)
        assert (each.returncode, output) == (0, b""), errors
    assert site.rows().keys() == set(IDS)


def test_a_collection_alone_does_not_make_a_dataset(site: LiveSite, hub: HubServer) -> None:
    hub.items[COLLECTION].append({"id": "org-9/phantom", "downloads": 3})
    try:
        refreshed = site.refresh("--format", "json")
        built = site.build("--offline", "--format", "json")
        assert not site.has_page("org-9/phantom")
        assert site.mentions("org-9/phantom.html") == set()
        for run in (refreshed, built):
            assert run.summary["not_described"] == ["org-9/phantom"]
        # An entry describes it.
        entry = site.root / "catalog_data/datasets/org-9/phantom.yaml"
        entry.parent.mkdir()
        entry.write_text("title: Phantom\nhuggingface: org-9/phantom\n", encoding="utf-8")
        built = site.build("--offline", "--format", "json")
        assert site.has_page("org-9/phantom")
        assert site.mentions("org-9/phantom.html")
        assert built.summary["not_described"] == []
    finally:
        hub.items[COLLECTION].pop()


def test_without_the_hub_nothing_is_written_and_the_next_build_does_not_wait_again(tmp_path: Path) -> None:
    with HubServer() as gone:
        site = make_live_site(tmp_path / "site", gone)
    config = site.root / "site.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("max_age_hours: 0", "max_age_hours: 20"), "utf-8")
    assert "OTD420" in site.build("--format", "json").codes
    assert not site.snapshots.exists()
    second = site.build("--format", "json")
    assert (second.status, second.codes) == (0, ["OTD407"])
    assert "OTD420" in site.refresh("--format", "json").codes, "who asks for it gets it"


def test_git_keeps_the_line_ends_of_the_snapshot() -> None:
    attributes = (PROJECT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* text=auto eol=lf" in attributes


def test_the_state_says_how_many_lines_there_are(published: LiveSite) -> None:
    state = json.loads((published.snapshots / "state.json").read_text(encoding="utf-8"))
    assert state["lines"]["datasets.jsonl"] == len(published.rows())
