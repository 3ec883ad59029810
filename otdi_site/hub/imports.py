"""Rows of imported files become live metadata, or are refused with a reason; it must not know the other datasets.

What a row says is checked like an answer of the Hub: the files come from strangers too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal, NamedTuple

from otdi_site.config import ImportConfig
from otdi_site.hub.dump_rows import ColumnNames, DumpRow, Part
from otdi_site.hub.dumps import read_dump
from otdi_site.hub.readings import read_dataset, repeats_token
from otdi_site.hub.unpacking import Bounds, DumpError
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.tokens import find_tokens
from otdi_site.tree import Fence

Reason = Literal["broken", "private", "gated", "disabled", "licence", "placeholder", "repeated"]

REASONS: dict[Reason, str] = {
    "broken": "no row of a dataset",
    "private": "private on its host",
    "gated": "access is gated",
    "disabled": "disabled by its host",
    "licence": "no licence that this source may have",
    "placeholder": "no description but a template's",
    "repeated": "described by an earlier row, or its address is taken",
}
"""Why rows are refused, in words."""

# The Hub's template of a dataset card, left as it was, and its form of 2021.
_TEMPLATE = re.compile(
    r"dataset card for (?:dataset name|\[dataset name\]|\[needs more information\])\W*+"
    r"(?:(?:this dataset card aims to be a base template|dataset (?:summary|description|details)).*+)?",
    re.IGNORECASE | re.DOTALL,
)
_PHRASE = re.compile(r"more information needed|needs more information|add a description", re.IGNORECASE)
_WORD = re.compile(r"\w")


class ImportedRow(NamedTuple):
    """A row that is accepted."""

    number: int
    """From 1; in JSON lines, the line."""
    source: bytes
    """What tells the row from its former self."""
    id: str
    """The Hub id."""
    facts: Mapping[str, Any]
    """Values by the name of the field of `SnapshotRow`; what is left out is not stated."""

    def row(self, config: ImportConfig) -> SnapshotRow:
        """The same as live metadata of an entry's dataset."""
        return SnapshotRow(id=self.id, endpoint=config.shown_name, read_at=config.date.isoformat(), **self.facts)


class RefusedRow(NamedTuple):
    """A row that is not."""

    number: int
    id: str | None
    """The Hub id, where there is one."""
    reason: Reason


class ImportProblem(NamedTuple):
    """Why a file could not be read, or not to its end."""

    text: str
    help: str


class UnreadValues(NamedTuple):
    """Values of one property of the Hub that make no sense."""

    total: int
    row: int
    """The first row that has one."""
    example: str
    """Its value, shortened."""


class ColumnReport:
    """What the columns of a file were found to hold."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.names = ColumnNames(columns)
        self.rows = 0
        self.broken = 0
        self.unread: dict[str, UnreadValues] = {}
        """By the Hub's name of the property."""

    def count(self, number: int, unread: Iterable[tuple[str, str]]) -> None:
        """Adds the values of a row that make no sense."""
        for name, value in unread:
            known = self.unread.get(name)
            self.unread[name] = known._replace(total=known.total + 1) if known else UnreadValues(1, number, value)

    def merge(self, other: ColumnReport) -> None:
        """Adds what another part of the file holds."""
        self.names.merge(other.names)
        self.rows += other.rows
        self.broken += other.broken
        for name, values in other.unread.items():
            known = self.unread.get(name)
            if known is not None:
                first = min(known, values, key=lambda each: each.row)
                values = first._replace(total=known.total + values.total)
            self.unread[name] = values


def read_rows(
    config: ImportConfig, file: Path, licenses: Vocabulary[License], part: Part, report: ColumnReport | None = None
) -> Iterator[ImportedRow | RefusedRow | ImportProblem]:
    """What a part of a file holds; `report` takes what is found of its columns."""
    report = report or ColumnReport(config.columns)
    acceptance = _Acceptance(config, licenses, report)
    # Only a server that was sent the token can hand it back.
    tokens = find_tokens() if config.path is None else None
    try:
        for dump_row in read_dump(file, report.names, part):
            if repeats_token(dump_row.content, tokens):
                with suppress(OSError):
                    file.resolve().unlink()
                help = "do not use this file; revoke the token on the Hub"
                yield ImportProblem(f"repeats the Hugging Face token in row {dump_row.number}", help)
                return
            yield acceptance.judge(dump_row)
    except DumpError as problem:
        yield ImportProblem(str(problem), problem.help)


def find_import(config: ImportConfig, root: Path, *, is_offline: bool) -> Path | ImportProblem:
    """The file on this machine; one on the Hub is downloaded, unless the cache of `huggingface_hub` has it."""
    if config.path is not None:
        problem = Fence(root).refusal(root / config.path)
        if problem is not None and not problem.startswith("cannot be read"):  # which is said where it is read
            return ImportProblem(problem, "put the file into the site's folder")
        return root / config.path
    # Without this the library asks one more address, even for a file that it has. It is read at import.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    dataset, file, revision = config.dataset, config.file, config.revision
    assert dataset is not None
    assert file is not None
    kept = try_to_load_from_cache(dataset, file, repo_type="dataset", revision=revision)
    if is_offline:
        help = "run without --offline once, so that it is downloaded"
        return Path(kept) if isinstance(kept, str) else ImportProblem("was never downloaded from the Hub", help)
    try:
        return Path(hf_hub_download(dataset, file, repo_type="dataset", revision=revision))
    except Exception as problem:  # the library raises its own, those of its HTTP client and those of the system
        if isinstance(kept, str) and _may_pass(problem):
            # As the library does by itself where it finds no connection at all.
            return Path(kept)
        return _describe(problem)


def _may_pass(problem: Exception) -> bool:
    """Whether the Hub did not answer the question."""
    response = getattr(problem, "response", None)
    return response is None or response.status_code in (408, 429) or response.status_code >= 500


def _describe(problem: BaseException) -> ImportProblem:
    # Never in the words of the exception: they hold what a server said, which may repeat the token.
    from huggingface_hub import errors

    if isinstance(problem, errors.LocalEntryNotFoundError) and problem.__cause__ is not None:
        return _describe(problem.__cause__)
    help = "check `dataset`, `file` and `revision`; private and gated datasets need HF_TOKEN"
    match problem:
        case errors.GatedRepoError():
            text = "access to its dataset is gated"
        case errors.RepositoryNotFoundError():
            text = "there is no such dataset, or it is private"
        case errors.RevisionNotFoundError():
            text = "the dataset has no such revision"
        case errors.LocalEntryNotFoundError() | errors.OfflineModeIsEnabled():
            text, help = "it was never downloaded, and HF_HUB_OFFLINE is set", "unset HF_HUB_OFFLINE once"
        case errors.EntryNotFoundError():
            text = "the dataset has no such file"
        case errors.HfHubHTTPError():
            text = f"the Hub answered with status {problem.response.status_code}"
            help = "build again later; if it stays so, check HF_ENDPOINT and HF_TOKEN"
        case _:
            text, help = f"the download failed ({type(problem).__name__})", "build again when the Hub can be reached"
    return ImportProblem(f"cannot be had from the Hub: {text}", help)


def is_placeholder(description: str | None) -> bool:
    """Whether a description says nothing of its dataset."""
    if description is None or _TEMPLATE.fullmatch(description) is not None:
        return True
    return _WORD.search(_PHRASE.sub("", description)) is None


class _Acceptance:
    """The policy of one file."""

    def __init__(self, config: ImportConfig, licenses: Vocabulary[License], report: ColumnReport) -> None:
        self._config = config
        self._report = report
        # Times after the file was made make no sense, and the clock of the machine must not matter.
        self._now = datetime.combine(config.date, time.max, UTC)
        self._licenses = licenses
        self._is_accepted: dict[tuple[str, ...], bool] = {}

    def judge(self, dump_row: DumpRow) -> ImportedRow | RefusedRow:
        reading = read_dataset(dump_row.content, self._now, None)
        self._report.rows += 1
        if reading is None:
            self._report.broken += 1
            Bounds.check_broken(self._report.broken)
            return RefusedRow(dump_row.number, None, "broken")
        if reading.unread:
            self._report.count(dump_row.number, reading.unread)
        facts = reading.facts
        reason: Reason | None = None
        if reading.is_private:
            reason = "private"
        elif facts["is_disabled"]:
            reason = "disabled"
        elif facts.get("gated") and not self._config.gated:
            reason = "gated"
        elif not self._has_accepted_license(facts.get("licenses", ())):
            reason = "licence"
        elif not self._config.placeholders and is_placeholder(facts["description"]):
            reason = "placeholder"
        if reason is not None:
            return RefusedRow(dump_row.number, reading.id, reason)
        return ImportedRow(dump_row.number, dump_row.source, reading.id, facts)

    def _has_accepted_license(self, words: tuple[str, ...]) -> bool:
        found = self._is_accepted.get(words)
        if found is None:
            found = self._is_accepted[words] = self._accepts(words)
        return found

    def _accepts(self, words: tuple[str, ...]) -> bool:
        wanted = self._config.licenses
        if wanted == "all":
            return True
        # Of several licences nobody says which holds for what.
        terms = self._licenses.meaning(words[0]) if len(words) == 1 else ()
        if wanted == "accepted":
            return any(term.is_accepted for term in terms)
        named = {word.casefold() for word in wanted}
        return len(words) == 1 and (words[0].casefold() in named or any(t.id.casefold() in named for t in terms))
