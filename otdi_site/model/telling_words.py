"""Chooses the words of names and texts by which datasets can be told to be alike; how rare they are is seen later.

`index.related` counts and weighs them: a worker that reads a part of a bulk file does not know the others.
"""

from __future__ import annotations

import re

_URL = re.compile(r"https?://\S*+")
_WORD = re.compile(r"[^\W\d_]{3,}+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TEXT_WORDS = 16
"""Words of a description that are looked at, the first ones: they say what it is."""
_WORD_LENGTH = 24
_LIST = """
about above additional after also annotated annotations are array available based been being below benchmark between
both can card citation clean cleaned collected collection containing contains content corpus created curated data
dataset datasets demo description designed details different each eval evaluation example examples existing features
file files filtered final following for format formatted from full generated has have help hub huggingface human
image images included includes including info information instances into its json label labels language languages
large license loading machine main many mini mixed model models more most multi multiple name new not number only
open original other our over overview paper parquet part please preprocessed processed provided provides public
purpose quality random raw reference release repository research row rows sample samples sampled set sets several
should simple size small some source sources split splits subset such summary synthetic table task tasks test tests
text texts than that the their them then there these they this those through tiny total train trained training two
under use used using uses valid validation various version versions was well were what when where which while will
with within without work you your
"""
_GENERAL = frozenset(_LIST.split())
"""Words that any dataset may have, in lower case: in a small catalogue they are rare and say nothing all the same."""


def telling_words(name: str, text: str) -> str:
    """The words of a name, a bar, and further ones of a description: ``tides bay|heights harbour``.

    They are in lower case, each once, without figures, so that neither a year nor ``13k`` is among them.
    """
    named = _find(_CAMEL.sub(" ", name))
    if "http" in text:
        text = _URL.sub(" ", text)
    found = [word for word in _find(text) if len(word) > 3 and word not in named]
    return f"{' '.join(named)}|{' '.join(found[:_TEXT_WORDS])}"


def _find(text: str) -> list[str]:
    words = dict.fromkeys([word[:_WORD_LENGTH] for word in _WORD.findall(text.lower())])
    return [word for word in words if word not in _GENERAL]
