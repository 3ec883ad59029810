"""A local HTTP server that speaks the Hugging Face Hub's interface, with faults on demand; it must not know the site.

As a fixture (see ``tests/unit/hub/conftest.py``)::

    with HubServer() as hub:
        hub.add_dataset("example-org/tides", downloads=120)
        hub.add_collection("example-org/water-66d21b3cb66342762fb6108e", ["example-org/tides"])
        hub.fail("example-org/tides", "drip")

By hand, with invented datasets, until ctrl-C::

    python -m tests.hub_server --port 8001 --datasets 20 --fault example-org/dataset-3=html
    HF_ENDPOINT=http://127.0.0.1:8001 python build.py refresh

What it says, and how, follows the Hub's OpenAPI description of August 2026 and `huggingface_hub` 2.4. Every dataset
in it is invented.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

COLLECTION = "example-org/water-66d21b3cb66342762fb6108e"
ALL = "*"
"""The target of a fault that every request meets."""

_DETAIL_PROPERTIES = (
    "author",
    "cardData",
    "citation",
    "createdAt",
    "description",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "gated",
    "lastModified",
    "likes",
    "mainSize",
    "paperswithcode_id",
    "private",
    "resourceGroup",
    "sha",
    "siblings",
    "tags",
    "trendingScore",
    "usedStorage",
)
_ONLY_EXPANDED = ("downloadsAllTime", "mainSize")


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in lower case."""
    method: str = "GET"
    body: bytes = b""

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json; charset=utf-8"),)
    delay: float = 0.0
    """Seconds before the first byte."""
    byte_delay: float = 0.0
    """Seconds before each byte of the body."""
    header_delay: float = 0.0
    """Seconds before each byte of the headers."""
    cut_after: int | None = None
    """The connection is closed after this many bytes of the body."""
    is_hung_up: bool = False
    """The connection is closed without a byte."""

    def with_header(self, name: str, value: str) -> Reply:
        return replace(self, headers=(*self.headers, (name, value)))

    @classmethod
    def of(cls, value: object, status: int = 200) -> Reply:
        # Lone surrogates leave the server as escapes, which is how they reach a client.
        return cls(status, json.dumps(value).encode())

    @classmethod
    def error(cls, status: int, message: str, code: str = "") -> Reply:
        reply = cls.of({"error": message}, status).with_header("X-Error-Message", message)
        return reply.with_header("X-Error-Code", code) if code else reply


Fault = Callable[["HubServer", Reply], Reply]


def _mend(change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault that changes the JSON object of the answer."""

    def fault(_: HubServer, reply: Reply) -> Reply:
        value = json.loads(reply.body)
        changed = change(value)
        return replace(reply, body=json.dumps(value if changed is None else changed).encode())

    return fault


def _update(**values: object) -> Fault:
    return _mend(lambda value: value.update(values))


def _raw(body: bytes, content_type: str = "application/json") -> Fault:
    return lambda _, reply: replace(reply, body=body, headers=(("Content-Type", content_type),))


def _too_many(hub: HubServer, headers: Mapping[str, str]) -> Reply:
    reply = Reply.error(429, "We had to rate limit you")
    for name, value in headers.items():
        reply = reply.with_header(name, value)
    return reply


@cache
def _bomb() -> bytes:
    """Some kilobytes that unpack to 100 megabytes."""
    return gzip.compress(b" " * 100_000_000)


_DEEP = b'{"id":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
_WRONG_TYPES = {
    "downloads": "many",
    "downloadsAllTime": {"a": 1},
    "likes": -4,
    "lastModified": 12,
    "createdAt": "yesterday",
    "gated": "perhaps",
    "sha": 7,
    "tags": "license:mit",
    "cardData": "title",
    "description": ["a"],
    "author": None,
}

FAULTS: dict[str, Fault] = {
    "missing": lambda hub, _: hub.not_found(),
    "gated": lambda *_: Reply.error(403, "Access to this dataset is restricted", "GatedRepo"),
    "disabled": lambda *_: Reply.error(403, "Access to this resource is disabled."),
    "private": _update(private=True),
    "429": lambda hub, _: _too_many(hub, {}),
    "429-retry-after": lambda hub, _: _too_many(hub, {"Retry-After": "1"}),
    "429-long": lambda hub, _: _too_many(hub, {"Retry-After": "3600"}),
    "429-rate-limit": lambda hub, _: _too_many(
        hub, {"RateLimit": '"api";r=0;t=1', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
    ),
    "500": lambda *_: Reply.error(500, "Internal Error"),
    "502": lambda *_: Reply(502, b"<html>Bad gateway</html>", (("Content-Type", "text/html"),)),
    "503": lambda *_: Reply.error(503, "Down").with_header("Retry-After", "1"),
    "slow": lambda hub, reply: replace(reply, delay=hub.slowness),
    "drip": lambda hub, reply: replace(reply, byte_delay=hub.slowness / 20),
    "drip-headers": lambda hub, reply: replace(reply, header_delay=hub.slowness / 20),
    "cut": lambda _, reply: replace(reply, cut_after=len(reply.body) // 2),
    "hang-up": lambda _, reply: replace(reply, is_hung_up=True),
    "html": _raw(b"<!doctype html><title>Maintenance</title>", "text/html"),
    "empty": _raw(b""),
    "not-utf-8": _raw(b'{"id": "\xff\xfe"}'),
    "half": lambda _, reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "deep": _raw(_DEEP),
    "list": _raw(b"[1, 2, 3]"),
    "wrong-types": _update(**_WRONG_TYPES),
    "numeric-id": _update(id=12),
    "other-id": _update(id="example-org/another"),
    "path-id": _update(id="../../etc/passwd"),
    "nan": lambda _, reply: replace(
        reply, body=json.dumps({**json.loads(reply.body), "downloads": float("nan"), "likes": float("inf")}).encode()
    ),
    "huge-numbers": lambda _, reply: replace(
        reply, body=reply.body.replace(b'"downloads": ', b'"downloads": ' + b"9" * 5000, 1)
    ),
    "surrogates": _update(description="half \ud800 of a pair", author="\udfff"),
    "megabytes": _update(description="x" * 1_000_000, sha="y" * 1_000_000, tags=["z" * 1_000_000]),
    "too-large": _update(description="x" * 6_000_000),
    "bomb": lambda _, reply: replace(reply, body=_bomb(), headers=(("Content-Encoding", "gzip"),)),
    "redirect-elsewhere": lambda hub, _: Reply(307, b"", (("Location", f"{hub.elsewhere}/api/datasets/a/b"),)),
    "redirect-loop": lambda hub, _: Reply(307, b"", (("Location", hub.requests[-1].path),)),
    "link-loop": lambda hub, reply: reply.with_header(
        "Link", f'<{hub.url}{hub.requests[-1].path}?cursor={len(hub.requests)}>; rel="next"'
    ),
    "link-self": lambda hub, reply: reply.with_header("Link", f'<{hub.url}{hub.requests[-1].path}>; rel="next"'),
    "link-elsewhere": lambda hub, reply: reply.with_header("Link", f'<{hub.elsewhere}/api/next>; rel="next"'),
    "echo-token": lambda hub, reply: _update(description=f"You sent {hub.requests[-1].authorization}")(hub, reply),
}
"""Faults by name: what becomes of an answer that was right."""


@dataclass
class _Planned:
    fault: Fault
    times: int | None


@dataclass
class HubServer:
    """The server; a context manager that listens on a free port of the loopback."""

    port: int = 0
    slowness: float = 2.0
    """Seconds of the faults that are slow."""
    token: str | None = None
    """The one token that is good; `None` takes any."""
    quota: int | None = 1000
    """Requests left, counted down; `None` sends no `RateLimit` header."""
    quota_seconds: int = 300
    elsewhere: str = "http://127.0.0.2:9"
    """Another host, for what leads away; use a second server to see who asks there."""
    page_size: int = 1000
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Dataset objects by id, with every property; change them at will."""
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Items of the collections by slug; ``{"id": …}`` is completed from the dataset, other keys win."""
    titles: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    """New ids by old ids."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Contents of the files of dataset repositories, by its id and their path: ``example-org/tides/a.csv``."""
    previews: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By dataset, what the dataset viewer answers on ``/info`` and ``/first-rows``."""
    requests: list[Request] = field(default_factory=list)
    _faults: dict[str, _Planned] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> HubServer:
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.hub = self
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add_dataset(self, hub_id: str, **properties: Any) -> dict[str, Any]:
        """A public dataset; `properties` by the Hub's names win over the invented ones."""
        number = len(self.datasets)
        dataset = {
            "_id": f"{number:024x}",
            "id": hub_id,
            "author": hub_id.partition("/")[0],
            "sha": f"{number:040x}",
            "createdAt": "2024-05-01T00:00:00.000Z",
            "lastModified": "2025-12-20T10:00:00.000Z",
            "private": False,
            "gated": False,
            "disabled": False,
            "downloads": 100 + number,
            "downloadsAllTime": 1000 + number,
            "likes": number % 7,
            "description": f"An invented dataset, number {number}.",
            "tags": ["license:cc-by-4.0", "language:en", "modality:text", "size_categories:1K<n<10K", "region:us"],
            "cardData": {"pretty_name": f"Dataset {number}", "license": "cc-by-4.0"},
            "viewer": {"viewer": "viewer", "numRows": 1000 + number, "formats": ["parquet"], "modalities": ["text"]},
        }
        dataset.update(properties)
        self.datasets[hub_id] = dataset
        self.renamed.pop(hub_id, None)
        return dataset

    def add_collection(self, slug: str = COLLECTION, ids: Sequence[str] = (), title: str = "Water") -> None:
        self.titles[slug] = title
        self.items[slug] = [{"id": hub_id} for hub_id in ids]

    def fill(self, count: int, author: str = "example-org", slug: str = COLLECTION) -> list[str]:
        """A collection of `count` new datasets; gives their ids."""
        ids = [f"{author}/dataset-{number}" for number in range(count)]
        for hub_id in ids:
            self.add_dataset(hub_id)
        self.add_collection(slug, ids)
        return ids

    def rename(self, old: str, new: str) -> None:
        """As the Hub does: collections know the new name at once, the old one redirects."""
        dataset = self.datasets.pop(old)
        self.datasets[new] = {**dataset, "id": new, "author": new.partition("/")[0]}
        self.renamed[old] = new
        for items in self.items.values():
            for item in items:
                if item.get("id") == old:
                    item["id"] = new

    def delete(self, hub_id: str) -> None:
        """As the Hub does: collections forget it."""
        del self.datasets[hub_id]
        self.remove(hub_id)

    def remove(self, hub_id: str) -> None:
        """Takes a dataset out of the collections."""
        for slug, items in self.items.items():
            self.items[slug] = [item for item in items if item.get("id") != hub_id]

    def fail(self, target: str, name: str | Fault, times: int | None = None) -> None:
        """Lets requests fail: `target` is a dataset's id, a collection's slug, a file, ``listing`` or `ALL`."""
        self._faults[target] = _Planned(FAULTS[name] if isinstance(name, str) else name, times)

    def mend(self, target: str | None = None) -> None:
        """Ends the faults of a target, or all."""
        if target is None:
            self._faults.clear()
        else:
            self._faults.pop(target, None)

    def forget_requests(self) -> None:
        self.requests.clear()

    def not_found(self) -> Reply:
        """The Hub tells people without a token no more than that they may not see it."""
        if self.requests[-1].authorization:
            return Reply.error(404, "Repository not found", "RepoNotFound")
        return Reply.error(401, "Invalid username or password.", "RepoNotFound")

    # What follows runs in the server's threads.

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            target, reply = self._route(request)
            reply = self._apply(target, reply)
            if self.quota is not None:
                self.quota = max(0, self.quota - 1)
                reply = reply.with_header("RateLimit", f'"api";r={self.quota};t={self.quota_seconds}')
                reply = reply.with_header("RateLimit-Policy", '"fixed window";"api";q=1000;w=300')
            return reply

    def _apply(self, target: str, reply: Reply) -> Reply:
        for name in (target, ALL):
            planned = self._faults.get(name)
            if planned is None or planned.times == 0:
                continue
            if planned.times is not None:
                planned.times -= 1
            reply = planned.fault(self, reply)
        return reply

    def _route(self, request: Request) -> tuple[str, Reply]:
        if self.token is not None and request.authorization not in (None, f"Bearer {self.token}"):
            return "token", Reply.error(401, "Invalid credentials in Authorization header")
        if self.quota == 0:
            return "quota", Reply.error(429, "We had to rate limit you")
        path = unquote(request.path)
        if path.startswith("/api/collections/"):
            slug, _, rest = path.removeprefix("/api/collections/").partition("/items")
            if request.method != "GET":
                return f"change {slug}", self._change_collection(slug, rest.removeprefix("/"), request)
            return slug, self._collection(slug)
        if path == "/api/datasets":
            return "listing", self._listing(request)
        if path in ("/info", "/first-rows"):
            hub_id = request.query.get("dataset", [""])[0]
            found = self.previews.get(hub_id, {}).get(path)
            return hub_id, Reply.error(404, "Not found") if found is None else Reply.of(found)
        if path.startswith("/api/datasets/"):
            hub_id = path.removeprefix("/api/datasets/")
            return hub_id, self._dataset(hub_id, request)
        if path.startswith("/datasets/") and "/resolve/" in path:
            hub_id, _, place = path.removeprefix("/datasets/").partition("/resolve/")
            file = f"{hub_id}/{place.partition('/')[2]}"
            return file, self._file(hub_id, file)
        return "other", Reply.error(404, "Not Found")

    def _change_collection(self, slug: str, object_id: str, request: Request) -> Reply:
        """Adds, changes or removes an item, as the Hub does for those who may write."""
        if request.authorization is None:
            return Reply.error(401, "Invalid username or password.")
        if slug not in self.items:
            return Reply.error(404, "Collection not found")
        items, sent = self.items[slug], json.loads(request.body or b"{}")
        if request.method == "POST":
            if any(item["id"] == sent["item"]["id"] for item in items):
                return Reply.error(409, "Item already in collection")
            added = {"id": sent["item"]["id"], "type": sent["item"]["type"]}
            items.append(added | ({"note": {"text": sent["note"]}} if "note" in sent else {}))
            return self._collection(slug)
        place = next((each for each, _ in enumerate(items) if f"{each:024x}" == object_id), None)
        # The ids are those of places, so that a removed item leaves a gap behind.
        if place is None or items[place].get("is_removed"):
            return Reply.error(404, "Item not found")
        if request.method == "DELETE":
            items[place] = {**items[place], "is_removed": True}
        else:
            items[place] = {**items[place], "note": {"text": sent["note"]}}
        return Reply.of({"success": True})

    def _collection(self, slug: str) -> Reply:
        if slug not in self.items:
            return Reply.error(404, "Collection not found")
        items = [
            self._item(position, item) for position, item in enumerate(self.items[slug]) if not item.get("is_removed")
        ]
        return Reply.of(
            {
                "slug": slug,
                "title": self.titles.get(slug, "Water"),
                "description": "Invented datasets about water",
                "gating": False,
                "lastUpdated": "2025-12-21T10:00:00.000Z",
                "owner": {"name": slug.partition("/")[0], "type": "org"},
                "private": False,
                "theme": "blue",
                "upvotes": 1,
                "isUpvotedByUser": False,
                "position": 0,
                "items": items,
            }
        )

    def _item(self, position: int, item: dict[str, Any]) -> dict[str, Any]:
        dataset = self.datasets.get(item.get("id", ""), {})
        known = ("author", "downloads", "likes", "lastModified", "gated", "private")
        result = {"_id": f"{position:024x}", "position": position, "type": "dataset"}
        result.update({name: dataset[name] for name in known if name in dataset})
        if dataset.get("viewer") is not None:
            result["datasetsServerInfo"] = dataset["viewer"]
        result.update(item)
        return {name: value for name, value in result.items() if value is not ...}

    def _dataset(self, hub_id: str, request: Request) -> Reply:
        if hub_id in self.renamed:
            query = f"?{urlencode(request.query, doseq=True)}" if request.query else ""
            return Reply(307, b"", (("Location", f"/api/datasets/{self.renamed[hub_id]}{query}"),))
        found = {known.lower(): known for known in self.datasets}.get(hub_id.lower())
        if found is None:
            return self.not_found()
        return self._shown(self.datasets[found], request)

    def _file(self, hub_id: str, file: str) -> Reply:
        """A file of a dataset repository, as any revision has it."""
        if hub_id not in self.datasets:
            return self.not_found()
        if file not in self.files:
            return Reply.error(404, "Entry not found", "EntryNotFound")
        content = self.files[file]
        digest = hashlib.sha1(content).hexdigest()
        headers = (("Content-Type", "text/plain"), ("ETag", f'"{digest}"'), ("X-Repo-Commit", digest))
        return Reply(200, content, headers)

    def _shown(self, dataset: dict[str, Any], request: Request) -> Reply:
        wanted = request.query.get("expand") or request.query.get("expand[]")
        if wanted and (unknown := sorted(set(wanted) - set(_DETAIL_PROPERTIES))):
            return Reply.error(400, f"Unknown property {unknown[0]}")
        return Reply.of(_chosen(dataset, wanted))

    def _listing(self, request: Request) -> Reply:
        wanted = request.query.get("expand") or request.query.get("expand[]")
        author = request.query.get("author", [""])[0]
        limit = min(self.page_size, int(request.query.get("limit", ["1000"])[0]))
        start = int(request.query.get("cursor", ["0"])[0])
        filters = set(request.query.get("filter", []))
        found = [
            dataset
            for _, dataset in sorted(self.datasets.items())
            if (not author or dataset["author"] == author)
            and not dataset["private"]
            and filters <= set(dataset["tags"])
        ]
        if request.query.get("sort") == ["lastModified"]:
            found.sort(key=lambda dataset: dataset["lastModified"], reverse=True)
        reply = Reply.of([_chosen(dataset, wanted) for dataset in found[start : start + limit]])
        if start + limit < len(found):
            query = {name: values for name, values in request.query.items() if name != "cursor"}
            following = urlencode({**query, "cursor": [str(start + limit)]}, doseq=True)
            reply = reply.with_header("Link", f'<{self.url}/api/datasets?{following}>; rel="next"')
        return reply

    def send(self, connection: socket.socket, reply: Reply, *, is_head: bool = False) -> None:
        """Puts an answer on the wire, as badly as it asks for; that to a HEAD request has no body."""
        if self._pause(reply.delay) or reply.is_hung_up:
            raise ConnectionAbortedError
        head = [f"HTTP/1.1 {reply.status} Reason", f"Content-Length: {len(reply.body)}"]
        head += [f"{name}: {value}" for name, value in reply.headers]
        self._send_slowly(connection, ("\r\n".join(head) + "\r\n\r\n").encode("latin-1"), reply.header_delay)
        if is_head:
            return
        body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
        self._send_slowly(connection, body, reply.byte_delay)
        if reply.cut_after is not None:
            raise ConnectionAbortedError

    def _send_slowly(self, connection: socket.socket, content: bytes, delay: float) -> None:
        if not delay:
            connection.sendall(content)
            return
        for index in range(len(content)):
            if self._pause(delay):
                raise ConnectionAbortedError
            connection.sendall(content[index : index + 1])

    def _pause(self, seconds: float) -> bool:
        """Waits; true where the server was closed meanwhile."""
        return self._closing.wait(seconds) if seconds else False


def _chosen(dataset: Mapping[str, Any], wanted: Sequence[str] | None) -> dict[str, Any]:
    """What the Hub shows of a dataset: all but a few properties, or those that were asked for."""
    names = wanted or [name for name in _DETAIL_PROPERTIES if name not in _ONLY_EXPANDED]
    return {name: dataset[name] for name in ("_id", "id", *names) if name in dataset}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    hub: HubServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up, and so do faults; neither is worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        request = Request(parts.path, parse_qs(parts.query), headers, self.command, body)
        reply = self.server.hub.answer(request)
        try:
            self.server.hub.send(self.connection, reply, is_head=self.command == "HEAD")
        except OSError:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815  # the name is that of the method it answers

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged: tests look at `HubServer.requests`."""


def main() -> None:
    """Serves invented datasets until ctrl-C."""
    parser = argparse.ArgumentParser(description="A local server that speaks the Hugging Face Hub's interface.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--datasets", type=int, default=12, help="how many invented datasets the collection has")
    parser.add_argument("--collection", default=COLLECTION, help="slug of the collection")
    parser.add_argument("--dataset", action="append", default=[], metavar="ID", help="one more dataset, by its id")
    parser.add_argument("--slowness", type=float, default=60.0, help="seconds of the faults that are slow")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="TARGET=NAME",
        help=f"a dataset's id, the collection's slug, listing or {ALL}, and one of: {', '.join(FAULTS)}",
    )
    options = parser.parse_args()
    with HubServer(port=options.port, slowness=options.slowness) as hub:
        hub.fill(options.datasets, slug=options.collection)
        for hub_id in options.dataset:
            hub.add_dataset(hub_id)
        for fault in options.fault:
            target, _, name = fault.partition("=")
            if name not in FAULTS:
                parser.error(f"no such fault: {name!r}")
            hub.fail(target, name)
        print(f"HF_ENDPOINT={hub.url}  collection {options.collection}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            seen = 0
            while True:
                time.sleep(0.2)
                for request in hub.requests[seen:]:
                    print(f"GET {request.path}", flush=True)
                seen = len(hub.requests)


if __name__ == "__main__":
    main()
