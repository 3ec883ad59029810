"""Checks for content that the content security policy of every page refuses.

`POLICY` is the policy of ``templates/partials/policies.html``; a test holds the two together. Everything that elements
and attributes load or run is a row of a table here, under the directive that governs it.
Format: https://www.w3.org/TR/CSP3/ (November 2025).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from otdi_site.urls import is_allowed_url

POLICY = {"default-src": "'self'", "base-uri": "'none'", "form-action": "'self'"}
"""The directives; all that load something fall back to ``default-src``."""

_LOADED: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("img-src", "the image"): {
        "img": ("src", "srcset"),
        "input": ("src",),
        "video": ("poster",),
        "image": ("href", "xlink:href"),
        "feimage": ("href", "xlink:href"),
        "body": ("background",),
        "table": ("background",),
        "td": ("background",),
        "th": ("background",),
    },
    ("media-src", "the media"): {"audio": ("src",), "video": ("src",), "source": ("src", "srcset"), "track": ("src",)},
    ("frame-src", "the frame"): {"iframe": ("src",), "frame": ("src",)},
    ("object-src", "the object"): {"object": ("data",), "embed": ("src",), "applet": ("code", "archive")},
    ("script-src", "the script"): {"script": ("src", "href", "xlink:href")},
    ("style-src", "the file"): {"link": ("href",)},
    ("img-src", "the drawing"): {"use": ("href", "xlink:href")},
    ("connect-src", "the address"): {"a": ("ping",), "area": ("ping",)},
    ("form-action", "the form's target"): {
        "form": ("action",),
        "button": ("formaction",),
        "input": ("formaction",),
    },
}
"""Loads and submissions, by directive and noun: attributes of elements that name an address."""

_LOADING_LINKS = frozenset(
    {"icon", "apple-touch-icon", "manifest", "modulepreload", "prefetch", "preload", "stylesheet", "mask-icon"}
)
_DATA_SCRIPT = re.compile(r"(?!.*(?:java|ecma|live|j)script)[\w.+-]+/[\w.+-]+\Z", re.IGNORECASE)
"""Types of ``<script>`` that hold data, which no browser runs."""
_HOLDS_LINKS = frozenset(
    {
        *("action", "background", "cite", "codebase", "data", "formaction", "href", "longdesc", "manifest", "ping"),
        *("poster", "src", "xlink:href"),
    }
)
_MAY_HOLD_LINKS = frozenset({"by", "content", "from", "srcset", "to", "values"})
"""Attributes whose value may be an address among other things: animations, ``<meta http-equiv="refresh">``."""
_CODE = re.compile(r"(?:^|[;,=\s])(?:javascript|vbscript|data):", re.IGNORECASE)
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f]+")
_CANDIDATE = re.compile(r"[^\s,]\S*[^\s,]|[^\s,]")

_REFUSED = "the security policy of the pages refuses it"
_LONGEST_QUOTE = 100
"""Characters of an address that a message quotes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that the policy refuses."""

    code: str
    attribute: str | None
    """The attribute that asks for it; `None` for the element itself."""
    message: str
    help: str


def refused_scheme(name: str, value: str) -> str | None:
    """The scheme of the address in an attribute, where it is not allowed: ``javascript``, in whatever disguise."""
    if name in _HOLDS_LINKS:
        visible = _IGNORED_BY_BROWSERS.sub("", value)
        return None if is_allowed_url(value) else visible.partition(":")[0].lower()
    if name in _MAY_HOLD_LINKS and (found := _CODE.search(_IGNORED_BY_BROWSERS.sub("", value))):
        return found.group().strip(" ;,=:").lower()
    return None


def _refuses(directive: str, *keywords: str) -> bool:
    """Whether the policy allows none of `keywords` where `directive` governs."""
    fallback = "" if directive in ("base-uri", "form-action") else POLICY["default-src"]
    return not set(keywords).intersection(POLICY.get(directive, fallback).split())


def _foreign(attribute: str, value: str, is_foreign: Callable[[str], bool]) -> str | None:
    addresses = _CANDIDATE.findall(value) if attribute in ("srcset", "ping", "archive") else [value]
    return next((url for url in addresses if is_foreign(url)), None)


def _help_of(directive: str, element: str) -> str:
    match directive:
        case "frame-src" | "object-src":
            return "link to it instead"
        case "form-action":
            return "link to the form instead"
        case "script-src" | "style-src":
            return "put the file into site_src/"
        case "connect-src":
            return f"leave the attribute out of <{element}>"
    return "put the file into content/ and name it there, or link to it"


def _loaded(element: str, attributes: Mapping[str, str], is_foreign: Callable[[str], bool]) -> Iterator[Refusal]:
    if element == "link" and not _LOADING_LINKS.intersection(attributes.get("rel", "").lower().split()):
        return
    for (directive, noun), elements in _LOADED.items():
        for attribute in elements.get(element, ()):
            url = _foreign(attribute, attributes.get(attribute, ""), is_foreign)
            if url is not None and _refuses(directive, "*", "https:"):
                verb = "send nothing to" if directive in ("form-action", "connect-src") else "load nothing from"
                quoted = url if len(url) <= _LONGEST_QUOTE else f"{url[:_LONGEST_QUOTE]}…"
                message = f"{noun} {quoted} is blocked: pages {verb} other hosts"
                yield Refusal("OTD254", attribute, message, _help_of(directive, element))


def refusals(element: str, attributes: Mapping[str, str], is_foreign: Callable[[str], bool]) -> Iterator[Refusal]:
    """The parts of an element that the policy refuses, in lower case; `is_foreign` tells addresses of other hosts."""
    yield from _loaded(element, attributes, is_foreign)
    has_inline_styles = not _refuses("style-src", "'unsafe-inline'")
    has_inline_scripts = not _refuses("script-src", "'unsafe-inline'")
    if element == "style" and not has_inline_styles:
        help = "put the rules into a file of site_src/css/"
        yield Refusal("OTD255", None, f"<style> has no effect: {_REFUSED}", help)
    is_code = element == "script" and not _DATA_SCRIPT.match(attributes.get("type", "").strip())
    if is_code and not {"src", "href", "xlink:href"}.intersection(attributes) and not has_inline_scripts:
        yield Refusal("OTD255", None, f"the script does not run: {_REFUSED}", "put it into a file of site_src/js/")
    if element == "base" and _refuses("base-uri", "*", "'self'"):
        help = "write addresses from the site's root, such as /about/"
        yield Refusal("OTD255", None, f"<base> has no effect: {_REFUSED}", help)
    if element == "meta" and "http-equiv" in attributes:
        help = "delete it; for an address that moved, write redirect_from into the front matter of the new page"
        yield Refusal("OTD255", "http-equiv", "<meta http-equiv> has no place in the text of a page", help)
    for name in attributes:
        if name == "style" and not has_inline_styles:
            help = "use a class, and put its rules into a file of site_src/css/"
            yield Refusal("OTD255", name, f"the style attribute has no effect: {_REFUSED}", help)
        elif name.startswith("on") and len(name) > 3 and not has_inline_scripts:
            help = "use a link or a button, and listen in a file of site_src/js/"
            yield Refusal("OTD255", name, f"{name} does not run: {_REFUSED}", help)
