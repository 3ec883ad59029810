"""Firefox, driven over WebDriver BiDi (W3C) without a driver program; just what the tests of the main path need.

Firefox speaks the protocol itself: started with a port for remote control, it says on standard error where it listens.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from tornado.websocket import WebSocketClientConnection, websocket_connect

FIREFOX = Path("/usr/bin/firefox-esr")
PATIENCE = 300
"""Seconds after which something that was waited for counts as not happening."""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Tab": "\ue004"}
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# A browser of a test asks no host of its own accord.
_PREFERENCES = """\
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("toolkit.telemetry.enabled", false);
"""

Result = TypeVar("Result")


class BidiError(Exception):
    """The browser refused a command, or a script failed."""


class Firefox:
    """A browser with one tab; a context manager. Every method waits for what it does."""

    def __init__(self, profile: Path) -> None:
        profile.mkdir()
        (profile / "user.js").write_text(_PREFERENCES)
        self._log = profile / "stderr.txt"
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        # In a thread of its own: Playwright, where other tests use it, has a loop that runs in this one.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._number = 0

    def __enter__(self) -> Firefox:
        try:
            address = wait_for(lambda: _LISTENS.search(self._log.read_text(errors="replace")))[1]
            self._connection: WebSocketClientConnection = self._run(_connect(f"{address}/session"))
            self.send("session.new", capabilities={})
            self._tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._connection.close)
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, PATIENCE), self._loop).result()

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        return self._run(self._exchange(message))

    async def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        await self._connection.write_message(json.dumps(message))
        while (text := await self._connection.read_message()) is not None:
            answer = json.loads(text)
            if answer.get("id") == message["id"]:
                if answer["type"] == "error":
                    raise BidiError(f"{message['method']}: {answer['error']}: {answer['message']}")
                return dict(answer["result"])
        raise BidiError("the browser is gone")

    def resize(self, width: int, height: int) -> None:
        self.send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})

    def open(self, url: str) -> None:
        self.send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def back(self) -> None:
        self.send("browsingContext.traverseHistory", context=self._tab, delta=-1)

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression gives, through JSON."""
        found = self.send(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._tab},
            awaitPromise=False,
        )
        if found["type"] == "exception":
            raise BidiError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def until(self, expression: str) -> Any:
        """Waits until an expression gives something true."""
        return wait_for(lambda: self.evaluate(expression))

    def press(self, *keys: str) -> None:
        """Presses and releases keys one after the other: those of `KEYS` by name, else characters."""
        actions = []
        for key in keys:
            for character in [KEYS[key]] if key in KEYS else key:
                actions += [{"type": "keyDown", "value": character}, {"type": "keyUp", "value": character}]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.send("input.performActions", context=self._tab, actions=[source])

    def click(self, element: str) -> None:
        """Clicks in the middle of an element, which a JavaScript expression names."""
        self.until(f"({element}) !== null && ({element}) !== undefined")
        self.evaluate(f"({element}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        area = self.evaluate(f"({element}).getBoundingClientRect()")
        x, y = round(area["x"] + area["width"] / 2), round(area["y"] + area["height"] / 2)
        actions = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.send(
            "input.performActions",
            context=self._tab,
            actions=[{"type": "pointer", "id": "mouse", "actions": actions}],
        )


async def _connect(address: str) -> WebSocketClientConnection:
    return await websocket_connect(address, max_message_size=2**26)


def wait_for(look: Callable[[], Result | None]) -> Result:
    """What `look` gives, as soon as it gives something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing came within {PATIENCE} seconds")
        time.sleep(0.05)
    return found
