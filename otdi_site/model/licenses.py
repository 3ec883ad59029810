"""Resolves licences, as hosts and cards write them, to terms of the vocabulary and to SPDX ids and expressions.

The vocabulary comes first: ids, the Hub's identifiers, titles, alternatives and addresses of its terms. Ids and
expressions that it does not have are read by the library `license-expression`. What neither knows is shown as it stands
and never accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from otdi_site.model.values import has_visible_character
from otdi_site.model.vocabulary import License, LicenseCategory, Vocabulary
from otdi_site.urls import slugify

if TYPE_CHECKING:
    from license_expression import Licensing

_IDENTIFIER_LIMIT = 100
"""Characters of an id made from a host's words, which becomes the name of a folder."""
_EXPRESSION_LIMIT = 200
"""Characters of an expression that is parsed."""
_CATALOGS = frozenset({"choosealicense.com", "spdx.org", "opensource.org", "scancode-licensedb.aboutcode.org"})
"""Hosts whose addresses of licences end with an identifier, whether the page exists or not."""
_CREATIVE_COMMONS = re.compile(r"/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/.*)?", re.ASCII)
_ENDING = re.compile(r"\.(?:html?|json|txt|php)\Z", re.ASCII)
_IS_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_IS_EXPRESSION = re.compile(r"[A-Za-z0-9 .+():-]+", re.ASCII)
_IS_NAME = re.compile(r"[\w\s.,:;&'\"()/-]+")
"""Without `+`, which stands for "or later", and without brackets, which names have not."""
_VERSION = re.compile(r"-(\d++(?:\.\d++)*+)\Z", re.ASCII)
_CATEGORIES: dict[str, LicenseCategory] = {
    "Permissive": "permissive",
    "Public Domain": "public-domain",
    "Copyleft": "copyleft",
    "Copyleft Limited": "copyleft",
}
"""Categories of ScanCode's licence database whose meaning is that of ours."""
_STRICTNESS: tuple[LicenseCategory, ...] = (
    "public-domain",
    "permissive",
    "copyleft",
    "restricted",
    "non-commercial",
    "no-derivatives",
)


def read_license(
    words: Sequence[str], name: str | None, link: str | None, licenses: Vocabulary[License]
) -> License | None:
    """The licence that a host or a card states; `None` where `words` are none, or blank.

    `words` are ids, names, addresses or SPDX expressions; `name` and `link` say which licence ``other`` is. Several
    different ones are shown and not accepted: nobody says whether one may choose, or which holds for which part.
    """
    name = name if name and has_visible_character(name) else None
    found = [_read_word(word, name, link, licenses) for word in words if has_visible_character(word)]
    if all(license == found[0] for license in found):
        return found[0] if found else None
    titles = [license.title if license.id.startswith("LicenseRef-") else license.id for license in found]
    return _unknown_license(", ".join(titles), link, licenses)


def _read_word(word: str, name: str | None, link: str | None, licenses: Vocabulary[License]) -> License:
    if word.lower() != "other":
        return resolve_license(word, licenses) or _unknown_license(word, link, licenses)
    linked = resolve_license(link, licenses) if link and _IS_ADDRESS.match(link) else None
    if name is None:
        return linked or resolve_license(word, licenses) or _unknown_license(word, link, licenses)
    named = resolve_license(name, licenses)
    if named is None or (linked is not None and linked != named):
        contradiction = f" (its link leads to {linked.id})" if named is not None and linked is not None else ""
        return _unknown_license(name + contradiction, link, licenses)
    return named


def _unknown_license(title: str, link: str | None, licenses: Vocabulary[License]) -> License:
    identifier = "LicenseRef-" + (slugify(title)[:_IDENTIFIER_LIMIT].strip("-") or "other")
    known = licenses.get(identifier)  # ids that differ in case alone would share an address
    return License(id=known.id if known else identifier, title=title, url=link)


def resolve_license(written: str, licenses: Vocabulary[License]) -> License | None:
    """The licence of one id, name, address or SPDX expression, in any letter case; `None` where none is known."""
    if _IS_ADDRESS.match(written):
        ways = list(_identifiers_in(written))
        terms = licenses.at_address(written) or next(filter(None, map(licenses.meaning, ways)), ())
        return terms[0] if len(terms) == 1 else next(filter(None, (_resolve_id(way) for way in ways)), None)
    terms = licenses.meaning(written)
    if not terms:
        license = _resolve_expression(written, licenses)
        if license is not None:
            return license
        terms = licenses.alike(written) if _IS_NAME.fullmatch(written) else ()
    return terms[0] if len(terms) == 1 else None


def _identifiers_in(address: str) -> Iterator[str]:
    """The identifiers that an address in a catalog of licences, or at Creative Commons, ends with."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return
    if host == "creativecommons.org" and (match := _CREATIVE_COMMONS.fullmatch(parts.path.lower())):
        kind, name, version = match.groups()
        if kind == "licenses":
            yield f"cc-{name}-{version}"
        elif name == "zero":
            yield f"cc0-{version}"
    elif host in _CATALOGS:
        yield _ENDING.sub("", parts.path.rstrip("/").rpartition("/")[2])


@lru_cache(1)
def _licensing() -> Licensing:
    from license_expression import get_spdx_licensing  # 60 ms, which most sites never need

    return get_spdx_licensing()


@lru_cache(1)
def _categories() -> dict[str, str]:
    from license_expression import get_license_index

    rows = get_license_index()
    return {row["spdx_license_key"]: row["category"] for row in rows if row.get("spdx_license_key")}


def spdx_table() -> dict[str, tuple[str, LicenseCategory | None, bool]]:
    """The SPDX list: by id or alias in lower case the id, its category, and whether it is an exception."""
    table: dict[str, tuple[str, LicenseCategory | None, bool]] = {}
    for key, symbol in sorted(_licensing().known_symbols.items()):
        if not key.startswith("LicenseRef-"):
            row = (key, _CATEGORIES.get(_categories().get(key, "")), bool(symbol.is_exception))
            for name in (key, *symbol.aliases):
                table.setdefault(name.lower(), row)
    return table


def _parse(written: str) -> Any:
    """The parsed expression of known SPDX ids alone; `None` for everything else."""
    if len(written) > _EXPRESSION_LIMIT or not _IS_EXPRESSION.fullmatch(written):
        return None
    from license_expression import ExpressionError, ParseError

    licensing = _licensing()
    try:
        parsed = licensing.parse(written)
    except (ExpressionError, ParseError):
        return None
    return None if parsed is None or licensing.unknown_license_keys(parsed) else parsed


def _resolve_id(written: str) -> License | None:
    """A licence of the SPDX list that the vocabulary does not have."""
    parsed = _parse(written)
    key = getattr(parsed, "key", None)
    if key is None or key.startswith("LicenseRef-") or getattr(parsed, "is_exception", False):
        return None
    url = f"https://spdx.org/licenses/{key}.html"
    return License(id=key, title=key, url=url, spdx_url=url, category=_CATEGORIES.get(_categories().get(key, "")))


def _resolve_expression(written: str, licenses: Vocabulary[License]) -> License | None:
    parsed = _parse(written)
    if parsed is None:
        return None
    expression = parsed.render()
    if parsed.isliteral and not hasattr(parsed, "license_symbol"):
        terms = licenses.meaning(expression)
        return terms[0] if len(terms) == 1 else _resolve_id(expression)
    is_accepted, category = _judge(parsed, licenses)
    identifier = "LicenseRef-" + slugify(expression)[:_IDENTIFIER_LIMIT].strip("-")
    return License(id=identifier, title=expression, is_accepted=is_accepted, category=category)


def _judge(parsed: Any, licenses: Vocabulary[License]) -> tuple[bool, LicenseCategory | None]:
    """Whether an expression is accepted, and its category.

    Of alternatives, the reader chooses the most permissive. Of licences that hold together, the strictest counts.
    An exception gives more permissions and takes none away.
    """
    if parsed.isliteral:
        symbol = getattr(parsed, "license_symbol", parsed)
        license = next(iter(licenses.meaning(symbol.key)), None) or _resolve_id(symbol.key)
        return (license.is_accepted, license.category) if license else (False, None)
    parts = [_judge(part, licenses) for part in parsed.args]
    known = sorted((category for _, category in parts if category), key=_STRICTNESS.index)
    if parsed.operator.strip() == "OR":
        return any(accepted for accepted, _ in parts), known[0] if known else None
    return all(accepted for accepted, _ in parts), known[-1] if len(known) == len(parts) else None


def is_later_version(license: License, source: License) -> bool:
    """Whether both are the same Creative Commons licence, `license` in a later version, as share-alike ones allow."""
    own, other = _VERSION.search(license.id), _VERSION.search(source.id)
    if own is None or other is None or not license.id.startswith("CC-"):
        return False
    versions = [tuple(map(int, match[1].split("."))) for match in (own, other)]
    return license.id[: own.start()] == source.id[: other.start()] and versions[0] > versions[1]
