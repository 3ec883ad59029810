"""Builds a site on a Dask cluster of two workers on this machine; it must not assert anything.

``python -m tests.dask_build SITE OUTPUT SCRATCH`` prints the number of tasks that the cluster ran.
"""

from __future__ import annotations

import sys
from pathlib import Path

from otdi_site import pipeline
from otdi_site.pipeline import Request
from otdi_site.progress import Progress


def main(root: Path, output: Path, scratch: Path) -> int:
    """The exit status of the build."""
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(scratch),
            memory_limit=0,  # a worker near a limit would wait for memory, for ever on a small machine
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        request = Request(
            root,
            output,
            None,
            True,
            False,
            2,
            cache_folder=scratch / "cache",
            executor=lambda _: client.get_executor(pure=False),
        )
        status = pipeline.build(request, Progress(is_quiet=True)).exit_status
        print(sum(client.run(lambda dask_worker: dask_worker.state.executed_count).values()))
    return status


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
