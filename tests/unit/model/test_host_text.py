"""What hosts and templates add to descriptions is left out of what is shown, listed and searched; nothing else is."""

from __future__ import annotations

import json
import subprocess

import pytest

from bench.synthesis import HUB_SAMPLE
from otdi_site.model.host_text import clean_host_text

REFERENCE = "See the full description on the dataset page: https://huggingface.co/datasets/example/tides."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Heights of tides.", "Heights of tides."),
        (f"Heights of tides in 40 po… {REFERENCE}", "Heights of tides in 40 po…"),
        (f"Heights of tides.\n\n{REFERENCE}", "Heights of tides."),
        ("example/tides dataset hosted on Hugging Face and contributed by the HF Datasets community", ""),
        (f"example/tides dataset hosted on Hugging Face and contributed by the HF Datasets community… {REFERENCE}", ""),
        ("Dataset Card for Tides\n\nHeights of tides.", "Heights of tides."),
        ('Dataset Card for "tides"\n\nDataset Summary\n\nHeights of tides.', "Heights of tides."),
        ("# Dataset Description:\nHeights of tides.", "Heights of tides."),
        ("Dataset Card for Tides", ""),
        ("", ""),
        # Sentences, and headings that say something.
        ("Tides dataset hosted on Hugging Face, with heights.", "Tides dataset hosted on Hugging Face, with heights."),
        ("Description of tides\nHeights.", "Description of tides\nHeights."),
        ("Tides\n\nDataset Summary\n\nHeights.", "Tides\n\nDataset Summary\n\nHeights."),
        (f"{REFERENCE} It has heights.{' More.' * 100}", f"{REFERENCE} It has heights.{' More.' * 100}"),
    ],
)
def test_only_what_says_nothing_is_left_out(text: str, shown: str) -> None:
    assert clean_host_text(text) == shown
    assert clean_host_text(shown) == shown


@pytest.mark.skipif(not HUB_SAMPLE.is_file(), reason="the sample of the Hub is not here")
def test_the_sample_of_the_hub_has_none_of_it_left() -> None:
    unpacked = subprocess.run(["zstd", "-dcq", str(HUB_SAMPLE)], capture_output=True, check=True).stdout
    texts = [str(json.loads(line)["description"] or "") for line in unpacked.splitlines()]
    lines = ["\n".join(filter(None, map(str.strip, text.split("\n")))) for text in texts]
    shown = [clean_host_text(text) for text in lines]
    assert not any("See the full description on" in text for text in shown)
    assert not any("hosted on Hugging Face and contributed by" in text for text in shown)
    assert sum(text.lower().startswith("dataset card for") for text in shown) <= 1  # one is a sentence
    assert 4_000 < sum(not text for text in shown) < 4_300
