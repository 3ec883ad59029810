"""The up-to-date check: fast checks that run before the heavy imports.

Those imports take a third of a second. A build with nothing to do ends before; for any other, the verification of the
published site runs meanwhile. The build state has a record of the last build::

    last    {"asked": ["/site", "/site/_site", null, true, false], "inputs": "0f3c…", "bulk_files": [],
             "fresh_until": null, "age": ["2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z", ["huggingface.co"]],
             "facts": {"pages": 10, …}, "texts": ["10 pages, 161 datasets"], "diagnostics": [{"code": "OTD451", …}]}
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, from_json, to_json
from otdi_site.executors import WorkerError
from otdi_site.pipeline.request import MetadataAge, Outcome, Request, conclude, describe_changes, refuse
from otdi_site.progress import Progress
from otdi_site.publish import LockedError, Publication, PublishError, Verification
from otdi_site.source.git import describe_history
from otdi_site.store import Store, StoredPaths, StoreError
from otdi_site.tree import PROJECT_FOLDER

LAST, LOST = "last", "lost"
"""Names of records: of the last build, and of whether addresses lead nowhere (see `losses`)."""
UNCHANGED = "unchanged"
_STORE_FILE = "store.sqlite"
_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = Path(sysconfig.get_path("purelib"))
_SOURCES = ("content", "catalog_data", "templates", "site_src", "site.yaml")
_PROJECT_SOURCES = ("templates", "site_src", "catalog_data/vocabulary")
_UNSETTLED = 50_000_000
"""Nanoseconds within which a file may change twice without its time of change telling."""


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A build that published a site, or found it as it should be."""

    inputs: str
    """The result of `describe_inputs` before anything was read."""
    bulk_files: tuple[str, ...]
    """Paths of the bulk files."""
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

    def encode(self, request: Request) -> bytes:
        """The record of a build that was asked for by `request`."""
        document = {
            "asked": _asked(request),
            "inputs": self.inputs,
            "bulk_files": self.bulk_files,
            "fresh_until": self.fresh_until,
            "age": [self.age.read_at, self.age.checked_at, self.age.hosts],
            "facts": self.facts,
            "texts": self.texts,
            "diagnostics": [to_json(diagnostic) for diagnostic in self.diagnostics],
        }
        return json.dumps(document).encode("utf-8", "surrogatepass")

    @classmethod
    def decode(cls, content: bytes | None, request: Request) -> LastBuild | None:
        """A build that was asked for the same; `None` where there is none, or its record is damaged."""
        try:
            document = json.loads(content or b"")
            if document["asked"] != _asked(request):
                return None
            read_at, checked_at, hosts = document["age"]
            return cls(
                document["inputs"],
                tuple(document["bulk_files"]),
                document["fresh_until"],
                MetadataAge(read_at, checked_at, tuple(hosts)),
                dict(document["facts"]),
                tuple(document["texts"]),
                tuple(from_json(diagnostic) for diagnostic in document["diagnostics"]),
            )
        except (ValueError, LookupError, TypeError):
            return None


def _asked(request: Request) -> list[object]:
    return [str(request.root), str(request.output), request.base_url, request.offline, request.strict]


@dataclass(slots=True)
class Started:
    """A build that has begun: it holds the locks, and the published site is being verified."""

    publication: Publication
    store: Store
    paths: StoredPaths
    """Of all files that should be there."""
    verification: Verification
    stack: ExitStack
    """Closes all of them."""


def open_store(request: Request) -> Store:
    """The store of a site; raises `StoreError`."""
    return Store(request.cache / _STORE_FILE, request.mark_of_cache(_STORE_FILE))


def begin(request: Request, progress: Progress) -> Outcome | Started | None:
    """The outcome of a build that has nothing to do or is refused, or a build that has begun.

    `None` where there is no state of an earlier build, or it cannot be used.
    """
    if not (request.cache / _STORE_FILE).exists():
        return None
    try:
        with ExitStack() as stack:
            publication = stack.enter_context(_publication(request, progress))
            store = stack.enter_context(open_store(request))
            last = LastBuild.decode(store.record(LAST), request)
            if request.accept and (store.record(LOST) or (last is not None and last.diagnostics)):
                last = None  # losses are to be forgotten
            if last is not None and (outcome := _repeat(request, last, publication, store, progress)) is not None:
                return outcome
            return _start(request, publication, store, stack)
    except LockedError as problem:
        return refuse(request, problem.diagnostic, progress)
    except (PublishError, StoreError, WorkerError):  # the build itself will say what is wrong
        return None


def start(request: Request, progress: Progress) -> Started:
    """A build that begins with nothing. Raises `PublishError` or `StoreError`."""
    with ExitStack() as stack:
        publication = stack.enter_context(_publication(request, progress))
        return _start(request, publication, stack.enter_context(open_store(request)), stack)


def _publication(request: Request, progress: Progress) -> Publication:
    return Publication(request.root, request.output, request.cache, notify=progress.say)


def _start(request: Request, publication: Publication, store: Store, stack: ExitStack) -> Started:
    paths = store.paths()
    verification = stack.enter_context(Verification(publication, paths, request.jobs, is_mirrored=True))
    return Started(publication, store, paths, verification, stack.pop_all())


def _repeat(
    request: Request, last: LastBuild, publication: Publication, store: Store, progress: Progress
) -> Outcome | None:
    """The outcome of a build that has nothing to do."""
    bulk_files = [Path(path) for path in last.bulk_files]
    if not last.is_fresh or describe_inputs(request.root, bulk_files, publication.began) != last.inputs:
        return None
    paths = store.paths()
    if len(paths) != last.facts["files"]:
        return None
    with Verification(publication, paths, request.jobs, is_mirrored=False) as verification:
        if verification.trees is None:
            return None
        if verification.trees.since == 0:
            publication.vouch(len(paths))
    facts = {**last.facts, "written": 0, "removed": 0, "rebuild": UNCHANGED, "rebuild_reason": None}
    texts = [*last.texts, last.age.describe(), describe_changes(len(paths), 0, 0)]
    return conclude(request, "build", last.diagnostics, progress, facts=facts, texts=texts)


class _UnsureError(Exception):
    """The file system does not tell whether a file changed."""


def describe_inputs(root: Path, bulk_files: Iterable[Path], now: int) -> str | None:
    """A digest that changes whenever a source of the site at `root`, or the program itself, may have changed.

    `now` is the time by the file system's clock in nanoseconds since 1970. `None` where that cannot be told, since
    something changed a moment ago, or a link leads elsewhere.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{sys.version} {describe_history(root)}".encode())
    paths = [*(root / name for name in _SOURCES), *bulk_files, _PACKAGE]
    if root != PROJECT_FOLDER:
        paths += [PROJECT_FOLDER / name for name in _PROJECT_SOURCES]
    try:
        for path in paths:
            for line in _describe(path, now):
                digest.update(line)
        # Installing another version of a library changes the folder of libraries.
        digest.update(_line(str(_LIBRARIES), _LIBRARIES.stat(), now))
    except (OSError, _UnsureError):
        return None
    return digest.hexdigest()


def _describe(path: Path, now: int) -> Iterator[bytes]:
    """A line for each file, in a stable order."""
    if not path.is_dir():
        yield _line(str(path), path.stat(), now) if path.exists() else os.fsencode(f"{path} none\n")
        return
    waiting = [str(path)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_symlink():
                raise _UnsureError
            if not entry.is_dir():
                yield _line(entry.path, entry.stat(), now)
            elif entry.name != "__pycache__":
                waiting.append(entry.path)


def _line(path: str, status: os.stat_result, now: int) -> bytes:
    # The time of a change cannot be set back by those who set the time of modification.
    if max(status.st_mtime_ns, status.st_ctime_ns) > now - _UNSETTLED:
        raise _UnsureError
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return os.fsencode(f"{path} {status.st_mode} {status.st_ino} {status.st_size} {times}\n")
