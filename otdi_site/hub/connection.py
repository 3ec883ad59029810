"""The address of the Hub, the headers and the token of requests to it, as `huggingface_hub` states them.

The library is imported only when something is to be fetched: that takes longer than an offline build may.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from otdi_site import __version__

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The one address below which requests are made."""

    scheme: str
    host: str
    port: int
    netloc: str
    path: str
    """Without a final slash; empty at the top of a host."""

    @classmethod
    def parse(cls, url: str) -> Endpoint:
        """Raises `ValueError`, without repeating the URL, which may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("not a URL") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("not an http or https URL")
        if any(character <= " " or character == "\x7f" or not character.isascii() for character in url):
            raise ValueError("white space, control or non-ASCII characters in the URL")
        port = port or _DEFAULT_PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname, port, parts.netloc, parts.path.rstrip("/"))

    @property
    def shown(self) -> str:
        """The URL without user name and password."""
        return f"{self.scheme}://{self.netloc.rpartition('@')[2]}{self.path}"

    def url(self, target: str) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}{target}"

    def target_of(self, base: str, location: str) -> str | None:
        """Path and query below the endpoint of a redirect or link; `None` where it leads elsewhere."""
        try:
            parts = urlsplit(urljoin(self.url(base), location))
            port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
        except ValueError:
            return None
        if (parts.scheme, parts.hostname, port) != (self.scheme, self.host, self.port):
            return None
        if not parts.path.startswith(f"{self.path}/api/") or "/../" in parts.path:
            return None
        return parts.path[len(self.path) :] + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, slots=True)
class Connection:
    """The settings of `huggingface_hub` for reaching the Hub."""

    endpoint: Endpoint
    headers: dict[str, str]
    token: str | None
    """Never to be shown; kept here so that what repeats it can be recognised."""
    is_token_unusable: bool
    is_offline: bool
    make_client: Callable[[], Any]


def connect(address: str | None) -> Connection:
    """Imports `huggingface_hub` and asks it for headers, token and, where `address` is `None`, the endpoint.

    Raises `ValueError` for an address that cannot be used; its message does not repeat the address.
    """
    # Without this the library makes a request to another address before its first request. It is read at import.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import constants, get_async_session
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented, not in __all__

    endpoint = Endpoint.parse(address if address is not None else constants.ENDPOINT)

    def headers(token: bool | None) -> dict[str, str]:
        return dict(build_hf_headers(token=token, library_name="otdi-site", library_version=__version__))

    is_unusable = False
    try:
        built = headers(None)
    except Exception:
        # Reading a token may fail in as many ways as there are places it can come from.
        built, is_unusable = headers(False), True
    scheme, _, token = built.get("authorization", "").partition(" ")
    if scheme and not _TOKEN.fullmatch(token):
        built, token, is_unusable = headers(False), "", True
    return Connection(
        endpoint,
        {**built, "accept": "application/json", "accept-encoding": "gzip"},
        token or None,
        is_unusable,
        constants.is_offline_mode(),
        get_async_session,
    )
