"""The attributes of raw HTML that hold addresses, and how to split those that hold several."""

from __future__ import annotations

import re
from collections.abc import Callable

_ELEMENTS: dict[str, frozenset[str] | None] = {
    "href": None,
    "xlink:href": None,
    "src": None,
    "srcset": frozenset({"img", "source"}),
    "imagesrcset": frozenset({"link"}),
    "poster": frozenset({"video"}),
    "data": frozenset({"object"}),
    "cite": frozenset({"blockquote", "q", "ins", "del"}),
    "action": frozenset({"form"}),
    "formaction": frozenset({"button", "input"}),
    "longdesc": frozenset({"img", "iframe", "frame"}),
    "background": frozenset({"body", "table", "td", "th"}),
}
"""By attribute, the elements on which it is an address; `None` for all."""
_LISTS = frozenset({"srcset", "imagesrcset"})
IMAGE_ATTRIBUTES = frozenset({"src", "srcset", "imagesrcset", "poster", "background"})
ATTRIBUTE = re.compile(
    r"(?P<before>\s(?P<name>[a-z:]+)\s*=\s*)(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)")


def is_address(element: str, attribute: str) -> bool:
    """Whether an attribute of an element holds an address, or several; names in lower case."""
    elements = _ELEMENTS.get(attribute, frozenset())
    return elements is None or element in elements


def replace_addresses(attribute: str, value: str, replace: Callable[[str], str]) -> str:
    """An attribute's value with each address in it replaced.

    A list of images is read as the HTML standard says (4.8.4.2): an address ends at white space, or at the comma that
    ends it; what follows it, up to the next comma, describes it.
    """
    if attribute not in _LISTS:
        return replace(value)
    pieces: list[str] = []
    at = 0
    while (match := _CANDIDATE.match(value, at)) is not None:
        address = match[1].rstrip(",")
        end = match.start(1) + len(address)
        pieces += [value[at : match.start(1)], replace(address)]
        at = value.find(",", end)
        if at < 0:
            at = len(value)
        pieces.append(value[end:at])
    return "".join([*pieces, value[at:]])
