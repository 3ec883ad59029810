"""Keeps previews beside the snapshot, ``catalog_data/snapshots/previews.jsonl``.

One dataset a line, sorted by id (broken here to be read); without ``configurations``, the viewer had nothing::

    {"id":"example-org/tides","revision":"0123…","source":"https://datasets-server.huggingface.co","read_at":"2026-01-02T03:04:05Z",
     "configurations":[["default",[["train",1200]]]],"configuration_count":1,"configuration":"default","split":"train",
     "columns":[["height","float64"]],"column_count":1,"rows":[["1.5"]]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.hub.snapshot_writer import SNAPSHOT_FOLDER
from otdi_site.model.preview import Configuration, Preview
from otdi_site.model.snapshot import sort_key
from otdi_site.plain_files import read_plain_file, replace_plain_file
from otdi_site.tokens import find_tokens

PREVIEWS = "previews.jsonl"
_MARK = Mark(f"{SNAPSHOT_FOLDER}/{PREVIEWS}")


def load_previews(root: Path) -> tuple[dict[str, Preview], tuple[Diagnostic, ...]]:
    """The previews by Hub id; a missing file holds none, and one that cannot be read is an error."""
    help = "restore the file from Git, or remove it and run refresh"
    try:
        lines = read_plain_file(root / SNAPSHOT_FOLDER / PREVIEWS).decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeError):
        return {}, (error("OTD550", _MARK, "cannot be read", help),)
    previews: dict[str, Preview] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            previews[str(row["id"])] = _read(row)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            problems.append(error("OTD550", Mark(_MARK.path, number), "is no preview of a dataset", help))
    return previews, tuple(problems[:20])


def write_previews(root: Path, previews: Mapping[str, Preview]) -> tuple[Diagnostic, ...]:
    """Writes the file if it changes, whole or not at all."""
    rows = [_row(hub_id, previews[hub_id]) for hub_id in sorted(previews, key=sort_key)]
    content = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    file = root / SNAPSHOT_FOLDER / PREVIEWS
    if find_tokens().is_in(content):
        help = "revoke the token on the Hub, and look for it in the first rows of the datasets"
        return (error("OTD445", _MARK, "would hold the Hugging Face token", help),)
    try:
        if content or file.exists():
            if file.exists() and read_plain_file(file) == content.encode():
                return ()
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_plain_file(file, content)
    except OSError as problem:
        help = "make the folder writable and free space on the disk, then run refresh again"
        return (error("OTD409", _MARK, f"cannot be written: {problem.strerror}", help),)
    return ()


def _row(hub_id: str, preview: Preview) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": hub_id,
        "revision": preview.revision,
        "source": preview.source,
        "read_at": preview.read_at,
    }
    if not preview.configurations:
        return row
    return row | {
        "configurations": [[each.name, each.splits] for each in preview.configurations],
        "configuration_count": preview.configuration_count,
        "configuration": preview.configuration,
        "split": preview.split,
        "columns": preview.columns,
        "column_count": preview.column_count,
        "rows": preview.rows,
    }


def _read(row: Mapping[str, Any]) -> Preview:
    preview = Preview(str(row["revision"]), str(row["source"]), str(row["read_at"]))
    if "configurations" not in row:
        return preview
    columns = tuple((str(name), str(kind)) for name, kind in row["columns"])
    rows = tuple(tuple(str(cell) for cell in cells) for cells in row["rows"])
    if any(len(cells) != len(columns) for cells in rows):
        raise ValueError("rows of another length than the columns")
    return Preview(
        preview.revision,
        preview.source,
        preview.read_at,
        tuple(
            Configuration(str(name), tuple((str(split), None if n is None else int(n)) for split, n in splits))
            for name, splits in row["configurations"]
        ),
        int(row["configuration_count"]),
        str(row["configuration"]),
        str(row["split"]),
        columns,
        int(row["column_count"]),
        rows,
    )
