"""Every word of a page stands in what is made of it, or a diagnostic names its line or that of its block.

``OTDI_THOROUGH=1`` tries 20,000 documents instead of 150.
"""

from __future__ import annotations

import html
import os
import re
from random import Random
from urllib.parse import unquote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otdi_site.diagnostics import Diagnostic
from otdi_site.model.markdown import Document, Slot
from tests.unit.source.markdown.conftest import render_page
from tests.unit.source.markdown.notations import WORD, Composer, Line

EXAMPLES = 20_000 if os.environ.get("OTDI_THOROUGH") else 150
LINES, EXTENT = re.compile(r"in lines? ([\d, ]+)"), re.compile(r"lines (\d+) to (\d+)")


def shown(document: Document) -> str:
    blocks = [str(dict(block.arguments)) if isinstance(block, Slot) else block for block in document.blocks]
    text = html.unescape(f"{document.leading_heading}{''.join(blocks)}").lower()
    return text + unquote(text)


def named_lines(diagnostic: Diagnostic) -> set[int]:
    extents = (range(int(match[1]), int(match[2]) + 1) for match in EXTENT.finditer(diagnostic.message))
    others = (match.group(1).replace(",", " ").split() for match in LINES.finditer(diagnostic.message))
    extent = {number for numbers in extents for number in numbers}
    return {diagnostic.mark.line, *extent, *(int(number) for numbers in others for number in numbers)}


def lost_words(lines: list[Line], hidden: set[str]) -> list[tuple[str, int]]:
    """Words that are neither shown nor reported, with their lines."""
    document = render_page("\n".join(line.text for line in lines))
    found = set(WORD.findall(shown(document)))
    quoted = {word for diagnostic in document.diagnostics for word in WORD.findall(diagnostic.message)}
    reported = {line for diagnostic in document.diagnostics for line in named_lines(diagnostic)}
    first_lines: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        for block in line.blocks:
            first_lines.setdefault(block, number)
    return [
        (word, number)
        for number, line in enumerate(lines, 1)
        if number not in reported and not any(first_lines[block] in reported for block in line.blocks)
        for word in WORD.findall(line.text)
        if word not in found | quoted | hidden
    ]


@given(st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
def test_no_word_is_lost_in_silence(random: Random) -> None:
    composer = Composer(random)
    lines = composer.document()
    assert lost_words(lines, composer.hidden) == [], "\n".join(line.text for line in lines)
