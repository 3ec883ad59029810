"""Builds in processes of their own, forked from this one; it must not assert anything.

Each begins as a user's does, with nothing in its memory from an earlier one, and without the second that it takes to
import the program and to compile its templates.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from otdi_site import pipeline
from otdi_site.diagnostics import Diagnostic
from otdi_site.pipeline import Request, assembly, commands
from otdi_site.progress import Progress
from tests import warm_start
from tests.sites import IS_THOROUGH as IS_THOROUGH
from tests.sites import without_kept

PATIENCE = 300.0
"""Seconds after which a test gives up waiting for something that has to happen."""

MOMENT = 0.06
"""Seconds after which a file may be taken for one that no longer changes: builds distrust those that just did."""

_PROCESSES = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Built:
    """How a build ended."""

    status: int
    diagnostics: tuple[Diagnostic, ...]
    summary: dict[str, Any]
    line: str
    workers: int
    """Processes it started."""
    plans_texts_only: bool
    """Whether it planned only what may differ where texts changed."""

    @property
    def is_incremental(self) -> bool:
        """Whether it used what the last build left."""
        return bool(self.summary.get("rebuild") == "incremental")

    @property
    def codes(self) -> list[str]:
        return [diagnostic.code for diagnostic in self.diagnostics]


class Build:
    """A build that has been started, in a session of its own."""

    def __init__(
        self,
        root: Path,
        *,
        output: Path | None = None,
        jobs: int = 1,
        base_url: str | None = None,
        needs_much: bool = False,
        before: Callable[[], object] | None = None,
    ) -> None:
        """With two `jobs` even the smallest build has workers, unless it `needs_much`. `before` runs in its process."""
        root = root.resolve()
        # What the published site had and the sources have not is accepted: builds from nothing do not know of it.
        request = Request(root, output or root / "_site", base_url, True, False, jobs, accept=True)
        warm_start.prepare()
        self._answer, theirs = _PROCESSES.Pipe(duplex=False)
        self.process = _PROCESSES.Process(target=_build, args=(request, needs_much, before, theirs))
        self.process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def finish(self) -> Built:
        """Waits for the end. Raises `RuntimeError` where the build raised something, was killed or does not end."""
        try:
            answer = self._answer.recv()
        except EOFError:
            self.process.join()
            answer = f"the build ended with {self.process.exitcode}"
        self.process.join()
        self._answer.close()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        assert isinstance(answer, Built)
        return answer

    def kill(self) -> bool:
        """Kills it, and nothing but it; whether it was still at work."""
        self.process.kill()
        self.process.join()
        self._answer.close()
        return self.process.exitcode == -signal.SIGKILL


def build(root: Path, **options: Any) -> Built:
    """A build from its start to its end; the options are those of `Build`."""
    return Build(root, **options).finish()


def _build(request: Request, needs_much: bool, before: Callable[[], object] | None, answer: Connection) -> None:
    os.setsid()
    faulthandler.dump_traceback_later(PATIENCE, exit=True)  # a build that does not end tells where it stands
    workers: list[None] = []
    os.register_at_fork(after_in_parent=lambda: workers.append(None))
    plan_texts = assembly.Assembly.plan_texts
    ways: list[None] = []

    def watch(self: assembly.Assembly, output: Path) -> bool:
        plans_texts_only = plan_texts(self, output)
        ways.extend([None] * plans_texts_only)
        return plans_texts_only

    assembly.Assembly.plan_texts = watch  # type: ignore[method-assign]  # in a process of its own
    if not needs_much:
        start_workers_early()
    if not IS_THOROUGH:
        warm_start.use()
    try:
        if before is not None:
            before()
        outcome = pipeline.build(request, Progress(is_quiet=True))
        facts = (outcome.exit_status, outcome.diagnostics, outcome.summary, outcome.line)
        answer.send(Built(*facts, workers=len(workers), plans_texts_only=bool(ways)))
    except BaseException:
        answer.send(traceback.format_exc())


def start_workers_early() -> None:
    """Lets builds of this process start workers however little there is to do."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("otdi_site.pipeline.")]
    for name in ("_WORTH_WORKERS", "_WORTH_WORKER"):
        changed = [module for module in (commands, *modules) if hasattr(module, name)]
        assert changed, "nothing says from when on workers are worth their while"
        for module in changed:
            setattr(module, name, 1)


def copy_sources(root: Path, target: Path) -> Path:
    """The sources of a site in another folder, without anything that a build made."""
    shutil.copytree(root, target, symlinks=True, ignore=lambda folder, names: _made(Path(folder) == root, names))
    return target


def _made(is_root: bool, names: list[str]) -> list[str]:
    return [name for name in names if is_root and name in (".cache", "_site", "._site.next")]


def look_at(folder: Path) -> dict[str, bytes | None] | None:
    """Every file below a folder, and every folder, which has no content; `None` where the folder is not there.

    Of a published site those of its own, as `without_kept` says.
    """
    if not folder.exists():
        return None
    return without_kept(
        {
            path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))
        }
    )


def differences(left: dict[str, bytes | None] | None, right: dict[str, bytes | None] | None) -> list[str]:
    """Names of what is not the same in both."""
    if left is None or right is None:
        return [] if left is right else ["."]
    missing = object()
    return [path for path in sorted({*left, *right}) if left.get(path, missing) != right.get(path, missing)]


def session_members(session: int) -> list[int]:
    """Processes of a session that are still running."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, of_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except (OSError, ValueError):  # it has ended
                continue
            if int(of_session) == session and state not in "ZX":
                found.append(int(entry.name))
    return found


def left_of(session: int) -> list[int]:
    """Processes of a session that do not end, though they are given time to."""
    ends_at = time.monotonic() + PATIENCE
    while (members := session_members(session)) and time.monotonic() < ends_at:
        time.sleep(0.01)
    return members
