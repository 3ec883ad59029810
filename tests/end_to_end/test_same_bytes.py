"""The same sources become the same bytes, wherever and however they are built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builds import copy_sources, differences, look_at
from tests.sites import change_config, copy_site, run

ROWS = [
    {
        "id": f"{'IiZz'[number % 4]}owner-{number % 40}/Set-{number}",
        "description": f"Ölpegel {number}, 雪 <i>. " + "Water is wet. " * 60,
        "tags": [f"license:{('mit', 'cc-by-4.0', 'other')[number % 3]}", "language:de", "language:zh", "modality:text"],
        "downloads": number % 9,
        "lastModified": "2025-03-30T00:30:00.000Z",
    }
    for number in range(600)
]
EVENT = {"at": "2026-03-01T23:30:00Z", "id": "owner-1/set-1", "kind": "license", "before": "mit", "after": "other"}
LINE = {"id": "owner-1/set-1", "endpoint": "https://huggingface.co", "read_at": "2026-03-01T23:30:00Z"}
"""What the snapshot says of the dataset that the event is about."""
# A locale that is not installed is taken for C. Few machines have others, and what Python takes from one is little.
SURROUNDINGS = [
    {},
    {"LC_ALL": "C", "LANG": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
    {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "tr", "TZ": "UTC-14", "PYTHONHASHSEED": "4242", "PYTHONOPTIMIZE": "1"},
]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site with bulk rows, enough for two processes, and an event in its snapshot."""
    root = copy_site(tmp_path_factory.mktemp("sources") / "site")
    (root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
    (root / "catalog_data/snapshots").mkdir()
    (root / "catalog_data/snapshots/datasets.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    (root / "catalog_data/snapshots/events.jsonl").write_text(json.dumps(EVENT) + "\n", encoding="utf-8")
    return root


def test_the_same_sources_are_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    trees = []
    for number, surroundings in enumerate(SURROUNDINGS):
        folder = tmp_path / str(number) / ("a folder, überall " * number).strip()
        folder.mkdir(parents=True)
        root = copy_sources(sources, folder / "site")
        jobs = str(1 + number % 3)
        finished = run(root, "--offline", "--jobs", jobs, cwd=folder, variables=surroundings)
        assert finished.status == 0, (surroundings, finished)
        trees.append(look_at(root / "_site"))
    for surroundings, tree in zip(SURROUNDINGS, trees, strict=True):
        assert differences(trees[0], tree) == [], surroundings
    assert len(trees[0] or {}) > 700
