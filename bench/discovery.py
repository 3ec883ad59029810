"""Measures listings of the whole Hub against a local server with invented datasets; it must not judge them.

    python -m bench.discovery [--datasets 95000] [--delay 0.05]

First a full listing, then a night in which one dataset in a hundred changed, then one in which none did. Of each:
requests, seconds, and the peak memory of the process that lists, which is not that of the server.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.synthesis import vocabularies
from otdi_site.hub import discover
from otdi_site.model.discovery import DiscoverConfig
from otdi_site.model.refresh import RefreshSettings
from tests.hub_server import HubServer, Reply, Request

_FIRST = datetime.fromisoformat("2026-01-05T04:00:00+00:00")
_TEXT = "Invented measurements of tides, of which nothing is real. "


class _DistantHub(HubServer):
    """A Hub that takes a while to answer."""

    delay = 0.0
    orders: dict[str, list[dict[str, Any]]] | None = None
    """Datasets by licence tag, the last changed first; `None` where they changed."""

    def answer(self, request: Request) -> Reply:
        time.sleep(self.delay)
        return super().answer(request)

    def _listing(self, request: Request) -> Reply:
        if self.orders is None:
            self.orders = {}
            for dataset in sorted(self.datasets.values(), key=lambda each: each["lastModified"], reverse=True):
                for tag in dataset["tags"]:
                    self.orders.setdefault(tag, []).append(dataset)
        found = self.orders.get(request.query["filter"][0], [])
        start = int(request.query.get("cursor", ["0"])[0])
        wanted = ("id", *request.query["expand"])
        page = [{name: each[name] for name in wanted} for each in found[start : start + self.page_size]]
        reply = Reply.of(page)
        if start + self.page_size < len(found):
            query = urlencode({**request.query, "cursor": [str(start + self.page_size)]}, doseq=True)
            reply = reply.with_header("Link", f'<{self.url}/api/datasets?{query}>; rel="next"')
        return reply


def fill(hub: HubServer, datasets: int, licenses: tuple[str, ...]) -> None:
    """Datasets under every licence, most of them under a few; some have two."""
    for number in range(datasets):
        first = licenses[min(number % 7, number % len(licenses))]
        second = licenses[number % len(licenses)] if number % 50 == 0 else first
        tags = {f"license:{first}", f"license:{second}", "language:en", "modality:text", f"word-{number % 99}"}
        changed = datetime(2025, 1, 1) + timedelta(minutes=number % 400_000)
        hub.add_dataset(
            f"owner-{number % 9_000}/set-{number}",
            description=_TEXT * 6 + str(number),
            tags=sorted(tags),
            lastModified=changed.isoformat() + ".000Z",
        )


def list_once(url: str, folder: Path, night: int) -> None:
    """One listing; prints its figures as JSON."""
    config, started = DiscoverConfig(), time.perf_counter()
    licenses = config.hub_licenses(vocabularies().licenses)
    settings = RefreshSettings(endpoint=url, deadline_seconds=900.0)
    report = discover(folder, config, licenses, settings, lambda: _FIRST + timedelta(days=night))
    figures = {
        "finished": report.is_finished,
        "full": report.is_full,
        "datasets": report.datasets,
        "changed": report.changed,
        "requests": report.requests,
        "seconds": round(time.perf_counter() - started, 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures))


def measure(datasets: int, delay: float) -> None:
    """Three nights, each in a process of its own."""
    licenses = DiscoverConfig().hub_licenses(vocabularies().licenses)
    with tempfile.TemporaryDirectory() as folder, _DistantHub(quota=None) as hub:
        hub.delay = delay
        fill(hub, datasets, licenses)
        print(f"{datasets:,} datasets under {len(licenses)} licences, {delay * 1000:.0f} ms a request")
        environment = {**os.environ, "NO_PROXY": "*"}
        for night, title in enumerate(("first", "1 % changed", "nothing changed")):
            if night == 1:
                hub.orders = None
                for dataset in list(hub.datasets.values())[::100]:
                    dataset |= {"lastModified": "2026-01-05T20:00:00.000Z", "description": _TEXT}
            arguments = [sys.executable, "-m", "bench.discovery", "--list", hub.url, folder, str(night)]
            finished = subprocess.run(arguments, capture_output=True, check=True, text=True, env=environment)
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            print(f"{title}: {finished.stdout.strip()}, {size:.1f} MB on the disk", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure listings of the whole Hub against a local server.")
    parser.add_argument("--datasets", type=int, default=95_000)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds of each request")
    parser.add_argument("--list", nargs=3, metavar=("URL", "FOLDER", "NIGHT"), help="one listing, as above runs it")
    options = parser.parse_args()
    if options.list:
        list_once(options.list[0], Path(options.list[1]), int(options.list[2]))
    else:
        measure(options.datasets, options.delay)


if __name__ == "__main__":
    main()
