"""Reads and replaces files that anybody may have put there, and waits for no pipe.

Devices and pipes have no end, and opening a pipe that nobody writes to waits for ever.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any


def read_plain_file(file: Path, limit: int = -1) -> bytes:
    """The content of a file, at most `limit` bytes; `OSError` where it is none that has an end."""
    with open(file, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file but a device, pipe or socket")
        return opened.read(limit)


def read_plain_json(file: Path) -> Any:
    """Reads a file of JSON; `OSError` as `read_plain_file`, `ValueError` where it is not JSON or too deep."""
    try:
        return json.loads(read_plain_file(file))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def replace_plain_file(file: Path, text: str) -> None:
    """Puts a file of this text in the place of whatever has the name: a pipe would wait for a reader."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    new.write_text(text, encoding="utf-8")
    new.replace(file)
