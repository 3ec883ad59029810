"""The index patch: a new index from the published one and the changes of a few datasets.

What comes out is byte for byte what `write_index` gives for the new catalog, as long as nothing else changed: neither
the tool nor the vocabularies, nor which datasets there are, nor their order.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from otdi_site.index.browser.columns import day_of
from otdi_site.index.browser.encoding import NO_NAME, IndexFile, digest
from otdi_site.index.browser.published import CannotPatchError, PublishedIndex, split_names
from otdi_site.index.browser.row_edits import Change, edit_name_order, edit_pages, edit_previews
from otdi_site.index.browser.rows import encode_json
from otdi_site.index.browser.searchable import searchable_tokens
from otdi_site.index.browser.term_edits import TermEdits, TokenChange
from otdi_site.index.browser.terms import FAMILIES
from otdi_site.index.browser.writer import FORMAT


@dataclass(frozen=True, slots=True)
class Patch:
    """The difference between the published index and the new one."""

    head: str
    """Path of the new head."""
    files: tuple[IndexFile, ...]
    """Files that the published index lacks, in the order in which to write them; the head is last."""
    dropped: frozenset[str]
    """Paths of files that only the published index has."""


def patch_index(
    read: Callable[[str], bytes],
    head: str,
    changes: Sequence[tuple[int, Change]],
    *,
    rows_shown: int,
    seen_on: str | None,
) -> Patch | None:
    """The new index, or `None` where the published one and the changes do not tell it.

    `read` gives the bytes of a published file by its path, `OSError` where it is gone; `head` is the path of the
    published head. Each change comes with the dataset's position in rank order; only title, snippet and description
    may differ. `rows_shown` and `seen_on` are those of `write_index`: where `seen_on` is `None`, the published index
    was made without it, too.
    """
    try:
        return _patch(PublishedIndex(read, head), head, changes, rows_shown, seen_on)
    except (CannotPatchError, OSError, zlib.error):
        return None


def _patch(
    index: PublishedIndex, path: str, changes: Sequence[tuple[int, Change]], rows_shown: int, seen_on: str | None
) -> Patch:
    head = index.head
    _check(head, changes, rows_shown, seen_on)
    parts = [index.content("directories", name) for name in split_names(head["directories"]["rows"])]
    pages = split_names(b"".join(parts).hex())
    terms = TermEdits(index, head["directories"]["search"], head["count"])
    list_directories = split_names(head["directories"]["lists"]["names"])
    lists = [name for part in list_directories for name in split_names(index.document("directories", part)["names"])]
    old_paths = {path, *_paths(head, pages, lists, terms)}

    edit_pages(index, pages, changes)
    edit_previews(index, changes)
    edit_name_order(index, pages, changes)
    terms.edit(
        [
            TokenChange(position, searchable_tokens(before, before_text), searchable_tokens(after, after_text))
            for position, (before, before_text, after, after_text) in changes
        ]
    )
    head["directories"]["search"] = terms.head()
    size = head["directories"]["pages"]
    new_parts = [bytes.fromhex("".join(pages[start : start + size])) for start in range(0, len(pages), size)]
    head["directories"]["rows"] = "".join(index.add("directories", part) for part in new_parts)
    content = encode_json(head)
    new_head = IndexFile(f"head-{digest(content)}.json", content)
    new_paths = {new_head.path, *_paths(head, pages, lists, terms)}
    new_files = (file for file in (*index.new_files, new_head) if file.path in new_paths - old_paths)
    return Patch(new_head.path, tuple(new_files), frozenset(old_paths - new_paths))


def _check(
    head: Mapping[str, Any], changes: Sequence[tuple[int, Change]], rows_shown: int, seen_on: str | None
) -> None:
    if head.get("format") != FORMAT:
        raise CannotPatchError("it has another format")
    if seen_on is not None and day_of(seen_on) != head["today"]:
        raise CannotPatchError("last changes are seen from another day")
    if head["rows"] is None or len(head["rows"]["title"]) != min(rows_shown, head["count"]):
        raise CannotPatchError("lists begin with another number of rows")
    if len(dict(changes)) != len(changes):
        raise CannotPatchError("a dataset has two changes")
    for position, (before, _, after, _) in changes:
        if not 0 <= position < head["count"]:
            raise CannotPatchError("a dataset has no place in the index")
        if replace(before, title=after.title, snippet=after.snippet) != after:
            raise CannotPatchError("more than texts of a dataset changed")


def _paths(head: Mapping[str, Any], pages: Sequence[str], lists: Sequence[str], terms: TermEdits) -> Iterator[str]:
    """The paths of all files of an index but its head."""
    names: list[tuple[str, Iterable[str]]] = [("rows", pages)]
    for facet in head["facets"]:
        names.append(("columns", [facet["column"]["name"]]))
        names.append(("previews", set(split_names(facet["previews"])) - {NO_NAME}))
        names.append(("values", split_names(facet["files"])))
    names.append(("orders", [order["name"] for order in head["orders"].values() if order]))
    names += ((folder, family.names) for folder, family in terms.families.items())
    names.append(("directories", split_names(head["directories"]["rows"])))
    names += (("directories", split_names(head["directories"]["search"][family]["names"])) for family in FAMILIES)
    names += [("lists", lists), ("directories", split_names(head["directories"]["lists"]["names"]))]
    names.append(("names", [head["names"]]))
    return (f"{folder}/{name}.bin" for folder, found in names for name in found)
