"""Links and images whose target has spaces, ``[a](mailto:a@example.org?subject=Two words)``, as kramdown reads them.

CommonMark knows no such links and shows the signs. Only what looks like an address is read: with a scheme, a slash, a
number sign or the suffix of a file.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_TARGET = re.compile(r"\(([^()\n<>]*(?:\([^()\n<>]*\)[^()\n<>]*)*)\)")
_TITLED = re.compile(r"([^\"']*[^\"'\s])\s+(?:\"([^\"]*)\"|'([^']*)')\s*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_VALUE = re.compile("[\U000f0000-\U0010fffd]")
"""Characters that stand for Liquid, such as the base path."""
_MAX_SUFFIX = 8


def _is_address(target: str) -> bool:
    words = target.split()
    if _SCHEME.match(target) or _VALUE.match(target) or "/" in words[0] or "#" in words[0]:
        return True
    name, dot, suffix = words[-1].partition("#")[0].rpartition(".")
    return bool(name and dot) and suffix.isalnum() and len(suffix) <= _MAX_SUFFIX


def _rule(state: StateInline, silent: bool) -> bool:
    is_image = state.src.startswith("![", state.pos)
    start = state.pos + is_image
    if not state.src.startswith("[", start) or state.html_terminator_last("](") < start:
        return False
    end = state.md.helpers.parseLinkLabel(state, start, not is_image)
    match = _TARGET.match(state.src, end + 1, state.posMax) if end >= 0 else None
    if match is None:
        return False
    written = match.group(1).strip()
    titled = _TITLED.fullmatch(written)
    target = titled.group(1) if titled else written
    if len(target.split()) < 2 or not _is_address(target):
        return False
    if not silent:
        href = re.sub(r"\s", "%20", target)
        title = (titled.group(2) or titled.group(3) or "") if titled else ""
        _push(state, start + 1, end, href, title, is_image)
    state.pos = match.end()
    return True


def _push(state: StateInline, start: int, end: int, href: str, title: str, is_image: bool) -> None:
    position_max = state.posMax
    attrs: dict[str, str | int | float] = {"title": title} if title else {}
    if is_image:
        image = state.push("image", "img", 0)
        image.attrs = {"src": href, "alt": "", **attrs}
        image.content = state.src[start:end]
        image.children = []
        state.md.inline.parse(image.content, state.md, state.env, image.children)
        return
    state.push("link_open", "a", 1).attrs = {"href": href, **attrs}
    state.pos, state.posMax = start, end
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.push("link_close", "a", -1)
    state.posMax = position_max


def spaced_links_plugin(md: MarkdownIt) -> None:
    """Read such links after all others."""
    md.inline.ruler.after("image", "spaced_link", _rule)
