"""Whatever happened before, what is published is the site, the whole site and nothing but the site."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otdi_site.publish import MANIFEST, Staging
from tests.crash.generations import publish, read_site

PATHS = ["a", "a/b", "a/b/c.html", "a/d.html", "e/f.html", "e/g/h.html", "e/g/i/j.html", "k.css"]


def without_clashes(paths: set[str]) -> set[str]:
    """A file cannot be a folder too: the deeper path stays."""
    return {path for path in paths if not any(other.startswith(f"{path}/") for other in paths)}


sites = st.sets(st.sampled_from(PATHS)).flatmap(
    lambda paths: st.fixed_dictionaries(
        {
            MANIFEST: st.just(b'{"made_by":"otdi-site"}'),
            "index.html": st.sampled_from([b"home", b"other home"]),
        }
        | {path: st.sampled_from([b"", b"one", b"two", b"three"]) for path in sorted(without_clashes(paths))}
    )
)
damage = st.one_of(
    st.tuples(st.sampled_from(["delete", "truncate", "replace", "add"]), st.sampled_from(["index.html", *PATHS])),
    st.tuples(st.sampled_from(["lose output", "lose mirror", "lose store", "break build"]), st.just("")),
)
steps = st.lists(
    st.tuples(sites, st.lists(damage, max_size=3), st.sampled_from(["_site", "_site", "other"])), max_size=8
)


def do_damage(root: Path, output: Path, kind: str, path: str) -> None:
    file = output / path
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError):
        match kind:
            case "delete":
                file.unlink()
            case "truncate":
                os.truncate(file, 0)
            case "replace":
                file.unlink()
                file.write_bytes(b"two")
                later = file.stat().st_mtime_ns + 1  # a clock may be too coarse to tell it from what was there
                os.utime(file, ns=(later, later))
            case "add":
                file.parent.mkdir(parents=True, exist_ok=True)
                (file.parent / "stranger.html").write_bytes(b"stranger")
            case "lose output":
                shutil.rmtree(output)
            case "lose mirror":
                shutil.rmtree(output.parent / f".{output.name}.next")
            case "lose store":
                (root / ".cache" / "store.sqlite").unlink()


def make_ours(output: Path) -> None:
    """A folder without the marks of a site, of which no note is left, would be refused."""
    if output.exists() and not (output / MANIFEST).exists():
        shutil.rmtree(output)


class BuildError(Exception):
    """A build found an error after it had staged everything."""


def fail(staging: Staging) -> None:
    raise BuildError


@pytest.mark.parametrize("way", ["swapped", "file by file"])
@settings(deadline=None)
@given(sequence=steps)
def test_each_publication_is_the_site(
    way: str, sequence: list[tuple[dict[str, bytes], list[tuple[str, str]], str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if way == "file by file":
            patch.setattr("otdi_site.publish.publication.exchange", lambda first, second: False)
        root = Path(folder)
        for site, damages, name in sequence:
            output = root / name
            for kind, path in damages:
                if kind == "break build":
                    make_ours(output)
                    with suppress(BuildError):
                        publish(root, {"broken.html": b"", **site}, output=output, before_commit=fail)
                else:
                    do_damage(root, output, kind, path)
            make_ours(output)
            publish(root, site, output=output)
            assert read_site(output) == site
