"""The command ``collection sync``: compares a collection of the Hub with the catalogue, and changes it if asked to."""

from __future__ import annotations

from collections.abc import Callable

from otdi_site.diagnostics import Diagnostic, Mark, error, has_errors
from otdi_site.hub.collections import Collection, CollectionError
from otdi_site.model.collection_sync import CollectionChange, compare_collection
from otdi_site.pipeline.request import FAILURE, Outcome, Request, conclude, count
from otdi_site.pipeline.sources import read_sources
from otdi_site.progress import Progress
from otdi_site.source.config import mark_of_setting, read_config

Confirm = Callable[[str], bool]
"""Asks a question that is answered with yes or no."""
Log = Callable[[str], None]
"""Takes a line for people, at once."""


def sync(
    request: Request, progress: Progress, log: Log, *, slug: str | None, is_applied: bool, confirm: Confirm
) -> Outcome:
    """Shows the difference; with `is_applied`, makes the changes after `confirm`, and logs each."""
    config, problems = read_config(request.root)
    if config is None:
        return _fail(request, progress, problems)
    mark = mark_of_setting(request.root, "collections")
    slug = slug or (config.collections[0] if len(config.collections) == 1 else None)
    if slug is None or slug not in config.collections:
        known = ", ".join(config.collections) or "none"
        help = "name one of them with --collection" if config.collections else "add one to `collections`"
        return _fail(request, progress, [error("OTD460", mark, f"site.yaml names these collections: {known}", help)])
    sources = read_sources(request, config)
    if has_errors(sources.diagnostics):
        return _fail(request, progress, sources.diagnostics)
    try:
        collection = Collection(slug, is_offline=request.offline)
        items = collection.read()
    except CollectionError as failure:
        return _fail(request, progress, [error("OTD460", mark, f"{slug}: {failure.text}", failure.help)])
    changes = compare_collection(items, sources.entries, sources.exclusions)
    facts: dict[str, object] = {
        "collection": slug,
        "items": len(items),
        "changes": [
            {"kind": each.kind, "id": each.hub_id, "note": each.note, "reason": each.reason} for each in changes
        ],
        "applied": 0,
    }
    for change in changes:
        log(str(change))
    what = f"{slug} has {count(len(items), 'item')}, {count(len(changes), 'difference')}"
    if not (is_applied and changes):
        texts = [what] if is_applied or not changes else [what, "nothing was changed: --apply does that"]
        return conclude(request, "collection sync", [], progress, facts=facts, texts=texts)
    if not collection.has_token:
        help = "make a token that may write, and set HF_TOKEN to it"
        return _fail(
            request, progress, [error("OTD461", mark, "there is no token to change the collection with", help)]
        )
    if not confirm(f"Make {count(len(changes), 'change')} to {slug}?"):
        return conclude(request, "collection sync", [], progress, facts=facts, texts=[what, "nothing was changed"])
    done, problem_of_change = _apply(collection, changes, mark, log)
    facts["applied"] = done
    texts = [what, f"{done:,} of {count(len(changes), 'change')} made"]
    return conclude(
        request,
        "collection sync",
        [problem_of_change] if problem_of_change else [],
        progress,
        facts=facts,
        texts=texts,
        status=FAILURE if problem_of_change else None,
    )


def _apply(
    collection: Collection, changes: list[CollectionChange], mark: Mark, log: Log
) -> tuple[int, Diagnostic | None]:
    """The number of changes made, and why the next one could not be."""
    for done, change in enumerate(changes):
        try:
            collection.apply(change)
        except CollectionError as problem:
            left = ", ".join(f"{each.kind} {each.hub_id}" for each in changes[done : done + 20])
            message = f"{change.kind} {change.hub_id}: {problem.text}; made before it: {done}; not made: {left}"
            return done, error("OTD461", mark, message, problem.help)
        log(f"done: {change}")
    return len(changes), None


def _fail(request: Request, progress: Progress, diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> Outcome:
    texts = ["nothing was changed"]
    return conclude(request, "collection sync", diagnostics, progress, facts={}, texts=texts, status=FAILURE)
