"""Fingerprints: digests of everything that a file is made from. An equal fingerprint means: keep the file."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

SIZE = 16
"""Bytes of a fingerprint."""
_PACKAGE = Path(__file__).parent
_LIBRARIES = Path(sysconfig.get_path("purelib"))


def fingerprint(*parts: bytes) -> bytes:
    """The fingerprint of some bytes in their order; where one ends and the next begins matters."""
    digest = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


@cache
def program_fingerprint() -> bytes:
    """Of Python, the libraries' versions and the program's own text: its version would hide a developer's change."""
    libraries: list[str] = []
    with suppress(OSError):  # none is installed there
        libraries = sorted(file.name for file in _LIBRARIES.glob("*.dist-info"))
    versions = repr((sys.version, libraries)).encode()
    return fingerprint(versions, *contents_of(_PACKAGE, sorted(_PACKAGE.rglob("*.py"))))


def contents_of(folder: Path, files: Iterable[Path]) -> list[bytes]:
    """Paths and contents of files of a folder."""
    return [part for file in files for part in (file.relative_to(folder).as_posix().encode(), file.read_bytes())]
