"""Leaves out of a host's description what says nothing of the dataset: headings of templates, and what the Hub adds.

The data keeps the description as the host gives it. What is shown, listed and searched comes from here.
"""

from __future__ import annotations

import re

_REFERENCE = "See the full description on the dataset page:"
"""The beginning of what the Hub puts behind the first characters of a card."""
_REFERENCE_LENGTH = 300
_HOSTED = re.compile(
    r"\S++ dataset hosted on Hugging Face and contributed by the HF Datasets community\.?", re.IGNORECASE
)
"""The Hub's description of a dataset whose card has none."""
_HEADING = re.compile(
    r"dataset card(?: for\b.*+)?|(?:dataset )?(?:descriptions?|summary|overview|details|introduction|information)"
    r"|additional information|dataset|table of contents|version 1",
    re.IGNORECASE,
)
_HEADINGS = 6
"""Headings that may stand at the beginning, one below the other."""
_HEADING_LENGTH = 200


def clean_host_text(text: str) -> str:
    """A description without them; empty where nothing else is left."""
    text = text.strip()
    place = text.rfind(_REFERENCE, max(0, len(text) - _REFERENCE_LENGTH))
    if place >= 0:
        text = text[:place].rstrip()
    if (text.endswith("…") and _HOSTED.fullmatch(text[:-1].rstrip())) or _HOSTED.fullmatch(text):
        return ""
    for _ in range(_HEADINGS):
        line, _, rest = text.partition("\n")
        heading = line.strip(" \t#*:\ufe0f\U0001f52d\U0001f4d6\U0001f4cb")
        if len(line) > _HEADING_LENGTH or not _HEADING.fullmatch(heading):
            break
        text = rest.lstrip()
    return text
