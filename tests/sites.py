"""Sites to build, the program that builds them, and what they became; it must not assert anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from otdi_site.publish import MANIFEST, Manifest
from tests.program_server import ProgramServer

IS_THOROUGH = bool(os.environ.get("OTDI_THOROUGH"))
"""Whether the proofs run at full length, which takes minutes: see docs/guarantees.md."""
PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"
"""Material beside the project that is no part of it; tests that need it are skipped where it is absent."""


@dataclass(frozen=True)
class Run:
    """A finished run of the program."""

    status: int
    output: str
    """Standard output."""
    errors: str
    """Standard error."""

    @property
    def last_line(self) -> str:
        """Of standard error: where the run is summed up."""
        return self.errors.rstrip("\n").rpartition("\n")[2]

    @property
    def summary(self) -> dict[str, Any]:
        """Of a run with ``--format json``."""
        return dict(json.loads(self.output)["summary"])

    @property
    def codes(self) -> list[str]:
        """Codes of the diagnostics of a run with ``--format json``."""
        return [diagnostic["code"] for diagnostic in json.loads(self.output)["diagnostics"]]


def environment(**changes: str) -> dict[str, str]:
    """The environment of this process, without what would change how the Hub is asked or how text looks."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HF_", "HUGGING_FACE_")) and name not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")
    }
    # A token file of this machine must not be sent to a test's server; the address is one that nobody answers.
    return {**kept, "HF_TOKEN_PATH": os.devnull, "HF_ENDPOINT": "http://127.0.0.1:9", **changes}


def command(root: Path | None, *arguments: str) -> list[str]:
    """The command line that runs the program on a site."""
    options = [] if root is None else ["--root", str(root)]
    return [sys.executable, str(PROJECT / "build.py"), *arguments, *options]


def run(root: Path | None, *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> Run:
    """Runs the program as a user does, in a process that has imported it already: it takes a second less.

    Thorough tests, and variables that Python itself may look at when it starts, have an interpreter of their own.
    """
    variables = variables or {}
    if IS_THOROUGH or any(not name.startswith("HF_") and name not in ("NO_PROXY", "CI") for name in variables):
        return run_anew(root, *arguments, cwd=cwd, variables=variables)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        line = command(root, *arguments)[2:]
        status = _server().run(line, cwd or PROJECT.parent, environment(**variables), output, errors, timeout=300)
        texts = []
        for stream in (output, errors):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8"))
    return Run(status, *texts)


@cache
def _server() -> ProgramServer:
    return ProgramServer(environment())


def run_anew(
    root: Path | None, *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> Run:
    """Runs the program as a user does, with all that Python does when it starts."""
    finished = subprocess.run(
        command(root, *arguments),
        cwd=cwd or PROJECT.parent,
        env=environment(**(variables or {})),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return Run(finished.returncode, finished.stdout, finished.stderr)


def copy_site(target: Path) -> Path:
    """A copy of the project's own site: configuration, content, entries and vocabularies; not its snapshots."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "site.yaml", target)
    shutil.copytree(PROJECT / "content", target / "content")
    shutil.copytree(PROJECT / "catalog_data", target / "catalog_data", ignore=shutil.ignore_patterns("snapshots"))
    return target


SMALL_SITE = {
    "site.yaml": """\
title: Water data
description: Invented datasets about water.
organization: Example organisation
organization_url: https://example.org/
base_url: https://data.example.org/
contact:
  email: water@example.org
  contribution:
    subject: I have a dataset
    body: ["Name:", "Where:"]
  report:
    subject: "A problem with {title}"
    body: ["Page: {url}"]
collections: [example-org/water-66d21b3cb66342762fb6108e]
metadata:
  max_age_hours: 0
  deadline_seconds: 60
  request_timeout_seconds: 30
""",
    "content/index.md": "---\ntitle: Water data\ndescription: Home.\nlayout: home\n---\nRead [about us](/about/).\n",
    "content/catalog.md": "---\ntitle: Catalog\ndescription: All of it.\nlayout: catalog\n---\nAll datasets.\n",
    "content/about.md": "---\ntitle: About\ndescription: Who we are.\n---\n## Us\n\nWe measure water.\n",
    "content/contribute.md": "---\ntitle: Contribute\ndescription: How.\n---\n:::{slot} contribution-email\n:::\n",
    "content/404.md": '---\ntitle: Nothing here\ndescription: No page.\nlayout: "404"\npermalink: /404.html\n---\n'
    "Go [home](/).\n",
    "catalog_data/vocabulary/modalities.yaml": "title: Modalities\ndescription: Kinds of data.\nterms:\n"
    "  - {id: text, title: Text, description: Words.}\n  - {id: image, title: Images, description: Pictures.}\n",
    "catalog_data/datasets/example-org/wells.yaml": "title: Wells\ndescription: Depths of invented wells.\n"
    "url: https://example.org/wells\nmodalities: [text]\nhosting: owner\n"
    "sources:\n  - {url: 'https://example.org/wells', date: 2025-01-02}\n",
}
"""Files of a site that builds in a moment: none of its datasets is real."""


def make_small_site(target: Path, files: Mapping[str, str] | None = None) -> Path:
    """`SMALL_SITE` in a folder; `files` are added to it or put in place of its own."""
    for path, text in {**SMALL_SITE, **(files or {})}.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    return target


def change_config(root: Path, **changes: object) -> None:
    """Changes top-level values of a site's ``site.yaml``; a mapping is merged into what is there."""
    file = root / "site.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    for name, value in changes.items():
        config[name] = {**config.get(name, {}), **value} if isinstance(value, dict) else value
    file.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")


def hub_ids(root: Path) -> list[str]:
    """Ids of the Hub's datasets that the entries of a site describe."""
    entries = (
        yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in sorted(root.glob("catalog_data/datasets/**/*.yaml"))
    )
    return [entry["huggingface"] for entry in entries if "huggingface" in entry]


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path; of a published site those of its own, as `without_kept` says."""
    tree = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    return {path: content for path, content in without_kept(tree).items() if content is not None}


def without_kept(tree: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """A published site, its folders without content, as a clean build makes it: without what it keeps of the last."""
    if MANIFEST not in tree:
        return dict(tree)
    manifest = Manifest.decode(tree[MANIFEST] or b"")
    assert manifest is not None
    own: dict[str, bytes | None] = {path: content for path, content in tree.items() if path not in manifest.kept}
    own[MANIFEST] = replace(manifest, kept=frozenset()).encode()
    files = [path for path, content in own.items() if content is not None]
    kept_alone = {
        path
        for path, content in own.items()
        if content is None
        and any(kept.startswith(f"{path}/") for kept in manifest.kept)
        and not any(file.startswith(f"{path}/") for file in files)
    }
    return {path: content for path, content in own.items() if path not in kept_alone}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of last change of every file below a folder: both stay where nothing was written.

    Without the manifest of a published site, which is written whenever files with fingerprints are replaced.
    """
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def pages_of(folder: Path) -> list[Path]:
    """Every page of a built site."""
    return sorted(folder.rglob("*.html"))


@dataclass(frozen=True)
class BuiltSite:
    """A site as the program built it."""

    root: Path
    output: Path
    base_url: str
    run: Run

    @property
    def base_path(self) -> str:
        return "/" + self.base_url.split("/", 3)[3]

    def read(self, address: str) -> str:
        """The page at an address of the site."""
        path = address.lstrip("/")
        return (self.output / (f"{path}index.html" if path == "" or path.endswith("/") else path)).read_text("utf-8")


def build_site(root: Path, *arguments: str, base_url: str, variables: Mapping[str, str] | None = None) -> BuiltSite:
    """Builds a site with the program; the run tells how that went."""
    finished = run(root, "build", "--base-url", base_url, *arguments, variables=variables)
    return BuiltSite(root, root / "_site", base_url, finished)
