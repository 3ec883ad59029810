"""A Dask cluster of two workers builds the same site as one process.

``OTDI_THOROUGH=1`` builds 10,000 datasets instead of 600.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from otdi_site import pipeline
from otdi_site.executors import ExecutorFactory
from otdi_site.pipeline import Request
from otdi_site.progress import Progress
from tests.builds import IS_THOROUGH, differences, look_at
from tests.sites import change_config, make_small_site

distributed = pytest.importorskip("distributed", reason="the optional extra `dask` is not installed")

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


@pytest.fixture
def client(tmp_path: Path) -> Iterator[distributed.Client]:
    """Of a cluster of two processes on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(tmp_path / "dask"),
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_a_dask_cluster_makes_the_same_site(client: distributed.Client, root: Path, tmp_path: Path) -> None:
    def build(name: str, executor: ExecutorFactory | None) -> Path:
        output = tmp_path / name
        request = Request(
            root,
            output,
            None,
            True,
            False,
            2 if executor else 1,
            cache_folder=tmp_path / f"{name}-cache",
            executor=executor,
        )
        assert pipeline.build(request, Progress(is_quiet=True)).exit_status == 0
        return output

    alone = build("alone", None)
    together = build("together", lambda _: client.get_executor(pure=False))
    assert differences(look_at(alone), look_at(together)) == []
    tasks = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert sum(tasks.values()) > 2, "the tasks ran on the cluster"
