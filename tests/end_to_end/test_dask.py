"""A Dask cluster of two workers builds the same site as one process.

``OTDI_THOROUGH=1`` builds 10,000 datasets instead of 600.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builds import IS_THOROUGH, PATIENCE, differences, look_at
from tests.sites import change_config, make_small_site, run

pytest.importorskip("distributed", reason="the optional extra `dask` is not installed")

DATASETS = 10_000 if IS_THOROUGH else 600
LICENSES, MODALITIES = ("mit", "cc-by-4.0", "apache-2.0"), ("text", "image", "audio")


def row(number: int) -> dict[str, object]:
    tags = [
        f"license:{LICENSES[number % 3]}",
        f"modality:{MODALITIES[number % 3]}",
        f"language:{'en' if number % 2 else 'fr'}",
    ]
    return {
        "id": f"lab-{number % 40}/set-{number}",
        "description": f"Rain of the invented year {number}, measured at {number % 17} places.",
        "tags": tags,
        "downloads": number * 7,
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site of one entry and many rows of a bulk file."""
    rows = "".join(json.dumps(row(number)) + "\n" for number in range(DATASETS))
    root = make_small_site(tmp_path / "site", {"rows.jsonl": rows})
    change_config(root, sources=[{"path": "rows.jsonl", "date": "2025-10-24", "name": "Rows", "licenses": "all"}])
    return root


def test_a_dask_cluster_makes_the_same_site(root: Path, tmp_path: Path) -> None:
    alone, together = root / "_site", tmp_path / "together"
    assert run(root, "build", "--offline", "--jobs", "1").status == 0
    # A program of its own: the cluster's threads would stay in this one, where other tests fork theirs.
    program = [sys.executable, "-m", "tests.dask_build", str(root), str(together), str(tmp_path / "dask")]
    on_dask = subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE)
    assert on_dask.returncode == 0, on_dask.stderr
    assert differences(look_at(alone), look_at(together)) == []
    assert int(on_dask.stdout) > 2, "the tasks ran on the cluster"
