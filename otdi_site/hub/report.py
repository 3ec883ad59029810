"""The diagnostics of a refresh.

They must not repeat a server's text, which may hold the token: ids and slugs are named because they were checked;
titles, error texts and addresses of other hosts never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.hub.fetch_results import FetchResults
from otdi_site.hub.merge import Merged
from otdi_site.hub.snapshot_writer import DATASETS, SNAPSHOT_FOLDER
from otdi_site.model.snapshot import KeptReason, Snapshot, SnapshotRow, Status

NAMED = 10
"""Datasets a message names; the rest are counted, and all are in ``--format json``."""
_FILE = Mark(f"{SNAPSHOT_FOLDER}/{DATASETS}")
_CONFIGURATION = Mark("site.yaml")
_AGAIN = "nothing is lost: the next refresh asks again"

_KEPT_HELP = {
    KeptReason.CONNECTION: "check the network and HF_ENDPOINT, or build with --offline; the next refresh asks again",
    KeptReason.DEADLINE: "the next refresh goes on with the oldest; allow more time with metadata.deadline_seconds",
    KeptReason.QUOTA: "the next refresh goes on with the oldest; a token in HF_TOKEN raises the Hub's quota, "
    "metadata.max_requests our own limit",
    KeptReason.REFUSED: "check HF_ENDPOINT, and look at the dataset on the Hub",
    KeptReason.OFFLINE: "unset HF_HUB_OFFLINE to refresh",
    KeptReason.GATED: "set HF_TOKEN to the token of an account that has access",
    KeptReason.ELSEWHERE: "look at the dataset on the Hub and, if it moved, correct its id or HF_ENDPOINT",
    KeptReason.NOT_FOUND: "look at the dataset on the Hub; if it is gone, take it out of the collection",
    KeptReason.UNEXPLAINED: "look at the collection on the Hub: an item in it has no usable dataset id",
}


def names(hub_ids: Iterable[str]) -> str:
    """``a/b, c/d and 3 more``."""
    listed = list(hub_ids)
    text = ", ".join(listed[:NAMED])
    return f"{text} and {len(listed) - NAMED} more" if len(listed) > NAMED else text


def offline(previous: Snapshot) -> Diagnostic:
    kept = names(row.id for row in previous.rows.values() if row.is_live)
    state = f"live metadata is that of before: {kept}" if kept else "there is no live metadata"
    return warning("OTD410", _FILE, f"HF_HUB_OFFLINE is set, {state}", _KEPT_HELP[KeptReason.OFFLINE])


def bad_endpoint(reason: str) -> Diagnostic:
    return warning(
        "OTD411",
        _CONFIGURATION,
        f"the Hub cannot be asked, HF_ENDPOINT is {reason}; live metadata is that of before",
        "set HF_ENDPOINT to an address such as https://huggingface.co, or unset it",
    )


def unusable_token() -> Diagnostic:
    return warning(
        "OTD412",
        _CONFIGURATION,
        "the Hugging Face token cannot be sent, the Hub was asked without one",
        "set HF_TOKEN to the token as the Hub shows it, ASCII characters alone, or unset it",
    )


def refused_token() -> Diagnostic:
    return warning(
        "OTD413",
        _CONFIGURATION,
        "the Hub refused the Hugging Face token, it was asked without one",
        "set HF_TOKEN to a token that is valid, or unset it",
    )


def interrupted() -> Diagnostic:
    return warning("OTD414", _FILE, "the refresh was interrupted, what was fetched until then is kept", _AGAIN)


def too_many_drops(dropped: Iterable[str], live: int, share: float) -> Diagnostic:
    ids = list(dropped)
    return warning(
        "OTD440",
        _FILE,
        f"{len(ids)} of {live} datasets would be dropped, more than the {share:.0%} that metadata.max_drop_share "
        f"allows, so that nothing was changed: {names(ids)}",
        "look at the collections on the Hub; if the datasets are to go, run refresh --accept",
    )


def of_collections(results: FetchResults, places: Mapping[str, Mark]) -> list[Diagnostic]:
    """One diagnostic for each problem of a collection, at the place of `site.yaml` that names it."""
    found = []
    for slug, reason in sorted(results.failed_collections.items()):
        if slug in results.missing_collections:
            why, how = "the Hub does not know it, or it is private", "correct the slug in site.yaml"
        else:
            why, how = reason.explanation, _KEPT_HELP.get(reason, _AGAIN)
        message = f"the collection {slug} could not be read: {why}; its datasets stay as they were"
        found.append(warning("OTD420", places.get(slug, _CONFIGURATION), message, how))
    for slug in sorted(results.incomplete_collections):
        collection = results.collections[slug]
        count = collection.unreadable
        message = f"the collection {slug} could not be read as a whole"
        if count:
            message += f": {count} {'item has' if count == 1 else 'items have'} no usable dataset id"
        help_text = "look at the collection on the Hub; what is missing from the response stays as it was"
        found.append(warning("OTD421", places.get(slug, _CONFIGURATION), message, help_text))
    for slug, collection in sorted(results.collections.items()):
        if collection.repeated:
            message = f"the collection {slug} lists datasets more than once: {names(collection.repeated)}"
            found.append(
                warning(
                    "OTD422", places.get(slug, _CONFIGURATION), message, "take the second one out of the collection"
                )
            )
    return found


def of_datasets(
    merged: Merged, asked_extra: Iterable[str], places: Mapping[str, Mark], *, is_held: bool
) -> list[Diagnostic]:
    """One diagnostic for each thing that happened, naming the datasets it happened to.

    Those that an edit of an entry mends stand at the field of the entry, as `places` has it. Where the run `is_held`
    until its drops are accepted, none of them happened.
    """
    found = []
    for reason in KeptReason:
        ids = [hub_id for hub_id, kept in sorted(merged.kept.items()) if kept is reason]
        for prefix, part in (
            ("kept from before", [hub_id for hub_id in ids if hub_id not in merged.added]),
            ("known from a collection alone", [hub_id for hub_id in ids if hub_id in merged.added]),
        ):
            if part:
                message = f"{prefix} because {reason.explanation}: {names(part)}"
                found.append(warning("OTD430", _FILE, message, _KEPT_HELP.get(reason, _AGAIN)))
    if merged.rejected:
        listed = [f"{hub_id} ({', '.join(fields)})" for hub_id, fields in sorted(merged.rejected.items())]
        message = f"values that make no sense were left out: {names(listed)}"
        found.append(warning("OTD431", _FILE, message, "look at the dataset on the Hub; tell its publisher or the Hub"))
    found.extend(_unknown(merged, places))
    if merged.private_count:
        count = merged.private_count
        message = f"{count} private {'dataset was' if count == 1 else 'datasets were'} left out"
        help_text = "make the dataset public on the Hub, or take it out of the collection"
        found.append(warning("OTD433", _CONFIGURATION, message, help_text))
    found.extend(_renamed(merged, asked_extra, places))
    for status in (Status.LEFT, Status.GONE, Status.PRIVATE, Status.DISABLED):
        ids = [hub_id for hub_id in sorted(merged.dropped) if merged.rows[hub_id].status is status]
        if ids and not is_held:
            which = "which" if len(ids) == 1 else "each of which"
            message = f"dropped from the lists: {names(ids)}, {which} {status.reason}"
            help_text = "nothing to do if that is meant: the page stays and says so"
            found.append(warning("OTD435", _FILE, message, help_text))
    return found


def _unknown(merged: Merged, places: Mapping[str, Mark]) -> list[Diagnostic]:
    found = []
    for hub_id in sorted(hub_id for hub_id, reason in merged.unknown.items() if reason is None):
        mark = places.get(hub_id.lower(), _FILE)
        message = f"{hub_id} is not on the Hub, or private there"
        found.append(warning("OTD432", mark, message, "correct the field huggingface of the entry, or take it out"))
    for reason in KeptReason:
        ids = sorted(hub_id for hub_id, kept in merged.unknown.items() if kept is reason)
        if ids:
            message = f"without live metadata because {reason.explanation}: {names(ids)}"
            found.append(warning("OTD430", _FILE, message, _KEPT_HELP.get(reason, _AGAIN)))
    return found


def _renamed(merged: Merged, asked_extra: Iterable[str], places: Mapping[str, Mark]) -> list[Diagnostic]:
    rows = {row.id.lower(): row for row in merged.rows.values()}
    found = []
    for hub_id in asked_extra:
        row: SnapshotRow | None = rows.get(hub_id.lower())
        if row is not None and row.status is Status.RENAMED:
            message = f"{row.id} is now called {row.renamed_to} on the Hub"
            help_text = f"write huggingface: {row.renamed_to}"
            found.append(warning("OTD434", places.get(hub_id.lower(), _FILE), message, help_text))
    return found
