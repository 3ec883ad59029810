"""The publishing stage: has made what is not as it should be, and swaps the new site in; it must not render."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.publish import Publication, Staging
from otdi_site.publish.staging import Stamp
from otdi_site.store import Artifact, Store, StoreError

SITE_LIMIT = 1_000_000_000
"""Bytes a site on GitHub Pages may have (docs.github.com, "GitHub Pages limits": 1 GB)."""
FILE_LIMIT = 100_000_000
"""Bytes of a file that GitHub takes (docs.github.com, "About large files on GitHub": 100 MB)."""
_NEAR = 0.9
"""Share of a limit from which on a warning is given."""
_SHOWN = 3
_FEW = 1_000
"""Files of which up to so many are written into the mirror at once; more are left to the next build, if it comes."""


@dataclass(slots=True)
class Changes:
    """What a publication did, in numbers of files."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0
    size: int = 0
    """Bytes of the whole site."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Release:
    """One release of a site. Its methods raise `PublishError`, and then nothing was published."""

    def __init__(self, publication: Publication, store: Store, fingerprints: Mapping[str, bytes]) -> None:
        """`fingerprints` are of all files of the site, by path."""
        self._publication = publication
        self._store = store
        self._fingerprints = fingerprints
        self._known = known = store.load()
        self._survey = survey = publication.inspect({path: stored.stamp for path, stored in known.items()})
        self.needed = {
            path
            for path, made_from in fingerprints.items()
            if path not in survey.intact or known[path].fingerprint != made_from
        }
        """Paths of the files that must be made."""
        self._orphans = sorted(known.keys() - fingerprints.keys())
        self._stamps: dict[str, Stamp] = {}
        self._new = 0
        self._is_staged = False

    def stage(self) -> Staging | None:
        """Where to write the files that must be made; `None` where the published site is as it should be."""
        if not (self.needed or self._orphans or self._survey.foreign):
            return None
        staging = self._publication.stage()
        self._is_staged = True
        for path in self._orphans:
            staging.remove(path)
        return staging

    def take(self, path: str, stamp: Stamp | None, is_new: bool) -> None:
        """Notes a file that was made; `stamp` is `None` where it was not written."""
        if stamp is not None:
            self._stamps[path] = stamp
            self._new += is_new

    def publish(self, remember: Callable[[int], Mapping[str, bytes]]) -> Changes:
        """Swaps the new site in, where it differs; `remember` says what the store keeps of one of so many bytes."""
        survey, known = self._survey, self._known
        if self._new or self._orphans or survey.lost or survey.foreign:
            self._publication.commit()
        changes = Changes(self._new, len(self._orphans) + len(survey.foreign), len(self._fingerprints) - self._new)
        stamps = {path: artifact.stamp for path, artifact in known.items()} | self._stamps
        sizes = {path: stamps[path][0] for path in self._fingerprints}
        changes.size = sum(sizes.values())
        written = {path: Artifact(self._fingerprints[path], stamp) for path, stamp in self._stamps.items()}
        try:
            self._store.commit(written, self._orphans, remembered=remember(changes.size))
        except StoreError as problem:
            # The site is out by now; without the store the next build just has more to do.
            changes.diagnostics.append(problem.diagnostic)
        if self._is_staged and len(written) + len(self._orphans) <= _FEW:
            self._publication.prepare(written, self._orphans, len(self._fingerprints))
        changes.diagnostics += check_limits(sizes)
        return changes


def may_pass_limits(total: int, largest: int) -> bool:
    """Whether `check_limits` may have something to say of a site of so many bytes, with a file of so many."""
    return total > _NEAR * SITE_LIMIT or largest > _NEAR * FILE_LIMIT


def check_limits(sizes: Mapping[str, int]) -> list[Diagnostic]:
    """Whether a site of files of these sizes, in bytes, comes near to what GitHub Pages takes."""
    diagnostics = []
    total = sum(sizes.values())
    if total > _NEAR * SITE_LIMIT:
        pages = sum(path.startswith("datasets/") for path in sizes)
        message = (
            f"the site has {total / 1e6:,.0f} MB in {len(sizes):,} files, {pages:,} of them of datasets; "
            f"GitHub Pages takes {SITE_LIMIT / 1e6:,.0f} MB"
        )
        help = "accept fewer rows of `sources`, shorten templates/dataset.html, or publish elsewhere"
        diagnostics.append(warning("OTD510", Mark("site.yaml"), message, help))
    large = sorted(((size, path) for path, size in sizes.items() if size > _NEAR * FILE_LIMIT), reverse=True)
    for size, path in large[:_SHOWN]:
        message = f"has {size / 1e6:,.0f} MB; GitHub takes {FILE_LIMIT / 1e6:,.0f} MB a file"
        diagnostics.append(warning("OTD511", Mark(path), message, "split it, or offer it from another host"))
    return diagnostics
