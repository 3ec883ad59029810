"""What a build does before it imports what would do the work; it must not read sources.

Those imports take a third of a second. A build with nothing to do ends before, and one after edits of texts looks at
the published site meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from otdi_site.pipeline.inputs import describe_inputs, describe_surroundings
from otdi_site.pipeline.last_build import LastBuild, recall
from otdi_site.pipeline.looking import Looking
from otdi_site.pipeline.request import Outcome, Request, conclude, describe_changes, refuse
from otdi_site.pipeline.workers import WorkerError
from otdi_site.progress import Progress
from otdi_site.publish import LockedError, Publication, PublishError
from otdi_site.store import Store, StoreError

LOST = "lost"
"""Under which name the store keeps that addresses lead nowhere; see `addresses`, which takes longer to import."""
SURROUNDINGS = "surroundings"
"""Under which name the store keeps what `encode_surroundings` makes."""
_STORE_FILE = "store.sqlite"


@dataclass(frozen=True, slots=True)
class Early:
    """A build that may be short: nothing but pages and entries changed. Its look at the published site is under way."""

    publication: Publication
    store: Store
    looking: Looking
    inputs: str | None
    """What `describe_inputs` said."""
    surroundings: str
    """What `describe_surroundings` said."""
    stack: ExitStack
    """Closes store and look."""


def open_store(request: Request) -> Store:
    """The store of a site; raises `StoreError`."""
    return Store(request.cache / _STORE_FILE, request.mark_of_cache(_STORE_FILE))


def surroundings_of(request: Request, imported: Sequence[Path], began: int) -> str | None:
    """`describe_surroundings` for a request."""
    return describe_surroundings(request.root, (request.output, request.base_url), imported, began)


def encode_surroundings(surroundings: str, imported: Sequence[Path]) -> bytes:
    """What the store keeps of a build's surroundings: ``{"made_from": "0f3c…", "imported": ["/site/rows.jsonl"]}``."""
    return json.dumps({"made_from": surroundings, "imported": [str(path) for path in imported]}).encode()


def begin(request: Request, progress: Progress, stack: ExitStack) -> Outcome | Early | None:
    """The outcome of a build that has nothing to do or is refused, or a build that may be short, which `stack` closes.

    `None` where there may be more to do.
    """
    if not (request.cache / _STORE_FILE).exists():
        return None
    try:
        with ExitStack() as own:
            publication = own.enter_context(
                Publication(request.root, request.output, request.cache, notify=progress.say),
            )
            short = own.enter_context(ExitStack())
            store = short.enter_context(open_store(request))
            if request.accept and store.recall(LOST):  # which is to be forgotten
                return None
            last = recall(request)
            if request.accept and last is not None and last.diagnostics:  # which may be of losses
                last = None
            if last is not None and (outcome := _repeat(request, last, publication, store, progress)) is not None:
                return outcome
            early = _start(request, publication, store, short)
            if early is not None:
                stack.push(own.pop_all())
            return early
    except LockedError as problem:
        return refuse(request, problem.diagnostic, progress)
    except (PublishError, StoreError, WorkerError):  # the build itself will say what is wrong
        return None


def _repeat(
    request: Request, last: LastBuild, publication: Publication, store: Store, progress: Progress
) -> Outcome | None:
    """The outcome of a build that has nothing to do."""
    imported = [Path(path) for path in last.imported]
    if not last.is_fresh or describe_inputs(request.root, imported, publication.began) != last.inputs:
        return None
    with Looking(publication, store, request.jobs, is_mirrored=False) as looking:
        if looking.trees is None or looking.files != last.facts["files"]:
            return None
        if looking.trees.since == 0:
            publication.vouch(looking.files)
    facts = {**last.facts, "written": 0, "removed": 0}
    texts = [*last.texts, last.age.describe(), describe_changes(looking.files, 0, 0)]
    return conclude(request, "build", last.diagnostics, progress, facts=facts, texts=texts)


def _start(request: Request, publication: Publication, store: Store, short: ExitStack) -> Early | None:
    """A build that may be short."""
    try:
        known = json.loads(store.recall(SURROUNDINGS) or b"{}")
        imported = [Path(path) for path in known["imported"]]
        surroundings = surroundings_of(request, imported, publication.began)
        if surroundings is None or surroundings != known["made_from"]:
            return None
    except (ValueError, LookupError, TypeError):
        return None
    inputs = describe_inputs(request.root, imported, publication.began)
    looking = short.enter_context(Looking(publication, store, request.jobs, is_mirrored=True))
    return Early(publication, store, looking, inputs, surroundings, short)
