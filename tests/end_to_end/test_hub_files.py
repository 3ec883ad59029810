"""Bulk files that a dataset repository of the Hub holds, packed or not, whole or not."""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builds import IS_THOROUGH
from tests.hub_server import Fault, HubServer, Reply
from tests.sites import Run, change_config, make_small_site, read_tree, run

REPOSITORY = "example-org/metadata"
TOKEN = "hf_" + "notARealToken" * 2
ROWS = [
    {"id": f"owner/set-{number}", "description": f"Invented, {number}. " + f"{number**9} " * 40, "tags": ["water"]}
    for number in range(20)
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(quota=None) as server:
        server.add_dataset(REPOSITORY)
        yield server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small_site(tmp_path / "site")


def name_source(root: Path, file: str) -> None:
    source = {"dataset": REPOSITORY, "file": file, "date": "2025-10-24", "licenses": "all"}
    change_config(root, collections=[], sources=[source])


def build(root: Path, hub: HubServer, *options: str) -> Run:
    home = root.parent / "hub-cache"
    variables = {"HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_TOKEN": TOKEN, "NO_PROXY": "*"}
    return run(root, "build", "--format", "json", *options, variables=variables)


def messages(finished: Run) -> str:
    return " ".join(diagnostic["message"] for diagnostic in json.loads(finished.output)["diagnostics"])


def test_a_file_is_downloaded_once_kept_and_followed(root: Path, hub: HubServer) -> None:
    name_source(root, "dumps/rows.jsonl")
    hub.files[f"{REPOSITORY}/dumps/rows.jsonl"] = LINES
    first = build(root, hub)
    assert (first.status, first.summary["datasets"]) == (0, 21), first
    assert sum("/resolve/main/" in request.path for request in hub.requests) == 2  # what it is, and the file
    old = read_tree(root / "_site")

    hub.forget_requests()
    assert build(root, hub, "--offline").status == 0
    assert hub.requests == []
    assert read_tree(root / "_site") == old

    hub.files[f"{REPOSITORY}/dumps/rows.jsonl"] = LINES + json.dumps({**ROWS[0], "id": "owner/new"}).encode()
    newer = build(root, hub)
    assert (newer.status, newer.summary["datasets"]) == (0, 22), newer

    hub.fail(f"{REPOSITORY}/dumps/rows.jsonl", "hang-up")
    again = build(root, hub)
    assert (again.status, again.summary["written"]) == (0, 0), again


REFUSALS: list[tuple[Fault | str, str]] = [
    ("no file", "no such file"),
    ("no dataset", "no such dataset"),
    ("offline", "never downloaded"),
    (lambda *_: Reply.error(403, "Access is restricted", "GatedRepo"), "gated"),
    (lambda hub, _: Reply.error(403, f"You sent {hub.requests[-1].authorization}"), "status 403"),
    *([("cut", "download")] if IS_THOROUGH else []),  # the library tries for ten seconds
]
"""What goes wrong, and a word of what is said of it."""


def test_a_file_that_cannot_be_had_publishes_nothing(root: Path, hub: HubServer) -> None:
    change_config(root, collections=[])
    assert build(root, hub).status == 0
    old = read_tree(root / "_site")
    name_source(root, "rows.jsonl")
    file = f"{REPOSITORY}/rows.jsonl"
    for fault, words in REFUSALS:
        hub.mend()
        hub.add_dataset(REPOSITORY)
        hub.files[file] = LINES
        match fault:
            case "no file":
                del hub.files[file]
            case "no dataset":
                del hub.datasets[REPOSITORY]
            case "offline":
                pass
            case _:
                hub.fail(file, fault)
        refused = build(root, hub, *(["--offline"] if fault == "offline" else []))
        assert (refused.status, refused.codes) == (1, ["OTD450"]), (words, refused)
        assert words in messages(refused)
        assert TOKEN not in refused.output + refused.errors
        assert "Traceback" not in refused.errors
        assert read_tree(root / "_site") == old
    hub.mend()
    assert build(root, hub).summary["datasets"] == 21


def test_a_packed_file_of_the_hub_is_read_and_half_of_one_is_not(root: Path, hub: HubServer) -> None:
    name_source(root, "rows.jsonl.gz")
    packed = gzip.compress(LINES, mtime=0)
    hub.files[f"{REPOSITORY}/rows.jsonl.gz"] = packed
    finished = build(root, hub)
    assert (finished.status, finished.summary["datasets"]) == (0, 21), finished
    old = read_tree(root / "_site")
    for broken in (packed[: len(packed) // 2], packed[:40] + b"x" * 200):
        hub.files[f"{REPOSITORY}/rows.jsonl.gz"] = broken
        refused = build(root, hub)
        assert (refused.status, set(refused.codes) - {"OTD451"}) == (1, {"OTD450"}), refused
        assert "check that the file is there and whole" in refused.output
        assert "Traceback" not in refused.errors
        assert read_tree(root / "_site") == old


@pytest.mark.skipif(not shutil.which("zstd"), reason="zstd is not installed: `make test` installs it")
def test_zstandard_is_read_or_its_library_is_named(root: Path, tmp_path: Path) -> None:
    plain, packed = tmp_path / "rows.jsonl", root / "rows.jsonl.zst"
    plain.write_bytes(LINES)
    subprocess.run(["zstd", "-q", "-o", packed, plain], check=True)
    change_config(root, sources=[{"path": "rows.jsonl.zst", "date": "2025-10-24", "licenses": "all"}])
    finished = run(root, "build", "--offline", "--format", "json")
    if importlib.util.find_spec("zstandard") is None:
        assert (finished.status, finished.codes) == (1, ["OTD450"])
        assert "make setup EXTRAS=zstd" in finished.output
        return
    assert (finished.status, finished.summary["datasets"]) == (0, 21), finished
    old = read_tree(root / "_site")
    whole = packed.read_bytes()
    packed.write_bytes(b"\x50\x2a\x4d\x18\x03\0\0\0abc" + whole + whole)  # skipped, and twice the same rows
    assert run(root, "build", "--offline", "--format", "json").summary["datasets"] == 21
    for broken in (whole[: len(whole) // 2], whole[:-1], whole[:-5], whole[:6], whole + whole[:-9], b"no zstandard"):
        packed.write_bytes(broken)
        refused = run(root, "build", "--offline", "--format", "json")
        assert (refused.status, refused.codes) == (1, ["OTD450"]), (broken[:9], refused)
        assert read_tree(root / "_site") == old


def test_parquet_is_read_or_its_library_is_named(root: Path) -> None:
    change_config(root, sources=[{"path": "rows.parquet", "date": "2025-10-24", "licenses": "all"}])
    file = root / "rows.parquet"
    if importlib.util.find_spec("pyarrow") is None:
        file.write_bytes(b"PAR1")
        finished = run(root, "build", "--offline", "--format", "json")
        assert (finished.status, finished.codes) == (1, ["OTD450"])
        assert "make setup EXTRAS=parquet" in finished.output
        return
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(ROWS), file)
    finished = run(root, "build", "--offline", "--format", "json")
    assert (finished.status, finished.summary["datasets"]) == (0, 21), finished
    old = read_tree(root / "_site")
    whole = file.read_bytes()
    middle = len(whole) // 2
    for broken in (whole[:middle], b"", b"PAR1", whole[: middle - 500] + b"\0" * 1000 + whole[middle + 500 :]):
        file.write_bytes(broken)
        refused = run(root, "build", "--offline", "--format", "json")
        assert (refused.status, set(refused.codes)) == (1, {"OTD450"}), (broken[:9], refused)
        assert "Traceback" not in refused.errors
        assert read_tree(root / "_site") == old
