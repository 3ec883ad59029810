"""Finds addresses of datasets that the site had before and has no more.

A page that goes is no error: people take entries out. But nothing says so to those who followed a link, so that each
build names the lost addresses until they lead somewhere again or are accepted. The build state has a record of them::

    {"own": {"/datasets/a/b.html": ["a/b", "Tides", "https://example.org/"]}, "redirects": ["/datasets/a/c.html"],
     "lost": {"/datasets/a/d.html": null}}

``own`` are datasets that are not of bulk files, by address, with Hub id, title and home page; of a lost address
these are kept where they were known. Without the store, the published site itself tells its addresses.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error, warning
from otdi_site.model.dataset import Dataset

_FOLDER = "datasets"
_NAMED = 10
_SMALLEST_MASS = 2
"""One dataset that goes is no mass, however small the catalog."""
_HOW_TO_LEAD = "`redirect_from: [{address}]`"

Marks = tuple[str | None, ...]
"""Hub id, title and home page: by one of them a dataset is known again at another address."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a published site, and those that it lost."""

    own: Mapping[str, Marks] = field(default_factory=dict)
    redirects: frozenset[str] = frozenset()
    lost: Mapping[str, Marks | None] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The record."""
        document = {"own": self.own, "redirects": sorted(self.redirects), "lost": self.lost}
        return json.dumps(document, sort_keys=True).encode()

    @classmethod
    def decode(cls, content: bytes | None) -> Addresses:
        """Reads the record; empty where there is none, or it is damaged."""
        try:
            known = json.loads(content or b"{}")
            own = {address: tuple(marks) for address, marks in known["own"].items()}
            lost = {address: tuple(marks) if marks else None for address, marks in known["lost"].items()}
            return cls(own, frozenset(known["redirects"]), lost)
        except (ValueError, LookupError, TypeError, AttributeError):
            return cls()


def _marks_of(dataset: Dataset) -> Marks:
    url = dataset.url.value if dataset.url else None
    return (dataset.hub_id and dataset.hub_id.lower(), dataset.title.value, url)


def published_paths(output: Path) -> list[str]:
    """Files of datasets' pages in a published site of which the store knows nothing."""
    return dataset_paths(file.relative_to(output).as_posix() for file in output.glob(f"{_FOLDER}/*/*.html"))


def dataset_paths(paths: Iterable[str]) -> list[str]:
    """Those of some files that are pages of datasets."""
    return [path for path in paths if _is_dataset(path)]


def compare_addresses(
    before: Addresses,
    paths: Collection[str],
    now: Collection[str],
    datasets: Sequence[Dataset],
    redirects: Iterable[str],
    share: float,
    *,
    accept: bool,
) -> tuple[Addresses, list[Diagnostic]]:
    """The addresses of a site with the files `now` that follows one with the pages `paths`, and what is lost.

    `datasets` are those of entries and live metadata, those that left included; `redirects` lead to them.

    An error where more than `share` of the datasets would have no page any more, unless it is accepted.
    """
    gone = {f"/{path}" for path in paths if path not in now}
    total = sum(f"/{path}" not in before.redirects for path in paths)
    dropped = sorted(gone - before.redirects)
    found: list[Diagnostic] = []
    if len(dropped) >= _SMALLEST_MASS and len(dropped) > share * total and not accept:
        found.append(_too_many(dropped, total, share))
    lost: dict[str, Marks | None] = {}
    if not accept:
        lost = {address: marks for address, marks in before.lost.items() if address[1:] not in now}
        lost |= {address: before.own.get(address) for address in sorted(gone)}
    own = {dataset.address: _marks_of(dataset) for dataset in datasets}
    addresses = Addresses(own, frozenset(redirects), lost)
    return addresses, found or describe_lost(addresses, datasets)


def _is_dataset(path: str) -> bool:
    return path.startswith(f"{_FOLDER}/") and path.count("/") == 2 and path.endswith(".html") and "/index." not in path


def describe_lost(addresses: Addresses, datasets: Sequence[Dataset]) -> list[Diagnostic]:
    """A warning for each lost address whose dataset is known again elsewhere, and one for all others."""
    successors: dict[str, Dataset] = {}
    for place in (2, 1, 0):  # the Hub id is the surest, and comes last to win
        named = {mark: each for each in datasets if each.entry_path and (mark := _marks_of(each)[place])}
        for address, marks in addresses.lost.items():
            if marks and (mark := marks[place]) and mark in named:
                successors[address] = named[mark]
    found = []
    for address, dataset in sorted(successors.items()):
        message = f"was at {address} before, which leads nowhere now"
        help = f"add a line {_HOW_TO_LEAD.format(address=address)} to it, or accept that with `build --accept`"
        found.append(warning("OTD442", Mark(dataset.entry_path or ""), message, help))
    others = sorted(addresses.lost.keys() - successors.keys())
    if others:
        lead = (
            "1 address of datasets that were published leads"
            if len(others) == 1
            else (f"{len(others):,} addresses of datasets that were published lead")
        )
        message = f"{lead} nowhere now: "
        help = f"add {_HOW_TO_LEAD.format(address=others[0])} to the entry that took its place, "
        help += "or accept that with `build --accept`"
        found.append(warning("OTD442", Mark("catalog_data"), message + _names(others), help))
    return found


def _too_many(dropped: Sequence[str], datasets: int, share: float) -> Diagnostic:
    message = (
        f"{len(dropped):,} of {datasets:,} datasets that are published would have no page any more, more than the "
        f"{share:.0%} that metadata.max_drop_share allows: {_names(dropped)}"
    )
    help = "look for what is missing in the entries, the snapshot and `sources`; if they are to go, run build --accept"
    return error("OTD441", Mark("catalog_data"), message, help)


def _names(addresses: Sequence[str]) -> str:
    shown = ", ".join(addresses[:_NAMED])
    return f"{shown} and {len(addresses) - _NAMED:,} more" if len(addresses) > _NAMED else shown
