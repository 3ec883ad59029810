"""The results of the dataset specification for the project's own entries, requirement by requirement, as a table.

    python -m bench.ledgers

A local Hub server gives the licence, tags and description of those datasets that are in the sample beside the project,
and nothing else of them; no dataset has a card there that can be read. So a requirement that only a card can meet is
unknown. The first line counts results with the entries alone.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from bench.rows import SAMPLE_SIZE, make_rows
from otdi_site.hub import load_snapshot
from otdi_site.model.card_specification import Requirement
from otdi_site.model.ledger import State
from otdi_site.model.snapshot import Snapshot
from otdi_site.pipeline import Request
from otdi_site.pipeline.catalog import merge_whole
from otdi_site.pipeline.sources import read_sources
from otdi_site.source.config import read_config
from tests.hub_server import HubServer, Reply
from tests.live_sites import LiveSite
from tests.sites import change_config, copy_site, hub_ids

STATED = ("tags", "description")
_STATES = (State.MET, State.NOT_MET, State.UNKNOWN, State.NOT_APPLICABLE)


def refresh(root: Path) -> int:
    """Reads live metadata of the datasets of the sample; their number."""
    wanted = {hub_id.lower() for hub_id in hub_ids(root)}
    with HubServer(quota=None) as hub:
        for row in make_rows(SAMPLE_SIZE):
            if row["id"].lower() in wanted:
                dataset = hub.add_dataset(row["id"])
                for name in set(dataset) - {"_id", "id", "author", "sha", "private", "disabled"}:
                    del dataset[name]
                dataset.update({name: row[name] for name in STATED})
                hub.fail(f"{row['id']}/README.md", lambda *_: Reply(503, b"", ()))
        change_config(root, collections=[], metadata={"max_requests": 5_000})
        run = LiveSite(root, hub, hub.url).refresh("--accept")
        if run.status:
            raise SystemExit(run.output + run.errors)
        return len(hub.datasets)


def count(root: Path, snapshot: Snapshot) -> tuple[int, Counter[tuple[str, State]], dict[str, Requirement]]:
    """Datasets, and their results by the id of a requirement and the state; the requirements."""
    config, problems = read_config(root)
    if config is None:
        raise SystemExit(problems[0].message)
    sources = read_sources(Request(root, root / "_site", None, True, False, 1), config)
    datasets = merge_whole(sources, snapshot, (), ()).site.catalog.datasets
    results: Counter[tuple[str, State]] = Counter()
    requirements: dict[str, Requirement] = {}
    for dataset in datasets:
        for row in dataset.ledger.rows if dataset.ledger else ():
            results[row.requirement.id, row.state] += 1
            requirements[row.requirement.id] = row.requirement
    return len(datasets), results, requirements


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = copy_site(Path(folder) / "site")
        _, alone, _ = count(root, Snapshot())
        live = refresh(root)
        snapshot, _ = load_snapshot(root / "catalog_data/snapshots")
        datasets, results, requirements = count(root, snapshot)
    totals = {state: sum(number for (_, each), number in alone.items() if each is state) for state in _STATES}
    print(f"{datasets} datasets, entries alone: " + ", ".join(f"{totals[state]} {state.value}" for state in _STATES))
    print(f"with live metadata of {live}:\n")
    print("| requirement | " + " | ".join(state.value for state in _STATES) + " |")
    print("| --- | " + "--- | " * len(_STATES))
    for requirement_id, requirement in requirements.items():
        numbers = " | ".join(str(results[requirement_id, state]) for state in _STATES)
        print(f"| {requirement.title} (`{requirement_id}`, {requirement.status}) | {numbers} |")


if __name__ == "__main__":
    main()
