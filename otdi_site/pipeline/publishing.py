"""The publishing stage: compares the plan with the published site, and swaps the new one in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from otdi_site.diagnostics import Diagnostic, Mark, warning
from otdi_site.fingerprints import fingerprint
from otdi_site.pipeline.artifacts import ArtifactSpec
from otdi_site.pipeline.up_to_date import Started
from otdi_site.publish import MANIFEST, Manifest, Staging
from otdi_site.publish.staging import Stamp
from otdi_site.store import Artifact, StoredPaths, StoreError

SITE_LIMIT = 1_000_000_000
"""Bytes a site on GitHub Pages may have (docs.github.com, "GitHub Pages limits": 1 GB)."""
FILE_LIMIT = 100_000_000
"""Bytes of a file that GitHub takes (docs.github.com, "About large files on GitHub": 100 MB)."""
_FINGERPRINTED = re.compile(r"assets/(?:[^\n]*[./-])?[0-9a-f]{8,}\.[^/\n]*")
"""Paths that change with the content; see `render/assets.py` and ``docs/index-format.md``."""
_NEAR = 0.9
"""Share of a limit from which on a warning is given."""
_SHOWN = 3
_FEW = 1_000
"""Files of which up to so many are written into the mirror at once; more are left to the next build, if it comes."""


@dataclass(slots=True)
class Changes:
    """Numbers of files that a publication wrote and removed."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0
    size: int = 0
    """Bytes of the whole site."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


class TextEdits(NamedTuple):
    """The other files of a site in which only texts changed, as its publication knows them."""

    dropped: frozenset[str]
    """Paths of files that only the published site has."""
    paths: StoredPaths
    """Of the files of the published site."""
    size: int
    """Bytes of the published site."""


class Release:
    """One release of a site. Its methods raise `PublishError`, and then nothing was published.

    Fingerprinted files that only the published site names stay, for pages in caches; until another release.
    """

    def __init__(
        self,
        started: Started,
        specs: Mapping[str, ArtifactSpec],
        before: Manifest | None,
        after: Manifest,
        texts: TextEdits | None = None,
    ) -> None:
        """`specs` are all files of the site by path or, with `texts`, those that may differ from the published ones.

        The manifests are of the published and the new site. With `texts`, the published site must have been verified.
        """
        self._publication = publication = started.publication
        self._store = store = started.store
        self._specs = specs
        self._before = before
        self._after = after
        self._texts = texts
        self._trees = started.verification.trees
        kept_before = before.kept if before is not None else frozenset()
        self._found: dict[str, Artifact] = {}
        if texts is not None:
            wanted = {*specs, *texts.dropped, *kept_before, MANIFEST}
            self._known = store.find(wanted) or {}
            orphans = (texts.dropped | kept_before) & self._known.keys() - specs.keys()
        else:
            self._known = store.load()
            if before is not None and not _is_as_left(publication.output, self._known):
                others = specs.keys() | kept_before | self._known.keys()
                self._found = _find_fingerprinted(publication.output, others)
                self._known |= self._found
            orphans = frozenset(self._known.keys() - specs.keys() - {MANIFEST})
        known = self._known
        self._inspection = None
        intact: Collection[str] = known.keys()
        if self._trees is None or self._found:
            self._trees = None
            self._inspection = publication.inspect({path: stored.stamp for path, stored in known.items()})
            intact = self._inspection.intact.keys()
        self.needed = {
            path for path, spec in specs.items() if path not in intact or known[path].fingerprint != spec.fingerprint
        }
        """Paths of the files that must be rendered."""
        self._kept = may_stay(orphans & set(intact)) - kept_before
        self._stale = orphans & kept_before
        self._orphans = sorted(orphans - self._kept - self._stale)
        self._stamps: dict[str, Stamp] = {}
        self._new = 0
        self._staging: Staging | None = None

    @property
    def known_paths(self) -> Collection[str]:
        """Files of the site that was published last, as far as the store knows them."""
        return self._known.keys() - self._found.keys()

    @property
    def _has_lost(self) -> bool:
        """Whether the published site lacks files, or has files that are not its own."""
        return self._inspection is not None and bool(self._inspection.lost or self._inspection.foreign)

    def stage(self) -> Staging | None:
        """Where to write the files that must be rendered; `None` where the published site is as it should be."""
        is_described = self._before is not None and replace(self._before, kept=frozenset()) == self._after
        has_work = bool(self.needed or self._orphans or self._kept or self._has_lost)
        if self._trees is not None:
            # The mirror is the same as the published site by now: that is noted even where nothing is written.
            self._staging = self._publication.adopt(self._trees)
        elif has_work or not is_described:
            self._staging = self._publication.stage()
        if self._staging is not None:
            for path in self._orphans:
                self._staging.remove(path)
        return self._staging

    def take(self, path: str, stamp: Stamp | None, is_new: bool) -> None:
        """Notes a file that was rendered; `stamp` is `None` where it was not written."""
        if stamp is not None:
            self._stamps[path] = stamp
            self._new += is_new

    def publish(self, make_records: Callable[[Changes], Mapping[str, bytes]]) -> Changes:
        """Swaps the new site in, where it differs; `make_records` makes the records of the build state."""
        foreign = self._inspection.foreign if self._inspection is not None else ()
        has_news = bool(self._new or self._orphans or self._kept or self._has_lost)
        kept = frozenset(self._kept if has_news else self._stale)
        removed = sorted([*self._orphans, *(self._stale - kept)])
        written = {path: Artifact(self._specs[path].fingerprint, stamp) for path, stamp in self._stamps.items()}
        written |= {path: self._found[path] for path in kept & self._found.keys()}
        if self._staging is not None:
            for path in self._stale - kept:
                self._staging.remove(path)
            artifact, is_new = write_manifest(self._staging, replace(self._after, kept=kept))
            if is_new or has_news:
                self._publication.commit()
            if self._known.get(MANIFEST) != artifact:
                written[MANIFEST] = artifact
        files, size, limits = self._measure(kept, written, removed)
        changes = Changes(self._new, len(removed) + len(foreign), files - self._new, size, limits)
        try:
            self._store.commit(written, removed, records=make_records(changes), are_others_kept=self._texts is not None)
        except StoreError as problem:
            # The site is out by now; without the store the next build just has more to do.
            changes.diagnostics.append(problem.diagnostic)
        if self._staging is not None and len(written) + len(removed) <= _FEW:
            self._publication.prepare(written, removed, files)
        return changes

    def _measure(
        self, kept: Collection[str], written: Mapping[str, Artifact], removed: Collection[str]
    ) -> tuple[int, int, list[Diagnostic]]:
        """Number of files, bytes of the site, and what is to be said of them."""
        known, texts = self._known, self._texts
        if texts is None:
            stamps = {path: artifact.stamp for path, artifact in {**known, **written}.items()}
            sizes = {path: stamps[path][0] for path in [*self._specs, *kept, MANIFEST]}
            return len(sizes), sum(sizes.values()), check_limits(sizes)
        files = len(texts.paths) + len(written.keys() - known.keys()) - len(removed)
        size = texts.size + sum(artifact.stamp[0] for artifact in written.values())
        size -= sum(known[path].stamp[0] for path in {*written, *removed} if path in known)
        new_sizes = {path: artifact.stamp[0] for path, artifact in written.items()}
        if not may_pass_limits(size, max(texts.paths.largest, *new_sizes.values(), 0)):
            return files, size, []
        sizes = texts.paths.sizes | new_sizes
        return files, size, check_limits({path: each for path, each in sizes.items() if path not in removed})


def may_stay(paths: Iterable[str]) -> frozenset[str]:
    """Those of some files that pages of the published site name and that no other file can ever replace."""
    return frozenset(path for path in paths if _FINGERPRINTED.fullmatch(path))


def write_manifest(staging: Staging, manifest: Manifest) -> tuple[Artifact, bool]:
    """Writes it into the new site; whether its bytes are new."""
    content = manifest.encode()
    stamp, is_new = staging.write(MANIFEST, content)
    return Artifact(fingerprint(content), stamp), is_new


def _is_as_left(output: Path, known: Mapping[str, Artifact]) -> bool:
    """Whether the store is that of the published site: not of one before, and not lost."""
    status = (output / MANIFEST).stat()
    return MANIFEST in known and known[MANIFEST].stamp == (status.st_size, status.st_mtime_ns)


def _find_fingerprinted(output: Path, others: set[str]) -> dict[str, Artifact]:
    """Fingerprinted files of a published site that no store knows, but for some others."""
    found = {}
    for folder, _, names in os.walk(output / "assets"):
        paths = ((Path(folder) / name).relative_to(output).as_posix() for name in names)
        for path in may_stay(paths) - others:
            status = (output / path).lstat()
            found[path] = Artifact(fingerprint(), (status.st_size, status.st_mtime_ns))
    return found


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
