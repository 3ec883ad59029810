"""Sites whose live metadata comes from a test's Hub, as maintainers have them; it must not assert anything."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tests.catalog_index import read_datasets
from tests.html_pages import read_html
from tests.hub_server import HubServer
from tests.sites import Run, make_small_site, pages_of, read_tree, run

LONG_AGO = "2025-12-24T03:04:05Z"
"""When the snapshot of an aged site was read."""
_READ_TIMES = re.compile(r'("(?:read_at|details_read_at|at)":")[^"]*"')
_TIMES = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"')
_DAYS = re.compile(r'\["\d{4}-\d\d-\d\d"')
_ORIGIN = "https://data.example.org"


@dataclass(frozen=True)
class LiveSite:
    """A site and the Hub it asks."""

    root: Path
    hub: HubServer
    url: str
    """Where the Hub is, or was."""

    def run(self, *arguments: str, **variables: str) -> Run:
        """The program, with the Hub as its only host; no proxy of this machine stands between."""
        viewer = self.url if self.hub.previews else ""
        hosts = {"HF_ENDPOINT": self.url, "HF_DATASETS_SERVER": viewer, "NO_PROXY": "*"}
        return run(self.root, *arguments, variables={**hosts, **variables})

    def build(self, *arguments: str, **variables: str) -> Run:
        return self.run("build", *arguments, **variables)

    def refresh(self, *arguments: str, **variables: str) -> Run:
        return self.run("refresh", *arguments, **variables)

    @property
    def output(self) -> Path:
        return self.root / "_site"

    @property
    def snapshots(self) -> Path:
        return self.root / "catalog_data/snapshots"

    def has_page(self, hub_id: str) -> bool:
        return (self.output / f"datasets/{hub_id.lower()}.html").is_file()

    def page(self, hub_id: str) -> str:
        """The HTML of a dataset's page."""
        return (self.output / f"datasets/{hub_id.lower()}.html").read_text(encoding="utf-8")

    def words(self, path: str) -> str:
        """What a page says; `path` is a dataset's id or a file of the site."""
        text = (self.output / path).read_text(encoding="utf-8") if path.endswith(".html") else self.page(path)
        return words(text)

    def rows(self) -> dict[str, dict[str, Any]]:
        """The snapshot's datasets as they are written, by id."""
        lines = (self.snapshots / "datasets.jsonl").read_text(encoding="utf-8").splitlines()
        return {row["id"]: row for row in map(json.loads, lines)}

    def events(self) -> list[tuple[str, str]]:
        """Id and kind of what the snapshot says has changed, oldest first."""
        file = self.snapshots / "events.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [(event["id"], event["kind"]) for event in map(json.loads, lines)]

    def listed(self) -> list[str]:
        """Addresses of the datasets that the catalog's script reads."""
        return [dataset["address"] for dataset in read_datasets(self.output)]

    def mentions(self, text: str) -> set[str]:
        """Files of the site that contain `text`."""
        return {path for path, content in read_tree(self.output).items() if text.encode() in content}

    def broken_links(self) -> list[tuple[str, str]]:
        """Pages and their links to files of the site that are not there."""
        broken = []
        for page in pages_of(self.output):
            name = page.relative_to(self.output).as_posix()
            for _, _, url in read_html(page.read_text(encoding="utf-8")).urls:
                parts = urlsplit(urljoin(f"{_ORIGIN}/{name}", url))
                path = unquote(parts.path.lstrip("/"))
                target = self.output / (f"{path}index.html" if path == "" or path.endswith("/") else path)
                if f"{parts.scheme}://{parts.netloc}" == _ORIGIN and not target.is_file():
                    broken.append((name, url))
        return broken

    def copy(self, target: Path, hub: HubServer) -> LiveSite:
        """The same site elsewhere, whose snapshot was read from `hub`; this one's Hub may be closed."""
        shutil.copytree(self.root, target)
        for file in (target / "catalog_data/snapshots").iterdir():
            file.write_text(file.read_text(encoding="utf-8").replace(self.url, hub.url), encoding="utf-8")
        return LiveSite(target, hub, hub.url)

    def age(self) -> None:
        """Makes the snapshot one that was read at `LONG_AGO`."""
        for name, pattern in {
            "datasets.jsonl": _READ_TIMES,
            "collections.jsonl": _READ_TIMES,
            "events.jsonl": _READ_TIMES,
            "cards.jsonl": _READ_TIMES,
            "previews.jsonl": _READ_TIMES,
            "state.json": _TIMES,
            "history.jsonl": _DAYS,
        }.items():
            file = self.snapshots / name
            if file.exists():
                new = {_TIMES: f'"{LONG_AGO}"', _DAYS: f'["{LONG_AGO[:10]}"'}.get(pattern, f'\\g<1>{LONG_AGO}"')
                file.write_text(pattern.sub(new, file.read_text(encoding="utf-8")), encoding="utf-8")


def words(text: str) -> str:
    """What the HTML of a page says, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def make_live_site(root: Path, hub: HubServer, files: dict[str, str] | None = None) -> LiveSite:
    """The small site, with its collection on `hub`."""
    return LiveSite(make_small_site(root, files), hub, hub.url)
