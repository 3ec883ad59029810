"""Finds datasets of the catalogue that a contribution may be: by their id, their address, or a name that is alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from otdi_site.model.dataset import Dataset

_ALIKE = 0.88
_TRACKING = re.compile(r"(?:utm_\w+|ref|fbclid|gclid|download)(?:=|\Z)")
"""Parameters of an address that lead to no other dataset."""
_WORD = re.compile(r"\w+")


def find_same(hub_id: str, url: str, datasets: Iterable[Dataset]) -> list[Dataset]:
    """Those with the same id on the Hub, or the same address."""
    wanted = _bare(url)
    return [
        dataset
        for dataset in datasets
        if (hub_id and (dataset.hub_id or "").lower() == hub_id.lower())
        or (wanted and wanted in {_bare(dataset.url.value if dataset.url else ""), _bare(dataset.hub_url or "")})
    ]


def find_alike(title: str, datasets: Iterable[Dataset]) -> list[Dataset]:
    """Those whose name differs by little: letter case, punctuation, the order of words, or one letter in eight."""
    words = _words(title)
    if not words:
        return []
    joined, ordered = "".join(words), sorted(words)
    found = []
    for dataset in datasets:
        other = _words(dataset.title.value)
        other_joined = "".join(other)
        if not other_joined:
            continue
        matcher = SequenceMatcher(None, joined, other_joined, autojunk=False)
        is_near = matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
        if sorted(other) == ordered or is_near:
            found.append(dataset)
    return found


def _words(title: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", title[:500]).casefold())


def _bare(url: str) -> str:
    """An address without its scheme, ``www.``, fragment, last slash and the words of advertisers, to be compared."""
    bare = re.sub(r"\Ahttps?://(www\.)?", "", url.strip().lower()).partition("#")[0]
    path, _, query = bare.partition("?")
    kept = [each for each in query.split("&") if each and not _TRACKING.match(each)]
    return "?".join([path.rstrip("/"), *filter(None, ["&".join(kept)])])
