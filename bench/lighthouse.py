"""Lighthouse's scores of the site's kinds of pages on a phone, and all that it finds fault with.

    npm install --no-save lighthouse
    python -m bench.lighthouse [--count 100000] [--sites FOLDER] [--rounds 1]

The site is the project's own with live metadata of a Hub that this program plays, so that one dataset is rich in
facts and one has none; what that Hub says is invented. The catalogue is that of ``--count`` datasets besides, the page
and its index alone (`bench.catalog_site`). Both are served with gzip as GitHub Pages does. Performance depends on what
else the machine does: of several rounds, the best counts. The rest does not. The audit of addresses is left out, since
pages that are served from this machine name the address at which they will be published.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.browser import CHROMIUM
from bench.catalog_site import serve_folder, write_site
from bench.synthesis import ROOT, base_records, vocabularies, write_records
from tests.hub_server import HubServer
from tests.sites import build_site, change_config, copy_site, hub_ids

PAGES = (
    ("home", ""),
    ("catalogue", "catalog/"),
    ("question", "catalog/?q=speech"),
    ("list", "catalog/language/en/"),
    ("contribute", "contribute/"),
)
"""Names and paths of pages that the project's own site has."""
LARGE = (("large catalogue", "catalog/"), ("large catalogue, question", "catalog/?q=speech"))
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
LIGHTHOUSE = ROOT / "node_modules/.bin/lighthouse"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="datasets of the large catalogue; 0 for none")
    parser.add_argument("--sites", type=Path, help="folder to keep the sites in")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", help="a word of the names of pages to look at")
    parser.add_argument("--lighthouse", type=Path, default=LIGHTHOUSE, help="the program of that name")
    options = parser.parse_args()
    if not options.lighthouse.exists():
        parser.error(f"{options.lighthouse} is missing: npm install --no-save lighthouse")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.sites or Path(temporary)
        for name, url in _addresses(folder, options.count):
            if options.only and options.only not in name:
                continue
            reports = [run(options.lighthouse, url) for _ in range(options.rounds)]
            best = max(reports, key=lambda report: float(report["categories"]["performance"]["score"] or 0))
            print(f"{name}: {describe(best)}", flush=True)


def _addresses(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    output = folder / "project" / "_site"
    if not output.exists():
        _build_project(folder / "project")
    with serve_folder(output) as url:
        rich, thin = "datasets/example-org/tides.html", "datasets/example-org/bare.html"
        for name, path in (*PAGES, ("rich dataset", rich), ("thin dataset", thin)):
            yield name, url + path
    if count:
        large = folder / str(count)
        if not large.exists():
            with tempfile.NamedTemporaryFile(suffix=".jsonl") as rows:
                write_records(base_records(vocabularies())[0], count, Path(rows.name))
                write_site(Path(rows.name), large)
        with serve_folder(large) as url:
            for name, path in LARGE:
                yield name, url + path


def _build_project(root: Path) -> None:
    """The project's own site, with facts that a Hub states of its datasets."""
    copy_site(root)
    with HubServer(quota=None) as hub:
        for hub_id in hub_ids(root):
            hub.add_dataset(hub_id)
        hub.add_dataset("example-org/tides", downloads=123456, likes=78, lastModified="2025-11-12T10:00:00.000Z")
        hub.add_dataset("example-org/bare", tags=[], cardData=None, description=None, viewer=None)
        hub.add_collection("example-org/lighthouse-0123456789abcdef01234567", ["example-org/tides", "example-org/bare"])
        collections = ["example-org/lighthouse-0123456789abcdef01234567"]
        change_config(root, collections=collections, metadata={"max_requests": 2000})
        built = build_site(root, base_url="https://data.example.org/", variables={"HF_ENDPOINT": hub.url})
    if built.run.status != 0:
        raise SystemExit(built.run.output + built.run.errors)


def run(lighthouse: Path, url: str) -> dict[str, Any]:
    """Lighthouse's report, as for a phone on a slow network."""
    flags = "--headless=new --no-sandbox --disable-dev-shm-usage"
    command = [lighthouse, url, "--quiet", "--output=json", f"--chrome-flags={flags}", "--skip-audits=canonical"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or CHROMIUM}
    finished = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment, check=False)
    if finished.returncode != 0:
        raise SystemExit(finished.stderr)
    return dict(json.loads(finished.stdout))


def describe(report: dict[str, Any]) -> str:
    """The scores, the shift of the layout, and audits that did not pass."""
    scores = [f"{name} {round(100 * (report['categories'][name]['score'] or 0))}" for name in CATEGORIES]
    audits = report["audits"]
    shift = audits["cumulative-layout-shift"]["numericValue"]
    counted = {each["id"] for name in CATEGORIES for each in report["categories"][name]["auditRefs"] if each["weight"]}
    failed = [name for name, audit in audits.items() if name in counted and audit["score"] not in (None, 1)]
    times = [
        f"{name} {audits[name]['displayValue']}" for name in ("first-contentful-paint", "largest-contentful-paint")
    ]
    times += [f"blocked {audits['total-blocking-time']['displayValue']}"]
    below = ", ".join(failed) or "none"
    return f"{', '.join(scores)}; layout shift {shift:.3f}; {', '.join(times)}; below the best: {below}"


if __name__ == "__main__":
    main()
