"""Rows in the shape of the Hub's dumps, made from the sample beside the project; it must not measure.

The sample has no counts, dates or sizes. The rows have none either: nothing is invented about a real dataset. More
rows than the sample has are its rows again under other names, in an invented account each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[2] / "shared" / "hub_sample" / "hub_records.jsonl.zst"
SAMPLE_SIZE = 25_918
_MODALITIES = ("Text", "Audio", "Image", "Video", "Tabular")


def make_rows(count: int) -> Iterator[dict[str, Any]]:
    """The first `count` rows."""
    if not SAMPLE.is_file():
        sys.exit(f"this needs {SAMPLE}, which is no part of the project")
    lines = subprocess.run(["zstd", "-dc", str(SAMPLE)], capture_output=True, check=True).stdout.splitlines()
    for number in range(count):
        row = _convert(json.loads(lines[number % len(lines)]))
        if copy := number // len(lines):
            row["id"] = f"{row['author']}-{copy}/{row['id'].rpartition('/')[2]}"
            row["author"] = f"{row['author']}-{copy}"
        yield row


def write_rows(file: Path, count: int) -> Path:
    """The same as JSON lines."""
    with file.open("w", encoding="utf-8") as lines:
        for row in make_rows(count):
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return file


def _convert(record: dict[str, Any]) -> dict[str, Any]:
    words = record["keywords"]
    license_id = record["license_url"].rstrip("/").rpartition("/")[2].removesuffix(".html")
    tags = [word for word in words if word != "Datasets"]
    tags.append(f"license:{license_id}")
    tags += [f"modality:{word.lower()}" for word in _MODALITIES if word in words]
    tags += [path.split("/")[1] for path in record["categories"] if path.startswith("domain/")]
    tags += ["language:en"] if "English" in words else []
    return {
        "id": record["id"],
        "author": record["id"].partition("/")[0],
        "tags": tags,
        "description": record["description"],
        "gated": False,
        "private": False,
    }
