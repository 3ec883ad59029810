"""The tasks of a build: reading one partition of a bulk file, and rendering pages of datasets and lists.

Tasks run on any executor. What they need of the site, and what they know of datasets, lies in files that they name: in
`RenderContext` and `ListContext`, which this build wrote, and in the files of partitions (`spool`).
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from otdi_site.bulk import (
    POSITION_BITS,
    ColumnReport,
    Partition,
    PartitionSummaries,
    position_of,
    read_rows,
    remake_dataset,
)
from otdi_site.config import BulkFileConfig
from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.index import value_finder
from otdi_site.model.catalog import DatasetLink, facts_stated, summarise
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.pipeline.artifacts import ArtifactSpec, RenderedBatch, render
from otdi_site.pipeline.spool import PartitionFiles, PartitionWriter, Texts, read_page
from otdi_site.publish import Staging, os_errors_as_diagnostics
from otdi_site.render import Assets, DatasetRenderer, PageContext, PageSkeleton
from otdi_site.trust import judge

Context = TypeVar("Context")
WORKING = "working"
"""The folder with the files of tasks, in that of the cache; it lasts as long as the build."""


class PartitionTask(NamedTuple):
    """One partition of a bulk file."""

    number: int
    """Of the file in ``sources``, from 0."""
    config: BulkFileConfig
    file: Path
    part: Partition
    described: frozenset[str]
    """Hub ids, in lower case, that entries describe and of which there is no live metadata."""
    folder: Path
    """Where its files are."""


@dataclass(frozen=True, slots=True)
class RenderContext:
    """All that the pages of datasets and the rows of lists are made from, besides the datasets."""

    folders: tuple[Path, ...]
    """Of templates."""
    fingerprint: bytes
    """Of the templates and all below."""
    page_context: PageContext
    assets: Assets
    metadata_as_of: str | None
    """ISO 8601 UTC time of the newest live metadata, which lists tell."""
    mark_of_cache: Mark


@dataclass(frozen=True, slots=True)
class ListContext:
    """All that lists are made from besides, and the bulk files' datasets."""

    facets: Mapping[str, tuple[Facet, str]]
    """By name, without their values, and with what all their lists have in common."""
    rows: Sequence[bytes]
    """Of the datasets of entries; they count as the partition after the last."""
    partitions: tuple[PartitionTask, ...]


class Tools:
    """The renderer and the opened files with which a process renders."""

    def __init__(
        self, context: RenderContext, lists: ListContext | None = None, renderer: DatasetRenderer | None = None
    ) -> None:
        """`renderer` is one that is made of the same context."""
        self._renderer = renderer
        self.context = context
        self.lists = lists
        self._texts: dict[tuple[str, int], Texts] = {}
        self._skeletons: dict[int, list[PageSkeleton]] = {}

    @cached_property
    def renderer(self) -> DatasetRenderer:
        return self._renderer or _renderer(_SameContext(self.context))

    def text(self, kind: str, reference: int) -> bytes:
        """``rows``, ``descriptions`` or ``pages`` of a dataset."""
        assert self.lists is not None
        number = reference >> POSITION_BITS
        if number == len(self.lists.partitions):
            return self.lists.rows[position_of(reference)]
        key = (kind, number)
        if key not in self._texts:
            self._texts[key] = PartitionFiles(self.lists.partitions[number].folder).texts(kind)
        return self._texts[key].at(position_of(reference))

    def skeletons(self, number: int) -> list[PageSkeleton]:
        """Those of a partition."""
        assert self.lists is not None
        if number not in self._skeletons:
            self._skeletons[number] = PartitionFiles(self.lists.partitions[number].folder).skeletons()
        return self._skeletons[number]

    def close(self) -> None:
        for texts in self._texts.values():
            texts.close()


class _SameContext:
    """A context as the argument of a cached function: two are the same if their fingerprints and folders are."""

    def __init__(self, context: RenderContext) -> None:
        self.context = context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameContext) and (self.context.fingerprint, self.context.folders) == (
            other.context.fingerprint,
            other.context.folders,
        )

    def __hash__(self) -> int:
        return hash(self.context.fingerprint)


@lru_cache(maxsize=1)
def _renderer(same: _SameContext) -> DatasetRenderer:
    """The renderer of a context: compiling templates takes longer than many a task."""
    context = same.context
    vocabularies = context.page_context.vocabularies
    return DatasetRenderer(
        context.folders,
        context.page_context,
        context.assets,
        value_finder(vocabularies),
        context.metadata_as_of,
        judge=lambda dataset: judge(dataset, vocabularies),
    )


def save_context(folder: Path, context: object, mark: Mark) -> Path:
    """Writes what tasks need into the folder of the build. Raises `PublishError`, at the `mark` of the cache."""
    content = pickle.dumps(context, pickle.HIGHEST_PROTOCOL)
    file = folder / f"{type(context).__name__}-{blake2b(content, digest_size=8).hexdigest()}"
    with os_errors_as_diagnostics(mark, is_cache=True):
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return file


@lru_cache(maxsize=4)
def _load_context(file: Path) -> Any:
    # The build that started this task wrote the file, whose name tells its content.
    return pickle.loads(file.read_bytes())


def read_partition(context_file: Path, task: PartitionTask) -> None:
    """Reads the rows of a partition, checks them, and writes the files of the partition.

    First all summaries, which the build waits for; then pages as far as they are known without other datasets.
    """
    context: RenderContext = _load_context(context_file)
    renderer, vocabularies = Tools(context).renderer, context.page_context.vocabularies
    report = ColumnReport(task.config.columns)
    findings = PartitionSummaries(task.number, report=report)
    datasets = []
    with os_errors_as_diagnostics(context.mark_of_cache, is_cache=True), PartitionWriter(task.folder) as writer:
        rows = read_rows(task.number, task.config, task.file, vocabularies, task.described, task.part, report)
        for some in rows:
            findings.described += some.described
            findings.refused += some.refused
            findings.problem = findings.problem or some.problem
            chunk = PartitionSummaries(task.number)
            for each in some.datasets:
                summary = summarise(each.dataset)
                row = renderer.render_row(summary)
                if isinstance(row, Diagnostic):
                    if row not in findings.diagnostics:
                        findings.diagnostics.append(row)
                    row = b""
                description = each.dataset.description
                writer.add_row(row, description.value if description else "")
                chunk.numbers.append(each.number)
                chunk.hub_ids.append(each.hub_id)
                chunk.summaries.append(summary)
                chunk.stated.append(facts_stated(each.dataset))
                chunk.rows.append(digest_of_row(row))
                chunk.digests.append(each.digest)
            writer.add_summaries(chunk)
            datasets += some.datasets
        writer.finish_summaries(findings)
        datasets.reverse()
        while datasets:
            each = datasets.pop()
            # A skeleton is made for a signature that is met for the second time.
            page = renderer.prepare_page(each.dataset) or renderer.prepare_page(each.dataset)
            writer.add_page(page, each)
        writer.finish()


def render_partition(
    context_file: Path,
    list_file: Path,
    specs: Sequence[ArtifactSpec],
    staging: Staging | None,
    wanted: frozenset[str],
) -> RenderedBatch:
    """Renders some files, and writes them where there is a `staging`."""
    tools = Tools(_load_context(context_file), _load_context(list_file))
    try:
        return RenderedBatch.of(render(tools, specs, staging, wanted))
    finally:
        tools.close()


def render_bulk_page(tools: Tools, reference: int, related: Sequence[DatasetLink]) -> bytes | Diagnostic:
    """The page of a bulk dataset."""
    number = reference >> POSITION_BITS
    page = read_page(tools.text("pages", reference), tools.skeletons(number))
    if isinstance(page[0], PageSkeleton):
        return tools.renderer.finish_page(page, related)
    assert tools.lists is not None
    dataset = remake_dataset(
        tools.lists.partitions[number].config, tools.context.page_context.vocabularies, page[0], page[1]
    )
    return tools.renderer.render_page(dataset, related)


def render_dataset(tools: Tools, dataset: Dataset, related: Sequence[DatasetLink]) -> bytes | Diagnostic:
    """The page of a dataset of which everything is at hand."""
    return tools.renderer.render_page(dataset, related)


def render_list(
    tools: Tools,
    facet: str,
    value: tuple[Any, ...],
    number: int,
    page_count: int,
    totals: tuple[int, int, int],
    references: array[int],
) -> bytes | Diagnostic:
    """One page of a list; `value` and `totals` are the fields of its `Value` and `Totals`."""
    assert tools.lists is not None
    narrow, siblings = tools.lists.facets[facet]
    listing = Listing(narrow, Value(*value), (), number, page_count, Totals(*totals))
    return tools.renderer.render_listing(listing, [tools.text("rows", each) for each in references], siblings)


def digest_of_row(row: bytes) -> bytes:
    """A digest of one row of a list."""
    return blake2b(row, digest_size=16).digest()
