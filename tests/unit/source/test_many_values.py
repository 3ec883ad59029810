"""Checks of one file take time in proportion to it, however many values a list has."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from otdi_site.source.entries import read_entry
from tests.samples import VOCABULARIES


def seconds(root: Path, name: str, words: list[str]) -> float:
    file = root / "catalog_data" / "datasets" / "sample" / "tides.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"  - {word}\n" for word in words)
    file.write_text(f"title: Tides\nurl: https://example.org/tides\n{name}:\n{lines}", encoding="utf-8")
    start = time.process_time()
    read_entry(root, file, VOCABULARIES)
    return time.process_time() - start


@pytest.mark.parametrize("name", ["tags", "source_datasets", "tasks", "domains", "redirect_from", "modalities"])
def test_a_list_of_many_values_is_checked_in_linear_time(name: str, tmp_path: Path) -> None:
    # The square of the length would take a minute.
    assert seconds(tmp_path, name, [f"word-{number}" for number in range(30_000)]) < 18
