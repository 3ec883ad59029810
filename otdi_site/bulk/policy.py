"""The policy of a bulk file: the rows that are accepted, and the reasons for which others are refused.

A row is parsed and checked like a response of the Hub (`otdi_site.hub_metadata`): the files come from strangers too.
Rows are judged one by one, without regard to other datasets; `otdi_site.bulk.selection` finds those that repeat one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal, NamedTuple

from otdi_site.bulk.columns import ColumnReport
from otdi_site.bulk.reader import read_bulk_rows
from otdi_site.bulk.rows import BulkRow, Partition
from otdi_site.bulk.unpacking import Bounds, BulkFileError, FileProblem
from otdi_site.config import BulkFileConfig
from otdi_site.hub_metadata.parsing import parse_dataset, repeats_token
from otdi_site.model.licenses import read_license
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.model.vocabulary import License, Vocabulary
from otdi_site.tokens import find_tokens

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


class AcceptedRow(NamedTuple):
    """A row that may become a dataset, or add to one that an entry describes."""

    number: int
    """From 1; in JSON lines, the line."""
    source: bytes
    """The bytes by which a changed row is recognised."""
    id: str
    """The Hub id."""
    facts: Mapping[str, Any]
    """Values by the name of the field of `SnapshotRow`; what is left out is not stated."""

    def row(self, config: BulkFileConfig) -> SnapshotRow:
        """The row as live metadata, for a dataset that an entry describes."""
        return SnapshotRow(id=self.id, endpoint=config.shown_name, read_at=config.date.isoformat(), **self.facts)


class RefusedRow(NamedTuple):
    """A row that is left out of the catalog."""

    number: int
    id: str | None
    """The Hub id, where there is one."""
    reason: Reason


def judge_rows(
    config: BulkFileConfig,
    file: Path,
    licenses: Vocabulary[License],
    partition: Partition,
    report: ColumnReport | None = None,
) -> Iterator[AcceptedRow | RefusedRow | FileProblem]:
    """The judged rows of a partition; a problem that ends the reading comes last. `report` is filled meanwhile."""
    report = report or ColumnReport(config.columns)
    policy = _Policy(config, licenses, report)
    # Only a server that was sent the token can hand it back.
    tokens = find_tokens() if config.path is None else None
    try:
        for row in read_bulk_rows(file, report.names, partition):
            if repeats_token(row.content, tokens):
                with suppress(OSError):
                    file.resolve().unlink()
                help = "do not use this file; revoke the token on the Hub"
                yield FileProblem(f"repeats the Hugging Face token in row {row.number}", help)
                return
            yield policy.judge(row)
    except BulkFileError as problem:
        yield FileProblem(str(problem), problem.help)


def is_placeholder(description: str | None) -> bool:
    """Whether a description says nothing of its dataset."""
    if description is None or _TEMPLATE.fullmatch(description) is not None:
        return True
    return _WORD.search(_PHRASE.sub("", description)) is None


class _Policy:
    """Applies the settings of one file to its rows."""

    def __init__(self, config: BulkFileConfig, licenses: Vocabulary[License], report: ColumnReport) -> None:
        self._config = config
        self._report = report
        # Times after the file was made make no sense, and the clock of the machine must not matter.
        self._now = datetime.combine(config.date, time.max, UTC)
        self._licenses = licenses
        self._is_accepted: dict[tuple[tuple[str, ...], str | None, str | None], bool] = {}

    def judge(self, row: BulkRow) -> AcceptedRow | RefusedRow:
        parsed = parse_dataset(row.content, self._now, None)
        self._report.rows += 1
        if parsed is None:
            self._report.broken += 1
            Bounds.check_broken(self._report.broken)
            return RefusedRow(row.number, None, "broken")
        if parsed.unread:
            self._report.count(row.number, parsed.unread)
        facts = parsed.facts
        reason: Reason | None = None
        if parsed.is_private:
            reason = "private"
        elif facts["is_disabled"]:
            reason = "disabled"
        elif facts.get("gated") and not self._config.gated:
            reason = "gated"
        elif not self._has_accepted_license(facts):
            reason = "licence"
        elif not self._config.placeholders and is_placeholder(facts["description"]):
            reason = "placeholder"
        if reason is not None:
            return RefusedRow(row.number, parsed.id, reason)
        return AcceptedRow(row.number, row.source, parsed.id, facts)

    def _has_accepted_license(self, facts: Mapping[str, Any]) -> bool:
        stated = (facts.get("licenses", ()), facts.get("license_name"), facts.get("license_link"))
        found = self._is_accepted.get(stated)
        if found is None:
            found = self._is_accepted[stated] = self._accepts(*stated)
        return found

    def _accepts(self, words: tuple[str, ...], name: str | None, link: str | None) -> bool:
        wanted = self._config.licenses
        if wanted == "all":
            return True
        license = read_license(words, name, link, self._licenses)
        if license is None:
            return False
        if wanted == "accepted":
            return license.is_accepted
        named = {word.casefold() for word in wanted}
        return license.id.casefold() in named or (len(words) == 1 and words[0].casefold() in named)
