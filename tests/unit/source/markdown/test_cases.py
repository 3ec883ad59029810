"""Every notation of ``cases/`` becomes the HTML beside it.

After a change that is meant, ``OTDI_UPDATE_EXPECTED=1 pytest tests/unit/source/markdown`` writes the HTML anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_notation_becomes_html(case: Path, html: Callable[[str], str]) -> None:
    result = html(case.read_text("utf-8"))
    expected = case.with_suffix(".html")
    if os.environ.get("OTDI_UPDATE_EXPECTED"):
        expected.write_text(result, encoding="utf-8")
    assert result == expected.read_text("utf-8")
