"""Resolves the targets of links and images: base path, pages by their file, schemes."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from otdi_site.diagnostics import Mark
from otdi_site.model.markdown import Link
from otdi_site.source.markdown.addresses import FOLDER
from otdi_site.source.markdown.context import Context
from otdi_site.source.markdown.notes import closing_index
from otdi_site.source.markdown.positions import place_of
from otdi_site.source.markdown.text import text_of_inline
from otdi_site.urls import describe_url_problem

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_SPLIT = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_PAGE_ENDINGS = (".md", ".markdown")
_WEB = ("http", "https")
_SAFE_IN_PATH = "/-._~!$&'()*+,;=:@"
_SAFE = f"{_SAFE_IN_PATH}?#%"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one link leads."""

    href: str
    """The target as the page has it, with the base path."""
    target: str
    """The target as `Link.target` has it."""
    is_external: bool = False


def _compose(address: str) -> str:
    """An address in Unicode's composed form (NFC), in which the site has its addresses, escapes included."""
    if address.isascii() and "%" not in address:
        return address
    plain = unquote(address, errors="surrogateescape")
    composed = unicodedata.normalize("NFC", plain)
    return address if composed == plain else quote(composed, safe=_SAFE, errors="surrogateescape")


def _internal(context: Context, address: str) -> Destination:
    target = normalizeLink(_compose(address))
    return Destination(context.base + target, target)


def _of_this_page(context: Context, reference: str) -> Destination:
    href = normalizeLink(reference)
    return Destination(href, context.page_address + (href if href not in ("#", "") else ""))


def _web(context: Context, url: str) -> Destination:
    href = normalizeLink(url)
    try:
        parts = urlsplit(href)
        host = parts.netloc.lower()
    except ValueError:
        return Destination(href, href, True)
    own_host = context.options.site_host
    if own_host is None or host != own_host.lower():
        return Destination(href, href, True)
    if not f"{parts.path}/".startswith(f"{context.base}/"):
        return Destination(href, href)
    path = parts.path.removeprefix(context.base) or "/"
    query = f"?{parts.query}" if parts.query else ""
    return Destination(href, path + query + (f"#{parts.fragment}" if parts.fragment else ""))


def _relative(context: Context, reference: str, mark: Mark | None) -> Destination | None:
    """A reference relative to the page's file, as editors and GitHub read it."""
    match = _SPLIT.fullmatch(reference)
    assert match is not None
    path, suffix = unicodedata.normalize("NFC", unquote(match.group(1))), match.group(2)
    folder = posixpath.dirname(unicodedata.normalize("NFC", context.source_path))
    source = posixpath.normpath(posixpath.join(folder, path))
    if path.lower().endswith(_PAGE_ENDINGS):
        if not source.startswith(FOLDER):
            if mark is not None:
                message = f"{path} is not in {FOLDER}, so it is no page of the site"
                help = "link to a page's file, to a site address such as /about/, or to the file's full URL"
                context.error("OTD235", mark, message, help)
            return None
        address = context.resolve(source)
        return _internal(context, (address or f"/{source.removeprefix(FOLDER)}") + suffix)
    below = posixpath.normpath(posixpath.join("/", folder.removeprefix(FOLDER.rstrip("/")).lstrip("/"), path))
    end = "/" if path.endswith("/") and below != "/" else ""
    return _internal(context, quote(below, safe=_SAFE_IN_PATH) + end + suffix)


def refusal_of_scheme(scheme: str) -> tuple[str, str]:
    """Message and help for a link of a scheme that is not allowed."""
    message = f"links of the scheme {scheme!r} are not allowed"
    return message, "use http, https, mailto or tel, or the address of a page"


def find_destination(context: Context, reference: str, base: str, mark: Mark | None) -> Destination | None:
    """Where a link's target leads; `None`, with a diagnostic at `mark`, where it must not lead there.

    `base` is the character that stands for the base path.
    """
    reference = reference.strip()
    if reference.startswith(base):
        return _internal(context, f"/{reference[len(base) :].lstrip('/')}")
    reference = reference.replace(base, context.base)
    problem = describe_url_problem(reference)
    if problem is not None:
        if mark is not None:
            context.error("OTD233", mark, problem, "use http, https, mailto or tel, or the address of a page")
        return None
    scheme = _SCHEME.match(reference)
    if scheme is not None:
        if scheme.group(1).lower() in _WEB:
            return _web(context, reference)
        return Destination(reference, reference)
    if reference.startswith("//"):
        return _web(context, reference)
    if reference.startswith("/"):
        return _internal(context, reference)
    if not reference or reference[0] in "?#":
        return _of_this_page(context, reference)
    return _relative(context, reference, mark)


def add_noopener(rel: str) -> str:
    """A `rel` attribute with ``noopener`` in it."""
    words = rel.split()
    return " ".join(words if "noopener" in words else [*words, "noopener"])


def _treat_image(context: Context, image: Token, base: str, mark: Mark) -> Link | None:
    if not text_of_inline(image.children):
        source = str(image.attrs["src"]).replace(base, context.base)
        message = f"the image {source} has no alternative text"
        help = 'write what it shows: ![text](address); for mere decoration, use <img alt="">'
        context.warning("OTD234", mark, message, help)
    destination = find_destination(context, str(image.attrs["src"]), base, mark)
    if destination is None:
        image.type, image.tag, image.content = "text", "", text_of_inline(image.children)
        image.children = None
        return None
    image.attrs["src"] = destination.href
    image.attrs.setdefault("loading", "lazy")
    return Link(destination.target, mark, is_image=True)


def _treat_link(context: Context, children: Sequence[Token], index: int, base: str, mark: Mark) -> Link | None:
    opening = children[index]
    destination = find_destination(context, str(opening.attrs.get("href", "")), base, mark)
    if destination is None:
        opening.tag = children[closing_index(children, index)].tag = "span"
        opening.attrs = {}
        return None
    opening.attrs["href"] = destination.href
    if destination.is_external:
        opening.attrs["rel"] = add_noopener(str(opening.attrs.get("rel", "")))
    return Link(destination.target, mark)


def treat_links(context: Context, tokens: Sequence[Token], base: str) -> list[Link]:
    """Set where every link and image of Markdown leads; the links."""
    links: list[Link | None] = []
    for token in tokens:
        children = token.children or [] if token.type == "inline" else []
        for index, child in enumerate(children):
            if child.type == "link_open":
                mark = context.mark(place_of(token, child))
                links.append(_treat_link(context, children, index, base, mark))
            elif child.type == "image":
                mark = context.mark(place_of(token, child))
                links.append(_treat_image(context, child, base, mark))
    return [link for link in links if link is not None]
