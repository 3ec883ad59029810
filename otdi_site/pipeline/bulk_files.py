"""Reads bulk files in partitions, and keeps the results for unchanged files from build to build."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from otdi_site.bulk import FileProblem, Partition, PartitionSummaries, locate_file
from otdi_site.config import BulkFileConfig, DiscoveredFileConfig
from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.executors import TaskPools, result_of
from otdi_site.fingerprints import fingerprint, program_fingerprint
from otdi_site.hub import DownloadProblem, download
from otdi_site.pipeline.partitions import PartitionTask, read_partition
from otdi_site.pipeline.request import Request
from otdi_site.pipeline.spool import PartitionFiles, prune

_WORTH_WORKERS = 500_000
"""Bytes of bulk files from which on it pays to start processes."""
_PATIENCE = 0.02
"""Seconds after which the folder of a partition is looked at again while its task is at work."""
_BLOCK = 1 << 20
_UNSETTLED = 50_000_000
"""Nanoseconds within which a file may change twice without its time of change telling."""


class KnownFile(NamedTuple):
    """A bulk file as a build found it."""

    stamp: tuple[int, ...]
    """Size, times and inode: while they are the same, so is the content."""
    digest: str
    """Of the content."""
    parts: int
    """Partitions in which it was read."""


def encode_files(files: Mapping[str, KnownFile]) -> bytes:
    """Encodes the files for the build state: ``{"rows.jsonl": [[1234, …], "0f3c…", 2]}``."""
    return json.dumps(files).encode()


def decode_files(content: bytes | None) -> dict[str, KnownFile]:
    """Reads the files from the build state; empty where it is damaged."""
    try:
        known = json.loads(content or b"{}")
        return {
            name: KnownFile(tuple(stamp), str(digest), int(parts)) for name, (stamp, digest, parts) in known.items()
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}


class BulkFiles:
    """The bulk files of one build: the partitions that must be read are being read from the start."""

    def __init__(
        self,
        request: Request,
        configs: Sequence[BulkFileConfig],
        described: frozenset[str],
        base: bytes,
        save_context: Callable[[], Path],
        tasks: TaskPools,
        folder: Path,
        known: Mapping[str, KnownFile],
    ) -> None:
        """`described` are the Hub ids, in lower case, that entries describe; `base` is the fingerprint of all that rows
        and pages are made from besides; `known` are the files as the last build found them."""
        self._save_context = save_context
        self._tasks = tasks
        self._configs = configs
        self.diagnostics: list[Diagnostic] = []
        self.files: dict[str, KnownFile] = {}
        """The files as this build found them."""
        self.partitions: list[PartitionTask] = []
        """In the order of the files."""
        self.unreadable: set[int] = set()
        """Numbers of files that could not be read to their end, once they are read."""
        self._futures: dict[int, Future[None]] = {}
        self._known = known
        found = [(number, config, _find_file(config, request)) for number, config in enumerate(configs)]
        files = []
        for number, config, file in found:
            if isinstance(file, FileProblem | DownloadProblem):
                self.diagnostics.append(_unreadable(config, file.text, file.help))
            else:
                files.append((number, config, file, _size_of(file)))
        self.is_large = sum(size for *_, size in files) >= _WORTH_WORKERS
        jobs = request.jobs if self.is_large or request.executor is not None else 1
        for number, config, file, _ in files:
            key, state = self._find_state(config, file, base, number)

            def partitions(
                parts: int, number: int = number, config: BulkFileConfig = config, file: Path = file, key: bytes = key
            ) -> list[PartitionTask]:
                names = [fingerprint(key, b"%d of %d" % (part, parts)).hex() for part in range(parts)]
                return [
                    PartitionTask(number, config, file, Partition(part, parts), described, folder / name)
                    for part, name in enumerate(names)
                ]

            kept = partitions(state.parts)
            if all(PartitionFiles(each.folder).is_complete for each in kept):
                self.partitions += kept
            else:
                state = state._replace(parts=jobs)
                self.partitions += partitions(jobs)
            self.files[config.shown_file] = state
        for number, partition in enumerate(self.partitions):
            if not PartitionFiles(partition.folder).is_complete:
                self._start(number, partition)

    @property
    def are_kept(self) -> bool:
        """Whether nothing has to be read."""
        return not self._futures and not self.diagnostics

    def read(self) -> list[PartitionSummaries]:
        """The summaries of all partitions, in their order."""
        share: dict[object, object] = {}
        waiting = {number: _Reading(each, share) for number, each in enumerate(self.partitions)}
        found: dict[int, PartitionSummaries] = {}
        while waiting:
            for number, reading in list(waiting.items()):
                future = self._futures.get(number)
                is_over = future is None or future.done()
                if future is not None and is_over:
                    result_of(future)
                if not reading.go_on(is_over=is_over):
                    continue
                del waiting[number]
                if future is None and not reading.fits:
                    # An entry describes one of its datasets now, or does so no longer.
                    self._start(number, self.partitions[number])
                    waiting[number] = _Reading(self.partitions[number], share)
                else:
                    found[number] = reading.summaries
            if waiting:
                futures = [self._futures[number] for number in waiting if number in self._futures]
                wait([each for each in futures if not each.done()], _PATIENCE, FIRST_COMPLETED)
        summaries = [found[number] for number in sorted(found)]
        problems = sorted({(each.file, *each.problem) for each in summaries if each.problem is not None})
        self.diagnostics += [_unreadable(self._configs[file], text, help) for file, text, help in problems]
        self.unreadable.update(file for file, _, _ in problems)
        for each in summaries:
            self.diagnostics += [found for found in each.diagnostics if found not in self.diagnostics]
        return summaries

    def finish(self) -> None:
        """Waits until pages are prepared, too."""
        for future in self._futures.values():
            result_of(future)

    def keep(self, folder: Path) -> None:
        """Removes the files of partitions that this build does not have, and of files that changed meanwhile."""
        kept = [each for each in self.partitions if _is_as_read(each.file, self.files[each.config.shown_file])]
        prune(folder, iter([each.folder.name for each in kept]))

    def clean(self) -> None:
        """Removes the files of partitions that were not read to their end."""
        for partition in self.partitions:
            if not PartitionFiles(partition.folder).is_complete:
                rmtree(partition.folder, ignore_errors=True)

    def _start(self, number: int, partition: PartitionTask) -> None:
        tasks = self._tasks.get(is_worth=self.is_large)
        # A complete folder of before would be taken for the one that is being written.
        for name in ("complete", "findings"):
            (partition.folder / name).unlink(missing_ok=True)
        self._futures[number] = tasks.submit(read_partition, self._save_context(), partition)

    def _find_state(self, config: BulkFileConfig, file: Path, base: bytes, number: int) -> tuple[bytes, KnownFile]:
        """The fingerprint of all that the file's partitions are made from, and what is known of it."""
        known = self._known.get(config.shown_file)
        stamp = _stamp_of(file)
        if known is not None and stamp and known.stamp == stamp:
            state = known
        else:
            state = KnownFile(stamp, _digest_of(file), known.parts if known else 1)
        parts = (program_fingerprint(), base, state.digest.encode(), repr(config).encode(), b"%d" % number)
        return fingerprint(*parts), state


class _Reading:
    """The summaries of a partition, as they come."""

    def __init__(self, partition: PartitionTask, share: dict[object, object]) -> None:
        self.summaries = PartitionSummaries(partition.number)
        self._partition = partition
        self._files = PartitionFiles(partition.folder)
        self._share = share
        self._chunk = 0

    def go_on(self, *, is_over: bool) -> bool:
        """Reads what is there by now; whether that is all."""
        is_whole = is_over or self._files.has_findings()
        while self._files.read_chunk(self._chunk, self.summaries, self._share):
            self._chunk += 1
        if is_whole:
            self._files.read_findings(self.summaries, self._partition.config.columns)
        return is_whole

    @property
    def fits(self) -> bool:
        """Whether entries describe the same datasets as when it was read."""
        described = {row.id.lower() for _, row in self.summaries.described}
        own = map(str.lower, self.summaries.hub_ids)
        return described <= self._partition.described and self._partition.described.isdisjoint(own)


def _is_as_read(file: Path, known: KnownFile) -> bool:
    """Whether a file is still the one that was read."""
    return _stamp_of(file) == known.stamp if known.stamp else _digest_of(file) == known.digest


def _find_file(config: BulkFileConfig, request: Request) -> Path | FileProblem | DownloadProblem:
    if isinstance(config, DiscoveredFileConfig):
        return config.location
    if config.path is not None:
        return locate_file(config.path, request.root)
    assert config.dataset is not None
    assert config.file is not None
    return download(config.dataset, config.file, config.revision, is_offline=request.offline)


def _stamp_of(file: Path) -> tuple[int, ...]:
    """The stamp of a file; empty where it was changed a moment ago and may be changed again."""
    with suppress(OSError):
        status = file.stat()
        if max(status.st_mtime_ns, status.st_ctime_ns) < time.time_ns() - _UNSETTLED:
            return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return ()


def _size_of(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0


def _digest_of(file: Path) -> str:
    """Of the content; of nothing where it cannot be read, which the one who reads the rows reports."""
    digest = blake2b(digest_size=16)
    with suppress(OSError), file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unreadable(config: BulkFileConfig, text: str, help: str) -> Diagnostic:
    return error("OTD450", Mark(config.shown_file), text, help)
