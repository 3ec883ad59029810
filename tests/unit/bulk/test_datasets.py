from __future__ import annotations

from dataclasses import replace

import pytest

from otdi_site.bulk.datasets import DatasetMaker
from otdi_site.model.merge import merge_dataset
from otdi_site.model.snapshot import SnapshotRow
from tests.samples import VOCABULARIES

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
def test_an_imported_row_becomes_what_merging_makes_of_it(row: SnapshotRow) -> None:
    maker = DatasetMaker(VOCABULARIES, "rows.jsonl", "2025-10-24")
    merged = merge_dataset(None, row, VOCABULARIES, "import")
    assert maker.dataset(row.id, facts_of(row)) == merged
    assert maker.dataset(row.id, facts_of(row)) == merged, "from what was remembered"
