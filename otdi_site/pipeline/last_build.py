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

from otdi_site.diagnostics import Diagnostic, from_json, to_json
from otdi_site.pipeline.request import MetadataAge, Request
from otdi_site.plain_files import read_plain_json, replace_plain_file

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

    @property
    def is_fresh(self) -> bool:
        """Whether live metadata need not be asked for yet."""
        return self.fresh_until is None or datetime.now(UTC) < datetime.fromisoformat(self.fresh_until)


def forget(request: Request) -> None:
    """Before anything is published."""
    (request.cache / _FILE).unlink(missing_ok=True)


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
        replace_plain_file(request.cache / _FILE, json.dumps(document))


def _asked(request: Request) -> list[object]:
    return [str(request.root), str(request.output), request.base_url, request.offline, request.strict]


def recall(request: Request) -> LastBuild | None:
    """What was remembered of a build that was asked for the same; `None` where there is nothing."""
    try:
        document = read_plain_json(request.cache / _FILE)
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
