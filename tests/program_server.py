"""Starts the program without the second that its imports take, by forking a process that has them; no test.

A server ends with the process that started it. It has read no template of any site and asked no host; the
variables of a run are set before `huggingface_hub`, which looks at them while it is imported.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).parents[1]
_NOT_YET = ("otdi_site.serve", "otdi_site.__main__")
"""Modules that import what few runs need."""
_LARGEST = 1 << 20
"""Bytes of a request, at most."""


class ProgramServer:
    """The side of the tests; any number of threads may run programs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._lock = threading.Lock()
        atexit.register(self._close)

    def _close(self) -> None:
        """Waits for the server's end, so that its time counts as that of the tests."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)

    def run(
        self,
        arguments: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        output: IO[bytes],
        errors: IO[bytes],
        timeout: float,
    ) -> int:
        """Runs ``build.py`` with `arguments` to its end, for at most `timeout` seconds; its exit status."""
        request = json.dumps([list(arguments), str(cwd), dict(environment)]).encode()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            with self._lock:
                socket.send_fds(self._control, [request], [theirs.fileno(), output.fileno(), errors.fileno()])
            theirs.close()
            ours.settimeout(timeout)
            with ours.makefile("r") as answers:
                pid = int(answers.readline())
                try:
                    return int(answers.readline())
                except TimeoutError:
                    os.kill(pid, 9)
                    raise


def _import_program() -> None:
    import otdi_site

    for module in pkgutil.walk_packages(otdi_site.__path__, "otdi_site."):
        if not module.name.startswith(_NOT_YET):
            importlib.import_module(module.name)
    assert "huggingface_hub" not in sys.modules, "it would not see the variables of a run"
    for name in ("asyncio", "concurrent.futures.process", "ssl"):
        importlib.import_module(name)


def _serve(control: socket.socket) -> list[str]:
    """Answers requests; returns the arguments in the process of each run, and never in the server."""
    running: dict[int, tuple[int, socket.socket]] = {}
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is not control:
                pid, answer = running.pop(key.fd)
                selector.unregister(key.fd)
                os.close(key.fd)
                answer.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                answer.close()
                continue
            request, descriptors, _, _ = socket.recv_fds(control, _LARGEST, 3)
            if not request:
                os._exit(0)
            answer = socket.socket(fileno=descriptors[0])
            pid = os.fork()
            if pid == 0:
                # Closed by their owners, lest these close later what has got their numbers.
                for file in (selector, control, answer, *(each for _, each in running.values())):
                    file.close()
                for number in running:
                    os.close(number)
                return _become(json.loads(request), descriptors[1], descriptors[2])
            for descriptor in descriptors[1:]:
                os.close(descriptor)
            answer.sendall(b"%d\n" % pid)
            number = os.pidfd_open(pid)
            running[number] = pid, answer
            selector.register(number, selectors.EVENT_READ)


def _become(request: tuple[list[str], str, dict[str, str]], output: int, errors: int) -> list[str]:
    arguments, cwd, environment = request
    for descriptor, number in ((output, 1), (errors, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    return arguments


def _main() -> None:
    sys.path[0] = str(PROJECT)
    _import_program()
    from tests import warm_start

    warm_start.prepare()
    warm_start.use()
    gc.collect()
    gc.freeze()
    program = str(PROJECT / "build.py")
    sys.argv = [program, *_serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    _main()
