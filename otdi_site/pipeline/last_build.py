"""What the last build came to, so that one with nothing to do is answered at once; it must not build.

It stands in the cache, and counts only while everything is as that build left it: each source, the program, what was
asked for, the store, and every file of the published site. It is written after the store and removed before anything
is published, so that a build killed in between leaves none:

    {"format": 1, "asked": ["/site", "/site/_site", null, true, false], "inputs": "0f3c…", "imported": [],
     "fresh_until": null, "age": ["2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z", ["huggingface.co"]],
     "facts": {"pages": 10, …}, "texts": ["10 pages, 161 datasets"], "diagnostics": [{"code": "OTD451", …}]}
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, from_json, to_json
from otdi_site.pipeline.inputs import describe_inputs
from otdi_site.pipeline.looking import Looking
from otdi_site.pipeline.request import (
    CACHE_FOLDER,
    STORE_FILE,
    MetadataAge,
    Outcome,
    Request,
    conclude,
    describe_changes,
)
from otdi_site.pipeline.workers import WorkerError
from otdi_site.progress import Progress
from otdi_site.publish import Publication, PublishError
from otdi_site.store import Store, StoreError

_FILE = "last-build.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A build that published a site, or found it as it should be."""

    inputs: str
    """What `describe_inputs` said before anything was read."""
    imported: tuple[str, ...]
    """Paths of the files of bulk metadata."""
    fresh_until: str | None
    """ISO 8601 UTC time from which on live metadata is to be asked for again; `None` for never."""
    age: MetadataAge
    facts: dict[str, object]
    texts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def forget(request: Request) -> None:
    """Before anything is published."""
    (request.root / CACHE_FOLDER / _FILE).unlink(missing_ok=True)


def remember(request: Request, last: LastBuild) -> None:
    """After the store was written. That it cannot be costs the next build a second."""
    document = {
        "format": _FORMAT,
        "asked": _asked(request),
        "inputs": last.inputs,
        "imported": last.imported,
        "fresh_until": last.fresh_until,
        "age": [last.age.read_at, last.age.checked_at, last.age.hosts],
        "facts": last.facts,
        "texts": last.texts,
        "diagnostics": [to_json(diagnostic) for diagnostic in last.diagnostics],
    }
    with suppress(OSError):
        file = request.root / CACHE_FOLDER / _FILE
        file.with_suffix(".new").write_text(json.dumps(document), encoding="utf-8")
        file.with_suffix(".new").replace(file)


def repeat(request: Request, progress: Progress) -> Outcome | None:
    """The outcome of a build that has nothing to do; `None` where it may have, or where that cannot be told."""
    last = _recall(request)
    if last is None or not _is_fresh(last):
        return None
    cache = request.root / CACHE_FOLDER
    try:
        with (
            Publication(request.root, request.output, cache, notify=progress.say) as publication,
            Store(cache / STORE_FILE, Mark(f"{CACHE_FOLDER}/{STORE_FILE}")) as store,
        ):
            # Another build may have held the lock until now.
            if _recall(request) != last:
                return None
            imported = [Path(path) for path in last.imported]
            if describe_inputs(request.root, imported, publication.began) != last.inputs:
                return None
            with Looking(publication, store, request.jobs, is_mirrored=False) as looking:
                files = looking.files
                if looking.trees is None or files != last.facts["files"]:
                    return None
                if looking.trees.since == 0:
                    publication.vouch(files)
    except (PublishError, StoreError, WorkerError):  # the build itself will say what is wrong
        return None
    facts = {**last.facts, "written": 0, "removed": 0}
    texts = [*last.texts, last.age.describe(), describe_changes(files, 0, 0)]
    return conclude(request, "build", last.diagnostics, progress, facts=facts, texts=texts)


def _asked(request: Request) -> list[object]:
    return [str(request.root), str(request.output), request.base_url, request.offline, request.strict]


def _is_fresh(last: LastBuild) -> bool:
    return last.fresh_until is None or datetime.now(UTC) < datetime.fromisoformat(last.fresh_until)


def _recall(request: Request) -> LastBuild | None:
    try:
        document = json.loads((request.root / CACHE_FOLDER / _FILE).read_bytes())
        if document["format"] != _FORMAT or document["asked"] != _asked(request):
            return None
        read_at, checked_at, hosts = document["age"]
        return LastBuild(
            document["inputs"],
            tuple(document["imported"]),
            document["fresh_until"],
            MetadataAge(read_at, checked_at, tuple(hosts)),
            dict(document["facts"]),
            tuple(document["texts"]),
            tuple(from_json(diagnostic) for diagnostic in document["diagnostics"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # none, or damaged
        return None
