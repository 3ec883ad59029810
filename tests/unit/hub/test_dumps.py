from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from otdi_site.config import ImportConfig
from otdi_site.hub import ImportedRow, ImportProblem, Part, RefusedRow, read_rows
from otdi_site.hub.dumps import CHUNK, read_dump
from otdi_site.hub.imports import is_placeholder
from tests.samples import LICENSES

GOOD = {"id": "sample/tides", "tags": ["license:cc-by-4.0"], "description": "Water levels."}


def config_of(file: Path, **changes: object) -> ImportConfig:
    return ImportConfig.model_validate({"path": file.name, "date": "2025-10-24", "licenses": "all", **changes})


def write_lines(file: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def read(file: Path, **changes: object) -> list[ImportedRow | RefusedRow | ImportProblem]:
    return list(read_rows(config_of(file, **changes), file, LICENSES, Part()))


def reasons(file: Path, **changes: object) -> list[str]:
    return [row.reason if isinstance(row, RefusedRow) else "" for row in read(file, **changes)]


def test_a_row_becomes_metadata_of_the_day_the_file_speaks_of(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", {**GOOD, "likes": 3, "cardData": {"pretty_name": "Tides"}})
    [found] = read(file)
    assert isinstance(found, ImportedRow)
    row = found.row(config_of(file))
    assert (row.id, row.title, row.likes) == ("sample/tides", "Tides", 3)
    assert row.licenses == ("cc-by-4.0",)
    assert row.as_of("likes") == "2025-10-24"
    assert row.endpoint == "rows.jsonl"


def test_a_broken_row_never_stops_the_rest(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", "{", "[]", "", {"id": "../x"}, {"id": 7}, '{"id": "\\ud800"}', GOOD)
    assert reasons(file) == ["broken"] * 5 + [""]
    assert [row.number for row in read(file) if isinstance(row, RefusedRow)] == [1, 2, 4, 5, 6]


def test_rows_are_refused_by_the_policy_of_their_file(tmp_path: Path) -> None:
    rows = [
        GOOD,
        {**GOOD, "gated": "auto"},
        {**GOOD, "private": True},
        {**GOOD, "disabled": True},
        {**GOOD, "description": "Dataset Card for Dataset Name"},
        {**GOOD, "tags": []},
    ]
    file = write_lines(tmp_path / "rows.jsonl", *rows)
    assert reasons(file, licenses=["cc-by-4.0"]) == ["", "gated", "private", "disabled", "placeholder", "licence"]
    assert reasons(file, gated=True, placeholders=True) == ["", "", "private", "disabled", "", ""]


@pytest.mark.parametrize("text", ["", "[More Information Needed]", "Dataset Card for [Dataset Name] Dataset Summary"])
def test_a_template_left_as_it_was_describes_nothing(text: str) -> None:
    assert is_placeholder(text)
    assert not is_placeholder(f"Tides of a bay. {text}")


def test_packed_lines_are_read_like_plain_ones(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "rows.jsonl", GOOD)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert [row.id for row in read(packed) if isinstance(row, ImportedRow)] == ["sample/tides"]


def test_a_file_that_ends_early_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 1000)[:-20])
    problem = read(packed)[-1]
    assert isinstance(problem, ImportProblem)
    assert problem.help


def test_a_file_that_is_packed_wrongly_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    whole = gzip.compress(json.dumps(GOOD).encode() * 1000, mtime=0)
    for broken in (whole[:20] + b"x" * 50, whole[:-8] + bytes(8), b"no gzip"):
        packed.write_bytes(broken)
        problem = read(packed)[-1]
        assert isinstance(problem, ImportProblem)
        assert problem.help


def test_zstandard_that_ends_early_is_a_problem_and_not_the_end_of_the_rows(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="the extra otdi-site[zstd] is not installed")
    lines = b"".join(json.dumps({**GOOD, "id": f"a/{number}"}).encode() + b"\n" for number in range(5_000))
    packed = tmp_path / "rows.jsonl.zst"
    for level, checksum in ((1, True), (3, False)):
        whole = zstandard.ZstdCompressor(level=level, write_checksum=checksum).compress(lines)
        packed.write_bytes(whole)
        assert len(read(packed)) == 5_000
        for end in range(1, len(whole), len(whole) // 5):
            packed.write_bytes(whole[:end])
            assert isinstance(read(packed)[-1], ImportProblem), end


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", {"key": "sample/waves", "about": "Heights.", "description": "no"})
    [found] = read(file, columns={"id": "key", "description": "about"})
    assert isinstance(found, ImportedRow)
    assert found.facts["description"] == "Heights."


def test_parts_are_the_file_together(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", *({"id": f"a/{number}"} for number in range(3 * CHUNK + 5)))
    parts = [[row.number for row in read_dump(file, {}, Part(number, 3))] for number in range(3)]
    assert sorted(number for part in parts for number in part) == list(range(1, 3 * CHUNK + 6))
    assert all(parts)


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra otdi-site[parquet] is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "rows.parquet"
    rows = [{**GOOD, "likes": 3}, {**GOOD, "id": "sample/waves", "likes": None}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    found = [row.row(config_of(file)) for row in read(file) if isinstance(row, ImportedRow)]
    assert [(row.id, row.likes, row.licenses) for row in found] == [
        ("sample/tides", 3, ("cc-by-4.0",)),
        ("sample/waves", None, ("cc-by-4.0",)),
    ]
