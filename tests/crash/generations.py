"""Sites to publish in tests: each generation differs from the one before as sites do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

from otdi_site.diagnostics import Mark
from otdi_site.publish import Inspection, Publication, Staging
from otdi_site.store import FINGERPRINT_SIZE, Artifact, Store


def generation(number: int, pages: int = 12) -> dict[str, bytes]:
    """Every file of generation `number`: some pages change, some come and go, a file becomes a folder and back."""
    site = {
        ".otdi-site.json": b'{"made_by":"otdi-site"}',
        "index.html": f"generation {number} needs assets/style.{number}.css".encode(),
        f"assets/style.{number}.css": f"style of {number}".encode(),
        "turn/index.html" if number % 2 else "turn": f"turn {number}".encode(),
    }
    for page in range(pages):
        if (page + number) % 5:
            text = f"page {page}, version {(number + page) // 3} "
            site[f"datasets/publisher-{page % 4}/name-{page}.html"] = text.encode() * 200
    return site


def read_site(output: Path) -> dict[str, bytes]:
    """Every file below the output folder."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes() for path in sorted(output.rglob("*")) if path.is_file()
    }


def fingerprint(content: bytes) -> bytes:
    return blake2b(content, digest_size=FINGERPRINT_SIZE).digest()


def publish(
    root: Path,
    site: Mapping[str, bytes],
    *,
    output: Path | None = None,
    writers: int = 0,
    wait: float = 60.0,
    before_commit: Callable[[Staging], None] | None = None,
) -> tuple[Inspection, list[str]]:
    """Publishes `site` as a build does; returns what was found before and which files got new bytes.

    With `writers`, that many processes write the artifacts, and outlive this one if it is killed.
    """
    cache = root / ".cache"
    plan = {path: fingerprint(content) for path, content in site.items()}
    with (
        Publication(root, output or root / "_site", cache, notify=_say, wait=wait) as publication,
        Store(cache / "store.sqlite", Mark(".cache/store.sqlite")) as store,
    ):
        known = store.load()
        inspection = publication.inspect({path: artifact.stamp for path, artifact in known.items()})
        stale = [
            path for path in sorted(plan) if path not in inspection.intact or known[path].fingerprint != plan[path]
        ]
        orphans = sorted(known.keys() - plan.keys())
        if not (stale or orphans or inspection.foreign):
            return inspection, []
        staging = publication.stage()
        for path in orphans:
            staging.remove(path)
        _write_elsewhere(staging, site, stale, writers)
        written: dict[str, Artifact] = {}
        new = []
        for path in stale:
            stamp, is_new = staging.write(path, site[path])
            written[path] = Artifact(plan[path], stamp)
            if is_new:
                new.append(path)
        if before_commit is not None:
            before_commit(staging)
        publication.commit()
        store.commit(written, orphans)
        publication.prepare(written, orphans, len(plan))
    return inspection, new


def _write_elsewhere(staging: Staging, site: Mapping[str, bytes], paths: list[str], writers: int) -> None:
    children = []
    for writer in range(writers):
        child = os.fork()
        if child == 0:
            try:
                for path in paths[writer::writers]:
                    staging.write(path, site[path])
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
