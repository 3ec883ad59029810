"""``card check`` as people and workflows use it: files, datasets of the Hub, formats and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.sites import PROJECT, Run, run

COMPLETE = (PROJECT / "tests/cards/complete.md").read_text("utf-8")


def check(folder: Path, *arguments: str, **variables: str) -> Run:
    return run(None, "card", "check", "--root", str(PROJECT), *arguments, cwd=folder, variables=variables)


def test_a_card_that_meets_everything_passes(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(COMPLETE, encoding="utf-8")
    finished = check(tmp_path, "README.md")
    assert (finished.status, finished.last_line) == (0, "card check: README.md: 21 of 21 required met")
    assert "✓ met  Licence (license)" in finished.output
    assert "license, line 3: cdla-permissive-2.0" in finished.output
    assert "\x1b" not in finished.output


def test_what_is_not_met_stands_first_with_its_line_and_remedy(tmp_path: Path) -> None:
    card = COMPLETE.replace("A sine wave with noise, rounded to centimetres.", "[More Information Needed]")
    (tmp_path / "README.md").write_text(card, encoding="utf-8")
    finished = check(tmp_path, "README.md", FORCE_COLOR="1")
    assert finished.status == 1
    assert finished.output.index("not met") < finished.output.index("Licence (license)")
    assert "\x1b[31m" in finished.output
    plain = check(tmp_path, "README.md").output
    assert "✗ not met  Collection and processing (Data Collection and Processing)" in plain
    assert "line 75: [More Information Needed]" in plain
    assert "help: Fill in the section “Data Collection and Processing”." in plain


def test_programs_read_the_ledger_as_json(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(COMPLETE.replace("license_name:", "licence_name:"), encoding="utf-8")
    finished = check(tmp_path, "README.md", "--format", "json")
    summary = json.loads(finished.output)["summary"]
    assert (finished.status, summary["exit_status"]) == (1, 1)
    assert summary["ledger"]["required"] == {"applicable": 21, "met": 20, "not_met": 1, "unknown": 0}
    rows = {row["id"]: row for row in summary["ledger"]["requirements"]}
    assert rows["yaml.license_name"]["state"] == "not met"
    assert rows["yaml.license_name"]["reason"] == "the YAML block has no field license_name"
    assert rows["yaml.license"]["evidence"] == [
        {"text": "cdla-permissive-2.0", "source": "README.md", "place": "license, line 3", "line": 3}
    ]


def test_workflows_get_an_annotation_for_each_requirement_that_is_not_met(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(COMPLETE.replace("2026-03-31", "soon"), encoding="utf-8")
    finished = check(tmp_path, "README.md", "--format", "github")
    assert finished.status == 1
    assert finished.output.startswith("::error file=README.md,line=41,title=OTD264::Date of issue: no day in ISO 8601")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"---\nlicense: [mit\n---\n# x\n", "OTD003", 2),
        (b"---\n- mit\n---\n# x\n", "OTD262", 2),
        ("# café\n".encode("latin-1"), "OTD260", 1),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, content: bytes, code: str, line: int) -> None:
    (tmp_path / "README.md").write_bytes(content)
    finished = check(tmp_path, "README.md")
    assert finished.status == 1
    assert f"README.md:{line}" in finished.output
    assert f"error {code}" in finished.output
    assert "Traceback" not in finished.output + finished.errors


@pytest.mark.parametrize("name", ["missing.md", ".", "nothing"])
def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    finished = check(tmp_path, name)
    assert (finished.status, finished.last_line) == (2, "card check: nothing was checked")
    assert f"{name}: error OTD263: cannot be read" in finished.output


def test_a_dataset_id_is_never_taken_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "example-org").mkdir()
    (tmp_path / "example-org/tides").write_text(COMPLETE, encoding="utf-8")
    finished = check(tmp_path, "example-org/tides", "--offline")
    assert finished.status == 2
    assert "example-org/tides: error OTD263: is on the Hub, which --offline does not ask" in finished.output
    assert check(tmp_path, "./example-org/tides", "--offline").status == 0


def test_the_card_of_a_dataset_is_read_from_the_hub(tmp_path: Path) -> None:
    with HubServer(quota=None) as hub:
        hub.add_dataset("example-org/tides")
        hub.files["example-org/tides/README.md"] = COMPLETE.encode()
        finished = check(tmp_path, "example-org/tides", HF_ENDPOINT=hub.url)
        assert (finished.status, finished.last_line) == (0, "card check: example-org/tides: 21 of 21 required met")
        missing = check(tmp_path, "example-org/waves", HF_ENDPOINT=hub.url)
        assert missing.status == 2
        assert "example-org/waves: error OTD263: the Hub has no such dataset or it has no card" in missing.output
        hub.files["example-org/tides/README.md"] = b"x" * 1_000_001
        huge = check(tmp_path, "example-org/tides", HF_ENDPOINT=hub.url)
        assert "error OTD263: its card is larger than 1,000,000 bytes" in huge.output
    assert list(tmp_path.iterdir()) == []
