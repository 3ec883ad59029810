from __future__ import annotations

from dataclasses import replace

import pytest

from otdi_site.model.fields import FIELDS
from otdi_site.model.merge import BulkMerger
from otdi_site.model.snapshot import SnapshotRow
from tests.samples import VOCABULARIES, merge_dataset

PLAIN = SnapshotRow(id="Sample/Tides", endpoint="rows.jsonl", read_at="2025-10-24")
RICH = replace(
    PLAIN,
    title="Tides",
    description="Water levels.",
    licenses=("cc-by-4.0",),
    languages=("en", "de"),
    modalities=("text",),
    task_categories=("question-answering",),
    size_categories=("n<1K",),
    tags=("weather", "bio", "other"),
    formats=("parquet",),
    source_datasets=("original", "a/b"),
    gated="auto",
    downloads=3,
    downloads_all_time=9,
    likes=0,
    last_modified="2025-01-02T03:04:05Z",
    revision="0" * 40,
)


def facts_of(row: SnapshotRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in SnapshotRow.__dataclass_fields__}


@pytest.mark.parametrize(
    "row",
    [
        PLAIN,
        RICH,
        replace(RICH, gated=False, licenses=("other",), license_name="Ours", license_link="https://example.org/l"),
        replace(PLAIN, id="squad", licenses=("mit", "cc-by-4.0"), size_categories=("n<1K", "1K<n<10K")),
        replace(PLAIN, source_datasets=("original",), languages=("zzzz",), modalities=("smell",)),
    ],
)
def test_rows_are_merged_alike_one_by_one_and_in_bulk(row: SnapshotRow) -> None:
    merger = BulkMerger(VOCABULARIES, "rows.jsonl", "2025-10-24")
    merged = merge_dataset(None, None, row)
    assert merger.merge(row.id, facts_of(row)) == merged
    assert merger.merge(row.id, facts_of(row)) == merged, "from what was remembered"


def test_values_that_many_rows_share_are_one_object() -> None:
    merger = BulkMerger(VOCABULARIES, "rows.jsonl", "2025-10-24")
    first, second = (merger.merge(name, facts_of(RICH)) for name in ("a/b", "a/c"))
    shared = {field.name for field in FIELDS if field.kind.is_shared and getattr(first, field.name) is not None}
    assert {"license", "domains", "languages", "formats", "access", "listing", "source_datasets"} <= shared
    assert [name for name in shared if getattr(first, name) is not getattr(second, name)] == []
