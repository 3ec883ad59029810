"""Addresses, slugs, the base path and the allow-list of URL schemes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, unquote, urlsplit

from otdi_site.characters import find_unsafe

ALLOWED_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Schemes a link may have. The list stops `javascript:`, `data:` and whatever comes next."""

HUB_URL = "https://huggingface.co"
"""Where readers find the Hub, whatever endpoint the metadata was read from."""

_CREDENTIALS = re.compile(r"(?<=//)[^/\s@]*@")
_SLASHES_IN_ROW = re.compile("/+")
_WEB_SCHEMES = ("http", "https")
_SLASHES = ("/", "\\")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f]")
_AUTHORITY_END = re.compile(r"[/?#]")
_PATH_END = re.compile(r"[?#]")
_PLAIN_AUTHORITY = re.compile(r"(?:[a-z](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,4}[a-z]{2,20}")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_HOST_LENGTH = 253
"""Characters of a host's name (RFC 1035); Python's IDNA takes time in proportion to the square of a longer one."""
_NUMERIC_LABEL = re.compile(r"\d+|0[xX][0-9a-fA-F]*", re.ASCII)
_NOT_IN_URL = re.compile(r'[\x00-\x20\x7f<>"\\^`{|}]')  # RFC 3986 has no place for them, and HTML calls them errors
_NOT_IN_ADDRESS = re.compile(r'[\s?#%\\:*"<>|]')
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_PLAIN_ADDRESS = re.compile(r"/[A-Za-z0-9/._-]*\Z")
_SAFE_IN_PATH = "/-._~!$&'()*+,;=:@"
# Device names that Windows refuses whatever their suffix; `index` is the file a folder answers with.
_RESERVED = frozenset(
    ["index", "con", "prn", "aux", "nul"] + [f"{device}{number}" for device in ("com", "lpt") for number in range(10)]
)


def describe_url_problem(url: str) -> str | None:
    """Why nobody should be led to `url`, read as leniently as browsers read it; `None` for one that may be linked to.

    It may be relative.
    """
    if find_unsafe(url.strip()):
        return "it holds a character that nobody sees"
    cleaned = _IGNORED_BY_BROWSERS.sub("", url)
    match = _SCHEME.match(cleaned)
    scheme = match.group()[:-1].lower() if match else ""
    if scheme and scheme not in ALLOWED_SCHEMES:
        return f"links of the scheme {scheme!r} are not allowed"
    rest = cleaned[match.end() :] if match else cleaned
    if scheme in _WEB_SCHEMES or (rest[:1] in _SLASHES and rest[1:2] in _SLASHES and len(rest) > 1):
        if "\\" in _PATH_END.split(rest, maxsplit=1)[0]:
            return "it holds a backslash, which browsers take for a slash"
        return _describe_authority_problem(_AUTHORITY_END.split(rest.lstrip("/"), maxsplit=1)[0])
    return None


def without_credentials(url: str) -> str:
    """`url` as a log may tell it."""
    return _CREDENTIALS.sub("***@", url)


def is_allowed_url(url: str) -> bool:
    """Whether `url` may be linked to."""
    return describe_url_problem(url) is None


def is_web_url(url: str) -> bool:
    """Whether `url` is absolute, http or https, has a sound host and no character that must be percent-encoded."""
    if not url.isprintable() or _NOT_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # Brackets are for hosts that are IPv6 addresses.
    has_brackets = bool({"[", "]"} & {*parts.path, *parts.query, *parts.fragment})
    if parts.scheme not in _WEB_SCHEMES or not parts.netloc or has_brackets:
        return False
    return _describe_authority_problem(parts.netloc) is None


def _describe_authority_problem(authority: str) -> str | None:
    """The problem of the authority of a URL, between the slashes and the path."""
    if _PLAIN_AUTHORITY.fullmatch(authority):  # nearly all
        return None
    if "@" in authority:
        return "it has a user name before its host, which hides where it leads"
    host, port = authority, ""
    if not authority.endswith("]"):
        host, _, port = authority.rpartition(":") if ":" in authority else (authority, "", "")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65_536 and len(port) < 10):
        return f"{port[:20]!r} is no port"
    return None if _is_host(host) else f"{host[:80]!r} is no name of a host"


def is_loopback(host: str) -> bool:
    """Whether a host is a number of the machine itself, such as ``127.0.0.1`` or ``::1``; without brackets."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_host(host: str) -> bool:
    """Whether a host can be looked up as it is shown: RFC 1123, RFC 3986 and IDNA."""
    if host.startswith("["):
        try:
            return host.endswith("]") and bool(IPv6Address(host[1:-1])) and "%" not in host
        except ValueError:
            return False
    if len(host) > _HOST_LENGTH:
        return False
    if not host.isascii():
        # Letters that are made into others on the way, such as full-width ones, lead elsewhere than they say.
        if unicodedata.normalize("NFKC", host) != host or "\u3002" in host or not host.isprintable():
            return False
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return False
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        try:
            return bool(IPv4Address(host))
        except ValueError:
            return False
    return True


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
    """Whether a file `name`, without its suffix, clashes with a folder's index or a system's device."""
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
            problem = describe_url_problem(url)
            shown = without_credentials(url)
            raise ValueError(f"not an absolute http or https URL: {shown!r}" + (f"; {problem}" if problem else ""))
        parts = urlsplit(url)
        if parts.query or parts.fragment:
            raise ValueError(f"a base URL has no query and no fragment: {url!r}")
        # The path may come encoded or not, and is kept encoded.
        path = quote(unquote(f"/{parts.path}/"), safe=_SAFE_IN_PATH)
        return cls(f"{parts.scheme}://{parts.netloc}", _SLASHES_IN_ROW.sub("/", path))

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def is_local(self) -> bool:
        """Whether the address leads each reader to their own machine, as that of a preview does (RFC 6761)."""
        name = (urlsplit(self.origin).hostname or "").removesuffix(".")
        return name == "localhost" or name.endswith(".localhost") or is_loopback(name)

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
