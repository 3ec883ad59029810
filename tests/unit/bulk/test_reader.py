from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from otdi_site.bulk.columns import ColumnNames, ColumnReport
from otdi_site.bulk.policy import AcceptedRow, RefusedRow, is_placeholder, judge_rows
from otdi_site.bulk.reader import read_bulk_rows
from otdi_site.bulk.rows import CHUNK, Partition
from otdi_site.bulk.unpacking import Bounds, FileProblem
from otdi_site.config import BulkFileConfig
from tests.samples import LICENSES

GOOD = {"id": "sample/tides", "tags": ["license:cc-by-4.0"], "description": "Water levels."}


def config_of(file: Path, **changes: object) -> BulkFileConfig:
    return BulkFileConfig.model_validate({"path": file.name, "date": "2025-10-24", "licenses": "all", **changes})


def write_lines(file: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def read(file: Path, **changes: object) -> list[AcceptedRow | RefusedRow | FileProblem]:
    return list(judge_rows(config_of(file, **changes), file, LICENSES, Partition()))


def reasons(file: Path, **changes: object) -> list[str]:
    return [row.reason if isinstance(row, RefusedRow) else "" for row in read(file, **changes)]


def test_a_row_becomes_metadata_of_the_day_the_file_speaks_of(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", {**GOOD, "likes": 3, "cardData": {"pretty_name": "Tides"}})
    [found] = read(file)
    assert isinstance(found, AcceptedRow)
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
    assert [row.id for row in read(packed) if isinstance(row, AcceptedRow)] == ["sample/tides"]


def test_a_file_that_ends_early_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 1000)[:-20])
    problem = read(packed)[-1]
    assert isinstance(problem, FileProblem)
    assert problem.help


def test_a_file_that_is_packed_wrongly_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    whole = gzip.compress(json.dumps(GOOD).encode() * 1000, mtime=0)
    for broken in (whole[:20] + b"x" * 50, whole[:-8] + bytes(8), b"no gzip"):
        packed.write_bytes(broken)
        problem = read(packed)[-1]
        assert isinstance(problem, FileProblem)
        assert problem.help


def test_zstandard_that_ends_early_is_a_problem_and_not_the_end_of_the_rows(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="the extra zstd is not installed")
    lines = b"".join(json.dumps({**GOOD, "id": f"a/{number}"}).encode() + b"\n" for number in range(5_000))
    packed = tmp_path / "rows.jsonl.zst"
    for level, checksum in ((1, True), (3, False)):
        whole = zstandard.ZstdCompressor(level=level, write_checksum=checksum).compress(lines)
        packed.write_bytes(whole)
        assert len(read(packed)) == 5_000
        for end in range(1, len(whole), len(whole) // 5):
            packed.write_bytes(whole[:end])
            assert isinstance(read(packed)[-1], FileProblem), end


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", {"key": "sample/waves", "about": "Heights.", "description": "no"})
    [found] = read(file, columns={"id": "key", "description": "about"})
    assert isinstance(found, AcceptedRow)
    assert found.facts["description"] == "Heights."


def test_parts_are_the_file_together(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", *({"id": f"a/{number}"} for number in range(3 * CHUNK + 5)))
    parts = [[row.number for row in read_bulk_rows(file, ColumnNames({}), Partition(number, 3))] for number in range(3)]
    assert sorted(number for part in parts for number in part) == list(range(1, 3 * CHUNK + 6))
    assert all(parts)


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "rows.parquet"
    rows = [{**GOOD, "likes": 3}, {**GOOD, "id": "sample/waves", "likes": None}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    found = [row.row(config_of(file)) for row in read(file) if isinstance(row, AcceptedRow)]
    assert [(row.id, row.likes, row.licenses) for row in found] == [
        ("sample/tides", 3, ("cc-by-4.0",)),
        ("sample/waves", None, ("cc-by-4.0",)),
    ]


def problem_of(file: Path) -> str:
    problem = read(file)[-1]
    assert isinstance(problem, FileProblem), problem
    assert problem.help
    return problem.text


@pytest.mark.parametrize("block", [b"\n" * 10**6, b" " * 10**6, b"[" * 10**6, b'{"id":"a/b"}' + b" " * 10**6 + b"\n"])
def test_a_small_file_that_unpacks_without_end_is_not_unpacked(block: bytes, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress(block) * 1_000)
    assert "unpacks from" in problem_of(file)


def test_blank_lines_cost_nothing_and_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\n" * 30_000_000 + b'{"id":"a/b"}\r\n  \r\n{"id":"a/c"}')
    assert [row.number for row in read(file, placeholders=True) if isinstance(row, AcceptedRow)] == [
        30_000_001,
        30_000_003,
    ]


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    long = json.dumps({**GOOD, "description": "x" * Bounds.LINE})
    write_lines(file, GOOD, long, {**GOOD, "id": "a/b"})
    assert reasons(file) == ["", "broken", ""]
    file.write_bytes(b"[" * (3 * Bounds.LINE))
    assert reasons(file) == ["broken"]


def test_rows_and_broken_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounds, "ROWS", 5)
    monkeypatch.setattr(Bounds, "BROKEN_ROWS", 3)
    assert "more than 5 rows" in problem_of(write_lines(tmp_path / "rows.jsonl", *[GOOD] * 6))
    assert "more than 3 rows that describe no dataset" in problem_of(write_lines(tmp_path / "rows.jsonl", *["{"] * 4))


def test_values_are_bounded_one_by_one(tmp_path: Path) -> None:
    deep = '{"id": "a/deep", "cardData": ' + "[" * 100_000 + "]" * 100_000 + "}"
    number = '{"id": "a/number", "likes": ' + "9" * 10_000 + "}"
    wide = {"id": "a/wide", "tags": [f"t{n}" for n in range(100_000)], **{f"c{n}": n for n in range(50_000)}}
    file = write_lines(tmp_path / "rows.jsonl", deep, number, wide)
    report = ColumnReport({})
    found = judge_rows(config_of(file, placeholders=True), file, LICENSES, Partition(), report)
    assert [row.reason if isinstance(row, RefusedRow) else "" for row in found] == ["broken", "broken", ""]
    assert report.unread["tags"].total == 1


@pytest.mark.parametrize(
    ("tags", "languages"),
    [
        (["Language:en", "language:en"], ("en",)),
        ("language:en,language:fr", ("en", "fr")),
        ("['language:en', 'language:fr']", ("en", "fr")),
        ("['language:en' 'language:fr']", ("en", "fr")),
        ('["language:en", "language:fr"]', ("en", "fr")),
        ("[language:en, language:fr]", ("en", "fr")),
        ('{language:en,"language:fr"}', ("en", "fr")),
        ("language:en", ("en",)),
        ("[]", ()),
    ],
)
def test_lists_are_read_as_tools_write_them(tags: object, languages: tuple[str, ...], tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", {**GOOD, "tags": tags})
    [row] = read(file)
    assert isinstance(row, AcceptedRow)
    assert row.facts["languages"] == languages


@pytest.mark.parametrize("word", ["nan", "None", "NaT", "<NA>", "null", "", None, float("nan")])
def test_words_for_nothing_are_nothing(word: object, tmp_path: Path) -> None:
    names = (
        "tags",
        "cardData",
        "downloads",
        "likes",
        "lastModified",
        "gated",
        "private",
        "disabled",
        "sha",
        "description",
    )
    file = write_lines(tmp_path / "rows.jsonl", {"id": "a/b", **dict.fromkeys(names, word)})
    report = ColumnReport({})
    [row] = judge_rows(config_of(file, placeholders=True), file, LICENSES, Partition(), report)
    assert isinstance(row, AcceptedRow)
    assert report.unread == {}
    assert {name for name, value in row.facts.items() if value} == {"author"}


def test_letter_case_does_not_matter_and_a_card_fills_in(tmp_path: Path) -> None:
    tags = ["license:CC-BY-4.0", "task_categories:Question-Answering", "modality:TEXT", "size_categories:1k<N<10k"]
    card = {
        "license": "CC-BY-4.0",
        "task_categories": ["Question-Answering"],
        "modality": "TEXT",
        "size_categories": ["1k<N<10k"],
        "tags": ["weather"],
    }
    rows = [{**GOOD, "tags": tags}, {"id": "a/b", "cardData": card}, {"id": "a/c", "cardData": json.dumps(card)}]
    for row in read(write_lines(tmp_path / "rows.jsonl", *rows), placeholders=True):
        assert isinstance(row, AcceptedRow)
        facts = row.facts
        assert (facts["licenses"], facts["task_categories"]) == (("cc-by-4.0",), ("question-answering",))
        assert (facts["modalities"], facts["size_categories"]) == (("text",), ("1K<n<10K",))


class TestParquet:
    """What columns of Parquet may hold."""

    @pytest.fixture(autouse=True)
    def _library(self) -> None:
        self.pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
        self.pq = pytest.importorskip("pyarrow.parquet")

    def write(self, file: Path, **columns: Any) -> Path:
        base = {"id": ["a/b", "a/c"], "description": ["One.", "Two."]}
        self.pq.write_table(self.pa.table({**base, **columns}), file)
        return file

    def read(self, file: Path) -> tuple[list[AcceptedRow], ColumnReport]:
        report = ColumnReport({})
        found = judge_rows(config_of(file), file, LICENSES, Partition(), report)
        return [row for row in found if isinstance(row, AcceptedRow)], report

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            (("timestamp", "ns"), 1700000000123456789, 2**62),
            (("timestamp", "us"), 1700000000123456, 2**62),
            (("timestamp", "ms"), 1700000000123, 2**60),
            (("timestamp", "s"), 1700000000, 2**50),
            (("date32",), 19675, 2**30),
            (("date64",), 1700000000123, 2**60),
        ],
    )
    def test_times_out_of_range_cost_themselves_alone(
        self, kind: tuple[str, ...], good: int, bad: int, tmp_path: Path
    ) -> None:
        column = self.pa.array([good, bad], getattr(self.pa, kind[0])(*kind[1:]))
        file = self.write(tmp_path / "rows.parquet", lastModified=column)
        report = ColumnReport({})
        rows = [
            row
            for row in judge_rows(config_of(file), file, LICENSES, Partition(), report)
            if isinstance(row, AcceptedRow)
        ]
        assert [row.facts.get("last_modified", "")[:10] for row in rows] == ["2023-11-14", ""]
        assert report.unread["lastModified"].total == 1

    def test_broken_text_costs_its_row(self, tmp_path: Path) -> None:
        raw = self.pa.array([b"One", b"a/b\xff\xfe"], self.pa.binary())
        broken = self.pa.Array.from_buffers(self.pa.string(), 2, raw.buffers())
        file = self.write(tmp_path / "rows.parquet", description=broken)
        assert reasons(file) == ["", "broken"]

    def test_odd_types_are_read_or_counted(self, tmp_path: Path) -> None:
        from decimal import Decimal

        pa = self.pa
        columns = {
            "downloads": pa.array([Decimal("1234.00"), Decimal("5.5")]),
            "likes": pa.array([7.0, float("nan")]),
            "tags": pa.array([["license:mit"], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
            "cardData": pa.array([[("pretty_name", "One")], None], pa.map_(pa.string(), pa.string())),
            "gated": pa.array([b"false", b"\xff"], pa.binary()),
            "lastModified": pa.array([10**12, 10**12], pa.duration("us")),
        }
        file = self.write(tmp_path / "rows.parquet", **columns)
        report = ColumnReport({})
        rows = [
            row
            for row in judge_rows(config_of(file), file, LICENSES, Partition(), report)
            if isinstance(row, AcceptedRow)
        ]
        assert (rows[0].facts["downloads"], rows[0].facts["likes"], rows[0].facts["title"]) == (1234, 7, "One")
        assert rows[0].facts["licenses"] == ("mit",)
        assert set(report.unread) == {"downloads", "gated", "lastModified"}

    def test_other_files_are_a_problem_with_a_remedy(self, tmp_path: Path) -> None:
        file = self.write(tmp_path / "rows.parquet")
        whole = file.read_bytes()
        for broken in (b"", b"PAR1", whole[:-9], whole[: len(whole) // 2], b"PARE" + whole[4:-4] + b"PARE", whole[9:]):
            file.write_bytes(broken)
            assert problem_of(file)
        self.pq.write_table(self.pa.table({"key": ["a/b"]}), file)
        assert problem_of(file) == "has no column 'id', but only key"

    def test_a_small_file_that_unpacks_without_end_is_not_unpacked(self, tmp_path: Path) -> None:
        text = "x" * 1_000_000
        file = tmp_path / "rows.parquet"
        ids = [f"a/b{number}" for number in range(2_000)]
        texts = self.pa.DictionaryArray.from_arrays(self.pa.array([0] * 2_000), self.pa.array([text]))
        table = self.pa.table({"id": ids, "description": texts})
        self.pq.write_table(table, file)
        assert file.stat().st_size < 1_000_000
        assert "unpacks from" in problem_of(file)
