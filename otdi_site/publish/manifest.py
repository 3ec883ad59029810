"""The manifest of a published site, by which later builds know their own output and what was published.

It stands in the site itself, so that it is known without the cache::

    .otdi-site.json    {"made_by": "otdi-site", "format": 1,
                        "pages": {"/about/": ["content/about.md", "About"], …},
                        "sources": ["content/about.md", "templates/partials/footer.html", …],
                        "entries": 17, "terms": {"domains": ["finance", …], …},
                        "kept": ["assets/site.1a2b3c4d.css"]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from otdi_site.plain_files import read_plain_json

MANIFEST = ".otdi-site.json"
_MAKER = "otdi-site"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """The sources of a published site, and the files that it keeps of the site before."""

    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Source and title of what maintainers published, by address: pages, their old addresses, and other files."""
    sources: frozenset[str] = frozenset()
    """Files of the site's own that are not empty, relative to its folder; without entries and live metadata."""
    entries: int = 0
    """Number of entries."""
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the terms of each vocabulary whose terms have lists, sorted."""
    kept: frozenset[str] = frozenset()
    """Fingerprinted files that only the site before names: pages in caches still ask for them."""

    def encode(self) -> bytes:
        """The bytes of the published file."""
        document = {
            "made_by": _MAKER,
            "format": _FORMAT,
            "pages": {address: list(self.pages[address]) for address in sorted(self.pages)},
            "sources": sorted(self.sources),
            "entries": self.entries,
            "terms": {name: list(self.terms[name]) for name in sorted(self.terms)},
            "kept": sorted(self.kept),
        }
        return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    @classmethod
    def decode(cls, content: bytes) -> Manifest | None:
        """Reads the published file; `None` where it is damaged or of another format."""
        try:
            return cls._of(json.loads(content))
        except (ValueError, RecursionError):
            return None

    @classmethod
    def _of(cls, document: Any) -> Manifest | None:
        try:
            if document["made_by"] != _MAKER or document["format"] != _FORMAT:
                return None
            pages = {str(address): (str(source), str(title)) for address, (source, title) in document["pages"].items()}
            sources, kept = (frozenset(map(str, document[name])) for name in ("sources", "kept"))
            terms = {str(name): tuple(map(str, ids)) for name, ids in document["terms"].items()}
            return cls(pages, sources, int(document["entries"]), terms, kept)
        except (ValueError, LookupError, TypeError, AttributeError):
            return None

    @classmethod
    def read(cls, output: Path) -> Manifest | None:
        """That of a published site; `None` where there is none that can be read."""
        try:
            return cls._of(read_plain_json(output / MANIFEST))
        except (OSError, ValueError):
            return None


def is_own_folder(output: Path) -> bool:
    """Whether a folder is a site made by this tool, by whichever version."""
    try:
        return bool(read_plain_json(output / MANIFEST)["made_by"] == _MAKER)
    except (OSError, ValueError, LookupError, TypeError):
        return False
