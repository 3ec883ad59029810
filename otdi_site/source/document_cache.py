"""Documents that earlier builds made of pages, each with the fingerprint of all that it was made from.

To read the Markdown of a page takes a hundred times as long as to read its document again, a JSON object::

    {"made_from": "0f3c…", "resolved": {"content/about.md": "/about/"}, "blocks": ["<p>…", ["changes", {}, [9, 1], {}]],
     "leading_heading": null, "headings": [[2, "us", "Us", true]], "links": [["/about/", 8, 4, false]], "text": "…",
     "diagnostics": [{"code": "OTD234", …}]}

``made_from`` is a digest of the page's text and of all settings that its reading depends on. ``resolved`` are the files
that its links name, with the addresses that they had: a document counts while they still have them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from otdi_site.diagnostics import Mark, from_json, to_json
from otdi_site.model.markdown import Document, Heading, Link, Slot
from otdi_site.source.markdown import MarkdownOptions

Resolve = Callable[[str], str | None]
"""The address of a page by its file's path; `None` where there is no such page."""


class DocumentCache:
    """Documents by the path of their page. `new` and `dropped` are what to keep of them for the next build."""

    def __init__(self, kept: Mapping[str, bytes] | None = None, made_with: bytes = b"") -> None:
        """`kept` is what builds before made, and `made_with` tells the program from others."""
        self._kept = kept or {}
        self._made_with = made_with.hex()
        self._asked: set[str] = set()
        self.new: dict[str, bytes] = {}

    @property
    def dropped(self) -> set[str]:
        """Paths of pages that nobody asked for."""
        return self._kept.keys() - self._asked

    def document(
        self,
        path: str,
        made_from: tuple[object, ...],
        options: MarkdownOptions,
        resolve: Resolve,
        make: Callable[[Resolve], Document],
    ) -> Document:
        """The document of the page at `path`, which `make` makes where it is not known.

        `made_from` and `options` are all that it depends on, but for what `resolve` tells.
        """
        self._asked.add(path)
        key = _digest(self._made_with, path, made_from, _plain_options(options))
        if path in self._kept:
            document = _decode(self._kept[path], path, key, resolve)
            if document is not None:
                return document
        resolved: dict[str, str | None] = {}

        def note(source: str) -> str | None:
            resolved[source] = resolve(source)
            return resolved[source]

        document = replace(make(note), made_from=_digest(key, resolved))
        self.new[path] = _encode(document, key, resolved)
        return document


def _plain_options(options: MarkdownOptions) -> list[object]:
    """Options without sets, whose order is another one in each process."""
    maps = (options.site_variables, options.callouts)
    return [options.base_path, options.site_host, sorted(options.slots), *(sorted(each.items()) for each in maps)]


def _digest(*parts: object) -> str:
    return hashlib.blake2b(_to_bytes(parts), digest_size=16).hexdigest()


def _to_bytes(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _encode(document: Document, key: str, resolved: Mapping[str, str | None]) -> bytes:
    return _to_bytes(
        {
            "made_from": key,
            "resolved": resolved,
            "blocks": [_plain_slot(block) if isinstance(block, Slot) else block for block in document.blocks],
            "leading_heading": document.leading_heading,
            "headings": [[each.level, each.id, each.text, each.is_listed] for each in document.headings],
            "links": [[each.target, each.mark.line, each.mark.column, each.is_image] for each in document.links],
            "text": document.text,
            "diagnostics": [to_json(diagnostic) for diagnostic in document.diagnostics],
        }
    )


def _plain_slot(slot: Slot) -> list[object]:
    marks = {name: [mark.line, mark.column] for name, mark in slot.marks.items()}
    return [slot.name, slot.arguments, [slot.mark.line, slot.mark.column], marks]


def _decode(content: bytes, path: str, key: str, resolve: Resolve) -> Document | None:
    """The document again; `None` where it was made from something else, or is damaged."""

    def block(known: Any) -> str | Slot:
        if isinstance(known, str):
            return known
        name, arguments, mark, marks = known
        return Slot(name, arguments, Mark(path, *mark), {name: Mark(path, *place) for name, place in marks.items()})

    try:
        known = json.loads(content.decode("utf-8", "surrogatepass"))
        resolved = known["resolved"]
        if known["made_from"] != key or any(resolve(source) != address for source, address in resolved.items()):
            return None
        return Document(
            blocks=tuple(map(block, known["blocks"])),
            leading_heading=known["leading_heading"],
            headings=tuple(Heading(*heading) for heading in known["headings"]),
            links=tuple(
                Link(target, Mark(path, line, column), is_image) for target, line, column, is_image in known["links"]
            ),
            text=known["text"],
            diagnostics=tuple(map(from_json, known["diagnostics"])),
            made_from=_digest(key, resolved),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
