"""Addresses, slugs, the base path and the allow-list of URL schemes; it must not know what a page or a dataset is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

ALLOWED_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Schemes a link may have. The list stops `javascript:`, `data:` and whatever comes next."""

_CREDENTIALS = re.compile(r"(?<=//)[^/\s@]*@")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f]")
_NOT_IN_URL = re.compile(r'[\x00-\x20\x7f<>"\\^`{|}]')  # RFC 3986 has no place for them, and HTML calls them errors
_NOT_IN_ADDRESS = re.compile(r'[\s?#%\\:*"<>|]')
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_PLAIN_ADDRESS = re.compile(r"/[A-Za-z0-9/._-]*\Z")
_SAFE_IN_PATH = "/-._~!$&'()*+,;=:@"
# Device names that Windows refuses whatever their ending; `index` is the file a folder answers with.
_RESERVED = frozenset(
    ["index", "con", "prn", "aux", "nul"] + [f"{device}{number}" for device in ("com", "lpt") for number in range(10)]
)


def is_allowed_url(url: str) -> bool:
    """Whether `url` is relative or of an allowed scheme, read as leniently as browsers read it."""
    match = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", url))
    return match is None or match.group()[:-1].lower() in ALLOWED_SCHEMES


def is_web_url(url: str) -> bool:
    """Whether `url` is absolute, http or https, has a host and no character that must be percent-encoded."""
    if _NOT_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
        # Brackets are for hosts that are IPv6 addresses.
        has_brackets = bool({"[", "]"} & {*parts.path, *parts.query, *parts.fragment})
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not has_brackets
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """Whether `text` is an address of the site that every link, server and file system takes as it stands."""
    if not text.startswith("/") or "//" in text or _NOT_IN_ADDRESS.search(text) or not text.isprintable():
        return False
    return not {".", ".."} & set(text.split("/"))


def slugify(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens; empty where nothing of `text` can be kept."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _NOT_SLUG.sub("-", folded.lower()).strip("-")


def is_reserved_name(name: str) -> bool:
    """Whether a file `name`, without its ending, clashes with a folder's index or a system's device."""
    return name.split(".")[0].lower() in _RESERVED


def dataset_address(publisher: str, name: str) -> str:
    """``/datasets/<publisher>/<name>.html``.

    A reserved name gets a hyphen in front, with which no Hub name can begin.
    """
    return f"/datasets/{_unreserved(publisher)}/{_unreserved(name)}.html"


def _unreserved(name: str) -> str:
    return f"-{name}" if is_reserved_name(name) else name


def address_of_hub_id(hub_id: str) -> tuple[str, str]:
    """Publisher and name, as used in an address, of a Hub dataset id.

    Hub ids are unique without regard to case, so that lower-casing keeps them apart. An id without an
    author gets the publisher ``_``, which no Hub account can have.
    """
    publisher, _, name = hub_id.lower().rpartition("/")
    return publisher or "_", name


def file_of_address(address: str) -> str:
    """The file below the output folder that serves `address`: ``/a/`` is ``a/index.html``."""
    path = address.lstrip("/")
    return f"{path}index.html" if path == "" or path.endswith("/") else path


def clashing_files(paths: Iterable[str]) -> dict[str, list[str]]:
    """Paths that are one file where case does not count, by their lower-case form."""
    seen: dict[str, list[str]] = {}
    for path in paths:
        seen.setdefault(path.lower(), []).append(path)
    return {folded: sorted(claims) for folded, claims in sorted(seen.items()) if len(claims) > 1}


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """Where the site is published, such as ``https://example.org/catalog/``."""

    origin: str
    """Scheme and host without a final slash, such as ``https://example.org``."""
    path: str
    """Percent-encoded, begins and ends with a slash; ``/`` at the top of a host."""

    @classmethod
    def parse(cls, url: str) -> BaseUrl:
        """Raises `ValueError`, with the reason, for what is not an absolute http(s) URL."""
        if not is_web_url(url):
            shown = _CREDENTIALS.sub("***@", url)  # which a log must not tell
            raise ValueError(f"not an absolute http or https URL: {shown!r}")
        parts = urlsplit(url)
        if "@" in parts.netloc:
            raise ValueError("a base URL has no user name and no password, which every page would show")
        try:
            _ = parts.port
        except ValueError:
            raise ValueError(f"no server has this port: {url!r}") from None
        if parts.query or parts.fragment:
            raise ValueError(f"a base URL has no query and no fragment: {url!r}")
        # The path may come encoded or not, and is kept encoded.
        path = quote(unquote(f"/{parts.path}/"), safe=_SAFE_IN_PATH)
        return cls(f"{parts.scheme}://{parts.netloc}", re.sub("/+", "/", path))

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    def href(self, address: str) -> str:
        """The link to a site address such as ``/catalog/``, percent-encoded, with the base path in front."""
        if _PLAIN_ADDRESS.match(address):  # nearly all, of many
            return self.path + address.lstrip("/")
        path, separator, rest = _split_suffix(address)
        return self.path + quote(path.lstrip("/"), safe=_SAFE_IN_PATH) + separator + rest

    def absolute(self, address: str) -> str:
        """The full URL of a site address."""
        return self.origin + self.href(address)


def _split_suffix(address: str) -> tuple[str, str, str]:
    for index, character in enumerate(address):
        if character in "?#":
            return address[:index], character, address[index + 1 :]
    return address, "", ""
